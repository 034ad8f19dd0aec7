/* The outbox: the only door to what is queued, sent and known about it.
 *
 * A folder with one file per message (exact bytes) and outbox.db. A handle is
 * used by one thread at a time; any number of handles and processes may be
 * open on the same folder. Order of writes: file durable, then row; removal:
 * row, then file. "Queued" may be told once pb_outbox_add() returned.
 *
 * Acts of a person carry the entry's `version` as they saw it; when it has
 * changed meanwhile the act does nothing and gives PB_ERROR_CONFLICT.
 *
 * Sending: pb_outbox_claim_next() takes one due entry of an account in one
 * BEGIN IMMEDIATE, tied to a lock file that dies with the process;
 * pb_outbox_mark_end_of_data() is committed before the final bytes;
 * pb_outbox_record_result() per recipient; pb_outbox_release_claim() ends it.
 * pb_outbox_sweep() (also at open) frees claims of dead processes: past end of
 * data -> unsure, else queued again.
 */
#pragma once

#include "transport/evidence.h"
#include "transport/outbox/state.h"

#include <gio/gio.h>

typedef struct PbOutbox PbOutbox;

typedef struct {
    gint64 id;
    char *address;
    PbRecipientState state;
    gint64 at;            /* µs, when the state was last set */
    gint64 next_attempt;  /* µs; 0 unless deferred */
    PbEvidence *evidence; /* latest, or NULL */
    char *queue_id;       /* of the accepting reply, or NULL */
} PbRecipient;

typedef struct {
    char *id;       /* 16 lower case letters and digits; also the ENVID */
    gint64 version; /* grows with every change */
    char *account;
    char *from; /* From field, for showing */
    char *reverse_path;
    char *to; /* label of the visible recipients, for lists: "Bob Marsh", "team@… +4" */
    char *subject;
    char *message_id;
    gint64 created; /* µs */
    gint64 changed; /* µs, last change of state */
    guint64 size;
    PbEntryState state;
    PbHold hold;
    char *hold_note;     /* why, in a person's words, or NULL */
    gint64 not_before;   /* µs; 0: no bound */
    gint64 next_attempt; /* µs; earliest of its recipients; 0: none */
    guint attempts;
    gboolean handed_over; /* past the end of data, the server's last word is awaited */
    gboolean eight_bit, utf8_headers;
    char *notify; /* DSN NOTIFY, or NULL */
    char *draft;  /* id of the (deleted) draft it came from, for undo; or NULL */
    guint recipient_count, accepted_count; /* also set by list queries */
    GPtrArray *recipients;                 /* of PbRecipient; NULL in list queries */
} PbEntry;

void pb_recipient_free(PbRecipient *recipient);
void pb_entry_free(PbEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbEntry, pb_entry_free)

/* Opens (and makes) the outbox at `folder` and sweeps. Errors: PB_ERROR_CREATE (folder,
 * permissions, disk full), PB_ERROR_NOT_NOW (locked for long), PB_ERROR_IO (database damaged). */
PbOutbox *pb_outbox_open(const char *folder, GError **error);
void pb_outbox_free(PbOutbox *outbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbOutbox, pb_outbox_free)
const char *pb_outbox_folder(PbOutbox *outbox);

/* --- putting in ------------------------------------------------------------------------------- */

typedef struct {
    const char *account;
    const char *from, *reverse_path, *to, *subject, *message_id;
    GPtrArray *recipients; /* of char* addr-spec, at least one */
    gboolean eight_bit, utf8_headers;
    const char *notify; /* or NULL */
    const char *draft;  /* or NULL */
    PbHold hold;
    gint64 not_before;
    const char *hold_note;
} PbNewEntry;

typedef struct PbOutboxWriter PbOutboxWriter;
/* A file for the message's bytes inside the outbox folder. */
PbOutboxWriter *pb_outbox_writer_new(PbOutbox *outbox, GError **error);
int pb_outbox_writer_fd(PbOutboxWriter *writer);
/* Nothing stays behind unless it was added. */
void pb_outbox_writer_free(PbOutboxWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbOutboxWriter, pb_outbox_writer_free)
/* Makes file and row durable. Returns the new id, g_free(). Errors: PB_ERROR_CREATE,
 * PB_ERROR_DATA (no recipient, CR/LF in an address, bytes not canonical). */
char *pb_outbox_add(PbOutbox *outbox, PbOutboxWriter *writer, const PbNewEntry *entry,
                    GError **error);

/* --- looking ---------------------------------------------------------------------------------- */

typedef enum {
    PB_LIST_OUTBOX,   /* not final, or final for less than an hour, or needing a person */
    PB_LIST_SENT,     /* something was accepted or the entry is cancelled: all time */
    PB_LIST_PROBLEMS, /* needs a person */
    PB_LIST_ALL,
} PbListKind;

