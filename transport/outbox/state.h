/* States of recipients and entries, and how the second follows from the first.
 *
 * Pure. The words are those of DESIGN 5; signs and list words belong to ui.
 */
#pragma once

#include <glib.h>

typedef enum {
    PB_RCPT_QUEUED,
    PB_RCPT_ACCEPTED,
    PB_RCPT_DEFERRED,
    PB_RCPT_REFUSED,
    PB_RCPT_UNSURE,
    PB_RCPT_CANCELLED,
    /* from reports */
    PB_RCPT_DELIVERED,
    PB_RCPT_RELAYED,
    PB_RCPT_EXPANDED,
    PB_RCPT_DELAYED,
    PB_RCPT_BOUNCED,
    PB_RCPT_READ,
} PbRecipientState;

typedef enum {
    PB_ENTRY_HELD,
    PB_ENTRY_QUEUED,
    PB_ENTRY_SENDING,
    PB_ENTRY_DEFERRED,
    PB_ENTRY_UNSURE,
    PB_ENTRY_FAILED,
    PB_ENTRY_PARTIAL,
    PB_ENTRY_BOUNCED,
    PB_ENTRY_SENT,
    PB_ENTRY_DELIVERED,
    PB_ENTRY_CANCELLED,
} PbEntryState;

/* Why an entry waits: "not before T, because R". */
typedef enum {
    PB_HOLD_NONE,
    PB_HOLD_UNDO,     /* undo window; not_before says until when */
    PB_HOLD_SEND_AT,  /* the person chose a time */
    PB_HOLD_USER,     /* held until released */
    PB_HOLD_DECISION, /* waits for an answer: found without a row, sender died in an odd place */
} PbHold;

const char *pb_recipient_state_to_string(PbRecipientState state);
gboolean pb_recipient_state_from_string(const char *text, PbRecipientState *state_out);
const char *pb_entry_state_to_string(PbEntryState state);
gboolean pb_entry_state_from_string(const char *text, PbEntryState *state_out);
const char *pb_hold_to_string(PbHold hold); /* "none", "undo", "send-at", "user", "decision" */
gboolean pb_hold_from_string(const char *text, PbHold *hold_out);

/* The entry's state from its recipients' states, its hold and whether a sender has it claimed. */
PbEntryState pb_entry_state_derive(const PbRecipientState *recipients, guint count, PbHold hold,
                                   gboolean claimed);
/* TRUE if nothing will change without a report or a person: sent, delivered, cancelled. */
gboolean pb_entry_state_is_final(PbEntryState state);
/* TRUE if a person is needed: unsure, failed, partial, bounced. */
gboolean pb_entry_state_needs_person(PbEntryState state);
