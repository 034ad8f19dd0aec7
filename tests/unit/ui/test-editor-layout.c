#include "ui/widget/editor-layout.h"

#include <criterion/criterion.h>
#include <glib.h>

#include <locale.h>
#include <string.h>

/* Widths come from libc, hence from the locale. */
static void use_utf8(void) {
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        cr_skip_test("no C.UTF-8 locale");
}

TestSuite(editor_layout, .init = use_utf8);

/* The rows of `line`, joined by "|". */
static char *wrapped(const char *line, int columns) {
    g_autoptr(GArray) rows = pb_layout_wrap(line, columns);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++) {
        const PbLayoutRow *row = &g_array_index(rows, PbLayoutRow, i);
        g_string_append_printf(out, "%s%.*s", i > 0 ? "|" : "", (int) (row->end - row->start),
                               line + row->start);
    }
    return g_string_free(out, FALSE);
}

static const struct {
    const char *about, *line;
    int columns;
    const char *rows;
} wraps[] = {
    {"an empty line is one row", "", 10, ""},
    {"short", "hello", 10, "hello"},
    {"exactly full", "1234567890", 10, "1234567890"},
    {"breaks behind a space", "hello big world", 10, "hello big |world"},
    {"the space at the edge hangs over", "hello-word and", 10, "hello-word |and"},
    {"many spaces hang", "1234567890     x", 10, "1234567890     |x"},
    {"a long word breaks at the edge", "abcdefghijklmno", 10, "abcdefghij|klmno"},
    {"a long word begins a row of its own", "ab cdefghijklmno", 10, "ab |cdefghijkl|mno"},
    {"wide characters break anywhere", "日本語日本語", 5, "日本|語日|本語"},
    {"a wide character is never split", "abcd日", 5, "abcd|日"},
    {"text beside wide characters stays whole", "日本abc", 6, "日本|abc"},
    {"emoji", "ok 👍👍", 6, "ok 👍|👍"},
    {"combining characters take no column",
     "e\xcc\x81"
     "e\xcc\x81"
     "e\xcc\x81",
     3,
     "e\xcc\x81"
     "e\xcc\x81"
     "e\xcc\x81"},
    {"a combining character stays with its base",
     "abe\xcc\x81"
     "d",
     3,
     "abe\xcc\x81|"
     "d"},
    {"a tab reaches to eight", "a\tb", 9, "a\tb"},
    {"a tab at the edge hangs", "abcdefg\tb", 8, "abcdefg\t|b"},
    {"one column, wide", "日x", 1, "日|x"},
    {"controls take one column", "a\x1b[0m", 5, "a\x1b[0m"},
};

Test(editor_layout, wraps_every_row_of_the_table) {
    for (guint i = 0; i < G_N_ELEMENTS(wraps); i++) {
        g_autofree char *rows = wrapped(wraps[i].line, wraps[i].columns);
        cr_expect_str_eq(rows, wraps[i].rows, "%s: %s", wraps[i].about, rows);
    }
}

Test(editor_layout, loses_and_doubles_nothing_at_any_width) {
    const char *line = "Grüße 日本 an alle\tTabs  und   Lücken e\xcc\x81 👍 unglaublichlangeswort.";
    for (int columns = 1; columns < 80; columns++) {
        g_autoptr(GArray) rows = pb_layout_wrap(line, columns);
        gsize at = 0;
        for (guint i = 0; i < rows->len; i++) {
            const PbLayoutRow *row = &g_array_index(rows, PbLayoutRow, i);
            cr_assert_eq(row->start, at);
            cr_assert_gt(row->end, row->start);
            cr_assert(g_utf8_validate(line + row->start, (gssize) (row->end - row->start), NULL));
            at = row->end;
        }
        cr_assert_eq(at, strlen(line));
    }
}

Test(editor_layout, finds_columns_and_goes_back_to_offsets) {
    const char *line = "a日b\tc";
    const PbLayoutRow row = {0, strlen(line)};
    cr_expect_eq(pb_layout_column(line, &row, 0), 0);
    cr_expect_eq(pb_layout_column(line, &row, 1), 1);
    cr_expect_eq(pb_layout_column(line, &row, 4), 3);
    cr_expect_eq(pb_layout_column(line, &row, 5), 4);
    cr_expect_eq(pb_layout_column(line, &row, 6), 8);
    cr_expect_eq(pb_layout_offset(line, &row, 1, TRUE), 1);
    cr_expect_eq(pb_layout_offset(line, &row, 2, TRUE), 1, "the second half of a wide character");
    cr_expect_eq(pb_layout_offset(line, &row, 3, TRUE), 4);
    cr_expect_eq(pb_layout_offset(line, &row, 7, TRUE), 5, "inside a tab");
    cr_expect_eq(pb_layout_offset(line, &row, 99, TRUE), strlen(line));
    cr_expect_eq(pb_layout_offset(line, &row, 99, FALSE), 6, "the end belongs to the next row");
}

Test(editor_layout, gives_a_break_to_the_row_behind_it) {
    g_autoptr(GArray) rows = pb_layout_wrap("hello big world", 10);
    cr_expect_eq(pb_layout_row_of(rows, 0), 0);
    cr_expect_eq(pb_layout_row_of(rows, 9), 0);
    cr_expect_eq(pb_layout_row_of(rows, 10), 1);
    cr_expect_eq(pb_layout_row_of(rows, 15), 1);
}

Test(editor_layout, draws_tabs_controls_and_no_bidi_controls) {
    const char *line = "a\tb\x1b\x7f"
                       "x\xe2\x80\xaey\xc2\x9bz";
    g_autofree char *utf8 = pb_layout_render(line, 0, strlen(line), 0, FALSE);
    cr_expect_str_eq(utf8, "a       b␛␡xy?z");
    g_autofree char *ascii = pb_layout_render(line, 0, strlen(line), 0, TRUE);
    cr_expect_str_eq(ascii, "a       b??xy?z");
}

Test(editor_layout, lays_out_a_line_of_a_megabyte_without_lag) {
    g_autofree char *line = g_strnfill(1024 * 1024, 'x');
    for (gsize i = 7; i < 1024 * 1024; i += 8)
        line[i] = ' ';
    gint64 start = g_get_monotonic_time();
    g_autoptr(GArray) rows = pb_layout_wrap(line, 78);
    cr_expect_gt(rows->len, 10000);
    cr_expect_lt(g_get_monotonic_time() - start, 500 * 1000);
}
