#include "ui/widget/file-picker.h"

#include "accounts/pb-text.h"
#include "ui/widget/field.h"
#include "ui/widget/file-list.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define SIZE_COLUMN 48
#define TIME_COLUMN 58

typedef struct {
    PbSheet parent;
    char *verb;
    PbField *field;
    char *folder;      /* of `items` */
    char *typed;       /* what `items` was read for */
    GPtrArray *items;  /* of PbFileItem */
    int cursor;        /* -1: in the field */
    guint first;       /* first item shown */
    GPtrArray *chosen; /* of char*, absolute paths */
    void (*done)(PbApp *app, const GPtrArray *paths, gpointer user_data);
    gpointer user_data;
} Picker;

static void picker_free(PbSheet *sheet) {
    Picker *self = (Picker *) sheet;
    pb_field_free(self->field);
    g_ptr_array_unref(self->items);
    g_ptr_array_unref(self->chosen);
    g_free(self->verb);
    g_free(self->folder);
    g_free(self->typed);
    g_free(self);
}

/* "~/Documents" for the home folder's own. */
static char *short_path(const char *path) {
    const char *home = g_get_home_dir();
    gsize length = strlen(home);
    if (length > 1 && strncmp(path, home, length) == 0 &&
        (path[length] == '/' || path[length] == '\0'))
        return g_strconcat("~", path + length, NULL);
    return g_strdup(path);
}

static char *shown_name(const char *name) {
    return pb_text_sanitise(name, -1, 1024, pb_draw_ascii());
}

/* pb_text_time() counts the minutes of the last hour; for a file the clock says more. */
static char *time_text(gint64 mtime) {
    gint64 now = g_get_real_time();
    if (now - mtime > G_TIME_SPAN_HOUR || mtime > now)
        return pb_text_time(mtime, now);
    g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(mtime / G_USEC_PER_SEC);
    return g_date_time_format(at, "%H:%M");
}

static void remake_title(Picker *self) {
    g_autofree char *folder = short_path(self->folder);
    g_autofree char *shown = shown_name(folder);
    g_free(self->parent.title);
    if (self->chosen->len == 0) {
        self->parent.title = g_strdup_printf(_("%s: files of %s"), self->verb, shown);
        return;
    }
    self->parent.title =
        g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "%s: files of %s, %u chosen",
                                    "%s: files of %s, %u chosen", self->chosen->len),
                        self->verb, shown, self->chosen->len);
}

static void reread(Picker *self) {
    const char *text = pb_field_text(self->field);
    if (g_strcmp0(self->typed, text) == 0)
        return;
    g_autofree char *prefix = NULL;
    g_free(self->typed);
    self->typed = g_strdup(text);
    g_free(self->folder);
    self->folder = pb_file_list_split(text, &prefix);
    g_ptr_array_unref(self->items);
    self->items = pb_file_list_read(self->folder, prefix);
    self->cursor = MIN(self->cursor, (int) self->items->len - 1);
    self->first = 0;
    remake_title(self);
}

static void set_folder(Picker *self, const char *folder, gboolean in_list) {
    g_autofree char *path = short_path(folder);
    g_autofree char *text =
        g_str_has_suffix(path, "/") ? g_strdup(path) : g_strconcat(path, "/", NULL);
    pb_field_set(self->field, text);
    pb_field_set_point(self->field, strlen(text));
    reread(self);
    self->cursor = in_list && self->items->len > 0 ? 0 : -1;
}

/* --- drawing ---------------------------------------------------------------------------------- */

static int picker_height(PbSheet *sheet, int height) {
    (void) sheet;
    return CLAMP(height / 3, 4, 12);
}

static guint chosen_index(Picker *self, const char *path) {
    guint index;
    if (g_ptr_array_find_with_equal_func(self->chosen, path, g_str_equal, &index))
        return index;
    return G_MAXUINT;
}

static void draw_item(Picker *self, const PbArea *area, int row, guint index) {
    const PbFileItem *item = g_ptr_array_index(self->items, index);
    gboolean selected = (int) index == self->cursor;
    gboolean chosen = chosen_index(self, item->path) != G_MAXUINT;
    g_autofree char *name = shown_name(item->name);
    g_autofree char *full = item->is_folder ? g_strconcat(name, "/", NULL) : g_strdup(name);
    g_autofree char *size = item->is_folder ? g_strdup("") : pb_text_size(item->size);
    g_autofree char *when = time_text(item->mtime);
    int name_width = area->width >= 70 ? SIZE_COLUMN - 5 : MAX(area->width - 15, 8);
    g_autofree char *clipped = pb_text_clip_middle(full, name_width, pb_draw_ascii());
    pb_draw_text(area, row, 1, PB_ROLE_NORMAL, selected ? pb_draw_sign("›", ">") : " ");
    pb_draw_text(area, row, 2, PB_ROLE_KEY, chosen ? "*" : " ");
    pb_draw_text(area, row, 4, PB_ROLE_NORMAL, clipped);
    if (area->width >= 70) {
        pb_draw_right(area, row, TIME_COLUMN - 3, PB_ROLE_NORMAL, size);
        pb_draw_text(area, row, TIME_COLUMN, PB_ROLE_DIM, when);
    } else {
        pb_draw_right(area, row, area->width - 1, PB_ROLE_NORMAL, size);
    }
    if (selected) {
        pb_draw_reverse_row(area, row);
        pb_draw_cursor(area, row, 1, TRUE);
    }
}

