#include "accounts/pb-error.h"
#include "transport/report/explain-words.h"
#include "transport/report/explain.h"

#include <criterion/criterion.h>

#include <string.h>

static PbExplanation *explain(PbStage stage, int code, const char *status, const char *text,
                              const char *address) {
    g_autoptr(PbEvidence) evidence = pb_evidence_new(stage, code, status, text, "mx.example.net");
    return pb_explain(evidence, address);
}

static void check(PbStage stage, int code, const char *status, const char *text,
                  PbCategory category) {
    g_autoptr(PbExplanation) got = explain(stage, code, status, text, "cy@example.org");
    cr_assert_eq(got->category, category, "%d %s %s: %s, not %s", code, status, text,
                 pb_category_to_string(got->category), pb_category_to_string(category));
    cr_assert_gt(strlen(got->sentence), 10);
    cr_assert_not_null(got->advice);
}

Test(explain, every_category_has_a_name_of_its_own_and_is_read_back) {
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (int i = PB_CATEGORY_UNKNOWN; i <= PB_CATEGORY_DELIVERED; i++) {
        const char *name = pb_category_to_string((PbCategory) i);
        cr_assert_not_null(name);
        cr_assert(g_hash_table_add(seen, (gpointer) name), "%s stands twice", name);
        cr_assert_eq((int) pb_category_from_string(name), i);
    }
    cr_assert_eq(pb_category_from_string("no-such-thing"), PB_CATEGORY_UNKNOWN);
    cr_assert_eq(pb_category_from_string(NULL), PB_CATEGORY_UNKNOWN);
}

Test(explain, every_phrase_stands_once_and_is_reached) {
    guint count;
    const PbWordsRow *rows = pb_explain_words_rows(&count);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < count; i++) {
        cr_assert(g_hash_table_add(seen, (gpointer) rows[i].phrase), "“%s” stands twice",
                  rows[i].phrase);
        cr_assert_neq(rows[i].category, PB_CATEGORY_UNKNOWN, "%s", rows[i].phrase);
        /* The form of the table is the form of normalised text. */
        g_auto(GStrv) parts = g_strsplit(rows[i].phrase, " * ", -1);
        g_autofree char *joined = g_strjoinv(" ", parts);
        g_autofree char *normal = pb_explain_normalise(joined);
        g_autofree char *expected = g_strdup_printf(" %s ", joined);
        cr_assert_str_eq(normal, expected);
        cr_assert_eq(pb_explain_words(joined), rows[i].category, "“%s” is never reached",
                     rows[i].phrase);
    }
}

Test(explain, words_come_before_codes) {
    check(PB_STAGE_RCPT, 550, "5.7.1", "<cy@example.org>: User unknown", PB_CATEGORY_NO_SUCH_USER);
    check(PB_STAGE_RCPT, 554, "5.7.1",
          "Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
          PB_CATEGORY_HOST_BLOCKED);
    check(PB_STAGE_RCPT, 450, "4.2.0", "Recipient address rejected: Greylisted, see http://x",
          PB_CATEGORY_TRY_LATER);
    check(PB_STAGE_END_OF_DATA, 550, "5.7.26", "This mail has been blocked: no SPF, no DKIM",
          PB_CATEGORY_AUTH_FAILURE);
    check(PB_STAGE_RCPT, 452, "4.2.2", "The email account is over quota", PB_CATEGORY_MAILBOX_FULL);
    check(PB_STAGE_END_OF_DATA, 554, "", "This looks like SPAM", PB_CATEGORY_SPAM_REJECTED);
    check(PB_STAGE_RCPT, 554, "5.7.1", "<x@y.example>: Relay access denied",
          PB_CATEGORY_RELAY_DENIED);
    check(PB_STAGE_RCPT, 550, "", "mailbox is currently full", PB_CATEGORY_MAILBOX_FULL);
}

Test(explain, enhanced_codes_come_before_bare_ones) {
    check(PB_STAGE_RCPT, 550, "5.1.1", "no", PB_CATEGORY_NO_SUCH_USER);
    check(PB_STAGE_RCPT, 550, "5.1.2", "no", PB_CATEGORY_DOMAIN_NOT_FOUND);
    check(PB_STAGE_RCPT, 550, "5.7.25", "no", PB_CATEGORY_HOST_BLOCKED);
    check(PB_STAGE_AUTH, 535, "5.7.8", "", PB_CATEGORY_LOGIN_REQUIRED);
}

Test(explain, bare_codes_are_explained_by_their_stage) {
    check(PB_STAGE_RCPT, 550, "", "no", PB_CATEGORY_RECIPIENT_REFUSED);
    check(PB_STAGE_MAIL, 552, "", "no", PB_CATEGORY_MESSAGE_TOO_BIG);
    check(PB_STAGE_RCPT, 552, "", "no", PB_CATEGORY_MAILBOX_FULL);
    check(PB_STAGE_RCPT, 599, "", "no", PB_CATEGORY_UNKNOWN);
    check(PB_STAGE_RCPT, 499, "", "no", PB_CATEGORY_TRY_LATER);
    check(PB_STAGE_RCPT, 250, "2.1.5", "Ok", PB_CATEGORY_DELIVERED);
}

