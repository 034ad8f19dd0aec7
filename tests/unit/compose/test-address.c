#include "accounts/pb-error.h"
#include "compose/address.h"

#include <criterion/criterion.h>

#include <string.h>

typedef struct {
    const char *text;
    const char *expected; /* "name|address" joined by newlines */
} Good;

static const Good good[] = {
    {"", ""},
    {"  \t ", ""},
    {"bob@example.org", "|bob@example.org"},
    {"  bob@example.org  ,", "|bob@example.org"},
    {"bob @ example.org", "|bob@example.org"},
    {"bob@localhost", "|bob@localhost"},
    {"a.b+c=d@x-1.example.org", "|a.b+c=d@x-1.example.org"},
    {"Anna Berg <anna@example.org>", "Anna Berg|anna@example.org"},
    {"Anna  Berg<anna@example.org>", "Anna Berg|anna@example.org"},
    {"\"Berg, Anna\" <anna@example.org>", "Berg, Anna|anna@example.org"},
    {"\"Anna \\\"A\\\" Berg\" <anna@example.org>", "Anna \"A\" Berg|anna@example.org"},
    {"John Q. Public <jqp@example.org>", "John Q. Public|jqp@example.org"},
    {"<anna@example.org>", "|anna@example.org"},
    {"anna@example.org (Anna Berg)", "Anna Berg|anna@example.org"},
    {"(a (nested) comment) anna@example.org", "|anna@example.org"},
    {"Anna (the first) Berg <anna(x)@(y)example.org>", "Anna Berg|anna@example.org"},
    {"a@x.org, B <b@x.org>,c@x.org", "|a@x.org\nB|b@x.org\n|c@x.org"},
    {"Team: a@x.org, B <b@x.org>;", "|a@x.org\nB|b@x.org"},
    {"Team: ;, c@x.org", "|c@x.org"},
    {"undisclosed-recipients:;", ""},
    {"\"john doe\"@example.org", "|\"john doe\"@example.org"},
    {"\"john\"@example.org", "|john@example.org"},
    {"\"a@b\"@example.org", "|\"a@b\"@example.org"},
    {"bob@[192.0.2.1]", "|bob@[192.0.2.1]"},
    {"bob@[IPv6:2001:db8::1]", "|bob@[IPv6:2001:db8::1]"},
    {"Jürgen Müller <jm@example.org>", "Jürgen Müller|jm@example.org"},
    {"jürgen@example.org", "|jürgen@example.org"},
    {"info@bücher.example", "|info@bücher.example"},
    {"👩‍💻 Dev <dev@example.org>", "👩‍💻 Dev|dev@example.org"},
    {"=?UTF-8?Q?J=C3=BCrgen_M=C3=BCller?= <jm@example.org>", "Jürgen Müller|jm@example.org"},
    {"=?utf-8?B?SsO8cmdlbg==?= =?utf-8?Q?_M.?= <jm@example.org>", "Jürgen M.|jm@example.org"},
    {"=?iso-8859-1?Q?Andr=E9?= Pirard <p@example.be>", "André Pirard|p@example.be"},
    {"=?utf-8?Q?a=2C_b=40c?= <jm@example.org>", "a, b@c|jm@example.org"},
    {"=?utf-8?Q?x=0D=0ABcc=3A_y?= <jm@example.org>", "x  Bcc: y|jm@example.org"},
    {"\"=?utf-8?Q?kept?=\" <jm@example.org>", "=?utf-8?Q?kept?=|jm@example.org"},
};

static char *flatten(GPtrArray *list) {
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        const PbAddress *address = g_ptr_array_index(list, i);

        g_string_append_printf(out, "%s%s|%s", i > 0 ? "\n" : "",
                               address->name != NULL ? address->name : "", address->address);
    }
    return g_string_free(out, FALSE);
}

Test(address, parses_what_rfc_5322_and_6532_allow) {
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) list = pb_address_list_parse(good[i].text, &error);
        g_autofree char *got = NULL;

        cr_assert_not_null(list, "%s: %s", good[i].text, error != NULL ? error->message : "?");
        got = flatten(list);
        cr_assert_str_eq(got, good[i].expected, "%s gave %s", good[i].text, got);
    }
}

typedef struct {
    const char *text;
    gsize offset;
    const char *message; /* a part of it */
} Bad;

