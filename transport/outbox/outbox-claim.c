/* Sending: claims, the point of no return, results. The arrows are at the head of outbox.c. */
#include "accounts/pb-error.h"
#include "transport/outbox/outbox-files-private.h"
#include "transport/outbox/outbox-private.h"
#include "transport/outbox/retry.h"

#include <glib/gi18n-lib.h>

#include <unistd.h>

/* Tries kept for each entry: five days of hourly ones would be 120 transcripts. */
#define ATTEMPTS_KEPT 20

const char *pb_outbox_claim_name(PbOutbox *outbox, GError **error) {
    if (outbox->claim != NULL)
        return outbox->claim;
    g_autofree char *name = pb_outbox_new_id();
    g_autofree char *path = g_build_filename(outbox->claims, name, NULL);
    outbox->lock = pb_lock_try(path, error);
    if (outbox->lock == NULL)
        return NULL;
    outbox->claim = g_steal_pointer(&name);
    return outbox->claim;
}

/* --- claiming --------------------------------------------------------------------------------- */

static gint64 first_due(PbOutbox *outbox, const char *account, gint64 now, GError **error) {
    return pb_db_number(outbox->db, 0, error,
                        "SELECT number FROM entry WHERE account = ?1 AND due <= ?2"
                        " AND NOT EXISTS(SELECT 1 FROM pause WHERE account = ?1)"
                        " AND NOT EXISTS(SELECT 1 FROM backoff WHERE account = ?1 AND until > ?2)"
                        " ORDER BY due, number LIMIT 1",
                        PB_S(account), PB_I(now));
}

static PbEntry *read_claimed(PbOutbox *outbox, gint64 number, PbRecipientsOf which,
                             GError **error) {
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error, "SELECT " PB_ENTRY_COLUMNS " FROM entry e WHERE e.number = ?",
                   PB_I(number));
    if (rows == NULL || !pb_rows_next(rows, error))
        return NULL;
    g_autoptr(PbEntry) entry = pb_outbox_read_entry(rows);
    if (!pb_outbox_read_recipients(outbox, number, which, entry, error))
        return NULL;
    return g_steal_pointer(&entry);
}

static gboolean take(PbOutbox *outbox, gint64 number, gint64 now, GError **error) {
    return pb_db_run(outbox->db, error,
                     "UPDATE entry SET claim = ?, past_data = 0, attempts = attempts + 1,"
                     " hold = 'none', hold_note = NULL, not_before = 0 WHERE number = ?",
                     PB_S(outbox->claim), PB_I(number)) &&
           pb_db_run(outbox->db, error,
                     "UPDATE recipient SET in_claim = 1 WHERE entry = ?"
                     " AND (state = 'queued' OR (state = 'deferred' AND next_attempt <= ?))",
                     PB_I(number), PB_I(now)) &&
           pb_outbox_touch(outbox, number, error);
}

gboolean pb_outbox_refuse_missing(PbOutbox *outbox, gint64 number, GError **error) {
    g_autoptr(PbEvidence) evidence =
        pb_evidence_new(PB_STAGE_LOCAL, 0, NULL, _("message file missing"), NULL);
    return pb_db_run(outbox->db, error,
                     "UPDATE recipient SET state = 'refused', at = ?, next_attempt = 0,"
                     " said_at = ?, said_stage = ?, said_code = ?, said_status = ?, said_text = ?,"
                     " said_who = ? WHERE entry = ? AND state IN ('queued', 'deferred')",
                     PB_I(evidence->at), PB_E(evidence), PB_I(number)) &&
           pb_outbox_tell(outbox, number, "refused", NULL, evidence, NULL, error) &&
           pb_outbox_touch(outbox, number, error);
}

/* Sets `entry_out` to NULL when nothing is due. */
static gboolean claim_in_transaction(PbOutbox *outbox, const char *account, PbEntry **entry_out,
                                     GError **error) {
    const gint64 now = g_get_real_time();
    for (;;) {
        g_autoptr(GError) local = NULL;
        const gint64 number = first_due(outbox, account, now, &local);
        if (local != NULL) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
        if (number == 0)
            return TRUE;
        g_autoptr(PbEntry) entry = read_claimed(outbox, number, PB_RECIPIENTS_ALL, error);
        if (entry == NULL)
            return FALSE;
        if (!pb_outbox_settle_files(outbox->folder, outbox->incoming, entry->id)) {
            if (!pb_outbox_refuse_missing(outbox, number, error))
                return FALSE;
            continue;
        }
        if (!take(outbox, number, now, error))
            return FALSE;
        *entry_out = read_claimed(outbox, number, PB_RECIPIENTS_CLAIMED, error);
        return *entry_out != NULL;
    }
}

