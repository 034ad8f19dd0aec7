#include "accounts/domain.h"
#include "compose/address-private.h"

#include <string.h>

PbAddress *pb_address_new(const char *name, const char *address) {
    PbAddress *result = g_new0(PbAddress, 1);

    result->name = name != NULL && *name != '\0' ? g_strdup(name) : NULL;
    result->address = g_strdup(address);
    return result;
}

PbAddress *pb_address_copy(const PbAddress *address) {
    return pb_address_new(address->name, address->address);
}

void pb_address_free(PbAddress *address) {
    if (address == NULL)
        return;
    g_free(address->name);
    g_free(address->address);
    g_free(address);
}

gboolean pb_address_is_atext(gunichar c) {
    /* U+200C and U+200D are part of spelling in several scripts; other format characters hide. */
    if (c >= 0x80)
        return !g_unichar_isspace(c) &&
               (g_unichar_type(c) != G_UNICODE_FORMAT || c == 0x200C || c == 0x200D);
    return g_ascii_isalnum((char) c) || (c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", (int) c) != NULL);
}

gboolean pb_address_is_phrase_char(gunichar c) {
    return c >= 0x80 || pb_address_is_atext(c);
}

/* Read back as single words with one space between them, exactly as they are. */
static gboolean is_plain_phrase(const char *name) {
    gboolean after_word = FALSE;

    if (strstr(name, "=?") != NULL)
        return FALSE;
    for (const char *c = name; *c != '\0'; c = g_utf8_next_char(c)) {
        if (*c == ' ' && after_word)
            after_word = FALSE;
        else if (pb_address_is_phrase_char(g_utf8_get_char(c)))
            after_word = TRUE;
        else
            return FALSE;
    }
    return after_word;
}

static void append_name(GString *out, const char *name) {
    if (is_plain_phrase(name)) {
        g_string_append(out, name);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *c = name; *c != '\0'; c = g_utf8_next_char(c)) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(out, '\\');
        if (g_unichar_iscntrl(g_utf8_get_char(c)) && *c != '\t')
            g_string_append_c(out, ' ');
        else
            g_string_append_len(out, c, g_utf8_next_char(c) - c);
    }
    g_string_append_c(out, '"');
}

char *pb_address_to_string(const PbAddress *address) {
    GString *out = g_string_new(NULL);

    if (address->name == NULL)
        return g_string_free(g_string_append(out, address->address), FALSE);
    append_name(out, address->name);
    g_string_append_printf(out, " <%s>", address->address);
    return g_string_free(out, FALSE);
}

char *pb_address_list_to_string(GPtrArray *list) {
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        g_autofree char *one = pb_address_to_string(g_ptr_array_index(list, i));

        g_string_append(out, i > 0 ? ", " : "");
        g_string_append(out, one);
    }
    return g_string_free(out, FALSE);
}

const char *pb_address_label(const PbAddress *address) {
    return address->name != NULL ? address->name : address->address;
}

const char *pb_address_domain(const char *spec) {
    const char *at = strrchr(spec, '@');

    return at != NULL ? at + 1 : spec + strlen(spec);
}

/* The mapping may turn look-alikes of "/" or "@" into these: the result is checked again. */
char *pb_address_domain_to_ascii(const char *domain) {
    g_autofree char *ascii = pb_domain_to_ascii(domain);
    g_auto(GStrv) labels = NULL;

    if (ascii == NULL || *ascii == '\0' || strlen(ascii) > PB_ADDRESS_DOMAIN_MAX)
        return NULL;
    labels = g_strsplit(ascii, ".", -1);
    for (char **label = labels; *label != NULL; label++) {
        gsize length = strlen(*label);

        if (length == 0 || length > PB_ADDRESS_LABEL_MAX)
            return NULL;
        for (gsize i = 0; i < length; i++)
            if (!g_ascii_isalnum((*label)[i]) && (*label)[i] != '-')
                return NULL;
    }
    return g_steal_pointer(&ascii);
}

static gboolean is_literal(const char *domain) {
    return *domain == '[';
}

char *pb_address_key(const char *spec) {
    const char *domain = pb_address_domain(spec);
    g_autofree char *ascii = is_literal(domain) ? NULL : pb_address_domain_to_ascii(domain);
    g_autofree char *lower = g_ascii_strdown(ascii != NULL ? ascii : domain, -1);

    return g_strdup_printf("%.*s%s", (int) (domain - spec), spec, lower);
}

gboolean pb_address_spec_equal(const char *a, const char *b) {
    g_autofree char *key_a = pb_address_key(a);
    g_autofree char *key_b = pb_address_key(b);

    return strcmp(key_a, key_b) == 0;
}

gboolean pb_address_needs_utf8(const char *spec) {
    const char *domain = pb_address_domain(spec);
    g_autofree char *ascii = NULL;

    for (const char *c = spec; c < domain; c++)
        if ((guchar) *c >= 0x80)
            return TRUE;
    if (g_str_is_ascii(domain))
        return FALSE;
    ascii = pb_address_domain_to_ascii(domain);
    return ascii == NULL;
}

char *pb_address_to_wire(const char *spec) {
    const char *domain = pb_address_domain(spec);
    g_autofree char *ascii = NULL;

    if (g_str_is_ascii(domain) || pb_address_needs_utf8(spec))
        return g_strdup(spec);
    ascii = pb_address_domain_to_ascii(domain);
    return g_strdup_printf("%.*s%s", (int) (domain - spec), spec, ascii);
}
