#include "accounts/pb-error.h"
#include "compose/intake.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char *folder;

static void make_folder(void) {
    folder = g_dir_make_tmp("postbag-test-XXXXXX", NULL);
    cr_assert_not_null(folder);
}

TestSuite(intake, .init = make_folder);

static int open_in(const char *bytes, gsize length) {
    g_autofree char *path = g_build_filename(folder, "in", NULL);

    cr_assert(g_file_set_contents(path, bytes, (gssize) length, NULL));
    return open(path, O_RDONLY);
}

static PbIntake *run_bytes(const char *bytes, gsize length, const PbIntakeOptions *options,
                           char **out, GError **error) {
    g_autofree char *path = g_build_filename(folder, "out", NULL);
    int in = open_in(bytes, length);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    PbIntake *intake = pb_intake_read(in, fd, options, error);

    close(in);
    close(fd);
    if (intake != NULL) {
        gsize size = 0;

        cr_assert(g_file_get_contents(path, out, &size, NULL));
        cr_assert_eq(size, intake->size);
    }
    return intake;
}

static PbIntake *run(const char *text, const PbIntakeOptions *options, char **out) {
    g_autoptr(GError) error = NULL;
    PbIntake *intake = run_bytes(text, strlen(text), options, out, &error);

    cr_assert_not_null(intake, "%s", error != NULL ? error->message : "?");
    return intake;
}

static char *join(GPtrArray *texts) {
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < texts->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "", (char *) texts->pdata[i]);
    return g_string_free(out, FALSE);
}

#define BASE                                                                                       \
    "From: Anna <anna@example.org>\nDate: Sun, 01 Nov 2026 12:34:56 +0000\nMessage-ID: <1@a>\n"
#define BASE_CRLF                                                                                  \
    "From: Anna <anna@example.org>\r\nDate: Sun, 01 Nov 2026 12:34:56 +0000\r\n"                   \
    "Message-ID: <1@a>\r\n"

