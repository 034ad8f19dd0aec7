#include "ui/widget/editor-private.h"
#include "ui/widget/justify.h"

#include <string.h>

#define JUSTIFY_COLUMNS 72

/* --- words and lines -------------------------------------------------------------------------- */

static gboolean is_word_char(PbEditor *editor, gsize offset) {
    gunichar c = pb_text_buffer_char(editor->buffer, offset);
    return g_unichar_isalnum(c) || g_unichar_ismark(c) || c == '_';
}

static gsize next_word(PbEditor *editor, gsize at) {
    gsize end = pb_text_buffer_length(editor->buffer);
    while (at < end && !is_word_char(editor, at))
        at = pb_text_buffer_next(editor->buffer, at);
    while (at < end && is_word_char(editor, at))
        at = pb_text_buffer_next(editor->buffer, at);
    return at;
}

static gsize previous_word(PbEditor *editor, gsize at) {
    gsize before = at;
    while (at > 0 && !is_word_char(editor, before = pb_text_buffer_previous(editor->buffer, at)))
        at = before;
    while (at > 0 && is_word_char(editor, before = pb_text_buffer_previous(editor->buffer, at)))
        at = before;
    return at;
}

/* The row's start; a second time the line's. */
static void go_home(PbEditor *editor) {
    PbEditorPlace place = pb_editor_place(editor, editor->point);
    gsize start = place.start + pb_editor_place_row(&place)->start;
    pb_editor_go(editor, editor->point == start ? place.start : start);
}

static void go_end(PbEditor *editor) {
    PbEditorPlace place = pb_editor_place(editor, editor->point);
    const PbLayoutRow *row = pb_editor_place_row(&place);
    gboolean last = place.row + 1 == place.rows->len;
    gsize end = place.start + pb_layout_offset(place.text, row, G_MAXINT, last);
    if (editor->point == end)
        end = place.start + strlen(place.text);
    pb_editor_go(editor, end);
}

/* --- cutting ---------------------------------------------------------------------------------- */

static void keep_clip(PbEditor *editor, gsize start, gsize end) {
    g_autofree char *cut = pb_text_buffer_slice(editor->buffer, start, end);
    g_autofree char *before = editor->clipping ? g_steal_pointer(&editor->clip) : NULL;
    g_free(editor->clip);
    editor->clip = g_strconcat(before != NULL ? before : "", cut, NULL);
}

static void cut(PbEditor *editor) {
    gsize start, end;
    if (!pb_editor_selection(editor, &start, &end)) {
        gsize line = pb_text_buffer_line_of(editor->buffer, editor->point);
        start = pb_text_buffer_line_start(editor->buffer, line);
        end = MIN(pb_text_buffer_line_end(editor->buffer, line) + 1,
                  pb_text_buffer_length(editor->buffer));
    }
    editor->marked = FALSE;
    if (start == end)
        return;
    keep_clip(editor, start, end);
    pb_text_buffer_seal(editor->buffer);
    pb_editor_delete(editor, start, end);
    pb_text_buffer_seal(editor->buffer);
    editor->clipping = TRUE;
}

static void copy(PbEditor *editor) {
    gsize start, end;
    if (!pb_editor_selection(editor, &start, &end))
        return;
    keep_clip(editor, start, end);
    editor->marked = FALSE;
}

static void paste(PbEditor *editor, const char *text) {
    if (text == NULL || *text == '\0')
        return;
    pb_text_buffer_seal(editor->buffer);
    pb_editor_insert(editor, text);
    pb_text_buffer_seal(editor->buffer);
}

/* TRUE if there was a selection; it is gone now. */
static gboolean delete_selection(PbEditor *editor) {
    gsize start, end;
    gboolean selected = pb_editor_selection(editor, &start, &end);
    editor->marked = FALSE;
    if (selected)
        pb_editor_delete(editor, start, end);
    return selected;
}

static void delete_to(PbEditor *editor, gsize other) {
    if (!delete_selection(editor) && other != editor->point)
        pb_editor_delete(editor, MIN(other, editor->point), MAX(other, editor->point));
}

static void type(PbEditor *editor, const char *text) {
    if (editor->marked && editor->shifted)
        delete_selection(editor);
    editor->marked = FALSE;
    pb_editor_insert(editor, text);
}

/* --- filling ---------------------------------------------------------------------------------- */

