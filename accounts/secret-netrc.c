#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "accounts/secret-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* One word of the file; a quoted one may hold spaces, and "\" before any character. */
typedef struct {
    const char *start;
    gsize length;
    gboolean quoted;
} Token;

static gboolean is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *line_end(const char *p) {
    return p + strcspn(p, "\n");
}

/* Skips blanks, and lines that begin with "#"; a "#" further on is part of a password. */
static const char *skip_to_word(const char *p, const char *text) {
    for (;;) {
        while (is_space(*p))
            p++;
        const char *before = p;
        while (before > text && (before[-1] == ' ' || before[-1] == '\t'))
            before--;
        if (*p != '#' || (before > text && before[-1] != '\n'))
            return p;
        p = line_end(p);
    }
}

/* FALSE at the end; else `*p` is moved behind the token. */
static gboolean next_token(const char **p, const char *text, Token *token) {
    const char *word = skip_to_word(*p, text);
    if (*word == '\0')
        return FALSE;
    token->quoted = *word == '"';
    const char *end = token->start = token->quoted ? word + 1 : word;
    if (token->quoted)
        while (*end != '\0' && *end != '"')
            end += end[0] == '\\' && end[1] != '\0' ? 2 : 1;
    else
        while (*end != '\0' && !is_space(*end))
            end++;
    token->length = (gsize) (end - token->start);
    *p = token->quoted && *end == '"' ? end + 1 : end;
    return TRUE;
}

static PbSecret *token_value(const Token *token) {
    PbSecret *value = pb_secret_new(token->start, (gssize) token->length);
    if (!token->quoted)
        return value;
    char *to = pb_secret_room(value);
    const char *from = to, *end = to + token->length;
    while (from < end) {
        if (*from == '\\' && from + 1 < end)
            from++;
        *to++ = *from++;
    }
    pb_secret_set_length(value, (gsize) (to - pb_secret_room(value)));
    return value;
}

static gboolean token_is(const Token *token, const char *word) {
    return !token->quoted && strlen(word) == token->length &&
           memcmp(token->start, word, token->length) == 0;
}

static gboolean value_is(const Token *token, const char *wanted, gboolean any_case) {
    g_autoptr(PbSecret) value = token_value(token);
    return any_case ? g_ascii_strcasecmp(pb_secret_peek(value), wanted) == 0
                    : strcmp(pb_secret_peek(value), wanted) == 0;
}

/* The entry being read. */
typedef struct {
    gboolean here; /* it is for our host, or the default one */
    gboolean other_user;
    Token password;
    gboolean has_password;
} Entry;

static gboolean is_ours(const Entry *entry) {
    return entry->here && !entry->other_user && entry->has_password;
}

/* "macdef NAME" lasts until an empty line. */
static const char *skip_macro(const char *p) {
    const char *end = strstr(p, "\n\n");
    return end != NULL ? end : p + strlen(p);
}

/* "login", "password" and the like with their value. */
static void take_field(Entry *entry, const Token *key, const Token *value, const char *user) {
    if (token_is(key, "login")) {
        entry->other_user = !value_is(value, user, FALSE);
    } else if (token_is(key, "password")) {
        entry->password = *value;
        entry->has_password = TRUE;
    }
}

PbSecret *pb_secret_netrc_find(const char *text, const char *host, const char *user) {
    const char *p = text;
    Entry entry = {0};
    Token key, value;
    while (next_token(&p, text, &key)) {
        gboolean is_default = token_is(&key, "default");
        gboolean is_machine = token_is(&key, "machine");
        if ((is_default || is_machine) && is_ours(&entry))
            break;
        if (is_default) {
            entry = (Entry){.here = TRUE};
            continue;
        }
        if (!next_token(&p, text, &value))
            break;
        if (is_machine)
            entry = (Entry){.here = value_is(&value, host, TRUE)};
        else if (token_is(&key, "macdef"))
            p = skip_macro(p);
        else
            take_field(&entry, &key, &value, user);
    }
    return is_ours(&entry) ? token_value(&entry.password) : NULL;
}

PbSecret *pb_secret_netrc(const PbAccount *account, const char *path, GError **error) {
    g_autofree char *expanded = pb_paths_expand(path != NULL ? path : "~/.netrc");
    g_autoptr(PbSecret) text = pb_secret_from_file(expanded, TRUE, error);
    if (text == NULL)
        return NULL;
    const char *host = account->host != NULL ? account->host : "";
    const char *user = account->username != NULL ? account->username : "";
    PbSecret *password = pb_secret_netrc_find(pb_secret_peek(text), host, user);
    if (password == NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("“%s” has no password for “%s” at the machine “%s”"), expanded, user, host);
    return password;
}
