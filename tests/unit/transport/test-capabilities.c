#include "transport/smtp/capabilities.h"

#include <criterion/criterion.h>

static void assert_mechanisms(const char *text, const char *expected) {
    g_autoptr(PbCapabilities) capabilities = pb_capabilities_parse(text);
    g_autofree char *joined = g_strjoinv(" ", capabilities->mechanisms);
    cr_assert_str_eq(joined, expected, "%s", text);
}

Test(capabilities, are_read_from_a_postfix_reply) {
    g_autoptr(PbCapabilities) all = pb_capabilities_parse(
        "mx.example.org\nPIPELINING\nSIZE 10240000\nSTARTTLS\nAUTH PLAIN LOGIN\n"
        "ENHANCEDSTATUSCODES\n8BITMIME\nDSN\nSMTPUTF8\nCHUNKING");
    cr_assert(all->pipelining && all->starttls && all->eight_bit_mime && all->dsn);
    cr_assert(all->smtputf8 && all->chunking && all->enhanced_status && all->size);
    cr_assert_eq(all->size_limit, 10240000);
    cr_assert_eq(g_strv_length(all->lines), 9);
    cr_assert_str_eq(all->lines[0], "PIPELINING");
}

Test(capabilities, of_a_helo_reply_are_empty) {
    g_autoptr(PbCapabilities) none = pb_capabilities_parse("PIPELINING");
    cr_assert(!none->pipelining && !none->size);
    cr_assert_eq(g_strv_length(none->lines), 0);
    g_autoptr(PbCapabilities) empty = pb_capabilities_parse("");
    cr_assert_eq(g_strv_length(empty->mechanisms), 0);
}

Test(capabilities, ignore_case_and_unknown_lines) {
    g_autoptr(PbCapabilities) all = pb_capabilities_parse("h\npipelining\nX-FOO bar\n8BitMime\n\n");
    cr_assert(all->pipelining && all->eight_bit_mime && !all->dsn);
}

Test(capabilities, size_may_have_no_number_or_a_silly_one) {
    const struct {
        const char *line;
        guint64 limit;
    } cases[] = {
        {"SIZE", 0},         {"SIZE 0", 0},  {"SIZE 35882577", 35882577},
        {"SIZE=1000", 1000}, {"SIZE -5", 0}, {"SIZE 99999999999999999999999999", 0},
        {"SIZE ten", 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat("h\n", cases[i].line, NULL);
        g_autoptr(PbCapabilities) capabilities = pb_capabilities_parse(text);
        cr_expect(capabilities->size, "%s", cases[i].line);
        cr_expect_eq(capabilities->size_limit, cases[i].limit, "%s", cases[i].line);
    }
}

Test(capabilities, auth_is_read_in_every_spelling_seen) {
    assert_mechanisms("h\nAUTH PLAIN LOGIN", "PLAIN LOGIN");
    assert_mechanisms("h\nAUTH=PLAIN LOGIN", "PLAIN LOGIN");
    assert_mechanisms("h\nAUTH PLAIN\tLOGIN", "PLAIN LOGIN");
    assert_mechanisms("h\nAUTH\tPLAIN", "PLAIN");
    assert_mechanisms("h\nauth plain  cram-md5 ", "PLAIN CRAM-MD5");
    assert_mechanisms("h\nAUTH", "");
}

Test(capabilities, name_each_mechanism_once) {
    assert_mechanisms("h\nAUTH PLAIN LOGIN\nAUTH=LOGIN PLAIN SCRAM-SHA-256",
                      "PLAIN LOGIN SCRAM-SHA-256");
}

Test(capabilities, drop_names_that_are_no_mechanisms) {
    assert_mechanisms("h\nAUTH PLAIN \x1b[2J a\xc3\xa4 THIS-NAME-IS-FAR-TOO-LONG-TO-BE-ONE LOGIN",
                      "PLAIN LOGIN");
}

Test(capabilities, do_not_match_a_longer_keyword) {
    g_autoptr(PbCapabilities) none = pb_capabilities_parse("h\nPIPELININGX\nSTARTTLSX\nDSN2");
    cr_assert(!none->pipelining && !none->starttls && !none->dsn);
}
