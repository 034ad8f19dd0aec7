#include "accounts/pb-error.h"
#include "ui/cli/sendmail-options.h"

#include <criterion/criterion.h>

static PbSendmailOptions *parse(const char *line, GError **error) {
    g_auto(GStrv) argv = NULL;
    int argc;

    cr_assert(g_shell_parse_argv(line, &argc, &argv, NULL));
    return pb_sendmail_options_parse(argc, argv, error);
}

static const char *address(PbSendmailOptions *options, guint index) {
    cr_assert_lt(index, options->addresses->len);
    return g_ptr_array_index(options->addresses, index);
}

Test(sendmail_options, understands_git_send_email) {
    g_autoptr(PbSendmailOptions) options =
        parse("sendmail -i -f anna@example.org bob@example.org cy@example.org", NULL);

    cr_assert_not_null(options);
    cr_assert(options->ignore_dots);
    cr_assert_not(options->recipients_from_headers);
    cr_assert_str_eq(options->sender, "anna@example.org");
    cr_assert_eq(options->addresses->len, 2);
    cr_assert_str_eq(address(options, 1), "cy@example.org");
}

Test(sendmail_options, understands_mutt) {
    g_autoptr(PbSendmailOptions) options =
        parse("sendmail -oem -oi -N success -R hdrs -f anna@example.org -- bob@example.org", NULL);

    cr_assert_not_null(options);
    cr_assert(options->ignore_dots);
    cr_assert_str_eq(options->notify, "success");
    cr_assert_eq(options->addresses->len, 1);
}

Test(sendmail_options, takes_bundled_letters_and_attached_values) {
    g_autoptr(PbSendmailOptions) options = parse("sendmail -tvifanna@example.org '-FAnna B'", NULL);

    cr_assert_not_null(options);
    cr_assert(options->recipients_from_headers);
    cr_assert(options->ignore_dots);
    cr_assert(options->verbose);
    cr_assert_str_eq(options->sender, "anna@example.org");
    cr_assert_str_eq(options->full_name, "Anna B");
}

Test(sendmail_options, takes_the_empty_sender_of_reports) {
    g_autoptr(PbSendmailOptions) options = parse("sendmail -f '<>' bob@example.org", NULL);

    cr_assert_not_null(options);
    cr_assert_str_eq(options->sender, "");
}

Test(sendmail_options, reads_nothing_as_an_option_behind_two_dashes) {
    g_autoptr(PbSendmailOptions) options = parse("sendmail -i -- -t@example.org", NULL);

    cr_assert_not_null(options);
    cr_assert_not(options->recipients_from_headers);
    cr_assert_str_eq(address(options, 0), "-t@example.org");
}

Test(sendmail_options, knows_the_modes_of_mailq_and_queue_runs) {
    g_autoptr(PbSendmailOptions) list = parse("sendmail -bp", NULL);
    g_autoptr(PbSendmailOptions) flush = parse("sendmail -q", NULL);
    g_autoptr(PbSendmailOptions) submit = parse("sendmail -bm -t", NULL);

    cr_assert_eq(list->mode, PB_SENDMAIL_LIST);
    cr_assert_eq(flush->mode, PB_SENDMAIL_FLUSH);
    cr_assert_eq(submit->mode, PB_SENDMAIL_SUBMIT);
}

Test(sendmail_options, takes_the_account_in_both_forms) {
    g_autoptr(PbSendmailOptions) apart = parse("sendmail --account work -t", NULL);
    g_autoptr(PbSendmailOptions) joined = parse("sendmail --account=work --queue-only -t", NULL);

    cr_assert_str_eq(apart->account, "work");
    cr_assert(apart->recipients_from_headers);
    cr_assert_str_eq(joined->account, "work");
    cr_assert(joined->queue_only);
}

Test(sendmail_options, refuses_what_it_does_not_do) {
    static const char *const lines[] = {"sendmail -bs",           "sendmail -bd",
                                        "sendmail -Z x@y",        "sendmail -f",
                                        "sendmail --acount work", "sendmail --account"};

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PbSendmailOptions) options = parse(lines[i], &error);

        cr_assert_null(options, "%s", lines[i]);
        cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_USAGE), "%s", lines[i]);
    }
}
