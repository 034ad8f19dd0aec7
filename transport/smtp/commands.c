#include "transport/smtp/commands.h"

#include "accounts/domain.h"
#include "accounts/pb-error.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* RFC 5321 4.5.3.1 allows 64 + 1 + 255; some list software writes longer local parts. */
#define PATH_MAX_BYTES  512
#define ORCPT_MAX_BYTES 500 /* RFC 3461 4.2 */
#define ENVID_MAX_BYTES 100 /* RFC 3461 4.4 */
#define HELLO_MAX_BYTES 255

/* Bytes that would end the command, the argument or the path. Space would start a parameter. */
static gboolean is_clean(const char *text) {
    for (const guchar *c = (const guchar *) text; *c != '\0'; c++)
        if (*c <= ' ' || *c == 0x7f || *c == '<' || *c == '>')
            return FALSE;
    return TRUE;
}

static gboolean check_path(const char *address, GError **error) {
    if (*address == '\0')
        g_set_error_literal(error, PB_ERROR, PB_ERROR_DATA, _("an address is empty"));
    else if (strlen(address) > PATH_MAX_BYTES)
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("the address “%.40s…” is too long to be sent; correct it"), address);
    else if (!g_utf8_validate(address, -1, NULL) || !is_clean(address)) {
        g_autofree char *shown = g_strescape(address, NULL);
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("the address “%s” contains a character that cannot be sent; correct it"),
                    shown);
    } else
        return TRUE;
    return FALSE;
}

gboolean pb_command_path_needs_utf8(const char *path) {
    return !g_str_is_ascii(path);
}

char *pb_command_path(const char *address, GError **error) {
    if (!check_path(address, error))
        return NULL;
    const char *at = strrchr(address, '@');
    if (at == NULL || g_str_is_ascii(address))
        return g_strdup(address);
    g_autofree char *local = g_strndup(address, (gsize) (at - address));
    g_autofree char *domain = g_str_is_ascii(local) ? pb_domain_to_ascii(at + 1) : NULL;
    /* Converting maps some signs to ASCII ones, so the result is checked again. */
    if (domain == NULL || !is_clean(domain))
        return g_strdup(address);
    return g_strconcat(local, "@", domain, NULL);
}

char *pb_command_hello(const char *verb, const char *name, GError **error) {
    if (*name == '\0' || strlen(name) > HELLO_MAX_BYTES || !g_str_is_ascii(name) ||
        !is_clean(name)) {
        g_autofree char *shown = g_strescape(name, NULL);
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG,
                    _("“%s” cannot be used to greet the server; set ehlo_name to a host name"),
                    shown);
        return NULL;
    }
    return g_strdup_printf("%s %s\r\n", verb, name);
}

char *pb_command_xtext(const char *text) {
    GString *out = g_string_new(NULL);
    for (const guchar *c = (const guchar *) text; *c != '\0'; c++) {
        if (*c < '!' || *c > '~' || *c == '+' || *c == '=')
            g_string_append_printf(out, "+%02X", *c);
        else
            g_string_append_c(out, (char) *c);
    }
    return g_string_free(out, FALSE);
}

/* utf-8-addr-unitext of RFC 6533 3: UTF-8 as it is, three signs embedded as \x{HEX}. */
static char *unitext(const char *text) {
    GString *out = g_string_new(NULL);
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '+' || *c == '=' || *c == '\\')
            g_string_append_printf(out, "\\x{%02X}", (guint) *c);
        else
            g_string_append_c(out, *c);
    }
    return g_string_free(out, FALSE);
}

static void append_dsn_of_message(GString *line, const PbTransaction *transaction) {
    g_string_append(line, transaction->return_full ? " RET=FULL" : " RET=HDRS");
    if (transaction->id == NULL || *transaction->id == '\0')
        return;
    g_autofree char *envid = pb_command_xtext(transaction->id);
    if (strlen(envid) <= ENVID_MAX_BYTES)
        g_string_append_printf(line, " ENVID=%s", envid);
}

char *pb_command_mail(const PbTransaction *transaction, guint64 size, gboolean utf8,
                      const PbCapabilities *capabilities, GError **error) {
    g_autofree char *path = *transaction->reverse_path != '\0'
                                ? pb_command_path(transaction->reverse_path, error)
                                : g_strdup("");
    if (path == NULL)
        return NULL;
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "MAIL FROM:<%s>", path);
    if (capabilities->size)
        g_string_append_printf(line, " SIZE=%" G_GUINT64_FORMAT, size);
    /* RFC 6531 3.4: SMTPUTF8 goes together with 8BITMIME. */
    if ((transaction->eight_bit || utf8) && capabilities->eight_bit_mime)
        g_string_append(line, " BODY=8BITMIME");
    if (utf8 && capabilities->smtputf8)
        g_string_append(line, " SMTPUTF8");
    if (capabilities->dsn)
        append_dsn_of_message(line, transaction);
    g_string_append(line, "\r\n");
    return g_strdup(line->str);
}

/* RFC 3461 4.1: NEVER alone, or a list of the three others. Only the alphabet matters here. */
static gboolean is_notify(const char *notify) {
    return notify != NULL && *notify != '\0' && strlen(notify) <= 28 &&
           strspn(notify, "ABCDEFGHIJKLMNOPQRSTUVWXYZ,") == strlen(notify);
}

static void append_orcpt(GString *line, const char *address, gboolean utf8) {
    if (!g_str_is_ascii(address) && !utf8)
        return;
    gboolean ascii = g_str_is_ascii(address);
    g_autofree char *original = ascii ? pb_command_xtext(address) : unitext(address);
    if (strlen(original) <= ORCPT_MAX_BYTES)
        g_string_append_printf(line, " ORCPT=%s;%s", ascii ? "rfc822" : "utf-8", original);
}

char *pb_command_rcpt(const char *address, const char *notify, gboolean utf8,
                      const PbCapabilities *capabilities, GError **error) {
    g_autofree char *path = pb_command_path(address, error);
    if (path == NULL)
        return NULL;
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "RCPT TO:<%s>", path);
    if (capabilities->dsn && is_notify(notify))
        g_string_append_printf(line, " NOTIFY=%s", notify);
    if (capabilities->dsn)
        append_orcpt(line, path, utf8);
    g_string_append(line, "\r\n");
    return g_strdup(line->str);
}