static const Bad bad[] = {
    {"bob", 0, "Column 1: “@” is missing in “bob”"},
    {"bob example.org", 0, "“@” is missing in “bob example.org”"},
    {"a@example.org, bob example.org", 15, "Column 16: “@” is missing in “bob example.org”"},
    {"a@b,, c@d", 4, "Column 5: an address is missing before this “,”"},
    {", a@b", 0, "an address is missing"},
    {"Jürgen, b@c", 0, "“@” is missing in “Jürgen”"},
    {"ü@x.org, ü", 10, "Column 10: "},
    {"a@b c@d", 4, "Column 5: “c” is not expected here"},
    {"a@b; c@d", 3, "“;” only ends a group"},
    {"a..b@c", 2, "Column 3: “.” is not expected here"},
    {".a@b", 0, "“.” is not expected here"},
    {"a.@b", 2, "“@” is not expected here"},
    {"@b", 0, "“@” is not expected here"},
    {"a@", 2, "the domain is missing after “@”"},
    {"a@b.", 4, "the domain is missing after “.”"},
    {"a@b..c", 4, "“.” is not expected here"},
    {"a@-b", 2, "cannot begin or end with “-”"},
    {"a@b-", 3, "cannot begin or end with “-”"},
    {"a@b_c.org", 3, "“_” is not expected here"},
    {"a@@b", 2, "“@” is not expected here"},
    {"a@[1.2.3]", 2, "192.0.2.1"},
    {"a@[2001:db8::1]", 2, "IPv6:"},
    {"a@[1.2.3.4", 2, "has no “]”"},
    {"Anna <anna@example.org", 22, "“>” is missing"},
    {"Anna <>", 6, "between “<” and “>”"},
    {"Anna <anna>", 6, "“@” is missing in “anna”"},
    {"Anna anna@example.org", 5, "a name needs “<” and “>”"},
    {"<@relay,@b:c@d>", 1, "“@” is not expected here"},
    {"\"Anna <anna@example.org>", 0, "the quote that begins here"},
    {"(open a@b", 0, "the comment that begins here"},
    {"Team: a@b", 9, "the group is not ended"},
    {"A: B: a@b;;", 4, "“:” is not expected here"},
    {"a@b\r\nBcc: c@d", 3, "a line end"},
    {"a@b\nc", 3, "a line end"},
    {"a\001@b", 1, "a control character"},
    {"a\xff@b", 1, "not UTF-8"},
    {"a\xe2\x80\xae@b.org", 1, "is not expected here"},
    {"=?utf-8?Q?x=07y?= <a@b>", 0, "hides control characters"},
    {"a@exa\xef\xbc\x8fmple.org", 2, "cannot be a domain"},
    {"a@b.org>", 7, "“>” is not expected here"},
    {"a)@b.org", 1, "“)” is not expected here"},
};

Test(address, names_column_and_offset_of_first_byte_not_understood) {
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        gsize offset = 9999;
        g_autoptr(GPtrArray) list = pb_address_list_parse_at(bad[i].text, &offset, &error);

        cr_assert_null(list, "%s was accepted", bad[i].text);
        cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
        cr_assert(g_str_has_prefix(error->message, "Column "), "%s", error->message);
        cr_assert_not_null(strstr(error->message, bad[i].message), "%s: %s", bad[i].text,
                           error->message);
        cr_assert_eq(offset, bad[i].offset, "%s: offset %zu: %s", bad[i].text, offset,
                     error->message);
    }
}

Test(address, limits_lengths) {
    g_autofree char *local64 = g_strnfill(64, 'l');
    g_autofree char *local65 = g_strnfill(65, 'l');
    g_autofree char *label64 = g_strnfill(64, 'd');
    g_autofree char *label60 = g_strnfill(60, 'd');
    g_autofree char *long_domain =
        g_strdup_printf("a@%s.%s.%s.%s.%s", label60, label60, label60, label60, label60);
    g_autofree char *ok = g_strconcat(local64, "@example.org", NULL);
    g_autofree char *local = g_strconcat(local65, "@example.org", NULL);
    g_autofree char *label = g_strconcat("a@", label64, ".org", NULL);

    cr_assert(pb_address_spec_is_valid(ok));
    cr_assert_not(pb_address_spec_is_valid(local));
    cr_assert_not(pb_address_spec_is_valid(label));
    cr_assert_not(pb_address_spec_is_valid(long_domain));
}

Test(address, bounds_the_list) {
    g_autoptr(GString) many = g_string_new("a@b");
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GError) error = NULL;

    for (int i = 1; i < 10000; i++)
        g_string_append(many, ",a@b");
    list = pb_address_list_parse(many->str, &error);
    cr_assert_not_null(list);
    cr_assert_eq(list->len, 10000);
    g_string_append(many, ",a@b");
    cr_assert_null(pb_address_list_parse(many->str, &error));
    cr_assert_not_null(strstr(error->message, "more than 10000"));
}

Test(address, exactly_one_is_enforced) {
    g_autoptr(GError) none = NULL;
    g_autoptr(GError) two = NULL;
    g_autoptr(PbAddress) one = pb_address_parse("Anna <anna@example.org>", NULL);

    cr_assert_str_eq(one->name, "Anna");
    cr_assert_null(pb_address_parse(" ", &none));
    cr_assert_str_eq(none->message, "Column 1: an address is missing");
    cr_assert_null(pb_address_parse("a@b, c@d", &two));
    cr_assert(g_error_matches(two, PB_ERROR, PB_ERROR_DATA));
}

