/* Passwords: one interface over several sources.
 *
 * The source is the account's `password` value: "secret-service" (libsecret,
 * any Secret Service), "command:CMD" (first line of its output, fails
 * closed), "netrc[:FILE]" (permissions checked), "credential:NAME" (systemd,
 * $CREDENTIALS_DIRECTORY), "ask" (a function given by the screen or the
 * command line). Blocking, with a time limit: call from a worker thread.
 * A PbSecret is locked in memory and wiped when freed; it is never logged.
 */
#pragma once

#include "accounts/account.h"

#include <gio/gio.h>

typedef struct PbSecret PbSecret;

/* Copies `length` bytes (-1: up to NUL) into locked memory. Trailing newline stays. */
PbSecret *pb_secret_new(const char *bytes, gssize length);
const char *pb_secret_peek(const PbSecret *secret);
gsize pb_secret_length(const PbSecret *secret);
PbSecret *pb_secret_copy(const PbSecret *secret);
void pb_secret_free(PbSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSecret, pb_secret_free)

/* Asks a person; NULL with PB_ERROR_CREDENTIALS when nobody can be asked. Called on the thread of
 * pb_secret_lookup(). */
typedef PbSecret *(*PbSecretAsk)(const PbAccount *account, gpointer user_data, GError **error);
/* Sets what "ask" does, process wide. NULL: nobody can be asked (the default). */
void pb_secret_set_ask(PbSecretAsk ask, gpointer user_data);
/* Remembers a password until the process ends or pb_secret_store() keeps it (the sign-in sheet); it
 * goes before the account's source, so that it also helps where no keyring runs. NULL forgets. */
void pb_secret_remember(const char *account_name, const PbSecret *secret);

/* The password of `account`. Errors, all PB_ERROR_CREDENTIALS with a sentence that says which:
 * no keyring service, no session bus, locked, no such item, command failed, netrc readable by
 * others, nobody to ask; PB_ERROR_NOT_NOW when the time limit passed (30 s for the keyring, 60 s
 * for a command); PB_ERROR_CANCELLED. */
PbSecret *pb_secret_lookup(const PbAccount *account, GCancellable *cancellable, GError **error);

/* Stores into the Secret Service under postbag's schema (service, account, user, host). Only for
 * "secret-service" accounts; others are PB_ERROR_USAGE. Errors as above. */
gboolean pb_secret_store(const PbAccount *account, const PbSecret *secret,
                         GCancellable *cancellable, GError **error);
/* Forgets it there; a missing item is not an error. */
gboolean pb_secret_clear(const PbAccount *account, GCancellable *cancellable, GError **error);

/* Keeps the process out of core files and ptrace of other users. Once, in main(). */
void pb_secret_harden_process(void);
