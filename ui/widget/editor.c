#include "ui/widget/editor-private.h"

#include <string.h>

/* Before the first drawing there is no width yet. */
#define DEFAULT_COLUMNS 78
#define DEFAULT_ROWS    20

static gsize moved_by_edit(gsize at, gsize offset, gsize removed, gsize added) {
    if (at <= offset)
        return at;
    return at < offset + removed ? offset : at - removed + added;
}

static void on_change(gsize offset, gsize removed, gsize added, gpointer user_data) {
    PbEditor *editor = user_data;
    editor->point = moved_by_edit(editor->point, offset, removed, added);
    editor->mark = moved_by_edit(editor->mark, offset, removed, added);
    editor->top = moved_by_edit(editor->top, offset, removed, added);
    editor->goal = -1;
}

PbEditor *pb_editor_new(const char *text) {
    PbEditor *editor = g_new0(PbEditor, 1);
    editor->buffer = pb_text_buffer_new(text);
    editor->columns = DEFAULT_COLUMNS;
    editor->rows = DEFAULT_ROWS;
    editor->goal = -1;
    pb_text_buffer_set_watch(editor->buffer, on_change, editor);
    return editor;
}

static void drop_cache(PbEditor *editor) {
    g_clear_pointer(&editor->cache.text, g_free);
    g_clear_pointer(&editor->cache.rows, g_array_unref);
}

void pb_editor_free(PbEditor *editor) {
    if (editor == NULL)
        return;
    drop_cache(editor);
    pb_text_buffer_free(editor->buffer);
    g_free(editor->clip);
    g_free(editor);
}

char *pb_editor_text(PbEditor *editor) {
    return pb_text_buffer_slice(editor->buffer, 0, G_MAXSIZE);
}

void pb_editor_set_text(PbEditor *editor, const char *text) {
    gsize point = editor->point;
    pb_text_buffer_seal(editor->buffer);
    pb_text_buffer_replace(editor->buffer, 0, G_MAXSIZE, text, -1);
    pb_text_buffer_seal(editor->buffer);
    editor->marked = FALSE;
    editor->top = 0;
    pb_editor_set_point(editor, point);
}

void pb_editor_insert(PbEditor *editor, const char *text) {
    gsize end = pb_text_buffer_replace(editor->buffer, editor->point, editor->point, text, -1);
    pb_editor_go(editor, end);
}

gsize pb_editor_point(PbEditor *editor) {
    return editor->point;
}

void pb_editor_go(PbEditor *editor, gsize offset) {
    editor->point = MIN(offset, pb_text_buffer_length(editor->buffer));
    editor->goal = -1;
}

void pb_editor_set_point(PbEditor *editor, gsize point) {
    pb_editor_go(editor, point);
    PbEditorPlace place = pb_editor_place(editor, editor->point);
    gsize at = 0, within = editor->point - place.start;
    int width;
    while (at < within) {
        gsize next = at + pb_layout_cell(place.text + at, 0, &width);
        if (next > within)
            break;
        at = next;
    }
    editor->point = place.start + at;
}

guint64 pb_editor_stamp(PbEditor *editor) {
    return pb_text_buffer_stamp(editor->buffer);
}

gboolean pb_editor_undo(PbEditor *editor) {
    gsize point = editor->point;
    editor->marked = FALSE;
    if (!pb_text_buffer_undo(editor->buffer, &point))
        return FALSE;
    pb_editor_go(editor, point);
    return TRUE;
}

gboolean pb_editor_redo(PbEditor *editor) {
    gsize point = editor->point;
    editor->marked = FALSE;
    if (!pb_text_buffer_redo(editor->buffer, &point))
        return FALSE;
    pb_editor_go(editor, point);
    return TRUE;
}

gboolean pb_editor_selection(PbEditor *editor, gsize *start_out, gsize *end_out) {
    if (!editor->marked || editor->mark == editor->point)
        return FALSE;
    *start_out = MIN(editor->mark, editor->point);
    *end_out = MAX(editor->mark, editor->point);
    return TRUE;
}

void pb_editor_delete(PbEditor *editor, gsize start, gsize end) {
    pb_text_buffer_replace(editor->buffer, start, end, "", 0);
    pb_editor_go(editor, start);
}

/* --- places in the wrapped text --------------------------------------------------------------- */

