#include "ui/cli/account-flags.h"

#include "accounts/paths.h"
#include "accounts/pb-error.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define PORT_TLS      465
#define PORT_STARTTLS 587
#define PORT_PLAIN    25

GOptionEntry *pb_account_flags_entries(PbAccountFlags *flags, const GOptionEntry *own) {
    const GOptionEntry shared[] = {
        {"host", 0, 0, G_OPTION_ARG_FILENAME, &flags->host, N_("name of the submission server"),
         N_("HOST")},
        {"port", 0, 0, G_OPTION_ARG_INT, &flags->port, N_("its port, usually 465 or 587"),
         N_("PORT")},
        {"security", 0, 0, G_OPTION_ARG_FILENAME, &flags->security,
         N_("“tls” (465), “starttls” (587), or “none” (this computer only)"), N_("KIND")},
        {"username", 0, 0, G_OPTION_ARG_FILENAME, &flags->username,
         N_("user name to sign in with (default: the address)"), N_("NAME")},
        {"auth", 0, 0, G_OPTION_ARG_FILENAME, &flags->auth,
         N_("how to sign in: “auto”, “plain”, “login”, “scram-sha-256” …"), N_("MECHANISM")},
        {"password", 0, 0, G_OPTION_ARG_FILENAME, &flags->password,
         N_("where the password comes from: “secret-service”, “command:CMD”, “netrc[:FILE]”, "
            "“credential:NAME”, “ask”"),
         N_("SOURCE")},
        {"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &flags->ca_file,
         N_("trust the certificates of this PEM file instead of the system's"), N_("FILE")},
        {"pin", 0, 0, G_OPTION_ARG_FILENAME, &flags->pin,
         N_("trust only the certificate with this SHA-256"), N_("SHA256")},
        {"client-certificate", 0, 0, G_OPTION_ARG_FILENAME, &flags->client_certificate,
         N_("PEM file with certificate and key to sign in with"), N_("FILE")},
        {"timeout", 0, 0, G_OPTION_ARG_INT, &flags->timeout,
         N_("give a step up after this many seconds without an answer"), N_("SECS")},
        {"ehlo-name", 0, 0, G_OPTION_ARG_FILENAME, &flags->ehlo_name,
         N_("what to call ourselves to the server"), N_("NAME")},
        {NULL},
    };
    gsize count = 0;
    GOptionEntry *entries;

    while (own[count].long_name != NULL)
        count++;
    entries = g_new0(GOptionEntry, count + G_N_ELEMENTS(shared));
    memcpy(entries, own, sizeof(GOptionEntry) * count);
    memcpy(entries + count, shared, sizeof shared);
    return entries;
}

void pb_account_flags_clear(PbAccountFlags *flags) {
    g_free(flags->host);
    g_free(flags->security);
    g_free(flags->username);
    g_free(flags->auth);
    g_free(flags->password);
    g_free(flags->ca_file);
    g_free(flags->pin);
    g_free(flags->client_certificate);
    g_free(flags->ehlo_name);
    memset(flags, 0, sizeof *flags);
}

static void take(char **field, const char *value) {
    if (value == NULL)
        return;
    g_free(*field);
    *field = *value == '\0' ? NULL : g_strdup(value);
}

/* The configuration is read from other folders later: what is written there must be absolute. */
static void take_path(char **field, const char *value) {
    g_autofree char *expanded = NULL;
    g_autofree char *absolute = NULL;

    if (value == NULL || *value == '\0') {
        take(field, value);
        return;
    }
    expanded = pb_paths_expand(value);
    absolute = g_canonicalize_filename(expanded, NULL);
    take(field, absolute);
}

/* openssl prints fingerprints as "AB:CD:…"; the configuration has bare lower-case digits. */
static void take_pin(char **field, const char *value) {
    g_autofree char *lower = value == NULL ? NULL : g_ascii_strdown(value, -1);
    g_auto(GStrv) parts = lower == NULL ? NULL : g_strsplit(lower, ":", -1);
    g_autofree char *digits = parts == NULL ? NULL : g_strjoinv(NULL, parts);

    take(field, digits);
}

static guint16 usual_port(PbSecurity security) {
    static const guint16 ports[] = {
        [PB_SECURITY_TLS] = PORT_TLS,
        [PB_SECURITY_STARTTLS] = PORT_STARTTLS,
        [PB_SECURITY_NONE] = PORT_PLAIN,
    };

    return ports[security];
}

static gboolean apply_security(const PbAccountFlags *flags, PbAccount *account, GError **error) {
    if (flags->security == NULL) {
        /* RFC 6409 and 8314: only these two say by their number what is spoken there. */
        if (flags->port == PORT_STARTTLS)
            account->security = PB_SECURITY_STARTTLS;
        else if (flags->port == PORT_TLS)
            account->security = PB_SECURITY_TLS;
        return TRUE;
    }
    if (pb_security_from_string(flags->security, &account->security))
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                _("“%s” is no kind of security; “tls”, “starttls” and “none” are"),
                flags->security);
    return FALSE;
}

static gboolean apply_numbers(const PbAccountFlags *flags, PbAccount *account, GError **error) {
    if (flags->port < 0 || flags->port > G_MAXUINT16) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE, _("“%d” is not a port; 1 to 65535 are"),
                    flags->port);
        return FALSE;
    }
    if (flags->timeout < 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE, _("“%d” is not a number of seconds"),
                    flags->timeout);
        return FALSE;
    }
    if (flags->port > 0)
        account->port = (guint16) flags->port;
    else if (flags->security != NULL || account->port == 0)
        account->port = usual_port(account->security);
    if (flags->timeout > 0)
        account->timeout = (guint) flags->timeout;
    return TRUE;
}

gboolean pb_account_flags_apply(const PbAccountFlags *flags, PbAccount *account, GError **error) {
    if (!apply_security(flags, account, error) || !apply_numbers(flags, account, error))
        return FALSE;
    take(&account->host, flags->host);
    take(&account->username, flags->username);
    if (flags->auth != NULL) {
        g_free(account->auth);
        account->auth = g_ascii_strdown(*flags->auth != '\0' ? flags->auth : "auto", -1);
    }
    if (flags->password != NULL && *flags->password != '\0')
        take(&account->password, flags->password);
    take_path(&account->ca_file, flags->ca_file);
    take_pin(&account->pin_sha256, flags->pin);
    take_path(&account->client_certificate, flags->client_certificate);
    take(&account->ehlo_name, flags->ehlo_name);
    return TRUE;
}
