/* Headers and text as one file for $EDITOR, and back.
 *
 * Pure. The headers stand first, one a line, then a comment line, then the
 * text. A header that was removed comes back empty; unknown lines are an error
 * that names them, so that nothing typed is lost silently.
 */
#pragma once

#include "compose/message.h"

/* g_free(). */
char *pb_external_text_write(const PbMessage *message);
/* Changes `message` only on success. Errors: PB_ERROR_DATA (a line that is no header, with its
 * number; no comment line). */
gboolean pb_external_text_read(const char *text, PbMessage *message, GError **error);
