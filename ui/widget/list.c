#include "ui/widget/list.h"

#include "ui/term/bindings.h"

#include <glib/gi18n-lib.h>

/* The cursor keeps this far from the edge. */
#define MARGIN 3
/* Rows read at once when the screen is smaller. */
#define FETCH_MINIMUM 64

struct PbList {
    const PbListSource *class;
    gpointer source;
    gint64 count; /* of the source */
    gint64 selected, top;
    int height; /* items that fit, as last drawn */
    char *id;   /* of the selected item */
    GPtrArray *window;
    gint64 window_start;
    GHashTable *tags; /* ids */
    /* An item that has left the source while the cursor is on it. */
    GPtrArray *leftover_window; /* keeps `leftover` alive */
    gpointer leftover;
    gint64 leftover_at; /* -1: none */
};

PbList *pb_list_new(const PbListSource *class, gpointer source) {
    PbList *list = g_new0(PbList, 1);
    list->class = class;
    list->source = source;
    list->leftover_at = -1;
    list->height = 20;
    list->tags = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    list->count = MAX(class->count(source), 0);
    pb_list_select_index(list, 0);
    return list;
}

void pb_list_free(PbList *list) {
    if (list == NULL)
        return;
    g_clear_pointer(&list->window, g_ptr_array_unref);
    g_clear_pointer(&list->leftover_window, g_ptr_array_unref);
    g_hash_table_unref(list->tags);
    g_free(list->id);
    g_free(list);
}

gint64 pb_list_count(PbList *list) {
    return list->count + (list->leftover_at >= 0 ? 1 : 0);
}

gint64 pb_list_index(PbList *list) {
    return list->selected;
}

gboolean pb_list_is_leftover(PbList *list) {
    return list->leftover_at >= 0 && list->selected == list->leftover_at;
}

static gboolean window_has(PbList *list, gint64 at) {
    return list->window != NULL && at >= list->window_start &&
           at < list->window_start + list->window->len;
}

static void fetch_around(PbList *list, gint64 at) {
    gint64 limit = MAX(FETCH_MINIMUM, 3 * list->height);
    list->window_start = MAX(0, at - limit / 3);
    g_clear_pointer(&list->window, g_ptr_array_unref);
    list->window = list->class->fetch(list->source, (guint) list->window_start, (guint) limit);
}

/* The row at a place of the list as shown, or NULL. */
static gpointer row_at(PbList *list, gint64 at) {
    if (at < 0 || at >= pb_list_count(list))
        return NULL;
    if (list->leftover_at == at)
        return list->leftover;
    if (list->leftover_at >= 0 && at > list->leftover_at)
        at--;
    if (!window_has(list, at))
        fetch_around(list, at);
    return window_has(list, at) ? list->window->pdata[at - list->window_start] : NULL;
}

gpointer pb_list_row(PbList *list) {
    return row_at(list, list->selected);
}

const char *pb_list_selected(PbList *list) {
    return list->id;
}

static void adopt_id(PbList *list) {
    gpointer row = pb_list_row(list);
    g_free(list->id);
    list->id = row != NULL ? g_strdup(list->class->id(row)) : NULL;
}

static void drop_leftover(PbList *list) {
    g_clear_pointer(&list->leftover_window, g_ptr_array_unref);
    list->leftover = NULL;
    list->leftover_at = -1;
}

void pb_list_select_index(PbList *list, gint64 index) {
    gint64 count = pb_list_count(list);
    index = CLAMP(index, 0, MAX(count - 1, 0));
    if (list->leftover_at >= 0 && index != list->leftover_at) {
        index -= index > list->leftover_at ? 1 : 0;
        list->top -= list->top > list->leftover_at ? 1 : 0;
        drop_leftover(list);
    }
    list->selected = index;
    adopt_id(list);
}

gboolean pb_list_select(PbList *list, const char *id) {
    gint64 at = list->class->position(list->source, id);
    if (at < 0)
        return FALSE;
    drop_leftover(list);
    pb_list_select_index(list, at);
    return TRUE;
}

static void keep_as_leftover(PbList *list, gpointer row, GPtrArray *window) {
    if (list->leftover_at < 0) {
        list->leftover = row;
        list->leftover_window = g_ptr_array_ref(window);
    }
    list->leftover_at = MIN(list->selected, list->count);
    list->selected = list->leftover_at;
}

void pb_list_reload(PbList *list) {
    gint64 screen_row = list->selected - list->top;
    gpointer row = pb_list_row(list);
    g_autoptr(GPtrArray) old = g_steal_pointer(&list->window);
    list->count = MAX(list->class->count(list->source), 0);
    gint64 at = list->id != NULL ? list->class->position(list->source, list->id) : -1;
    if (at >= 0) {
        drop_leftover(list);
        list->selected = at;
    } else if (list->id != NULL && row != NULL && (old != NULL || list->leftover != NULL)) {
        keep_as_leftover(list, row, old);
    } else {
        drop_leftover(list);
        list->selected = CLAMP(list->selected, 0, MAX(list->count - 1, 0));
        adopt_id(list);
    }
    list->top = list->selected - screen_row;
}

