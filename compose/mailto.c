#include "compose/mailto.h"

#include "accounts/pb-error.h"
#include "compose/flowed-private.h"
#include "compose/header-fields-private.h"
#include "compose/message-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* What browsers pass on is far shorter; a page must not fill memory. */
#define URL_MAX     (256 * 1024)
#define IGNORED_MAX 20

/* The parts of the URL, decoded; NULL where it says nothing. */
typedef struct {
    GString *to, *cc, *bcc;
    char *subject, *body, *in_reply_to, *references;
    GPtrArray *ignored;
} Parts;

static void parts_clear(Parts *parts) {
    g_string_free(parts->to, TRUE);
    g_string_free(parts->cc, TRUE);
    g_string_free(parts->bcc, TRUE);
    g_free(parts->subject);
    g_free(parts->body);
    g_free(parts->in_reply_to);
    g_free(parts->references);
    g_ptr_array_unref(parts->ignored);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

static gboolean fail(GError **error, const char *text) {
    g_set_error_literal(error, PB_ERROR, PB_ERROR_DATA, text);
    return FALSE;
}

/* RFC 6068 2: "+" is itself, not a space. */
static char *decode(const char *text, gsize length, GError **error) {
    g_autofree char *part = g_strndup(text, length);
    g_autofree char *decoded = g_uri_unescape_string(part, NULL);

    if (decoded == NULL || !g_utf8_validate(decoded, -1, NULL)) {
        fail(error, _("the mailto link has a “%” that is not followed by two digits of UTF-8"));
        return NULL;
    }
    return g_steal_pointer(&decoded);
}

static void append_list(GString *list, const char *value) {
    if (*value == '\0')
        return;
    if (list->len > 0)
        g_string_append(list, ", ");
    g_string_append(list, value);
}

static void ignore(Parts *parts, const char *name) {
    g_autofree char *lower = g_utf8_strdown(name, MIN(strlen(name), 60));
    g_autofree char *valid = g_utf8_make_valid(lower, -1);

    for (char *c = valid; *c != '\0'; c++)
        if (g_ascii_iscntrl(*c))
            *c = '?';
    if (parts->ignored->len < IGNORED_MAX && *valid != '\0' &&
        !g_ptr_array_find_with_equal_func(parts->ignored, valid, g_str_equal, NULL))
        g_ptr_array_add(parts->ignored, g_steal_pointer(&valid));
}

static void replace(char **field, char **value) {
    g_free(*field);
    *field = g_steal_pointer(value);
}

static gboolean take_field(Parts *parts, const char *name, char *value, GError **error) {
    g_autofree char *owned = value;
    struct {
        const char *name;
        GString *list;
        char **text;
    } known[] = {
        {"to", parts->to, NULL},
        {"cc", parts->cc, NULL},
        {"bcc", parts->bcc, NULL},
        {"subject", NULL, &parts->subject},
        {"in-reply-to", NULL, &parts->in_reply_to},
        {"references", NULL, &parts->references},
    };

    if (g_ascii_strcasecmp(name, "body") == 0) {
        replace(&parts->body, &owned);
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (g_ascii_strcasecmp(name, known[i].name) != 0)
            continue;
        if (!pb_header_check(known[i].name, owned, error))
            return FALSE;
        if (known[i].list != NULL)
            append_list(known[i].list, owned);
        else if (known[i].text != NULL)
            replace(known[i].text, &owned);
        return TRUE;
    }
    ignore(parts, name);
    return TRUE;
}

static gboolean take_pair(Parts *parts, const char *pair, GError **error) {
    /* Pages written by hand have HTML's "&amp;" in them. */
    const char *start = g_str_has_prefix(pair, "amp;") ? pair + 4 : pair;
    gsize name_length = strcspn(start, "=");
    g_autofree char *name = decode(start, name_length, error);
    const char *text = start + name_length;
    char *value;

    if (name == NULL)
        return FALSE;
    value = decode(*text == '=' ? text + 1 : text, strlen(*text == '=' ? text + 1 : text), error);
    return value != NULL && take_field(parts, name, value, error);
}

/* The addresses before "?" are separated by literal commas; one inside an address is %2C. */
static gboolean take_path(Parts *parts, const char *path, gsize length, GError **error) {
    g_autofree char *copy = g_strndup(path, length);
    g_auto(GStrv) items = g_strsplit(copy, ",", -1);

    for (char **item = items; *item != NULL; item++) {
        g_autofree char *address = decode(*item, strlen(*item), error);

        if (address == NULL || !pb_header_check("to", address, error))
            return FALSE;
        append_list(parts->to, address);
    }
    return TRUE;
}

static gboolean read_url(Parts *parts, const char *url, GError **error) {
    gsize length;

    if (g_ascii_strncasecmp(url, "mailto:", 7) != 0)
        return fail(error, _("this is not a link that begins with “mailto:”"));
    if (strlen(url) > URL_MAX)
        return fail(error, _("the mailto link is too long"));
    url += 7;
    /* A fragment is not part of it (RFC 6068 2). */
    length = strcspn(url, "?#");
    if (!take_path(parts, url, length, error))
        return FALSE;
    if (url[length] == '?') {
        g_autofree char *query = g_strndup(url + length + 1, strcspn(url + length + 1, "#"));
        g_auto(GStrv) pairs = g_strsplit(query, "&", -1);

        for (char **pair = pairs; *pair != NULL; pair++)
            if (**pair != '\0' && !take_pair(parts, *pair, error))
                return FALSE;
    }
    return TRUE;
}

static void add_to_list(char **field, const GString *more) {
    g_autoptr(GString) all = g_string_new(*field);

    append_list(all, more->str);
    pb_message_set(field, all->str);
}

static void set_ids(char **field, const char *value) {
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    pb_message_collect_ids(ids, value);
    if (ids->len == 0)
        return;
    g_ptr_array_add(ids, NULL);
    g_free(*field);
    *field = g_strjoinv(" ", (char **) ids->pdata);
}

/* The text of a link comes before what is there (a signature). */
static void add_body(PbMessage *message, const char *body) {
    g_autofree char *lines = pb_flowed_plain_lines(body);
    g_autoptr(GString) all = g_string_new(NULL);

    for (const char *c = lines; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar u = g_utf8_get_char(c);

        if (!g_unichar_iscntrl(u) || u == '\n' || u == '\t')
            g_string_append_unichar(all, u);
    }
    g_string_append(all, message->body);
    pb_message_set(&message->body, all->str);
}

gboolean pb_mailto_parse(const char *url, PbMessage *message, char ***ignored_out, GError **error) {
    g_auto(Parts) parts = {
        .to = g_string_new(NULL),
        .cc = g_string_new(NULL),
        .bcc = g_string_new(NULL),
        .ignored = g_ptr_array_new_with_free_func(g_free),
    };

    if (!read_url(&parts, url, error))
        return FALSE;
    add_to_list(&message->to, parts.to);
    add_to_list(&message->cc, parts.cc);
    add_to_list(&message->bcc, parts.bcc);
    if (parts.subject != NULL)
        pb_message_set(&message->subject, parts.subject);
    if (parts.body != NULL)
        add_body(message, parts.body);
    set_ids(&message->in_reply_to, parts.in_reply_to);
    set_ids(&message->references, parts.references);
    if (ignored_out != NULL) {
        g_ptr_array_add(parts.ignored, NULL);
        *ignored_out = (char **) g_ptr_array_free(parts.ignored, FALSE);
        parts.ignored = g_ptr_array_new();
    }
    return TRUE;
}
