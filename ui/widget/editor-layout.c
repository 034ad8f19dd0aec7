#include "ui/widget/editor-layout.h"

#include "accounts/pb-text.h"

#include <string.h>

#define TAB_STOP 8

/* What U+2400 begins: "␀" … "␟" for the C0 controls; "␡" for DEL. */
#define CONTROL_PICTURES 0x2400
#define DELETE_PICTURE   0x2421

static gboolean is_control(gunichar c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/* They would let foreign text turn the order of what is read (Trojan Source). */
static gboolean is_bidi_control(gunichar c) {
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

gsize pb_layout_cell(const char *text, int column, int *width_out) {
    guchar first = (guchar) text[0];
    *width_out = 0;
    if (first == '\0')
        return 0;
    if (first == '\t') {
        *width_out = TAB_STOP - column % TAB_STOP;
        return 1;
    }
    /* Most text, and a line of 1 MB must not be slow: nothing combines with what follows. */
    if (first >= 0x20 && first < 0x7f && (guchar) text[1] < 0x80) {
        *width_out = 1;
        return 1;
    }
    if (is_control(g_utf8_get_char(text))) {
        *width_out = 1;
        return (gsize) (g_utf8_next_char(text) - text);
    }
    gsize length = pb_text_grapheme(text, width_out);
    *width_out = MAX(*width_out, 0);
    return MAX(length, 1);
}

static gboolean is_space(char c) {
    return c == ' ' || c == '\t';
}

/* Where the row that begins at `start` ends. */
static gsize row_end(const char *line, gsize start, int columns) {
    gsize at = start, break_at = start;
    int column = 0, width = 0;
    gboolean after_wide = FALSE;
    while (line[at] != '\0') {
        gsize length = pb_layout_cell(line + at, column, &width);
        gboolean space = is_space(line[at]);
        if (!space && (width == 2 || after_wide))
            break_at = at;
        if (!space && column + width > columns && at > start)
            return break_at > start ? break_at : at;
        at += length;
        column += width;
        after_wide = width == 2;
        if (space)
            break_at = at;
    }
    return at;
}

GArray *pb_layout_wrap(const char *line, int columns) {
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(PbLayoutRow));
    gsize start = 0;
    do {
        PbLayoutRow row = {start, row_end(line, start, MAX(columns, 1))};
        g_array_append_val(rows, row);
        start = row.end;
    } while (line[start] != '\0');
    return rows;
}

guint pb_layout_row_of(const GArray *rows, gsize offset) {
    const PbLayoutRow *all = (const PbLayoutRow *) (const void *) rows->data;
    guint low = 0, high = rows->len;
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (all[middle].start <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int pb_layout_column(const char *line, const PbLayoutRow *row, gsize offset) {
    int column = 0, width = 0;
    gsize at = row->start, end = MIN(offset, row->end);
    while (at < end) {
        at += pb_layout_cell(line + at, column, &width);
        column += width;
    }
    return column;
}

gsize pb_layout_offset(const char *line, const PbLayoutRow *row, int column, gboolean last) {
    int at_column = 0, width = 0;
    gsize at = row->start, before = row->start;
    while (at < row->end) {
        gsize length = pb_layout_cell(line + at, at_column, &width);
        if (at_column + width > column && width > 0)
            return at;
        before = at;
        at += length;
        at_column += width;
    }
    return last ? row->end : before;
}

static void render_control(GString *to, gunichar c, gboolean ascii) {
    if (ascii || (c >= 0x80))
        g_string_append_c(to, '?');
    else
        g_string_append_unichar(to, c == 0x7f ? DELETE_PICTURE : CONTROL_PICTURES + c);
}

char *pb_layout_render(const char *line, gsize start, gsize end, int column, gboolean ascii) {
    GString *to = g_string_sized_new(end - start + 1);
    gsize at = start;
    while (at < end) {
        int width = 0;
        gsize length = pb_layout_cell(line + at, column, &width);
        gunichar c = g_utf8_get_char(line + at);
        if (length == 0)
            break;
        if (c == '\t')
            g_string_append_printf(to, "%*s", width, "");
        else if (is_control(c))
            render_control(to, c, ascii);
        else
            for (const char *s = line + at; s < line + at + length; s = g_utf8_next_char(s)) {
                if (!is_bidi_control(g_utf8_get_char(s)))
                    g_string_append_unichar(to, g_utf8_get_char(s));
            }
        at += length;
        column += width;
    }
    return g_string_free(to, FALSE);
}
