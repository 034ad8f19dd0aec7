#include "ui/compose-draft.h"

#include "accounts/paths.h"
#include "compose/draft.h"

#define QUIET_SECONDS 2
#define LONG_SECONDS  20

struct PbComposeDraft {
    gatomicrefcount refs;
    GMutex lock; /* guards draft and its flags: the worker writes while the screen goes on */
    PbDraft *draft;
    gboolean stored, removed, finished;

    /* The rest belongs to the UI thread. */
    char *id;
    guint quiet_id, long_id;
    guint64 touched, written; /* counts of changes: at present, and at the last good write */
    gboolean writing;
    gint64 saved_at;
    PbComposeSnapshot snapshot;
    PbComposeSaved saved;
    gpointer owner;
};

PbComposeDraft *pb_compose_draft_new(const char *draft_id, PbMessage **message_out,
                                     GError **error) {
    g_autofree char *folder = pb_paths_drafts();
    PbDraft *stored = draft_id == NULL ? pb_draft_new(folder, error)
                                       : pb_draft_open(folder, draft_id, message_out, error);
    if (stored == NULL)
        return NULL;
    PbComposeDraft *draft = g_new0(PbComposeDraft, 1);
    g_atomic_ref_count_init(&draft->refs);
    g_mutex_init(&draft->lock);
    draft->draft = stored;
    draft->stored = draft_id != NULL;
    draft->id = g_strdup(pb_draft_id(stored));
    return draft;
}

PbComposeDraft *pb_compose_draft_ref(PbComposeDraft *draft) {
    g_atomic_ref_count_inc(&draft->refs);
    return draft;
}

static void stop_timers(PbComposeDraft *draft) {
    g_clear_handle_id(&draft->quiet_id, g_source_remove);
    g_clear_handle_id(&draft->long_id, g_source_remove);
}

void pb_compose_draft_unref(PbComposeDraft *draft) {
    if (draft == NULL || !g_atomic_ref_count_dec(&draft->refs))
        return;
    pb_draft_free(draft->draft);
    g_mutex_clear(&draft->lock);
    g_free(draft->id);
    g_free(draft);
}

void pb_compose_draft_watch(PbComposeDraft *draft, PbComposeSnapshot snapshot, PbComposeSaved saved,
                            gpointer owner) {
    draft->snapshot = snapshot;
    draft->saved = saved;
    draft->owner = owner;
    if (snapshot == NULL)
        stop_timers(draft);
}

const char *pb_compose_draft_id(PbComposeDraft *draft) {
    return draft->id;
}

gint64 pb_compose_draft_saved_at(PbComposeDraft *draft) {
    return draft->saved_at;
}

gboolean pb_compose_draft_is_dirty(PbComposeDraft *draft) {
    return draft->touched != draft->written;
}

/* --- any thread ------------------------------------------------------------------------------- */

gboolean pb_compose_draft_store(PbComposeDraft *draft, const PbMessage *message, gboolean finished,
                                GError **error) {
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&draft->lock);
    if (draft->removed)
        return TRUE;
    if (!pb_draft_save(draft->draft, message, finished, error))
        return FALSE;
    draft->stored = TRUE;
    draft->finished = finished;
    return TRUE;
}

gboolean pb_compose_draft_remove(PbComposeDraft *draft, GError **error) {
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&draft->lock);
    if (!draft->removed && draft->stored && !pb_draft_delete(draft->draft, error))
        return FALSE;
    draft->removed = TRUE;
    return TRUE;
}

void pb_compose_draft_close(PbComposeDraft *draft, const PbMessage *message) {
    gboolean dirty = pb_compose_draft_is_dirty(draft);
    g_mutex_lock(&draft->lock);
    gboolean needed = dirty || (draft->stored && !draft->finished);
    /* Put away or sent while it was dirty: that is its last word. */
    needed = needed && !draft->removed && !(draft->stored && draft->finished);
    g_mutex_unlock(&draft->lock);
    if (needed)
        pb_compose_draft_store(draft, message, !dirty, NULL);
}

/* --- saving by itself ------------------------------------------------------------------------- */

typedef struct {
    PbComposeDraft *draft;
    PbMessage *message;
    guint64 touched;
} Write;

static void write_free(gpointer data) {
    Write *write = data;
    pb_message_free(write->message);
    pb_compose_draft_unref(write->draft);
    g_free(write);
}

static void write_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
    (void) source;
    (void) cancellable;
    Write *write = data;
    GError *error = NULL;
    if (pb_compose_draft_store(write->draft, write->message, FALSE, &error))
        g_task_return_boolean(task, TRUE);
    else
        g_task_return_error(task, error);
}

static void write_done(GObject *source, GAsyncResult *result, gpointer data) {
    (void) source;
    (void) data;
    Write *write = g_task_get_task_data(G_TASK(result));
    PbComposeDraft *draft = write->draft;
    g_autoptr(GError) error = NULL;
    draft->writing = FALSE;
    if (g_task_propagate_boolean(G_TASK(result), &error)) {
        draft->written = write->touched;
        draft->saved_at = g_get_real_time();
    }
    if (draft->saved != NULL)
        draft->saved(draft->owner, error);
}

void pb_compose_draft_save(PbComposeDraft *draft) {
    stop_timers(draft);
    if (draft->snapshot == NULL)
        return;
    if (draft->writing) {
        /* What came meanwhile is written after this write. */
        pb_compose_draft_touch(draft);
        return;
    }
    Write *write = g_new0(Write, 1);
    write->draft = pb_compose_draft_ref(draft);
    write->message = draft->snapshot(draft->owner);
    write->touched = draft->touched;
    draft->writing = TRUE;
    g_autoptr(GTask) task = g_task_new(NULL, NULL, write_done, NULL);
    g_task_set_task_data(task, write, write_free);
    g_task_run_in_thread(task, write_thread);
}

static gboolean on_quiet(gpointer data) {
    PbComposeDraft *draft = data;
    draft->quiet_id = 0;
    pb_compose_draft_save(draft);
    return G_SOURCE_REMOVE;
}

static gboolean on_long(gpointer data) {
    PbComposeDraft *draft = data;
    draft->long_id = 0;
    pb_compose_draft_save(draft);
    return G_SOURCE_REMOVE;
}

void pb_compose_draft_touch(PbComposeDraft *draft) {
    draft->touched++;
    g_clear_handle_id(&draft->quiet_id, g_source_remove);
    draft->quiet_id = g_timeout_add_seconds(QUIET_SECONDS, on_quiet, draft);
    if (draft->long_id == 0)
        draft->long_id = g_timeout_add_seconds(LONG_SECONDS, on_long, draft);
}
