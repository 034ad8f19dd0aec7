/* The states of an entry, the arrows between them, and the acts of a person.
 *
 * A recipient's state is stored; an entry's state follows from its recipients, its hold and its
 * claim (pb_entry_state_derive) and is written with them in one transaction (pb_outbox_touch).
 *
 *   recipient   from                     by
 *   queued      -                        pb_outbox_add, found by pb_outbox_sweep (held)
 *               deferred, refused,       pb_outbox_retry
 *               cancelled
 *               cancelled                pb_outbox_uncancel (held)
 *               refused, bounced         pb_outbox_correct, under its new address
 *               unsure                   pb_outbox_settle (did not arrive)
 *   accepted    queued, deferred         pb_outbox_record_result: 2yz
 *               unsure                   pb_outbox_settle (arrived)
 *   deferred    queued, deferred         pb_outbox_record_result: 4yz
 *   refused     queued, deferred         pb_outbox_record_result: 5yz, or 4yz past the lifetime;
 *                                        pb_outbox_claim_next, pb_outbox_sweep: message file
 * missing unsure      queued, deferred         pb_outbox_record_result; pb_outbox_sweep: the sender
 * died past the end of data cancelled   queued, deferred         pb_outbox_cancel delivered …
 * accepted                 pb_outbox_record_result, from reports
 *
 *   hold        none <-> undo, send-at, user, decision: pb_outbox_hold, pb_outbox_release; undo and
 *               send-at end by themselves at not_before; decision is also set by pb_outbox_sweep
 *   claim       none -> claimed: pb_outbox_claim_next; claimed -> past end of data:
 *               pb_outbox_mark_end_of_data; -> none: pb_outbox_release_claim, pb_outbox_sweep
 *
 * Invariants:
 *  1. "Queued" is said only when envelope, bytes and row are durable, made so in this order.
 *  2. A row is claimed by at most one living handle: claims are taken in BEGIN IMMEDIATE and name a
 *     lock file that its process holds.
 *  3. The final bytes of a message are sent only after past_data was committed; so a sender that
 *     died leaves unsure if past_data, else nothing was taken.
 *  4. Only queued and due deferred recipients are ever given to a sender; unsure ones only after
 *     a person said so.
 *  5. A claimed entry is not changed by a person, except that cancel takes back what is not past
 *     the end of data; pb_outbox_mark_end_of_data then says no.
 *  6. Every change raises version; an act that names another version changes nothing.
 *  7. Bytes without a row come back held; a row without bytes is refused with that reason.
 *  8. Evidence is replaced by newer evidence in the recipient, never removed from the timeline.
 */
#include "accounts/pb-error.h"
#include "transport/outbox/outbox-files-private.h"
#include "transport/outbox/outbox-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <string.h>

/* All files are compared with all rows once a day; what a crash leaves is found at every open. */
#define FULL_SWEEP_EVERY ((gint64) 24 * 3600 * G_USEC_PER_SEC)

static gboolean full_sweep_is_due(PbOutbox *outbox, gboolean fresh) {
    const gint64 now = g_get_real_time();
    const gint64 last =
        pb_db_number(outbox->db, 0, NULL, "SELECT value FROM fact WHERE name = 'full sweep'");
    return fresh || now - last > FULL_SWEEP_EVERY || now < last;
}

static gboolean sweep_at_open(PbOutbox *outbox, gboolean fresh, GError **error) {
    if (full_sweep_is_due(outbox, fresh))
        return pb_outbox_sweep(outbox, error) >= 0;
    return pb_outbox_sweep_claims(outbox, error) >= 0 &&
           pb_outbox_sweep_incoming(outbox, error) >= 0;
}

static gboolean prepare(PbOutbox *outbox, const char *folder, GError **error) {
    outbox->folder = g_strdup(folder);
    outbox->incoming = g_build_filename(folder, "incoming", NULL);
    outbox->claims = g_build_filename(folder, "claims", NULL);
    if (!pb_file_private_folder(folder, error) ||
        !pb_file_private_folder(outbox->incoming, error) ||
        !pb_file_private_folder(outbox->claims, error))
        return FALSE;
    g_autofree char *path = g_build_filename(folder, "outbox.db", NULL);
    gboolean fresh = FALSE;
    outbox->db = pb_db_open(path, &fresh, error);
    return outbox->db != NULL && sweep_at_open(outbox, fresh, error);
}

