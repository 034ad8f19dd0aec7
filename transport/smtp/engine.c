/* Handing over messages.
 *
 * Each round of pb_smtp_session_run() works on one transaction whose envelope may already be
 * flying, and sends the envelope of the following one together with the final dot (PIPELINING,
 * RFC 2920), so that a queue costs one round trip a message:
 *
 *   envelope ─► content ─► end_of_data() ─► "." + next envelope ─► final reply ─► results
 *
 * Invariants:
 * 1. The final dot of a message is said only if some recipient was taken, DATA got 354, the file
 *    was read to its end, the server has not spoken meanwhile, and end_of_data() agreed.
 * 2. 354 without any recipient is answered by an empty message (RFC 2920 3.1), which goes to
 * nobody.
 * 3. When the line fails, recipients of a transaction past end_of_data() become UNSURE, all others
 *    DEFERRED; a reply that says otherwise wins.
 */
#include "accounts/pb-error.h"
#include "transport/smtp/envelope.h"
#include "transport/smtp/queue-id.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define BLOCK_BYTES        16384
#define LAST_WORDS_SECONDS 1

typedef struct {
    PbSmtpSession *session;
    const PbSmtpFlow *flow;
    gpointer user_data;
    PbJob *current, *next;
    PbEvidence *parting; /* why the session ended, in the server's or our words */
} Engine;

/* What to do with the message once the envelope is answered. */
typedef enum { TAIL_NONE, TAIL_EMPTY, TAIL_MESSAGE } Tail;

/* --- content ---------------------------------------------------------------------------------- */

/* The file is at fault: nobody will take it later either, unless it could only not be read now. */
static gboolean stop_for_file(PbJob *job, const GError *fault, GError **error) {
    gboolean broken = g_error_matches(fault, PB_ERROR, PB_ERROR_DATA);
    g_autoptr(PbEvidence) evidence =
        pb_evidence_new(PB_STAGE_LOCAL, 0, broken ? "5.6.0" : "", fault->message, NULL);
    pb_job_resolve_rest(job, FALSE, broken ? PB_RESULT_REFUSED : PB_RESULT_DEFERRED, evidence,
                        NULL);
    g_set_error_literal(error, PB_ERROR, PB_ERROR_NOT_NOW, fault->message);
    return FALSE;
}

/* Exactly what fits into the buffer, so that TLS records and sends are full. 0: all is said. */
static gssize say_block(PbDialogue *dialogue, PbJob *job, GError **fault, GError **error) {
    char block[BLOCK_BYTES];
    gsize room = pb_stream_write_room(dialogue->stream);
    pb_dialogue_begin(dialogue, PB_STEP_BLOCK);
    if (room < 4)
        return pb_dialogue_flush(dialogue, error) ? 1 : -1;
    gssize length = pb_data_reader_read(job->reader, block, MIN(room, sizeof block), fault);
    if (length > 0 && !pb_stream_write(dialogue->stream, block, (gsize) length, error))
        return -1;
    dialogue->unsent = TRUE;
    return length;
}

static gboolean say_content(Engine *engine, GError **error) {
    PbDialogue *dialogue = engine->session->dialogue;
    PbJob *job = engine->current;
    g_autoptr(GError) fault = NULL;
    gssize said;
    while ((said = say_block(dialogue, job, &fault, error)) > 0)
        pb_job_progress(job);
    if (fault != NULL)
        return stop_for_file(job, fault, error);
    if (said < 0)
        return FALSE;
    g_autofree char *note = g_strdup_printf(_("(%" G_GUINT64_FORMAT " bytes of message)"),
                                            pb_data_reader_position(job->reader));
    pb_transcript_note(dialogue->transcript, note);
    return TRUE;
}

/* A reply while it is not the server's turn: a refusal is believed, anything else means that the
 * two ends have lost step. */
