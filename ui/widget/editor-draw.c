#include "ui/widget/editor-private.h"

/* Lines longer than this are hard to read (SCREENS 2). */
#define MAX_COLUMNS 100
/* One free column on each side; the insertion point behind a full row stands in the right one. */
#define MARGIN 1

static void set_size(PbEditor *editor, const PbArea *area) {
    editor->columns = CLAMP(area->width - 2 * MARGIN, 1, MAX_COLUMNS);
    editor->rows = MAX(area->height, 1);
}

/* The top row stays unless the point left the screen; a new width makes it a row start again. */
static int scroll_to_point(PbEditor *editor) {
    PbEditorPlace place = pb_editor_place(editor, editor->point);
    gsize point_row = place.start + pb_editor_place_row(&place)->start;
    gsize top = MIN(pb_editor_row_step(editor, editor->top, 0, NULL), point_row);
    int down = 0;
    for (gsize at = top; at < point_row && down < editor->rows; down++)
        at = pb_editor_row_step(editor, at, 1, NULL);
    if (down >= editor->rows) {
        top = pb_editor_row_step(editor, point_row, -(editor->rows - 1), &down);
    }
    editor->top = top;
    return down;
}

static void draw_selection(const PbArea *area, int y, const PbEditorPlace *place,
                           const PbLayoutRow *row, gsize from, gsize to) {
    gsize start = CLAMP(from, row->start, row->end), end = CLAMP(to, row->start, row->end);
    if (start >= end)
        return;
    int column = pb_layout_column(place->text, row, start);
    g_autofree char *text = pb_layout_render(place->text, start, end, column, pb_draw_ascii());
    pb_draw_text(area, y, MARGIN + column, PB_ROLE_CURSOR, text);
}

static void draw_row(PbEditor *editor, const PbArea *area, int y, const PbEditorPlace *place) {
    const PbLayoutRow *row = pb_editor_place_row(place);
    g_autofree char *text = pb_layout_render(place->text, row->start, row->end, 0, pb_draw_ascii());
    gsize from, to;
    pb_draw_text(area, y, MARGIN, PB_ROLE_NORMAL, text);
    if (pb_editor_selection(editor, &from, &to) && to > place->start)
        draw_selection(area, y, place, row, from > place->start ? from - place->start : 0,
                       to - place->start);
}

static void draw_cursor(PbEditor *editor, const PbArea *area, int y) {
    PbEditorPlace place = pb_editor_place(editor, editor->point);
    int column =
        pb_layout_column(place.text, pb_editor_place_row(&place), editor->point - place.start);
    pb_draw_cursor(area, y, MARGIN + MIN(column, editor->columns), TRUE);
}

void pb_editor_draw(PbEditor *editor, const PbArea *area, gboolean focused,
                    const char *placeholder) {
    if (area->height < 1 || area->width < 1)
        return;
    set_size(editor, area);
    int cursor_row = scroll_to_point(editor);
    gsize at = editor->top;
    for (int y = 0; y < area->height; y++) {
        PbEditorPlace place = pb_editor_place(editor, at);
        draw_row(editor, area, y, &place);
        int moved = 0;
        at = pb_editor_row_step(editor, at, 1, &moved);
        if (moved == 0)
            break;
    }
    if (editor->top == 0 && placeholder != NULL && pb_text_buffer_line_end(editor->buffer, 0) == 0)
        pb_draw_text(area, 0, MARGIN, PB_ROLE_DIM, placeholder);
    if (focused)
        draw_cursor(editor, area, cursor_row);
}
