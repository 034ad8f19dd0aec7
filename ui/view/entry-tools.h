/* Taking something of a message elsewhere: the clipboard, a command, the whole of the server's
 * words. Sheets; each is complete in itself. */
#pragma once

#include "ui/app.h"

/* Asks what to copy: address, reply, Message-ID or queue id. `recipient` NULL: the first one. */
void pb_entry_copy_open(PbApp *app, const PbEntry *entry, const PbRecipient *recipient);
/* All that the server said, line by line. */
void pb_entry_words_open(PbApp *app, const PbEvidence *evidence);
/* Asks for a command, which gets the file as its input and the terminal for its output.
 * `temporary`: the file is removed afterwards. */
void pb_entry_pipe_open(PbApp *app, const char *path, gboolean temporary);
