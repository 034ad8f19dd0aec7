/* Rows as structs, and what follows from them. */
#include "accounts/pb-error.h"
#include "transport/outbox/outbox-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* Replies are foreign text of up to 8 kB each; searching needs their beginning. */
#define WORDS_PER_REPLY 400
#define WORDS_MAX       (64 * 1024)

void pb_recipient_free(PbRecipient *recipient) {
    if (recipient == NULL)
        return;
    g_free(recipient->address);
    pb_evidence_free(recipient->evidence);
    g_free(recipient->queue_id);
    g_free(recipient);
}

void pb_entry_free(PbEntry *entry) {
    if (entry == NULL)
        return;
    g_free(entry->id);
    g_free(entry->account);
    g_free(entry->from);
    g_free(entry->reverse_path);
    g_free(entry->to);
    g_free(entry->subject);
    g_free(entry->message_id);
    g_free(entry->hold_note);
    g_free(entry->notify);
    g_free(entry->draft);
    g_clear_pointer(&entry->recipients, g_ptr_array_unref);
    g_free(entry);
}

/* A timed hold ends by its time, not by a write: whoever reads later sees it as let go. */
static void end_timed_hold(PbEntry *entry) {
    if ((entry->hold != PB_HOLD_UNDO && entry->hold != PB_HOLD_SEND_AT) ||
        entry->not_before > g_get_real_time() || entry->state != PB_ENTRY_HELD)
        return;
    entry->hold = PB_HOLD_NONE;
    entry->state = entry->next_attempt > 0 ? PB_ENTRY_DEFERRED : PB_ENTRY_QUEUED;
}

PbEntry *pb_outbox_read_entry(PbRows *rows) {
    PbEntry *entry = g_new0(PbEntry, 1);
    entry->id = g_strdup(pb_rows_text(rows, 1));
    entry->version = pb_rows_int(rows, 2);
    entry->account = g_strdup(pb_rows_text(rows, 3));
    entry->from = g_strdup(pb_rows_text(rows, 4));
    entry->reverse_path = g_strdup(pb_rows_text(rows, 5));
    entry->to = g_strdup(pb_rows_text(rows, 6));
    entry->subject = g_strdup(pb_rows_text(rows, 7));
    entry->message_id = g_strdup(pb_rows_text(rows, 8));
    entry->created = pb_rows_int(rows, 9);
    entry->changed = pb_rows_int(rows, 10);
    entry->size = (guint64) pb_rows_int(rows, 11);
    entry->state = PB_ENTRY_UNSURE;
    pb_entry_state_from_string(pb_rows_text(rows, 12), &entry->state);
    entry->hold = PB_HOLD_DECISION;
    pb_hold_from_string(pb_rows_text(rows, 13), &entry->hold);
    entry->hold_note = g_strdup(pb_rows_text(rows, 14));
    entry->not_before = pb_rows_int(rows, 15);
    entry->next_attempt = pb_rows_int(rows, 16);
    entry->attempts = (guint) pb_rows_int(rows, 17);
    entry->eight_bit = pb_rows_int(rows, 18) != 0;
    entry->utf8_headers = pb_rows_int(rows, 19) != 0;
    entry->notify = g_strdup(pb_rows_text(rows, 20));
    entry->draft = g_strdup(pb_rows_text(rows, 21));
    entry->recipient_count = (guint) pb_rows_int(rows, 22);
    entry->accepted_count = (guint) pb_rows_int(rows, 23);
    entry->handed_over = pb_rows_int(rows, 24) != 0;
    end_timed_hold(entry);
    return entry;
}

static PbRecipient *read_recipient(PbRows *rows) {
    PbRecipient *recipient = g_new0(PbRecipient, 1);
    recipient->id = pb_rows_int(rows, 0);
    recipient->address = g_strdup(pb_rows_text(rows, 1));
    recipient->state = PB_RCPT_UNSURE;
    pb_recipient_state_from_string(pb_rows_text(rows, 2), &recipient->state);
    recipient->at = pb_rows_int(rows, 3);
    recipient->next_attempt = pb_rows_int(rows, 4);
    recipient->queue_id = g_strdup(pb_rows_text(rows, 5));
    recipient->evidence = pb_rows_evidence(rows, 6);
    return recipient;
}

