#include "accounts/pb-error.h"
#include "accounts/secret-private.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

/* A prompt of the keyring that nobody answers would block for ever. */
#define SERVICE_SECONDS 30

static const SecretSchema schema = {
    "org.postbag.Password",
    SECRET_SCHEMA_NONE,
    {
        {"service", SECRET_SCHEMA_ATTRIBUTE_STRING},
        {"account", SECRET_SCHEMA_ATTRIBUTE_STRING},
        {"user", SECRET_SCHEMA_ATTRIBUTE_STRING},
        {"host", SECRET_SCHEMA_ATTRIBUTE_STRING},
        {NULL, 0},
    },
};

/* User and host are part of the key: a password is never handed to another server because
 * somebody changed the configuration. */
static GHashTable *attributes_of(const PbAccount *account) {
    return secret_attributes_build(&schema, "service", "postbag", "account", account->name, "user",
                                   account->username != NULL ? account->username : "", "host",
                                   account->host != NULL ? account->host : "", NULL);
}

/* Asked for before libsecret, whose message for both is that of GLib's internals. */
static gboolean reach_bus(GCancellable *cancellable, GError **error) {
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, cancellable, NULL);
    if (bus == NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("the keyring cannot be reached: there is no D-Bus session here, as in ssh or "
                      "cron; use another “password” source, such as command:CMD"));
    return bus != NULL;
}

/* A new connection each time and not secret_service_get_sync(): that one keeps a service that has
 * gone away. */
static SecretService *open_service(GCancellable *cancellable, GError **error) {
    g_autoptr(GError) fault = NULL;
    if (!reach_bus(cancellable, error))
        return NULL;
    SecretService *service = secret_service_open_sync(
        SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, cancellable, &fault);
    if (service == NULL) {
        g_dbus_error_strip_remote_error(fault);
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("no keyring is running here (%s); start one, such as gnome-keyring or "
                      "KeePassXC, or use another “password” source"),
                    fault->message);
    }
    return service;
}

static void set_locked(GError **error) {
    g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                _("the keyring is locked; unlock it, then try again"));
}

static void set_fault(GError **error, GError *fault) {
    if (g_error_matches(fault, SECRET_ERROR, SECRET_ERROR_IS_LOCKED)) {
        set_locked(error);
        return;
    }
    g_dbus_error_strip_remote_error(fault);
    g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS, _("the keyring said: %s"), fault->message);
}

/* Without unlocking: a locked item is listed too, while a plain lookup cannot tell locked from
 * missing. NULL without error: no such item. */
static SecretItem *find_item(SecretService *service, const PbAccount *account,
                             GCancellable *cancellable, GError **error) {
    g_autoptr(GHashTable) attributes = attributes_of(account);
    g_autoptr(GError) fault = NULL;
    GList *items = secret_service_search_sync(service, &schema, attributes,
                                              SECRET_SEARCH_LOAD_SECRETS, cancellable, &fault);
    if (fault != NULL)
        set_fault(error, fault);
    SecretItem *item = items != NULL ? g_object_ref(items->data) : NULL;
    g_list_free_full(items, g_object_unref);
    return item;
}

/* May prompt where there is a display; without one the prompt counts as dismissed at once. */
static gboolean unlock(SecretService *service, gpointer object, GCancellable *cancellable) {
    GList one = {.data = object};
    GList *unlocked = NULL;
    int count = secret_service_unlock_sync(service, &one, cancellable, &unlocked, NULL);
    g_list_free_full(unlocked, g_object_unref);
    return count > 0;
}

/* NULL if there is no keyring at all, as on a fresh account. */
static SecretCollection *default_collection(SecretService *service, GCancellable *cancellable) {
    return secret_collection_for_alias_sync(service, SECRET_COLLECTION_DEFAULT,
                                            SECRET_COLLECTION_NONE, cancellable, NULL);
}

/* Some services hide the items of a locked keyring altogether (KeePassXC). TRUE if it is locked
 * and stays so. */
static gboolean default_stays_locked(SecretService *service, GCancellable *cancellable) {
    g_autoptr(SecretCollection) collection = default_collection(service, cancellable);
    return collection != NULL && secret_collection_get_locked(collection) &&
           !unlock(service, collection, cancellable);
}

static PbSecret *secret_of_item(SecretItem *item, GCancellable *cancellable, GError **error) {
    g_autoptr(GError) fault = NULL;
    if (!secret_item_load_secret_sync(item, cancellable, &fault)) {
        set_fault(error, fault);
        return NULL;
    }
    SecretValue *value = secret_item_get_secret(item);
    if (value == NULL) {
        set_locked(error);
        return NULL;
    }
    gsize length;
    const char *bytes = secret_value_get(value, &length);
    PbSecret *secret = pb_secret_new(bytes, (gssize) length);
    secret_value_unref(value);
    return secret;
}

