/* What an account is: a submission server and how to sign in there.
 *
 * A plain struct filled from one [account NAME] group. Checked when built:
 * an account that exists can be used. Passwords are never part of it, only
 * where they come from (see secret.h).
 */
#pragma once

#include "accounts/settings.h"

typedef enum {
    PB_SECURITY_TLS,      /* implicit TLS, usually 465 (RFC 8314) */
    PB_SECURITY_STARTTLS, /* must upgrade, usually 587 (RFC 3207) */
    PB_SECURITY_NONE,     /* loopback only, and never with a password */
} PbSecurity;

typedef struct {
    char *name; /* [a-z0-9._-]+, unique */
    char *host; /* name or address */
    guint16 port;
    PbSecurity security;
    char *username; /* NULL: no sign-in */
    char *auth;     /* "auto", "plain", "login", "scram-sha-256" … lower case */
    char *password; /* "secret-service", "command:CMD", "netrc[:FILE]", "credential:NAME", "ask" */
    char *ca_file;  /* PEM trusted instead of the system store, or NULL */
    char *pin_sha256;         /* 64 hex digits of the certificate's SHA-256, or NULL */
    char *client_certificate; /* PEM with certificate and key, or NULL */
    guint timeout;            /* seconds without an answer before a step is given up */
    char *ehlo_name;          /* NULL: address literal of our end of the connection */
    char *sent;               /* "auto", "none", "maildir:PATH" … kept for the filing of copies */
    char *reports;            /* "none", "maildir:PATH", "imap" … */
    gboolean is_default;
    gboolean
        sandbox; /* the practice server inside postbag; host and port are filled in when it runs */
} PbAccount;

/* Builds the account of group "account `name`". Errors: PB_ERROR_CONFIG with file and line. */
PbAccount *pb_account_from_settings(PbSettings *settings, const char *name, GError **error);
/* Writes every key that differs from its default; new accounts get their group. */
gboolean pb_account_to_settings(const PbAccount *account, PbSettings *settings, GError **error);
/* An empty account with the defaults (auth auto, secret-service, timeout 300 …). */
PbAccount *pb_account_new(const char *name);
/* The checks of from_settings on a built struct: host syntax, port, loopback rule, pin form,
 * password source form … Errors: PB_ERROR_CONFIG (names the field). */
gboolean pb_account_check(const PbAccount *account, GError **error);
PbAccount *pb_account_copy(const PbAccount *account);
void pb_account_free(PbAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbAccount, pb_account_free)

const char *pb_security_to_string(PbSecurity security); /* "tls", "starttls", "none" */
gboolean pb_security_from_string(const char *text, PbSecurity *security_out);
/* The port of an account that names none: 465, 587, 25. */
guint16 pb_security_default_port(PbSecurity security);
