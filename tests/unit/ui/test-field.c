#include "ui/widget/field.h"

#include <criterion/criterion.h>

#include <locale.h>

static void press(PbField *field, const char *name) {
    PbKey key;
    cr_assert(pb_key_parse(name, &key), "%s", name);
    cr_expect(pb_field_key(field, &key), "%s was not taken", name);
}

static void type(PbField *field, const char *text) {
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        PbKey key = {.kind = PB_KEY_CHAR, .c = g_utf8_get_char(text)};
        cr_expect(pb_field_key(field, &key));
    }
}

static void use_utf8(void) {
    setlocale(LC_ALL, "C.UTF-8");
}

TestSuite(field, .init = use_utf8);

Test(field, typed_text_stands_at_the_point) {
    g_autoptr(PbField) field = pb_field_new("Minutes", TRUE);
    press(field, "Home");
    type(field, "The ");
    cr_expect_str_eq(pb_field_text(field), "The Minutes");
    cr_expect_eq(pb_field_point(field), 4);
}

Test(field, backspace_takes_a_base_character_with_its_accent) {
    g_autoptr(PbField) field = pb_field_new("cafe\xcc\x81", TRUE);
    press(field, "Backspace");
    cr_expect_str_eq(pb_field_text(field), "caf");
}

Test(field, arrows_walk_by_grapheme_and_stop_at_the_ends) {
    g_autoptr(PbField) field = pb_field_new("a漢é", TRUE);
    press(field, "Left");
    press(field, "Left");
    cr_expect_eq(pb_field_point(field), 1);
    press(field, "Left");
    press(field, "Left");
    cr_expect_eq(pb_field_point(field), 0);
    press(field, "End");
    press(field, "Right");
    cr_expect_eq(pb_field_point(field), 6);
}

Test(field, cut_line_can_be_put_back) {
    g_autoptr(PbField) field = pb_field_new("one two", TRUE);
    pb_field_set_point(field, 3);
    press(field, "^K");
    cr_expect_str_eq(pb_field_text(field), "one");
    press(field, "Home");
    press(field, "^U");
    cr_expect_str_eq(pb_field_text(field), " twoone");
}

Test(field, a_pasted_line_end_becomes_a_space) {
    g_autoptr(PbField) field = pb_field_new("", TRUE);
    PbKey key = {.kind = PB_KEY_PASTE, .text = (char *) "a@b\nBcc: c@d"};
    cr_expect(pb_field_key(field, &key));
    cr_expect_str_eq(pb_field_text(field), "a@b Bcc: c@d");
}

Test(field, word_erase_stops_at_a_comma) {
    g_autoptr(PbField) field = pb_field_new("ann@a.example,ben@b.example", TRUE);
    press(field, "^W");
    cr_expect_str_eq(pb_field_text(field), "ann@a.example,");
}

Test(field, keys_of_the_view_are_left_to_it) {
    g_autoptr(PbField) field = pb_field_new("x", TRUE);
    const char *names[] = {"Enter", "Esc", "Tab", "Up", "^X", "Alt-n", "F1", "PgDn"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        PbKey key;
        cr_assert(pb_key_parse(names[i], &key));
        cr_expect_not(pb_field_key(field, &key), "%s was taken", names[i]);
    }
    cr_expect_str_eq(pb_field_text(field), "x");
}

Test(field, the_point_is_never_put_inside_a_character) {
    g_autoptr(PbField) field = pb_field_new("äö", TRUE);
    pb_field_set_point(field, 1);
    cr_expect_eq(pb_field_point(field), 2);
    pb_field_set_point(field, 99);
    cr_expect_eq(pb_field_point(field), 4);
}

Test(field, invalid_utf8_is_refused) {
    g_autoptr(PbField) field = pb_field_new("\xff", TRUE);
    cr_expect_str_eq(pb_field_text(field), "");
    pb_field_insert(field, "\xc3");
    cr_expect_str_eq(pb_field_text(field), "");
}
