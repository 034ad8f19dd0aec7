#include "accounts/account.h"

#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "accounts/settings-private.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include <string.h>

#define DEFAULT_TIMEOUT     300 /* RFC 5321 4.5.3.2: five minutes for most steps */
#define HOST_NAME_MAX_BYTES 253

/* Fields that are plain strings of the file; in the order in which they are written. */
static const struct {
    const char *key;
    gsize offset;
    const char *fallback;
    gboolean is_path;
} string_fields[] = {
    {"username", G_STRUCT_OFFSET(PbAccount, username), NULL, FALSE},
    {"auth", G_STRUCT_OFFSET(PbAccount, auth), "auto", FALSE},
    {"password", G_STRUCT_OFFSET(PbAccount, password), "secret-service", FALSE},
    {"ca_file", G_STRUCT_OFFSET(PbAccount, ca_file), NULL, TRUE},
    {"pin_sha256", G_STRUCT_OFFSET(PbAccount, pin_sha256), NULL, FALSE},
    {"client_certificate", G_STRUCT_OFFSET(PbAccount, client_certificate), NULL, TRUE},
    {"ehlo_name", G_STRUCT_OFFSET(PbAccount, ehlo_name), NULL, FALSE},
    {"sent", G_STRUCT_OFFSET(PbAccount, sent), "auto", FALSE},
    {"reports", G_STRUCT_OFFSET(PbAccount, reports), "none", FALSE},
};

static char **string_field(const PbAccount *account, gsize index) {
    return (char **) G_STRUCT_MEMBER_P(account, string_fields[index].offset);
}

static const char *const security_words[] = {
    [PB_SECURITY_TLS] = "tls",
    [PB_SECURITY_STARTTLS] = "starttls",
    [PB_SECURITY_NONE] = "none",
};

const char *pb_security_to_string(PbSecurity security) {
    return security_words[security];
}

gboolean pb_security_from_string(const char *text, PbSecurity *security_out) {
    for (gsize i = 0; i < G_N_ELEMENTS(security_words); i++)
        if (g_str_equal(text, security_words[i])) {
            *security_out = (PbSecurity) i;
            return TRUE;
        }
    return FALSE;
}

guint16 pb_security_default_port(PbSecurity security) {
    static const guint16 ports[] = {
        [PB_SECURITY_TLS] = 465,
        [PB_SECURITY_STARTTLS] = 587,
        [PB_SECURITY_NONE] = 25,
    };
    return ports[security];
}

PbAccount *pb_account_new(const char *name) {
    PbAccount *account = g_new0(PbAccount, 1);
    account->name = g_strdup(name);
    account->security = PB_SECURITY_TLS;
    account->timeout = DEFAULT_TIMEOUT;
    for (gsize i = 0; i < G_N_ELEMENTS(string_fields); i++)
        *string_field(account, i) = g_strdup(string_fields[i].fallback);
    return account;
}

PbAccount *pb_account_copy(const PbAccount *account) {
    PbAccount *copy = g_memdup2(account, sizeof *account);
    copy->name = g_strdup(account->name);
    copy->host = g_strdup(account->host);
    for (gsize i = 0; i < G_N_ELEMENTS(string_fields); i++)
        *string_field(copy, i) = g_strdup(*string_field(account, i));
    return copy;
}

void pb_account_free(PbAccount *account) {
    if (account == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(string_fields); i++)
        g_free(*string_field(account, i));
    g_free(account->host);
    g_free(account->name);
    g_free(account);
}

static gboolean is_loopback(const char *host) {
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
    if (address != NULL)
        return g_inet_address_get_is_loopback(address);
    /* RFC 6761 6.3: "localhost" and names below it never leave the host. */
    g_autofree char *name = g_ascii_strdown(host, -1);
    return g_str_equal(name, "localhost") || g_str_has_suffix(name, ".localhost");
}

static gboolean is_host_name(const char *host) {
    if (g_hostname_is_ip_address(host))
        return TRUE;
    g_autofree char *ascii = g_hostname_to_ascii(host);
    if (ascii == NULL || *ascii == '\0' || strlen(ascii) > HOST_NAME_MAX_BYTES)
        return FALSE;
    g_auto(GStrv) labels = g_strsplit(ascii, ".", -1);
    guint count = g_strv_length(labels);
    for (guint i = 0; i < count; i++) {
        const char *label = labels[i];
        gsize length = strlen(label);
        gboolean is_root = length == 0 && i > 0 && i == count - 1;
        if (is_root)
            continue;
        if (length == 0 || length > 63 || label[0] == '-' || label[length - 1] == '-')
            return FALSE;
        for (gsize j = 0; j < length; j++)
            if (!g_ascii_isalnum(label[j]) && label[j] != '-' && label[j] != '_')
                return FALSE;
    }
    return TRUE;
}

