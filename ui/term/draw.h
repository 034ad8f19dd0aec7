/* Drawing text with roles into areas of the screen; the only code that calls curses' output.
 *
 * Coordinates are relative to the area. Nothing outside the area is touched;
 * a wide character that would be cut becomes a space. Text must already be
 * sanitised (accounts/pb-text.h) when it came from outside.
 */
#pragma once

#include <glib.h>

typedef enum {
    PB_ROLE_NORMAL,
    PB_ROLE_DIM,
    PB_ROLE_TITLE,
    PB_ROLE_KEY,
    PB_ROLE_BUSY,
    PB_ROLE_LATER,
    PB_ROLE_GOOD,
    PB_ROLE_ASK,
    PB_ROLE_BAD,
    PB_ROLE_CURSOR,    /* reverse: the selected row, progress done */
    PB_ROLE_UNTRUSTED, /* underline: a server's words */
    PB_ROLE_COUNT,
} PbRole;

typedef struct {
    int y, x, height, width;
} PbArea;

/* A part of `area`, clipped to it. */
PbArea pb_area_sub(const PbArea *area, int y, int x, int height, int width);

/* Writes up to the area's right edge. Returns the column behind the text. */
int pb_draw_text(const PbArea *area, int row, int column, PbRole role, const char *text);
int pb_draw_format(const PbArea *area, int row, int column, PbRole role, const char *format, ...)
    G_GNUC_PRINTF(5, 6);
/* In exactly `width` columns: clipped with "…" or padded with spaces. */
int pb_draw_cell(const PbArea *area, int row, int column, int width, PbRole role, const char *text);
/* Right-aligned to the column `right` (exclusive). */
void pb_draw_right(const PbArea *area, int row, int right, PbRole role, const char *text);
void pb_draw_clear(const PbArea *area);
/* A rule over the whole width; "── title ────" when title is not NULL. */
void pb_draw_rule(const PbArea *area, int row, PbRole role, const char *title);
/* Gives an already drawn row the reverse attribute over the whole width. */
void pb_draw_reverse_row(const PbArea *area, int row);
/* A bar of `width` columns, `done` of `total`. */
void pb_draw_bar(const PbArea *area, int row, int column, int width, guint64 done, guint64 total);
/* Where the terminal's cursor shall stand after the next refresh, and whether it is visible. */
void pb_draw_cursor(const PbArea *area, int row, int column, gboolean visible);
/* TRUE if signs and rules must be ASCII (--ascii, no UTF-8, linux console). */
gboolean pb_draw_ascii(void);
/* One of the pair: pb_draw_sign("›", ">"). */
const char *pb_draw_sign(const char *utf8, const char *ascii);
