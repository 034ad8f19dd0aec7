#include "ui/widget/sheet.h"

#include "accounts/pb-text.h"
#include "ui/app.h"
#include "ui/widget/field.h"

#include <glib/gi18n-lib.h>

#include <string.h>

void pb_sheet_init(PbSheet *sheet, const PbSheetClass *class, PbApp *app, const char *title) {
    sheet->class = class;
    sheet->app = app;
    sheet->title = g_strdup(title);
}

void pb_sheet_free(PbSheet *sheet) {
    if (sheet == NULL)
        return;
    g_clear_pointer(&sheet->title, g_free);
    sheet->class->free(sheet);
}

gboolean pb_sheet_is_close_key(const PbKey *key) {
    return key->kind == PB_KEY_ESC || pb_key_is(key, "^C") || pb_key_is(key, "^G");
}

/* --- key rows ------------------------------------------------------------------------------- */

/* "Enter Set" gives "Enter" and "Set": the key is the part before the first space. */
static int draw_key_label(const PbArea *area, int row, int column, const char *item) {
    const char *space = strchr(item, ' ');
    if (space == NULL)
        return pb_draw_text(area, row, column, PB_ROLE_KEY, item);
    g_autofree char *key = g_strndup(item, (gsize) (space - item));
    column = pb_draw_text(area, row, column, PB_ROLE_KEY, key);
    return pb_draw_text(area, row, column, PB_ROLE_NORMAL, space);
}

void pb_sheet_draw_keys(const PbArea *area, int row, const char *const *items) {
    int column = 1;
    guint count = g_strv_length((char **) items);
    for (guint i = 0; i < count; i++) {
        int width = pb_text_width(items[i]);
        gboolean is_last = i + 1 == count && count > 1;
        if (column + width >= area->width)
            return;
        if (is_last)
            column = area->width - width - 1;
        column = draw_key_label(area, row, column, items[i]) + 3;
    }
}

/* --- wrapped text --------------------------------------------------------------------------- */

/* Bytes of `text` that go into one row of `width` columns, broken at a space if there is one. */
static gsize row_length(const char *text, int width, gsize *skip_out) {
    gsize at = 0;
    gsize last_space = 0;
    int column = 0;
    int columns = 0;
    *skip_out = 0;
    while (text[at] != '\0' && text[at] != '\n') {
        gsize length = pb_text_grapheme(text + at, &columns);
        if (length == 0 || column + columns > width)
            break;
        if (text[at] == ' ')
            last_space = at;
        column += columns;
        at += length;
    }
    if (text[at] == '\0')
        return at;
    if (text[at] == '\n' || text[at] == ' ') {
        *skip_out = 1;
        return at;
    }
    if (last_space == 0)
        return MAX(at, 1);
    *skip_out = 1;
    return last_space;
}

char **pb_sheet_wrap(const char *text, int width) {
    GPtrArray *rows = g_ptr_array_new();
    gsize skip = 0;
    for (; width > 0 && text != NULL && *text != '\0' && rows->len < 1000;) {
        gsize length = row_length(text, width, &skip);
        g_ptr_array_add(rows, g_strndup(text, length));
        text += length + skip;
    }
    g_ptr_array_add(rows, NULL);
    return (char **) g_ptr_array_free(rows, FALSE);
}

int pb_sheet_draw_wrapped(const PbArea *area, int row, int column, PbRole role, const char *text) {
    g_auto(GStrv) rows = pb_sheet_wrap(text, MIN(area->width - column - 1, 100));
    for (guint i = 0; rows[i] != NULL; i++)
        pb_draw_text(area, row++, column, role, rows[i]);
    return row;
}

/* --- questions ------------------------------------------------------------------------------ */

typedef struct {
    PbSheet parent;
    char *text;
    char *closing;
    PbAnswer *answers; /* texts owned */
    guint count;
    void (*answer)(PbApp *app, char letter, gpointer user_data);
    gpointer user_data;
    GDestroyNotify destroy;
} Question;

