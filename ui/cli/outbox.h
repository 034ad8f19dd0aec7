/* The subcommands of `postbag outbox`, and how entries are named there. */
#pragma once

#include "transport/outbox/outbox.h"

int pb_outbox_command_list(int argc, char **argv);
int pb_outbox_command_show(int argc, char **argv);
int pb_outbox_command_hold(int argc, char **argv);
int pb_outbox_command_release(int argc, char **argv);
int pb_outbox_command_retry(int argc, char **argv);
int pb_outbox_command_cancel(int argc, char **argv);
int pb_outbox_command_settle(int argc, char **argv);

PbOutbox *pb_outbox_command_open(GError **error);
/* TRUE if the entry waits for an account that is paused. */
gboolean pb_outbox_command_is_paused(PbOutbox *outbox, const PbEntry *entry);
/* The entry whose id is, or begins with, `typed`. Errors: PB_ERROR_NO_INPUT: none; PB_ERROR_USAGE:
 * several. */
PbEntry *pb_outbox_command_find(PbOutbox *outbox, const char *typed, GError **error);
/* FALSE and an error that lists the states when `state` is not one. NULL is fine. */
gboolean pb_outbox_command_check_state(const char *state, GError **error);
