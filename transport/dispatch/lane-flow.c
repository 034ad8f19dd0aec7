/* The messages of one connection: claim, point of no return, results. Every step is in the outbox
 * before it is told, with three durable writes for a message: the claim, the end of data, and all
 * its results at once. */
#include "accounts/pb-error.h"
#include "transport/dispatch/lane-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

typedef struct {
    guint recipient;
    PbRecipientState state;
    PbEvidence *evidence;
    char *queue_id;
} Result;

static void result_free(Result *result) {
    pb_evidence_free(result->evidence);
    g_free(result->queue_id);
    g_free(result);
}

void pb_job_free(PbJob *job) {
    if (job == NULL)
        return;
    pb_entry_free(job->entry);
    g_ptr_array_unref(job->results);
    g_free(job);
}

PbEvent *pb_lane_event(PbLane *lane, PbEventKind kind, const PbJob *job) {
    PbEvent *event = pb_event_new(kind, lane->account->name);
    if (job != NULL) {
        event->entry = g_strdup(job->entry->id);
        event->subject = g_strdup(job->entry->subject);
        event->total = job->entry->size;
    }
    return event;
}

/* An outbox that cannot be written ends the lane: nothing may be sent that is not recorded. */
static void outbox_failed(PbLane *lane, GError *error) {
    if (lane->outbox_error == NULL)
        lane->outbox_error = error;
    else
        g_error_free(error);
}

/* --- the next message ------------------------------------------------------------------------- */

static PbEntry *claim(PbLane *lane, GError **error) {
    if (!pb_outbox_batch_begin(lane->outbox, error))
        return NULL;
    g_autoptr(GError) local = NULL;
    g_autoptr(PbEntry) entry = pb_outbox_claim_next(lane->outbox, lane->account->name, &local);
    gboolean ok = local == NULL;
    if (entry != NULL)
        ok = pb_outbox_note(lane->outbox, entry->id, "connected", NULL, NULL, lane->connected,
                            &local);
    if (!ok)
        g_propagate_error(error, g_steal_pointer(&local));
    if (!pb_outbox_batch_end(lane->outbox, ok, ok ? error : NULL))
        return NULL;
    return g_steal_pointer(&entry);
}

static PbTransaction *transaction_of(PbLane *lane, PbJob *job) {
    const PbEntry *entry = job->entry;
    PbTransaction *transaction = g_new0(PbTransaction, 1);
    transaction->id = g_strdup(entry->id);
    transaction->reverse_path = g_strdup(entry->reverse_path);
    transaction->recipients = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < entry->recipients->len; i++) {
        const PbRecipient *recipient = g_ptr_array_index(entry->recipients, i);
        g_ptr_array_add(transaction->recipients, g_strdup(recipient->address));
    }
    transaction->path = pb_outbox_message_path(lane->outbox, entry->id);
    transaction->size = entry->size;
    transaction->eight_bit = entry->eight_bit;
    transaction->utf8_headers = entry->utf8_headers;
    transaction->notify = g_strdup(entry->notify);
    transaction->tag = job;
    return transaction;
}

static PbJob *job_new(PbLane *lane, PbEntry *entry) {
    PbJob *job = g_new0(PbJob, 1);
    job->entry = entry;
    job->started = g_get_real_time();
    job->results = g_ptr_array_new_with_free_func((GDestroyNotify) result_free);
    g_autofree char *transcript = pb_smtp_session_transcript(lane->session);
    job->transcript_from = transcript != NULL ? strlen(transcript) : 0;
    if (lane->transcript_head == 0)
        lane->transcript_head = job->transcript_from;
    else
        job->round_trips_before = pb_smtp_session_facts(lane->session)->round_trips;
    g_mutex_lock(&lane->mutex);
    g_ptr_array_add(lane->jobs, job);
    g_mutex_unlock(&lane->mutex);
    return job;
}

static PbTransaction *flow_next(gpointer user_data) {
    PbLane *lane = user_data;
    if (lane->outbox_error != NULL || pb_lane_is_draining(lane))
        return NULL;
    GError *error = NULL;
    PbEntry *entry = claim(lane, &error);
    if (error != NULL)
        outbox_failed(lane, error);
    if (entry == NULL)
        return NULL;
    PbJob *job = job_new(lane, entry);
    pb_lane_post(lane, pb_lane_event(lane, PB_EVENT_SENDING, job));
    return transaction_of(lane, job);
}

