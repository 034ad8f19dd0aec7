#include "ui/view/compose-keys.h"

#include "accounts/pb-text.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define NARROW    60
#define MAX_ITEMS 12

typedef struct {
    char *keys[MAX_ITEMS], *labels[MAX_ITEMS];
    int widths[MAX_ITEMS];
    guint count;
} Row;

static void add_item(Row *row, char *key, const char *label) {
    row->keys[row->count] = key;
    row->labels[row->count] = g_strdup(label);
    row->widths[row->count] = pb_text_width(key) + 1 + pb_text_width(label);
    row->count++;
}

static void fill_row(Row *row, const PbBindingTable *const *tables, const char *const *names) {
    for (guint i = 0; names[i] != NULL && row->count < MAX_ITEMS; i++) {
        const char *space = strchr(names[i], ' ');
        if (space != NULL) {
            add_item(row, g_strndup(names[i], (gsize) (space - names[i])), space + 1);
            continue;
        }
        const PbBindingTable *table = NULL;
        const PbBinding *binding = pb_bindings_by_name(tables, names[i], &table);
        if (binding == NULL || binding->label == NULL)
            continue;
        g_autofree char *key = pb_binding_first_key(table, binding);
        if (*key != '\0')
            add_item(row, g_steal_pointer(&key), _(binding->label));
    }
}

static void clear_row(Row *row) {
    for (guint i = 0; i < row->count; i++) {
        g_free(row->keys[i]);
        g_free(row->labels[i]);
    }
}

static int draw_item(const PbArea *area, int y, int column, const Row *row, guint i) {
    column = pb_draw_text(area, y, column, PB_ROLE_KEY, row->keys[i]);
    return pb_draw_text(area, y, column + 1, PB_ROLE_NORMAL, row->labels[i]);
}

static void draw_single(const PbArea *area, const Row *row, const char *help) {
    int column = 1, room = area->width - pb_text_width(help) - 1;
    for (guint i = 0; i < row->count; i++) {
        if (strcmp(row->keys[i], "?") == 0 || column + row->widths[i] >= room)
            continue;
        column = draw_item(area, 0, column, row, i) + 1;
    }
    const char *space = strchr(help, ' ');
    g_autofree char *key = g_strndup(help, (gsize) (space - help));
    column = pb_draw_text(area, 0, column, PB_ROLE_KEY, key);
    pb_draw_text(area, 0, column, PB_ROLE_NORMAL, space);
}

static void draw_columns(const PbArea *area, const Row rows[2]) {
    int column = 1;
    for (guint i = 0; i < MAX(rows[0].count, rows[1].count); i++) {
        int width = 0;
        for (int y = 0; y < 2; y++) {
            if (i >= rows[y].count || column + rows[y].widths[i] > area->width)
                continue;
            draw_item(area, y, column, &rows[y], i);
            width = MAX(width, rows[y].widths[i]);
        }
        column += width + 2;
    }
}

void pb_compose_draw_keys(const PbArea *area, const PbBindingTable *const *tables,
                          const char *const *first, const char *const *second, const char *help) {
    Row rows[2] = {0};
    fill_row(&rows[0], tables, first);
    fill_row(&rows[1], tables, second);
    if (area->height < 2 || area->width < NARROW)
        draw_single(area, &rows[0], help);
    else
        draw_columns(area, rows);
    clear_row(&rows[0]);
    clear_row(&rows[1]);
}