PbOutbox *pb_outbox_open(const char *folder, GError **error) {
    PbOutbox *outbox = g_new0(PbOutbox, 1);
    if (prepare(outbox, folder, error))
        return outbox;
    pb_outbox_free(outbox);
    return NULL;
}

/* Claims of a handle that was closed in the middle are released by the next sweep, since its lock
 * is gone; the lock file stays for that. */
static gboolean has_claims(PbOutbox *outbox) {
    return pb_db_number(outbox->db, 1, NULL, "SELECT EXISTS(SELECT 1 FROM entry WHERE claim = ?)",
                        PB_S(outbox->claim)) != 0;
}

void pb_outbox_free(PbOutbox *outbox) {
    if (outbox == NULL)
        return;
    if (outbox->lock != NULL && !has_claims(outbox)) {
        g_autofree char *path = g_build_filename(outbox->claims, outbox->claim, NULL);
        g_unlink(path);
    }
    pb_db_free(outbox->db);
    pb_lock_free(outbox->lock);
    g_free(outbox->claim);
    g_free(outbox->claims);
    g_free(outbox->incoming);
    g_free(outbox->folder);
    g_free(outbox);
}

const char *pb_outbox_folder(PbOutbox *outbox) {
    return outbox->folder;
}

char *pb_outbox_message_path(PbOutbox *outbox, const char *id) {
    pb_outbox_settle_files(outbox->folder, outbox->incoming, id);
    g_autofree char *name = g_strconcat(id, PB_MESSAGE_SUFFIX, NULL);
    return g_build_filename(outbox->folder, name, NULL);
}

/* --- the frame of every act ------------------------------------------------------------------- */

typedef struct {
    PbOutbox *outbox;
    gint64 number;
    gboolean claimed, past_data;
    PbHold hold;
    char *subject;
    guint queued, deferred, refused, bounced, unsure, cancelled, dismissed, recipients;
    gint64 now;
} Act;

static void act_clear(Act *act) {
    g_clear_pointer(&act->subject, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Act, act_clear)

static gboolean refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean refuse(GError **error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *sentence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, PB_ERROR, PB_ERROR_USAGE, sentence);
    return FALSE;
}

static guint *counter_of(Act *act, const char *state) {
    const struct {
        const char *state;
        guint *counter;
    } counters[] = {
        {"queued", &act->queued},   {"deferred", &act->deferred}, {"refused", &act->refused},
        {"bounced", &act->bounced}, {"unsure", &act->unsure},     {"cancelled", &act->cancelled},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(counters); i++) {
        if (g_strcmp0(counters[i].state, state) == 0)
            return counters[i].counter;
    }
    return NULL;
}

static gboolean act_count(Act *act, GError **error) {
    g_autoptr(PbRows) rows =
        pb_db_rows(act->outbox->db, error,
                   "SELECT state, dismissed, COUNT(*) FROM recipient WHERE entry = ? GROUP BY 1, 2",
                   PB_I(act->number));
    if (rows == NULL)
        return FALSE;
    while (pb_rows_next(rows, error)) {
        const guint count = (guint) pb_rows_int(rows, 2);
        guint *counter =
            pb_rows_int(rows, 1) != 0 ? &act->dismissed : counter_of(act, pb_rows_text(rows, 0));
        act->recipients += count;
        if (counter != NULL)
            *counter += count;
    }
    return pb_rows_ok(rows);
}

static gboolean act_load(Act *act, const char *id, gint64 version, GError **error) {
    act->number = pb_outbox_number(act->outbox, id, error);
    if (act->number == 0)
        return FALSE;
    g_autoptr(PbRows) rows =
        pb_db_rows(act->outbox->db, error,
                   "SELECT version, claim IS NOT NULL, past_data, hold, subject FROM entry"
                   " WHERE number = ?",
                   PB_I(act->number));
    if (rows == NULL || !pb_rows_next(rows, error))
        return FALSE;
    act->claimed = pb_rows_int(rows, 1) != 0;
    act->past_data = pb_rows_int(rows, 2) != 0;
    act->hold = PB_HOLD_DECISION;
    pb_hold_from_string(pb_rows_text(rows, 3), &act->hold);
    const char *subject = pb_rows_text(rows, 4);
    act->subject = g_strdup(subject != NULL ? subject : "");
    if (version != 0 && version != pb_rows_int(rows, 0)) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFLICT,
                    _("“%s” has changed meanwhile; nothing was done"), act->subject);
        return FALSE;
    }
    return act_count(act, error);
}

