#include "accounts/pb-text.h"
#include "ui/app.h"
#include "ui/widget/field.h"
#include "ui/widget/sheet.h"

#include <glib/gi18n-lib.h>

typedef struct {
    PbSheet parent;
    char *label;
    char *note; /* what the person has to know: what was wrong, what is tried */
    char *hint; /* what the text means as it stands */
    char *lead; /* lines above the input */
    PbField *field;
    gboolean password;
    gboolean (*done)(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data);
    char *(*make_hint)(const char *text, gpointer user_data);
    gboolean (*more)(PbSheet *sheet, const PbKey *key, gpointer user_data);
    char *enter_label;
    char *last_text; /* what the hint was made for */
    gpointer user_data;
    GDestroyNotify destroy;
} Prompt;

static void prompt_free(PbSheet *sheet) {
    Prompt *self = (Prompt *) sheet;
    if (self->destroy != NULL)
        self->destroy(self->user_data);
    pb_field_free(self->field);
    g_free(self->label);
    g_free(self->note);
    g_free(self->hint);
    g_free(self->lead);
    g_free(self->enter_label);
    g_free(self->last_text);
    g_free(self);
}

static guint line_count(const char *text, int width) {
    g_auto(GStrv) rows = pb_sheet_wrap(text, width);
    return g_strv_length(rows);
}

static int text_width(const PbArea *screen) {
    return MIN(screen->width - 2, 100);
}

static int prompt_height(PbSheet *sheet, int height) {
    (void) height;
    Prompt *self = (Prompt *) sheet;
    PbArea screen = pb_app_area(sheet->app);
    int width = text_width(&screen);
    guint rows = 2 + line_count(self->lead, width) + line_count(self->hint, width);
    if (self->note != NULL)
        rows += line_count(self->note, width);
    return (int) MAX(rows, 3);
}

static int draw_lines(const PbArea *area, int row, PbRole role, const char *text, int limit) {
    g_auto(GStrv) rows = pb_sheet_wrap(text, text_width(area));
    for (guint i = 0; rows[i] != NULL && row < limit; i++)
        pb_draw_text(area, row++, 1, role, rows[i]);
    return row;
}

static void prompt_draw(PbSheet *sheet, const PbArea *area) {
    Prompt *self = (Prompt *) sheet;
    int row = draw_lines(area, 0, PB_ROLE_NORMAL, self->lead, area->height - 2);
    int column = pb_draw_text(area, row, 1, PB_ROLE_TITLE, self->label) + 2;
    int input_row = row++;
    row = draw_lines(area, row, PB_ROLE_DIM, self->hint, area->height - 1);
    draw_lines(area, row, PB_ROLE_ASK, self->note, area->height - 1);
    g_autofree char *enter = g_strconcat("Enter ", self->enter_label, NULL);
    const char *keys[] = {enter, self->password ? _("^R Show or hide") : _("Esc Leave it as it is"),
                          self->password ? _("Esc Not now") : NULL, NULL};
    pb_sheet_draw_keys(area, area->height - 1, keys);
    pb_field_draw(self->field, area, input_row, column, area->width - column - 1, TRUE, NULL);
}

static void remake_hint(Prompt *self) {
    const char *text = pb_field_text(self->field);
    if (self->make_hint == NULL || g_strcmp0(text, self->last_text) == 0)
        return;
    g_free(self->hint);
    self->hint = self->make_hint(text, self->user_data);
    g_free(self->last_text);
    self->last_text = self->password ? NULL : g_strdup(text);
}

static void prompt_close(Prompt *self) {
    PbSheet *sheet = &self->parent;
    pb_app_close_sheet(sheet->app);
    self->done(sheet->app, sheet, NULL, self->user_data);
}

static gboolean prompt_key(PbSheet *sheet, const PbKey *key) {
    Prompt *self = (Prompt *) sheet;
    if (pb_sheet_is_close_key(key)) {
        prompt_close(self);
        return TRUE;
    }
    if (key->kind == PB_KEY_ENTER) {
        if (self->done(sheet->app, sheet, pb_field_text(self->field), self->user_data) &&
            pb_app_sheet(sheet->app) == sheet)
            pb_app_close_sheet(sheet->app);
        return TRUE;
    }
    if (self->password && pb_key_is(key, "^R")) {
        pb_field_set_echo(self->field, !pb_field_echo(self->field));
        return TRUE;
    }
    if (self->more != NULL && self->more(sheet, key, self->user_data)) {
        remake_hint(self);
        return TRUE;
    }
    if (pb_field_key(self->field, key)) {
        g_clear_pointer(&self->note, g_free);
        remake_hint(self);
    }
    return TRUE;
}

static const PbSheetClass prompt_class = {
    .free = prompt_free,
    .height = prompt_height,
    .draw = prompt_draw,
    .key = prompt_key,
};

PbSheet *
pb_prompt_new(PbApp *app, const char *title, const char *label, const char *initial, gboolean echo,
              gboolean (*done)(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data),
              gpointer user_data, GDestroyNotify destroy) {
    Prompt *self = g_new0(Prompt, 1);
    pb_sheet_init(&self->parent, &prompt_class, app, title);
    self->label = g_strdup(label);
    self->field = pb_field_new(initial, echo);
    self->password = !echo;
    self->done = done;
    self->enter_label = g_strdup(_("Go on"));
    self->user_data = user_data;
    self->destroy = destroy;
    return &self->parent;
}

void pb_prompt_note(PbSheet *sheet, const char *note) {
    g_return_if_fail(sheet->class == &prompt_class);
    Prompt *self = (Prompt *) sheet;
    g_free(self->note);
    self->note = g_strdup(note);
    pb_app_redraw(sheet->app);
}

void pb_prompt_set_hint(PbSheet *sheet, char *(*hint)(const char *text, gpointer user_data)) {
    g_return_if_fail(sheet->class == &prompt_class);
    Prompt *self = (Prompt *) sheet;
    self->make_hint = hint;
    remake_hint(self);
}

void pb_prompt_set_texts(PbSheet *sheet, const char *lead, const char *enter_label) {
    g_return_if_fail(sheet->class == &prompt_class);
    Prompt *self = (Prompt *) sheet;
    g_free(self->lead);
    self->lead = g_strdup(lead);
    if (enter_label != NULL) {
        g_free(self->enter_label);
        self->enter_label = g_strdup(enter_label);
    }
}

void pb_prompt_set_keys(PbSheet *sheet,
                        gboolean (*more)(PbSheet *sheet, const PbKey *key, gpointer user_data)) {
    g_return_if_fail(sheet->class == &prompt_class);
    ((Prompt *) sheet)->more = more;
}

PbField *pb_prompt_field(PbSheet *sheet) {
    g_return_val_if_fail(sheet->class == &prompt_class, NULL);
    return ((Prompt *) sheet)->field;
}

gpointer pb_prompt_user_data(PbSheet *sheet,
                             gboolean (*done)(PbApp *app, PbSheet *sheet, const char *text,
                                              gpointer user_data)) {
    if (sheet->class != &prompt_class || ((Prompt *) sheet)->done != done)
        return NULL;
    return ((Prompt *) sheet)->user_data;
}
