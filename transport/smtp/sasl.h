/* Signing in (RFC 4954, 4422): which mechanism, and its messages.
 *
 * Pure: challenges in, responses out, both base64. A password leaves only with
 * a PbTlsProof, which exists only for verified TLS; without one there is no
 * PbSasl. One mechanism an attempt: after a refusal nothing weaker is tried.
 * Responses are wiped with pb_sasl_wipe().
 */
#pragma once

#include "accounts/account.h"
#include "accounts/secret.h"
#include "transport/smtp/tls.h"

typedef struct PbSasl PbSasl;

/* Picks the strongest of `offered` that we know, or the one that account->auth names. `secret` is
 * copied. Errors: PB_ERROR_CREDENTIALS: no proof, no password, nothing usable offered (names both
 * sides). */
PbSasl *pb_sasl_new(const PbAccount *account, const PbSecret *secret, char *const *offered,
                    const PbTlsProof *proof, GError **error);
void pb_sasl_free(PbSasl *sasl);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSasl, pb_sasl_free)

const char *pb_sasl_mechanism(const PbSasl *sasl); /* "SCRAM-SHA-256" */

/* The initial response, or NULL if the mechanism has none ("server first") or it failed; an empty
 * one is "=". */
char *pb_sasl_initial(PbSasl *sasl);
/* The answer to a 334 `challenge` (base64, may be ""). Errors: PB_ERROR_PROTOCOL (challenge makes
 * no sense), PB_ERROR_CREDENTIALS (the server could not prove that it knows the password). */
char *pb_sasl_respond(PbSasl *sasl, const char *challenge, GError **error);
/* TRUE if a success reply may be believed: mechanisms with mutual proof have seen it. */
gboolean pb_sasl_may_succeed(const PbSasl *sasl);
/* Overwrites and frees. NULL is fine. */
void pb_sasl_wipe(char *response);
