/* Trying an account out: connect, TLS, sign in, quit; nothing is sent.
 *
 * Each step is printed with the server's words as it happens (text), or all of
 * it as one object at the end (JSON). A probe that worked lets a paused
 * account go on.
 */
#pragma once

#include "accounts/account.h"
#include "accounts/secret.h"

#include <jansson.h>

/* `secret` NULL: looked up where the account says. `json` NULL: steps are printed as text; else
 * they and what was agreed on are put into it. Errors: those of pb_secret_lookup() and
 * pb_smtp_session_open(). */
gboolean pb_account_probe(const PbAccount *account, const PbSecret *secret, json_t *json,
                          GError **error);
/* Lets what waits for the account go, if there is an outbox at all. */
void pb_account_resume(const char *name);
