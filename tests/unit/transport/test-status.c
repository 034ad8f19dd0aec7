#include "transport/report/status.h"

#include <criterion/criterion.h>

#include <string.h>

static void check_texts(const char *sentence, const char *advice, const char *what) {
    cr_assert_not_null(sentence, "%s", what);
    gsize length = strlen(sentence);
    cr_assert_gt(length, 10, "%s", what);
    cr_assert_eq(sentence[length - 1], '.', "%s is no sentence: %s", what, sentence);
    cr_assert(g_ascii_isupper(sentence[0]), "%s: %s", what, sentence);
    if (advice != NULL)
        cr_assert_eq(advice[strlen(advice) - 1], '.', "%s: %s", what, advice);
}

Test(status, every_enhanced_code_has_a_sentence_a_category_and_stands_once) {
    guint count;
    const PbStatusRow *rows = pb_status_rows(&count);
    cr_assert_gt(count, 70);
    for (guint i = 0; i < count; i++) {
        g_autofree char *code = g_strdup_printf("5.%u.%u", rows[i].subject, rows[i].detail);
        check_texts(rows[i].sentence, rows[i].advice, code);
        cr_assert_leq(rows[i].category, PB_CATEGORY_DELIVERED, "%s", code);
        cr_assert_eq(pb_status_find(code), &rows[i], "%s stands twice", code);
    }
}

Test(status, every_reply_code_has_a_sentence_a_category_and_stands_once_per_stage) {
    guint count;
    const PbCodeRow *rows = pb_status_code_rows(&count);
    cr_assert_gt(count, 30);
    for (guint i = 0; i < count; i++) {
        g_autofree char *what = g_strdup_printf("%d at stage %d", rows[i].code, rows[i].stage);
        check_texts(rows[i].sentence, rows[i].advice, what);
        cr_assert(rows[i].code >= 200 && rows[i].code < 600, "%s", what);
        for (guint k = 0; k < i; k++)
            cr_assert(rows[k].code != rows[i].code || rows[k].stage != rows[i].stage, "%s", what);
    }
}

Test(status, all_codes_of_rfc_5321_and_rfc_4954_are_known) {
    static const int codes[] = {211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 421,
                                432, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504,
                                530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556};
    for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
        cr_assert_not_null(pb_status_find_code(codes[i], PB_STAGE_RCPT), "%d", codes[i]);
    cr_assert_null(pb_status_find_code(299, PB_STAGE_RCPT));
}

Test(status, all_codes_of_the_registry_are_known) {
    static const guint last[] = {0, 10, 4, 6, 7, 6, 10, 30};
    for (guint subject = 1; subject < G_N_ELEMENTS(last); subject++) {
        for (guint detail = 0; detail <= last[subject]; detail++) {
            g_autofree char *code = g_strdup_printf("4.%u.%u", subject, detail);
            const PbStatusRow *row = pb_status_find(code);
            cr_assert_not_null(row, "%s", code);
            cr_assert_eq(row->detail, detail, "%s", code);
        }
    }
}

Test(status, an_unknown_detail_falls_back_to_its_subject) {
    const PbStatusRow *row = pb_status_find("5.2.99");
    cr_assert_not_null(row);
    cr_assert_eq(row->subject, 2);
    cr_assert_eq(row->detail, 0);
    cr_assert_null(pb_status_find("5.9.1"));
    cr_assert_null(pb_status_find("5.0.0"));
}

Test(status, a_code_means_what_its_stage_makes_of_it) {
    cr_assert_eq(pb_status_find_code(550, PB_STAGE_MAIL)->category, PB_CATEGORY_SENDER_REJECTED);
    cr_assert_eq(pb_status_find_code(550, PB_STAGE_RCPT)->category, PB_CATEGORY_RECIPIENT_REFUSED);
    cr_assert_eq(pb_status_find_code(554, PB_STAGE_GREETING)->category, PB_CATEGORY_HOST_BLOCKED);
    cr_assert_eq(pb_status_find_code(454, PB_STAGE_STARTTLS)->category, PB_CATEGORY_TLS_REQUIRED);
    cr_assert_eq(pb_status_find_code(454, PB_STAGE_AUTH)->category, PB_CATEGORY_LOGIN_REQUIRED);
}

Test(status, only_well_formed_codes_are_read) {
    static const char *const bad[] = {"",        "5",      "5.1",    "5.1.",     "5..1",   "3.1.1",
                                      "5.1.1.1", "5.1.1a", "x.1.1",  "5.1234.1", " 5.1.1", "5.1.1 ",
                                      "5,1,1",   "55.1.1", "5.-1.1", "5.1.1111"};
    int class;
    guint16 subject, detail;
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_assert_not(pb_status_parse(bad[i], &class, &subject, &detail), "%s", bad[i]);
    cr_assert_not(pb_status_parse(NULL, &class, &subject, &detail));
    cr_assert(pb_status_parse("4.7.515", &class, &subject, &detail));
    cr_assert_eq(class, 4);
    cr_assert_eq(subject, 7);
    cr_assert_eq(detail, 515);
}
