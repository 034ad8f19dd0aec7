#include "ui/frame.h"

#include "accounts/pb-text.h"
#include "ui/app-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* --- status row ----------------------------------------------------------------------------- */

#define BAR_WIDTH 13
/* A lane that moved no byte for this long says so. */
#define SILENT_SECONDS 10

static const char *pause_word(const PbPause *pause) {
    if (g_strcmp0(pause->reason, "password") == 0 || g_strcmp0(pause->reason, "keyring") == 0)
        return _("sign in");
    if (g_strcmp0(pause->reason, "certificate") == 0)
        return _("certificate");
    if (g_strcmp0(pause->reason, "tls") == 0)
        return _("no encryption");
    if (g_strcmp0(pause->reason, "quota") == 0)
        return _("limit reached");
    return _("on hold");
}

static char *lane_figures(const PbLaneProgress *lane, gboolean is_short) {
    if (lane->total == 0)
        return g_strdup(_("connecting"));
    g_autofree char *total = pb_text_size(lane->total);
    g_autofree char *sent = pb_text_size(lane->sent);
    int percent = (int) (MIN(lane->sent, lane->total) * 100 / lane->total);
    if (lane->silent >= SILENT_SECONDS)
        return g_strdup_printf(_("%d %%  no answer for %d s"), percent, (int) lane->silent);
    g_autofree char *left =
        lane->seconds_left >= 0 ? pb_status_time_left(lane->seconds_left) : NULL;
    if (is_short)
        return left != NULL ? g_strdup_printf(_("%d %%  %s left"), percent, left)
                            : g_strdup_printf("%d %%", percent);
    if (left != NULL)
        return g_strdup_printf(_("%d %%  %s of %s, %s left"), percent, sent, total, left);
    return g_strdup_printf(_("%d %%  %s of %s"), percent, sent, total);
}

static int draw_lane(PbApp *app, const PbArea *area, int row, int column, guint index) {
    PbLaneProgress lane;
    pb_status_lane(app->status, index, g_get_real_time(), &lane);
    gboolean is_short = area->width < 60;
    column = pb_draw_text(area, row, column, PB_ROLE_NORMAL, lane.account) + 1;
    column = pb_draw_text(area, row, column, PB_ROLE_BUSY, pb_draw_sign("▸", "^")) + 1;
    if (lane.of > 0 && !is_short)
        column = pb_draw_format(area, row, column, PB_ROLE_NORMAL, _("%u of %u"), lane.position,
                                lane.of) +
                 1;
    if (lane.total > 0 && !is_short) {
        pb_draw_bar(area, row, column, BAR_WIDTH, lane.sent, lane.total);
        column += BAR_WIDTH + 1;
    }
    g_autofree char *figures = lane_figures(&lane, is_short);
    return pb_draw_text(area, row, column, PB_ROLE_NORMAL, figures) + 2;
}

static int draw_pause(const PbArea *area, int row, int column, const PbPause *pause) {
    g_autofree char *waiting =
        pause->waiting > 0 ? g_strdup_printf(_(", %u wait"), pause->waiting) : g_strdup("");
    g_autofree char *text = g_strdup_printf("%s%s", pause_word(pause), waiting);
    int width = pb_text_width(pause->account) + pb_text_width(text) + 3;
    if (column + width > area->width) {
        g_free(text);
        text = g_strdup(pause_word(pause));
        width = pb_text_width(pause->account) + pb_text_width(text) + 3;
    }
    if (column + width > area->width)
        return area->width;
    column = pb_draw_text(area, row, column, PB_ROLE_NORMAL, pause->account) + 1;
    column = pb_draw_text(area, row, column, PB_ROLE_ASK, "!") + 1;
    return pb_draw_text(area, row, column, PB_ROLE_ASK, text) + 2;
}

void pb_frame_draw_status(PbApp *app, const PbArea *area, int row) {
    int column = 1;
    guint busy = pb_status_busy_count(app->status);
    for (guint i = 0; i < busy; i++)
        column = draw_lane(app, area, row, column, i);
    for (guint i = 0; i < app->pauses->len; i++)
        column = draw_pause(area, row, column, app->pauses->pdata[i]);
    guint all = pb_account_list_count(app->accounts);
    guint idle = all - MIN(all, busy + app->pauses->len);
    if (column == 1 || idle == 0)
        return;
    g_autofree char *text = g_strdup_printf(_("%u idle"), idle);
    if (column + pb_text_width(text) < area->width)
        pb_draw_text(area, row, column, PB_ROLE_DIM, text);
}

