/* Where the lines of a text begin: offsets of the line starts, kept up to date by edits.
 *
 * Line 0 always exists and begins at 0; every "\n" begins a further line. An
 * edit costs one pass over the starts behind it (20,000 lines: microseconds),
 * a look-up is a binary search.
 */
#pragma once

#include <glib.h>

typedef struct PbLineIndex PbLineIndex;

PbLineIndex *pb_line_index_new(void);
void pb_line_index_free(PbLineIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbLineIndex, pb_line_index_free)

/* `removed` bytes at `offset` gave way to `length` bytes of `text`. */
void pb_line_index_edit(PbLineIndex *index, gsize offset, gsize removed, const char *text,
                        gsize length);
gsize pb_line_index_count(const PbLineIndex *index);
/* The offset where line `line` begins; `line` below the count. */
gsize pb_line_index_start(const PbLineIndex *index, gsize line);
/* The line that holds `offset`. */
gsize pb_line_index_find(const PbLineIndex *index, gsize offset);
