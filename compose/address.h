/* Addresses as RFC 5322 3.4 and 6532 write them, parsed strictly.
 *
 * libetpan's and GMime's parsers drop or bend what they do not understand;
 * here the first byte that is not understood is an error with its column.
 * Groups ("Team: a@b, c@d;") are flattened into their members. Domains may be
 * UTF-8 (IDN) or literals; CR, LF, NUL are never accepted.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *name;    /* display name decoded to UTF-8, or NULL */
    char *address; /* addr-spec: local@domain, UTF-8; never NULL */
} PbAddress;

PbAddress *pb_address_new(const char *name, const char *address);
PbAddress *pb_address_copy(const PbAddress *address);
void pb_address_free(PbAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbAddress, pb_address_free)

/* A comma separated list as a person or a header has it; empty items between commas are an error,
 * one comma at the end is not.
 * RFC 2047 words in names are decoded. Returns GPtrArray of PbAddress (owned, may be empty).
 * Errors: PB_ERROR_DATA, message begins with "Column N:" counted in characters from 1. */
GPtrArray *pb_address_list_parse(const char *text, GError **error);
/* The same, and where the fault is (byte offset), for placing the cursor. NULL is allowed. */
GPtrArray *pb_address_list_parse_at(const char *text, gsize *offset_out, GError **error);
/* Exactly one address. */
PbAddress *pb_address_parse(const char *text, GError **error);
/* Only an addr-spec, no name: for envelopes. */
gboolean pb_address_spec_is_valid(const char *spec);

/* As a person reads it: `Anna Berg <anna@example.org>`, name quoted when it must be. g_free(). */
char *pb_address_to_string(const PbAddress *address);
char *pb_address_list_to_string(GPtrArray *list);
/* The name if there is one, else the address: for lists. Owned by `address`. */
const char *pb_address_label(const PbAddress *address);
/* The part behind the last "@"; owned by `spec`. */
const char *pb_address_domain(const char *spec);
/* Local parts compared exactly, domains without case. */
gboolean pb_address_spec_equal(const char *a, const char *b);
/* TRUE if SMTPUTF8 is needed for it (non-ASCII local part; an IDN domain alone can be A-labels). */
gboolean pb_address_needs_utf8(const char *spec);
/* As it goes on the wire: an IDN domain as A-labels, unless SMTPUTF8 is needed anyway. g_free(). */
char *pb_address_to_wire(const char *spec);