static gboolean take_early_reply(Engine *engine, const PbReply *reply, PbStage stage,
                                 GError **error) {
    PbSmtpSession *session = engine->session;
    if (pb_reply_class(reply) < 4) {
        g_set_error(error, PB_ERROR, PB_ERROR_PROTOCOL, _("“%s” answered before it was asked"),
                    session->facts.host);
        return FALSE;
    }
    if (engine->current != NULL && pb_reply_class(reply) == 5) {
        g_autoptr(PbEvidence) evidence = pb_reply_evidence(reply, stage, session->facts.host);
        pb_job_resolve_rest(engine->current, FALSE, PB_RESULT_REFUSED, evidence, NULL);
    }
    pb_envelope_part(session, reply, stage, &engine->parting, error);
    return FALSE;
}

/* Nothing may have been said to us since the last reply. */
static gboolean check_quiet(Engine *engine, PbStage stage, GError **error) {
    PbDialogue *dialogue = engine->session->dialogue;
    if (!pb_stream_has_input(dialogue->stream))
        return TRUE;
    /* What is buffered for sending stays here: the reply is to be had without it. */
    dialogue->unsent = FALSE;
    g_autoptr(PbReply) reply = pb_dialogue_hear(dialogue, PB_STEP_COMMAND, error);
    return reply != NULL && take_early_reply(engine, reply, stage, error);
}

/* The server often says why before it hangs up; the failed write hides that. */
static void find_last_words(Engine *engine, GError **error) {
    PbJob *job = engine->current;
    if (job == NULL || job->data_code != 354 || engine->parting != NULL ||
        !g_error_matches(*error, PB_ERROR, PB_ERROR_UNAVAILABLE))
        return;
    PbDialogue *dialogue = engine->session->dialogue;
    dialogue->unsent = FALSE;
    g_autoptr(PbReply) reply = pb_dialogue_hear(dialogue, LAST_WORDS_SECONDS, NULL);
    if (reply == NULL || pb_reply_class(reply) < 4)
        return;
    PbStage stage = job->past_end ? PB_STAGE_END_OF_DATA : PB_STAGE_DATA;
    g_autoptr(PbEvidence) evidence = pb_reply_evidence(reply, stage, engine->session->facts.host);
    pb_job_resolve_rest(job, FALSE, pb_job_result_of(reply), evidence, NULL);
    g_clear_error(error);
    pb_envelope_part(engine->session, reply, stage, &engine->parting, error);
}

/* --- the end of a message --------------------------------------------------------------------- */

static gboolean record_end(Engine *engine, GError **error) {
    PbJob *job = engine->current;
    if (!check_quiet(engine, PB_STAGE_DATA, error) ||
        !pb_stream_check_cancelled(engine->session->dialogue->stream, error))
        return FALSE;
    if (engine->flow->end_of_data == NULL ||
        engine->flow->end_of_data(job->transaction, engine->user_data)) {
        job->past_end = TRUE;
        return TRUE;
    }
    g_set_error_literal(error, PB_ERROR, PB_ERROR_NOT_NOW,
                        _("the message was stopped before its end, so the connection was closed"));
    engine->parting = pb_evidence_new(PB_STAGE_LOCAL, 0, "", (*error)->message, NULL);
    return FALSE;
}

static Tail choose_tail(Engine *engine) {
    PbJob *job = engine->current;
    if (job->data_code == 354)
        return job->accepted > 0 ? TAIL_MESSAGE : TAIL_EMPTY;
    /* MAIL stands without a message behind it; the next one would be "nested". */
    engine->session->needs_reset = job->mail_accepted;
    return TAIL_NONE;
}

static gboolean hear_final(Engine *engine, Tail tail, GError **error) {
    PbJob *job = engine->current;
    PbSmtpSession *session = engine->session;
    g_autoptr(PbReply) reply = pb_dialogue_hear(session->dialogue, PB_STEP_END_OF_DATA, error);
    if (reply == NULL)
        return FALSE;
    if (pb_reply_class(reply) == 3) {
        g_set_error(error, PB_ERROR, PB_ERROR_PROTOCOL,
                    _("“%s” answered the end of the message with %d, which makes no sense there"),
                    session->facts.host, reply->code);
        return FALSE;
    }
    if (tail == TAIL_MESSAGE) {
        g_autoptr(PbEvidence) evidence =
            pb_reply_evidence(reply, PB_STAGE_END_OF_DATA, session->facts.host);
        g_autofree char *queue_id =
            pb_reply_class(reply) == 2 ? pb_queue_id_from_reply(reply->text) : NULL;
        pb_job_resolve_rest(job, TRUE, pb_job_result_of(reply), evidence, queue_id);
    }
    if (reply->code == 421) {
        pb_envelope_part(session, reply, PB_STAGE_END_OF_DATA, &engine->parting, error);
        return FALSE;
    }
    return TRUE;
}