Test(intake, line_ends_become_crlf_and_nothing_else_changes) {
    static const PbIntakeOptions options = {0};
    static const struct {
        const char *in, *out;
    } rows[] = {
        {BASE "\nhi\n", BASE_CRLF "\r\nhi\r\n"},
        {BASE_CRLF "\r\nhi\r\n", BASE_CRLF "\r\nhi\r\n"},
        {BASE "\na\rb\r\nc\n\rd", BASE_CRLF "\r\na\r\nb\r\nc\r\n\r\nd\r\n"},
        {"From anna Sun Nov  1 12:34:56 2026\n" BASE "\nFrom here\n.\n",
         BASE_CRLF "\r\nFrom here\r\n.\r\n"},
        {BASE "\n", BASE_CRLF "\r\n"},
        {BASE, BASE_CRLF "\r\n"},
        {BASE "Subject: a\n  b\n\t\n\tc\n\n -- \n",
         BASE_CRLF "Subject: a\r\n  b\r\n\tc\r\n\r\n -- \r\n"},
        {BASE "Bcc: x@y,\n z@y\nX-Postbag-Account: work\nReturn-Path: <q@y>\nX: y\n\nbody\n",
         BASE_CRLF "X: y\r\n\r\nbody\r\n"},
        {BASE "Resent-Bcc: x@y\nX : y\n\nbody\n", BASE_CRLF "X: y\r\n\r\nbody\r\n"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *out = NULL;
        g_autoptr(PbIntake) intake = run(rows[i].in, &options, &out);

        cr_assert_str_eq(out, rows[i].out);
        cr_assert_str_eq(intake->message_id, "<1@a>");
        cr_assert_str_eq(intake->from_address, "anna@example.org");
        cr_assert_eq(intake->recipients->len, 0);
        cr_assert_not(intake->eight_bit || intake->utf8_headers);
    }
}

Test(intake, facts_are_read) {
    static const PbIntakeOptions options = {0};
    g_autofree char *out = NULL;
    g_autofree char *raw = NULL;
    g_autoptr(PbIntake) intake =
        run(BASE "Subject: =?utf-8?B?SsO8cmdlbg==?=\n =?utf-8?Q?_x?=\nX-Postbag-Account:  work \n\n"
                 "Gr\xfc\xdf"
                 "e\n",
            &options, &out);
    g_autoptr(PbIntake) utf8 = run(BASE "Subject: Größe\n\nx\n", &options, &raw);

    cr_assert_str_eq(intake->subject, "Jürgen x");
    cr_assert_str_eq(intake->account, "work");
    cr_assert_str_eq(intake->from, "Anna <anna@example.org>");
    cr_assert(intake->eight_bit);
    cr_assert_not(intake->utf8_headers);
    cr_assert(utf8->utf8_headers);
    cr_assert_not(utf8->eight_bit);
    cr_assert_str_eq(utf8->subject, "Größe");
}

Test(intake, recipients_come_from_headers_only_with_t) {
    static const PbIntakeOptions options = {.recipients_from_headers = TRUE};
    g_autofree char *out = NULL;
    g_autofree char *all = NULL;
    g_autoptr(PbIntake) intake =
        run(BASE "To: Bob <bob@x.org>,\n\tTeam: c@x.org, d@x.org;\nCc: bob@X.org\nbcc: e@x.org\n"
                 "To: f@x.org\n\nhi\n",
            &options, &out);

    all = join(intake->recipients);
    cr_assert_str_eq(all, "bob@x.org c@x.org d@x.org e@x.org f@x.org");
    cr_assert_null(strstr(out, "e@x.org"));
}

Test(intake, newest_resent_block_names_recipients_and_sender) {
    static const PbIntakeOptions options = {.recipients_from_headers = TRUE};
    g_autofree char *out = NULL;
    g_autofree char *all = NULL;
    g_autoptr(PbIntake) intake =
        run("Resent-From: carl@example.net\nResent-To: new@x.org\nResent-Bcc: hidden@x.org\n"
            "Resent-From: old@example.net\nResent-To: old@x.org\n" BASE "To: first@x.org\n\nhi\n",
            &options, &out);

    all = join(intake->recipients);
    cr_assert_str_eq(all, "new@x.org hidden@x.org");
    cr_assert_str_eq(intake->from_address, "carl@example.net");
    cr_assert_str_eq(intake->from, "Anna <anna@example.org>");
    cr_assert_null(strstr(out, "hidden@x.org"));
    cr_assert_not_null(strstr(out, "Resent-To: old@x.org\r\n"));
}

Test(intake, missing_fields_are_added) {
    static const PbIntakeOptions options = {.default_from = "anna@example.org",
                                            .full_name = "Anna Berg"};
    g_autofree char *out = NULL;
    g_autoptr(PbIntake) intake = run("Subject: x\n\nhi\n", &options, &out);

    cr_assert_not_null(strstr(out, "\r\nFrom: Anna Berg <anna@example.org>\r\n"));
    cr_assert_not_null(strstr(out, "\r\nDate: "));
    cr_assert_not_null(strstr(out, "\r\nMessage-ID: <"));
    cr_assert(g_str_has_suffix(intake->message_id, "@example.org>"));
    cr_assert(g_str_has_suffix(out, "\r\n\r\nhi\r\n"));
    cr_assert(g_str_has_prefix(out, "Subject: x\r\n"));
}

Test(intake, from_of_cron_gets_the_default_address) {
    static const PbIntakeOptions options = {.default_from = "anna@example.org"};
    g_autofree char *out = NULL;
    g_autoptr(PbIntake) intake =
        run("From: root (Cron Daemon)\nTo: anna@example.org\n\nhi\n", &options, &out);

    cr_assert_str_eq(intake->from, "Cron Daemon <anna@example.org>");
    cr_assert_null(strstr(out, "root"));
}

Test(intake, dot_ends_the_message_when_asked) {
    static const PbIntakeOptions options = {.dot_ends = TRUE};
    g_autofree char *out = NULL;
    g_autoptr(PbIntake) intake = run(BASE "\nhi\n.\nnot this\n", &options, &out);

    cr_assert(g_str_has_suffix(out, "\r\n\r\nhi\r\n"));
}

static void refused(const char *bytes, gsize length, const char *part) {
    static const PbIntakeOptions options = {.recipients_from_headers = TRUE};
    g_autofree char *out = NULL;
    g_autoptr(GError) error = NULL;

    cr_assert_null(run_bytes(bytes, length, &options, &out, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
    cr_assert_not_null(strstr(error->message, part), "%s", error->message);
}

#define REFUSED(text, part) refused(text, sizeof(text) - 1, part)

Test(intake, faults_name_line_or_field) {
    g_autofree char *filler = g_strnfill(999, 'x');
    g_autofree char *long_line = g_strconcat(BASE "\nok\n", filler, "\n", NULL);
    GString *big = g_string_new(BASE);

    REFUSED("", "the message is empty");
    REFUSED("hello\n", "line 1 is not a header field");
    REFUSED(" hello\n", "line 1 is not a header field");
    REFUSED(BASE "hello\n", "line 4 is not a header field");
    REFUSED(BASE "\na\0b\n", "line 5 has a NUL byte");
    REFUSED(BASE "To: bob\n\nx\n", "To, column 1: “@” is missing");
    REFUSED("From: bob\n\nx\n", "From, column 1: ");
    REFUSED("To: bob@x.org\n\nx\n", "no From address");
    REFUSED(BASE "Subject: \xff\n\nx\n", "“Subject” is neither ASCII nor UTF-8");
    refused(long_line, strlen(long_line), "line 6 is longer than 998 bytes");
    while (big->len < 1024 * 1024 + 10)
        g_string_append(big,
                        "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n");
    refused(big->str, big->len, "the header is longer than");
    g_string_free(big, TRUE);
}

Test(intake, line_of_998_bytes_is_accepted) {
    static const PbIntakeOptions options = {0};
    g_autofree char *filler = g_strnfill(998, 'x');
    g_autofree char *text = g_strconcat(BASE "\n", filler, "\r\n", NULL);
    g_autofree char *out = NULL;
    g_autoptr(PbIntake) intake = run(text, &options, &out);

    cr_assert_not_null(strstr(out, filler));
}

Test(intake, full_disk_is_told) {
    static const PbIntakeOptions options = {0};
    g_autoptr(GError) error = NULL;
    int in = open_in(BASE "\nx\n", strlen(BASE "\nx\n"));
    int out = open("/dev/full", O_WRONLY);

    cr_assert_null(pb_intake_read(in, out, &options, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_CREATE));
    close(in);
    close(out);
}