gboolean pb_outbox_read_recipients(PbOutbox *outbox, gint64 number, PbRecipientsOf which,
                                   PbEntry *entry, GError **error) {
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error,
                   "SELECT id, address, state, at, next_attempt, queue_id, " PB_EVIDENCE_COLUMNS
                   " FROM recipient WHERE entry = ? AND in_claim >= ? ORDER BY id",
                   PB_I(number), PB_I(which == PB_RECIPIENTS_CLAIMED ? 1 : 0));
    if (rows == NULL)
        return FALSE;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify) pb_recipient_free);
    while (pb_rows_next(rows, error))
        g_ptr_array_add(found, read_recipient(rows));
    if (!pb_rows_ok(rows))
        return FALSE;
    g_clear_pointer(&entry->recipients, g_ptr_array_unref);
    entry->recipients = g_steal_pointer(&found);
    return TRUE;
}

gint64 pb_outbox_number(PbOutbox *outbox, const char *id, GError **error) {
    g_autoptr(GError) local = NULL;
    const gint64 number =
        pb_db_number(outbox->db, 0, &local, "SELECT number FROM entry WHERE id = ?", PB_S(id));
    if (local != NULL)
        g_propagate_error(error, g_steal_pointer(&local));
    else if (number == 0)
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT, _("there is no message “%s” in the outbox"),
                    id);
    return number;
}

/* --- what follows from the recipients --------------------------------------------------------- */

/* The distinct states, which is all pb_entry_state_derive() looks at. A refusal that a person has
 * put aside no longer speaks. */
typedef struct {
    PbRecipientState states[16];
    guint count;
    gint64 recipients, accepted, reached_server;
    gint64 next_attempt;
    gboolean queued, deferred;
} Summary;

static void add_to_summary(Summary *summary, PbRecipientState state, gboolean dismissed,
                           gint64 count, gint64 next_attempt) {
    summary->recipients += count;
    switch (state) {
    case PB_RCPT_ACCEPTED:
    case PB_RCPT_DELIVERED:
    case PB_RCPT_RELAYED:
    case PB_RCPT_EXPANDED:
    case PB_RCPT_DELAYED:
    case PB_RCPT_READ:
        summary->accepted += count;
        summary->reached_server += count;
        break;
    case PB_RCPT_BOUNCED:
        summary->reached_server += count;
        break;
    case PB_RCPT_QUEUED:
        summary->queued = TRUE;
        break;
    case PB_RCPT_DEFERRED:
        summary->deferred = TRUE;
        summary->next_attempt = next_attempt;
        break;
    default:
        break;
    }
    if (summary->count < G_N_ELEMENTS(summary->states))
        summary->states[summary->count++] = dismissed ? PB_RCPT_CANCELLED : state;
}

static gboolean summarise(PbOutbox *outbox, gint64 number, Summary *summary, GError **error) {
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error,
                   "SELECT state, dismissed, COUNT(*), MIN(next_attempt) FROM recipient"
                   " WHERE entry = ? GROUP BY state, dismissed",
                   PB_I(number));
    if (rows == NULL)
        return FALSE;
    while (pb_rows_next(rows, error)) {
        PbRecipientState state = PB_RCPT_UNSURE;
        pb_recipient_state_from_string(pb_rows_text(rows, 0), &state);
        add_to_summary(summary, state, pb_rows_int(rows, 1) != 0, pb_rows_int(rows, 2),
                       pb_rows_int(rows, 3));
    }
    return pb_rows_ok(rows);
}

typedef struct {
    PbHold hold;
    gint64 not_before;
    gboolean claimed;
    char *state;
} Header;

static gboolean read_header(PbOutbox *outbox, gint64 number, Header *header, GError **error) {
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error,
                   "SELECT hold, not_before, claim IS NOT NULL, state FROM entry WHERE number = ?",
                   PB_I(number));
    if (rows == NULL || !pb_rows_next(rows, error))
        return FALSE;
    header->hold = PB_HOLD_DECISION;
    pb_hold_from_string(pb_rows_text(rows, 0), &header->hold);
    header->not_before = pb_rows_int(rows, 1);
    header->claimed = pb_rows_int(rows, 2) != 0;
    header->state = g_strdup(pb_rows_text(rows, 3));
    return TRUE;
}

