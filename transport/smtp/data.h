/* A message file as the bytes between DATA and the final dot.
 *
 * Streams with constant memory: dots at line starts are doubled (RFC 5321
 * 4.5.2), a missing last CRLF is added. The file must be canonical; a bare CR
 * or LF stops the reading, since some servers take it for a line end and a
 * message could then smuggle another one behind itself.
 */
#pragma once

#include <glib.h>

typedef struct PbDataReader PbDataReader;

/* Errors: PB_ERROR_NO_INPUT (missing, not a regular file), PB_ERROR_IO. */
PbDataReader *pb_data_reader_open(const char *path, GError **error);
void pb_data_reader_free(PbDataReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbDataReader, pb_data_reader_free)

guint64 pb_data_reader_size(const PbDataReader *reader);     /* of the file */
guint64 pb_data_reader_position(const PbDataReader *reader); /* file bytes read so far */

/* Fills `buffer` (at least 4 bytes) and returns how many bytes it holds; 0: all is read; -1: error.
 * Errors: PB_ERROR_DATA (bare CR or LF), PB_ERROR_IO. */
gssize pb_data_reader_read(PbDataReader *reader, char *buffer, gsize capacity, GError **error);
