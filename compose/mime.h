/* A PbMessage as bytes: RFC 5322, 2045, 2047, 2231, 3676, built with GMime.
 *
 * The result is canonical: CRLF line ends, no bare CR or LF, no line over 998 bytes, no Bcc, 7-bit
 * in every part but attached messages (RFC 2046 5.2.1 forbids to encode those). Written as a
 * stream; attachments are read from disk and encoded on the way, so memory stays constant, and they
 * keep their bytes.
 */
#pragma once

#include "compose/message.h"

#include <gio/gio.h>

typedef struct {
    guint64 size;          /* bytes written */
    gboolean eight_bit;    /* has bytes over 127 in a body: needs 8BITMIME */
    gboolean utf8_headers; /* an address (also of Bcc) needs SMTPUTF8 */
} PbMimeFacts;

/* Writes the finished message to `fd`. Message-ID and date must be set or are made (message is
 * changed). Errors: PB_ERROR_DATA (an address field, a line end in a header field, text that is no
 * UTF-8), PB_ERROR_NO_INPUT (attachment gone), PB_ERROR_CONFLICT (it changed while it was read),
 * PB_ERROR_IO (reading it), PB_ERROR_CREATE (disk full …), PB_ERROR_CANCELLED. */
gboolean pb_mime_write(PbMessage *message, int fd, GCancellable *cancellable,
                       PbMimeFacts *facts_out, GError **error);
/* What it will be on the wire, without building it: headers plus base64 growth. */
guint64 pb_mime_estimate_size(const PbMessage *message);