/* When the entry leaves by itself; -1: it does not. Queued recipients are due at once, before the
 * deferred ones of other entries. */
static gint64 due_of(const Header *header, const Summary *summary) {
    if (header->claimed || header->hold == PB_HOLD_USER || header->hold == PB_HOLD_DECISION ||
        (!summary->queued && !summary->deferred))
        return -1;
    return MAX(header->not_before, summary->queued ? 0 : summary->next_attempt);
}

gboolean pb_outbox_touch(PbOutbox *outbox, gint64 number, GError **error) {
    Summary summary = {0};
    Header header = {0};
    if (!read_header(outbox, number, &header, error))
        return FALSE;
    g_autofree char *before G_GNUC_UNUSED = header.state;
    if (!summarise(outbox, number, &summary, error))
        return FALSE;
    const PbEntryState state =
        pb_entry_state_derive(summary.states, summary.count, header.hold, header.claimed);
    const char *word = pb_entry_state_to_string(state);
    const gint64 due = due_of(&header, &summary);
    const gboolean in_sent = summary.reached_server > 0 || state == PB_ENTRY_CANCELLED;
    return pb_db_run(
        outbox->db, error,
        "UPDATE entry SET version = version + 1, changed = iif(state = ?1, changed, ?2),"
        " state = ?1, open = ?3, sent_list = ?4, problem = ?5, next_attempt = ?6,"
        " recipient_count = ?7, accepted_count = ?8, due = iif(?9 < 0, NULL, ?9)"
        " WHERE number = ?10",
        PB_S(word), PB_I(g_get_real_time()), PB_I(!pb_entry_state_is_final(state)), PB_I(in_sent),
        PB_I(pb_entry_state_needs_person(state)), PB_I(summary.next_attempt),
        PB_I(summary.recipients), PB_I(summary.accepted), PB_I(due), PB_I(number));
}

gboolean pb_outbox_tell(PbOutbox *outbox, gint64 number, const char *kind, const char *address,
                        const PbEvidence *evidence, const char *note, GError **error) {
    return pb_db_run(outbox->db, error,
                     "INSERT INTO timeline(entry, at, kind, address, note, " PB_EVIDENCE_COLUMNS
                     ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     PB_I(number), PB_I(g_get_real_time()), PB_S(kind), PB_S(address), PB_S(note),
                     PB_E(evidence));
}

/* --- the words an entry is found by ----------------------------------------------------------- */

static void add_words(GString *words, const char *text, gsize most) {
    if (text == NULL || words->len > WORDS_MAX)
        return;
    g_string_append_len(words, text, (gssize) MIN(strlen(text), most));
    g_string_append_c(words, '\n');
}

static gboolean collect_words(PbOutbox *outbox, gint64 number, GString *words, GError **error) {
    g_autoptr(PbRows) entry = pb_db_rows(
        outbox->db, error,
        "SELECT id, sender, label, subject, message_id FROM entry WHERE number = ?", PB_I(number));
    if (entry == NULL)
        return FALSE;
    if (pb_rows_next(entry, error)) {
        for (int column = 0; column < 5; column++)
            add_words(words, pb_rows_text(entry, column), WORDS_PER_REPLY * 3);
    }
    if (!pb_rows_ok(entry))
        return FALSE;
    g_autoptr(PbRows) rows = pb_db_rows(outbox->db, error,
                                        "SELECT address, queue_id, said_code, said_status, "
                                        "said_text FROM recipient WHERE entry = ?",
                                        PB_I(number));
    if (rows == NULL)
        return FALSE;
    while (pb_rows_next(rows, error)) {
        for (int column = 0; column < 5; column++)
            add_words(words, pb_rows_text(rows, column), WORDS_PER_REPLY);
    }
    return pb_rows_ok(rows);
}

gboolean pb_outbox_index_words(PbOutbox *outbox, gint64 number, GError **error) {
    g_autoptr(GString) words = g_string_new(NULL);
    return collect_words(outbox, number, words, error) &&
           pb_db_run(outbox->db, error, "INSERT OR REPLACE INTO search(rowid, words) VALUES(?, ?)",
                     PB_I(number), PB_S(words->str));
}