PbEntry *pb_outbox_claim_next(PbOutbox *outbox, const char *account, GError **error) {
    g_autoptr(GError) local = NULL;
    /* Reading needs no lock; most calls find nothing. */
    if (first_due(outbox, account, g_get_real_time(), &local) == 0) {
        if (local != NULL)
            g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    if (pb_outbox_claim_name(outbox, error) == NULL || !pb_db_begin(outbox->db, error))
        return NULL;
    g_autoptr(PbEntry) entry = NULL;
    const gboolean ok = claim_in_transaction(outbox, account, &entry, error);
    if (!pb_db_end(outbox->db, ok, error))
        return NULL;
    return g_steal_pointer(&entry);
}

/* The row of an entry that this handle has claimed; 0 with an error otherwise. */
static gint64 claimed_number(PbOutbox *outbox, const char *id, GError **error) {
    g_autoptr(GError) local = NULL;
    const gint64 number =
        pb_db_number(outbox->db, 0, &local, "SELECT number FROM entry WHERE id = ? AND claim = ?",
                     PB_S(id), PB_S(outbox->claim));
    if (local != NULL)
        g_propagate_error(error, g_steal_pointer(&local));
    else if (number == 0)
        g_set_error(error, PB_ERROR, PB_ERROR_CONFLICT,
                    _("message “%s” is not being sent by this process any more"), id);
    return number;
}

static gboolean mark(PbOutbox *outbox, const char *id, GError **error) {
    const gint64 number = claimed_number(outbox, id, error);
    if (number == 0 ||
        !pb_db_run(outbox->db, error,
                   "UPDATE entry SET past_data = 1 WHERE number = ?1 AND EXISTS(SELECT 1 FROM"
                   " recipient WHERE entry = ?1 AND in_claim = 1"
                   " AND state IN ('queued', 'deferred'))",
                   PB_I(number)))
        return FALSE;
    if (pb_db_changes(outbox->db) == 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CANCELLED, _("message “%s” was cancelled"), id);
        return FALSE;
    }
    return pb_outbox_touch(outbox, number, error);
}

gboolean pb_outbox_mark_end_of_data(PbOutbox *outbox, const char *id, GError **error) {
    return pb_db_begin(outbox->db, error) && pb_db_end(outbox->db, mark(outbox, id, error), error);
}

/* --- results ---------------------------------------------------------------------------------- */

typedef struct {
    gint64 entry;
    gint64 waiting_since;
    guint tries;
    PbRecipientState state;
    char *address;
} Before;

static void before_clear(Before *before) {
    g_free(before->address);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Before, before_clear)

static gboolean read_before(PbOutbox *outbox, const char *id, gint64 recipient_id, Before *before,
                            GError **error) {
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error,
                   "SELECT e.number, e.waiting_since, r.tries, r.state, r.address"
                   " FROM recipient r JOIN entry e ON e.number = r.entry"
                   " WHERE r.id = ? AND e.id = ?",
                   PB_I(recipient_id), PB_S(id));
    if (rows == NULL)
        return FALSE;
    if (!pb_rows_next(rows, error)) {
        if (pb_rows_ok(rows))
            g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT,
                        _("there is no such recipient of message “%s”"), id);
        return FALSE;
    }
    before->entry = pb_rows_int(rows, 0);
    before->waiting_since = pb_rows_int(rows, 1);
    before->tries = (guint) pb_rows_int(rows, 2);
    before->state = PB_RCPT_UNSURE;
    pb_recipient_state_from_string(pb_rows_text(rows, 3), &before->state);
    before->address = g_strdup(pb_rows_text(rows, 4));
    return TRUE;
}

static const char *timeline_kind(PbRecipientState state) {
    switch (state) {
    case PB_RCPT_ACCEPTED:
    case PB_RCPT_DEFERRED:
    case PB_RCPT_REFUSED:
    case PB_RCPT_UNSURE:
    case PB_RCPT_CANCELLED:
        return pb_recipient_state_to_string(state);
    default:
        return "report";
    }
}

static gboolean write_result(PbOutbox *outbox, gint64 recipient_id, const Before *before,
                             PbRecipientState state, gint64 next_attempt,
                             const PbEvidence *evidence, const char *queue_id, GError **error) {
    return pb_db_run(outbox->db, error,
                     "UPDATE recipient SET state = ?, at = ?, next_attempt = ?, tries = ?,"
                     " in_claim = 0, queue_id = coalesce(?, queue_id),"
                     " said_at = ?, said_stage = ?, said_code = ?, said_status = ?, said_text = ?,"
                     " said_who = ? WHERE id = ?",
                     PB_S(pb_recipient_state_to_string(state)), PB_I(g_get_real_time()),
                     PB_I(next_attempt), PB_I(before->tries + 1), PB_S(queue_id), PB_E(evidence),
                     PB_I(recipient_id));
}

