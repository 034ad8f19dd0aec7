/* mailto: URLs (RFC 6068) into a message being written.
 *
 * A web page is not trusted: only to, cc, bcc, subject, body, in-reply-to and
 * references are taken; everything else (attach, from, any other field) is
 * dropped and named in `ignored_out`, so that the screen can say it.
 */
#pragma once

#include "compose/message.h"

/* Adds to `message`. `ignored_out` (NULL allowed): names of dropped fields, g_strfreev().
 * Errors: PB_ERROR_DATA: not a mailto URL, bad percent code, control characters in a field. */
gboolean pb_mailto_parse(const char *url, PbMessage *message, char ***ignored_out, GError **error);
