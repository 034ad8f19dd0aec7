/* What the files of the editor share: its state, and positions in wrapped text. */
#pragma once

#include "ui/widget/editor-layout.h"
#include "ui/widget/editor.h"
#include "ui/widget/text-buffer.h"

struct PbEditor {
    PbTextBuffer *buffer;
    gsize point;
    gsize mark;
    gboolean marked;   /* the selection is between mark and point */
    gboolean shifted;  /* … made with Shift: any plain movement ends it */
    gsize top;         /* offset of the first row on the screen */
    int goal;          /* column that Up and Down aim for, -1: that of the point */
    int columns, rows; /* of the text as last drawn */
    char *clip;        /* what ^U puts in */
    gboolean clipping; /* the last key cut: the next cut is added to it */
    /* The line laid out last: most keys stay in one line. */
    struct {
        guint64 stamp;
        gsize line;
        int columns;
        char *text;
        GArray *rows;
    } cache;
};

/* Where an offset is: its line, the line's start, text and rows (owned by the editor, good until
 * the next call), and the row in it. */
typedef struct {
    gsize line, start;
    const char *text;
    const GArray *rows;
    guint row;
} PbEditorPlace;

PbEditorPlace pb_editor_place(PbEditor *editor, gsize offset);
const PbLayoutRow *pb_editor_place_row(const PbEditorPlace *place);
/* Up to `count` rows down (negative: up) from the row of `offset`; gives the start of that row and
 * how many rows it could go. */
gsize pb_editor_row_step(PbEditor *editor, gsize offset, int count, int *moved_out);
/* Moves point by rows, keeping the goal column. FALSE: already at the edge. */
gboolean pb_editor_move_rows(PbEditor *editor, int count);
/* Grapheme borders around `offset`, over line ends. */
gsize pb_editor_next(PbEditor *editor, gsize offset);
gsize pb_editor_previous(PbEditor *editor, gsize offset);
/* Start and end of the selection; FALSE if there is none. */
gboolean pb_editor_selection(PbEditor *editor, gsize *start_out, gsize *end_out);
void pb_editor_delete(PbEditor *editor, gsize start, gsize end);
/* Changes the point and forgets the goal column. */
void pb_editor_go(PbEditor *editor, gsize offset);
