#include "transport/outbox/state.h"

static const char *const recipient_names[] = {
    [PB_RCPT_QUEUED] = "queued",       [PB_RCPT_ACCEPTED] = "accepted",
    [PB_RCPT_DEFERRED] = "deferred",   [PB_RCPT_REFUSED] = "refused",
    [PB_RCPT_UNSURE] = "unsure",       [PB_RCPT_CANCELLED] = "cancelled",
    [PB_RCPT_DELIVERED] = "delivered", [PB_RCPT_RELAYED] = "relayed",
    [PB_RCPT_EXPANDED] = "expanded",   [PB_RCPT_DELAYED] = "delayed",
    [PB_RCPT_BOUNCED] = "bounced",     [PB_RCPT_READ] = "read",
};

static const char *const entry_names[] = {
    [PB_ENTRY_HELD] = "held",           [PB_ENTRY_QUEUED] = "queued",
    [PB_ENTRY_SENDING] = "sending",     [PB_ENTRY_DEFERRED] = "deferred",
    [PB_ENTRY_UNSURE] = "unsure",       [PB_ENTRY_FAILED] = "failed",
    [PB_ENTRY_PARTIAL] = "partial",     [PB_ENTRY_BOUNCED] = "bounced",
    [PB_ENTRY_SENT] = "sent",           [PB_ENTRY_DELIVERED] = "delivered",
    [PB_ENTRY_CANCELLED] = "cancelled",
};

static const char *const hold_names[] = {
    [PB_HOLD_NONE] = "none", [PB_HOLD_UNDO] = "undo",         [PB_HOLD_SEND_AT] = "send-at",
    [PB_HOLD_USER] = "user", [PB_HOLD_DECISION] = "decision",
};

static gboolean find_name(const char *const *names, guint count, const char *text,
                          guint *index_out) {
    for (guint i = 0; text != NULL && i < count; i++) {
        if (g_str_equal(names[i], text)) {
            *index_out = i;
            return TRUE;
        }
    }
    return FALSE;
}

const char *pb_recipient_state_to_string(PbRecipientState state) {
    g_return_val_if_fail((guint) state < G_N_ELEMENTS(recipient_names), "unsure");
    return recipient_names[state];
}

gboolean pb_recipient_state_from_string(const char *text, PbRecipientState *state_out) {
    guint index;
    if (!find_name(recipient_names, G_N_ELEMENTS(recipient_names), text, &index))
        return FALSE;
    *state_out = (PbRecipientState) index;
    return TRUE;
}

const char *pb_entry_state_to_string(PbEntryState state) {
    g_return_val_if_fail((guint) state < G_N_ELEMENTS(entry_names), "unsure");
    return entry_names[state];
}

gboolean pb_entry_state_from_string(const char *text, PbEntryState *state_out) {
    guint index;
    if (!find_name(entry_names, G_N_ELEMENTS(entry_names), text, &index))
        return FALSE;
    *state_out = (PbEntryState) index;
    return TRUE;
}

const char *pb_hold_to_string(PbHold hold) {
    g_return_val_if_fail((guint) hold < G_N_ELEMENTS(hold_names), "none");
    return hold_names[hold];
}

gboolean pb_hold_from_string(const char *text, PbHold *hold_out) {
    guint index;
    if (!find_name(hold_names, G_N_ELEMENTS(hold_names), text, &index))
        return FALSE;
    *hold_out = (PbHold) index;
    return TRUE;
}

/* The worst recipient speaks for the entry: ask > bad > later > wait > good. An entry that is being
 * sent says so whatever else is known; what needs a person is said again when the claim ends. */
PbEntryState pb_entry_state_derive(const PbRecipientState *recipients, guint count, PbHold hold,
                                   gboolean claimed) {
    guint n[G_N_ELEMENTS(recipient_names)] = {0};
    for (guint i = 0; i < count; i++)
        n[recipients[i]]++;
    const guint pending = n[PB_RCPT_QUEUED] + n[PB_RCPT_DEFERRED];
    const guint reached = n[PB_RCPT_DELIVERED] + n[PB_RCPT_READ];
    const guint taken = n[PB_RCPT_ACCEPTED] + n[PB_RCPT_RELAYED] + n[PB_RCPT_EXPANDED];
    const guint delayed = n[PB_RCPT_DELAYED];

    if (claimed)
        return PB_ENTRY_SENDING;
    if (count == 0)
        return hold != PB_HOLD_NONE ? PB_ENTRY_HELD : PB_ENTRY_FAILED;
    if (n[PB_RCPT_UNSURE] > 0)
        return PB_ENTRY_UNSURE;
    if (n[PB_RCPT_REFUSED] > 0)
        return pending + reached + taken + delayed > 0 ? PB_ENTRY_PARTIAL : PB_ENTRY_FAILED;
    if (n[PB_RCPT_BOUNCED] > 0)
        return PB_ENTRY_BOUNCED;
    if (pending > 0 && hold != PB_HOLD_NONE)
        return PB_ENTRY_HELD;
    if (n[PB_RCPT_DEFERRED] + delayed > 0)
        return PB_ENTRY_DEFERRED;
    if (n[PB_RCPT_QUEUED] > 0)
        return PB_ENTRY_QUEUED;
    if (taken > 0)
        return PB_ENTRY_SENT;
    return reached > 0 ? PB_ENTRY_DELIVERED : PB_ENTRY_CANCELLED;
}

gboolean pb_entry_state_is_final(PbEntryState state) {
    return state == PB_ENTRY_SENT || state == PB_ENTRY_DELIVERED || state == PB_ENTRY_CANCELLED;
}

gboolean pb_entry_state_needs_person(PbEntryState state) {
    return state == PB_ENTRY_UNSURE || state == PB_ENTRY_FAILED || state == PB_ENTRY_PARTIAL ||
           state == PB_ENTRY_BOUNCED;
}
