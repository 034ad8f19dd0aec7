/* What the files of the outbox share: the handle, rows as structs, and the one
 * place where an entry's derived columns are written.
 */
#pragma once

#include "accounts/pb-file.h"
#include "transport/outbox/outbox-db-private.h"
#include "transport/outbox/outbox.h"

struct PbOutbox {
    char *folder;
    char *incoming; /* files that may not have a row yet */
    char *claims;   /* lock files of senders */
    PbDb *db;
    PbLock *lock; /* held while this handle lives, once it has claimed something */
    char *claim;  /* name of that lock file, and mark of the rows this handle has claimed */
};

/* The columns that pb_outbox_read_entry() expects, in its order, table alias `e`. */
#define PB_ENTRY_COLUMNS                                                                           \
    "e.number, e.id, e.version, e.account, e.sender, e.reverse_path, e.label, e.subject, "         \
    "e.message_id, e.created, e.changed, e.size, e.state, e.hold, e.hold_note, e.not_before, "     \
    "e.next_attempt, e.attempts, e.eight_bit, e.utf8_headers, e.notify, e.draft, "                 \
    "e.recipient_count, e.accepted_count, e.past_data"

/* The entry of the current row, without recipients. */
PbEntry *pb_outbox_read_entry(PbRows *rows);
/* Which recipients: all, or those of the running claim. */
typedef enum { PB_RECIPIENTS_ALL, PB_RECIPIENTS_CLAIMED } PbRecipientsOf;
gboolean pb_outbox_read_recipients(PbOutbox *outbox, gint64 number, PbRecipientsOf which,
                                   PbEntry *entry, GError **error);

/* The row number of entry `id`, 0 with PB_ERROR_NO_INPUT if there is none. */
gint64 pb_outbox_number(PbOutbox *outbox, const char *id, GError **error);

/* Writes the derived columns of an entry anew and raises its version; part of every transaction
 * that changes recipients, hold or claim. */
gboolean pb_outbox_touch(PbOutbox *outbox, gint64 number, GError **error);
/* Writes the words an entry is found by anew. */
gboolean pb_outbox_index_words(PbOutbox *outbox, gint64 number, GError **error);

/* One line of the timeline. Part of the caller's transaction; everything but `kind` may be NULL. */
gboolean pb_outbox_tell(PbOutbox *outbox, gint64 number, const char *kind, const char *address,
                        const PbEvidence *evidence, const char *note, GError **error);

/* The last line of defence: nothing that could end or break a command. PB_ERROR_DATA. */
gboolean pb_outbox_check_address(const char *address, gboolean may_be_empty, GError **error);

/* Adds a row with recipients, timeline and words. Part of the caller's transaction. */
gboolean pb_outbox_insert(PbOutbox *outbox, const char *id, const PbNewEntry *entry, guint64 size,
                          gint64 created, const char *told, GError **error);

/* Refuses what is still to be sent of an entry whose bytes are gone. Part of the caller's
 * transaction. */
gboolean pb_outbox_refuse_missing(PbOutbox *outbox, gint64 number, GError **error);

/* Lets go what waited for a moment that has come. Writes only if there is something. */
gboolean pb_outbox_release_timed(PbOutbox *outbox, gint64 now, GError **error);

/* Gives the name for this handle's claims, with its lock taken. NULL on error. */
const char *pb_outbox_claim_name(PbOutbox *outbox, GError **error);

/* Frees claims whose process died; the number of entries freed, -1 on error. */
int pb_outbox_sweep_claims(PbOutbox *outbox, GError **error);
/* Puts right what a process left in the incoming folder when it died; -1 on error. */
int pb_outbox_sweep_incoming(PbOutbox *outbox, GError **error);
/* Compares all rows with all files; -1 on error. */
int pb_outbox_sweep_files(PbOutbox *outbox, GError **error);
