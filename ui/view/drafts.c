#include "accounts/paths.h"
#include "accounts/pb-text.h"
#include "compose/draft.h"
#include "ui/term/bindings.h"
#include "ui/view/state-words.h"
#include "ui/view/views.h"
#include "ui/widget/list.h"

#include <glib/gi18n-lib.h>

enum { ACT_OPEN = 1, ACT_DELETE };

typedef struct {
    PbView parent;
    GPtrArray *drafts; /* of PbDraftInfo */
    PbList *list;
} Drafts;

static void load(Drafts *self) {
    g_autofree char *folder = pb_paths_drafts();
    g_clear_pointer(&self->drafts, g_ptr_array_unref);
    self->drafts = pb_draft_list(folder, FALSE, NULL);
    if (self->drafts == NULL)
        self->drafts = g_ptr_array_new_with_free_func((GDestroyNotify) pb_draft_info_free);
}

static gint64 source_count(gpointer source) {
    return ((Drafts *) source)->drafts->len;
}

static PbDraftInfo *info_copy(const PbDraftInfo *info) {
    PbDraftInfo *copy = g_new0(PbDraftInfo, 1);
    *copy = *info;
    copy->id = g_strdup(info->id);
    copy->to = g_strdup(info->to);
    copy->subject = g_strdup(info->subject);
    return copy;
}

static GPtrArray *source_fetch(gpointer source, guint offset, guint limit) {
    Drafts *self = source;
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify) pb_draft_info_free);
    for (guint i = offset; i < self->drafts->len && i < offset + limit; i++)
        g_ptr_array_add(rows, info_copy(self->drafts->pdata[i]));
    return rows;
}

static gint64 source_position(gpointer source, const char *id) {
    Drafts *self = source;
    for (guint i = 0; i < self->drafts->len; i++) {
        if (g_strcmp0(((PbDraftInfo *) self->drafts->pdata[i])->id, id) == 0)
            return i;
    }
    return -1;
}

static const char *source_id(gpointer row) {
    return ((PbDraftInfo *) row)->id;
}

/* Columns: Changed 5, To 24, Subject 47, Size at the right. */
static void draw_row(const PbArea *area, PbRole role, const char *changed, const char *to,
                     const char *subject, const char *size) {
    gboolean wide = area->width >= 60;
    int subject_at = wide ? 47 : 23;
    pb_draw_cell(area, 0, 5, 17, role, changed);
    if (wide)
        pb_draw_cell(area, 0, 24, 21, role, to);
    int room = area->width - subject_at - (wide ? 9 : 0);
    pb_draw_cell(area, 0, subject_at, MAX(room, 1), role, subject);
    if (wide)
        pb_draw_right(area, 0, area->width - 1, role, size);
}

static void source_draw(gpointer source, gpointer row, const PbArea *area, gboolean selected) {
    (void) source;
    (void) selected;
    const PbDraftInfo *info = row;
    g_autofree char *when = pb_state_moment(info->changed, g_get_real_time());
    g_autofree char *changed = info->open         ? g_strdup(_("open"))
                               : info->unfinished ? g_strdup_printf(_("not finished %s"), when)
                                                  : g_strdup(when);
    g_autofree char *to =
        pb_text_sanitise(info->to != NULL ? info->to : "", -1, 400, pb_draw_ascii());
    g_autofree char *subject = pb_text_sanitise(info->subject == NULL    ? _("(cannot be read)")
                                                : *info->subject == '\0' ? _("(no subject)")
                                                                         : info->subject,
                                                -1, 400, pb_draw_ascii());
    g_autofree char *size = pb_text_size(info->size);
    draw_row(area, PB_ROLE_NORMAL, changed, to, subject, size);
}

static const PbListSource source_class = {
    .count = source_count,
    .fetch = source_fetch,
    .position = source_position,
    .id = source_id,
    .draw = source_draw,
};

static void drafts_draw(PbView *view, const PbArea *body) {
    Drafts *self = (Drafts *) view;
    PbArea head = pb_area_sub(body, 0, 0, 1, body->width);
    PbArea rows = pb_area_sub(body, 1, 0, body->height - 1, body->width);
    if (pb_list_count(self->list) == 0) {
        pb_draw_text(body, 0, 1, PB_ROLE_NORMAL,
                     _("No drafts. P on the review screen or ^O while writing keeps one here."));
        return;
    }
    draw_row(&head, PB_ROLE_DIM, _("Changed"), _("To"), _("Subject"), _("Size"));
    pb_list_draw(self->list, &rows);
}

