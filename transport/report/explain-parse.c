#include "accounts/pb-error.h"
#include "transport/report/explain.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* A reply as people paste it stands behind "smtp;", "said:", a quote sign or a host name; what
 * counts is the first word that looks like a reply code or an enhanced code. */
static const char code_pattern[] = "(?<![\\w.@-])([245][0-5]\\d)(?:[ \\t#-]+|$)"
                                   "(?:([245]\\.\\d{1,3}\\.\\d{1,3})(?![\\w.])[ \\t:]*)?";
static const char status_pattern[] =
    "(?<![\\w.@-])([245]\\.\\d{1,3}\\.\\d{1,3})(?![\\w.])[ \\t:)]*";

typedef struct {
    int code;
    char status[16];
    GString *text;
} Reply;

static GRegex *compile(const char *pattern) {
    return g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, NULL);
}

static void append_line(Reply *reply, const char *text) {
    if (reply->text->len > 0)
        g_string_append_c(reply->text, '\n');
    g_string_append(reply->text, text);
}

static void take_status(Reply *reply, GMatchInfo *match, int group) {
    g_autofree char *status = g_match_info_fetch(match, group);
    if (reply->status[0] == '\0' && status != NULL && status[0] != '\0')
        g_strlcpy(reply->status, status, sizeof reply->status);
}

/* The line behind its codes; the codes of the first line that has some are kept. */
static void read_line(Reply *reply, const char *line, GRegex *codes, GRegex *statuses) {
    g_autoptr(GMatchInfo) match = NULL;
    int end = 0;
    if (g_regex_match(codes, line, 0, &match)) {
        g_autofree char *code = g_match_info_fetch(match, 1);
        if (reply->code == 0)
            reply->code = (int) g_ascii_strtoull(code, NULL, 10);
        take_status(reply, match, 2);
        g_match_info_fetch_pos(match, 0, NULL, &end);
    }
    g_autoptr(GMatchInfo) alone = NULL;
    if (reply->status[0] == '\0' && g_regex_match(statuses, line + end, 0, &alone)) {
        int start = 0, stop = 0;
        take_status(reply, alone, 1);
        g_match_info_fetch_pos(alone, 0, &start, &stop);
        /* "550-5.1.1" lost its code above; "5.1.1" in mid-sentence leaves the words before it. */
        if (start == 0 || reply->code == 0)
            end += stop;
    }
    append_line(reply, line + end);
}

PbEvidence *pb_explain_parse(const char *text, GError **error) {
    g_autofree char *bounded = g_strndup(text, PB_EVIDENCE_TEXT_MAX);
    g_autofree char *valid = g_utf8_make_valid(bounded, -1);
    g_auto(GStrv) lines = g_strsplit_set(valid, "\r\n", -1);
    g_autoptr(GRegex) codes = compile(code_pattern);
    g_autoptr(GRegex) statuses = compile(status_pattern);
    Reply reply = {.text = g_string_new(NULL)};
    for (guint i = 0; lines[i] != NULL; i++) {
        g_strstrip(lines[i]);
        if (lines[i][0] != '\0')
            read_line(&reply, lines[i], codes, statuses);
    }
    g_autofree char *said = g_string_free(reply.text, FALSE);
    if (reply.code == 0 && reply.status[0] == '\0') {
        g_set_error_literal(error, PB_ERROR, PB_ERROR_DATA,
                            _("this is no reply of a mail server: a code such as 550 or 5.1.1 is "
                              "missing"));
        return NULL;
    }
    /* Nobody says at which step it was; “report” is the step that gives a refusal no meaning of its
     * own, but a success would read as "has arrived" there. */
    gboolean success = reply.code / 100 == 2 || (reply.code == 0 && reply.status[0] == '2');
    PbStage stage = success ? PB_STAGE_END_OF_DATA : PB_STAGE_REPORT;
    return pb_evidence_new(stage, reply.code, reply.status, said, NULL);
}
