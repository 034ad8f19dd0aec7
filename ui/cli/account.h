/* The subcommands of `postbag account`, and what they share. */
#pragma once

#include "accounts/account-list.h"
#include "ui/cli/options.h"

int pb_account_command_add(int argc, char **argv);
int pb_account_command_edit(int argc, char **argv);
int pb_account_command_list(int argc, char **argv);
int pb_account_command_show(int argc, char **argv);
int pb_account_command_test(int argc, char **argv);
int pb_account_command_default(int argc, char **argv);
int pb_account_command_remove(int argc, char **argv);
int pb_account_command_password(int argc, char **argv);

/* PB_ERROR_NO_INPUT: no account `name`, with the nearest one. */
void pb_account_set_unknown(PbAccountList *accounts, const char *name, GError **error);
/* Parses the options of a subcommand that has only --json, loads the accounts, and finds the one
 * named, if `account_out` is not NULL. FALSE: `*exit_out` says how to end. */
gboolean pb_account_command_begin(int *argc, char ***argv, const PbOptionsAbout *about,
                                  gboolean *json_out, PbAccountList **accounts_out,
                                  const PbAccount **account_out, int *exit_out);
