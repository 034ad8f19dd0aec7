/* What the sources of passwords share: memory that is never swapped out, a
 * time limit on blocking calls, and one function per source. Only for
 * accounts/secret*.c and their tests.
 */
#pragma once

#include "accounts/secret.h"

/* Longer than any password or token that a server takes in one line. */
#define PB_SECRET_MAX_BYTES 65536

/* An empty secret with room for `size` bytes. */
PbSecret *pb_secret_new_room(gsize size);
/* Where to write; at most the size given above, then pb_secret_set_length(). */
char *pb_secret_room(PbSecret *secret);
void pb_secret_set_length(PbSecret *secret, gsize length);
/* Cuts at the first line end. */
void pb_secret_keep_first_line(PbSecret *secret);

/* The whole of a file. With `private`, one that others can read is refused. Errors:
 * PB_ERROR_CREDENTIALS. */
PbSecret *pb_secret_from_file(const char *path, gboolean private, GError **error);

/* A cancellable that is cancelled with `caller` (may be NULL) or after `seconds`, whatever comes
 * first, even while the thread that asked for it is blocked. */
typedef struct PbSecretLimit PbSecretLimit;
PbSecretLimit *pb_secret_limit_new(GCancellable *caller, guint seconds);
GCancellable *pb_secret_limit_cancellable(PbSecretLimit *limit);
/* TRUE, with PB_ERROR_CANCELLED or PB_ERROR_NOT_NOW (`what` names the thing that did not answer),
 * if that happened. */
gboolean pb_secret_limit_hit(PbSecretLimit *limit, const char *what, GError **error);
void pb_secret_limit_free(PbSecretLimit *limit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSecretLimit, pb_secret_limit_free)

PbSecret *pb_secret_service_lookup(const PbAccount *account, GCancellable *cancellable,
                                   GError **error);
gboolean pb_secret_service_store(const PbAccount *account, const PbSecret *secret,
                                 GCancellable *cancellable, GError **error);
gboolean pb_secret_service_clear(const PbAccount *account, GCancellable *cancellable,
                                 GError **error);

/* The first line that `command` prints; `seconds` is its time limit. */
PbSecret *pb_secret_command(const char *command, guint seconds, GCancellable *cancellable,
                            GError **error);

/* `path` NULL: ~/.netrc. */
PbSecret *pb_secret_netrc(const PbAccount *account, const char *path, GError **error);
/* The password for `user` at `host` in the text of a netrc file, NULL if there is none. Pure. */
PbSecret *pb_secret_netrc_find(const char *text, const char *host, const char *user);
