#include "accounts/pb-error.h"
#include "compose/address-private.h"
#include "compose/header-text.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include <string.h>

/* A recursive descent over RFC 5322 3.4; each read_…() stands at its first byte and leaves `p`
 * behind what it took, or sets the error at the first byte it does not understand. */
typedef struct {
    const char *field; /* for errors, or NULL */
    const char *text;
    const char *p;
    const char *fault;
    GPtrArray *list;
    GError *error;
} Parser;

static gboolean fail(Parser *parser, const char *at, const char *format, ...) G_GNUC_PRINTF(3, 4);

static gboolean fail(Parser *parser, const char *at, const char *format, ...) {
    g_autofree char *reason = NULL;
    long column = g_utf8_pointer_to_offset(parser->text, at) + 1;
    va_list args;

    va_start(args, format);
    reason = g_strdup_vprintf(format, args);
    va_end(args);
    parser->fault = at;
    if (parser->field != NULL)
        /* TRANSLATORS: a header field, a column in it, and what is wrong there */
        g_set_error(&parser->error, PB_ERROR, PB_ERROR_DATA, _("%s, column %ld: %s"), parser->field,
                    column, reason);
    else
        /* TRANSLATORS: a column in an address field, and what is wrong there */
        g_set_error(&parser->error, PB_ERROR, PB_ERROR_DATA, _("Column %ld: %s"), column, reason);
    return FALSE;
}

static gboolean fail_unexpected(Parser *parser) {
    const char *at = parser->p;
    g_autofree char *character = NULL;

    if (*at == '\0')
        return fail(parser, at, _("the address is not complete"));
    if (*at == ';')
        return fail(parser, at, _("“;” only ends a group; addresses are separated by “,”"));
    character = g_strndup(at, (gsize) (g_utf8_next_char(at) - at));
    return fail(parser, at, _("“%s” is not expected here; addresses are separated by “,”"),
                character);
}

/* What the person sees as one item, for "“@” is missing in “…”". */
static char *dup_item(const char *start) {
    gsize length = strcspn(start, ",;<>");
    g_autofree char *item = g_strndup(start, length);

    return g_strdup(g_strstrip(item));
}

/* One comment, nested ones inside; `p` is at its "(". */
static gboolean skip_comment(Parser *parser, GString *inside) {
    const char *start = parser->p;
    int depth = 0;

    do {
        char c = *parser->p++;

        if (c == '\\' && *parser->p != '\0')
            c = *parser->p++;
        else if (c == '(' && depth++ == 0)
            continue;
        else if (c == ')' && --depth == 0)
            break;
        if (c == '\0')
            return fail(parser, start, _("the comment that begins here has no “)”"));
        if (inside != NULL)
            g_string_append_c(inside, c);
    } while (TRUE);
    return TRUE;
}

/* White space and comments. The text of the last comment is left in `comment` if that is given. */
static gboolean skip_cfws(Parser *parser, GString *comment) {
    for (;;) {
        if (*parser->p == ' ' || *parser->p == '\t') {
            parser->p++;
        } else if (*parser->p == '(') {
            if (comment != NULL)
                g_string_truncate(comment, 0);
            if (!skip_comment(parser, comment))
                return FALSE;
        } else {
            return TRUE;
        }
    }
}

/* The content of a quoted-string; `p` is at the opening quote. */
static gboolean read_quoted(Parser *parser, GString *out) {
    const char *start = parser->p++;

    while (*parser->p != '"') {
        if (*parser->p == '\\')
            parser->p++;
        if (*parser->p == '\0')
            return fail(parser, start, _("the quote that begins here is not closed"));
        g_string_append_c(out, *parser->p++);
    }
    parser->p++;
    return TRUE;
}

static gboolean at_phrase(const Parser *parser) {
    return *parser->p == '.' || pb_address_is_phrase_char(g_utf8_get_char(parser->p));
}

static gboolean at_atext(const Parser *parser) {
    return *parser->p != '\0' && pb_address_is_atext(g_utf8_get_char(parser->p));
}

static gboolean read_dot_atom(Parser *parser, GString *out) {
    const char *start = parser->p;

    for (;;) {
        if (!at_atext(parser))
            return fail_unexpected(parser);
        while (at_atext(parser))
            parser->p = g_utf8_next_char(parser->p);
        if (*parser->p != '.')
            break;
        parser->p++;
    }
    g_string_append_len(out, start, parser->p - start);
    return TRUE;
}

static gboolean is_dot_atom(const char *text) {
    Parser parser = {.text = text, .p = text};
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean is = read_dot_atom(&parser, out) && *parser.p == '\0';

    g_clear_error(&parser.error);
    return is;
}

