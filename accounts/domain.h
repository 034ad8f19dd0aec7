/* Domain names in the form that travels (IDNA2008).
 *
 * One rule for header fields, envelopes and comparisons: GLib's g_hostname_to_ascii() is IDNA2003,
 * which makes "strasse.de" of "straße.de", and that is somebody else's domain.
 */
#pragma once

#include <glib.h>

/* ASCII stays as it is; else A-labels (RFC 5891, mapped as UTS 46 non-transitional). Mapping may
 * make "/" or "@" of look-alikes: check the result. NULL: not a domain. g_free(). */
char *pb_domain_to_ascii(const char *domain);
