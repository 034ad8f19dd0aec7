#include "accounts/pb-error.h"
#include "accounts/pb-text.h"
#include "ui/view/entry-acts-private.h"

#include <glib/gi18n-lib.h>

static void target_free(gpointer data) {
    PbTarget *target = data;
    g_free(target->id);
    g_free(target->subject);
    g_free(target->draft);
    g_free(target->account);
    g_free(target);
}

static PbTarget *target_new(const PbEntry *entry) {
    PbTarget *target = g_new0(PbTarget, 1);
    target->id = g_strdup(entry->id);
    target->subject = g_strdup(entry->subject);
    target->draft = g_strdup(entry->draft);
    target->account = g_strdup(entry->account);
    target->version = entry->version;
    target->hold = entry->hold;
    target->not_before = entry->not_before;
    target->state = entry->state;
    return target;
}

GPtrArray *pb_batch_one(const char *id) {
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(ids, g_strdup(id));
    return ids;
}

PbBatch *pb_batch_new(PbApp *app, GPtrArray *ids, PbTargetAct act, PbTargetAct undo,
                      const char *one, const char *many) {
    PbBatch *batch = g_new0(PbBatch, 1);
    batch->targets = g_ptr_array_new_with_free_func(target_free);
    batch->undo_seconds = pb_entry_undo_seconds(app);
    batch->act = act;
    batch->undo = undo;
    batch->one = one;
    batch->many = many;
    for (guint i = 0; i < ids->len; i++) {
        g_autoptr(PbEntry) entry = pb_outbox_get(pb_app_outbox(app), ids->pdata[i], NULL);
        if (entry != NULL)
            g_ptr_array_add(batch->targets, target_new(entry));
    }
    return batch;
}

void pb_batch_free(PbBatch *batch) {
    if (batch == NULL)
        return;
    g_ptr_array_unref(batch->targets);
    g_clear_error(&batch->first_error);
    g_free(batch->address);
    g_free(batch->new_address);
    g_free(batch);
}

/* Work gets a holder, so that whoever goes on with the batch can take it out. */
static PbBatch **holder_new(PbBatch *batch) {
    PbBatch **holder = g_new(PbBatch *, 1);
    *holder = batch;
    return holder;
}

static void holder_free(gpointer data) {
    PbBatch **holder = data;
    pb_batch_free(*holder);
    g_free(holder);
}

static gboolean run_one(PbOutbox *outbox, PbBatch *batch, PbTargetAct act, PbTarget *target) {
    GError *error = NULL;
    if (!act(outbox, target, batch, &error)) {
        if (batch->first_error == NULL)
            batch->first_error = error;
        else
            g_clear_error(&error);
        return FALSE;
    }
    g_autoptr(PbEntry) entry = pb_outbox_get(outbox, target->id, NULL);
    target->after = entry != NULL ? entry->version : 0;
    return TRUE;
}

static gboolean batch_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                           GError **error) {
    (void) cancellable;
    (void) error;
    PbBatch *batch = *(PbBatch **) data;
    for (guint i = 0; i < batch->targets->len; i++)
        run_one(outbox, batch, batch->act, batch->targets->pdata[i]);
    return TRUE;
}

/* --- undo ----------------------------------------------------------------------------------- */

static gboolean undo_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                          GError **error) {
    (void) cancellable;
    (void) error;
    PbBatch *batch = *(PbBatch **) data;
    for (guint i = 0; i < batch->targets->len; i++) {
        PbTarget *target = batch->targets->pdata[i];
        target->version = target->after;
        if (target->after != 0)
            run_one(outbox, batch, batch->undo, target);
    }
    return TRUE;
}

static void undo_done(PbApp *app, gpointer data, const GError *error) {
    const PbBatch *batch = *(PbBatch **) data;
    if (error != NULL || batch->first_error != NULL)
        pb_app_error(app, error != NULL ? error : batch->first_error);
    else
        pb_app_notice(app, "%s", _("Taken back."));
}

static gboolean undo_batch(PbApp *app, gpointer data) {
    PbBatch *batch = g_steal_pointer((PbBatch **) data);
    g_clear_error(&batch->first_error);
    pb_app_run_async(app, undo_work, undo_done, holder_new(batch), holder_free);
    return TRUE;
}

static void offer_undo(PbApp *app, PbBatch *batch) {
    pb_app_push_undo(app, undo_batch, holder_new(batch), holder_free);
}

/* --- telling -------------------------------------------------------------------------------- */

static guint count_done(const PbBatch *batch, const PbTarget **first_out) {
    guint done = 0;
    for (guint i = 0; i < batch->targets->len; i++) {
        const PbTarget *target = batch->targets->pdata[i];
        if (target->after != 0 && done++ == 0)
            *first_out = target;
    }
    return done;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *done_text(const PbBatch *batch, const PbTarget *first, guint done) {
    if (done > 1)
        return g_strdup_printf(_(batch->many), done);
    g_autofree char *subject = pb_text_clip_end(first->subject, 40, pb_draw_ascii());
    return g_strdup_printf(_(batch->one), subject);
}
#pragma GCC diagnostic pop

static void tell_done(PbApp *app, PbBatch *batch, guint done, const PbTarget *first) {
    g_autofree char *text = done_text(batch, first, done);
    const char *undo = batch->undo != NULL ? _("  u Undo") : "";
    if (batch->first_error != NULL)
        pb_app_notice(app, _("%s 1 or more were left alone: %s.%s"), text,
                      batch->first_error->message, undo);
    else
        pb_app_notice(app, "%s%s", text, undo);
}

static void batch_done(PbApp *app, gpointer data, const GError *error) {
    PbBatch **holder = data;
    PbBatch *batch = *holder;
    const PbTarget *first = NULL;
    guint done = count_done(batch, &first);
    if (error != NULL || done == 0) {
        pb_app_error(app, error != NULL ? error : batch->first_error);
        return;
    }
    if (batch->one != NULL)
        tell_done(app, batch, done, first);
    if (batch->then != NULL)
        batch->then(app, batch);
    if (batch->undo != NULL)
        offer_undo(app, g_steal_pointer(holder));
}

void pb_batch_run(PbApp *app, PbBatch *batch) {
    if (batch->targets->len == 0) {
        pb_app_notice(app, "%s", _("This message is not in the outbox any more."));
        pb_batch_free(batch);
        return;
    }
    pb_app_run_async(app, batch_work, batch_done, holder_new(batch), holder_free);
}