/* Sets the field that is at fault and takes the sentence. FALSE always. */
static gboolean refuse(const char **field_out, const char *field, char *fault, GError **error) {
    g_autofree char *what = fault;
    *field_out = field;
    g_set_error_literal(error, PB_ERROR, PB_ERROR_CONFIG, what);
    return FALSE;
}

static gboolean check_strings(const PbAccount *account, const char **field_out, GError **error) {
    g_autofree char *group = g_strconcat("account ", account->name, NULL);
    char *fault = pb_settings_fault_of_group(group);
    if (fault != NULL)
        return refuse(field_out, NULL, fault, error);
    for (gsize i = 0; i < G_N_ELEMENTS(string_fields); i++) {
        const char *key = string_fields[i].key, *value = *string_field(account, i);
        fault = value != NULL ? pb_settings_fault_of_value(group, key, value) : NULL;
        if (fault != NULL)
            return refuse(field_out, key, fault, error);
        if (value != NULL && string_fields[i].is_path && !g_path_is_absolute(value))
            return refuse(field_out, key,
                          g_strdup_printf(_("“%s” needs a path that begins with “/” or “~/”, "
                                            "not “%s”"),
                                          key, value),
                          error);
    }
    return TRUE;
}

static gboolean check_server(const PbAccount *account, const char **field_out, GError **error) {
    /* The sandbox tells where it listens when it runs. */
    if (account->sandbox)
        return TRUE;
    if (account->host == NULL || *account->host == '\0')
        return refuse(field_out, "host",
                      g_strdup_printf(_("account “%s” has no “host”: the name of its submission "
                                        "server, such as smtp.example.org"),
                                      account->name),
                      error);
    if (!is_host_name(account->host))
        return refuse(field_out, "host",
                      g_strdup_printf(_("“host” is a host name or an address alone, such as "
                                        "smtp.example.org, not “%s”"),
                                      account->host),
                      error);
    if (account->port == 0)
        return refuse(field_out, "port",
                      g_strdup(_("“port” must be a whole number from 1 to 65535, not “0”")), error);
    return TRUE;
}

/* Cleartext leaves the host only by mistake, and a password never goes over it. */
static gboolean check_security(const PbAccount *account, const char **field_out, GError **error) {
    if (account->security != PB_SECURITY_NONE)
        return TRUE;
    if (!account->sandbox && !is_loopback(account->host))
        return refuse(field_out, "security",
                      g_strdup_printf(_("“security = none” is for servers on this computer only "
                                        "(127.0.0.1, ::1, localhost), not for “%s”"),
                                      account->host),
                      error);
    if (account->username != NULL)
        return refuse(field_out, "security",
                      g_strdup(_("“security = none” works without “username” only: postbag does "
                                 "not send passwords in clear")),
                      error);
    return TRUE;
}

static gboolean is_pin(const char *pin) {
    gsize length = strlen(pin);
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isxdigit(pin[i]))
            return FALSE;
    return length == 64;
}

static gboolean is_ehlo_name(const char *name) {
    gsize length = strlen(name);
    if (name[0] != '[')
        return is_host_name(name);
    return length > 3 && name[length - 1] == ']' && strpbrk(name, " <>\\\"\t") == NULL;
}

static gboolean check_details(const PbAccount *account, const char **field_out, GError **error) {
    if (account->pin_sha256 != NULL && !is_pin(account->pin_sha256))
        return refuse(field_out, "pin_sha256",
                      g_strdup(_("“pin_sha256” is the SHA-256 of the certificate in 64 hexadecimal "
                                 "digits; colons and spaces may stand between them")),
                      error);
    if (account->ehlo_name != NULL && !is_ehlo_name(account->ehlo_name))
        return refuse(field_out, "ehlo_name",
                      g_strdup_printf(_("“ehlo_name” is a host name or an address in brackets, "
                                        "not “%s”"),
                                      account->ehlo_name),
                      error);
    if (account->timeout < 1 || account->timeout > 3600)
        return refuse(
            field_out, "timeout",
            g_strdup_printf(_("“timeout” must be a whole number from 1 to 3600, not “%u”"),
                            account->timeout),
            error);
    if (g_strcmp0(account->auth, "external") == 0 && account->client_certificate == NULL)
        return refuse(field_out, "auth",
                      g_strdup(_("“auth = external” signs in with “client_certificate”, which is "
                                 "not set")),
                      error);
    return TRUE;
}

/* On failure also tells the key at fault, NULL for the account as a whole. */
static gboolean check_fields(const PbAccount *account, const char **field_out, GError **error) {
    return check_strings(account, field_out, error) && check_server(account, field_out, error) &&
           check_security(account, field_out, error) && check_details(account, field_out, error);
}

gboolean pb_account_check(const PbAccount *account, GError **error) {
    const char *field;
    return check_fields(account, &field, error);
}

