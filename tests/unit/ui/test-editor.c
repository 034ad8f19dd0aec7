#include "ui/widget/editor.h"

#include <criterion/criterion.h>
#include <glib.h>

#include <locale.h>
#include <string.h>

static void use_utf8(void) {
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        cr_skip_test("no C.UTF-8 locale");
}

TestSuite(editor, .init = use_utf8);

static gboolean press(PbEditor *editor, PbKeyKind kind) {
    PbKey key = {.kind = kind};
    return pb_editor_key(editor, &key);
}

static gboolean control(PbEditor *editor, char c) {
    PbKey key = {.kind = PB_KEY_CHAR, .c = (gunichar) c, .ctrl = TRUE};
    return pb_editor_key(editor, &key);
}

static gboolean alt(PbEditor *editor, char c) {
    PbKey key = {.kind = PB_KEY_CHAR, .c = (gunichar) c, .alt = TRUE};
    return pb_editor_key(editor, &key);
}

static void shift(PbEditor *editor, PbKeyKind kind) {
    PbKey key = {.kind = kind, .shift = TRUE};
    pb_editor_key(editor, &key);
}

static void type(PbEditor *editor, const char *text) {
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        PbKey key = {.kind = PB_KEY_CHAR, .c = g_utf8_get_char(text)};
        if (key.c == '\n')
            key.kind = PB_KEY_ENTER;
        cr_assert(pb_editor_key(editor, &key));
    }
}

static void expect_text(PbEditor *editor, const char *expected) {
    g_autofree char *text = pb_editor_text(editor);
    cr_expect_str_eq(text, expected);
}

Test(editor, types_and_takes_back_by_word) {
    g_autoptr(PbEditor) editor = pb_editor_new("");
    type(editor, "Hello wörld\nnext");
    expect_text(editor, "Hello wörld\nnext");
    alt(editor, 'u');
    expect_text(editor, "Hello wörld\n");
    alt(editor, 'u');
    alt(editor, 'u');
    expect_text(editor, "Hello ");
    alt(editor, 'r');
    expect_text(editor, "Hello wörld");
    alt(editor, 'U');
    alt(editor, 'U');
    expect_text(editor, "Hello wörld\nnext");
    cr_expect_eq(pb_editor_point(editor), strlen("Hello wörld\nnext"));
}

Test(editor, moves_and_deletes_whole_graphemes) {
    g_autoptr(PbEditor) editor = pb_editor_new("e\xcc\x81日👍");
    press(editor, PB_KEY_RIGHT);
    cr_expect_eq(pb_editor_point(editor), 3);
    press(editor, PB_KEY_RIGHT);
    cr_expect_eq(pb_editor_point(editor), 6);
    press(editor, PB_KEY_LEFT);
    press(editor, PB_KEY_LEFT);
    cr_expect_eq(pb_editor_point(editor), 0);
    control(editor, 'D');
    expect_text(editor, "日👍");
    control(editor, 'E');
    press(editor, PB_KEY_BACKSPACE);
    expect_text(editor, "日");
}

Test(editor, goes_up_and_down_by_visual_column) {
    g_autoptr(PbEditor) editor = pb_editor_new("abcdef\n日本語\nx\nabcdef");
    pb_editor_set_point(editor, 4);
    press(editor, PB_KEY_DOWN);
    cr_expect_eq(pb_editor_point(editor), 7 + 6, "behind two wide characters");
    press(editor, PB_KEY_DOWN);
    cr_expect_eq(pb_editor_point(editor), 18, "a short line ends before the column");
    press(editor, PB_KEY_DOWN);
    cr_expect_eq(pb_editor_point(editor), 19 + 4, "but the column is kept");
    control(editor, 'P');
    control(editor, 'P');
    control(editor, 'P');
    cr_expect_eq(pb_editor_point(editor), 4);
}

Test(editor, gives_up_back_at_the_top_edge_only) {
    g_autoptr(PbEditor) editor = pb_editor_new("one\ntwo");
    press(editor, PB_KEY_DOWN);
    cr_expect(press(editor, PB_KEY_UP));
    cr_expect_not(press(editor, PB_KEY_UP));
    press(editor, PB_KEY_DOWN);
    cr_expect(press(editor, PB_KEY_DOWN), "Down at the end goes to the end");
    cr_expect_eq(pb_editor_point(editor), 7);
}

Test(editor, treats_a_wrapped_line_as_rows) {
    g_autofree char *word = g_strnfill(100, 'w');
    g_autoptr(PbEditor) editor = pb_editor_new(word);
    press(editor, PB_KEY_DOWN);
    cr_expect_eq(pb_editor_point(editor), 78);
    control(editor, 'E');
    cr_expect_eq(pb_editor_point(editor), 100);
    control(editor, 'A');
    cr_expect_eq(pb_editor_point(editor), 78);
    control(editor, 'A');
    cr_expect_eq(pb_editor_point(editor), 0);
}

