#include "transport/smtp/queue-id.h"
#include "transport/smtp/reply.h"

#include <criterion/criterion.h>

#include <string.h>

/* Feeds lines joined by "\n"; the last answer of the parser. */
static PbReplyProgress feed(PbReplyParser *parser, const char *lines) {
    g_auto(GStrv) each = g_strsplit(lines, "\n", -1);
    PbReplyProgress progress = PB_REPLY_MORE;
    for (guint i = 0; each[i] != NULL; i++)
        progress = pb_reply_parser_feed(parser, each[i], strlen(each[i]));
    return progress;
}

static PbReply *parse(const char *lines) {
    g_autoptr(PbReplyParser) parser = pb_reply_parser_new();
    cr_assert_eq(feed(parser, lines), PB_REPLY_DONE, "not a reply: %s", lines);
    return pb_reply_parser_steal(parser);
}

static void assert_broken(const char *lines) {
    g_autoptr(PbReplyParser) parser = pb_reply_parser_new();
    cr_assert_eq(feed(parser, lines), PB_REPLY_BROKEN, "taken: %s", lines);
    cr_assert_null(pb_reply_parser_steal(parser));
}

Test(reply_parse, takes_code_status_and_text_apart) {
    g_autoptr(PbReply) reply = parse("550 5.1.1 <cy@example.org>: unknown");
    cr_assert_eq(reply->code, 550);
    cr_assert_str_eq(reply->status, "5.1.1");
    cr_assert_str_eq(reply->text, "<cy@example.org>: unknown");
    cr_assert_eq(pb_reply_class(reply), 5);
}

Test(reply_parse, keeps_text_of_multiline_421) {
    g_autoptr(PbReply) reply = parse("421-4.3.2 going down\n421-4.3.2 for\n421 4.3.2 tea");
    cr_assert_eq(reply->code, 421);
    cr_assert_str_eq(reply->status, "4.3.2");
    cr_assert_str_eq(reply->text, "going down\nfor\ntea");
}

Test(reply_parse, accepts_a_code_without_text) {
    g_autoptr(PbReply) bare = parse("250");
    g_autoptr(PbReply) spaced = parse("354 ");
    g_autoptr(PbReply) lines = parse("250-\n250");
    cr_assert_str_eq(bare->text, "");
    cr_assert_eq(spaced->code, 354);
    cr_assert_str_eq(lines->text, "\n");
}

Test(reply_parse, takes_only_a_status_of_its_own_class) {
    const struct {
        const char *line, *status, *text;
    } cases[] = {
        {"250 2.0.0 ok", "2.0.0", "ok"},
        {"250 2.0.0", "2.0.0", ""},
        {"250 5.0.0 ok", "", "5.0.0 ok"},
        {"554 5.7.1000 no", "", "5.7.1000 no"},
        {"554 5.700.123 no", "5.700.123", "no"},
        {"550 5.1 no", "", "5.1 no"},
        {"550 5.1.1x no", "", "5.1.1x no"},
        {"354 3.0.0 go", "", "3.0.0 go"},
        {"220 192.168.1.1 ready", "", "192.168.1.1 ready"},
        {"220 2.1.2.3 ready", "", "2.1.2.3 ready"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PbReply) reply = parse(cases[i].line);
        cr_expect_str_eq(reply->status, cases[i].status, "%s", cases[i].line);
        cr_expect_str_eq(reply->text, cases[i].text, "%s", cases[i].line);
    }
}