static void drafts_explain(PbView *view, char *lines_out[2]) {
    Drafts *self = (Drafts *) view;
    if (pb_list_row(self->list) == NULL)
        return;
    lines_out[0] = g_strdup(_("Enter goes on writing; it stays stored until sent or deleted."));
}

/* --- acts ----------------------------------------------------------------------------------- */

static gboolean delete_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                            GError **error) {
    (void) outbox;
    (void) cancellable;
    g_autofree char *folder = pb_paths_drafts();
    return pb_draft_delete_by_id(folder, data, error);
}

static gboolean restore_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                             GError **error) {
    (void) outbox;
    (void) cancellable;
    g_autofree char *folder = pb_paths_drafts();
    return pb_draft_restore(folder, data, error);
}

static void restore_done(PbApp *app, gpointer data, const GError *error) {
    (void) data;
    if (error != NULL)
        pb_app_error(app, error);
    else
        pb_app_notice(app, "%s", _("The draft is back."));
    pb_app_changed(app);
}

static gboolean undo_delete(PbApp *app, gpointer data) {
    pb_app_run_async(app, restore_work, restore_done, g_strdup(data), g_free);
    return TRUE;
}

static void delete_done(PbApp *app, gpointer data, const GError *error) {
    if (error != NULL) {
        pb_app_error(app, error);
        return;
    }
    pb_app_push_undo(app, undo_delete, g_strdup(data), g_free);
    pb_app_notice(app, "%s", _("Deleted the draft; it can be got back for 7 days.  u Undo"));
    pb_app_changed(app);
}

static gboolean drafts_act(PbView *view, int id) {
    Drafts *self = (Drafts *) view;
    if (pb_list_act(self->list, id))
        return TRUE;
    const char *selected = pb_list_selected(self->list);
    if (selected == NULL) {
        pb_app_notice(view->app, "%s", _("Nothing is selected."));
        return FALSE;
    }
    if (id == ACT_OPEN) {
        pb_app_open_draft(view->app, selected);
    } else if (id == ACT_DELETE) {
        g_autoptr(GPtrArray) ids = pb_list_targets(self->list);
        pb_list_untag(self->list);
        for (guint i = 0; i < ids->len; i++)
            pb_app_run_async(view->app, delete_work, delete_done, g_strdup(ids->pdata[i]), g_free);
    }
    return TRUE;
}

static gboolean drafts_key(PbView *view, const PbKey *key) {
    Drafts *self = (Drafts *) view;
    if (key->kind != PB_KEY_ESC)
        return FALSE;
    pb_list_untag(self->list);
    return TRUE;
}

static void drafts_changed(PbView *view) {
    Drafts *self = (Drafts *) view;
    load(self);
    pb_list_reload(self->list);
}

static char *drafts_position(PbView *view) {
    return pb_list_position_text(((Drafts *) view)->list);
}

static void drafts_select(PbView *view, const char *id) {
    pb_list_select(((Drafts *) view)->list, id);
}

static void drafts_free(PbView *view) {
    Drafts *self = (Drafts *) view;
    pb_list_free(self->list);
    g_ptr_array_unref(self->drafts);
    g_free(self);
}

static const PbBinding rows_own[] = {
    {ACT_OPEN, "open", "Enter e Right >", N_("Go on"), N_("go on writing this text")},
    {ACT_DELETE, "cancel", "d", N_("Delete"), N_("delete the draft; u brings it back")},
    {0, NULL, NULL, NULL, NULL},
};
static const PbBindingTable own_table = {"drafts", N_("Drafts"), rows_own};
static const PbBindingTable *const tables[] = {&own_table, &pb_bindings_list, NULL};
static const char *const keys[] = {"compose", "open", "recall",     "cancel", "undo",
                                   "tag",     "help", "other-keys", "back",   NULL};

static const PbViewClass drafts_class = {
    .scope = "drafts",
    .tables = tables,
    .free = drafts_free,
    .draw = drafts_draw,
    .explain = drafts_explain,
    .position = drafts_position,
    .key_rows = keys,
    .select = drafts_select,
    .key = drafts_key,
    .act = drafts_act,
    .changed = drafts_changed,
};

PbView *pb_view_drafts_new(PbApp *app) {
    Drafts *self = g_new0(Drafts, 1);
    self->parent.class = &drafts_class;
    self->parent.app = app;
    load(self);
    self->list = pb_list_new(&source_class, self);
    return &self->parent;
}
