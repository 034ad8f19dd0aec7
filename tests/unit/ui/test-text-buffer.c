#include "ui/widget/text-buffer.h"

#include <criterion/criterion.h>
#include <glib.h>

#include <string.h>

static void expect_text(PbTextBuffer *buffer, const char *expected) {
    g_autofree char *text = pb_text_buffer_slice(buffer, 0, G_MAXSIZE);
    cr_assert_str_eq(text, expected);
}

static void type(PbTextBuffer *buffer, const char *text) {
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        gsize end = pb_text_buffer_length(buffer);
        pb_text_buffer_replace(buffer, end, end, at, g_utf8_next_char(at) - at);
    }
}

/* Line starts as the plain definition has them. */
static void expect_lines(PbTextBuffer *buffer, const char *text) {
    g_auto(GStrv) lines = g_strsplit(*text == '\0' ? "\n" : text, "\n", -1);
    guint count = *text == '\0' ? 1 : g_strv_length(lines);
    gsize start = 0;
    cr_assert_eq(pb_text_buffer_line_count(buffer), count);
    for (guint i = 0; i < count; i++) {
        gsize length = *text == '\0' ? 0 : strlen(lines[i]);
        cr_assert_eq(pb_text_buffer_line_start(buffer, i), start);
        cr_assert_eq(pb_text_buffer_line_end(buffer, i), start + length);
        cr_assert_eq(pb_text_buffer_line_of(buffer, start), i);
        start += length + 1;
    }
}

/* A position of `text` at a character border. */
static gsize random_border(GRand *random, const char *text) {
    glong count = g_utf8_strlen(text, -1);
    glong at = g_rand_int_range(random, 0, (gint32) count + 1);
    return (gsize) (g_utf8_offset_to_pointer(text, at) - text);
}

static void random_edit(GRand *random, PbTextBuffer *buffer, GString *model) {
    static const char *const pieces[] = {
        "", "a", " ", "\n", "é", "日本語", "👍", "a\nb\n", "e\xcc\x81xy", "word word", "\n\n\n\n"};
    gsize a = random_border(random, model->str), b = random_border(random, model->str);
    gsize start = MIN(a, b);
    gsize end = g_rand_int_range(random, 0, 3) == 0 ? MAX(a, b) : start;
    const char *text = pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))];
    if (end - start > 40)
        end = start;
    gsize behind = pb_text_buffer_replace(buffer, start, end, text, -1);
    cr_assert_eq(behind, start + strlen(text));
    g_string_erase(model, (gssize) start, (gssize) (end - start));
    g_string_insert(model, (gssize) start, text);
}

Test(text_buffer, follows_a_plain_string_through_random_edits_undo_and_redo) {
    for (guint32 seed = 1; seed <= 20; seed++) {
        GRand *random = g_rand_new_with_seed(seed);
        const char *begin = seed % 2 == 0 ? "" : "first line\nzweite Zeile mit Ümläuten\n";
        g_autoptr(PbTextBuffer) buffer = pb_text_buffer_new(begin);
        GString *model = g_string_new(begin);
        for (int i = 0; i < 400; i++) {
            random_edit(random, buffer, model);
            if (g_rand_int_range(random, 0, 10) == 0)
                pb_text_buffer_seal(buffer);
            if (i % 20 == 0) {
                expect_text(buffer, model->str);
                expect_lines(buffer, model->str);
            }
        }
        expect_text(buffer, model->str);
        while (pb_text_buffer_undo(buffer, NULL))
            ;
        expect_text(buffer, begin);
        expect_lines(buffer, begin);
        while (pb_text_buffer_redo(buffer, NULL))
            ;
        expect_text(buffer, model->str);
        expect_lines(buffer, model->str);
        g_string_free(model, TRUE);
        g_rand_free(random);
    }
}