static gboolean act_begin(Act *act, PbOutbox *outbox, const char *id, gint64 version,
                          GError **error) {
    act->outbox = outbox;
    act->now = g_get_real_time();
    if (!pb_db_begin(outbox->db, error))
        return FALSE;
    return act_load(act, id, version, error) || pb_db_end(outbox->db, FALSE, NULL);
}

static gboolean act_end(Act *act, gboolean ok, GError **error) {
    ok = ok && pb_outbox_touch(act->outbox, act->number, error);
    return pb_db_end(act->outbox->db, ok, error);
}

static gboolean act_set_hold(Act *act, PbHold hold, gint64 not_before, const char *note,
                             GError **error) {
    return pb_db_run(act->outbox->db, error,
                     "UPDATE entry SET hold = ?, not_before = ?, hold_note = ?,"
                     " waiting_since = MAX(?, ?) WHERE number = ?",
                     PB_S(pb_hold_to_string(hold)), PB_I(not_before), PB_S(note), PB_I(act->now),
                     PB_I(not_before), PB_I(act->number));
}

static gboolean act_tell(Act *act, const char *kind, const char *note, GError **error) {
    return pb_outbox_tell(act->outbox, act->number, kind, NULL, NULL, note, error);
}

/* --- hold, release, retry --------------------------------------------------------------------- */

static gboolean refuse_without_pending(const Act *act, GError **error) {
    if (act->claimed)
        return refuse(error, _("“%s” is being sent just now; cancel stops it"), act->subject);
    if (act->unsure > 0)
        return refuse(error, _("nobody knows whether “%s” arrived; settle says what to do"),
                      act->subject);
    if (act->refused + act->bounced > 0)
        return refuse(error, _("“%s” was refused; retry or a corrected address sends it again"),
                      act->subject);
    if (act->cancelled + act->dismissed > 0)
        return refuse(error, _("“%s” was cancelled; uncancel brings it back"), act->subject);
    return refuse(error, _("“%s” was sent already; only a new message can follow it"),
                  act->subject);
}

static gboolean do_hold(Act *act, PbHold reason, gint64 not_before, const char *note,
                        GError **error) {
    if (act->claimed || act->queued + act->deferred == 0)
        return refuse_without_pending(act, error);
    const gboolean timed = reason == PB_HOLD_UNDO || reason == PB_HOLD_SEND_AT;
    return act_set_hold(act, reason, timed ? not_before : 0, note, error) &&
           act_tell(act, "held", note, error);
}

gboolean pb_outbox_hold(PbOutbox *outbox, const char *id, gint64 version, PbHold reason,
                        gint64 not_before, const char *note, GError **error) {
    g_return_val_if_fail(reason != PB_HOLD_NONE, FALSE);
    g_auto(Act) act = {0};
    return act_begin(&act, outbox, id, version, error) &&
           act_end(&act, do_hold(&act, reason, not_before, note, error), error);
}

static gboolean do_release(Act *act, gint64 undo_until, GError **error) {
    if (act->recipients == 0)
        return refuse(error, _("“%s” has no recipient; export it and send it anew"), act->subject);
    if (act->claimed || act->queued + act->deferred == 0)
        return refuse_without_pending(act, error);
    if (act->hold == PB_HOLD_NONE)
        return refuse(error, _("“%s” is not held; retry sends it at once"), act->subject);
    return act_set_hold(act, undo_until > 0 ? PB_HOLD_UNDO : PB_HOLD_NONE, undo_until, NULL,
                        error) &&
           act_tell(act, "released", NULL, error);
}

gboolean pb_outbox_release(PbOutbox *outbox, const char *id, gint64 version, gint64 undo_until,
                           GError **error) {
    g_auto(Act) act = {0};
    return act_begin(&act, outbox, id, version, error) &&
           act_end(&act, do_release(&act, undo_until, error), error);
}

static gboolean queue_again(Act *act, const char *where, GError **error) {
    g_autofree char *sql =
        g_strconcat("UPDATE recipient SET state = 'queued', at = ?, next_attempt = 0, tries = 0,"
                    " dismissed = 0 WHERE entry = ? AND in_claim = 0 AND ",
                    where, NULL);
    return pb_db_run(act->outbox->db, error, sql, PB_I(act->now), PB_I(act->number)) &&
           pb_db_run(act->outbox->db, error, "UPDATE entry SET waiting_since = ? WHERE number = ?",
                     PB_I(act->now), PB_I(act->number));
}