static char *line_text(PbEditor *editor, gsize line) {
    return pb_text_buffer_slice(editor->buffer, pb_text_buffer_line_start(editor->buffer, line),
                                pb_text_buffer_line_end(editor->buffer, line));
}

/* TRUE if `line` belongs to the paragraph whose lines begin with `marks`. */
static gboolean in_paragraph(PbEditor *editor, gsize line, const char *marks) {
    g_autofree char *text = line_text(editor, line);
    gsize quote = pb_justify_quote(text);
    return pb_justify_is_text(text) && quote == strlen(marks) && strncmp(text, marks, quote) == 0;
}

void pb_editor_justify(PbEditor *editor, int columns) {
    gsize first = pb_text_buffer_line_of(editor->buffer, editor->point), last = first;
    g_autofree char *here = line_text(editor, first);
    if (!pb_justify_is_text(here))
        return;
    g_autofree char *marks = g_strndup(here, pb_justify_quote(here));
    while (first > 0 && in_paragraph(editor, first - 1, marks))
        first--;
    while (last + 1 < pb_text_buffer_line_count(editor->buffer) &&
           in_paragraph(editor, last + 1, marks))
        last++;
    gsize start = pb_text_buffer_line_start(editor->buffer, first);
    gsize end = pb_text_buffer_line_end(editor->buffer, last);
    g_autofree char *text = pb_text_buffer_slice(editor->buffer, start, end);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *filled = pb_justify_lines(lines, columns);
    if (strcmp(filled, text) == 0)
        return;
    pb_text_buffer_seal(editor->buffer);
    gsize behind = pb_text_buffer_replace(editor->buffer, start, end, filled, -1);
    pb_text_buffer_seal(editor->buffer);
    pb_editor_go(editor, behind);
}

/* --- keys ------------------------------------------------------------------------------------- */

typedef enum {
    MOVE_NONE,
    MOVE_LEFT,
    MOVE_RIGHT,
    MOVE_UP,
    MOVE_DOWN,
    MOVE_HOME,
    MOVE_END,
    MOVE_PAGE_UP,
    MOVE_PAGE_DOWN,
    MOVE_WORD_LEFT,
    MOVE_WORD_RIGHT,
    MOVE_TOP,
    MOVE_BOTTOM,
} Move;

static Move control_move(gunichar c) {
    static const struct {
        char c;
        Move move;
    } moves[] = {{'A', MOVE_HOME}, {'E', MOVE_END},  {'B', MOVE_LEFT},    {'F', MOVE_RIGHT},
                 {'P', MOVE_UP},   {'N', MOVE_DOWN}, {'Y', MOVE_PAGE_UP}, {'V', MOVE_PAGE_DOWN}};
    for (guint i = 0; i < G_N_ELEMENTS(moves); i++)
        if (c == (gunichar) moves[i].c)
            return moves[i].move;
    return MOVE_NONE;
}

static Move key_move(const PbKey *key) {
    switch (key->kind) {
    case PB_KEY_LEFT:
        return key->ctrl ? MOVE_WORD_LEFT : MOVE_LEFT;
    case PB_KEY_RIGHT:
        return key->ctrl ? MOVE_WORD_RIGHT : MOVE_RIGHT;
    case PB_KEY_UP:
        return MOVE_UP;
    case PB_KEY_DOWN:
        return MOVE_DOWN;
    case PB_KEY_HOME:
        return key->ctrl ? MOVE_TOP : MOVE_HOME;
    case PB_KEY_END:
        return key->ctrl ? MOVE_BOTTOM : MOVE_END;
    case PB_KEY_PGUP:
        return MOVE_PAGE_UP;
    case PB_KEY_PGDN:
        return MOVE_PAGE_DOWN;
    case PB_KEY_CHAR:
        return key->ctrl && !key->alt ? control_move(key->c) : MOVE_NONE;
    default:
        return MOVE_NONE;
    }
}

/* A page keeps one row (SCREENS 7); at the edge the point goes to the very end. */
static void move_page(PbEditor *editor, int direction) {
    int page = MAX(editor->rows - 1, 1);
    int moved = 0;
    gsize top = pb_editor_row_step(editor, editor->top, direction * page, &moved);
    if (moved == page)
        editor->top = top;
    if (!pb_editor_move_rows(editor, direction * page))
        pb_editor_go(editor, direction < 0 ? 0 : G_MAXSIZE);
}

