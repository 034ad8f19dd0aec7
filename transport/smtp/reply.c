#include "transport/smtp/reply.h"

#include <string.h>

struct PbReplyParser {
    int code; /* 0 before the first line */
    char status[sizeof(((PbReply *) NULL)->status)];
    GString *text;
    guint lines;
    gsize bytes;
    gboolean broken;
    PbReply *finished;
};

static void restart(PbReplyParser *parser) {
    parser->code = 0;
    parser->status[0] = '\0';
    parser->lines = 0;
    parser->bytes = 0;
    g_string_truncate(parser->text, 0);
}

PbReplyParser *pb_reply_parser_new(void) {
    PbReplyParser *parser = g_new0(PbReplyParser, 1);
    parser->text = g_string_new(NULL);
    return parser;
}

void pb_reply_parser_free(PbReplyParser *parser) {
    if (parser == NULL)
        return;
    g_string_free(parser->text, TRUE);
    pb_reply_free(parser->finished);
    g_free(parser);
}

void pb_reply_free(PbReply *reply) {
    if (reply == NULL)
        return;
    g_free(reply->text);
    g_free(reply);
}

/* -1: not a reply line. Preliminary replies (1yz) do not exist in SMTP. */
static int line_code(const char *line, gsize length) {
    if (length < 3 || line[0] < '2' || line[0] > '5' || !g_ascii_isdigit(line[1]) ||
        !g_ascii_isdigit(line[2]))
        return -1;
    if (length > 3 && line[3] != ' ' && line[3] != '-')
        return -1;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

static gsize digits_at(const char *text, gsize length) {
    gsize count = 0;
    while (count < length && g_ascii_isdigit(text[count]))
        count++;
    return count;
}

/* Length of "5.1.1" at the start of `text` if it is an enhanced status code of class `code_class`
 * (RFC 3463 2: one digit, then one to three, twice), else 0. */
static gsize status_length(const char *text, gsize length, char code_class) {
    if (length < 5 || text[0] != code_class || code_class == '3' || text[1] != '.')
        return 0;
    gsize subject = digits_at(text + 2, length - 2);
    if (subject < 1 || subject > 3 || 2 + subject >= length || text[2 + subject] != '.')
        return 0;
    gsize detail = digits_at(text + 3 + subject, length - 3 - subject);
    if (detail < 1 || detail > 3)
        return 0;
    gsize whole = 3 + subject + detail;
    return whole == length || text[whole] == ' ' || text[whole] == '\t' ? whole : 0;
}

static void append_text(GString *text, const char *bytes, gsize length) {
    for (gsize i = 0; i < length; i++) {
        if (bytes[i] == '\0')
            g_string_append(text, "\xEF\xBF\xBD");
        else
            g_string_append_c(text, bytes[i]);
    }
}

static void take_text(PbReplyParser *parser, const char *text, gsize length) {
    gsize status = status_length(text, length, (char) ('0' + parser->code / 100));
    if (status > 0) {
        if (parser->status[0] == '\0' && parser->lines == 1)
            memcpy(parser->status, text, status), parser->status[status] = '\0';
        text += status;
        length -= status;
        if (length > 0) {
            text++;
            length--;
        }
    }
    if (parser->lines > 1)
        g_string_append_c(parser->text, '\n');
    append_text(parser->text, text, length);
}

static void finish(PbReplyParser *parser) {
    pb_reply_free(parser->finished);
    parser->finished = g_new0(PbReply, 1);
    parser->finished->code = parser->code;
    memcpy(parser->finished->status, parser->status, sizeof parser->status);
    parser->finished->text = g_strdup(parser->text->str);
    restart(parser);
}

static gboolean fits(PbReplyParser *parser, gsize length) {
    parser->bytes += length;
    parser->lines++;
    return length <= PB_REPLY_LINE_MAX && parser->lines <= PB_REPLY_LINES_MAX &&
           parser->bytes <= PB_REPLY_BYTES_MAX;
}

PbReplyProgress pb_reply_parser_feed(PbReplyParser *parser, const char *line, gsize length) {
    int code = line_code(line, length);
    /* RFC 5321 4.2.1: the code must be the same on every line. Another one means that the two
     * ends have lost step, so it cannot be told which command is being answered. */
    if (parser->broken || code < 0 || (parser->code != 0 && parser->code != code) ||
        !fits(parser, length)) {
        parser->broken = TRUE;
        return PB_REPLY_BROKEN;
    }
    parser->code = code;
    if (length > 4)
        take_text(parser, line + 4, length - 4);
    else
        take_text(parser, "", 0);
    if (length > 3 && line[3] == '-')
        return PB_REPLY_MORE;
    finish(parser);
    return PB_REPLY_DONE;
}

PbReply *pb_reply_parser_steal(PbReplyParser *parser) {
    return g_steal_pointer(&parser->finished);
}

int pb_reply_class(const PbReply *reply) {
    return reply->code / 100;
}

PbEvidence *pb_reply_evidence(const PbReply *reply, PbStage stage, const char *who) {
    return pb_evidence_new(stage, reply->code, reply->status, reply->text, who);
}
