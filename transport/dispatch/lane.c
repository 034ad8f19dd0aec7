#include "accounts/pb-error.h"
#include "accounts/secret.h"
#include "transport/dispatch/lane-private.h"

#include <glib/gi18n-lib.h>

void pb_lane_post(PbLane *lane, PbEvent *event) {
    lane->calls.post(event, lane->user_data);
}

gboolean pb_lane_is_draining(PbLane *lane) {
    g_mutex_lock(&lane->mutex);
    const gboolean draining = lane->draining;
    g_mutex_unlock(&lane->mutex);
    return draining;
}

/* --- trouble ---------------------------------------------------------------------------------- */

static void pause_account(PbLane *lane, const char *reason, const GError *error,
                          const PbEvidence *evidence) {
    gboolean fresh = FALSE;
    if (!pb_outbox_pause_account(lane->outbox, lane->account->name, reason, error->message,
                                 evidence, &fresh, &lane->outbox_error) ||
        !fresh)
        return;
    PbEvent *event = pb_lane_event(lane, PB_EVENT_PAUSED, NULL);
    event->text = g_strdup(error->message);
    event->evidence = pb_evidence_copy(evidence);
    pb_lane_post(lane, event);
}

static void back_off(PbLane *lane, const GError *error, const PbEvidence *evidence) {
    gint64 until = 0;
    if (!pb_outbox_back_off(lane->outbox, lane->account->name, error->message, evidence, &until,
                            &lane->outbox_error))
        return;
    PbEvent *event = pb_lane_event(lane, PB_EVENT_TROUBLE, NULL);
    event->text = g_strdup(error->message);
    event->evidence = pb_evidence_copy(evidence);
    event->when = until;
    pb_lane_post(lane, event);
}

/* The account's trouble is said once, at the account; no message is to blame. */
static void handle_trouble(PbLane *lane, const GError *error, const PbEvidence *evidence,
                           const char *credentials_reason) {
    if (g_error_matches(error, PB_ERROR, PB_ERROR_CANCELLED))
        return;
    if (g_error_matches(error, PB_ERROR, PB_ERROR_CREDENTIALS))
        pause_account(lane, credentials_reason, error, evidence);
    else if (g_error_matches(error, PB_ERROR, PB_ERROR_CERTIFICATE))
        pause_account(lane, "certificate", error, evidence);
    else
        back_off(lane, error, evidence);
}

/* The dialogue of a connection that never got to a message, kept with the entry that waits first.
 */
static void keep_failed_transcript(PbLane *lane, gint64 started) {
    g_autofree char *transcript = pb_smtp_last_transcript();
    const PbQuery query = {.kind = PB_LIST_OUTBOX,
                           .account = lane->account->name,
                           .state = "queued",
                           .oldest_first = TRUE,
                           .limit = 1};
    g_autoptr(GPtrArray) entries = pb_outbox_list(lane->outbox, &query, NULL);
    if (transcript == NULL || entries == NULL || entries->len == 0)
        return;
    const PbEntry *entry = g_ptr_array_index(entries, 0);
    const PbAttempt attempt = {.started = started,
                               .finished = g_get_real_time(),
                               .host = lane->account->host,
                               .port = lane->account->port,
                               .transcript = transcript};
    pb_outbox_record_attempt(lane->outbox, entry->id, &attempt, NULL);
}

/* --- one connection --------------------------------------------------------------------------- */

static char *describe(const PbAccount *account, const PbSmtpFacts *facts) {
    const char *host = facts->host != NULL ? facts->host : account->host;
    const guint port = facts->port != 0 ? facts->port : account->port;
    g_autofree char *tls = NULL;
    if (facts->tls_version != NULL)
        tls = g_str_has_prefix(facts->tls_version, "TLS1")
                  ? g_strdup_printf("TLS %s", facts->tls_version + 3)
                  : g_strdup(facts->tls_version);
    if (tls != NULL && facts->auth_mechanism != NULL)
        return g_strdup_printf(_("%s:%u, %s, signed in as %s"), host, port, tls, account->username);
    if (tls != NULL)
        return g_strdup_printf("%s:%u, %s", host, port, tls);
    return g_strdup_printf(_("%s:%u, not encrypted"), host, port);
}