Test(reply_parse, refuses_what_is_not_a_reply) {
    const char *const cases[] = {
        "\n250 ok", "25",     "2x0 ok",       "+OK pop",      "HTTP/1.1 400", "150 later",
        "650 no",   "250=ok", "250\tok",      "250-a\n251 b", "250-a\nhello", "\x16\x03\x01\x02",
        " 250 x",   "2500 x", "250-a\n550 b",
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_broken(cases[i]);
}

Test(reply_parse, stays_broken) {
    g_autoptr(PbReplyParser) parser = pb_reply_parser_new();
    cr_assert_eq(feed(parser, "nonsense"), PB_REPLY_BROKEN);
    cr_assert_eq(feed(parser, "250 ok"), PB_REPLY_BROKEN);
}

Test(reply_parse, keeps_foreign_bytes_and_replaces_nul) {
    g_autoptr(PbReplyParser) parser = pb_reply_parser_new();
    const char line[] = "250 a\0b\xff\x1b[2Jc";
    cr_assert_eq(pb_reply_parser_feed(parser, line, sizeof line - 1), PB_REPLY_DONE);
    g_autoptr(PbReply) reply = pb_reply_parser_steal(parser);
    cr_assert_str_eq(reply->text, "a\xEF\xBF\xBD"
                                  "b\xff\x1b[2Jc");
}

Test(reply_parse, bounds_line_lines_and_bytes) {
    g_autoptr(PbReplyParser) parser = pb_reply_parser_new();
    g_autofree char *fits = g_strnfill(PB_REPLY_LINE_MAX, 'x');
    memcpy(fits, "250 ", 4);
    cr_assert_eq(pb_reply_parser_feed(parser, fits, PB_REPLY_LINE_MAX), PB_REPLY_DONE);
    g_autofree char *longer = g_strnfill(PB_REPLY_LINE_MAX + 1, 'x');
    memcpy(longer, "250 ", 4);
    cr_assert_eq(pb_reply_parser_feed(parser, longer, PB_REPLY_LINE_MAX + 1), PB_REPLY_BROKEN);

    g_autoptr(PbReplyParser) many = pb_reply_parser_new();
    for (guint i = 0; i < PB_REPLY_LINES_MAX; i++)
        cr_assert_eq(feed(many, "250-x"), PB_REPLY_MORE);
    cr_assert_eq(feed(many, "250 x"), PB_REPLY_BROKEN);

    g_autoptr(PbReplyParser) big = pb_reply_parser_new();
    fits[3] = '-';
    for (guint i = 0; i < PB_REPLY_BYTES_MAX / PB_REPLY_LINE_MAX; i++)
        cr_assert_eq(pb_reply_parser_feed(big, fits, PB_REPLY_LINE_MAX), PB_REPLY_MORE);
    cr_assert_eq(feed(big, "250 x"), PB_REPLY_BROKEN);
}

Test(reply_parse, is_ready_for_the_next_reply) {
    g_autoptr(PbReplyParser) parser = pb_reply_parser_new();
    cr_assert_eq(feed(parser, "550-5.1.1 a\n550 5.1.1 b"), PB_REPLY_DONE);
    g_autoptr(PbReply) first = pb_reply_parser_steal(parser);
    cr_assert_null(pb_reply_parser_steal(parser));
    cr_assert_eq(feed(parser, "250 ok"), PB_REPLY_DONE);
    g_autoptr(PbReply) second = pb_reply_parser_steal(parser);
    cr_assert_str_eq(first->text, "a\nb");
    cr_assert_str_eq(second->status, "");
    cr_assert_str_eq(second->text, "ok");
}

Test(reply_evidence, says_who_and_where) {
    g_autoptr(PbReply) reply = parse("450 4.2.0 greylisted");
    g_autoptr(PbEvidence) evidence = pb_reply_evidence(reply, PB_STAGE_RCPT, "mx.example.org");
    cr_assert_eq(evidence->code, 450);
    cr_assert_eq(evidence->stage, PB_STAGE_RCPT);
    cr_assert_str_eq(evidence->status, "4.2.0");
    cr_assert_str_eq(evidence->who, "mx.example.org");
}

Test(queue_id, is_found_in_the_wordings_of_common_servers) {
    const struct {
        const char *text, *id;
    } cases[] = {
        {"Ok: queued as 4F2B7C0123", "4F2B7C0123"},
        {"Ok: queued as 4VxYz12Abcz9qT.", "4VxYz12Abcz9qT"},
        {"OK id=1rABCD-0000xx-1Y", "1rABCD-0000xx-1Y"},
        {"OK: queued id=1tQxyz-000000001Ab-2cDe", "1tQxyz-000000001Ab-2cDe"},
        {"7ABCDEF01234 Message accepted for delivery", "7ABCDEF01234"},
        {"2a1b3c4d Message accepted for delivery", "2a1b3c4d"},
        {"<x@y> [InternalId=8792398, Hostname=A1.prod.outlook.com] 9 bytes Queued mail for "
         "delivery",
         "8792398"},
        {"OK  1700000000 a640c23a62f3a-9e3si123.45 - gsmtp", "a640c23a62f3a-9e3si123.45"},
        {"ok 1700000000 qp 12345", "12345"},
        {"Ok 0102018c1f2e3d4c-aaaa-bbbb-000000", "0102018c1f2e3d4c-aaaa-bbbb-000000"},
        {"Message Queued (1B2C3D4E-AAAA.1)", "1B2C3D4E-AAAA.1"},
        {"Ok", NULL},
        {"", NULL},
        {"OK", NULL},
        {"Thank you, message accepted", NULL},
        {"queued as soon as possible", NULL},
        {"Ok: 12345 bytes queued", NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *id = pb_queue_id_from_reply(cases[i].text);
        cr_expect(g_strcmp0(id, cases[i].id) == 0, "“%s” gave %s", cases[i].text,
                  id != NULL ? id : "nothing");
    }
}