/* The mutex closes the window between "may it be stopped" and "it cannot be stopped any more". */
static gboolean flow_end_of_data(PbTransaction *transaction, gpointer user_data) {
    PbLane *lane = user_data;
    PbJob *job = transaction->tag;
    g_mutex_lock(&lane->mutex);
    const gboolean go = !job->stop;
    job->past_data = go;
    g_mutex_unlock(&lane->mutex);
    if (!go) {
        lane->touched++;
        return FALSE;
    }
    GError *error = NULL;
    if (pb_outbox_mark_end_of_data(lane->outbox, job->entry->id, &error))
        return TRUE;
    g_mutex_lock(&lane->mutex);
    job->past_data = FALSE;
    g_mutex_unlock(&lane->mutex);
    if (!g_error_matches(error, PB_ERROR, PB_ERROR_CANCELLED)) {
        outbox_failed(lane, error);
        return FALSE;
    }
    lane->touched++; /* taken back by another process */
    g_error_free(error);
    return FALSE;
}

static void flow_progress(PbTransaction *transaction, guint64 sent, gpointer user_data) {
    PbLane *lane = user_data;
    PbEvent *event = pb_lane_event(lane, PB_EVENT_PROGRESS, transaction->tag);
    event->sent = sent;
    pb_lane_post(lane, event);
}

/* --- results ---------------------------------------------------------------------------------- */

static gboolean is_stopped(PbLane *lane, const PbJob *job) {
    g_mutex_lock(&lane->mutex);
    const gboolean stopped = job->stop || g_cancellable_is_cancelled(lane->cancellable);
    g_mutex_unlock(&lane->mutex);
    return stopped;
}

/* The connection was cut by us, or ended, or the server closed for everybody, before this message
 * was looked at: it just waits on, without counting a try. 530 wants a sign-in, which is the
 * account's trouble. */
static gboolean is_untouched(PbLane *lane, const PbJob *job, PbResult result,
                             const PbEvidence *evidence) {
    if (result != PB_RESULT_DEFERRED)
        return FALSE;
    if (evidence == NULL || (evidence->code == 0 && is_stopped(lane, job)))
        return TRUE;
    return (evidence->code == 0 || evidence->code == 421 || evidence->code == 530) &&
           (evidence->stage <= PB_STAGE_MAIL || evidence->stage == PB_STAGE_QUIT);
}

static PbRecipientState state_of(PbResult result) {
    switch (result) {
    case PB_RESULT_ACCEPTED:
        return PB_RCPT_ACCEPTED;
    case PB_RESULT_DEFERRED:
        return PB_RCPT_DEFERRED;
    case PB_RESULT_REFUSED:
        return PB_RCPT_REFUSED;
    default:
        return PB_RCPT_UNSURE;
    }
}

static void tell_result(PbLane *lane, const PbJob *job, const Result *result) {
    const PbRecipient *recipient = g_ptr_array_index(job->entry->recipients, result->recipient);
    PbEvent *event = pb_lane_event(lane, PB_EVENT_RESULT, job);
    event->address = g_strdup(recipient->address);
    event->recipient_state = result->state;
    event->evidence = pb_evidence_copy(result->evidence);
    event->queue_id = g_strdup(result->queue_id);
    pb_lane_post(lane, event);
}

static gboolean record(PbLane *lane, const PbJob *job, const Result *result, GError **error) {
    const PbRecipient *recipient = g_ptr_array_index(job->entry->recipients, result->recipient);
    return pb_outbox_record_result(lane->outbox, job->entry->id, recipient->id, result->state,
                                   result->evidence, result->queue_id, error);
}

/* A refusal is told while the text may still be on its way; everything else waits for the end of
 * the transaction, which follows at once. */
