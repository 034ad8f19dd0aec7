/* What the address modules share: character classes of RFC 5322 3.2.3 as RFC 6532 widens them, the
 * limits, and the parser with the name of a field in its errors. */
#pragma once

#include "compose/address.h"

/* RFC 5321 4.5.3.1.1 and .2, in octets; a label by RFC 1035 2.3.4. */
#define PB_ADDRESS_LOCAL_MAX  64
#define PB_ADDRESS_DOMAIN_MAX 255
#define PB_ADDRESS_LABEL_MAX  63
/* A list longer than this is not one a person or a header has. */
#define PB_ADDRESS_TEXT_MAX (1024 * 1024)
#define PB_ADDRESS_LIST_MAX 10000

/* May stand in an atom of an address. */
gboolean pb_address_is_atext(gunichar c);
/* May stand unquoted in a display name. */
gboolean pb_address_is_phrase_char(gunichar c);
/* The A-labels of a host name, NULL if it is none. g_free(). */
char *pb_address_domain_to_ascii(const char *domain);
/* Equal for addresses that are equal by pb_address_spec_equal(). g_free(). */
char *pb_address_key(const char *spec);

/* pb_address_list_parse_at() with errors that begin "To, column 14:" when `field` is given. */
GPtrArray *pb_address_list_parse_field(const char *field, const char *text, gsize *offset_out,
                                       GError **error);
/* Exactly one address, the same way. */
PbAddress *pb_address_parse_field(const char *field, const char *text, GError **error);
