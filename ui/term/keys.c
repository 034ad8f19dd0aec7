#include "ui/term/keys.h"

#include <string.h>

/* Names of keys that are not characters, as shown and as written in [keys]. */
static const struct {
    const char *name;
    PbKeyKind kind;
    gboolean shift;
} named_keys[] = {
    {"Enter", PB_KEY_ENTER, FALSE},
    {"Esc", PB_KEY_ESC, FALSE},
    {"Tab", PB_KEY_TAB, FALSE},
    {"Shift-Tab", PB_KEY_BACKTAB, FALSE},
    {"Backspace", PB_KEY_BACKSPACE, FALSE},
    {"Del", PB_KEY_DELETE, FALSE},
    {"Ins", PB_KEY_INSERT, FALSE},
    {"Up", PB_KEY_UP, FALSE},
    {"Down", PB_KEY_DOWN, FALSE},
    {"Left", PB_KEY_LEFT, FALSE},
    {"Right", PB_KEY_RIGHT, FALSE},
    {"Shift-Left", PB_KEY_LEFT, TRUE},
    {"Shift-Right", PB_KEY_RIGHT, TRUE},
    {"Home", PB_KEY_HOME, FALSE},
    {"End", PB_KEY_END, FALSE},
    {"PgUp", PB_KEY_PGUP, FALSE},
    {"PgDn", PB_KEY_PGDN, FALSE},
};

static gboolean parse_named(const char *name, PbKey *key) {
    for (gsize i = 0; i < G_N_ELEMENTS(named_keys); i++) {
        if (g_strcmp0(named_keys[i].name, name) == 0) {
            key->kind = named_keys[i].kind;
            key->shift = named_keys[i].shift;
            return TRUE;
        }
    }
    if (name[0] == 'F' && g_ascii_isdigit(name[1])) {
        guint64 number = 0;
        if (!g_ascii_string_to_unsigned(name + 1, 10, 1, 63, &number, NULL))
            return FALSE;
        key->kind = PB_KEY_FUNCTION;
        key->c = (gunichar) number;
        return TRUE;
    }
    return FALSE;
}

static gboolean parse_char(const char *name, PbKey *key) {
    key->kind = PB_KEY_CHAR;
    if (g_strcmp0(name, "Space") == 0) {
        key->c = ' ';
        return TRUE;
    }
    if (name[0] == '^' && name[1] != '\0' && name[2] == '\0') {
        char c = g_ascii_toupper(name[1]);
        if (!g_ascii_isupper(c) && strchr("@[\\]^_", c) == NULL)
            return FALSE;
        key->c = (gunichar) c;
        key->ctrl = TRUE;
        return TRUE;
    }
    gunichar c = g_utf8_get_char_validated(name, -1);
    if (c >= (gunichar) -2 || c <= ' ' || c == 0x7f || *g_utf8_next_char(name) != '\0')
        return FALSE;
    key->c = c;
    return TRUE;
}

gboolean pb_key_parse(const char *name, PbKey *key_out) {
    PbKey key = {0};
    if (g_str_has_prefix(name, "Alt-") && name[4] != '\0') {
        key.alt = TRUE;
        name += 4;
    }
    if (*name == '\0' || (!parse_named(name, &key) && !parse_char(name, &key)))
        return FALSE;
    *key_out = key;
    return TRUE;
}

static char *char_to_string(const PbKey *key) {
    if (key->ctrl)
        return g_strdup_printf("^%c", (char) key->c);
    if (key->c == ' ')
        return g_strdup("Space");
    char utf8[7] = {0};
    g_unichar_to_utf8(key->c, utf8);
    return g_strdup(utf8);
}

static char *plain_to_string(const PbKey *key) {
    if (key->kind == PB_KEY_CHAR)
        return char_to_string(key);
    if (key->kind == PB_KEY_FUNCTION)
        return g_strdup_printf("F%u", (guint) key->c);
    for (gsize i = 0; i < G_N_ELEMENTS(named_keys); i++) {
        if (named_keys[i].kind == key->kind && named_keys[i].shift == key->shift)
            return g_strdup(named_keys[i].name);
    }
    return g_strdup("?");
}

char *pb_key_to_string(const PbKey *key) {
    g_autofree char *plain = plain_to_string(key);
    return key->alt ? g_strconcat("Alt-", plain, NULL) : g_steal_pointer(&plain);
}

gboolean pb_key_equal(const PbKey *a, const PbKey *b) {
    if (a->kind != b->kind || a->alt != b->alt || a->ctrl != b->ctrl)
        return FALSE;
    if (a->kind == PB_KEY_CHAR || a->kind == PB_KEY_FUNCTION)
        return a->c == b->c;
    return a->shift == b->shift;
}

gboolean pb_key_is(const PbKey *key, const char *name) {
    PbKey other;
    return pb_key_parse(name, &other) && pb_key_equal(key, &other);
}

gboolean pb_key_is_text(const PbKey *key) {
    return key->kind == PB_KEY_CHAR && !key->ctrl && !key->alt && g_unichar_isprint(key->c);
}
