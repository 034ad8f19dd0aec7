/* Sheets: questions, prompts and pickers that rise from the bottom (SCREENS 2).
 *
 * One at a time. A sheet has the keys to itself; closing it gives the focus
 * back. Questions are answered by the letter of a verb; Esc, ^C and ^G close.
 */
#pragma once

#include "ui/view/view.h"
#include "ui/widget/field.h"

typedef struct PbSheet PbSheet;

typedef struct {
    void (*free)(PbSheet *sheet);
    /* Rows wanted below the title rule for a screen of `height` rows. */
    int (*height)(PbSheet *sheet, int height);
    void (*draw)(PbSheet *sheet, const PbArea *area);
    /* TRUE: taken. The sheet closes itself with pb_app_close_sheet(). */
    gboolean (*key)(PbSheet *sheet, const PbKey *key);
    gboolean (*tick)(PbSheet *sheet);
} PbSheetClass;

struct PbSheet {
    const PbSheetClass *class;
    PbApp *app;
    char *title;
};

/* For sheets of one's own: fills the common part. */
void pb_sheet_init(PbSheet *sheet, const PbSheetClass *class, PbApp *app, const char *title);
/* Called by the application only. */
void pb_sheet_free(PbSheet *sheet);
/* Esc, ^C or ^G. */
gboolean pb_sheet_is_close_key(const PbKey *key);
/* A row of "Key Label" items; the last one stands at the right edge. NULL-terminated. */
void pb_sheet_draw_keys(const PbArea *area, int row, const char *const *items);
/* `text` in rows of at most `width` columns, broken at spaces. g_strfreev(). */
char **pb_sheet_wrap(const char *text, int width);
/* Draws it wrapped; returns the row behind it. */
int pb_sheet_draw_wrapped(const PbArea *area, int row, int column, PbRole role, const char *text);

/* A question: lines of text, then "k  Keep as draft" rows. `answer` gets the letter, or 0 when it
 * was closed without an answer; called after the sheet is gone. */
typedef struct {
    char letter;
    const char *text; /* translated */
} PbAnswer;
PbSheet *pb_question_new(PbApp *app, const char *title, const char *text, const PbAnswer *answers,
                         guint count, void (*answer)(PbApp *app, char letter, gpointer user_data),
                         gpointer user_data, GDestroyNotify destroy);
/* What Esc does, in place of "Leave it as it is". */
void pb_question_set_closing(PbSheet *sheet, const char *closing);
/* One line of input. `done` gets the text, or NULL when it was closed; returning FALSE keeps the
 * sheet open (set a note with pb_prompt_note()). `echo` FALSE: a password, shown as dots. */
PbSheet *
pb_prompt_new(PbApp *app, const char *title, const char *label, const char *initial, gboolean echo,
              gboolean (*done)(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data),
              gpointer user_data, GDestroyNotify destroy);
void pb_prompt_note(PbSheet *sheet, const char *note);
/* A note under the input, made new after every change of the text ("Tuesday 24 November, 08:00").
 */
void pb_prompt_set_hint(PbSheet *sheet, char *(*hint)(const char *text, gpointer user_data));
/* Lines above the input, and what Enter does ("Send there, 10 s to undo"); NULL leaves it. */
void pb_prompt_set_texts(PbSheet *sheet, const char *lead, const char *enter_label);
/* Keys of its own, asked before the field; TRUE: taken. */
void pb_prompt_set_keys(PbSheet *sheet,
                        gboolean (*more)(PbSheet *sheet, const PbKey *key, gpointer user_data));
/* The input line, for keys that fill it. */
PbField *pb_prompt_field(PbSheet *sheet);
/* The user data of a prompt made with this `done`; NULL if the sheet is another one. */
gpointer pb_prompt_user_data(PbSheet *sheet,
                             gboolean (*done)(PbApp *app, PbSheet *sheet, const char *text,
                                              gpointer user_data));
