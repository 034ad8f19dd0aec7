#include "transport/smtp/capabilities.h"

#include <string.h>

/* SASL names are at most 20 characters (RFC 4422 3.1). */
#define MECHANISM_MAX  20
#define MECHANISMS_MAX 40

static gboolean is_mechanism(const char *name) {
    gsize length = strlen(name);
    if (length == 0 || length > MECHANISM_MAX)
        return FALSE;
    for (const char *c = name; *c != '\0'; c++)
        if (!g_ascii_isupper(*c) && !g_ascii_isdigit(*c) && *c != '-' && *c != '_')
            return FALSE;
    return TRUE;
}

/* The rest of an AUTH line, one mechanism a word; tabs are seen in the wild as separators. */
static void take_mechanisms(GPtrArray *mechanisms, const char *rest) {
    g_autofree char *upper = g_ascii_strup(rest, -1);
    g_auto(GStrv) words = g_strsplit_set(upper, " \t", -1);
    for (guint i = 0; words[i] != NULL && mechanisms->len < MECHANISMS_MAX; i++) {
        if (is_mechanism(words[i]) &&
            !g_ptr_array_find_with_equal_func(mechanisms, words[i], g_str_equal, NULL))
            g_ptr_array_add(mechanisms, g_strdup(words[i]));
    }
}

/* A number too big for 64 bits is no limit that could matter. */
static void take_size(PbCapabilities *capabilities, const char *rest) {
    guint64 limit = 0;
    capabilities->size = TRUE;
    if (g_ascii_string_to_unsigned(rest, 10, 0, G_MAXUINT64, &limit, NULL))
        capabilities->size_limit = limit;
}

static gboolean *flag_of(PbCapabilities *capabilities, const char *keyword) {
    const struct {
        const char *keyword;
        gboolean *flag;
    } flags[] = {
        {"PIPELINING", &capabilities->pipelining},
        {"8BITMIME", &capabilities->eight_bit_mime},
        {"DSN", &capabilities->dsn},
        {"SMTPUTF8", &capabilities->smtputf8},
        {"CHUNKING", &capabilities->chunking},
        {"ENHANCEDSTATUSCODES", &capabilities->enhanced_status},
        {"STARTTLS", &capabilities->starttls},
    };
    for (guint i = 0; i < G_N_ELEMENTS(flags); i++)
        if (g_ascii_strcasecmp(keyword, flags[i].keyword) == 0)
            return flags[i].flag;
    return NULL;
}

static void take_line(PbCapabilities *capabilities, GPtrArray *mechanisms, const char *line) {
    /* "AUTH=PLAIN LOGIN" is the form of servers from before RFC 2554. */
    gsize length = strcspn(line, " \t=");
    g_autofree char *keyword = g_strndup(line, length);
    g_autofree char *rest = g_strstrip(g_strdup(line[length] != '\0' ? line + length + 1 : ""));
    gboolean *flag = flag_of(capabilities, keyword);
    if (flag != NULL)
        *flag = TRUE;
    else if (g_ascii_strcasecmp(keyword, "SIZE") == 0)
        take_size(capabilities, rest);
    else if (g_ascii_strcasecmp(keyword, "AUTH") == 0)
        take_mechanisms(mechanisms, rest);
}

PbCapabilities *pb_capabilities_parse(const char *text) {
    PbCapabilities *capabilities = g_new0(PbCapabilities, 1);
    GPtrArray *mechanisms = g_ptr_array_new();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
        take_line(capabilities, mechanisms, lines[i]);
    g_ptr_array_add(mechanisms, NULL);
    capabilities->mechanisms = (char **) g_ptr_array_free(mechanisms, FALSE);
    capabilities->lines = g_strdupv(lines[0] != NULL ? lines + 1 : lines);
    return capabilities;
}

void pb_capabilities_free(PbCapabilities *capabilities) {
    if (capabilities == NULL)
        return;
    g_strfreev(capabilities->mechanisms);
    g_strfreev(capabilities->lines);
    g_free(capabilities);
}
