#include "ui/cli/suggest.h"

#include <criterion/criterion.h>

static const char *const commands[] = {"account", "compose", "flush",    "outbox",
                                       "release", "sandbox", "sendmail", NULL};

Test(suggest, finds_a_word_with_one_letter_wrong) {
    cr_assert_str_eq(pb_suggest("acount", commands), "account");
    cr_assert_str_eq(pb_suggest("outbix", commands), "outbox");
    cr_assert_str_eq(pb_suggest("sendmial", commands), "sendmail");
}

Test(suggest, finds_a_word_that_was_cut_short) {
    cr_assert_str_eq(pb_suggest("rel", commands), "release");
}

Test(suggest, says_nothing_when_no_word_is_near) {
    cr_assert_null(pb_suggest("frobnicate", commands));
    cr_assert_null(pb_suggest("xyz", commands));
    cr_assert_null(pb_suggest("", commands));
}

Test(suggest, survives_a_word_longer_than_any_command) {
    g_autofree char *endless = g_strnfill(5000, 'a');

    cr_assert_null(pb_suggest(endless, commands));
}
