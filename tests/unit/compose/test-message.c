#include "accounts/pb-error.h"
#include "compose/message.h"

#include <criterion/criterion.h>

#include <string.h>

static PbMessage *make(const char *from, const char *to, const char *cc, const char *bcc) {
    PbMessage *message = pb_message_new();

    pb_message_set(&message->from, from);
    pb_message_set(&message->to, to);
    pb_message_set(&message->cc, cc);
    pb_message_set(&message->bcc, bcc);
    return message;
}

static char *join(GPtrArray *texts) {
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < texts->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "", (char *) texts->pdata[i]);
    return g_string_free(out, FALSE);
}

Test(message, envelope_has_each_recipient_once_in_order) {
    g_autoptr(PbMessage) message =
        make("Anna <anna@example.org>", "b@x.org, T: c@x.org, b@X.ORG;", "c@x.org, d@x.org",
             "B@x.org, \"d\"@x.org, e@bücher.example");
    g_autoptr(PbEnvelope) envelope = pb_message_envelope(message, NULL);
    g_autofree char *all = NULL;

    cr_assert_not_null(envelope);
    all = join(envelope->recipients);
    cr_assert_str_eq(envelope->reverse_path, "anna@example.org");
    cr_assert_str_eq(all, "b@x.org c@x.org d@x.org B@x.org e@xn--bcher-kva.example");
}

Test(message, envelope_error_names_field_and_column) {
    g_autoptr(GError) to = NULL;
    g_autoptr(GError) from = NULL;
    g_autoptr(GError) none = NULL;
    g_autoptr(PbMessage) bad_to = make("a@b", "anna@ex.org, bob example.org", "", "");
    g_autoptr(PbMessage) bad_from = make("", "a@b", "", "");
    g_autoptr(PbMessage) nobody = make("a@b", " ", "", "");

    cr_assert_null(pb_message_envelope(bad_to, &to));
    cr_assert_str_eq(to->message, "To, column 14: “@” is missing in “bob example.org”");
    cr_assert_null(pb_message_envelope(bad_from, &from));
    cr_assert_str_eq(from->message, "From, column 1: an address is missing");
    cr_assert_null(pb_message_envelope(nobody, &none));
    cr_assert(g_error_matches(none, PB_ERROR, PB_ERROR_DATA));
}

Test(message, id_is_random_and_has_the_domain_of_from) {
    g_autoptr(PbMessage) one = make("Anna <anna@bücher.example>", "", "", "");
    g_autoptr(PbMessage) two = make("anna@bücher.example", "", "", "");
    g_autofree char *first = NULL;

    pb_message_ensure_id(one);
    pb_message_ensure_id(two);
    cr_assert(g_str_has_prefix(one->message_id, "<"));
    cr_assert(g_str_has_suffix(one->message_id, "@xn--bcher-kva.example>"));
    cr_assert_eq(strcspn(one->message_id, "@"), 33);
    cr_assert_str_neq(one->message_id, two->message_id);
    first = g_strdup(one->message_id);
    pb_message_ensure_id(one);
    cr_assert_str_eq(one->message_id, first);
}

Test(message, id_waits_for_a_usable_from) {
    g_autoptr(PbMessage) message = make("Anna", "", "", "");

    pb_message_ensure_id(message);
    cr_assert_null(message->message_id);
}

Test(message, copy_is_deep) {
    g_autoptr(PbMessage) message = make("a@b", "c@d", "", "");
    g_autoptr(PbMessage) copy = NULL;

    g_ptr_array_add(message->extra_headers, g_strdup("X-A: b"));
    copy = pb_message_copy(message);
    pb_message_set(&message->to, NULL);
    g_ptr_array_set_size(message->extra_headers, 0);
    cr_assert_str_eq(message->to, "");
    cr_assert_str_eq(copy->to, "c@d");
    cr_assert_eq(copy->extra_headers->len, 1);
}

Test(message, is_empty_until_something_is_written) {
    g_autoptr(PbMessage) message = make("a@b", "", "", "");

    pb_message_set(&message->body, " \n\n");
    cr_assert(pb_message_is_empty(message));
    pb_message_set(&message->subject, "x");
    cr_assert_not(pb_message_is_empty(message));
}

Test(message, references_of_a_reply_grow_by_one_and_stay_bounded) {
    g_autofree char *first = pb_message_references_for_reply(NULL, "<1@a>");
    g_autofree char *second = pb_message_references_for_reply("<1@a>\r\n <2@a>", " <3@a> ");
    g_autofree char *none = pb_message_references_for_reply("<1@a>", "nothing");
    g_autoptr(GString) many = g_string_new(NULL);
    g_autofree char *cut = NULL;
    g_auto(GStrv) ids = NULL;

    for (int i = 0; i < 100; i++)
        g_string_append_printf(many, "<%d@a> ", i);
    cut = pb_message_references_for_reply(many->str, "<last@a>");
    ids = g_strsplit(cut, " ", -1);
    cr_assert_str_eq(first, "<1@a>");
    cr_assert_str_eq(second, "<1@a> <2@a> <3@a>");
    cr_assert_null(none);
    cr_assert_eq(g_strv_length(ids), 40);
    cr_assert_str_eq(ids[0], "<0@a>");
    cr_assert_str_eq(ids[39], "<last@a>");
}