Test(address, spec_takes_no_name_comment_or_space) {
    cr_assert(pb_address_spec_is_valid("bob@example.org"));
    cr_assert(pb_address_spec_is_valid("\"a b\"@example.org"));
    cr_assert_not(pb_address_spec_is_valid(""));
    cr_assert_not(pb_address_spec_is_valid("bob"));
    cr_assert_not(pb_address_spec_is_valid("<bob@example.org>"));
    cr_assert_not(pb_address_spec_is_valid(" bob@example.org"));
    cr_assert_not(pb_address_spec_is_valid("bob@example.org "));
    cr_assert_not(pb_address_spec_is_valid("bob@example.org\r\n"));
    cr_assert_not(pb_address_spec_is_valid("bob@example.org> SIZE=1"));
}

Test(address, compares_local_exactly_and_domain_without_case) {
    cr_assert(pb_address_spec_equal("bob@Example.ORG", "bob@example.org"));
    cr_assert(pb_address_spec_equal("bob@bücher.example", "bob@xn--bcher-kva.example"));
    cr_assert_not(pb_address_spec_equal("bob@straße.de", "bob@strasse.de"));
    cr_assert_not(pb_address_spec_equal("Bob@example.org", "bob@example.org"));
    cr_assert_not(pb_address_spec_equal("bob@example.org", "bob@example.com"));
}

Test(address, knows_when_smtputf8_is_needed) {
    g_autofree char *wire = pb_address_to_wire("info@bücher.example");
    g_autofree char *raw = pb_address_to_wire("jürgen@bücher.example");

    cr_assert_not(pb_address_needs_utf8("info@bücher.example"));
    cr_assert(pb_address_needs_utf8("jürgen@example.org"));
    cr_assert_not(pb_address_needs_utf8("bob@example.org"));
    cr_assert_not(pb_address_needs_utf8("bob@[192.0.2.1]"));
    cr_assert_str_eq(wire, "info@xn--bcher-kva.example");
    cr_assert_str_eq(raw, "jürgen@bücher.example");
}

Test(address, quotes_names_only_when_they_must_be) {
    static const struct {
        const char *name, *expected;
    } rows[] = {
        {"Anna Berg", "Anna Berg <a@b>"},
        {"Jürgen O'Neil", "Jürgen O'Neil <a@b>"},
        {"Berg, Anna", "\"Berg, Anna\" <a@b>"},
        {"John Q. Public", "\"John Q. Public\" <a@b>"},
        {"a \"b\" \\c", "\"a \\\"b\\\" \\\\c\" <a@b>"},
        {"=?utf-8?Q?x?=", "\"=?utf-8?Q?x?=\" <a@b>"},
        {"evil\r\nBcc: x", "\"evil  Bcc: x\" <a@b>"},
        {"", "a@b"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PbAddress) address = pb_address_new(rows[i].name, "a@b");
        g_autofree char *text = pb_address_to_string(address);

        cr_assert_str_eq(text, rows[i].expected);
    }
}

static char *random_text(GRand *rand, const char *const *pieces, guint count, int most) {
    GString *out = g_string_new(NULL);
    int length = g_rand_int_range(rand, 1, most);

    for (int i = 0; i < length; i++)
        g_string_append(out, pieces[g_rand_int_range(rand, 0, (gint32) count)]);
    return g_string_free(out, FALSE);
}

/* Whatever a name and a quoted local part hold, writing and reading give the same back. */
Test(address, round_trip_of_random_addresses) {
    static const char *const names[] = {"a",  "Z", " ", "\t", "\"",  "\\", ",", ";",  "<",    ">",
                                        "@",  "(", ")", ".",  "[",   "]",  ":", "=?", "?=",   "ü",
                                        "中", "😀", "́",  " ",  "‍", "'",  "_", "Q?", "utf-8"};
    static const char *const locals[] = {"a", "b", ".", "x", "+", "-", "ü"};
    g_autoptr(GRand) rand = g_rand_new_with_seed(42);

    for (int round = 0; round < 5000; round++) {
        g_autofree char *name = random_text(rand, names, G_N_ELEMENTS(names), 12);
        g_autofree char *local = random_text(rand, locals, G_N_ELEMENTS(locals), 9);
        g_autofree char *spec = g_strconcat(local, "@example.org", NULL);
        g_autoptr(PbAddress) address = pb_address_new(name, spec);
        g_autofree char *text = pb_address_to_string(address);
        g_autoptr(GError) error = NULL;
        g_autoptr(PbAddress) back = NULL;

        if (!pb_address_spec_is_valid(spec))
            continue;
        back = pb_address_parse(text, &error);
        cr_assert_not_null(back, "%s: %s", text, error != NULL ? error->message : "?");
        cr_assert_str_eq(back->address, spec);
        cr_assert_str_eq(back->name, name, "%s", text);
    }
}