static void question_free(PbSheet *sheet) {
    Question *self = (Question *) sheet;
    for (guint i = 0; i < self->count; i++)
        g_free((char *) self->answers[i].text);
    g_free(self->answers);
    g_free(self->text);
    g_free(self->closing);
    if (self->destroy != NULL)
        self->destroy(self->user_data);
    g_free(self);
}

static int question_height(PbSheet *sheet, int height) {
    (void) height;
    Question *self = (Question *) sheet;
    PbArea screen = pb_app_area(sheet->app);
    g_auto(GStrv) rows = pb_sheet_wrap(self->text, MIN(screen.width - 2, 100));
    return (int) (g_strv_length(rows) + self->count + 1);
}

static void question_draw(PbSheet *sheet, const PbArea *area) {
    Question *self = (Question *) sheet;
    /* A short screen drops lines of the text first, never an answer. */
    int room = area->height - (int) self->count - 1;
    g_auto(GStrv) rows = pb_sheet_wrap(self->text, MIN(area->width - 2, 100));
    int row = 0;
    for (; rows[row] != NULL && row < room; row++)
        pb_draw_text(area, row, 1, PB_ROLE_NORMAL, rows[row]);
    for (guint i = 0; i < self->count; i++, row++) {
        const char letter[] = {self->answers[i].letter, '\0'};
        pb_draw_text(area, row, 1, PB_ROLE_KEY, letter);
        pb_draw_text(area, row, 4, PB_ROLE_NORMAL, self->answers[i].text);
    }
    pb_draw_text(area, row, 1, PB_ROLE_KEY, "Esc");
    pb_draw_text(area, row, 6, PB_ROLE_NORMAL, self->closing);
    pb_draw_cursor(area, MAX(row - (int) self->count, 0), 1, FALSE);
}

static void give_answer(Question *self, char letter) {
    PbApp *app = self->parent.app;
    void (*answer)(PbApp *, char, gpointer) = self->answer;
    /* The sheet is freed after the key, so its data still lives during the call. */
    pb_app_close_sheet(app);
    answer(app, letter, self->user_data);
}

static gboolean question_key(PbSheet *sheet, const PbKey *key) {
    Question *self = (Question *) sheet;
    if (pb_sheet_is_close_key(key)) {
        give_answer(self, 0);
        return TRUE;
    }
    if (!pb_key_is_text(key))
        return TRUE;
    for (guint i = 0; i < self->count; i++) {
        if ((gunichar) self->answers[i].letter == key->c) {
            give_answer(self, self->answers[i].letter);
            break;
        }
    }
    return TRUE;
}

static const PbSheetClass question_class = {
    .free = question_free,
    .height = question_height,
    .draw = question_draw,
    .key = question_key,
};

PbSheet *pb_question_new(PbApp *app, const char *title, const char *text, const PbAnswer *answers,
                         guint count, void (*answer)(PbApp *app, char letter, gpointer user_data),
                         gpointer user_data, GDestroyNotify destroy) {
    Question *self = g_new0(Question, 1);
    pb_sheet_init(&self->parent, &question_class, app, title);
    self->text = g_strdup(text != NULL ? text : "");
    self->closing = g_strdup(_("Leave it as it is"));
    self->answers = g_new0(PbAnswer, count);
    self->count = count;
    for (guint i = 0; i < count; i++)
        self->answers[i] = (PbAnswer){answers[i].letter, g_strdup(answers[i].text)};
    self->answer = answer;
    self->user_data = user_data;
    self->destroy = destroy;
    return &self->parent;
}

void pb_question_set_closing(PbSheet *sheet, const char *closing) {
    g_return_if_fail(sheet->class == &question_class);
    Question *self = (Question *) sheet;
    g_free(self->closing);
    self->closing = g_strdup(closing);
}
