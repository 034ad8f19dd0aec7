/* An identity: who a message is from. A From address on an account.
 *
 * Filled from one [identity NAME] group. An account without any identity has
 * none to write from; `postbag account add --address` makes the first.
 */
#pragma once

#include "accounts/settings.h"

typedef struct {
    char *id;           /* the NAME of the group */
    char *account;      /* name of the account it sends through */
    char *name;         /* display name, may be "" */
    char *address;      /* addr-spec */
    char **aliases;     /* globs such as "*@lists.example.org"; never NULL */
    char *reply_to;     /* or NULL */
    char *organization; /* or NULL */
    char *signature; /* text, without the "-- " line; from signature or signature_file; or NULL */
    char *bcc_self;  /* an address that gets a blind copy, or NULL */
    char *dsn;       /* "failure,delay", "never", "success,failure,delay" */
} PbIdentity;

/* Errors: PB_ERROR_CONFIG with file and line. A signature_file that cannot be read is an error. */
PbIdentity *pb_identity_from_settings(PbSettings *settings, const char *id, GError **error);
gboolean pb_identity_to_settings(const PbIdentity *identity, PbSettings *settings, GError **error);
/* The checks of from_settings on a built struct. Errors: PB_ERROR_CONFIG (names the key). */
gboolean pb_identity_check(const PbIdentity *identity, GError **error);
PbIdentity *pb_identity_new(const char *id, const char *account, const char *name,
                            const char *address);
PbIdentity *pb_identity_copy(const PbIdentity *identity);
void pb_identity_free(PbIdentity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbIdentity, pb_identity_free)