static PbSecret *fetch_secret(PbLane *lane, GCancellable *cancellable, GError **error) {
    if (lane->account->username == NULL)
        return NULL;
    return pb_secret_lookup(lane->account, cancellable, error);
}

static const char *secret_reason(const PbAccount *account) {
    return g_strcmp0(account->password, "secret-service") == 0 ? "keyring" : "password";
}

static gboolean open_session(PbLane *lane, GCancellable *cancellable) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbSecret) secret = fetch_secret(lane, cancellable, &error);
    if (error != NULL) {
        handle_trouble(lane, error, NULL, secret_reason(lane->account));
        return FALSE;
    }
    PbEvidence *evidence = NULL;
    const gint64 started = g_get_real_time();
    lane->session =
        pb_smtp_session_open(lane->account, secret, NULL, NULL, cancellable, &evidence, &error);
    g_autoptr(PbEvidence) kept = evidence;
    if (lane->session == NULL) {
        keep_failed_transcript(lane, started);
        handle_trouble(lane, error, kept, "password");
        return FALSE;
    }
    g_free(lane->connected);
    lane->connected = describe(lane->account, pb_smtp_session_facts(lane->session));
    lane->transcript_head = 0;
    lane->touched = 0;
    /* A convenience for the next message: without it the server refuses that by itself. */
    pb_outbox_set_size_limit(lane->outbox, lane->account->name, lane->account->host,
                             pb_smtp_session_facts(lane->session)->size_limit, NULL);
    PbEvent *event = pb_lane_event(lane, PB_EVENT_CONNECTED, NULL);
    event->text = g_strdup(lane->connected);
    pb_lane_post(lane, event);
    return TRUE;
}

/* TRUE if another connection makes sense: the server answered for at least one message of this one,
 * so that each round brings something further. */
static gboolean run_session(PbLane *lane, GCancellable *cancellable) {
    g_autoptr(GError) error = NULL;
    const gboolean ok =
        pb_smtp_session_run(lane->session, &pb_lane_flow, lane, cancellable, &error);
    g_clear_pointer(&lane->session, pb_smtp_session_free);
    if (ok || lane->touched > 0)
        pb_outbox_clear_backoff(lane->outbox, lane->account->name, NULL);
    if (ok)
        return TRUE;
    if (g_error_matches(error, PB_ERROR, PB_ERROR_CANCELLED))
        return TRUE;
    if (lane->touched > 0 && !g_error_matches(error, PB_ERROR, PB_ERROR_CREDENTIALS))
        return TRUE;
    handle_trouble(lane, error, NULL, "password");
    return FALSE;
}

/* --- the thread ------------------------------------------------------------------------------- */

static gboolean something_is_due(PbLane *lane) {
    const gint64 due = pb_outbox_next_due(lane->outbox, lane->account->name);
    return due != 0 && due <= g_get_real_time();
}

/* A new cancellable for each connection: the old one may have been used to stop one entry. */
static GCancellable *renew_cancellable(PbLane *lane) {
    g_mutex_lock(&lane->mutex);
    g_clear_object(&lane->cancellable);
    lane->cancellable = g_cancellable_new();
    GCancellable *cancellable = g_object_ref(lane->cancellable);
    g_mutex_unlock(&lane->mutex);
    return cancellable;
}

static void work(PbLane *lane) {
    while (lane->outbox_error == NULL && !pb_lane_is_draining(lane) && something_is_due(lane)) {
        g_autoptr(GCancellable) cancellable = renew_cancellable(lane);
        if (pb_lane_is_draining(lane) || !open_session(lane, cancellable) ||
            !run_session(lane, cancellable))
            break;
    }
}

static void tell_outbox_error(PbLane *lane) {
    PbEvent *event = pb_lane_event(lane, PB_EVENT_TROUBLE, NULL);
    event->text = g_strdup(lane->outbox_error->message);
    pb_lane_post(lane, event);
}

