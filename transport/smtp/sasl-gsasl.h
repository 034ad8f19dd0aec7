/* The mechanisms that GNU SASL does for us: SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5. */
#pragma once

#include "accounts/secret.h"

typedef struct PbGsasl PbGsasl;

/* TRUE if the installed library can do it as a client. */
gboolean pb_gsasl_supports(const char *mechanism);
/* Errors: PB_ERROR_INTERNAL. */
PbGsasl *pb_gsasl_new(const char *mechanism, const char *username, const PbSecret *secret,
                      GError **error);
void pb_gsasl_free(PbGsasl *gsasl);

/* One step: base64 in (NULL: none yet), base64 out. Errors: PB_ERROR_PROTOCOL,
 * PB_ERROR_CREDENTIALS (the server's proof is wrong). */
char *pb_gsasl_step(PbGsasl *gsasl, const char *challenge, GError **error);
/* TRUE once nothing more is to be checked. */
gboolean pb_gsasl_is_finished(const PbGsasl *gsasl);