/* Taken back by a person while the transfer ran: a "later" or "no" no longer matters, a "yes" or
 * "who knows" does. */
static gboolean was_taken_back(const Before *before, PbRecipientState state) {
    return before->state == PB_RCPT_CANCELLED &&
           (state == PB_RCPT_DEFERRED || state == PB_RCPT_REFUSED || state == PB_RCPT_QUEUED);
}

static gboolean record(PbOutbox *outbox, const char *id, gint64 recipient_id,
                       PbRecipientState state, const PbEvidence *evidence, const char *queue_id,
                       GError **error) {
    g_auto(Before) before = {0};
    if (!read_before(outbox, id, recipient_id, &before, error))
        return FALSE;
    if (was_taken_back(&before, state))
        return TRUE;
    const gint64 now = g_get_real_time();
    gint64 next_attempt = 0;
    const char *note = NULL;
    const char *kind = timeline_kind(state);
    if (state == PB_RCPT_DEFERRED && pb_retry_expired(before.waiting_since, now)) {
        state = PB_RCPT_REFUSED;
        kind = "refused";
        note = _("given up: tried for 5 days");
    } else if (state == PB_RCPT_DEFERRED) {
        next_attempt = pb_retry_next(before.tries + 1, now, g_str_hash(id) ^ (guint) recipient_id);
    }
    return write_result(outbox, recipient_id, &before, state, next_attempt, evidence, queue_id,
                        error) &&
           pb_outbox_tell(outbox, before.entry, kind, before.address, evidence, note, error) &&
           pb_outbox_touch(outbox, before.entry, error);
}

gboolean pb_outbox_record_result(PbOutbox *outbox, const char *id, gint64 recipient_id,
                                 PbRecipientState state, const PbEvidence *evidence,
                                 const char *queue_id, GError **error) {
    return pb_db_begin(outbox->db, error) &&
           pb_db_end(outbox->db, record(outbox, id, recipient_id, state, evidence, queue_id, error),
                     error);
}

static gboolean insert_attempt(PbOutbox *outbox, const char *id, const PbAttempt *attempt,
                               GError **error) {
    const gint64 number = pb_outbox_number(outbox, id, error);
    return number != 0 &&
           pb_db_run(outbox->db, error,
                     "INSERT INTO attempt(entry, started, finished, host, port, round_trips,"
                     " transcript) VALUES(?, ?, ?, ?, ?, ?, ?)",
                     PB_I(number), PB_I(attempt->started), PB_I(attempt->finished),
                     PB_S(attempt->host), PB_I(attempt->port), PB_I(attempt->round_trips),
                     PB_S(attempt->transcript)) &&
           pb_db_run(
               outbox->db, error,
               "DELETE FROM attempt WHERE entry = ?1 AND number <= (SELECT number FROM attempt"
               " WHERE entry = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
               PB_I(number), PB_I(ATTEMPTS_KEPT));
}

gboolean pb_outbox_record_attempt(PbOutbox *outbox, const char *id, const PbAttempt *attempt,
                                  GError **error) {
    return pb_db_begin(outbox->db, error) &&
           pb_db_end(outbox->db, insert_attempt(outbox, id, attempt, error), error);
}

static gboolean insert_note(PbOutbox *outbox, const char *id, const char *kind, const char *address,
                            const PbEvidence *evidence, const char *note, GError **error) {
    const gint64 number = pb_outbox_number(outbox, id, error);
    return number != 0 && pb_outbox_tell(outbox, number, kind, address, evidence, note, error) &&
           pb_outbox_touch(outbox, number, error);
}

gboolean pb_outbox_note(PbOutbox *outbox, const char *id, const char *kind, const char *address,
                        const PbEvidence *evidence, const char *note, GError **error) {
    return pb_db_begin(outbox->db, error) &&
           pb_db_end(outbox->db, insert_note(outbox, id, kind, address, evidence, note, error),
                     error);
}

gboolean pb_outbox_batch_begin(PbOutbox *outbox, GError **error) {
    return pb_db_begin(outbox->db, error);
}

gboolean pb_outbox_batch_end(PbOutbox *outbox, gboolean keep, GError **error) {
    return pb_db_end(outbox->db, keep, error);
}

/* --- letting go ------------------------------------------------------------------------------- */

