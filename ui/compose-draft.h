/* The draft behind a text being written: kept by itself while a person types.
 *
 * The composer says pb_compose_draft_touch() at every change; after 2 s of
 * quiet, and every 20 s of going on, the message is taken from it and written
 * on a worker, so that the screen never waits for the disk. One write at a
 * time; `store` and `remove` may be called on any thread and wait for it.
 * Once removed (sent, thrown away) nothing is written any more.
 */
#pragma once

#include "compose/message.h"
#include "ui/app.h"

typedef struct PbComposeDraft PbComposeDraft;

/* `draft_id` NULL: a new one, not on disk before the first save, and `message_out` is left alone.
 * Else the stored message is given. Errors: those of pb_draft_new() and pb_draft_open(). */
PbComposeDraft *pb_compose_draft_new(const char *draft_id, PbMessage **message_out, GError **error);
PbComposeDraft *pb_compose_draft_ref(PbComposeDraft *draft);
void pb_compose_draft_unref(PbComposeDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbComposeDraft, pb_compose_draft_unref)

/* `snapshot` gives the message as it is now (a copy); `saved` is told the outcome of each write,
 * NULL for success. Both on the UI thread; NULL for both when `owner` goes away. */
typedef PbMessage *(*PbComposeSnapshot)(gpointer owner);
typedef void (*PbComposeSaved)(gpointer owner, const GError *error);
void pb_compose_draft_watch(PbComposeDraft *draft, PbComposeSnapshot snapshot, PbComposeSaved saved,
                            gpointer owner);
/* Something changed. */
void pb_compose_draft_touch(PbComposeDraft *draft);
/* Writes now, in the background. */
void pb_compose_draft_save(PbComposeDraft *draft);

const char *pb_compose_draft_id(PbComposeDraft *draft);
/* µs of the last successful write of this session, 0: none yet. */
gint64 pb_compose_draft_saved_at(PbComposeDraft *draft);
/* TRUE if something changed since the last successful write. */
gboolean pb_compose_draft_is_dirty(PbComposeDraft *draft);

/* Any thread, blocking. `finished`: put away by the person, so that it is not offered as left by a
 * crash. */
gboolean pb_compose_draft_store(PbComposeDraft *draft, const PbMessage *message, gboolean finished,
                                GError **error);
/* UI thread, when the composer goes away without having been asked: what was changed since the last
 * save is written (and offered again at the next start), what was saved counts as put away. */
void pb_compose_draft_close(PbComposeDraft *draft, const PbMessage *message);
/* To deleted/, from where it can come back for 7 days; what was never written needs nothing. */
gboolean pb_compose_draft_remove(PbComposeDraft *draft, GError **error);

/* At the start: if a crash left a text unfinished, shows the drafts with the cursor on the newest
 * and says so. */
void pb_compose_offer_unfinished(PbApp *app);
