/* Soft wrap: one line of text as rows of a given width.
 *
 * Pure: text in, offsets out. Works by grapheme and column width
 * (accounts/pb-text.h). Rows break behind spaces and beside wide characters;
 * a word longer than a row breaks where it must. Spaces at the end of a row
 * hang over its edge instead of beginning the next one. Tabs reach to the next
 * multiple of eight, controls take one column (a picture is drawn for them).
 */
#pragma once

#include <glib.h>

typedef struct {
    gsize start, end; /* bytes of the line; `end` is the next row's start */
} PbLayoutRow;

/* `line` has no "\n" and ends with NUL. GArray of PbLayoutRow, never empty. `columns` at least 1.
 */
GArray *pb_layout_wrap(const char *line, int columns);
/* The row that shows the insertion point `offset`: a break belongs to the row behind it. */
guint pb_layout_row_of(const GArray *rows, gsize offset);
/* Columns from the start of `row` to `offset`. */
int pb_layout_column(const char *line, const PbLayoutRow *row, gsize offset);
/* The grapheme border at `column`, or the nearest before it. In a row that is not the `last` of
 * its line the end is out of reach: it is the start of the next row. */
gsize pb_layout_offset(const char *line, const PbLayoutRow *row, int column, gboolean last);
/* The bytes up to `offset` of `line` as they are drawn: tabs as spaces, controls as pictures,
 * bidi controls left out. g_free(). */
char *pb_layout_render(const char *line, gsize start, gsize end, int column, gboolean ascii);
/* Bytes of the grapheme at `text`, and the columns it takes when it begins at `column`. 0: end. */
gsize pb_layout_cell(const char *text, int column, int *width_out);
