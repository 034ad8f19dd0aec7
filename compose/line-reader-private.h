/* Lines of a message from a descriptor, in constant memory.
 *
 * A line ends with LF, CRLF or a bare CR; NUL and lines over 998 bytes are
 * refused with their number (RFC 5322 2.1.1: they could not be sent).
 */
#pragma once

#include <gio/gio.h>

#define PB_LINE_MAX 998

typedef struct PbLineReader PbLineReader;

PbLineReader *pb_line_reader_new(int fd); /* `fd` is not owned */
void pb_line_reader_free(PbLineReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbLineReader, pb_line_reader_free)

/* The next line without its end; NULL at the end of input (*error unset) or with an error:
 * PB_ERROR_IO, PB_ERROR_DATA. Valid until the next call. */
const char *pb_line_reader_next(PbLineReader *reader, gsize *length_out, GError **error);
/* Of the line last returned, from 1. */
guint64 pb_line_reader_number(const PbLineReader *reader);
