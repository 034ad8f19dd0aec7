#include "transport/smtp/job.h"

#include "accounts/pb-error.h"
#include "transport/smtp/commands.h"
#include "transport/smtp/envelope.h"

#include <glib/gi18n-lib.h>

#define PROGRESS_INTERVAL (G_USEC_PER_SEC / 10)

void pb_transaction_free(PbTransaction *transaction) {
    if (transaction == NULL)
        return;
    g_free(transaction->id);
    g_free(transaction->reverse_path);
    g_clear_pointer(&transaction->recipients, g_ptr_array_unref);
    g_free(transaction->path);
    g_free(transaction->notify);
    g_free(transaction);
}

static PbJob *job_new(PbTransaction *transaction, const PbSmtpFlow *flow, gpointer user_data) {
    PbJob *job = g_new0(PbJob, 1);
    job->transaction = transaction;
    job->flow = flow;
    job->user_data = user_data;
    job->recipients = g_new0(PbJobRecipient, transaction->recipients->len);
    job->asked = g_new0(gboolean, pb_envelope_commands(job));
    return job;
}

static void job_free(PbJob *job) {
    pb_transaction_free(job->transaction);
    pb_data_reader_free(job->reader);
    g_free(job->recipients);
    g_free(job->asked);
    g_free(job);
}

void pb_job_resolve(PbJob *job, guint index, PbResult result, const PbEvidence *evidence,
                    const char *queue_id) {
    if (job->recipients[index].resolved)
        return;
    job->recipients[index].resolved = TRUE;
    job->flow->result(job->transaction, index, result, evidence, queue_id, job->user_data);
}

void pb_job_resolve_rest(PbJob *job, gboolean accepted_only, PbResult result,
                         const PbEvidence *evidence, const char *queue_id) {
    for (guint i = 0; i < job->transaction->recipients->len; i++)
        if (!accepted_only || job->recipients[i].accepted)
            pb_job_resolve(job, i, result, evidence, queue_id);
}

void pb_job_done(PbJob *job) {
    if (job->flow->done != NULL)
        job->flow->done(job->transaction, job->user_data);
    job_free(job);
}

void pb_job_progress(PbJob *job) {
    gint64 now = g_get_monotonic_time();
    guint64 sent = pb_data_reader_position(job->reader);
    gboolean complete = sent >= pb_data_reader_size(job->reader);
    if (job->flow->progress == NULL || (!complete && now - job->last_progress < PROGRESS_INTERVAL))
        return;
    job->last_progress = now;
    job->flow->progress(job->transaction, sent, job->user_data);
}

PbResult pb_job_result_of(const PbReply *reply) {
    switch (pb_reply_class(reply)) {
    case 2:
        return PB_RESULT_ACCEPTED;
    case 4:
        return PB_RESULT_DEFERRED;
    default:
        return PB_RESULT_REFUSED;
    }
}

/* --- what can be told before anything is sent ------------------------------------------------- */

/* Nobody on the other side said it, so there is no `who`. */
static void refuse_all(PbJob *job, int code, const char *status, const char *text) {
    g_autoptr(PbEvidence) evidence = pb_evidence_new(PB_STAGE_LOCAL, code, status, text, NULL);
    pb_job_resolve_rest(job, FALSE, PB_RESULT_REFUSED, evidence, NULL);
}

static gboolean open_file(PbJob *job) {
    g_autoptr(GError) error = NULL;
    job->reader = pb_data_reader_open(job->transaction->path, &error);
    if (job->reader != NULL)
        return TRUE;
    gboolean gone = g_error_matches(error, PB_ERROR, PB_ERROR_NO_INPUT);
    g_autoptr(PbEvidence) evidence = pb_evidence_new(PB_STAGE_LOCAL, 0, "", error->message, NULL);
    pb_job_resolve_rest(job, FALSE, gone ? PB_RESULT_REFUSED : PB_RESULT_DEFERRED, evidence, NULL);
    return FALSE;
}

