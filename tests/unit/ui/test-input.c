#include "ui/term/input.h"

#include <criterion/criterion.h>
#include <curses.h>

static void on_key(const PbKey *key, gpointer user_data) {
    GString *seen = user_data;
    if (seen->len > 0)
        g_string_append_c(seen, ' ');
    if (key->kind == PB_KEY_PASTE) {
        g_string_append_printf(seen, "paste(%s)", key->text);
        return;
    }
    g_autofree char *name = pb_key_to_string(key);
    g_string_append(seen, name);
}

static void feed(PbInput *input, const char *text) {
    gboolean alone = g_utf8_strlen(text, -1) == 1;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        pb_input_feed(input, FALSE, g_utf8_get_char(at), alone);
}

Test(input, escape_and_a_letter_are_alt) {
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(PbInput) input = pb_input_new(on_key, seen);
    feed(input, "\033f");
    cr_expect_str_eq(seen->str, "Alt-f");
    cr_expect_not(pb_input_esc_pending(input));
}

Test(input, escape_alone_waits_until_it_is_flushed) {
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(PbInput) input = pb_input_new(on_key, seen);
    feed(input, "\033");
    cr_expect_str_eq(seen->str, "");
    cr_expect(pb_input_esc_pending(input));
    pb_input_flush_esc(input);
    pb_input_flush_esc(input);
    cr_expect_str_eq(seen->str, "Esc");
}

Test(input, two_escapes_are_two_keys) {
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(PbInput) input = pb_input_new(on_key, seen);
    feed(input, "\033");
    feed(input, "\033");
    pb_input_flush_esc(input);
    cr_expect_str_eq(seen->str, "Esc Esc");
}

Test(input, line_feed_is_a_key_alone_and_a_line_end_in_a_burst) {
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(PbInput) input = pb_input_new(on_key, seen);
    feed(input, "\n");
    feed(input, "a\nb");
    cr_expect_str_eq(seen->str, "^J a Enter b");
}

Test(input, control_bytes_become_named_keys) {
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(PbInput) input = pb_input_new(on_key, seen);
    feed(input, "\t\r\x7f\x18\x1f");
    pb_input_feed(input, FALSE, 0, TRUE);
    pb_input_feed(input, TRUE, KEY_BTAB, TRUE);
    pb_input_feed(input, TRUE, KEY_F(1), TRUE);
    cr_expect_str_eq(seen->str, "Tab Enter Backspace ^X ^_ ^@ Shift-Tab F1");
}

Test(input, a_paste_is_text_and_never_keys) {
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(PbInput) input = pb_input_new(on_key, seen);
    pb_input_feed(input, TRUE, PB_CODE_PASTE_START, FALSE);
    feed(input, "q\r\ny\rz\x18\033\tä");
    pb_input_feed(input, TRUE, KEY_UP, FALSE);
    cr_expect_str_eq(seen->str, "");
    pb_input_feed(input, TRUE, PB_CODE_PASTE_END, FALSE);
    cr_expect_str_eq(seen->str, "paste(q\ny\nz\tä)");
    cr_expect_not(pb_input_esc_pending(input));
}

Test(input, unknown_codes_and_c1_controls_are_dropped) {
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(PbInput) input = pb_input_new(on_key, seen);
    pb_input_feed(input, TRUE, KEY_RESIZE, TRUE);
    pb_input_feed(input, FALSE, 0x9b, TRUE);
    pb_input_feed(input, FALSE, 0xd800, TRUE);
    cr_expect_str_eq(seen->str, "");
}
