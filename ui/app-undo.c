#include "ui/app-private.h"
#include "ui/view/entry-acts.h"

#include <glib/gi18n-lib.h>

/* How far back one can go. */
#define UNDO_MAX 20

typedef struct {
    gboolean (*undo)(PbApp *app, gpointer data);
    gpointer data;
    GDestroyNotify destroy;
    gint64 at; /* µs, real time */
} UndoItem;

static void item_free(gpointer data) {
    UndoItem *item = data;
    if (item->destroy != NULL)
        item->destroy(item->data);
    g_free(item);
}

void pb_app_push_undo(PbApp *app, gboolean (*undo)(PbApp *app, gpointer data), gpointer data,
                      GDestroyNotify destroy) {
    UndoItem *item = g_new0(UndoItem, 1);
    *item = (UndoItem){undo, data, destroy, g_get_real_time()};
    g_queue_push_head(&app->undo, item);
    if (g_queue_get_length(&app->undo) > UNDO_MAX)
        item_free(g_queue_pop_tail(&app->undo));
}

static gboolean is_leaving(PbApp *app) {
    return app->leaving != NULL && app->leaving->not_before > g_get_real_time();
}

void pb_app_undo(PbApp *app) {
    UndoItem *item = g_queue_peek_head(&app->undo);
    /* A message in its undo time is an act like any other: the newest goes first. */
    if (is_leaving(app) && (item == NULL || item->at < app->leaving->created)) {
        pb_entry_act_take_back(app, app->leaving);
        return;
    }
    if (item == NULL) {
        pb_app_notice(app, "%s", _("Nothing to undo."));
        return;
    }
    g_queue_pop_head(&app->undo);
    item->undo(app, item->data);
    item_free(item);
}

void pb_app_free_undo(PbApp *app) {
    g_queue_clear_full(&app->undo, item_free);
}
