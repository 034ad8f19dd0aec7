/* Header fields of other programs as text: unfolded, RFC 2047 words decoded. Pure.
 *
 * GMime 3.2's own decoder loses what follows a padded base64 word when the
 * next word is base64 too (measured with 3.2.13), which is how most programs
 * write long subjects.
 */
#pragma once

#include <glib.h>

/* Valid UTF-8, without line ends; other control characters stay (pb_text_sanitise() is for
 * showing). A word that cannot be decoded stays as it is. Never NULL; g_free(). */
char *pb_header_decode(const char *value);
