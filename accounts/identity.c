#include "accounts/identity.h"

#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "accounts/pb-file.h"
#include "accounts/settings-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define SIGNATURE_MAX_BYTES 65536
#define ADDRESS_MAX_BYTES   320 /* 64 octets, "@", 255 octets: RFC 5321 4.5.3.1 */
#define DEFAULT_DSN         "failure,delay"

PbIdentity *pb_identity_new(const char *id, const char *account, const char *name,
                            const char *address) {
    PbIdentity *identity = g_new0(PbIdentity, 1);
    identity->id = g_strdup(id);
    identity->account = g_strdup(account);
    identity->name = g_strdup(name != NULL ? name : "");
    identity->address = g_strdup(address);
    identity->aliases = g_new0(char *, 1);
    identity->dsn = g_strdup(DEFAULT_DSN);
    return identity;
}

PbIdentity *pb_identity_copy(const PbIdentity *identity) {
    PbIdentity *copy =
        pb_identity_new(identity->id, identity->account, identity->name, identity->address);
    g_strfreev(copy->aliases);
    g_free(copy->dsn);
    copy->aliases = g_strdupv(identity->aliases);
    copy->reply_to = g_strdup(identity->reply_to);
    copy->organization = g_strdup(identity->organization);
    copy->signature = g_strdup(identity->signature);
    copy->bcc_self = g_strdup(identity->bcc_self);
    copy->dsn = g_strdup(identity->dsn);
    return copy;
}

void pb_identity_free(PbIdentity *identity) {
    if (identity == NULL)
        return;
    g_free(identity->id);
    g_free(identity->account);
    g_free(identity->name);
    g_free(identity->address);
    g_strfreev(identity->aliases);
    g_free(identity->reply_to);
    g_free(identity->organization);
    g_free(identity->signature);
    g_free(identity->bcc_self);
    g_free(identity->dsn);
    g_free(identity);
}

/* Enough to find slips at once; the strict grammar is the composer's, one layer up. */
static gboolean looks_like_address(const char *address) {
    const char *at = strrchr(address, '@');
    if (at == NULL || at == address || at[1] == '\0' || strlen(address) > ADDRESS_MAX_BYTES)
        return FALSE;
    gboolean quoted = address[0] == '"' && at[-1] == '"';
    if (strpbrk(at, " ,;<>()\"") != NULL || (!quoted && strpbrk(address, " ,;:<>()\"") != NULL))
        return FALSE;
    for (const char *p = address; *p != '\0'; p++)
        if (g_ascii_iscntrl(*p))
            return FALSE;
    return quoted || strchr(address, '@') == at;
}

static gboolean is_dsn(const char *dsn) {
    static const char *const words[] = {"success", "failure", "delay", NULL};
    if (g_str_equal(dsn, "never"))
        return TRUE;
    g_auto(GStrv) parts = g_strsplit(dsn, ",", -1);
    for (char **part = parts; *part != NULL; part++)
        if (!g_strv_contains(words, g_strstrip(*part)))
            return FALSE;
    return parts[0] != NULL;
}

/* Sets the key at fault and takes the sentence. FALSE always. */
static gboolean refuse(const char **key_out, const char *key, char *fault, GError **error) {
    g_autofree char *what = fault;
    *key_out = key;
    g_set_error_literal(error, PB_ERROR, PB_ERROR_CONFIG, what);
    return FALSE;
}

static gboolean check_address(const char *key, const char *address, const char **key_out,
                              GError **error) {
    if (address == NULL || looks_like_address(address))
        return TRUE;
    return refuse(
        key_out, key,
        g_strdup_printf(_("“%s” is an address such as anna@example.org, not “%s”"), key, address),
        error);
}

static gboolean check_fields(const PbIdentity *identity, const char **key_out, GError **error) {
    g_autofree char *group = g_strconcat("identity ", identity->id, NULL);
    char *fault = pb_settings_fault_of_group(group);
    if (fault != NULL)
        return refuse(key_out, NULL, fault, error);
    if (identity->account == NULL || *identity->account == '\0')
        return refuse(key_out, NULL,
                      g_strdup_printf(_("identity “%s” has no “account”: the name of the account "
                                        "it sends through"),
                                      identity->id),
                      error);
    if (identity->address == NULL || *identity->address == '\0')
        return refuse(key_out, NULL,
                      g_strdup_printf(_("identity “%s” has no “address”"), identity->id), error);
    if (!is_dsn(identity->dsn))
        return refuse(key_out, "dsn",
                      g_strdup_printf(_("“dsn” can be never, or success, failure and delay "
                                        "separated by commas; not “%s”"),
                                      identity->dsn),
                      error);
    return check_address("address", identity->address, key_out, error) &&
           check_address("bcc_self", identity->bcc_self, key_out, error);
}

/* The delimiter is the composer's business and newlines at the end would pile up. */
static char *tidy_signature(const char *text) {
    if (g_str_has_prefix(text, "-- \n"))
        text += strlen("-- \n");
    gsize length = strlen(text);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        length--;
    return g_strndup(text, length);
}