static void append_quoted(GString *out, const char *text) {
    g_string_append_c(out, '"');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

/* Quotes that are not needed are dropped: they do not change the mailbox (RFC 5321 4.1.2). */
static gboolean read_local(Parser *parser, GString *out) {
    const char *start = parser->p;
    gsize before = out->len;

    if (*parser->p == '"') {
        g_autoptr(GString) content = g_string_new(NULL);

        if (!read_quoted(parser, content))
            return FALSE;
        if (is_dot_atom(content->str))
            g_string_append(out, content->str);
        else
            append_quoted(out, content->str);
    } else if (!read_dot_atom(parser, out)) {
        return FALSE;
    }
    if (out->len - before > PB_ADDRESS_LOCAL_MAX)
        return fail(parser, start, _("the part before “@” is longer than %d bytes"),
                    PB_ADDRESS_LOCAL_MAX);
    return TRUE;
}

/* RFC 5321 4.1.3: an IPv4 address, or "IPv6:" and one. */
static gboolean read_literal(Parser *parser, GString *out) {
    const char *start = parser->p;
    gsize length = strcspn(start, "]");
    g_autofree char *content = g_strndup(start + 1, length - 1);
    gboolean is_v6 = g_ascii_strncasecmp(content, "IPv6:", 5) == 0;
    g_autoptr(GInetAddress) address = NULL;

    if (start[length] != ']')
        return fail(parser, start, _("the “[” that begins here has no “]”"));
    address = g_inet_address_new_from_string(is_v6 ? content + 5 : content);
    if (address == NULL || (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6) != is_v6)
        return fail(parser, start,
                    _("between “[” and “]” an address such as 192.0.2.1 or IPv6:2001:db8::1 is "
                      "expected"));
    g_string_append_len(out, start, (gssize) length + 1);
    parser->p = start + length + 1;
    return TRUE;
}

static gboolean is_label_char(gunichar c) {
    return c == '-' || (c < 0x80 ? g_ascii_isalnum((char) c) : pb_address_is_atext(c));
}

static gboolean read_label(Parser *parser, GString *out) {
    const char *start = parser->p;
    gsize length;

    while (*parser->p != '\0' && is_label_char(g_utf8_get_char(parser->p)))
        parser->p = g_utf8_next_char(parser->p);
    length = (gsize) (parser->p - start);
    if (length == 0) {
        if (start > parser->text && (*start == '\0' || strchr(" ,;>", *start) != NULL))
            return fail(parser, start, _("the domain is missing after “%c”"), start[-1]);
        return fail_unexpected(parser);
    }
    if (*start == '-' || parser->p[-1] == '-')
        return fail(parser, *start == '-' ? start : parser->p - 1,
                    _("a part of a domain cannot begin or end with “-”"));
    if (length > PB_ADDRESS_LABEL_MAX)
        return fail(parser, start, _("a part of a domain is longer than %d bytes"),
                    PB_ADDRESS_LABEL_MAX);
    g_string_append_len(out, start, (gssize) length);
    return TRUE;
}

static gboolean read_domain(Parser *parser, GString *out) {
    const char *start = parser->p;
    gsize before = out->len;
    g_autofree char *ascii = NULL;

    if (*parser->p == '[')
        return read_literal(parser, out);
    for (;;) {
        if (!read_label(parser, out))
            return FALSE;
        if (*parser->p != '.')
            break;
        g_string_append_c(out, *parser->p++);
    }
    if (out->len - before > PB_ADDRESS_DOMAIN_MAX)
        return fail(parser, start, _("the domain is longer than %d bytes"), PB_ADDRESS_DOMAIN_MAX);
    ascii = pb_address_domain_to_ascii(out->str + before);
    if (ascii == NULL)
        return fail(parser, start, _("“%s” cannot be a domain"), out->str + before);
    return TRUE;
}

/* Behind the local part: "@" and the domain, with comments in between (RFC 5322 3.4.1). */
static gboolean read_at_domain(Parser *parser, GString *spec) {
    parser->p++;
    g_string_append_c(spec, '@');
    return skip_cfws(parser, NULL) && read_domain(parser, spec);
}

static gboolean add(Parser *parser, const char *at, const char *name, const char *spec) {
    if (parser->list->len >= PB_ADDRESS_LIST_MAX)
        return fail(parser, at, _("more than %d addresses"), PB_ADDRESS_LIST_MAX);
    g_ptr_array_add(parser->list, pb_address_new(name, spec));
    return TRUE;
}

static gboolean read_angle(Parser *parser, const char *item, const char *name) {
    g_autoptr(GString) spec = g_string_new(NULL);
    const char *start;

    parser->p++;
    if (!skip_cfws(parser, NULL))
        return FALSE;
    start = parser->p;
    if (*start == '>')
        return fail(parser, start, _("an address is missing between “<” and “>”"));
    if (!read_local(parser, spec) || !skip_cfws(parser, NULL))
        return FALSE;
    if (*parser->p != '@') {
        g_autofree char *shown = dup_item(start);
        return fail(parser, start, _("“@” is missing in “%s”"), shown);
    }
    if (!read_at_domain(parser, spec) || !skip_cfws(parser, NULL))
        return FALSE;
    if (*parser->p != '>')
        return fail(parser, parser->p, _("“>” is missing after “%s”"), spec->str);
    parser->p++;
    return add(parser, item, name, spec->str);
}

/* RFC 2047 words may hold anything; what they hide must be as clean as what can be typed. */
static gboolean is_clean_name(const char *name) {
    if (!g_utf8_validate(name, -1, NULL))
        return FALSE;
    for (const char *c = name; *c != '\0'; c = g_utf8_next_char(c))
        if (g_unichar_iscntrl(g_utf8_get_char(c)) && *c != '\t')
            return FALSE;
    return TRUE;
}

/* Appends what stands in `run`, a sequence of atoms, and empties it. */
static gboolean flush_atoms(Parser *parser, const char *at, GString *run, GString *name) {
    if (strstr(run->str, "=?") != NULL) {
        g_autofree char *decoded = pb_header_decode(run->str);
        if (!is_clean_name(decoded))
            return fail(parser, at, _("the name hides control characters"));
        g_string_append(name, decoded);
    } else {
        g_string_append(name, run->str);
    }
    g_string_truncate(run, 0);
    return TRUE;
}

/* The words of a display name. A dot is accepted as in RFC 5322 4.1 ("John Q. Public"). */
static gboolean read_phrase(Parser *parser, GString *name) {
    const char *start = parser->p;
    g_autoptr(GString) run = g_string_new(NULL);

    for (;;) {
        const char *before = parser->p;

        if (*before == '"') {
            if (!flush_atoms(parser, start, run, name) || !read_quoted(parser, name))
                return FALSE;
        } else {
            while (at_phrase(parser))
                parser->p = g_utf8_next_char(parser->p);
            g_string_append_len(run, before, parser->p - before);
        }
        if (parser->p == before)
            break;
        before = parser->p;
        if (!skip_cfws(parser, NULL))
            return FALSE;
        if (parser->p > before && (*parser->p == '"' || at_phrase(parser)))
            g_string_append_c(run, ' ');
    }
    return flush_atoms(parser, start, run, name);
}

/* TRUE with *taken_out FALSE: there is no bare addr-spec here, `p` is where it was. */
static gboolean try_bare_spec(Parser *parser, gboolean *taken_out) {
    const char *start = parser->p;
    g_autoptr(GString) spec = g_string_new(NULL);
    g_autoptr(GString) comment = g_string_new(NULL);

    *taken_out = FALSE;
    if (!read_local(parser, spec) || !skip_cfws(parser, NULL) || *parser->p != '@') {
        g_clear_error(&parser->error);
        parser->p = start;
        return TRUE;
    }
    *taken_out = TRUE;
    if (!read_at_domain(parser, spec) || !skip_cfws(parser, comment))
        return FALSE;
    /* "bob@example.org (Bob Marsh)", as names were written before RFC 2822. */
    if (comment->len > 0) {
        g_autofree char *decoded = pb_header_decode(comment->str);

        if (is_clean_name(decoded))
            return add(parser, start, decoded, spec->str);
    }
    return add(parser, start, NULL, spec->str);
}

/* The words before an "@" are no local part: say where they stop being one. */
static gboolean fail_at_local(Parser *parser, const char *start) {
    g_autoptr(GString) spec = g_string_new(NULL);

    parser->p = start;
    if (!read_local(parser, spec) || !skip_cfws(parser, NULL))
        return FALSE;
    if (strchr(" \t)", parser->p[-1]) == NULL)
        return fail_unexpected(parser);
    return fail(parser, parser->p,
                _("before “@” stands one word; a name needs “<” and “>” around its address"));
}

static gboolean read_items(Parser *parser, gboolean in_group);

static gboolean read_item(Parser *parser, gboolean in_group) {
    const char *start = parser->p;
    g_autoptr(GString) name = g_string_new(NULL);
    g_autofree char *shown = NULL;
    gboolean taken;

    if (!try_bare_spec(parser, &taken) || taken)
        return taken && parser->error == NULL;
    if (*start != '.' && !read_phrase(parser, name))
        return FALSE;
    switch (*parser->p) {
    case '<':
        return read_angle(parser, start, name->str);
    case '@':
        return parser->p == start ? fail_unexpected(parser) : fail_at_local(parser, start);
    case ':':
        if (in_group || parser->p == start)
            return fail_unexpected(parser);
        parser->p++;
        return read_items(parser, TRUE);
    case ',':
    case ';':
    case '\0':
        shown = dup_item(start);
        return fail(parser, start, _("“@” is missing in “%s”"), shown);
    default:
        return fail_unexpected(parser);
    }
}

/* A comma at the very end is what completion leaves behind; between two there must be something. */
static gboolean read_items(Parser *parser, gboolean in_group) {
    for (;;) {
        if (!skip_cfws(parser, NULL))
            return FALSE;
        if (*parser->p == '\0' || (in_group && *parser->p == ';'))
            break;
        if (*parser->p == ',')
            return fail(parser, parser->p, _("an address is missing before this “,”"));
        if (!read_item(parser, in_group) || !skip_cfws(parser, NULL))
            return FALSE;
        if (*parser->p != ',')
            break;
        parser->p++;
    }
    if (in_group) {
        if (*parser->p == '\0')
            return fail(parser, parser->p, _("the group is not ended with “;”"));
        if (*parser->p != ';')
            return fail_unexpected(parser);
        parser->p++;
        return TRUE;
    }
    return *parser->p == '\0' || fail_unexpected(parser);
}

/* Before anything else, so that no later step sees a control character or half a one. */
static gboolean check_bytes(Parser *parser) {
    const char *bad = NULL;

    if (strlen(parser->text) > PB_ADDRESS_TEXT_MAX)
        return fail(parser, parser->text, _("the field is longer than %d bytes"),
                    PB_ADDRESS_TEXT_MAX);
    if (!g_utf8_validate(parser->text, -1, &bad))
        return fail(parser, bad, _("this is not UTF-8"));
    for (const char *c = parser->text; *c != '\0'; c = g_utf8_next_char(c)) {
        if (*c == '\n' || *c == '\r')
            return fail(parser, c, _("a line end cannot stand in an address field"));
        if (*c != '\t' && g_unichar_iscntrl(g_utf8_get_char(c)))
            return fail(parser, c, _("a control character cannot stand in an address field"));
    }
    return TRUE;
}

GPtrArray *pb_address_list_parse_field(const char *field, const char *text, gsize *offset_out,
                                       GError **error) {
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify) pb_address_free);
    Parser parser = {.field = field, .text = text, .p = text, .list = list};

    if (!check_bytes(&parser) || !read_items(&parser, FALSE)) {
        if (offset_out != NULL)
            *offset_out = (gsize) (parser.fault - text);
        g_propagate_error(error, parser.error);
        return NULL;
    }
    return g_steal_pointer(&list);
}

