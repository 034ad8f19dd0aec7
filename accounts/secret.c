#include "accounts/secret.h"

#include "accounts/pb-error.h"
#include "accounts/secret-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* Commands may ask for a passphrase in a window of their own (gpg's pinentry). */
#define COMMAND_SECONDS 60

/* The practice server takes any user with this word; PB_SANDBOX_PASSWORD of transport says the
 * same, which this layer does not see. */
#define SANDBOX_PASSWORD "sandbox"

static GMutex mutex; /* guards the variables below */
static PbSecretAsk ask_function;
static gpointer ask_data;
static GHashTable *remembered; /* account name to PbSecret */

void pb_secret_set_ask(PbSecretAsk ask, gpointer user_data) {
    g_mutex_lock(&mutex);
    ask_function = ask;
    ask_data = user_data;
    g_mutex_unlock(&mutex);
}

void pb_secret_remember(const char *account_name, const PbSecret *secret) {
    g_mutex_lock(&mutex);
    if (remembered == NULL)
        remembered =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) pb_secret_free);
    if (secret != NULL)
        g_hash_table_insert(remembered, g_strdup(account_name), pb_secret_copy(secret));
    else
        g_hash_table_remove(remembered, account_name);
    g_mutex_unlock(&mutex);
}

static PbSecret *recall(const char *account_name) {
    g_mutex_lock(&mutex);
    const PbSecret *known =
        remembered != NULL ? g_hash_table_lookup(remembered, account_name) : NULL;
    PbSecret *copy = known != NULL ? pb_secret_copy(known) : NULL;
    g_mutex_unlock(&mutex);
    return copy;
}

static PbSecret *ask_person(const PbAccount *account, GError **error) {
    g_mutex_lock(&mutex);
    PbSecretAsk ask = ask_function;
    gpointer data = ask_data;
    g_mutex_unlock(&mutex);
    if (ask != NULL)
        return ask(account, data, error);
    g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                _("the password of “%s” has to be typed in, and nobody can be asked here; sign in "
                  "on the screen of postbag, or set another “password” source"),
                account->name);
    return NULL;
}

/* systemd.exec(5), LoadCredential=: one file per name, in a folder only this service sees. */
static PbSecret *from_credential(const char *name, GError **error) {
    const char *folder = g_getenv("CREDENTIALS_DIRECTORY");
    if (folder == NULL || !g_path_is_absolute(folder)) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("the credential “%s” is not here: $CREDENTIALS_DIRECTORY is set for systemd "
                      "services with LoadCredential= only"),
                    name);
        return NULL;
    }
    if (strchr(name, '/') != NULL || name[0] == '.') {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("“%s” cannot be the name of a credential: no “/” and no “.” at its start"),
                    name);
        return NULL;
    }
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(PbSecret) secret = pb_secret_from_file(path, FALSE, error);
    if (secret == NULL)
        return NULL;
    pb_secret_keep_first_line(secret);
    if (pb_secret_length(secret) == 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS, _("the credential “%s” is empty"), name);
        return NULL;
    }
    return g_steal_pointer(&secret);
}

/* The part of `source` behind `prefix`, or NULL. */
static const char *argument_of(const char *source, const char *prefix) {
    return g_str_has_prefix(source, prefix) ? source + strlen(prefix) : NULL;
}

static PbSecret *from_source(const PbAccount *account, GCancellable *cancellable, GError **error) {
    const char *source = account->password != NULL ? account->password : "ask", *argument;
    if (g_str_equal(source, "secret-service"))
        return pb_secret_service_lookup(account, cancellable, error);
    if ((argument = argument_of(source, "command:")) != NULL)
        return pb_secret_command(argument, COMMAND_SECONDS, cancellable, error);
    if (g_str_equal(source, "netrc"))
        return pb_secret_netrc(account, NULL, error);
    if ((argument = argument_of(source, "netrc:")) != NULL)
        return pb_secret_netrc(account, argument, error);
    if ((argument = argument_of(source, "credential:")) != NULL)
        return from_credential(argument, error);
    return ask_person(account, error);
}

/* The account is named once, here, whatever the source says. */
static void name_account(const PbAccount *account, GError **error) {
    if (error != NULL && *error != NULL && strstr((*error)->message, account->name) == NULL)
        g_prefix_error(error, _("account “%s”: "), account->name);
}

PbSecret *pb_secret_lookup(const PbAccount *account, GCancellable *cancellable, GError **error) {
    if (g_cancellable_is_cancelled(cancellable)) {
        g_set_error(error, PB_ERROR, PB_ERROR_CANCELLED, _("cancelled"));
        return NULL;
    }
    if (account->sandbox)
        return pb_secret_new(SANDBOX_PASSWORD, -1);
    PbSecret *secret = recall(account->name);
    if (secret == NULL)
        secret = from_source(account, cancellable, error);
    if (secret == NULL)
        name_account(account, error);
    return secret;
}

static gboolean is_in_service(const PbAccount *account, GError **error) {
    if (!account->sandbox && g_strcmp0(account->password, "secret-service") == 0)
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                _("the password of “%s” is not kept in the keyring; its source is “%s”"),
                account->name, account->password != NULL ? account->password : "ask");
    return FALSE;
}

gboolean pb_secret_store(const PbAccount *account, const PbSecret *secret,
                         GCancellable *cancellable, GError **error) {
    if (!is_in_service(account, error))
        return FALSE;
    if (!pb_secret_service_store(account, secret, cancellable, error)) {
        name_account(account, error);
        return FALSE;
    }
    pb_secret_remember(account->name, NULL);
    return TRUE;
}

gboolean pb_secret_clear(const PbAccount *account, GCancellable *cancellable, GError **error) {
    if (!is_in_service(account, error))
        return FALSE;
    pb_secret_remember(account->name, NULL);
    if (pb_secret_service_clear(account, cancellable, error))
        return TRUE;
    name_account(account, error);
    return FALSE;
}
