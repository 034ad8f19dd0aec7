/* The AUTH exchange over a dialogue (RFC 4954). */
#pragma once

#include "accounts/secret.h"
#include "transport/smtp/dialogue.h"

/* Signs in with the best mechanism of `offered`. Returns its name (static), or NULL. When the
 * server refused, `refusal_out` has its words. Errors: PB_ERROR_CREDENTIALS (which: wrong password,
 * too weak, expired, app password), PB_ERROR_NOT_NOW (454, 421), PB_ERROR_PROTOCOL, and those of
 * the line. */
const char *pb_sign_in(PbDialogue *dialogue, const PbAccount *account, const PbSecret *secret,
                       char *const *offered, PbEvidence **refusal_out, GError **error);
