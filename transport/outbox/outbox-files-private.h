/* The files of the outbox: `ID.eml` with the exact bytes, `ID.envelope` (JSON)
 * with who gets it, so that the index can be made anew from the files.
 *
 * Both are made durable in the `incoming` folder, the envelope first, then the
 * row is committed, then they move to the outbox folder. So only what is in
 * `incoming` can lack a row after a crash, and looking for it costs nothing
 * when the outbox is large.
 */
#pragma once

#include "accounts/pb-file.h"
#include "transport/outbox/outbox.h"

#define PB_MESSAGE_SUFFIX  ".eml"
#define PB_ENVELOPE_SUFFIX ".envelope"
#define PB_ID_LENGTH       16

/* 16 characters of [a-z0-9] from the system's random source. g_free(). */
char *pb_outbox_new_id(void);
gboolean pb_outbox_id_valid(const char *id);

/* Reads all of `fd` from its start in constant memory: every line ends in CRLF, no bare CR or LF,
 * no NUL. Errors: PB_ERROR_DATA with the byte where it breaks, PB_ERROR_IO. */
gboolean pb_outbox_check_canonical(int fd, guint64 *size_out, GError **error);

/* Writes the envelope durably into `folder`. */
gboolean pb_outbox_write_envelope(const char *folder, const char *id, const PbNewEntry *entry,
                                  gint64 created, GError **error);
/* What an envelope says; texts live until it is freed. */
typedef struct PbStoredEnvelope PbStoredEnvelope;
PbStoredEnvelope *pb_outbox_read_envelope(const char *folder, const char *id, GError **error);
const PbNewEntry *pb_stored_envelope_entry(PbStoredEnvelope *envelope);
gint64 pb_stored_envelope_created(PbStoredEnvelope *envelope);
void pb_stored_envelope_free(PbStoredEnvelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbStoredEnvelope, pb_stored_envelope_free)

/* Moves the files of an entry that has its row out of `incoming`. TRUE if the message is in
 * `folder` now, whoever moved it. */
gboolean pb_outbox_settle_files(const char *folder, const char *incoming, const char *id);
void pb_outbox_remove_files(const char *folder, const char *id);