PbEditorPlace pb_editor_place(PbEditor *editor, gsize offset) {
    PbTextBuffer *buffer = editor->buffer;
    gsize line = pb_text_buffer_line_of(buffer, offset);
    gsize start = pb_text_buffer_line_start(buffer, line);
    guint64 stamp = pb_text_buffer_stamp(buffer);
    if (editor->cache.text == NULL || editor->cache.stamp != stamp || editor->cache.line != line ||
        editor->cache.columns != editor->columns) {
        drop_cache(editor);
        editor->cache.text =
            pb_text_buffer_slice(buffer, start, pb_text_buffer_line_end(buffer, line));
        editor->cache.rows = pb_layout_wrap(editor->cache.text, editor->columns);
        editor->cache.stamp = stamp;
        editor->cache.line = line;
        editor->cache.columns = editor->columns;
    }
    PbEditorPlace place = {line, start, editor->cache.text, editor->cache.rows, 0};
    place.row = pb_layout_row_of(place.rows, offset - start);
    return place;
}

const PbLayoutRow *pb_editor_place_row(const PbEditorPlace *place) {
    return &g_array_index(place->rows, PbLayoutRow, place->row);
}

static gsize row_start(const PbEditorPlace *place) {
    return place->start + pb_editor_place_row(place)->start;
}

/* One row down or up: the start of the neighbouring row, or FALSE at the edge of the text. */
static gboolean neighbour_row(PbEditor *editor, gsize *offset, gboolean down) {
    PbEditorPlace place = pb_editor_place(editor, *offset);
    if (down && place.row + 1 < place.rows->len) {
        *offset = place.start + g_array_index(place.rows, PbLayoutRow, place.row + 1).start;
        return TRUE;
    }
    if (!down && place.row > 0) {
        *offset = place.start + g_array_index(place.rows, PbLayoutRow, place.row - 1).start;
        return TRUE;
    }
    if (down ? place.line + 1 >= pb_text_buffer_line_count(editor->buffer) : place.line == 0)
        return FALSE;
    if (down) {
        *offset = pb_text_buffer_line_start(editor->buffer, place.line + 1);
        return TRUE;
    }
    place = pb_editor_place(editor, place.start - 1);
    *offset = row_start(&place);
    return TRUE;
}

gsize pb_editor_row_step(PbEditor *editor, gsize offset, int count, int *moved_out) {
    PbEditorPlace place = pb_editor_place(editor, offset);
    gsize at = row_start(&place);
    int moved = 0;
    while (moved < ABS(count) && neighbour_row(editor, &at, count > 0))
        moved++;
    if (moved_out != NULL)
        *moved_out = moved;
    return at;
}

gboolean pb_editor_move_rows(PbEditor *editor, int count) {
    PbEditorPlace place = pb_editor_place(editor, editor->point);
    int goal = editor->goal;
    if (goal < 0)
        goal =
            pb_layout_column(place.text, pb_editor_place_row(&place), editor->point - place.start);
    int moved = 0;
    gsize at = pb_editor_row_step(editor, editor->point, count, &moved);
    if (moved == 0)
        return FALSE;
    place = pb_editor_place(editor, at);
    gboolean last = place.row + 1 == place.rows->len;
    editor->point =
        place.start + pb_layout_offset(place.text, pb_editor_place_row(&place), goal, last);
    editor->goal = goal;
    return TRUE;
}

gsize pb_editor_next(PbEditor *editor, gsize offset) {
    if (offset >= pb_text_buffer_length(editor->buffer))
        return offset;
    PbEditorPlace place = pb_editor_place(editor, offset);
    int width;
    gsize length = pb_layout_cell(place.text + (offset - place.start), 0, &width);
    return length == 0 ? offset + 1 : offset + length;
}

gsize pb_editor_previous(PbEditor *editor, gsize offset) {
    if (offset == 0)
        return 0;
    PbEditorPlace place = pb_editor_place(editor, offset);
    if (offset == place.start)
        return offset - 1;
    gsize within = offset - place.start;
    const PbLayoutRow *rows = (const PbLayoutRow *) (const void *) place.rows->data;
    /* From the row's start, since graphemes can only be told forwards. */
    gsize at = rows[place.row].start < within ? rows[place.row].start : rows[place.row - 1].start;
    int width;
    for (;;) {
        gsize next = at + pb_layout_cell(place.text + at, 0, &width);
        if (next >= within)
            return place.start + at;
        at = next;
    }
}
