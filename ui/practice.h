/* The practice account: postbag's own server, so that every state can be seen
 * without an account and without anything leaving the computer.
 *
 * pb_practice_create_account() once (it saves the settings);
 * pb_practice_start() in every process that is going to submit: it starts the
 * server and fills in where it listens. Used by the screen and by the command
 * line.
 */
#pragma once

#include "accounts/account-list.h"
#include "transport/outbox/outbox.h"
#include "transport/sandbox/sandbox.h"

#define PB_PRACTICE_ACCOUNT "sandbox"

/* Adds the account "sandbox" with the identity You <you@sandbox.test> and saves; nothing to do if
 * there is one. */
gboolean pb_practice_create_account(PbAccountList *accounts, GError **error);
/* Starts the server for the account marked `sandbox` and fills in host, port and ca_file of
 * `accounts`. NULL without an error if there is no such account. Free with pb_sandbox_stop(). */
PbSandbox *pb_practice_start(PbAccountList *accounts, GError **error);
/* Points the account at a server that already runs (after the settings were loaded again). */
void pb_practice_fill(PbAccountList *accounts, PbSandbox *sandbox);
/* Records the reports that came back to the practice server so far; there may be none. */
void pb_practice_pick_up(PbOutbox *outbox);
/* TRUE if the practice account is the only one. */
gboolean pb_practice_is_only(PbAccountList *accounts);