void pb_list_reset(PbList *list) {
    g_autofree char *id = g_strdup(list->id);
    g_clear_pointer(&list->window, g_ptr_array_unref);
    drop_leftover(list);
    list->count = MAX(list->class->count(list->source), 0);
    list->selected = list->top = 0;
    if (id == NULL || !pb_list_select(list, id))
        pb_list_select_index(list, 0);
}

/* --- tags ----------------------------------------------------------------------------------- */

void pb_list_tag(PbList *list, const char *id) {
    g_hash_table_add(list->tags, g_strdup(id));
}

void pb_list_untag(PbList *list) {
    g_hash_table_remove_all(list->tags);
}

guint pb_list_tag_count(PbList *list) {
    return g_hash_table_size(list->tags);
}

static void toggle_tag(PbList *list) {
    if (list->id == NULL)
        return;
    if (!g_hash_table_remove(list->tags, list->id))
        pb_list_tag(list, list->id);
    pb_list_select_index(list, list->selected + 1);
}

GPtrArray *pb_list_targets(PbList *list) {
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer id = NULL;
    g_hash_table_iter_init(&iter, list->tags);
    while (g_hash_table_iter_next(&iter, &id, NULL))
        g_ptr_array_add(ids, g_strdup(id));
    if (ids->len == 0 && list->id != NULL)
        g_ptr_array_add(ids, g_strdup(list->id));
    return ids;
}

/* --- acts ----------------------------------------------------------------------------------- */

gboolean pb_list_act(PbList *list, int act) {
    gint64 page = MAX(list->height - 1, 1);
    switch (act) {
    case PB_LIST_ACT_DOWN:
        pb_list_select_index(list, list->selected + 1);
        return TRUE;
    case PB_LIST_ACT_UP:
        pb_list_select_index(list, list->selected - 1);
        return TRUE;
    case PB_LIST_ACT_FIRST:
        pb_list_select_index(list, 0);
        return TRUE;
    case PB_LIST_ACT_LAST:
        pb_list_select_index(list, pb_list_count(list) - 1);
        return TRUE;
    case PB_LIST_ACT_PAGE_DOWN:
        pb_list_select_index(list, list->selected + page);
        return TRUE;
    case PB_LIST_ACT_PAGE_UP:
        pb_list_select_index(list, list->selected - page);
        return TRUE;
    case PB_LIST_ACT_HALF_DOWN:
        pb_list_select_index(list, list->selected + (page + 1) / 2);
        return TRUE;
    case PB_LIST_ACT_HALF_UP:
        pb_list_select_index(list, list->selected - (page + 1) / 2);
        return TRUE;
    case PB_LIST_ACT_TAG:
        toggle_tag(list);
        return TRUE;
    case PB_LIST_ACT_UNTAG:
        pb_list_untag(list);
        return TRUE;
    default:
        return FALSE;
    }
}

/* --- drawing -------------------------------------------------------------------------------- */

static void scroll_to_selected(PbList *list) {
    gint64 count = pb_list_count(list);
    gint64 margin = MIN(MARGIN, (list->height - 1) / 2);
    list->top = MIN(list->top, list->selected - margin);
    list->top = MAX(list->top, list->selected - list->height + 1 + margin);
    list->top = CLAMP(list->top, 0, MAX(count - list->height, 0));
}

static void draw_item(PbList *list, const PbArea *area, gint64 at) {
    gpointer row = row_at(list, at);
    if (row == NULL)
        return;
    gboolean selected = at == list->selected;
    list->class->draw(list->source, row, area, selected);
    if (g_hash_table_contains(list->tags, list->class->id(row)))
        pb_draw_text(area, 0, 1, PB_ROLE_TITLE, "*");
    if (!selected)
        return;
    pb_draw_text(area, 0, 0, PB_ROLE_NORMAL, pb_draw_sign("›", ">"));
    pb_draw_reverse_row(area, 0);
    pb_draw_cursor(area, 0, 0, TRUE);
}

void pb_list_draw(PbList *list, const PbArea *area) {
    int rows = MAX(list->class->rows, 1);
    list->height = MAX(area->height / rows, 1);
    scroll_to_selected(list);
    for (int i = 0; i < list->height; i++) {
        PbArea item = pb_area_sub(area, i * rows, 0, rows, area->width);
        draw_item(list, &item, list->top + i);
    }
}

char *pb_list_position_text(PbList *list) {
    gint64 count = pb_list_count(list);
    if (count <= list->height)
        return NULL;
    return g_strdup_printf(_("%d of %d"), (int) list->selected + 1, (int) count);
}
