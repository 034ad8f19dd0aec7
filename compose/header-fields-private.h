/* Header fields as bytes: folded at 78, RFC 2047 where ASCII is not enough.
 *
 * Own code because GMime's encoder was measured to make encoded words over
 * the 75 bytes of RFC 2047 2 and to leave a literal "=?" as it is. The
 * functions that append write whole lines with CRLF; values must be free of
 * line ends (pb_header_check()).
 */
#pragma once

#include "compose/address.h"

#include <gmime/gmime.h>

/* Valid UTF-8 without control characters? Errors: PB_ERROR_DATA, names the field. */
gboolean pb_header_check(const char *name, const char *value, GError **error);
/* A field name as RFC 5322 2.2 allows. */
gboolean pb_header_name_is_valid(const char *name, gsize length);

/* Text for people (Subject). */
void pb_header_append_text(GString *out, const char *name, const char *text);
/* Words for machines, never encoded unless they have other than ASCII: folded at spaces. */
void pb_header_append_words(GString *out, const char *name, const char *words);
/* Names encoded or quoted, domains as A-labels where SMTPUTF8 is not needed. */
void pb_header_append_addresses(GString *out, const char *name, GPtrArray *list);

/* Gives a GMime object one field as it was appended above; GMime writes it as it is. */
void pb_header_add_raw(GMimeObject *object, const char *field);
void pb_header_add_text(GMimeObject *object, const char *name, const char *text);
void pb_header_add_words(GMimeObject *object, const char *name, const char *words);
