/* The parts of a message: the text, and files read as a stream. */
#pragma once

#include "compose/message.h"
#include "compose/sink-private.h"

/* Content-… fields, an empty line and the text in the transfer encoding that fits. `text` has "\n"
 * line ends. */
gboolean pb_mime_part_write_text(PbSink *sink, const char *text, gboolean flowed);
/* Content-… fields, an empty line and the file. *eight_bit_out becomes TRUE when an attached
 * message has bytes over 127. Errors as pb_mime_write(). */
gboolean pb_mime_part_write_file(PbSink *sink, const PbAttachment *attachment,
                                 GCancellable *cancellable, gboolean *eight_bit_out,
                                 GError **error);