static gpointer thread_main(gpointer data) {
    PbLane *lane = data;
    pb_lane_post(lane, pb_lane_event(lane, PB_EVENT_LANE_STARTED, NULL));
    lane->outbox = pb_outbox_open(lane->folder, &lane->outbox_error);
    if (lane->outbox != NULL)
        work(lane);
    g_clear_pointer(&lane->session, pb_smtp_session_free);
    const gboolean failed = lane->outbox_error != NULL;
    if (failed)
        tell_outbox_error(lane);
    g_clear_pointer(&lane->outbox, pb_outbox_free);
    pb_lane_post(lane, pb_lane_event(lane, PB_EVENT_LANE_IDLE, NULL));
    g_mutex_lock(&lane->mutex);
    lane->ended = TRUE;
    g_cond_broadcast(&lane->changed);
    g_mutex_unlock(&lane->mutex);
    lane->calls.ended(lane, failed, lane->user_data);
    return NULL;
}

PbLane *pb_lane_start(const char *outbox_folder, const PbAccount *account, const PbLaneCalls *calls,
                      gpointer user_data) {
    PbLane *lane = g_new0(PbLane, 1);
    lane->folder = g_strdup(outbox_folder);
    lane->account = pb_account_copy(account);
    lane->calls = *calls;
    lane->user_data = user_data;
    lane->jobs = g_ptr_array_new_with_free_func((GDestroyNotify) pb_job_free);
    lane->cancellable = g_cancellable_new();
    g_mutex_init(&lane->mutex);
    g_cond_init(&lane->changed);
    lane->thread = g_thread_new("postbag-lane", thread_main, lane);
    return lane;
}

const char *pb_lane_account(PbLane *lane) {
    return lane->account->name;
}

/* --- from outside ----------------------------------------------------------------------------- */

static gboolean any_past_data(PbLane *lane) {
    for (guint i = 0; i < lane->jobs->len; i++) {
        if (((PbJob *) g_ptr_array_index(lane->jobs, i))->past_data)
            return TRUE;
    }
    return FALSE;
}

/* With another message waiting for its last word the connection is left alone: cutting it would
 * make that one unsure. Then this one stops before its final bytes. */
gboolean pb_lane_stop_entry(PbLane *lane, const char *entry) {
    gboolean found = FALSE;
    g_mutex_lock(&lane->mutex);
    for (guint i = 0; i < lane->jobs->len && !found; i++) {
        PbJob *job = g_ptr_array_index(lane->jobs, i);
        found = g_str_equal(job->entry->id, entry) && !job->past_data;
        job->stop |= found;
    }
    if (found && !any_past_data(lane))
        g_cancellable_cancel(lane->cancellable);
    g_mutex_unlock(&lane->mutex);
    return found;
}

void pb_lane_drain(PbLane *lane) {
    g_mutex_lock(&lane->mutex);
    lane->draining = TRUE;
    g_mutex_unlock(&lane->mutex);
}

void pb_lane_finish(PbLane *lane, gint64 deadline) {
    g_mutex_lock(&lane->mutex);
    lane->draining = TRUE;
    while (!lane->ended && any_past_data(lane) &&
           g_cond_wait_until(&lane->changed, &lane->mutex, deadline))
        continue;
    g_cancellable_cancel(lane->cancellable);
    while (!lane->ended)
        g_cond_wait(&lane->changed, &lane->mutex);
    g_mutex_unlock(&lane->mutex);
}

void pb_lane_free(PbLane *lane) {
    if (lane == NULL)
        return;
    g_thread_join(lane->thread);
    g_ptr_array_unref(lane->jobs);
    g_clear_object(&lane->cancellable);
    g_clear_error(&lane->outbox_error);
    g_mutex_clear(&lane->mutex);
    g_cond_clear(&lane->changed);
    g_free(lane->connected);
    g_free(lane->folder);
    pb_account_free(lane->account);
    g_free(lane);
}
