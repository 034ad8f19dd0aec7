/* The sandbox's own certificate authority and server certificate.
 *
 * Made at the first start in the sandbox's folder and used again by every
 * later one: ca.pem (what an account names as `ca_file`), ca-key.pem and
 * server.pem, all 0600. Renewed when they run out within a day or are damaged.
 * The authority is trusted by nobody unless an account names it.
 */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>

/* Credentials for localhost, sandbox.test, 127.0.0.1 and ::1. Errors: PB_ERROR_CREATE,
 * PB_ERROR_INTERNAL (GnuTLS), PB_ERROR_NOT_NOW (another process is at it for long). */
gboolean pb_sandbox_tls_prepare(const char *folder,
                                gnutls_certificate_credentials_t *credentials_out, GError **error);
/* The path of ca.pem. g_free(). */
char *pb_sandbox_tls_ca_file(const char *folder);