GPtrArray *pb_address_list_parse_at(const char *text, gsize *offset_out, GError **error) {
    return pb_address_list_parse_field(NULL, text, offset_out, error);
}

GPtrArray *pb_address_list_parse(const char *text, GError **error) {
    return pb_address_list_parse_field(NULL, text, NULL, error);
}

PbAddress *pb_address_parse_field(const char *field, const char *text, GError **error) {
    g_autoptr(GPtrArray) list = pb_address_list_parse_field(field, text, NULL, error);
    Parser parser = {.field = field, .text = text};

    if (list == NULL)
        return NULL;
    if (list->len == 1)
        return g_ptr_array_steal_index(list, 0);
    if (list->len == 0)
        fail(&parser, text, _("an address is missing"));
    else
        fail(&parser, text, _("only one address can stand here"));
    g_propagate_error(error, parser.error);
    return NULL;
}

PbAddress *pb_address_parse(const char *text, GError **error) {
    return pb_address_parse_field(NULL, text, error);
}

gboolean pb_address_spec_is_valid(const char *spec) {
    g_autoptr(GString) out = g_string_new(NULL);
    Parser parser = {.text = spec, .p = spec};
    gboolean valid;

    valid = check_bytes(&parser) && read_local(&parser, out) && *parser.p == '@';
    if (valid) {
        parser.p++;
        g_string_append_c(out, '@');
        valid = read_domain(&parser, out) && *parser.p == '\0';
    }
    g_clear_error(&parser.error);
    return valid;
}