static void picker_draw(PbSheet *sheet, const PbArea *area) {
    Picker *self = (Picker *) sheet;
    guint rows = (guint) MAX(area->height - 2, 1);
    int column = pb_draw_text(area, 0, 1, PB_ROLE_TITLE, _("Path")) + 2;
    pb_field_draw(self->field, area, 0, column, area->width - column - 1, self->cursor < 0, NULL);
    if (self->cursor >= 0) {
        self->first = MIN(self->first, (guint) self->cursor);
        if ((guint) self->cursor >= self->first + rows)
            self->first = (guint) self->cursor - rows + 1;
    }
    for (guint i = 0; i < rows && self->first + i < self->items->len; i++)
        draw_item(self, area, (int) i + 1, self->first + i);
    if (self->items->len == 0)
        pb_draw_text(area, 1, 4, PB_ROLE_DIM, _("nothing begins like that here"));
    g_autofree char *enter = g_strconcat("Enter ", self->verb, NULL);
    const char *keys[] = {enter,
                          _("Space Choose"),
                          _("Tab Complete"),
                          pb_draw_sign(_("→ Open folder"), _("Right Open folder")),
                          pb_draw_sign(_("← Up"), _("Left Up")),
                          _("Esc Close"),
                          NULL};
    pb_sheet_draw_keys(area, area->height - 1, keys);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void finish(Picker *self, const GPtrArray *paths) {
    PbApp *app = self->parent.app;
    pb_app_close_sheet(app);
    self->done(app, paths, self->user_data);
}

static void toggle(Picker *self, const char *path) {
    guint at = chosen_index(self, path);
    if (at != G_MAXUINT)
        g_ptr_array_remove_index(self->chosen, at);
    else
        g_ptr_array_add(self->chosen, g_strdup(path));
    remake_title(self);
}

static void take(Picker *self, const char *path) {
    if (path != NULL && chosen_index(self, path) == G_MAXUINT)
        g_ptr_array_add(self->chosen, g_strdup(path));
    if (self->chosen->len > 0)
        finish(self, self->chosen);
}

/* Enter in the field: a folder is opened, a file taken. */
static void take_typed(Picker *self) {
    g_autofree char *prefix = NULL;
    g_autofree char *folder = pb_file_list_split(pb_field_text(self->field), &prefix);
    g_autofree char *path = g_build_filename(folder, prefix, NULL);
    if (*prefix == '\0')
        take(self, NULL);
    else if (g_file_test(path, G_FILE_TEST_IS_DIR))
        set_folder(self, path, FALSE);
    else
        take(self, path);
}

static void complete(Picker *self) {
    g_autofree char *prefix = NULL;
    g_autofree char *folder G_GNUC_UNUSED = pb_file_list_split(pb_field_text(self->field), &prefix);
    g_autofree char *more = pb_file_list_complete(self->items, prefix);
    if (*more == '\0') {
        self->cursor = self->items->len > 0 ? 0 : -1;
        return;
    }
    g_autofree char *text = g_strconcat(pb_field_text(self->field), more, NULL);
    pb_field_set(self->field, text);
    pb_field_set_point(self->field, strlen(text));
    reread(self);
}

static void go_up(Picker *self) {
    g_autofree char *parent = g_path_get_dirname(self->folder);
    set_folder(self, parent, TRUE);
}

/* In the list; FALSE: the field gets the key. */
static gboolean list_key(Picker *self, const PbKey *key) {
    const PbFileItem *item = g_ptr_array_index(self->items, (guint) self->cursor);
    switch (key->kind) {
    case PB_KEY_UP:
        self->cursor--;
        return TRUE;
    case PB_KEY_DOWN:
        self->cursor = MIN(self->cursor + 1, (int) self->items->len - 1);
        return TRUE;
    case PB_KEY_LEFT:
        go_up(self);
        return TRUE;
    case PB_KEY_RIGHT:
    case PB_KEY_ENTER:
        if (item->is_folder)
            set_folder(self, item->path, TRUE);
        else if (key->kind == PB_KEY_ENTER)
            take(self, item->path);
        return TRUE;
    case PB_KEY_CHAR:
        if (key->c != ' ' || key->ctrl || key->alt)
            return FALSE;
        if (!item->is_folder)
            toggle(self, item->path);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean picker_key(PbSheet *sheet, const PbKey *key) {
    Picker *self = (Picker *) sheet;
    if (pb_sheet_is_close_key(key)) {
        finish(self, NULL);
        return TRUE;
    }
    if (key->kind == PB_KEY_TAB) {
        complete(self);
        return TRUE;
    }
    if (self->cursor >= 0 && list_key(self, key))
        return TRUE;
    if (key->kind == PB_KEY_DOWN && self->items->len > 0) {
        self->cursor = 0;
    } else if (key->kind == PB_KEY_ENTER) {
        take_typed(self);
    } else if (pb_field_key(self->field, key)) {
        self->cursor = -1;
        reread(self);
    }
    return TRUE;
}

static const PbSheetClass picker_class = {
    .free = picker_free,
    .height = picker_height,
    .draw = picker_draw,
    .key = picker_key,
};

PbSheet *pb_file_picker_new(PbApp *app, const char *verb, const char *folder,
                            void (*done)(PbApp *app, const GPtrArray *paths, gpointer user_data),
                            gpointer user_data) {
    Picker *self = g_new0(Picker, 1);
    g_autofree char *here = g_get_current_dir();
    pb_sheet_init(&self->parent, &picker_class, app, verb);
    self->verb = g_strdup(verb);
    self->field = pb_field_new("", TRUE);
    self->items = g_ptr_array_new();
    self->chosen = g_ptr_array_new_with_free_func(g_free);
    self->done = done;
    self->user_data = user_data;
    set_folder(self, folder != NULL ? folder : here, FALSE);
    return &self->parent;
}