/* The flight that ends this message and begins the next. */
static gboolean say_tail(Engine *engine, Tail tail, GError **error) {
    PbSmtpSession *session = engine->session;
    if (session->capabilities->pipelining)
        engine->next = pb_job_take(session, engine->flow, engine->user_data);
    if (tail != TAIL_NONE && !pb_dialogue_say(session->dialogue, ".\r\n", error))
        return FALSE;
    if (engine->next != NULL && !pb_envelope_say(engine->next, session, error))
        return FALSE;
    return pb_dialogue_flush(session->dialogue, error);
}

static gboolean work_on_current(Engine *engine, GError **error) {
    PbSmtpSession *session = engine->session;
    PbJob *job = engine->current;
    if (job->said == 0 && !check_quiet(engine, PB_STAGE_MAIL, error))
        return FALSE;
    if (!pb_envelope_run(job, session, &engine->parting, error))
        return FALSE;
    Tail tail = choose_tail(engine);
    if (tail == TAIL_MESSAGE && (!say_content(engine, error) || !record_end(engine, error)))
        return FALSE;
    return say_tail(engine, tail, error) && (tail == TAIL_NONE || hear_final(engine, tail, error));
}

/* --- the queue -------------------------------------------------------------------------------- */

static PbStage failing_stage(const PbJob *job) {
    if (job->past_end)
        return PB_STAGE_END_OF_DATA;
    return job->data_code == 354 ? PB_STAGE_DATA : pb_envelope_stage(job);
}

static void fail_job(Engine *engine, PbJob *job, const GError *failure) {
    if (job == NULL)
        return;
    g_autoptr(PbEvidence) own =
        pb_dialogue_failure_evidence(engine->session->dialogue, failing_stage(job), failure);
    pb_job_resolve_rest(job, FALSE, job->past_end ? PB_RESULT_UNSURE : PB_RESULT_DEFERRED,
                        engine->parting != NULL ? engine->parting : own, NULL);
    pb_job_done(job);
}

static void fail_session(Engine *engine, GError *failure) {
    engine->session->unusable = TRUE;
    pb_transcript_note(engine->session->dialogue->transcript, failure->message);
    fail_job(engine, engine->current, failure);
    fail_job(engine, engine->next, failure);
    g_clear_pointer(&engine->parting, pb_evidence_free);
}

static gboolean run_queue(Engine *engine, GError **error) {
    g_autoptr(GError) failure = NULL;
    if (!check_quiet(engine, PB_STAGE_MAIL, &failure)) {
        fail_session(engine, failure);
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    engine->current = pb_job_take(engine->session, engine->flow, engine->user_data);
    while (engine->current != NULL) {
        if (!work_on_current(engine, &failure)) {
            find_last_words(engine, &failure);
            fail_session(engine, failure);
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
        pb_job_done(engine->current);
        engine->current = g_steal_pointer(&engine->next);
        if (engine->current == NULL)
            engine->current = pb_job_take(engine->session, engine->flow, engine->user_data);
    }
    return TRUE;
}

gboolean pb_smtp_session_run(PbSmtpSession *session, const PbSmtpFlow *flow, gpointer user_data,
                             GCancellable *cancellable, GError **error) {
    if (session->unusable) {
        g_set_error(error, PB_ERROR, PB_ERROR_UNAVAILABLE, _("the session with “%s” has ended"),
                    session->facts.host);
        return FALSE;
    }
    Engine engine = {.session = session, .flow = flow, .user_data = user_data};
    pb_stream_set_cancellable(session->dialogue->stream, cancellable);
    gboolean complete = run_queue(&engine, error);
    pb_stream_set_cancellable(session->dialogue->stream, NULL);
    return complete;
}