static gboolean check_size(PbJob *job, const PbCapabilities *offered, const char *host) {
    guint64 size = MAX(pb_data_reader_size(job->reader), job->transaction->size);
    if (offered->size_limit == 0 || size <= offered->size_limit)
        return TRUE;
    g_autofree char *limit = g_format_size(offered->size_limit);
    g_autofree char *actual = g_format_size(size);
    g_autofree char *text =
        g_strdup_printf(_("the message has %s, and “%s” takes at most %s"), actual, host, limit);
    refuse_all(job, 552, "5.3.4", text);
    return FALSE;
}

static gboolean needs_utf8(const char *address) {
    g_autofree char *path = pb_command_path(address, NULL);
    return path != NULL && pb_command_path_needs_utf8(path);
}

/* Any non-ASCII local part makes the whole transaction SMTPUTF8 (RFC 6531 3.4). */
static gboolean transaction_needs_utf8(const PbTransaction *transaction) {
    if (transaction->utf8_headers || needs_utf8(transaction->reverse_path))
        return TRUE;
    for (guint i = 0; i < transaction->recipients->len; i++)
        if (needs_utf8(g_ptr_array_index(transaction->recipients, i)))
            return TRUE;
    return FALSE;
}

static gboolean check_extensions(PbJob *job, const PbCapabilities *offered, const char *host) {
    const PbTransaction *transaction = job->transaction;
    if (transaction->eight_bit && !offered->eight_bit_mime) {
        g_autofree char *text = g_strdup_printf(
            _("the message has 8-bit text, and “%s” takes only 7-bit (no 8BITMIME)"), host);
        refuse_all(job, 554, "5.6.3", text);
        return FALSE;
    }
    job->utf8 = offered->smtputf8 && transaction_needs_utf8(transaction);
    if (!offered->smtputf8 &&
        (transaction->utf8_headers || needs_utf8(transaction->reverse_path))) {
        g_autofree char *text = g_strdup_printf(
            _("header or sender has characters that “%s” cannot take (no SMTPUTF8)"), host);
        refuse_all(job, 553, "5.6.7", text);
        return FALSE;
    }
    return TRUE;
}

/* One address that cannot be sent does not stop the others. */
static void check_recipient(PbJob *job, guint index, gboolean smtputf8, const char *host) {
    const char *address = g_ptr_array_index(job->transaction->recipients, index);
    g_autoptr(GError) error = NULL;
    g_autofree char *path = pb_command_path(address, &error);
    g_autoptr(PbEvidence) evidence = NULL;
    if (path == NULL)
        evidence = pb_evidence_new(PB_STAGE_LOCAL, 553, "5.1.3", error->message, NULL);
    else if (pb_command_path_needs_utf8(path) && !smtputf8) {
        g_autofree char *text = g_strdup_printf(
            _("the address “%s” has characters that “%s” cannot take (no SMTPUTF8)"), address,
            host);
        evidence = pb_evidence_new(PB_STAGE_LOCAL, 553, "5.6.7", text, NULL);
    }
    if (evidence != NULL)
        pb_job_resolve(job, index, PB_RESULT_REFUSED, evidence, NULL);
}

static gboolean check_sender(PbJob *job) {
    const char *sender = job->transaction->reverse_path;
    if (*sender == '\0')
        return TRUE;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = pb_command_path(sender, &error);
    if (path == NULL)
        refuse_all(job, 553, "5.1.7", error->message);
    return path != NULL;
}

static gboolean check_recipients(PbJob *job, const PbCapabilities *offered, const char *host) {
    gboolean any = FALSE;
    for (guint i = 0; i < job->transaction->recipients->len; i++) {
        check_recipient(job, i, offered->smtputf8, host);
        any = any || !job->recipients[i].resolved;
    }
    return any;
}

static gboolean is_sendable(PbJob *job, PbSmtpSession *session) {
    const char *host = session->facts.host;
    return open_file(job) && check_size(job, session->capabilities, host) &&
           check_extensions(job, session->capabilities, host) && check_sender(job) &&
           check_recipients(job, session->capabilities, host);
}

PbJob *pb_job_take(PbSmtpSession *session, const PbSmtpFlow *flow, gpointer user_data) {
    PbTransaction *transaction;
    while ((transaction = flow->next(user_data)) != NULL) {
        PbJob *job = job_new(transaction, flow, user_data);
        if (is_sendable(job, session))
            return job;
        pb_job_done(job);
    }
    return NULL;
}
