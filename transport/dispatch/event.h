/* What lanes tell: immutable events, owned by whoever receives them.
 *
 * The outbox was written before an event is posted; losing one loses no truth.
 */
#pragma once

#include "transport/evidence.h"
#include "transport/outbox/state.h"

typedef enum {
    PB_EVENT_LANE_STARTED, /* account */
    PB_EVENT_LANE_IDLE,    /* account: nothing more is due now */
    PB_EVENT_CONNECTED,    /* account, text: "smtp.example.org:465, TLS 1.3, signed in as anna" */
    PB_EVENT_SENDING,      /* account, entry, total */
    PB_EVENT_PROGRESS,     /* account, entry, sent, total; at most 10 a second */
    PB_EVENT_RESULT,       /* account, entry, address, recipient_state, evidence */
    PB_EVENT_ENTRY_DONE,   /* account, entry, entry_state */
    PB_EVENT_PAUSED,       /* account, text: the sentence; once per pause */
    PB_EVENT_TROUBLE,      /* account, text: connection failed, next try at `when` */
    PB_EVENT_ALL_IDLE,     /* no lane is working */
} PbEventKind;

typedef struct {
    PbEventKind kind;
    gint64 at;     /* µs */
    char *account; /* or NULL */
    char *entry;   /* or NULL */
    char *address; /* or NULL */
    char *subject; /* of the entry, or NULL */
    char *text;    /* or NULL */
    PbRecipientState recipient_state;
    PbEntryState entry_state;
    PbEvidence *evidence; /* or NULL */
    char *queue_id;       /* or NULL */
    guint64 sent, total;  /* bytes */
    gint64 when;          /* µs or 0 */
} PbEvent;

PbEvent *pb_event_new(PbEventKind kind, const char *account);
void pb_event_free(PbEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbEvent, pb_event_free)
