/* Is this the server we mean? The checks of a certificate, and words for each
 * way they fail.
 */
#pragma once

#include "transport/smtp/tls.h"

#include <gnutls/gnutls.h>

/* The peer of `session` against host name and trust, or against `pin` (64 hex digits) alone.
 * Errors: PB_ERROR_CERTIFICATE: expired, not yet valid, self-signed, unknown issuer, other host,
 * other pin, revoked, weak; each with what to do. */
gboolean pb_tls_verify_peer(gnutls_session_t session, const char *host, const char *pin,
                            GError **error);
/* Fills name, issuer and expiry from the peer's certificate. */
void pb_tls_read_certificate(gnutls_session_t session, PbTlsFacts *facts);
