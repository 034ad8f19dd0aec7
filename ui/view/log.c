#include "accounts/pb-text.h"
#include "ui/term/bindings.h"
#include "ui/view/entry-draw.h"
#include "ui/view/views.h"

#include <glib/gi18n-lib.h>

/* More than anybody scrolls back; older ones are in the entries themselves. */
#define LINES_MAX 500

enum { ACT_OPEN = 1 };

typedef struct {
    PbView parent;
    GPtrArray *items;   /* of PbTimelineItem, oldest first */
    GPtrArray *entries; /* of char*, beside them */
    int cursor, top, height;
} Log;

static void load(Log *self) {
    gboolean at_end = self->items == NULL || self->cursor + 1 >= (int) self->items->len;
    g_clear_pointer(&self->items, g_ptr_array_unref);
    g_clear_pointer(&self->entries, g_ptr_array_unref);
    self->items = pb_outbox_log(pb_app_outbox(self->parent.app), LINES_MAX, &self->entries, NULL);
    if (self->items == NULL)
        self->items = g_ptr_array_new();
    int last = MAX((int) self->items->len - 1, 0);
    /* It follows the end unless somebody scrolled. */
    self->cursor = at_end ? last : MIN(self->cursor, last);
}

static void draw_item(Log *self, const PbArea *line, int index) {
    const PbTimelineItem *item = self->items->pdata[index];
    const char *id = self->entries != NULL ? self->entries->pdata[index] : NULL;
    g_autoptr(PbEntry) entry =
        id != NULL ? pb_outbox_get(pb_app_outbox(self->parent.app), id, NULL) : NULL;
    g_autofree char *when = pb_text_time_exact(item->at, g_get_real_time());
    g_autofree char *text = pb_timeline_text(item);
    g_autofree char *subject =
        entry != NULL ? pb_text_sanitise(entry->subject, -1, 200, pb_draw_ascii()) : NULL;
    g_autofree char *row =
        entry != NULL ? g_strdup_printf("%s  %s  “%s”: %s", when, entry->account, subject, text)
                      : g_strdup_printf("%s  %s", when, text);
    pb_draw_cell(line, 0, 2, line->width - 2, PB_ROLE_NORMAL, row);
}

static void log_draw(PbView *view, const PbArea *body) {
    Log *self = (Log *) view;
    int count = (int) self->items->len;
    self->height = MAX(body->height, 1);
    if (count == 0) {
        pb_draw_text(body, 0, 1, PB_ROLE_NORMAL, _("Nothing has happened yet."));
        return;
    }
    self->top = CLAMP(self->top, self->cursor - self->height + 1, self->cursor);
    self->top = CLAMP(self->top, 0, MAX(count - self->height, 0));
    for (int i = 0; i < self->height && self->top + i < count; i++) {
        PbArea line = pb_area_sub(body, i, 0, 1, body->width);
        draw_item(self, &line, self->top + i);
        if (self->top + i != self->cursor)
            continue;
        pb_draw_text(&line, 0, 0, PB_ROLE_NORMAL, pb_draw_sign("›", ">"));
        pb_draw_reverse_row(&line, 0);
        pb_draw_cursor(&line, 0, 0, TRUE);
    }
}

static char *log_title(PbView *view) {
    (void) view;
    return g_strdup(_("Log"));
}

static void log_explain(PbView *view, char *lines_out[2]) {
    Log *self = (Log *) view;
    if (self->items->len > 0)
        lines_out[0] = pb_timeline_text(self->items->pdata[self->cursor]);
}

static void move(Log *self, int by) {
    self->cursor = CLAMP(self->cursor + by, 0, MAX((int) self->items->len - 1, 0));
}

static void open_entry(Log *self) {
    if (self->entries == NULL || self->cursor >= (int) self->entries->len)
        return;
    const char *id = self->entries->pdata[self->cursor];
    if (id != NULL)
        pb_app_push(self->parent.app, pb_view_entry_new(self->parent.app, id));
}

static gboolean log_act(PbView *view, int id) {
    Log *self = (Log *) view;
    int page = MAX(self->height - 1, 1);
    switch (id) {
    case ACT_OPEN:
        open_entry(self);
        return TRUE;
    case PB_LIST_ACT_DOWN:
        move(self, 1);
        return TRUE;
    case PB_LIST_ACT_UP:
        move(self, -1);
        return TRUE;
    case PB_LIST_ACT_FIRST:
        move(self, -LINES_MAX);
        return TRUE;
    case PB_LIST_ACT_LAST:
        move(self, LINES_MAX);
        return TRUE;
    case PB_LIST_ACT_PAGE_DOWN:
        move(self, page);
        return TRUE;
    case PB_LIST_ACT_PAGE_UP:
        move(self, -page);
        return TRUE;
    case PB_LIST_ACT_HALF_DOWN:
        move(self, page / 2);
        return TRUE;
    case PB_LIST_ACT_HALF_UP:
        move(self, -page / 2);
        return TRUE;
    default:
        return FALSE;
    }
}

static void log_changed(PbView *view) {
    load((Log *) view);
}

static void log_free(PbView *view) {
    Log *self = (Log *) view;
    g_clear_pointer(&self->items, g_ptr_array_unref);
    g_clear_pointer(&self->entries, g_ptr_array_unref);
    g_free(self);
}

static const PbBinding rows_own[] = {
    {ACT_OPEN, "open", "Enter Right >", N_("Open"), N_("the message of this line")},
    {0, NULL, NULL, NULL, NULL},
};
static const PbBindingTable own_table = {"log", N_("Log"), rows_own};
static const PbBindingTable *const tables[] = {&own_table, &pb_bindings_moving, NULL};
static const char *const keys[] = {"open", "compose", "help", "other-keys", "back", NULL};

static const PbViewClass log_class = {
    .scope = "log",
    .tables = tables,
    .free = log_free,
    .title = log_title,
    .draw = log_draw,
    .explain = log_explain,
    .key_rows = keys,
    .act = log_act,
    .changed = log_changed,
};

PbView *pb_view_log_new(PbApp *app) {
    Log *self = g_new0(Log, 1);
    self->parent.class = &log_class;
    self->parent.app = app;
    load(self);
    return &self->parent;
}
