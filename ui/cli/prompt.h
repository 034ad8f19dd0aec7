/* Passwords typed by a person: from the terminal without echo, or from stdin.
 *
 * Never from argv, where every user of the machine could read them.
 */
#pragma once

#include "accounts/secret.h"

/* Asks on /dev/tty with `question`. Errors: PB_ERROR_CREDENTIALS: no terminal, or nothing typed. */
PbSecret *pb_prompt_secret(const char *question, GError **error);
/* The first line of stdin. Errors: PB_ERROR_CREDENTIALS when it is empty or too long. */
PbSecret *pb_prompt_secret_from_stdin(GError **error);
/* Lets accounts with password “ask” ask on the terminal of this command. */
void pb_prompt_allow_ask(void);
