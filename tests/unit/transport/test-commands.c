#include "accounts/pb-error.h"
#include "transport/smtp/commands.h"

#include <criterion/criterion.h>

#include <string.h>

static char *mail(PbTransaction *transaction, gboolean utf8, const char *ehlo) {
    g_autoptr(PbCapabilities) capabilities = pb_capabilities_parse(ehlo);
    g_autoptr(GError) error = NULL;
    char *line = pb_command_mail(transaction, 1234, utf8, capabilities, &error);
    cr_assert_not_null(line, "%s", error != NULL ? error->message : "");
    return line;
}

static char *rcpt(const char *address, const char *notify, gboolean utf8, const char *ehlo) {
    g_autoptr(PbCapabilities) capabilities = pb_capabilities_parse(ehlo);
    g_autoptr(GError) error = NULL;
    char *line = pb_command_rcpt(address, notify, utf8, capabilities, &error);
    cr_assert_not_null(line, "%s", error != NULL ? error->message : "");
    return line;
}

Test(commands, mail_has_no_parameter_that_is_not_offered) {
    PbTransaction transaction = {
        .id = (char *) "e1", .reverse_path = (char *) "a@b.org", .eight_bit = TRUE};
    g_autofree char *line = mail(&transaction, FALSE, "h");
    cr_assert_str_eq(line, "MAIL FROM:<a@b.org>\r\n");
}

Test(commands, mail_has_the_parameters_that_are_offered) {
    PbTransaction transaction = {.id = (char *) "e=1+x y",
                                 .reverse_path = (char *) "a@b.org",
                                 .eight_bit = TRUE,
                                 .return_full = TRUE};
    g_autofree char *line = mail(&transaction, TRUE, "h\nSIZE 9\n8BITMIME\nSMTPUTF8\nDSN");
    cr_assert_str_eq(line, "MAIL FROM:<a@b.org> SIZE=1234 BODY=8BITMIME SMTPUTF8 RET=FULL "
                           "ENVID=e+3D1+2Bx+20y\r\n");
}

Test(commands, mail_knows_the_null_reverse_path) {
    PbTransaction transaction = {.id = (char *) "", .reverse_path = (char *) ""};
    g_autofree char *line = mail(&transaction, FALSE, "h\nDSN");
    cr_assert_str_eq(line, "MAIL FROM:<> RET=HDRS\r\n");
}

Test(commands, rcpt_has_notify_and_orcpt_with_dsn_only) {
    g_autofree char *plain = rcpt("x+y@b.org", "FAILURE", FALSE, "h");
    g_autofree char *dsn = rcpt("x+y@b.org", "FAILURE,DELAY", FALSE, "h\nDSN");
    g_autofree char *silent = rcpt("x@b.org", NULL, FALSE, "h\nDSN");
    g_autofree char *odd = rcpt("x@b.org", "NEVER SIZE=1", FALSE, "h\nDSN");
    cr_assert_str_eq(plain, "RCPT TO:<x+y@b.org>\r\n");
    cr_assert_str_eq(dsn, "RCPT TO:<x+y@b.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;x+2By@b.org\r\n");
    cr_assert_str_eq(silent, "RCPT TO:<x@b.org> ORCPT=rfc822;x@b.org\r\n");
    cr_assert_str_eq(odd, "RCPT TO:<x@b.org> ORCPT=rfc822;x@b.org\r\n");
}

Test(commands, rcpt_writes_a_utf8_orcpt) {
    g_autofree char *line = rcpt("jürgen+a@b.org", NULL, TRUE, "h\nDSN\nSMTPUTF8");
    cr_assert_str_eq(line, "RCPT TO:<jürgen+a@b.org> ORCPT=utf-8;jürgen\\x{2B}a@b.org\r\n");
}

Test(commands, path_turns_a_domain_into_a_labels) {
    g_autofree char *path = pb_command_path("info@bücher.example", NULL);
    cr_assert_str_eq(path, "info@xn--bcher-kva.example");
    cr_assert(!pb_command_path_needs_utf8(path));
    g_autofree char *street = pb_command_path("info@straße.de", NULL);
    cr_assert_str_eq(street, "info@xn--strae-oqa.de");
    g_autofree char *local = pb_command_path("jürgen@b.org", NULL);
    cr_assert(pb_command_path_needs_utf8(local));
}

Test(commands, path_refuses_what_would_change_the_command) {
    const char *const cases[] = {
        "",
        "a@b\r\nRCPT TO:<c@d>",
        "a@b\n",
        "a@b\r",
        "a b@c",
        "a@b> SIZE=1",
        "<a@b",
        "a\tb@c",
        "a@\x7f",
        "\xff@b.c",
        "a@b\x01.org",
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path = pb_command_path(cases[i], &error);
        cr_expect_null(path, "taken: %s", cases[i]);
        cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
    }
    g_autofree char *endless = g_strnfill(2000, 'a');
    cr_assert_null(pb_command_path(endless, NULL));
}

Test(commands, hello_refuses_a_name_that_is_none) {
    g_autofree char *line = pb_command_hello("EHLO", "[127.0.0.1]", NULL);
    cr_assert_str_eq(line, "EHLO [127.0.0.1]\r\n");
    const char *const cases[] = {"", "a b", "a\r\nMAIL", "ä.example"};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        cr_expect_null(pb_command_hello("EHLO", cases[i], &error));
        cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
    }
}
