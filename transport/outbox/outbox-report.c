/* What reports change: facts about recipients that were told after the server took the message. */
#include "transport/outbox/outbox-private.h"

/* Which of two facts about one recipient is kept, the higher one:
 *
 *   unsure < accepted < delayed < relayed, expanded < delivered < bounced < read
 *
 * A bounce after a delivery says that it did not stay there (a mailbox that forwards); who read it
 * has it, whatever came back. States outside the row are a sender's or a person's and are not
 * changed by a report: -1. */
static int rank_of(PbRecipientState state) {
    switch (state) {
    case PB_RCPT_UNSURE:
        return 0;
    case PB_RCPT_ACCEPTED:
        return 1;
    case PB_RCPT_DELAYED:
        return 2;
    case PB_RCPT_RELAYED:
    case PB_RCPT_EXPANDED:
        return 3;
    case PB_RCPT_DELIVERED:
        return 4;
    case PB_RCPT_BOUNCED:
        return 5;
    case PB_RCPT_READ:
        return 6;
    default:
        return -1;
    }
}

static gboolean write_fact(PbOutbox *outbox, gint64 recipient_id, PbRecipientState state,
                           const PbEvidence *evidence, GError **error) {
    return pb_db_run(outbox->db, error,
                     "UPDATE recipient SET state = ?, at = ?, next_attempt = 0, dismissed = 0,"
                     " said_at = ?, said_stage = ?, said_code = ?, said_status = ?, said_text = ?,"
                     " said_who = ? WHERE id = ?",
                     PB_S(pb_recipient_state_to_string(state)), PB_I(g_get_real_time()),
                     PB_E(evidence), PB_I(recipient_id));
}

/* The recipient's row and state; 0 if the entry has no such recipient (the last one with that
 * address: corrections add rows). */
static gint64 find_recipient(PbOutbox *outbox, gint64 number, const char *address,
                             PbRecipientState *state_out, GError **error) {
    g_autoptr(PbRows) rows = pb_db_rows(outbox->db, error,
                                        "SELECT id, state FROM recipient WHERE entry = ?"
                                        " AND address = ? ORDER BY id DESC LIMIT 1",
                                        PB_I(number), PB_S(address));
    if (rows == NULL || !pb_rows_next(rows, error) ||
        !pb_recipient_state_from_string(pb_rows_text(rows, 1), state_out))
        return 0;
    return pb_rows_int(rows, 0);
}

static gboolean record(PbOutbox *outbox, const char *entry_id, const char *address,
                       PbRecipientState state, const PbEvidence *evidence, GError **error) {
    gint64 number = pb_outbox_number(outbox, entry_id, error);
    if (number == 0)
        return FALSE;
    PbRecipientState before = PB_RCPT_QUEUED;
    g_autoptr(GError) trouble = NULL;
    gint64 recipient = find_recipient(outbox, number, address, &before, &trouble);
    if (trouble != NULL) {
        g_propagate_error(error, g_steal_pointer(&trouble));
        return FALSE;
    }
    gboolean better = rank_of(before) >= 0 && rank_of(state) > rank_of(before);
    if (recipient != 0 && better && !write_fact(outbox, recipient, state, evidence, error))
        return FALSE;
    return pb_outbox_tell(outbox, number, "report", address, evidence,
                          pb_recipient_state_to_string(state), error) &&
           pb_outbox_index_words(outbox, number, error) && pb_outbox_touch(outbox, number, error);
}

gboolean pb_outbox_record_report(PbOutbox *outbox, const char *entry_id, const char *address,
                                 PbRecipientState state, const PbEvidence *evidence,
                                 GError **error) {
    return pb_db_begin(outbox->db, error) &&
           pb_db_end(outbox->db, record(outbox, entry_id, address, state, evidence, error), error);
}

char *pb_outbox_find_message_id(PbOutbox *outbox, const char *message_id) {
    g_autoptr(PbRows) rows = pb_db_rows(
        outbox->db, NULL, "SELECT id FROM entry WHERE message_id = ? ORDER BY number DESC LIMIT 1",
        PB_S(message_id));
    return rows != NULL && pb_rows_next(rows, NULL) ? g_strdup(pb_rows_text(rows, 0)) : NULL;
}