Test(text_buffer, undoes_typing_word_by_word) {
    g_autoptr(PbTextBuffer) buffer = pb_text_buffer_new("");
    type(buffer, "one two  three");
    cr_assert(pb_text_buffer_undo(buffer, NULL));
    expect_text(buffer, "one two  ");
    cr_assert(pb_text_buffer_undo(buffer, NULL));
    expect_text(buffer, "one ");
    cr_assert(pb_text_buffer_redo(buffer, NULL));
    expect_text(buffer, "one two  ");
    cr_assert(pb_text_buffer_undo(buffer, NULL));
    cr_assert(pb_text_buffer_undo(buffer, NULL));
    expect_text(buffer, "");
    cr_assert_not(pb_text_buffer_undo(buffer, NULL));
}

Test(text_buffer, takes_a_run_of_backspaces_back_at_once) {
    g_autoptr(PbTextBuffer) buffer = pb_text_buffer_new("abcdef");
    for (gsize end = 6; end > 2; end--)
        pb_text_buffer_replace(buffer, end - 1, end, "", 0);
    gsize point = 0;
    cr_assert(pb_text_buffer_undo(buffer, &point));
    expect_text(buffer, "abcdef");
    cr_assert_eq(point, 6);
}

Test(text_buffer, undoes_a_group_as_one) {
    g_autoptr(PbTextBuffer) buffer = pb_text_buffer_new("x");
    pb_text_buffer_begin_group(buffer);
    pb_text_buffer_replace(buffer, 0, 1, "abc", -1);
    pb_text_buffer_replace(buffer, 3, 3, "\n", -1);
    pb_text_buffer_replace(buffer, 0, 1, "", 0);
    pb_text_buffer_end_group(buffer);
    expect_text(buffer, "bc\n");
    cr_assert(pb_text_buffer_undo(buffer, NULL));
    expect_text(buffer, "x");
    cr_assert(pb_text_buffer_redo(buffer, NULL));
    expect_text(buffer, "bc\n");
}

Test(text_buffer, forgets_what_was_undone_once_something_new_is_typed) {
    g_autoptr(PbTextBuffer) buffer = pb_text_buffer_new("");
    type(buffer, "old");
    pb_text_buffer_undo(buffer, NULL);
    type(buffer, "new");
    cr_assert_not(pb_text_buffer_redo(buffer, NULL));
    expect_text(buffer, "new");
}

Test(text_buffer, makes_line_ends_and_bytes_from_outside_right) {
    g_autoptr(PbTextBuffer) buffer = pb_text_buffer_new("a\r\nb\rc\n");
    expect_text(buffer, "a\nb\nc\n");
    pb_text_buffer_replace(buffer, 0, 1, "\xff", 1);
    expect_text(buffer, "\xef\xbf\xbd\nb\nc\n");
    pb_text_buffer_replace(buffer, 0, 3, "x\0y", 3);
    expect_text(buffer, "x\xef\xbf\xbdy\nb\nc\n");
}

Test(text_buffer, steps_by_character_across_the_gap) {
    g_autoptr(PbTextBuffer) buffer = pb_text_buffer_new("aé日👍z");
    pb_text_buffer_replace(buffer, 3, 3, "", 0);
    pb_text_buffer_replace(buffer, 1, 1, "q", 1);
    static const gunichar expected[] = {'a', 'q', 0xe9, 0x65e5, 0x1f44d, 'z', 0};
    gsize at = 0;
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        cr_assert_eq(pb_text_buffer_char(buffer, at), expected[i]);
        gsize next = pb_text_buffer_next(buffer, at);
        if (next > at)
            cr_assert_eq(pb_text_buffer_previous(buffer, next), at);
        at = next;
    }
}

Test(text_buffer, types_into_a_megabyte_without_lag) {
    GString *big = g_string_new(NULL);
    while (big->len < 1024 * 1024)
        g_string_append(big, "A line of ordinary length, as people write them in mail.\n");
    g_autoptr(PbTextBuffer) buffer = pb_text_buffer_new(big->str);
    gint64 start = g_get_monotonic_time();
    for (gsize i = 0; i < 1000; i++)
        pb_text_buffer_replace(buffer, 5000 + i, 5000 + i, "x", 1);
    /* 1 ms a key would be felt with a sanitizer only; typical is 10 µs. */
    cr_assert_lt(g_get_monotonic_time() - start, 1000 * 1000);
    cr_assert_eq(pb_text_buffer_length(buffer), big->len + 1000);
    g_string_free(big, TRUE);
}
