#include "compose/checks-private.h"

#include <string.h>

/* Large mail providers whose names are typed from memory. */
static const char *const known_domains[] = {
    "gmail.com",   "googlemail.com", "outlook.com", "hotmail.com",  "live.com",    "yahoo.com",
    "icloud.com",  "protonmail.com", "proton.me",   "fastmail.com", "mailbox.org", "posteo.de",
    "gmx.de",      "gmx.net",        "gmx.at",      "gmx.ch",       "web.de",      "t-online.de",
    "freenet.de",  "hotmail.de",     "hotmail.fr",  "yahoo.de",     "yahoo.fr",    "outlook.de",
    "outlook.fr",  "orange.fr",      "free.fr",     "laposte.net",  "wanadoo.fr",  "sfr.fr",
    "example.org", "example.com",    "example.net",
};

/* Real domains that are one letter from a known one. */
static const char *const innocent[] = {
    "mail.com",   "gmx.com",    "gmx.fr",     "gmx.eu",   "gmx.org",     "ymail.com",
    "email.com",  "live.fr",    "live.de",    "like.com", "free.com",    "mailbox.com",
    "outlook.at", "hotmail.at", "yahoo.it",   "yahoo.es", "hotmail.it",  "hotmail.es",
    "proton.com", "posteo.net", "orange.com", "web.com",  "freenet.com", "love.com",
    "ge.com",     "sfr.com",
};

/* Words, or beginnings of words where they end in "*". */
static const char *const attachment_words[] = {
    "attach*",   "enclosed",    "enclosure*", "anbei",        "angehängt*",
    "anhang",    "anhänge*",    "beigefügt*", "anlage",       "anlagen",
    "im anhang", "beiliegend*", "ci-joint*",  "pièce jointe", "pièces jointes",
    "joins",     "jointe",      "jointes",    "en annexe",
};

#define NAME_MAX_CHARS 40

/* Edits between two short ASCII names: insert, delete, replace, swap of neighbours, each 1. */
static guint distance(const char *a, const char *b) {
    guint rows[3][NAME_MAX_CHARS + 1];
    gsize la = strlen(a);
    gsize lb = strlen(b);

    for (gsize j = 0; j <= lb; j++)
        rows[0][j] = (guint) j;
    for (gsize i = 1; i <= la; i++) {
        guint *row = rows[i % 3];
        const guint *above = rows[(i + 2) % 3];
        const guint *before = rows[(i + 1) % 3];

        row[0] = (guint) i;
        for (gsize j = 1; j <= lb; j++) {
            guint best = MIN(MIN(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));

            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = MIN(best, before[j - 2] + 1);
            row[j] = best;
        }
    }
    return rows[la % 3][lb];
}

static gboolean is_in(const char *text, const char *const *list, gsize count) {
    for (gsize i = 0; i < count; i++)
        if (strcmp(text, list[i]) == 0)
            return TRUE;
    return FALSE;
}

const char *pb_checks_lookalike(const char *domain) {
    g_autofree char *lower = g_ascii_strdown(domain, -1);
    gsize length = strlen(lower);

    if (length > NAME_MAX_CHARS || !g_str_is_ascii(lower) ||
        is_in(lower, known_domains, G_N_ELEMENTS(known_domains)) ||
        is_in(lower, innocent, G_N_ELEMENTS(innocent)))
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(known_domains); i++) {
        /* In a short name two edits make another word. */
        gsize known = strlen(known_domains[i]);
        guint most = known >= 9 ? 2 : 1;

        if (known + most >= length && length + most >= known &&
            distance(lower, known_domains[i]) <= most)
            return known_domains[i];
    }
    return NULL;
}

char *pb_checks_own_text(const char *body) {
    g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
    GString *out = g_string_new(NULL);

    for (char **line = lines; *line != NULL && strcmp(*line, "-- ") != 0; line++)
        if (**line != '>')
            g_string_append_printf(out, "%s\n", *line);
    return g_string_free(out, FALSE);
}

static gboolean is_word_char(gunichar c) {
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* `at` begins a word that is `pattern`: its length in bytes, else 0. */
static gsize match_here(const char *at, const char *pattern) {
    gboolean open_end = g_str_has_suffix(pattern, "*");
    gsize length = strlen(pattern) - (open_end ? 1 : 0);
    const char *end = at + length;

    if (strncmp(at, pattern, length) != 0)
        return 0;
    while (open_end && is_word_char(g_utf8_get_char(end)))
        end = g_utf8_next_char(end);
    return is_word_char(g_utf8_get_char(end)) ? 0 : (gsize) (end - at);
}

char *pb_checks_attachment_word(const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *lower = g_utf8_strdown(valid, -1);
    g_autofree char *normal = g_utf8_normalize(lower, -1, G_NORMALIZE_NFC);
    gboolean in_word = FALSE;

    for (const char *at = normal; *at != '\0'; at = g_utf8_next_char(at)) {
        gboolean was_in_word = in_word;

        in_word = is_word_char(g_utf8_get_char(at));
        if (was_in_word || !in_word)
            continue;
        for (gsize i = 0; i < G_N_ELEMENTS(attachment_words); i++) {
            gsize length = match_here(at, attachment_words[i]);

            if (length > 0)
                return g_strndup(at, length);
        }
    }
    return NULL;
}