typedef struct {
    PbListKind kind;
    const char *state;   /* pb_entry_state_to_string(), or NULL */
    const char *account; /* or NULL */
    const char *text;    /* words matched in recipients, subject, ids, replies; or NULL */
    gboolean oldest_first;
    guint offset, limit; /* limit 0: all */
} PbQuery;

/* The entry with its recipients, or NULL. Errors: PB_ERROR_NO_INPUT. */
PbEntry *pb_outbox_get(PbOutbox *outbox, const char *id, GError **error);
/* GPtrArray of PbEntry without recipients, newest first. Windowed: constant time for any offset in
 * practice, never reads more than `limit` rows. */
GPtrArray *pb_outbox_list(PbOutbox *outbox, const PbQuery *query, GError **error);
/* -1 on error. */
gint64 pb_outbox_count(PbOutbox *outbox, const PbQuery *query, GError **error);
/* The position of entry `id` in the query's order, or -1. */
gint64 pb_outbox_position(PbOutbox *outbox, const PbQuery *query, const char *id);
/* Calls `each` for all matching entries with recipients, streaming; stops when it returns FALSE. */
gboolean pb_outbox_foreach(PbOutbox *outbox, const PbQuery *query,
                           gboolean (*each)(const PbEntry *entry, gpointer user_data),
                           gpointer user_data, GError **error);
/* A number that changes when any other handle or process changed something. */
gint64 pb_outbox_data_version(PbOutbox *outbox);
/* The message's file. g_free(). */
char *pb_outbox_message_path(PbOutbox *outbox, const char *id);

typedef struct {
    gint64 at;     /* µs */
    char *kind;    /* "written", "held", "released", "connected", "accepted", "refused", "deferred",
                      "unsure", "cancelled", "edited", "settled", "report", "note" */
    char *address; /* recipient concerned, or NULL */
    PbEvidence *evidence; /* or NULL */
    char *note;           /* or NULL */
} PbTimelineItem;
void pb_timeline_item_free(PbTimelineItem *item);
/* Oldest first; GPtrArray of PbTimelineItem. */
GPtrArray *pb_outbox_timeline(PbOutbox *outbox, const char *id, GError **error);
/* The last `limit` lines over all entries (for the Log view), with `entry_out` ids beside them. */
GPtrArray *pb_outbox_log(PbOutbox *outbox, guint limit, GPtrArray **entries_out, GError **error);

typedef struct {
    gint64 started, finished; /* µs */
    char *host;
    guint16 port;
    guint round_trips;
    char *transcript; /* masked */
} PbAttempt;
void pb_attempt_free(PbAttempt *attempt);
/* Oldest first. */
GPtrArray *pb_outbox_attempts(PbOutbox *outbox, const char *id, GError **error);

/* --- acts of a person (all: PB_ERROR_CONFLICT, PB_ERROR_NO_INPUT, PB_ERROR_USAGE when the state
 * does not allow it, with a sentence that names the right act). version 0: whatever it is
 * ---------- */
gboolean pb_outbox_hold(PbOutbox *outbox, const char *id, gint64 version, PbHold reason,
                        gint64 not_before, const char *note, GError **error);
/* Held: let go. With `undo_until` > 0 it leaves through an undo window. */
gboolean pb_outbox_release(PbOutbox *outbox, const char *id, gint64 version, gint64 undo_until,
                           GError **error);
/* Deferred recipients due now; refused, failed or cancelled ones queued again. */
gboolean pb_outbox_retry(PbOutbox *outbox, const char *id, gint64 version, GError **error);
/* Stops what has not left. Accepted recipients stay accepted. Refused while past end of data. */
gboolean pb_outbox_cancel(PbOutbox *outbox, const char *id, gint64 version, GError **error);
/* Brings a cancelled entry back, held. */
gboolean pb_outbox_uncancel(PbOutbox *outbox, const char *id, gint64 version, GError **error);
/* Unsure recipients: `arrived` -> accepted, else queued again. Refused/bounced ones: dismissed. */
gboolean pb_outbox_settle(PbOutbox *outbox, const char *id, gint64 version, gboolean arrived,
                          GError **error);
/* The same message to a corrected address: replaces a refused or bounced recipient, queued. */
gboolean pb_outbox_correct(PbOutbox *outbox, const char *id, gint64 version, const char *address,
                           const char *new_address, GError **error);

/* --- sending (lanes) -------------------------------------------------------------------------- */

/* Claims the next due entry of `account`; only its recipients that are due are in ->recipients.
 * NULL without error: nothing is due. */
PbEntry *pb_outbox_claim_next(PbOutbox *outbox, const char *account, GError **error);
gboolean pb_outbox_mark_end_of_data(PbOutbox *outbox, const char *id, GError **error);
/* One recipient's outcome with its evidence; sets next_attempt for deferred ones (retry.h) or turns
 * them into refused after the queue lifetime. */
gboolean pb_outbox_record_result(PbOutbox *outbox, const char *id, gint64 recipient_id,
                                 PbRecipientState state, const PbEvidence *evidence,
                                 const char *queue_id, GError **error);