/* FALSE only for Up in the first row: the field above gets it. */
static gboolean move(PbEditor *editor, Move how) {
    switch (how) {
    case MOVE_LEFT:
        pb_editor_go(editor, pb_editor_previous(editor, editor->point));
        return TRUE;
    case MOVE_RIGHT:
        pb_editor_go(editor, pb_editor_next(editor, editor->point));
        return TRUE;
    case MOVE_UP:
        return pb_editor_move_rows(editor, -1);
    case MOVE_DOWN:
        if (!pb_editor_move_rows(editor, 1))
            pb_editor_go(editor, G_MAXSIZE);
        return TRUE;
    case MOVE_HOME:
        go_home(editor);
        return TRUE;
    case MOVE_END:
        go_end(editor);
        return TRUE;
    case MOVE_PAGE_UP:
    case MOVE_PAGE_DOWN:
        move_page(editor, how == MOVE_PAGE_UP ? -1 : 1);
        return TRUE;
    case MOVE_WORD_LEFT:
        pb_editor_go(editor, previous_word(editor, editor->point));
        return TRUE;
    case MOVE_WORD_RIGHT:
        pb_editor_go(editor, next_word(editor, editor->point));
        return TRUE;
    case MOVE_TOP:
    case MOVE_BOTTOM:
        pb_editor_go(editor, how == MOVE_TOP ? 0 : G_MAXSIZE);
        return TRUE;
    case MOVE_NONE:
        break;
    }
    return FALSE;
}

static void prepare_selection(PbEditor *editor, gboolean shift) {
    pb_text_buffer_seal(editor->buffer);
    if (shift && !editor->marked) {
        editor->mark = editor->point;
        editor->marked = editor->shifted = TRUE;
    } else if (!shift && editor->marked && editor->shifted) {
        editor->marked = FALSE;
    }
}

static gboolean control_key(PbEditor *editor, gunichar c) {
    switch (c) {
    case 'D':
        delete_to(editor, pb_editor_next(editor, editor->point));
        return TRUE;
    case 'H':
        delete_to(editor, pb_editor_previous(editor, editor->point));
        return TRUE;
    case 'K':
        cut(editor);
        return TRUE;
    case 'U':
        paste(editor, editor->clip);
        return TRUE;
    case '^':
        editor->marked = !editor->marked;
        editor->shifted = FALSE;
        editor->mark = editor->point;
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean alt_key(PbEditor *editor, gunichar c) {
    switch (c) {
    case 'u':
        pb_editor_undo(editor);
        return TRUE;
    case 'U':
    case 'r':
        pb_editor_redo(editor);
        return TRUE;
    case 'j':
        pb_editor_justify(editor, JUSTIFY_COLUMNS);
        return TRUE;
    case '6':
        copy(editor);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean char_key(PbEditor *editor, const PbKey *key) {
    if (key->ctrl)
        return !key->alt && control_key(editor, key->c);
    if (key->alt)
        return alt_key(editor, key->c);
    if (key->c < 0x20 || key->c == 0x7f)
        return FALSE;
    char text[8] = {0};
    g_unichar_to_utf8(key->c, text);
    type(editor, text);
    return TRUE;
}

static gboolean other_key(PbEditor *editor, const PbKey *key) {
    switch (key->kind) {
    case PB_KEY_CHAR:
        return char_key(editor, key);
    case PB_KEY_ENTER:
        type(editor, "\n");
        return TRUE;
    case PB_KEY_BACKSPACE:
        delete_to(editor, key->alt ? previous_word(editor, editor->point)
                                   : pb_editor_previous(editor, editor->point));
        return TRUE;
    case PB_KEY_DELETE:
        delete_to(editor, pb_editor_next(editor, editor->point));
        return TRUE;
    case PB_KEY_PASTE:
        if (editor->marked && editor->shifted)
            delete_selection(editor);
        paste(editor, key->text);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean is_cut(const PbKey *key) {
    return key->kind == PB_KEY_CHAR && key->ctrl && !key->alt && key->c == 'K';
}

gboolean pb_editor_key(PbEditor *editor, const PbKey *key) {
    if (!is_cut(key))
        editor->clipping = FALSE;
    Move how = key_move(key);
    if (how == MOVE_NONE)
        return other_key(editor, key);
    prepare_selection(editor, key->shift);
    return move(editor, how);
}
