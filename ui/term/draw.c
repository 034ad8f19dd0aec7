#include "ui/term/draw.h"

#include "accounts/pb-text.h"
#include "ui/term/draw-private.h"
#include "ui/term/theme.h"

#include <curses.h>

#include <stdarg.h>

static struct {
    gboolean ascii;
    int cursor_y, cursor_x;
    gboolean cursor_visible;
} self;

void pb_draw_set_ascii(gboolean ascii) {
    self.ascii = ascii;
}

gboolean pb_draw_take_cursor(int *y_out, int *x_out) {
    *y_out = CLAMP(self.cursor_y, 0, MAX(LINES - 1, 0));
    *x_out = CLAMP(self.cursor_x, 0, MAX(COLS - 1, 0));
    return self.cursor_visible;
}

gboolean pb_draw_ascii(void) {
    return self.ascii;
}

const char *pb_draw_sign(const char *utf8, const char *ascii) {
    return self.ascii ? ascii : utf8;
}

PbArea pb_area_sub(const PbArea *area, int y, int x, int height, int width) {
    y = CLAMP(y, 0, area->height);
    x = CLAMP(x, 0, area->width);
    return (PbArea){
        .y = area->y + y,
        .x = area->x + x,
        .height = CLAMP(height, 0, area->height - y),
        .width = CLAMP(width, 0, area->width - x),
    };
}

static gboolean has_row(const PbArea *area, int row) {
    return row >= 0 && row < area->height && area->width > 0;
}

static void put_blank(const PbArea *area, int row, int from, int to) {
    if (to > from)
        mvhline(area->y + row, area->x + from, ' ', to - from);
}

/* One grapheme at a place that is known to be inside the area. */
static void put_grapheme(int y, int x, const char *text, gsize length) {
    gboolean plain = length == 1 && (guchar) *text >= ' ' && (guchar) *text < 0x7f;
    if (plain || !self.ascii)
        mvaddnstr(y, x, text, (int) length);
    else
        mvaddch(y, x, '?');
}

int pb_draw_text(const PbArea *area, int row, int column, PbRole role, const char *text) {
    if (!has_row(area, row) || text == NULL || column < 0)
        return column;
    attrset((int) pb_theme_attributes(role));
    int width = 0;
    for (gsize length = 0; (length = pb_text_grapheme(text, &width)) > 0; text += length) {
        if (column + width > area->width) {
            put_blank(area, row, column, area->width);
            column = area->width;
            break;
        }
        if (width > 0)
            put_grapheme(area->y + row, area->x + column, text, length);
        column += width;
    }
    attrset(A_NORMAL);
    return column;
}

int pb_draw_format(const PbArea *area, int row, int column, PbRole role, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return pb_draw_text(area, row, column, role, text);
}

int pb_draw_cell(const PbArea *area, int row, int column, int width, PbRole role,
                 const char *text) {
    if (!has_row(area, row) || column < 0)
        return column + width;
    width = MIN(width, area->width - column);
    if (width <= 0)
        return column;
    g_autofree char *clipped = pb_text_clip_end(text != NULL ? text : "", width, self.ascii);
    int end = pb_draw_text(area, row, column, role, clipped);
    put_blank(area, row, end, column + width);
    return column + width;
}

void pb_draw_right(const PbArea *area, int row, int right, PbRole role, const char *text) {
    int column = right - pb_text_width(text);
    pb_draw_text(area, row, MAX(column, 0), role, text);
}

void pb_draw_clear(const PbArea *area) {
    attrset(A_NORMAL);
    for (int row = 0; row < area->height; row++)
        put_blank(area, row, 0, area->width);
}

static void put_rule(const PbArea *area, int row, int from, int to) {
    for (int column = from; column < to; column++)
        mvaddstr(area->y + row, area->x + column, pb_draw_sign("─", "-"));
}

void pb_draw_rule(const PbArea *area, int row, PbRole role, const char *title) {
    if (!has_row(area, row))
        return;
    attrset((int) pb_theme_attributes(PB_ROLE_DIM));
    put_rule(area, row, 0, area->width);
    attrset(A_NORMAL);
    /* Two rule signs and a space before the title, a space and two behind it. */
    int room = area->width - 6;
    if (title == NULL || *title == '\0' || room < 4)
        return;
    g_autofree char *clipped = pb_text_clip_end(title, room, self.ascii);
    g_autofree char *padded = g_strconcat(" ", clipped, " ", NULL);
    pb_draw_text(area, row, 2, role, padded);
}

void pb_draw_reverse_row(const PbArea *area, int row) {
    if (!has_row(area, row))
        return;
    for (int column = 0; column < area->width; column++) {
        cchar_t cell;
        wchar_t text[CCHARW_MAX + 1] = {0};
        attr_t look = 0;
        short pair = 0;
        if (mvin_wch(area->y + row, area->x + column, &cell) != OK ||
            getcchar(&cell, text, &look, &pair, NULL) != OK || text[0] == L'\0')
            continue;
        if (setcchar(&cell, text, look | A_REVERSE, pair, NULL) == OK)
            mvadd_wch(area->y + row, area->x + column, &cell);
        column += MAX(pb_text_char_width((gunichar) text[0]), 1) - 1;
    }
}

void pb_draw_bar(const PbArea *area, int row, int column, int width, guint64 done, guint64 total) {
    int filled = total > 0 ? (int) ((double) MIN(done, total) / (double) total * width) : 0;
    for (int i = 0; i < width; i++) {
        gboolean is_done = i < filled;
        pb_draw_text(area, row, column + i, is_done ? PB_ROLE_BUSY : PB_ROLE_DIM,
                     is_done ? pb_draw_sign("━", "#") : pb_draw_sign("╌", "."));
    }
}

void pb_draw_cursor(const PbArea *area, int row, int column, gboolean visible) {
    self.cursor_y = area->y + CLAMP(row, 0, MAX(area->height - 1, 0));
    self.cursor_x = area->x + CLAMP(column, 0, MAX(area->width - 1, 0));
    self.cursor_visible = visible;
}
