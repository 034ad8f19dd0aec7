/* A list of rows that are read as they are needed: cursor, scroll, tags.
 *
 * The list belongs to the reader: after pb_list_reload() the cursor stands on
 * the same item in the same screen row, and an item that left the source stays
 * visible until the cursor leaves it. Only rows near the screen are fetched,
 * so 100,000 rows cost what 50 do. Pure of views and of curses except draw.
 */
#pragma once

#include "ui/term/draw.h"
#include "ui/term/keys.h"

typedef struct PbList PbList;

typedef struct {
    gint64 (*count)(gpointer source);
    /* Rows `offset` …, at most `limit`; a GPtrArray that frees its rows. May be short or NULL. */
    GPtrArray *(*fetch)(gpointer source, guint offset, guint limit);
    /* Where the item is now, or -1. */
    gint64 (*position)(gpointer source, const char *id);
    const char *(*id)(gpointer row);
    /* Draws one item; columns 0 and 1 (cursor, tag) are the list's. */
    void (*draw)(gpointer source, gpointer row, const PbArea *area, gboolean selected);
    int rows; /* of one item; 0 counts as 1 */
} PbListSource;

PbList *pb_list_new(const PbListSource *class, gpointer source);
void pb_list_free(PbList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbList, pb_list_free)
/* The source changed. */
void pb_list_reload(PbList *list);
/* Another source altogether (limit, order): starts at the top unless the item is still there. */
void pb_list_reset(PbList *list);
/* The row under the cursor, or NULL; valid until the next call of any pb_list function. */
gpointer pb_list_row(PbList *list);
const char *pb_list_selected(PbList *list); /* its id, or NULL */
gint64 pb_list_index(PbList *list);
gint64 pb_list_count(PbList *list);
/* TRUE if the row under the cursor has left the source. */
gboolean pb_list_is_leftover(PbList *list);
gboolean pb_list_select(PbList *list, const char *id);
void pb_list_select_index(PbList *list, gint64 index);
/* Moving and tagging (PB_LIST_ACT_…); FALSE: not an act of the list itself. */
gboolean pb_list_act(PbList *list, int act);
/* Ids the next act is for: all tagged, else the one under the cursor. GPtrArray of char*. */
GPtrArray *pb_list_targets(PbList *list);
guint pb_list_tag_count(PbList *list);
void pb_list_tag(PbList *list, const char *id);
void pb_list_untag(PbList *list);
void pb_list_draw(PbList *list, const PbArea *area);
/* "12 of 340" when not all rows are visible, else NULL. g_free(). */
char *pb_list_position_text(PbList *list);