static PbSecret *look_up(const PbAccount *account, GCancellable *cancellable, GError **error) {
    g_autoptr(SecretService) service = open_service(cancellable, error);
    if (service == NULL)
        return NULL;
    g_autoptr(GError) fault = NULL;
    g_autoptr(SecretItem) item = find_item(service, account, cancellable, &fault);
    if (item == NULL && fault == NULL) {
        if (default_stays_locked(service, cancellable)) {
            set_locked(error);
            return NULL;
        }
        item = find_item(service, account, cancellable, &fault);
    }
    if (fault != NULL) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return NULL;
    }
    if (item == NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("the keyring has no password of “%s” for “%s”; run: postbag account password "
                      "%s"),
                    account->username != NULL ? account->username : "",
                    account->host != NULL ? account->host : "", account->name);
        return NULL;
    }
    if (secret_item_get_locked(item) && !unlock(service, item, cancellable)) {
        set_locked(error);
        return NULL;
    }
    return secret_of_item(item, cancellable, error);
}

/* Why nothing could be stored: the service's own words are about D-Bus objects. */
static void set_store_fault(SecretService *service, GError *fault, GCancellable *cancellable,
                            GError **error) {
    g_autoptr(SecretCollection) collection = default_collection(service, cancellable);
    if (collection == NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("there is no keyring to keep it in; make one, for example with Seahorse, or "
                      "use another “password” source"));
    else if (secret_collection_get_locked(collection))
        set_locked(error);
    else
        set_fault(error, fault);
}

static gboolean store(const PbAccount *account, const PbSecret *secret, GCancellable *cancellable,
                      GError **error) {
    g_autoptr(SecretService) service = open_service(cancellable, error);
    if (service == NULL)
        return FALSE;
    g_autoptr(GHashTable) attributes = attributes_of(account);
    g_autoptr(GError) fault = NULL;
    g_autofree char *label =
        g_strdup_printf("postbag: %s at %s", account->username != NULL ? account->username : "",
                        account->host != NULL ? account->host : "");
    SecretValue *value =
        secret_value_new(pb_secret_peek(secret), (gssize) pb_secret_length(secret), "text/plain");
    gboolean stored = secret_service_store_sync(
        service, &schema, attributes, SECRET_COLLECTION_DEFAULT, label, value, cancellable, &fault);
    secret_value_unref(value);
    if (!stored)
        set_store_fault(service, fault, cancellable, error);
    return stored;
}

/* All items of the account, also those of a former server or user. */
static gboolean clear(const PbAccount *account, GCancellable *cancellable, GError **error) {
    g_autoptr(SecretService) service = open_service(cancellable, error);
    if (service == NULL)
        return FALSE;
    g_autoptr(GHashTable) attributes =
        secret_attributes_build(&schema, "service", "postbag", "account", account->name, NULL);
    g_autoptr(GError) fault = NULL;
    secret_service_clear_sync(service, &schema, attributes, cancellable, &fault);
    if (fault != NULL)
        set_fault(error, fault);
    return fault == NULL;
}

/* What went wrong: the limit if it was that, else what the call said. */
static gboolean settle(PbSecretLimit *limit, gboolean done, GError *fault, GError **error) {
    g_autoptr(GError) said = fault;
    if (done)
        return TRUE;
    if (!pb_secret_limit_hit(limit, _("the keyring"), error))
        g_propagate_error(error, g_steal_pointer(&said));
    return FALSE;
}

PbSecret *pb_secret_service_lookup(const PbAccount *account, GCancellable *cancellable,
                                   GError **error) {
    g_autoptr(PbSecretLimit) limit = pb_secret_limit_new(cancellable, SERVICE_SECONDS);
    GError *fault = NULL;
    PbSecret *secret = look_up(account, pb_secret_limit_cancellable(limit), &fault);
    return settle(limit, secret != NULL, fault, error) ? secret : NULL;
}

gboolean pb_secret_service_store(const PbAccount *account, const PbSecret *secret,
                                 GCancellable *cancellable, GError **error) {
    g_autoptr(PbSecretLimit) limit = pb_secret_limit_new(cancellable, SERVICE_SECONDS);
    GError *fault = NULL;
    gboolean done = store(account, secret, pb_secret_limit_cancellable(limit), &fault);
    return settle(limit, done, fault, error);
}

gboolean pb_secret_service_clear(const PbAccount *account, GCancellable *cancellable,
                                 GError **error) {
    g_autoptr(PbSecretLimit) limit = pb_secret_limit_new(cancellable, SERVICE_SECONDS);
    GError *fault = NULL;
    gboolean done = clear(account, pb_secret_limit_cancellable(limit), &fault);
    return settle(limit, done, fault, error);
}