static char *without_separators(const char *pin) {
    g_autoptr(GString) digits = g_string_new(NULL);
    for (; *pin != '\0'; pin++)
        if (*pin != ':' && *pin != ' ')
            g_string_append_c(digits, g_ascii_tolower(*pin));
    return g_string_free(g_steal_pointer(&digits), FALSE);
}

static void read_strings(PbAccount *account, PbSettings *settings, const char *group) {
    for (gsize i = 0; i < G_N_ELEMENTS(string_fields); i++) {
        g_autofree char *value = pb_settings_string(settings, group, string_fields[i].key);
        char **field = string_field(account, i);
        if (value == NULL)
            continue;
        g_free(*field);
        if (string_fields[i].is_path)
            *field = pb_paths_expand(value);
        else if (field == &account->pin_sha256)
            *field = without_separators(value);
        else
            *field = g_steal_pointer(&value);
    }
}

static void read_server(PbAccount *account, PbSettings *settings, const char *group) {
    g_autofree char *security = pb_settings_string(settings, group, "security");
    account->host = pb_settings_string(settings, group, "host");
    if (security != NULL)
        pb_security_from_string(security, &account->security);
    int fallback = account->sandbox ? 0 : pb_security_default_port(account->security);
    account->port = (guint16) pb_settings_int(settings, group, "port", fallback);
    account->timeout = (guint) pb_settings_int(settings, group, "timeout", DEFAULT_TIMEOUT);
}

PbAccount *pb_account_from_settings(PbSettings *settings, const char *name, GError **error) {
    g_autofree char *group = g_strconcat("account ", name, NULL);
    g_autoptr(PbAccount) account = pb_account_new(name);
    account->is_default = pb_settings_bool(settings, group, "default", FALSE);
    account->sandbox = pb_settings_bool(settings, group, "sandbox", FALSE);
    read_server(account, settings, group);
    read_strings(account, settings, group);
    const char *field = NULL;
    if (check_fields(account, &field, error))
        return g_steal_pointer(&account);
    g_autofree char *where = pb_settings_where(settings, group, field);
    g_prefix_error(error, "%s: ", where);
    return NULL;
}

/* A path that only differs by "~" stays as it was written. */
static gboolean says_the_same(const char *written, const char *value, gboolean is_path) {
    if (written == NULL || value == NULL)
        return written == value;
    g_autofree char *expanded = is_path ? pb_paths_expand(written) : NULL;
    return g_str_equal(expanded != NULL ? expanded : written, value);
}

static gboolean write_strings(const PbAccount *account, PbSettings *settings, const char *group,
                              GError **error) {
    for (gsize i = 0; i < G_N_ELEMENTS(string_fields); i++) {
        const char *key = string_fields[i].key, *value = *string_field(account, i);
        g_autofree char *written = pb_settings_string(settings, group, key);
        gboolean is_default = written == NULL && g_strcmp0(value, string_fields[i].fallback) == 0;
        if (is_default || says_the_same(written, value, string_fields[i].is_path))
            continue;
        if (!pb_settings_set(settings, group, key, value, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean write_number(PbSettings *settings, const char *group, const char *key, guint value,
                             GError **error) {
    g_autofree char *text = g_strdup_printf("%u", value);
    return pb_settings_set(settings, group, key, text, error);
}

static gboolean write_flag(PbSettings *settings, const char *group, const char *key, gboolean value,
                           GError **error) {
    if (pb_settings_bool(settings, group, key, FALSE) == value)
        return TRUE;
    return pb_settings_set(settings, group, key, value ? "true" : NULL, error);
}

/* Where the sandbox listens is known only while it runs, so it is never written. */
static gboolean write_server(const PbAccount *account, PbSettings *settings, const char *group,
                             GError **error) {
    if (account->sandbox)
        return TRUE;
    return pb_settings_set(settings, group, "host", account->host, error) &&
           write_number(settings, group, "port", account->port, error) &&
           pb_settings_set(settings, group, "security", pb_security_to_string(account->security),
                           error);
}

gboolean pb_account_to_settings(const PbAccount *account, PbSettings *settings, GError **error) {
    g_autofree char *group = g_strconcat("account ", account->name, NULL);
    if (!pb_account_check(account, error))
        return FALSE;
    if (!write_flag(settings, group, "default", account->is_default, error) ||
        !write_flag(settings, group, "sandbox", account->sandbox, error) ||
        !write_server(account, settings, group, error) ||
        !write_strings(account, settings, group, error))
        return FALSE;
    gboolean timeout_is_set =
        (guint) pb_settings_int(settings, group, "timeout", DEFAULT_TIMEOUT) == account->timeout;
    return timeout_is_set || write_number(settings, group, "timeout", account->timeout, error);
}
