#include "ui/term/keys.h"

#include <criterion/criterion.h>

static void check_round_trip(const char *name) {
    PbKey key;
    cr_assert(pb_key_parse(name, &key), "“%s” was not understood", name);
    g_autofree char *text = pb_key_to_string(&key);
    cr_expect_str_eq(text, name);
}

Test(keys, every_written_form_reads_back_as_itself) {
    const char *names[] = {"y",     "?",         "^X",  "^_",   "Alt-n", "Enter",     "Esc",
                           "Tab",   "Shift-Tab", "Up",  "PgDn", "Home",  "Del",       "F1",
                           "Space", "Alt-Enter", "F12", "^@",   "{",     "|",         "é",
                           "漢",    "Alt-u",     "^\\", "Ins",  "Left",  "Shift-Left"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        check_round_trip(names[i]);
}

Test(keys, nonsense_is_not_a_key_and_leaves_the_output_alone) {
    const char *names[] = {"", "xy", "^", "^é", "F0", "F99", "Alt-", "Hyper-x", "^1", "\x01", " "};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        PbKey key = {.kind = PB_KEY_MOUSE, .c = 7};
        /* "^" alone is the character itself. */
        if (g_strcmp0(names[i], "^") == 0)
            continue;
        cr_expect_not(pb_key_parse(names[i], &key), "“%s” was taken", names[i]);
        cr_expect_eq(key.kind, PB_KEY_MOUSE);
    }
}

Test(keys, small_and_capital_letters_differ_but_control_letters_do_not) {
    PbKey small, capital, control;
    cr_assert(pb_key_parse("d", &small) && pb_key_parse("D", &capital));
    cr_expect_not(pb_key_equal(&small, &capital));
    cr_assert(pb_key_parse("^x", &control));
    cr_expect(pb_key_is(&control, "^X"));
}

Test(keys, alt_and_plain_are_two_keys) {
    PbKey alt = {.kind = PB_KEY_CHAR, .c = 'f', .alt = TRUE};
    cr_expect(pb_key_is(&alt, "Alt-f"));
    cr_expect_not(pb_key_is(&alt, "f"));
    cr_expect_not(pb_key_is_text(&alt));
}
