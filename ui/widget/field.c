#include "ui/widget/field.h"

#include "accounts/pb-text.h"

#include <string.h>

/* A line that a person types or pastes; more is cut. */
#define FIELD_MAX (256u << 10)

struct PbField {
    GString *text;
    gsize point;
    gsize first; /* byte at the left edge, always at a grapheme border */
    gboolean echo;
    char *cut; /* what ^K took, for ^U and ^Y */
};

PbField *pb_field_new(const char *text, gboolean echo) {
    PbField *field = g_new0(PbField, 1);
    field->text = g_string_new(NULL);
    field->echo = echo;
    pb_field_set(field, text);
    return field;
}

static void wipe(GString *text) {
    explicit_bzero(text->str, text->allocated_len);
}

void pb_field_free(PbField *field) {
    if (field == NULL)
        return;
    if (!field->echo)
        wipe(field->text);
    g_string_free(field->text, TRUE);
    g_free(field->cut);
    g_free(field);
}

const char *pb_field_text(PbField *field) {
    return field->text->str;
}

void pb_field_set(PbField *field, const char *text) {
    g_string_assign(field->text, text != NULL && g_utf8_validate(text, -1, NULL) ? text : "");
    field->point = field->text->len;
    field->first = 0;
}

void pb_field_set_echo(PbField *field, gboolean echo) {
    field->echo = echo;
}

gboolean pb_field_echo(PbField *field) {
    return field->echo;
}

gsize pb_field_point(PbField *field) {
    return field->point;
}

/* The start of the grapheme before `offset`. */
static gsize previous(PbField *field, gsize offset) {
    gsize at = 0;
    gsize last = 0;
    while (at < offset) {
        gsize length = pb_text_grapheme(field->text->str + at, NULL);
        if (length == 0)
            break;
        last = at;
        at += length;
    }
    return last;
}

static gsize next(PbField *field, gsize offset) {
    return offset + pb_text_grapheme(field->text->str + offset, NULL);
}

void pb_field_set_point(PbField *field, gsize point) {
    gsize at = 0;
    while (at < point && at < field->text->len)
        at = next(field, at);
    field->point = at;
}

static void erase(PbField *field, gsize from, gsize to) {
    g_string_erase(field->text, (gssize) from, (gssize) (to - from));
    field->point = from;
}

/* Line ends become spaces: a field is one line. */
void pb_field_insert(PbField *field, const char *text) {
    gsize length = strlen(text);
    if (field->text->len + length > FIELD_MAX || !g_utf8_validate(text, -1, NULL))
        return;
    g_autofree char *line = g_strdelimit(g_strdup(text), "\n\r\t", ' ');
    g_string_insert(field->text, (gssize) field->point, line);
    field->point += length;
}

static void cut_line(PbField *field) {
    /* pico: ^K takes the whole line, from the start when at the end. */
    gsize from = field->point < field->text->len ? field->point : 0;
    if (from == field->text->len)
        return;
    g_free(field->cut);
    field->cut = field->echo ? g_strdup(field->text->str + from) : NULL;
    erase(field, from, field->text->len);
}

static void erase_word(PbField *field) {
    const char *text = field->text->str;
    gsize from = field->point;
    while (from > 0 && text[from - 1] == ' ')
        from--;
    while (from > 0 && text[from - 1] != ' ' && text[from - 1] != ',')
        from--;
    if (from < field->point)
        erase(field, from, field->point);
}

static gboolean control_key(PbField *field, gunichar c) {
    switch (c) {
    case 'A':
        field->point = 0;
        return TRUE;
    case 'E':
        field->point = field->text->len;
        return TRUE;
    case 'B':
        field->point = previous(field, field->point);
        return TRUE;
    case 'F':
        field->point = next(field, field->point);
        return TRUE;
    case 'H':
        erase(field, previous(field, field->point), field->point);
        return TRUE;
    case 'D':
        erase(field, field->point, next(field, field->point));
        return TRUE;
    case 'K':
        cut_line(field);
        return TRUE;
    case 'U':
        if (field->cut != NULL)
            pb_field_insert(field, field->cut);
        return TRUE;
    case 'W':
        erase_word(field);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean special_key(PbField *field, PbKeyKind kind) {
    switch (kind) {
    case PB_KEY_LEFT:
        field->point = previous(field, field->point);
        return TRUE;
    case PB_KEY_RIGHT:
        field->point = next(field, field->point);
        return TRUE;
    case PB_KEY_HOME:
        field->point = 0;
        return TRUE;
    case PB_KEY_END:
        field->point = field->text->len;
        return TRUE;
    case PB_KEY_BACKSPACE:
        erase(field, previous(field, field->point), field->point);
        return TRUE;
    case PB_KEY_DELETE:
        erase(field, field->point, next(field, field->point));
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean pb_field_key(PbField *field, const PbKey *key) {
    if (key->kind == PB_KEY_PASTE) {
        pb_field_insert(field, key->text);
        return TRUE;
    }
    if (key->kind != PB_KEY_CHAR)
        return !key->alt && special_key(field, key->kind);
    if (key->alt)
        return FALSE;
    if (key->ctrl)
        return control_key(field, key->c);
    /* Combining characters are not "printable" to GLib but are typed all the same. */
    if (!g_unichar_isprint(key->c) && !g_unichar_ismark(key->c) && key->c != 0x200d)
        return FALSE;
    char utf8[7] = {0};
    g_unichar_to_utf8(key->c, utf8);
    pb_field_insert(field, utf8);
    return TRUE;
}

static int width_between(PbField *field, gsize from, gsize to) {
    int columns = 0;
    int width = 0;
    for (gsize at = from; at < to;) {
        gsize length = pb_text_grapheme(field->text->str + at, &width);
        if (length == 0)
            break;
        columns += field->echo ? width : 1;
        at += length;
    }
    return columns;
}

/* Moves the left edge so that the point has a column of its own in `width`. */
static void scroll(PbField *field, int width) {
    if (field->first > field->text->len || field->point < field->first)
        field->first = field->point;
    if (width_between(field, 0, field->text->len) < width)
        field->first = 0;
    while (field->first < field->point && width_between(field, field->first, field->point) >= width)
        field->first = next(field, field->first);
}

static char *shown_text(PbField *field) {
    if (field->echo)
        return g_strdup(field->text->str + field->first);
    GString *dots = g_string_new(NULL);
    for (gsize at = field->first; at < field->text->len; at = next(field, at))
        g_string_append(dots, pb_draw_sign("•", "*"));
    return g_string_free(dots, FALSE);
}

void pb_field_draw(PbField *field, const PbArea *area, int row, int column, int width,
                   gboolean focused, const char *placeholder) {
    PbArea cell = pb_area_sub(area, row, column, 1, width);
    if (cell.width <= 0 || cell.height <= 0)
        return;
    scroll(field, cell.width);
    pb_draw_clear(&cell);
    if (field->text->len == 0 && placeholder != NULL) {
        pb_draw_text(&cell, 0, 0, PB_ROLE_DIM, placeholder);
    } else {
        g_autofree char *shown = shown_text(field);
        pb_draw_text(&cell, 0, 0, PB_ROLE_NORMAL, shown);
    }
    if (focused)
        pb_draw_cursor(&cell, 0, width_between(field, field->first, field->point), TRUE);
}