Test(explain, silence_is_explained_by_its_stage) {
    check(PB_STAGE_CONNECT, 0, "", "Connection refused", PB_CATEGORY_UNREACHABLE);
    check(PB_STAGE_TLS, 0, "", "the certificate has expired", PB_CATEGORY_TLS_REQUIRED);
    check(PB_STAGE_RCPT, 0, "", "connection closed", PB_CATEGORY_UNREACHABLE);
    check(PB_STAGE_LOCAL, 0, "", "user unknown: said by us", PB_CATEGORY_UNKNOWN);
    check(PB_STAGE_REPORT, 0, "", "", PB_CATEGORY_UNKNOWN);
    g_autoptr(PbExplanation) unsure =
        explain(PB_STAGE_END_OF_DATA, 0, "", "connection closed", "cy@example.org");
    cr_assert_eq(unsure->category, PB_CATEGORY_UNREACHABLE);
    cr_assert_str_eq(unsure->sentence,
                     "The connection broke before the server said whether it has the message.");
}

Test(explain, the_sentence_names_the_domain_when_it_is_known_and_clean) {
    g_autoptr(PbExplanation) named = explain(PB_STAGE_RCPT, 550, "5.1.1", "", "cy@example.org");
    cr_assert_str_eq(named->sentence, "There is no mailbox with this name at example.org.");
    cr_assert_str_eq(named->advice, "Check the spelling and correct the address.");
    g_autoptr(PbExplanation) unnamed = explain(PB_STAGE_RCPT, 550, "5.1.1", "", NULL);
    cr_assert_str_eq(unnamed->sentence, "There is no mailbox with this name.");
    g_autoptr(PbExplanation) hostile = explain(PB_STAGE_RCPT, 550, "5.1.1", "", "a@b\033[2Jc");
    cr_assert_str_eq(hostile->sentence, "There is no mailbox with this name.");
    g_autoptr(PbExplanation) foreign = explain(PB_STAGE_RCPT, 550, "5.1.1", "", "a@bücher.example");
    cr_assert_str_eq(foreign->sentence, "There is no mailbox with this name at bücher.example.");
}

Test(explain, no_sentence_is_left_with_a_placeholder) {
    for (int subject = 0; subject <= 8; subject++) {
        for (int detail = 0; detail <= 40; detail++) {
            g_autofree char *status = g_strdup_printf("5.%d.%d", subject, detail);
            g_autoptr(PbExplanation) got = explain(PB_STAGE_RCPT, 550, status, "", NULL);
            cr_assert_null(strchr(got->sentence, '{'), "%s: %s", status, got->sentence);
        }
    }
}

Test(explain, a_temporary_refusal_asks_nothing_of_the_person) {
    g_autoptr(PbExplanation) got = explain(PB_STAGE_RCPT, 452, "4.2.2", "full", "cy@example.org");
    cr_assert_str_eq(got->advice, "Nothing has to be done: it is tried again by itself.");
}

Test(explain, addresses_in_the_text_are_no_evidence) {
    check(PB_STAGE_RCPT, 550, "5.1.1", "<spam@virus.example> no", PB_CATEGORY_NO_SUCH_USER);
    cr_assert_eq(pb_explain_words("<over.quota@spf.example>"), PB_CATEGORY_UNKNOWN);
    cr_assert_eq(pb_explain_words("antispamming"), PB_CATEGORY_UNKNOWN);
}

static void check_parse(const char *text, int code, const char *status, const char *said) {
    GError *error = NULL;
    g_autoptr(PbEvidence) got = pb_explain_parse(text, &error);
    cr_assert_not_null(got, "%s: %s", text, error != NULL ? error->message : "");
    cr_assert_eq(got->code, code, "%s: %d", text, got->code);
    cr_assert_str_eq(got->status, status, "%s", text);
    cr_assert_str_eq(got->text, said, "%s", text);
}

Test(explain_parse, takes_a_reply_as_people_paste_it) {
    check_parse("550 5.1.1 <x@y>: unknown", 550, "5.1.1", "<x@y>: unknown");
    check_parse("  550 no such user \n", 550, "", "no such user");
    check_parse("421-4.7.0 busy\r\n421 4.7.0 come back\r\n", 421, "4.7.0", "busy\ncome back");
    check_parse("smtp; 550-5.1.1 gone", 550, "5.1.1", "gone");
    check_parse("host mx.example.org[192.0.2.1] said: 452 4.2.2 full (in reply to RCPT TO)", 452,
                "4.2.2", "full (in reply to RCPT TO)");
    check_parse("5.7.25", 0, "5.7.25", "");
    check_parse("550", 550, "", "");
    check_parse("550 User unknown (#5.1.1)", 550, "5.1.1", "User unknown (#5.1.1)");
}

Test(explain_parse, refuses_what_is_no_reply) {
    static const char *const bad[] = {
        "",          "hello", "12345",    "call 5550123", "user550@example.org",
        "192.0.2.1", "5.1",   "1.5.1.1.1"};
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PbEvidence) got = pb_explain_parse(bad[i], &error);
        cr_assert_null(got, "%s", bad[i]);
        cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
    }
}

Test(explain_parse, survives_bytes_that_are_no_text) {
    check_parse("550 5.1.1 \xff\xfe", 550, "5.1.1", "\357\277\275\357\277\275");
    g_autofree char *huge = g_strnfill(100000, '5');
    g_autoptr(GError) error = NULL;
    cr_assert_null(pb_explain_parse(huge, &error));
}