Test(editor, cuts_lines_together_and_pastes_them) {
    g_autoptr(PbEditor) editor = pb_editor_new("one\ntwo\nthree\nfour");
    press(editor, PB_KEY_RIGHT);
    control(editor, 'K');
    control(editor, 'K');
    expect_text(editor, "three\nfour");
    press(editor, PB_KEY_DOWN);
    control(editor, 'U');
    expect_text(editor, "three\none\ntwo\nfour");
    control(editor, 'K');
    expect_text(editor, "three\none\ntwo\n");
    control(editor, 'U');
    control(editor, 'U');
    expect_text(editor, "three\none\ntwo\nfourfour");
    alt(editor, 'u');
    expect_text(editor, "three\none\ntwo\nfour");
}

Test(editor, cuts_what_is_between_mark_and_point) {
    g_autoptr(PbEditor) editor = pb_editor_new("one two three");
    pb_editor_set_point(editor, 4);
    control(editor, '^');
    pb_editor_set_point(editor, 8);
    control(editor, 'K');
    expect_text(editor, "one three");
    press(editor, PB_KEY_END);
    control(editor, 'U');
    expect_text(editor, "one threetwo ");
}

Test(editor, replaces_what_shift_selected) {
    g_autoptr(PbEditor) editor = pb_editor_new("one two");
    for (int i = 0; i < 3; i++)
        shift(editor, PB_KEY_RIGHT);
    type(editor, "1");
    expect_text(editor, "1 two");
    shift(editor, PB_KEY_END);
    press(editor, PB_KEY_BACKSPACE);
    expect_text(editor, "1");
    shift(editor, PB_KEY_HOME);
    press(editor, PB_KEY_RIGHT);
    press(editor, PB_KEY_BACKSPACE);
    expect_text(editor, "");
}

Test(editor, takes_a_paste_as_text_and_one_step_of_undo) {
    g_autoptr(PbEditor) editor = pb_editor_new("");
    char pasted[] = "one\r\ntwo \x0b three\n";
    PbKey key = {.kind = PB_KEY_PASTE, .text = pasted};
    cr_expect(pb_editor_key(editor, &key));
    expect_text(editor, "one\ntwo \x0b three\n");
    alt(editor, 'u');
    expect_text(editor, "");
}

Test(editor, leaves_keys_of_others_alone) {
    g_autoptr(PbEditor) editor = pb_editor_new("text");
    const char others[] = "XOSJTRCGW_";
    for (const char *c = others; *c != '\0'; c++)
        cr_expect_not(control(editor, *c), "^%c", *c);
    cr_expect_not(alt(editor, 'n'));
    cr_expect_not(alt(editor, 'x'));
    cr_expect_not(press(editor, PB_KEY_ESC));
    cr_expect_not(press(editor, PB_KEY_TAB));
    expect_text(editor, "text");
}

Test(editor, finds_forward_backward_and_round) {
    g_autoptr(PbEditor) editor = pb_editor_new("Über uns\nüber alles\nende");
    gboolean wrapped = TRUE;
    cr_expect(pb_editor_find(editor, "über", FALSE, &wrapped));
    cr_expect_eq(pb_editor_point(editor), 10);
    cr_expect_not(wrapped);
    cr_expect(pb_editor_find(editor, "über", FALSE, &wrapped));
    cr_expect_eq(pb_editor_point(editor), 0);
    cr_expect(wrapped);
    cr_expect(pb_editor_find(editor, "ende", TRUE, &wrapped));
    cr_expect(wrapped);
    cr_expect_not(pb_editor_find(editor, "ENDE", FALSE, NULL), "a capital finds itself only");
    cr_expect(pb_editor_find(editor, "Über", FALSE, NULL));
    cr_expect_eq(pb_editor_point(editor), 0);
}

Test(editor, fills_a_paragraph_and_keeps_quote_marks) {
    g_autoptr(PbEditor) editor = pb_editor_new("> one two three\n> four five\n\nend\n-- \nAnna");
    pb_editor_justify(editor, 12);
    expect_text(editor, "> one two\n> three four\n> five\n\nend\n-- \nAnna");
    pb_editor_justify(editor, 40);
    expect_text(editor, "> one two three four five\n\nend\n-- \nAnna");
    pb_editor_set_point(editor, 27);
    pb_editor_justify(editor, 40);
    expect_text(editor, "> one two three four five\n\nend\n-- \nAnna");
}

Test(editor, replaces_all_and_can_go_back) {
    g_autoptr(PbEditor) editor = pb_editor_new("before");
    guint64 stamp = pb_editor_stamp(editor);
    pb_editor_set_text(editor, "after");
    cr_expect_neq(pb_editor_stamp(editor), stamp);
    expect_text(editor, "after");
    cr_expect(pb_editor_undo(editor));
    expect_text(editor, "before");
}

Test(editor, keeps_typing_quick_in_a_megabyte) {
    GString *big = g_string_new(NULL);
    while (big->len < 1024 * 1024)
        g_string_append(big, "Some words of a paragraph that nobody will ever read again. ");
    g_autoptr(PbEditor) editor = pb_editor_new(big->str);
    g_string_free(big, TRUE);
    gint64 start = g_get_monotonic_time();
    type(editor, "quick");
    press(editor, PB_KEY_DOWN);
    press(editor, PB_KEY_UP);
    cr_expect_lt(g_get_monotonic_time() - start, 2 * G_TIME_SPAN_SECOND);
}