/* Takes ownership of nothing; NULL host: never connected. */
gboolean pb_outbox_record_attempt(PbOutbox *outbox, const char *id, const PbAttempt *attempt,
                                  GError **error);
/* One more line of the timeline, of a kind named at PbTimelineItem. */
gboolean pb_outbox_note(PbOutbox *outbox, const char *id, const char *kind, const char *address,
                        const PbEvidence *evidence, const char *note, GError **error);
/* What a report says about a recipient: `state` is one of those from reports. A better fact that is
 * known already stays (order: outbox-report.c); the timeline gets its line either way. Errors:
 * PB_ERROR_NO_INPUT (no such entry). */
gboolean pb_outbox_record_report(PbOutbox *outbox, const char *entry_id, const char *address,
                                 PbRecipientState state, const PbEvidence *evidence,
                                 GError **error);
/* The newest entry with this Message-ID (with <>), or NULL. g_free(). */
char *pb_outbox_find_message_id(PbOutbox *outbox, const char *message_id);
/* What is written between the two is one durable step: all of it or nothing. Not across a call that
 * may take long, since other writers wait. */
gboolean pb_outbox_batch_begin(PbOutbox *outbox, GError **error);
gboolean pb_outbox_batch_end(PbOutbox *outbox, gboolean keep, GError **error);
/* Recipients without a result are queued again; past the end of data they are unsure. */
gboolean pb_outbox_release_claim(PbOutbox *outbox, const char *id, GError **error);
/* Frees claims of dead processes, finds files without rows and rows without files. Returns the
 * number of things changed, -1 on error. */
int pb_outbox_sweep(PbOutbox *outbox, GError **error);
/* Makes deferred recipients due now and forgets back-offs, for one account or all (NULL). Returns
 * how many entries are due now, -1 on error. */
int pb_outbox_make_due(PbOutbox *outbox, const char *account, GError **error);
/* Earliest moment anything becomes due (µs), for one account or all (NULL); 0: nothing waits. */
gint64 pb_outbox_next_due(PbOutbox *outbox, const char *account);
/* Accounts that have something due now. g_strfreev(). */
char **pb_outbox_due_accounts(PbOutbox *outbox, gint64 now);

/* --- accounts that are paused ----------------------------------------------------------------- */

typedef struct {
    char *account;
    char *reason;         /* "password", "certificate", "keyring", "tls", "user", "quota" */
    char *note;           /* the sentence for a person */
    PbEvidence *evidence; /* or NULL */
    gint64 since;         /* µs */
    guint waiting;        /* entries that wait for it */
} PbPause;
void pb_pause_free(PbPause *pause);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbPause, pb_pause_free)
/* Once: pausing a paused account for the same reason changes nothing and returns TRUE with
 * `*fresh_out` FALSE. */
gboolean pb_outbox_pause_account(PbOutbox *outbox, const char *account, const char *reason,
                                 const char *note, const PbEvidence *evidence, gboolean *fresh_out,
                                 GError **error);
/* What was deferred is due at once. */
gboolean pb_outbox_resume_account(PbOutbox *outbox, const char *account, GError **error);
/* NULL: not paused. */
PbPause *pb_outbox_account_pause(PbOutbox *outbox, const char *account);

/* --- what an account's server takes ------------------------------------------------------------
 */

/* The size that `host` announced in a session (RFC 1870); 0: none. */
gboolean pb_outbox_set_size_limit(PbOutbox *outbox, const char *account, const char *host,
                                  guint64 limit, GError **error);
/* 0: none, not known, or heard so long ago that the server is asked again. */
guint64 pb_outbox_size_limit(PbOutbox *outbox, const char *account, const char *host);

/* --- accounts whose server cannot be reached ---------------------------------------------------
 */

/* A server that does not answer is no fault of a message: the whole account waits, with one reason
 * and one time, and tries again by itself. pb_outbox_claim_next() and pb_outbox_next_due() respect
 * it. */
typedef struct {
    char *account;
    gint64 until;         /* µs: next try */
    guint tries;          /* failed ones in a row */
    char *note;           /* the sentence for a person: "cannot reach smtp.example.org: …" */
    PbEvidence *evidence; /* or NULL */
} PbBackoff;
void pb_backoff_free(PbBackoff *backoff);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbBackoff, pb_backoff_free)
/* One more failed try; `until_out` (may be NULL) gets the moment of the next. */
gboolean pb_outbox_back_off(PbOutbox *outbox, const char *account, const char *note,
                            const PbEvidence *evidence, gint64 *until_out, GError **error);
/* For one account or all (NULL). */
gboolean pb_outbox_clear_backoff(PbOutbox *outbox, const char *account, GError **error);
/* NULL: none. One whose time has come is still given until it is cleared. */
PbBackoff *pb_outbox_account_backoff(PbOutbox *outbox, const char *account);
