#include "compose/gmime-init-private.h"
#include "compose/header-fields-private.h"

#include <criterion/criterion.h>

#include <string.h>

/* The value behind "Name:", without the space that was put there. */
static char *decode(const char *field) {
    g_autofree char *unfolded = g_mime_utils_header_unfold(strchr(field, ':') + 2);

    return g_mime_utils_header_decode_text(NULL, g_strchomp(unfolded));
}

static void check_lines(const char *field) {
    g_auto(GStrv) lines = g_strsplit(field, "\r\n", -1);
    guint count = g_strv_length(lines);

    cr_assert_str_eq(lines[count - 1], "");
    for (guint i = 0; i + 1 < count; i++) {
        cr_assert(strlen(lines[i]) <= 78, "%zu: %s", strlen(lines[i]), lines[i]);
        cr_assert(g_str_is_ascii(lines[i]));
        cr_assert(i == 0 || lines[i][0] == ' ');
        cr_assert(strspn(lines[i], " ") < strlen(lines[i]), "blank line in %s", field);
    }
}

/* Every encoded word is at most 75 bytes and whole UTF-8 by itself (RFC 2047 5). */
static void check_encoded_words(const char *field) {
    g_auto(GStrv) words = g_strsplit_set(field, " \r\n", -1);

    for (char **word = words; *word != NULL; word++) {
        g_autofree char *decoded = NULL;

        if (!g_str_has_prefix(*word, "=?"))
            continue;
        cr_assert(strlen(*word) <= 75, "%s", *word);
        decoded = g_mime_utils_header_decode_text(NULL, *word);
        cr_assert(g_utf8_validate(decoded, -1, NULL));
        cr_assert_null(strstr(decoded, "�"));
    }
}

Test(header_fields, text_survives_and_stays_within_lines) {
    g_autofree char *ascii = g_strnfill(1500, 'x');
    g_autofree char *letters = NULL;
    GString *long_text = g_string_new("Re: ");
    const char *texts[] = {
        "plain subject",
        "Re: Größe des Hauses, [list] more words here",
        "=?utf-8?q?literal?= is kept",
        "  two  spaces  at both  ends ",
        " one",
        "tab\there",
        "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o "
        "p q r s t u v w x y z",
        ascii,
        NULL,
        "mixed 👩‍👩‍👧‍👦 family and é combining"};

    for (int i = 0; i < 60; i++)
        g_string_append(long_text, "Grö😀中");
    letters = g_string_free(long_text, FALSE);
    texts[8] = letters;
    pb_gmime_init();
    cr_assert(g_utf8_strlen(letters, -1) > 300);
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        g_autofree char *back = NULL;

        pb_header_append_text(out, "Subject", texts[i]);
        check_lines(out->str);
        check_encoded_words(out->str);
        back = decode(out->str);
        cr_assert_str_eq(back, texts[i], "%s gave %s", out->str, back);
    }
}

Test(header_fields, only_the_words_that_need_it_are_encoded) {
    g_autoptr(GString) out = g_string_new(NULL);

    pb_header_append_text(out, "Subject", "Re: die Größe und Höhe bleibt");
    cr_assert_str_eq(out->str,
                     "Subject: Re: die =?UTF-8?Q?Gr=C3=B6=C3=9Fe_und_H=C3=B6he?= bleibt\r\n");
}

Test(header_fields, addresses_are_read_back_the_same) {
    static const char *const lists[] = {
        "anna@example.org",
        "Anna Berg <anna@example.org>, \"Marsh, Bob\" <bob@example.org>",
        "Jürgen Müller <jm@example.org>, \"=?utf-8?Q?x?=\" <x@example.org>",
        "\"Dr. Maximilian \\\"Max\\\" von und zu Hohenstein-Wallersdorf, Oberste Verwaltung des "
        "Landes, Abteilung 7\" <m@example.org>",
        "a1@example.org, a2@example.org, a3@example.org, a4@example.org, a5@example.org, "
        "a6@example.org, a7@example.org, a8@example.org, a9@example.org, a10@example.org",
        "ЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖ ЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖЖ ЖЖЖЖЖЖЖЖЖ <z@example.org>",
        "\"a\tb\" <t@example.org>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(GPtrArray) list = pb_address_list_parse(lists[i], NULL);
        g_autoptr(GPtrArray) back = NULL;
        g_autoptr(GString) out = g_string_new(NULL);
        g_autofree char *unfolded = NULL;
        g_autofree char *expected = pb_address_list_to_string(list);
        g_autofree char *got = NULL;

        pb_header_append_addresses(out, "To", list);
        check_lines(out->str);
        unfolded = g_mime_utils_header_unfold(out->str + 3);
        back = pb_address_list_parse(unfolded, NULL);
        cr_assert_not_null(back, "%s", out->str);
        got = pb_address_list_to_string(back);
        cr_assert_str_eq(got, expected, "%s", out->str);
    }
}

Test(header_fields, idn_domain_goes_out_as_a_labels) {
    g_autoptr(GPtrArray) list = pb_address_list_parse("info@bücher.example", NULL);
    g_autoptr(GPtrArray) raw = pb_address_list_parse("jürgen@bücher.example", NULL);
    g_autoptr(GString) out = g_string_new(NULL);

    pb_header_append_addresses(out, "To", list);
    pb_header_append_addresses(out, "Cc", raw);
    cr_assert_str_eq(out->str, "To: info@xn--bcher-kva.example\r\nCc: jürgen@bücher.example\r\n");
}

Test(header_fields, refuses_line_ends) {
    cr_assert(pb_header_check("X", "fine ü", NULL));
    cr_assert_not(pb_header_check("X", "a\r\nBcc: b", NULL));
    cr_assert_not(pb_header_check("X", "a\nb", NULL));
    cr_assert_not(pb_header_check("X", "a\xc2\x85", NULL));
    cr_assert_not(pb_header_check("X", "\xff", NULL));
    cr_assert_not(pb_header_name_is_valid("X Y", 3));
    cr_assert_not(pb_header_name_is_valid("", 0));
}

Test(header_fields, base64_words_have_no_padding_in_the_middle) {
    g_autoptr(GString) out = g_string_new(NULL);
    GString *text = g_string_new(NULL);
    g_autofree char *letters = NULL;
    const char *padding;

    for (int i = 0; i < 40; i++)
        g_string_append(text, i % 3 == 0 ? "Ж😀" : "é中");
    letters = g_string_free(text, FALSE);
    pb_header_append_text(out, "Subject", letters);
    cr_assert_not_null(strstr(out->str, "?B?"));
    padding = strstr(out->str, "=?=");
    cr_assert(padding == NULL || strcmp(padding, "=?=\r\n") == 0, "%s", out->str);
}
