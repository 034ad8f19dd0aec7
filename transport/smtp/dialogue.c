#include "transport/smtp/dialogue.h"

#include "accounts/pb-error.h"

#include <glib/gi18n-lib.h>

#include <string.h>

PbDialogue *pb_dialogue_new(const PbAccount *account) {
    PbDialogue *dialogue = g_new0(PbDialogue, 1);
    dialogue->transcript = pb_transcript_new();
    dialogue->parser = pb_reply_parser_new();
    dialogue->line = g_string_new(NULL);
    dialogue->host = g_strdup(account->host);
    dialogue->timeout = MAX(account->timeout, 1);
    return dialogue;
}

void pb_dialogue_free(PbDialogue *dialogue) {
    if (dialogue == NULL)
        return;
    pb_stream_free(dialogue->stream);
    pb_transcript_free(dialogue->transcript);
    pb_reply_parser_free(dialogue->parser);
    g_string_free(dialogue->line, TRUE);
    g_free(dialogue->host);
    g_free(dialogue);
}

void pb_dialogue_begin(PbDialogue *dialogue, guint limit) {
    pb_stream_begin_step(dialogue->stream, MIN(limit, dialogue->timeout));
}

/* The step begins here too, because a full buffer is sent while it is written to. */
static gboolean say(PbDialogue *dialogue, const char *line, GError **error) {
    if (!dialogue->unsent)
        pb_dialogue_begin(dialogue, PB_STEP_COMMAND);
    dialogue->unsent = TRUE;
    return pb_stream_write(dialogue->stream, line, strlen(line), error);
}

gboolean pb_dialogue_say(PbDialogue *dialogue, const char *line, GError **error) {
    pb_transcript_client(dialogue->transcript, line);
    return say(dialogue, line, error);
}

gboolean pb_dialogue_say_secret(PbDialogue *dialogue, const char *line, const char *shown,
                                GError **error) {
    pb_transcript_client_secret(dialogue->transcript, shown);
    return say(dialogue, line, error);
}

gboolean pb_dialogue_flush(PbDialogue *dialogue, GError **error) {
    dialogue->unsent = FALSE;
    return pb_stream_flush(dialogue->stream, error);
}

static void note_line(PbDialogue *dialogue) {
    if (dialogue->challenge_is_secret && g_str_has_prefix(dialogue->line->str, "334"))
        pb_transcript_server_secret(dialogue->transcript, "334");
    else
        pb_transcript_server(dialogue->transcript, dialogue->line->str, dialogue->line->len);
}

/* Servers repeat commands they do not know, and evidence is kept for ever. */
static void scrub(PbDialogue *dialogue, PbReply *reply) {
    char *clean = pb_transcript_scrub(dialogue->transcript, reply->text);
    g_free(reply->text);
    reply->text = clean;
}

PbReply *pb_dialogue_hear(PbDialogue *dialogue, guint limit, GError **error) {
    pb_dialogue_begin(dialogue, limit);
    if (dialogue->unsent && !pb_dialogue_flush(dialogue, error))
        return NULL;
    PbReplyProgress progress = PB_REPLY_MORE;
    while (progress == PB_REPLY_MORE) {
        if (!pb_stream_read_line(dialogue->stream, dialogue->line, error))
            return NULL;
        note_line(dialogue);
        progress = pb_reply_parser_feed(dialogue->parser, dialogue->line->str, dialogue->line->len);
    }
    if (progress == PB_REPLY_BROKEN) {
        g_set_error(error, PB_ERROR, PB_ERROR_PROTOCOL,
                    _("“%s” sent something that is not an SMTP reply; see the transcript"),
                    dialogue->host);
        return NULL;
    }
    PbReply *reply = pb_reply_parser_steal(dialogue->parser);
    scrub(dialogue, reply);
    return reply;
}

PbReply *pb_dialogue_ask(PbDialogue *dialogue, const char *line, guint limit, GError **error) {
    return pb_dialogue_say(dialogue, line, error) ? pb_dialogue_hear(dialogue, limit, error) : NULL;
}

PbEvidence *pb_dialogue_failure_evidence(const PbDialogue *dialogue, PbStage stage,
                                         const GError *failure) {
    gboolean cancelled = g_error_matches(failure, PB_ERROR, PB_ERROR_CANCELLED);
    return pb_evidence_new(stage, 0, cancelled ? "" : "4.4.2", failure->message, dialogue->host);
}
