#include "transport/sandbox/sandbox-envelope.h"

#include <string.h>

/* RFC 5321 4.5.3.1: local part 64, domain 255; real ones stay below, UTF-8 needs more. */
#define ADDRESS_MAX 512
#define ENVID_MAX   100 /* RFC 3461 section 4.4 */

static const char bad_syntax[] = "501 5.5.4 Syntax error in parameters or arguments";
static const char bad_address[] = "553 5.1.3 Syntax error in the mailbox address";
static const char needs_utf8[] = "553 5.6.7 Address needs SMTPUTF8";
static const char too_big[] = "552 5.3.4 Message size exceeds the limit of 25000000 bytes";

void pb_sandbox_recipient_free(PbSandboxRecipient *recipient) {
    if (recipient == NULL)
        return;
    g_free(recipient->address);
    g_free(recipient->original);
    g_free(recipient);
}

PbSandboxEnvelope *pb_sandbox_envelope_new(void) {
    PbSandboxEnvelope *envelope = g_new0(PbSandboxEnvelope, 1);
    envelope->recipients =
        g_ptr_array_new_with_free_func((GDestroyNotify) pb_sandbox_recipient_free);
    return envelope;
}

void pb_sandbox_envelope_reset(PbSandboxEnvelope *envelope) {
    g_clear_pointer(&envelope->sender, g_free);
    g_clear_pointer(&envelope->envid, g_free);
    envelope->utf8 = FALSE;
    g_ptr_array_set_size(envelope->recipients, 0);
}

void pb_sandbox_envelope_free(PbSandboxEnvelope *envelope) {
    if (envelope == NULL)
        return;
    pb_sandbox_envelope_reset(envelope);
    g_ptr_array_unref(envelope->recipients);
    g_free(envelope);
}

/* Where the path ends: the first ">" that is not inside a quoted local part. */
static const char *path_end(const char *path) {
    gboolean quoted = FALSE;
    for (; *path != '\0'; path++) {
        if (*path == '\\' && quoted && path[1] != '\0')
            path++;
        else if (*path == '"')
            quoted = !quoted;
        else if (*path == '>' && !quoted)
            return path;
    }
    return NULL;
}

/* "FROM:<a@b> X=Y" -> "a@b", and the parameters. */
static gboolean split_path(const char *argument, const char *keyword, char **address_out,
                           char ***parameters_out) {
    gsize length = strlen(keyword);
    if (g_ascii_strncasecmp(argument, keyword, length) != 0 || argument[length] != '<')
        return FALSE;
    const char *start = argument + length + 1;
    const char *end = path_end(start);
    if (end == NULL || end - start > ADDRESS_MAX || (end[1] != '\0' && end[1] != ' '))
        return FALSE;
    *address_out = g_strndup(start, (gsize) (end - start));
    *parameters_out = g_strsplit(end[1] == ' ' ? end + 2 : "", " ", -1);
    return TRUE;
}

static gboolean is_ascii(const char *text) {
    for (; *text != '\0'; text++) {
        if ((guchar) *text >= 0x80)
            return FALSE;
    }
    return TRUE;
}

static const char *check_address(const char *address, gboolean utf8) {
    const char *at = strrchr(address, '@');
    if (at == NULL || at == address || at[1] == '\0' || !g_utf8_validate(address, -1, NULL))
        return bad_address;
    for (const char *c = address; *c != '\0'; c++) {
        gboolean quoted = address[0] == '"' && c < at;
        if (g_ascii_iscntrl(*c) || (!quoted && strchr(" <>()", *c) != NULL))
            return bad_address;
    }
    return utf8 || is_ascii(address) ? NULL : needs_utf8;
}

/* RFC 3461 section 4: xtext has "+" and two capital hex digits for what is no plain character. */
static char *decode_xtext(const char *text) {
    g_autoptr(GString) decoded = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        if (*text != '+') {
            if (*text < '!' || *text > '~' || *text == '=')
                return NULL;
            g_string_append_c(decoded, *text);
            continue;
        }
        int high = g_ascii_xdigit_value(text[1]);
        int low = high >= 0 ? g_ascii_xdigit_value(text[2]) : -1;
        if (low < 0 || (high == 0 && low == 0))
            return NULL;
        g_string_append_c(decoded, (char) (high * 16 + low));
        text += 2;
    }
    return g_string_free(g_steal_pointer(&decoded), FALSE);
}

static const char *read_size(const char *value) {
    guint64 size = 0;
    if (!g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT64, &size, NULL))
        return bad_syntax;
    return size > PB_SANDBOX_SIZE_LIMIT ? too_big : NULL;
}

static const char *read_envid(PbSandboxEnvelope *envelope, const char *value) {
    if (envelope->envid != NULL || strlen(value) > ENVID_MAX || value[0] == '\0')
        return bad_syntax;
    envelope->envid = decode_xtext(value);
    return envelope->envid != NULL ? NULL : bad_syntax;
}

