/* The text of the editor: a gap buffer with an undo log and a line index.
 *
 * Pure: no curses, no layout. The text is always valid UTF-8 with "\n" line
 * ends; what comes in is made so. Every change goes through
 * pb_text_buffer_replace() and can be undone; changes of one group are undone
 * together, and typing word by word makes one group a word. All offsets are
 * bytes; callers keep to character borders.
 */
#pragma once

#include <glib.h>

typedef struct PbTextBuffer PbTextBuffer;

/* `text` is the start that undo returns to; NULL counts as "". */
PbTextBuffer *pb_text_buffer_new(const char *text);
void pb_text_buffer_free(PbTextBuffer *buffer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbTextBuffer, pb_text_buffer_free)

gsize pb_text_buffer_length(const PbTextBuffer *buffer);
/* A number that changes with every change of the text. */
guint64 pb_text_buffer_stamp(const PbTextBuffer *buffer);
/* The bytes from `start` up to `end`, cut to the text; g_free(). */
char *pb_text_buffer_slice(const PbTextBuffer *buffer, gsize start, gsize end);

/* `end - start` bytes give way to `length` bytes of `text` (-1: up to NUL). CR LF and CR become LF,
 * NUL and invalid bytes U+FFFD. Returns the offset behind what was put in. */
gsize pb_text_buffer_replace(PbTextBuffer *buffer, gsize start, gsize end, const char *text,
                             gssize length);

/* The character at `offset`, 0 at the end; and the offsets of its neighbours. */
gunichar pb_text_buffer_char(const PbTextBuffer *buffer, gsize offset);
gsize pb_text_buffer_next(const PbTextBuffer *buffer, gsize offset);
gsize pb_text_buffer_previous(const PbTextBuffer *buffer, gsize offset);

/* Lines, from 0. The end of a line is before its "\n". */
gsize pb_text_buffer_line_count(const PbTextBuffer *buffer);
gsize pb_text_buffer_line_of(const PbTextBuffer *buffer, gsize offset);
gsize pb_text_buffer_line_start(const PbTextBuffer *buffer, gsize line);
gsize pb_text_buffer_line_end(const PbTextBuffer *buffer, gsize line);

/* The next change begins a new group of undo. */
void pb_text_buffer_seal(PbTextBuffer *buffer);
/* Between begin and end all changes are one group, whatever they are. Not nested. */
void pb_text_buffer_begin_group(PbTextBuffer *buffer);
void pb_text_buffer_end_group(PbTextBuffer *buffer);
/* Takes back (puts back) one group. `point_out`: where the change was. FALSE: nothing left. */
gboolean pb_text_buffer_undo(PbTextBuffer *buffer, gsize *point_out);
gboolean pb_text_buffer_redo(PbTextBuffer *buffer, gsize *point_out);

/* Told of every change, undo included: `removed` bytes at `offset` gave way to `added` bytes. */
typedef void (*PbTextBufferWatch)(gsize offset, gsize removed, gsize added, gpointer user_data);
void pb_text_buffer_set_watch(PbTextBuffer *buffer, PbTextBufferWatch watch, gpointer user_data);
