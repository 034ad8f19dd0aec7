/* The flags that `account add` and `account edit` share, and what they do to an account. */
#pragma once

#include "accounts/account.h"

/* All NULL or 0 at first: what was not given is not touched. An empty text takes a value away. */
typedef struct {
    char *host, *security, *username, *auth, *password, *ca_file, *pin, *client_certificate,
        *ehlo_name;
    int port, timeout;
} PbAccountFlags;

/* Rows for GOptionContext that fill `flags`, ends with a NULL row; g_free(). `own` rows (ends with
 * a NULL row) come first. */
GOptionEntry *pb_account_flags_entries(PbAccountFlags *flags, const GOptionEntry *own);
void pb_account_flags_clear(PbAccountFlags *flags);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PbAccountFlags, pb_account_flags_clear)

/* Puts the flags into `account`. A port or a security without the other implies the usual one.
 * Errors: PB_ERROR_USAGE: not a port, not a kind of security. Whether it all makes sense is for
 * pb_account_check(). */
gboolean pb_account_flags_apply(const PbAccountFlags *flags, PbAccount *account, GError **error);
