#include "accounts/pb-text.h"
#include "ui/app.h"
#include "ui/term/bindings.h"
#include "ui/view/views.h"

#include <glib/gi18n-lib.h>

#include <string.h>

typedef struct {
    PbView parent;
    const PbBindingTable *tables[10]; /* of the view that is explained, then "everywhere" */
    PbField *field;
    int top, total, height;
} Help;

static gboolean matches(const PbBinding *row, const char *keys, const char *words) {
    return strstr(row->name, words) != NULL || g_str_has_prefix(keys, words) ||
           (row->help != NULL && strstr(_(row->help), words) != NULL);
}

static void put(Help *self, const PbArea *body, int row, PbRole role, const char *text) {
    (void) self;
    if (row >= 0 && row < body->height)
        pb_draw_cell(body, row, 3, body->width - 4, role, text);
}

static void put_binding(const PbArea *body, int row, const char *keys, const PbBinding *binding) {
    if (row < 0 || row >= body->height)
        return;
    gboolean wide = body->width >= 60;
    pb_draw_cell(body, row, 3, 14, PB_ROLE_KEY, keys);
    if (wide)
        pb_draw_cell(body, row, 18, 16, PB_ROLE_NORMAL, binding->name);
    pb_draw_cell(body, row, wide ? 35 : 18, body->width - (wide ? 36 : 19), PB_ROLE_NORMAL,
                 binding->help != NULL ? _(binding->help) : "");
}

static int draw_table(Help *self, const PbArea *body, int row, const PbBindingTable *table) {
    const char *words = pb_field_text(self->field);
    gboolean heading = FALSE;
    for (const PbBinding *binding = table->rows; binding->name != NULL; binding++) {
        const char *keys = pb_binding_keys(table, binding);
        if (*keys == '\0' || !matches(binding, keys, words))
            continue;
        if (!heading) {
            put(self, body, row++ - self->top, PB_ROLE_TITLE, _(table->title));
            heading = TRUE;
        }
        put_binding(body, row++ - self->top, keys, binding);
    }
    return row;
}

static int draw_signs(Help *self, const PbArea *body, int row) {
    put(self, body, row++ - self->top, PB_ROLE_TITLE, _("State signs"));
    put(self, body, row++ - self->top, PB_ROLE_NORMAL,
        pb_draw_ascii()
            ? _("~ not yet   ^ sending   % later   ? maybe   ! needs you   x no   + sent")
            : _("◷ not yet   ▸ sending   ↻ later   ? maybe   ! needs you   ✗ no   ✓ sent"));
    return row;
}

static int draw_all(Help *self, const PbArea *body) {
    int row = 0;
    for (guint i = 0; self->tables[i] != NULL; i++)
        row = draw_table(self, body, row, self->tables[i]);
    return *pb_field_text(self->field) == '\0' ? draw_signs(self, body, row) : row;
}

static void help_draw(PbView *view, const PbArea *body) {
    Help *self = (Help *) view;
    self->height = body->height;
    self->total = draw_all(self, body);
    int top = CLAMP(self->top, 0, MAX(self->total - body->height, 0));
    if (top != self->top) {
        self->top = top;
        pb_draw_clear(body);
        draw_all(self, body);
    }
    if (self->total == 0)
        pb_draw_text(body, 0, 3, PB_ROLE_NORMAL, _("No key or command with these words."));
    pb_draw_cursor(body, 0, 0, TRUE);
}

static char *help_title(PbView *view) {
    (void) view;
    return g_strdup(_("Help"));
}

static char *help_status(PbView *view) {
    Help *self = (Help *) view;
    const char *words = pb_field_text(self->field);
    return *words != '\0' ? g_strdup_printf(_("narrowed to “%s”"), words)
                          : g_strdup(_("type to narrow"));
}

static void help_keys(PbView *view, const PbArea *area) {
    (void) view;
    const char *keys[] = {_("PgDn More"), _("Backspace Widen"), _("Esc Close"), NULL};
    pb_sheet_draw_keys(area, 0, keys);
}

static gboolean scroll_key(Help *self, const PbKey *key) {
    int page = MAX(self->height - 1, 1);
    int by = key->kind == PB_KEY_DOWN || pb_key_is(key, "^N")   ? 1
             : key->kind == PB_KEY_UP || pb_key_is(key, "^P")   ? -1
             : key->kind == PB_KEY_PGDN || pb_key_is(key, "^F") ? page
             : key->kind == PB_KEY_PGUP || pb_key_is(key, "^B") ? -page
             : key->kind == PB_KEY_HOME                         ? -self->total
             : key->kind == PB_KEY_END                          ? self->total
                                                                : 0;
    self->top = CLAMP(self->top + by, 0, MAX(self->total - 1, 0));
    return by != 0;
}

static gboolean help_key(PbView *view, const PbKey *key) {
    Help *self = (Help *) view;
    gboolean empty = *pb_field_text(self->field) == '\0';
    if (pb_sheet_is_close_key(key) || (empty && pb_key_is(key, "q")) ||
        (empty && pb_key_is(key, "?")) || key->kind == PB_KEY_LEFT) {
        pb_app_pop(view->app);
        return TRUE;
    }
    if (scroll_key(self, key))
        return TRUE;
    return pb_field_key(self->field, key);
}

static void help_free(PbView *view) {
    Help *self = (Help *) view;
    pb_field_free(self->field);
    g_free(self);
}

static const PbViewClass help_class = {
    .scope = "help",
    .text_entry = TRUE,
    .no_explain = TRUE,
    .free = help_free,
    .title = help_title,
    .status = help_status,
    .draw = help_draw,
    .draw_keys = help_keys,
    .key = help_key,
};

PbView *pb_view_help_new(PbApp *app, const PbViewClass *about) {
    Help *self = g_new0(Help, 1);
    self->parent.class = &help_class;
    self->parent.app = app;
    self->field = pb_field_new("", TRUE);
    guint count = 0;
    for (; about->tables != NULL && about->tables[count] != NULL && count < 8; count++)
        self->tables[count] = about->tables[count];
    if (!about->text_entry)
        self->tables[count] = &pb_bindings_everywhere;
    return &self->parent;
}