static gboolean do_retry(Act *act, GError **error) {
    const guint again = act->deferred + act->refused + act->cancelled + act->dismissed;
    if (act->claimed || (again == 0 && act->queued == 0))
        return refuse_without_pending(act, error);
    if (act->hold != PB_HOLD_NONE && act->queued + act->deferred > 0)
        return refuse(error, _("“%s” is held; release lets it go"), act->subject);
    if (again == 0) /* next in line already: only what keeps the whole account back can be lifted */
        return TRUE;
    return queue_again(act, "(state IN ('deferred', 'refused', 'cancelled') OR dismissed = 1)",
                       error) &&
           act_set_hold(act, PB_HOLD_NONE, 0, NULL, error) &&
           act_tell(act, "released", NULL, error);
}

static gboolean lift_backoff(Act *act, GError **error) {
    return pb_db_run(act->outbox->db, error,
                     "DELETE FROM backoff WHERE account ="
                     " (SELECT account FROM entry WHERE number = ?)",
                     PB_I(act->number));
}

gboolean pb_outbox_retry(PbOutbox *outbox, const char *id, gint64 version, GError **error) {
    g_auto(Act) act = {0};
    return act_begin(&act, outbox, id, version, error) &&
           act_end(&act, do_retry(&act, error) && lift_backoff(&act, error), error);
}

/* --- cancel and back -------------------------------------------------------------------------- */

static gboolean do_cancel(Act *act, GError **error) {
    if (act->past_data)
        return refuse(error, _("“%s” was handed over already; wait for the server's answer"),
                      act->subject);
    const guint pending = act->queued + act->deferred;
    if (pending == 0 && act->refused == 0)
        return refuse_without_pending(act, error);
    if (pending == 0)
        return pb_db_run(act->outbox->db, error,
                         "UPDATE recipient SET dismissed = 1"
                         " WHERE entry = ? AND state = 'refused'",
                         PB_I(act->number)) &&
               act_tell(act, "cancelled", NULL, error);
    return pb_db_run(act->outbox->db, error,
                     "UPDATE recipient SET state = 'cancelled', at = ?, next_attempt = 0"
                     " WHERE entry = ? AND state IN ('queued', 'deferred')",
                     PB_I(act->now), PB_I(act->number)) &&
           act_set_hold(act, PB_HOLD_NONE, 0, NULL, error) &&
           act_tell(act, "cancelled", NULL, error);
}

gboolean pb_outbox_cancel(PbOutbox *outbox, const char *id, gint64 version, GError **error) {
    g_auto(Act) act = {0};
    return act_begin(&act, outbox, id, version, error) &&
           act_end(&act, do_cancel(&act, error), error);
}

static gboolean do_uncancel(Act *act, GError **error) {
    if (act->cancelled == 0 && act->dismissed == 0)
        return refuse(error, _("“%s” was not cancelled"), act->subject);
    if (act->claimed)
        return refuse_without_pending(act, error);
    if (act->cancelled == 0)
        return pb_db_run(act->outbox->db, error,
                         "UPDATE recipient SET dismissed = 0 WHERE entry = ?", PB_I(act->number));
    return queue_again(act, "state = 'cancelled'", error) &&
           act_set_hold(act, PB_HOLD_USER, 0, NULL, error) && act_tell(act, "held", NULL, error);
}

gboolean pb_outbox_uncancel(PbOutbox *outbox, const char *id, gint64 version, GError **error) {
    g_auto(Act) act = {0};
    return act_begin(&act, outbox, id, version, error) &&
           act_end(&act, do_uncancel(&act, error), error);
}

/* --- settle and correct ----------------------------------------------------------------------- */

static gboolean settle_arrived(Act *act, GError **error) {
    g_autoptr(PbEvidence) evidence =
        pb_evidence_new(PB_STAGE_PERSON, 0, NULL, _("a person said that it arrived"), NULL);
    return pb_db_run(act->outbox->db, error,
                     "UPDATE recipient SET state = 'accepted', at = ?, said_at = ?, said_stage = ?,"
                     " said_code = ?, said_status = ?, said_text = ?, said_who = ?"
                     " WHERE entry = ? AND state = 'unsure'",
                     PB_I(act->now), PB_E(evidence), PB_I(act->number)) &&
           pb_outbox_tell(act->outbox, act->number, "settled", NULL, evidence, NULL, error);
}

