#include "accounts/pb-error.h"
#include "ui/view/external-text.h"

#include <criterion/criterion.h>
#include <glib.h>

#include <string.h>

static PbMessage *example(void) {
    PbMessage *message = pb_message_new();
    pb_message_set(&message->from, "Anna Berg <anna@example.org>");
    pb_message_set(&message->to, "bob@example.org, \"Doe, Jane\" <jane@example.org>");
    pb_message_set(&message->subject, "Grüße: und: Doppelpunkte");
    pb_message_set(&message->body, "To: not a header\n\n# a heading\n");
    return message;
}

Test(external_text, gives_back_what_was_written) {
    g_autoptr(PbMessage) message = example();
    g_autofree char *text = pb_external_text_write(message);
    g_autoptr(PbMessage) back = pb_message_new();
    cr_assert(pb_external_text_read(text, back, NULL));
    cr_expect_str_eq(back->from, message->from);
    cr_expect_str_eq(back->to, message->to);
    cr_expect_str_eq(back->cc, "");
    cr_expect_str_eq(back->subject, message->subject);
    cr_expect_str_eq(back->body, message->body);
}

Test(external_text, empties_a_header_that_was_removed) {
    g_autoptr(PbMessage) message = example();
    cr_assert(pb_external_text_read("to: a@b\n\nSubject:  x \n# ---- text\nbody", message, NULL));
    cr_expect_str_eq(message->to, "a@b");
    cr_expect_str_eq(message->subject, "x");
    cr_expect_str_eq(message->from, "");
    cr_expect_str_eq(message->body, "body");
}

Test(external_text, names_a_line_that_is_no_header_and_changes_nothing) {
    g_autoptr(PbMessage) message = example();
    g_autoptr(GError) error = NULL;
    cr_assert_not(pb_external_text_read("To: x@y\nX-Evil: 1\n# ---- t\nz", message, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
    cr_expect(strstr(error->message, "line 2") != NULL, "%s", error->message);
    cr_expect_str_eq(message->subject, "Grüße: und: Doppelpunkte");
}

Test(external_text, misses_the_dividing_line) {
    g_autoptr(PbMessage) message = example();
    g_autoptr(GError) error = NULL;
    cr_assert_not(pb_external_text_read("To: x@y\nSubject: z\n", message, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
    cr_expect_str_eq(message->body, "To: not a header\n\n# a heading\n");
}
