#include "accounts/pb-text.h"
#include "ui/app-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* Rows of commands shown at once. */
#define ROWS 6

typedef struct {
    const PbBindingTable *table;
    const PbBinding *row;
} Command;

typedef struct {
    PbSheet parent;
    PbField *field;
    GArray *all;     /* of Command */
    GArray *matches; /* of Command */
    guint selected;
} Palette;

/* Names that fingers know from mutt and aerc. */
static const struct {
    const char *alias, *name;
} aliases[] = {
    {"send", "send-now"}, {"abort", "cancel"}, {"postpone", "draft"}, {"q", "back"},
    {"wq", "draft"},      {"exit", "quit"},    {"delete", "cancel"},  {"accounts", "view-accounts"},
    {"log", "view-log"},  {"keys", "help"},
};

static void palette_free(PbSheet *sheet) {
    Palette *self = (Palette *) sheet;
    pb_field_free(self->field);
    g_array_unref(self->all);
    g_array_unref(self->matches);
    g_free(self);
}

static int palette_height(PbSheet *sheet, int height) {
    (void) sheet;
    return height < 20 ? 4 : ROWS + 2;
}

static const char *resolve_alias(const char *name) {
    for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
        if (g_strcmp0(aliases[i].alias, name) == 0)
            return aliases[i].name;
    }
    return name;
}

static void collect_matches(Palette *self, const char *text, gboolean at_start) {
    for (guint i = 0; i < self->all->len; i++) {
        Command command = g_array_index(self->all, Command, i);
        gboolean starts = g_str_has_prefix(command.row->name, text);
        gboolean inside = strstr(command.row->name, text) != NULL;
        if (at_start ? starts : (inside && !starts))
            g_array_append_val(self->matches, command);
    }
}

static void narrow(Palette *self) {
    const char *text = resolve_alias(pb_field_text(self->field));
    g_array_set_size(self->matches, 0);
    collect_matches(self, text, TRUE);
    collect_matches(self, text, FALSE);
    self->selected = 0;
}

static void draw_command(const PbArea *area, int row, const Command *command, gboolean selected) {
    g_autofree char *key = pb_binding_first_key(command->table, command->row);
    if (selected)
        pb_draw_text(area, row, 1, PB_ROLE_NORMAL, pb_draw_sign("›", ">"));
    pb_draw_cell(area, row, 3, 18, PB_ROLE_NORMAL, command->row->name);
    pb_draw_cell(area, row, 22, 9, PB_ROLE_KEY, key);
    pb_draw_cell(area, row, 32, area->width - 33, PB_ROLE_DIM,
                 command->row->help != NULL ? _(command->row->help) : "");
    if (selected)
        pb_draw_reverse_row(area, row);
}

static void palette_draw(PbSheet *sheet, const PbArea *area) {
    Palette *self = (Palette *) sheet;
    pb_draw_text(area, 0, 1, PB_ROLE_KEY, ":");
    int rows = area->height - 2;
    guint first = self->selected >= (guint) rows ? self->selected - (guint) rows + 1 : 0;
    for (int i = 0; i < rows && first + (guint) i < self->matches->len; i++) {
        const Command *command = &g_array_index(self->matches, Command, first + (guint) i);
        draw_command(area, i + 1, command, first + (guint) i == self->selected);
    }
    if (self->matches->len == 0)
        pb_draw_text(area, 1, 3, PB_ROLE_ASK, _("No command of this name."));
    const char *keys[] = {_("Enter Run"), _("Tab Complete"), _("Down Choose"), _("Esc Close"),
                          NULL};
    pb_sheet_draw_keys(area, area->height - 1, keys);
    pb_field_draw(self->field, area, 0, 2, area->width - 3, TRUE, NULL);
}

static void run_selected(Palette *self) {
    PbApp *app = self->parent.app;
    if (self->selected >= self->matches->len)
        return;
    Command command = g_array_index(self->matches, Command, self->selected);
    pb_app_close_sheet(app);
    pb_app_run_binding(app, command.table, command.row);
}

static void complete(Palette *self) {
    if (self->selected >= self->matches->len)
        return;
    pb_field_set(self->field, g_array_index(self->matches, Command, self->selected).row->name);
    narrow(self);
}

static gboolean palette_key(PbSheet *sheet, const PbKey *key) {
    Palette *self = (Palette *) sheet;
    if (pb_sheet_is_close_key(key)) {
        pb_app_close_sheet(sheet->app);
    } else if (key->kind == PB_KEY_ENTER) {
        run_selected(self);
    } else if (key->kind == PB_KEY_TAB) {
        complete(self);
    } else if (key->kind == PB_KEY_DOWN || pb_key_is(key, "^N")) {
        self->selected = MIN(self->selected + 1, MAX(self->matches->len, 1) - 1);
    } else if (key->kind == PB_KEY_UP || pb_key_is(key, "^P")) {
        self->selected -= self->selected > 0 ? 1 : 0;
    } else if (pb_field_key(self->field, key)) {
        narrow(self);
    }
    return TRUE;
}

static const PbSheetClass palette_class = {
    .free = palette_free,
    .height = palette_height,
    .draw = palette_draw,
    .key = palette_key,
};

void pb_app_open_palette(PbApp *app) {
    Palette *self = g_new0(Palette, 1);
    pb_sheet_init(&self->parent, &palette_class, app, _("All commands"));
    self->field = pb_field_new("", TRUE);
    self->all = g_array_new(FALSE, FALSE, sizeof(Command));
    self->matches = g_array_new(FALSE, FALSE, sizeof(Command));
    const PbBindingTable *tables[9];
    pb_app_tables(app, tables);
    for (guint t = 0; tables[t] != NULL; t++) {
        for (const PbBinding *row = tables[t]->rows; row->name != NULL; row++) {
            Command command = {tables[t], row};
            g_array_append_val(self->all, command);
        }
    }
    narrow(self);
    pb_app_open_sheet(app, &self->parent);
}