/* What was in flight past the end of data is unsure, everything else waits as before. */
static gboolean let_go(PbOutbox *outbox, gint64 number, const char *why, GError **error) {
    const gboolean past_data =
        pb_db_number(outbox->db, 1, NULL, "SELECT past_data FROM entry WHERE number = ?",
                     PB_I(number)) != 0;
    g_autoptr(PbEvidence) evidence = pb_evidence_new(PB_STAGE_LOCAL, 0, NULL, why, NULL);
    if (past_data &&
        !pb_db_run(outbox->db, error,
                   "UPDATE recipient SET state = 'unsure', at = ?, next_attempt = 0,"
                   " said_at = ?, said_stage = ?, said_code = ?, said_status = ?, said_text = ?,"
                   " said_who = ?"
                   " WHERE entry = ? AND in_claim = 1 AND state IN ('queued', 'deferred')",
                   PB_I(evidence->at), PB_E(evidence), PB_I(number)))
        return FALSE;
    if (past_data && pb_db_changes(outbox->db) > 0 &&
        !pb_outbox_tell(outbox, number, "unsure", NULL, evidence, NULL, error))
        return FALSE;
    return pb_db_run(outbox->db, error,
                     "UPDATE recipient SET in_claim = 0 WHERE entry = ? AND in_claim = 1",
                     PB_I(number)) &&
           pb_db_run(outbox->db, error,
                     "UPDATE entry SET claim = NULL, past_data = 0 WHERE number = ?",
                     PB_I(number)) &&
           pb_outbox_index_words(outbox, number, error) && pb_outbox_touch(outbox, number, error);
}

static gboolean release(PbOutbox *outbox, const char *id, GError **error) {
    const gint64 number = claimed_number(outbox, id, error);
    return number != 0 &&
           let_go(outbox, number, _("the transfer ended without an answer to the end of the text"),
                  error);
}

gboolean pb_outbox_release_claim(PbOutbox *outbox, const char *id, GError **error) {
    return pb_db_begin(outbox->db, error) &&
           pb_db_end(outbox->db, release(outbox, id, error), error);
}

static GArray *entries_of_claim(PbOutbox *outbox, const char *claim, GError **error) {
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error, "SELECT number FROM entry WHERE claim = ?", PB_S(claim));
    if (rows == NULL)
        return NULL;
    while (pb_rows_next(rows, error)) {
        const gint64 number = pb_rows_int(rows, 0);
        g_array_append_val(numbers, number);
    }
    return pb_rows_ok(rows) ? g_steal_pointer(&numbers) : NULL;
}

static gboolean free_dead(PbOutbox *outbox, const char *claim, int *changed, GError **error) {
    g_autoptr(GArray) numbers = entries_of_claim(outbox, claim, error);
    if (numbers == NULL)
        return FALSE;
    for (guint i = 0; i < numbers->len; i++) {
        const gint64 number = g_array_index(numbers, gint64, i);
        if (!let_go(
                outbox, number,
                _("postbag ended after the text was handed over and before the server answered"),
                error) ||
            !pb_outbox_tell(outbox, number, "note", NULL, NULL,
                            _("the process that was sending it ended in the middle"), error))
            return FALSE;
    }
    *changed += (int) numbers->len;
    return TRUE;
}

static GPtrArray *claims_in_use(PbOutbox *outbox, GError **error) {
    g_autoptr(GPtrArray) claims = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error, "SELECT DISTINCT claim FROM entry WHERE claim IS NOT NULL");
    if (rows == NULL)
        return NULL;
    while (pb_rows_next(rows, error))
        g_ptr_array_add(claims, g_strdup(pb_rows_text(rows, 0)));
    return pb_rows_ok(rows) ? g_steal_pointer(&claims) : NULL;
}

int pb_outbox_sweep_claims(PbOutbox *outbox, GError **error) {
    g_autoptr(GPtrArray) claims = claims_in_use(outbox, error);
    if (claims == NULL)
        return -1;
    int changed = 0;
    for (guint i = 0; i < claims->len; i++) {
        const char *claim = g_ptr_array_index(claims, i);
        if (g_strcmp0(claim, outbox->claim) == 0)
            continue;
        g_autofree char *path = g_build_filename(outbox->claims, claim, NULL);
        g_autoptr(PbLock) lock = pb_lock_try(path, NULL);
        if (lock == NULL)
            continue;
        if (!pb_db_begin(outbox->db, error) ||
            !pb_db_end(outbox->db, free_dead(outbox, claim, &changed, error), error))
            return -1;
        unlink(path);
    }
    return changed;
}