static void flow_result(PbTransaction *transaction, guint recipient, PbResult result,
                        const PbEvidence *evidence, const char *queue_id, gpointer user_data) {
    PbLane *lane = user_data;
    PbJob *job = transaction->tag;
    g_return_if_fail(recipient < job->entry->recipients->len);
    if (is_untouched(lane, job, result, evidence))
        return;
    lane->touched++;
    Result *kept = g_new0(Result, 1);
    kept->recipient = recipient;
    kept->state = state_of(result);
    kept->evidence = pb_evidence_copy(evidence);
    kept->queue_id = g_strdup(queue_id);
    GError *error = NULL;
    if (result != PB_RESULT_REFUSED) {
        g_ptr_array_add(job->results, kept);
        return;
    }
    if (record(lane, job, kept, &error))
        tell_result(lane, job, kept);
    else
        outbox_failed(lane, error);
    result_free(kept);
}

/* What all messages of the connection share, then this one's own lines. */
static char *own_transcript(PbLane *lane, const PbJob *job) {
    g_autofree char *whole = pb_smtp_session_transcript(lane->session);
    const gsize length = whole != NULL ? strlen(whole) : 0;
    if (length < job->transcript_from || job->transcript_from <= lane->transcript_head)
        return g_steal_pointer(&whole);
    g_autofree char *head = g_strndup(whole, lane->transcript_head);
    return g_strconcat(head, whole + job->transcript_from, NULL);
}

static gboolean record_attempt(PbLane *lane, const PbJob *job, GError **error) {
    const PbSmtpFacts *facts = pb_smtp_session_facts(lane->session);
    g_autofree char *transcript = own_transcript(lane, job);
    const PbAttempt attempt = {
        .started = job->started,
        .finished = g_get_real_time(),
        .host = facts->host != NULL ? facts->host : lane->account->host,
        .port = facts->port != 0 ? facts->port : lane->account->port,
        .round_trips = facts->round_trips - job->round_trips_before,
        .transcript = transcript,
    };
    return pb_outbox_record_attempt(lane->outbox, job->entry->id, &attempt, error);
}

static gboolean record_all(PbLane *lane, const PbJob *job, GError **error) {
    for (guint i = 0; i < job->results->len; i++) {
        if (!record(lane, job, g_ptr_array_index(job->results, i), error))
            return FALSE;
    }
    if (!record_attempt(lane, job, error) ||
        !pb_outbox_release_claim(lane->outbox, job->entry->id, error))
        return FALSE;
    /* Fails when nothing is left to hold: cancelled meanwhile, or answered after all. */
    if (job->stop)
        pb_outbox_hold(lane->outbox, job->entry->id, 0, PB_HOLD_USER, 0, _("stopped by you"), NULL);
    return TRUE;
}

static gboolean finish_job(PbLane *lane, const PbJob *job, GError **error) {
    if (!pb_outbox_batch_begin(lane->outbox, error))
        return FALSE;
    const gboolean ok = record_all(lane, job, error);
    return pb_outbox_batch_end(lane->outbox, ok, ok ? error : NULL);
}

static void tell_done(PbLane *lane, const PbJob *job) {
    for (guint i = 0; i < job->results->len; i++)
        tell_result(lane, job, g_ptr_array_index(job->results, i));
    g_autoptr(PbEntry) now = pb_outbox_get(lane->outbox, job->entry->id, NULL);
    PbEvent *event = pb_lane_event(lane, PB_EVENT_ENTRY_DONE, job);
    event->entry_state = now != NULL ? now->state : PB_ENTRY_UNSURE;
    pb_lane_post(lane, event);
}

static void flow_done(PbTransaction *transaction, gpointer user_data) {
    PbLane *lane = user_data;
    PbJob *job = transaction->tag;
    GError *error = NULL;
    if (finish_job(lane, job, &error))
        tell_done(lane, job);
    else
        outbox_failed(lane, error);
    g_mutex_lock(&lane->mutex);
    g_ptr_array_remove(lane->jobs, job);
    g_cond_broadcast(&lane->changed);
    g_mutex_unlock(&lane->mutex);
}

const PbSmtpFlow pb_lane_flow = {
    .next = flow_next,
    .end_of_data = flow_end_of_data,
    .result = flow_result,
    .progress = flow_progress,
    .done = flow_done,
};
