/* Drafts: messages being written, one file each in the drafts folder.
 *
 * The file is JSON (a PbMessage), replaced durably at every save, so a crash
 * loses at most what was typed since. A draft in use is locked by its writer;
 * one that is neither locked nor closed properly was left by a crash and is
 * offered again. Deleted drafts stay in "deleted/" for 7 days.
 */
#pragma once

#include "compose/message.h"

typedef struct PbDraft PbDraft; /* an open, locked draft */

/* A new one, not on disk before the first save. `folder` is pb_paths_drafts() or a test's. */
PbDraft *pb_draft_new(const char *folder, GError **error);
/* Opens and locks. Errors: PB_ERROR_NO_INPUT, PB_ERROR_NOT_NOW (open elsewhere), PB_ERROR_DATA. */
PbDraft *pb_draft_open(const char *folder, const char *id, PbMessage **message_out, GError **error);
const char *pb_draft_id(PbDraft *draft);
/* Durable. `finished`: the person put it away, so it is not a crash any more. */
gboolean pb_draft_save(PbDraft *draft, const PbMessage *message, gboolean finished, GError **error);
/* Moves it to deleted/ (also after it was queued, so that undo can bring it back). */
gboolean pb_draft_delete(PbDraft *draft, GError **error);
/* Unlocks; keeps the file. */
void pb_draft_free(PbDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbDraft, pb_draft_free)

typedef struct {
    char *id;
    char *to, *subject;  /* as typed */
    gint64 changed;      /* µs since the epoch */
    guint64 size;        /* text and attachments, bytes */
    gboolean unfinished; /* left by a crash */
    gboolean open;       /* locked by a living writer */
} PbDraftInfo;

void pb_draft_info_free(PbDraftInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbDraftInfo, pb_draft_info_free)
/* All drafts, newest first: GPtrArray of PbDraftInfo. Files that cannot be read are listed with
 * subject NULL. `deleted`: those of deleted/ instead. */
GPtrArray *pb_draft_list(const char *folder, gboolean deleted, GError **error);
gboolean pb_draft_delete_by_id(const char *folder, const char *id, GError **error);
gboolean pb_draft_restore(const char *folder, const char *id, GError **error);
/* Removes what has been in deleted/ for more than 7 days. */
void pb_draft_expire(const char *folder, gint64 now);