static char *signature_from_file(const char *written, GError **error) {
    g_autofree char *path = pb_paths_expand(written);
    gsize length;
    if (!g_path_is_absolute(path)) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG,
                    _("“%s” needs a path that begins with “/” or “~/”, not “%s”"), "signature_file",
                    written);
        return NULL;
    }
    g_autofree char *text = pb_file_read(path, SIGNATURE_MAX_BYTES, &length, error);
    if (text == NULL)
        return NULL;
    if (!g_utf8_validate(text, (gssize) length, NULL)) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG, _("the signature in “%s” is not UTF-8"),
                    path);
        return NULL;
    }
    return tidy_signature(text);
}

static gboolean read_signature(PbIdentity *identity, PbSettings *settings, const char *group,
                               GError **error) {
    g_autofree char *text = pb_settings_string(settings, group, "signature");
    g_autofree char *file = pb_settings_string(settings, group, "signature_file");
    if (text != NULL && file != NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG,
                    _("“signature” and “signature_file” exclude each other; keep one"));
        return FALSE;
    }
    if (text != NULL)
        identity->signature = tidy_signature(text);
    if (file != NULL)
        identity->signature = signature_from_file(file, error);
    return file == NULL || identity->signature != NULL;
}

static PbIdentity *read_fields(PbSettings *settings, const char *id, const char *group) {
    g_autofree char *account = pb_settings_string(settings, group, "account");
    g_autofree char *name = pb_settings_string(settings, group, "name");
    g_autofree char *address = pb_settings_string(settings, group, "address");
    g_autofree char *dsn = pb_settings_string(settings, group, "dsn");
    PbIdentity *identity = pb_identity_new(id, account, name, address);
    g_strfreev(identity->aliases);
    identity->aliases = pb_settings_list(settings, group, "aliases");
    identity->reply_to = pb_settings_string(settings, group, "reply_to");
    identity->organization = pb_settings_string(settings, group, "organization");
    identity->bcc_self = pb_settings_string(settings, group, "bcc_self");
    if (dsn != NULL) {
        g_free(identity->dsn);
        identity->dsn = g_steal_pointer(&dsn);
    }
    return identity;
}

PbIdentity *pb_identity_from_settings(PbSettings *settings, const char *id, GError **error) {
    g_autofree char *group = g_strconcat("identity ", id, NULL);
    g_autoptr(PbIdentity) identity = read_fields(settings, id, group);
    g_autoptr(GError) fault = NULL;
    const char *key = "signature_file";
    if (read_signature(identity, settings, group, &fault) && check_fields(identity, &key, &fault))
        return g_steal_pointer(&identity);
    g_autofree char *where = pb_settings_where(settings, group, key);
    g_set_error(error, PB_ERROR, PB_ERROR_CONFIG, "%s: %s", where, fault->message);
    return NULL;
}

/* `value` NULL or `fallback` leaves a missing key missing. */
static gboolean write_string(PbSettings *settings, const char *group, const char *key,
                             const char *value, const char *fallback, GError **error) {
    g_autofree char *written = pb_settings_string(settings, group, key);
    if (g_strcmp0(written, value) == 0 || (written == NULL && g_strcmp0(value, fallback) == 0))
        return TRUE;
    return pb_settings_set(settings, group, key, value, error);
}

static gboolean write_aliases(const PbIdentity *identity, PbSettings *settings, const char *group,
                              GError **error) {
    g_auto(GStrv) written = pb_settings_list(settings, group, "aliases");
    if (g_strv_equal((const char *const *) written, (const char *const *) identity->aliases))
        return TRUE;
    g_autofree char *joined = g_strjoinv("; ", identity->aliases);
    return pb_settings_set(settings, group, "aliases", *joined != '\0' ? joined : NULL, error);
}

/* A signature that still is what the named file says stays in that file. */
static gboolean write_signature(const PbIdentity *identity, PbSettings *settings, const char *group,
                                GError **error) {
    g_autofree char *file = pb_settings_string(settings, group, "signature_file");
    g_autofree char *in_file = file != NULL ? signature_from_file(file, NULL) : NULL;
    if (file != NULL && g_strcmp0(in_file, identity->signature) == 0)
        return TRUE;
    return pb_settings_set(settings, group, "signature_file", NULL, error) &&
           write_string(settings, group, "signature", identity->signature, NULL, error);
}

gboolean pb_identity_check(const PbIdentity *identity, GError **error) {
    const char *key;
    return check_fields(identity, &key, error);
}

gboolean pb_identity_to_settings(const PbIdentity *identity, PbSettings *settings, GError **error) {
    g_autofree char *group = g_strconcat("identity ", identity->id, NULL);
    if (!pb_identity_check(identity, error))
        return FALSE;
    return write_string(settings, group, "account", identity->account, NULL, error) &&
           write_string(settings, group, "name", identity->name, "", error) &&
           write_string(settings, group, "address", identity->address, NULL, error) &&
           write_aliases(identity, settings, group, error) &&
           write_string(settings, group, "reply_to", identity->reply_to, NULL, error) &&
           write_string(settings, group, "organization", identity->organization, NULL, error) &&
           write_signature(identity, settings, group, error) &&
           write_string(settings, group, "bcc_self", identity->bcc_self, NULL, error) &&
           write_string(settings, group, "dsn", identity->dsn, DEFAULT_DSN, error);
}