static gboolean do_settle(Act *act, gboolean arrived, GError **error) {
    if (act->claimed)
        return refuse_without_pending(act, error);
    if (act->unsure > 0 && arrived)
        return settle_arrived(act, error);
    if (act->unsure > 0)
        return queue_again(act, "state = 'unsure'", error) &&
               act_tell(act, "settled", _("it did not arrive: sent again"), error);
    if (act->refused + act->bounced == 0)
        return refuse(error, _("there is nothing to settle about “%s”"), act->subject);
    return pb_db_run(act->outbox->db, error,
                     "UPDATE recipient SET dismissed = 1"
                     " WHERE entry = ? AND state IN ('refused', 'bounced')",
                     PB_I(act->number)) &&
           act_tell(act, "settled", _("put aside"), error);
}

gboolean pb_outbox_settle(PbOutbox *outbox, const char *id, gint64 version, gboolean arrived,
                          GError **error) {
    g_auto(Act) act = {0};
    return act_begin(&act, outbox, id, version, error) &&
           act_end(&act, do_settle(&act, arrived, error), error);
}

/* The label shows the recipients of the header; the corrected one reads like the others there. */
static gboolean correct_label(Act *act, const char *address, const char *new_address,
                              GError **error) {
    return pb_db_run(act->outbox->db, error,
                     "UPDATE entry SET label = REPLACE(label, ?, ?), waiting_since = ?"
                     " WHERE number = ?",
                     PB_S(address), PB_S(new_address), PB_I(act->now), PB_I(act->number));
}

/* The envelope beside the bytes as the rows are now, durable before they are: an index that is made
 * anew from the files must not go back to the wrong address. */
static gboolean rewrite_envelope(Act *act, const char *id, GError **error) {
    PbOutbox *outbox = act->outbox;
    g_autoptr(PbEntry) entry = pb_outbox_get(outbox, id, error);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    if (entry == NULL)
        return FALSE;
    for (guint i = 0; i < entry->recipients->len; i++) {
        const PbRecipient *recipient = g_ptr_array_index(entry->recipients, i);
        g_ptr_array_add(recipients, recipient->address);
    }
    const PbNewEntry stored = {
        .account = entry->account,
        .from = entry->from,
        .reverse_path = entry->reverse_path,
        .to = entry->to,
        .subject = entry->subject,
        .message_id = entry->message_id,
        .recipients = recipients,
        .eight_bit = entry->eight_bit,
        .utf8_headers = entry->utf8_headers,
        .notify = entry->notify,
        .draft = entry->draft,
    };
    pb_outbox_settle_files(outbox->folder, outbox->incoming, id);
    return pb_outbox_write_envelope(outbox->folder, id, &stored, entry->created, error);
}

static gboolean do_correct(Act *act, const char *address, const char *new_address, GError **error) {
    PbDb *db = act->outbox->db;
    if (pb_db_number(db, 0, NULL, "SELECT COUNT(*) FROM recipient WHERE entry = ? AND address = ?",
                     PB_I(act->number), PB_S(new_address)) > 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE, _("%s is a recipient of this message already"),
                    new_address);
        return FALSE;
    }
    if (!pb_db_run(db, error,
                   "UPDATE recipient SET address = ?, state = 'queued', at = ?, next_attempt = 0,"
                   " tries = 0, dismissed = 0, queue_id = NULL, said_stage = NULL"
                   " WHERE entry = ? AND address = ? AND state IN ('refused', 'bounced')",
                   PB_S(new_address), PB_I(act->now), PB_I(act->number), PB_S(address)))
        return FALSE;
    if (pb_db_changes(db) == 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("%s was not refused, so there is nothing to correct"), address);
        return FALSE;
    }
    g_autofree char *note = g_strdup_printf(_("%s instead of %s"), new_address, address);
    return correct_label(act, address, new_address, error) &&
           pb_outbox_tell(act->outbox, act->number, "edited", new_address, NULL, note, error) &&
           pb_outbox_index_words(act->outbox, act->number, error);
}

gboolean pb_outbox_correct(PbOutbox *outbox, const char *id, gint64 version, const char *address,
                           const char *new_address, GError **error) {
    if (!pb_outbox_check_address(new_address, FALSE, error))
        return FALSE;
    g_auto(Act) act = {0};
    return act_begin(&act, outbox, id, version, error) &&
           act_end(&act,
                   do_correct(&act, address, new_address, error) &&
                       rewrite_envelope(&act, id, error),
                   error);
}