/* --- key rows ------------------------------------------------------------------------------- */

typedef struct {
    char *key;
    const char *label;
} KeyItem;

static void key_item_clear(gpointer data) {
    g_free(((KeyItem *) data)->key);
}

static void add_item(GArray *items, PbApp *app, const PbBindingTable *table, const PbBinding *row) {
    KeyItem item = {pb_binding_first_key(table, row), NULL};
    if (row->label == NULL || *item.key == '\0') {
        g_free(item.key);
        return;
    }
    item.label = _(row->label);
    gboolean at_top = app->stack->len == 0;
    if (table == &pb_bindings_everywhere && row->id == PB_ACT_BACK && at_top)
        item.label = _("Quit");
    g_array_append_val(items, item);
}

static gboolean is_listed(const char *const *names, const char *name) {
    return names != NULL && g_strv_contains((const gchar *const *) names, name);
}

/* First what the view names, in its order; then the rest, for "O More". */
static GArray *collect_items(PbApp *app) {
    PbView *view = pb_app_top_view(app);
    const PbBindingTable *tables[9];
    GArray *items = g_array_new(FALSE, FALSE, sizeof(KeyItem));
    g_array_set_clear_func(items, key_item_clear);
    pb_app_tables(app, tables);
    const char *const *names = view->class->key_rows;
    for (guint i = 0; names != NULL && names[i] != NULL; i++) {
        const PbBindingTable *table = NULL;
        const PbBinding *row = pb_bindings_by_name(tables, names[i], &table);
        if (row != NULL)
            add_item(items, app, table, row);
    }
    for (guint t = 0; tables[t] != NULL; t++) {
        for (const PbBinding *row = tables[t]->rows; row->name != NULL; row++) {
            if (!is_listed(names, row->name))
                add_item(items, app, tables[t], row);
        }
    }
    return items;
}

static int draw_item(const PbArea *area, int row, int column, const KeyItem *item) {
    column = pb_draw_text(area, row, column, PB_ROLE_KEY, item->key);
    return pb_draw_text(area, row, column + 1, PB_ROLE_NORMAL, item->label);
}

static int item_width(const KeyItem *item) {
    return pb_text_width(item->key) + 1 + pb_text_width(item->label);
}

/* What fits into one row, and always "? Help" behind it. */
static void draw_single_row(const PbArea *area, GArray *items, guint first, gboolean text_entry) {
    KeyItem help = {(char *) (text_entry ? "^G" : "?"), _("Help")};
    int room = area->width - item_width(&help) - 2;
    int column = 1;
    for (guint i = first; i < items->len; i++) {
        const KeyItem *item = &g_array_index(items, KeyItem, i);
        if (g_strcmp0(item->key, help.key) == 0)
            continue;
        if (column + item_width(item) > room)
            continue;
        column = draw_item(area, 0, column, item) + 1;
    }
    draw_item(area, 0, column, &help);
}

/* Columns as wide as the widest label, 11 as in the wireframes when they are short. */
static int cell_width(GArray *items, guint first, guint count) {
    int width = 11;
    for (guint i = first; i < MIN(first + count, items->len); i++)
        width = MAX(width, item_width(&g_array_index(items, KeyItem, i)) + 1);
    return width;
}

void pb_frame_draw_keys(PbApp *app, const PbArea *area) {
    PbView *view = pb_app_top_view(app);
    if (view->class->draw_keys != NULL) {
        view->class->draw_keys(view, area);
        return;
    }
    g_autoptr(GArray) items = collect_items(app);
    int cell = cell_width(items, 0, 14);
    guint per_row = (guint) MAX((area->width - 1) / cell, 1);
    guint shown = per_row * (guint) MAX(area->height, 1);
    guint first = app->other_keys && items->len > shown ? MIN(shown, items->len) : 0;
    if (area->height < 2 || area->width < 60) {
        draw_single_row(area, items, first, view->class->text_entry);
        return;
    }
    for (guint i = 0; i < shown && first + i < items->len; i++)
        draw_item(area, (int) (i / per_row), 1 + (int) (i % per_row) * cell,
                  &g_array_index(items, KeyItem, first + i));
}