static gboolean one_of(const char *value, const char *first, const char *second) {
    return g_ascii_strcasecmp(value, first) == 0 || g_ascii_strcasecmp(value, second) == 0;
}

static const char *read_mail_parameter(PbSandboxEnvelope *envelope, const char *parameter) {
    if (g_ascii_strcasecmp(parameter, "SMTPUTF8") == 0) {
        envelope->utf8 = TRUE;
        return NULL;
    }
    if (g_ascii_strncasecmp(parameter, "SIZE=", 5) == 0)
        return read_size(parameter + 5);
    if (g_ascii_strncasecmp(parameter, "BODY=", 5) == 0)
        return one_of(parameter + 5, "7BIT", "8BITMIME") ? NULL : bad_syntax;
    if (g_ascii_strncasecmp(parameter, "RET=", 4) == 0)
        return one_of(parameter + 4, "FULL", "HDRS") ? NULL : bad_syntax;
    if (g_ascii_strncasecmp(parameter, "ENVID=", 6) == 0)
        return read_envid(envelope, parameter + 6);
    if (g_ascii_strncasecmp(parameter, "AUTH=", 5) == 0)
        return NULL;
    return "555 5.5.4 Parameter not recognised";
}

const char *pb_sandbox_envelope_mail(PbSandboxEnvelope *envelope, const char *argument) {
    g_autofree char *sender = NULL;
    g_auto(GStrv) parameters = NULL;
    if (!split_path(argument, "FROM:", &sender, &parameters))
        return bad_syntax;
    const char *refusal = NULL;
    for (guint i = 0; parameters[i] != NULL && refusal == NULL; i++)
        refusal = read_mail_parameter(envelope, parameters[i]);
    if (refusal == NULL && sender[0] != '\0')
        refusal = check_address(sender, envelope->utf8);
    if (refusal != NULL) {
        pb_sandbox_envelope_reset(envelope);
        return refusal;
    }
    envelope->sender = g_steal_pointer(&sender);
    return NULL;
}

static const char *read_notify(PbSandboxRecipient *recipient, const char *value) {
    static const struct {
        const char *word;
        PbSandboxNotify flag;
    } words[] = {{"NEVER", PB_SANDBOX_NOTIFY_NEVER},
                 {"SUCCESS", PB_SANDBOX_NOTIFY_SUCCESS},
                 {"FAILURE", PB_SANDBOX_NOTIFY_FAILURE},
                 {"DELAY", PB_SANDBOX_NOTIFY_DELAY}};
    g_auto(GStrv) parts = g_strsplit(value, ",", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        guint flag = 0;
        for (guint k = 0; k < G_N_ELEMENTS(words); k++) {
            if (g_ascii_strcasecmp(parts[i], words[k].word) == 0)
                flag = words[k].flag;
        }
        /* RFC 3461 section 4.1: NEVER stands alone. */
        if (flag == 0 || (recipient->notify != 0 && ((recipient->notify | flag) & 1) != 0))
            return bad_syntax;
        recipient->notify |= flag;
    }
    return recipient->notify != 0 ? NULL : bad_syntax;
}

static const char *read_orcpt(PbSandboxRecipient *recipient, const char *value) {
    const char *semicolon = strchr(value, ';');
    if (semicolon == NULL || semicolon == value || recipient->original != NULL)
        return bad_syntax;
    gboolean utf8 = g_ascii_strncasecmp(value, "utf-8;", 6) == 0;
    recipient->original = utf8 ? g_strdup(semicolon + 1) : decode_xtext(semicolon + 1);
    return recipient->original != NULL && recipient->original[0] != '\0' ? NULL : bad_syntax;
}

const char *pb_sandbox_envelope_rcpt(const PbSandboxEnvelope *envelope, const char *argument,
                                     PbSandboxRecipient **recipient_out) {
    g_autoptr(PbSandboxRecipient) recipient = g_new0(PbSandboxRecipient, 1);
    g_auto(GStrv) parameters = NULL;
    if (!split_path(argument, "TO:", &recipient->address, &parameters))
        return bad_syntax;
    const char *refusal = check_address(recipient->address, envelope->utf8);
    for (guint i = 0; parameters[i] != NULL && refusal == NULL; i++) {
        if (g_ascii_strncasecmp(parameters[i], "NOTIFY=", 7) == 0)
            refusal = read_notify(recipient, parameters[i] + 7);
        else if (g_ascii_strncasecmp(parameters[i], "ORCPT=", 6) == 0)
            refusal = read_orcpt(recipient, parameters[i] + 6);
        else
            refusal = "555 5.5.4 Parameter not recognised";
    }
    if (refusal == NULL)
        *recipient_out = g_steal_pointer(&recipient);
    return refusal;
}
