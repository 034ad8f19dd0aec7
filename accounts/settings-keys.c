#include "accounts/settings-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

typedef enum {
    TEXT,     /* anything on one or more lines */
    WORD,     /* not empty, no control characters */
    NUMBER,   /* between min and max */
    BOOLEAN,  /* yes or no */
    ONE_OF,   /* one of `allowed`, separated by "|" */
    PASSWORD, /* a source of passwords; its value is never quoted */
} ValueType;

typedef struct {
    const char *name; /* a "*" at the end stands for any ending */
    ValueType type;
    gint64 min, max;
    const char *allowed;
} KnownKey;

typedef struct {
    const char *word;     /* first word of the group name */
    gboolean named;       /* "[word NAME]" */
    const char *subject;  /* for "not known for an account" */
    const KnownKey *keys; /* ends with a NULL name; NULL: any key */
} KnownGroup;

static const KnownKey postbag_keys[] = {
    {"version", NUMBER, 1, 1},
    {"undo_seconds", NUMBER, 0, 3600},
    {"theme", ONE_OF, .allowed = "auto|mono|16|dark|light|contrast"},
    {"mouse", BOOLEAN},
    {"plain", BOOLEAN},
    {"ascii", BOOLEAN},
    {"key_rows", BOOLEAN},
    {"editor", WORD},
    {"confirm_quit", BOOLEAN},
    {"retry_days", NUMBER, 1, 30},
    {"warn_hours", NUMBER, 1, 240},
    {NULL},
};

static const KnownKey account_keys[] = {
    {"host", WORD},
    {"port", NUMBER, 0, 65535},
    {"security", ONE_OF, .allowed = "tls|starttls|none"},
    {"username", WORD},
    {"auth", ONE_OF,
     .allowed = "auto|plain|login|cram-md5|scram-sha-1|scram-sha-1-plus|scram-sha-256|"
                "scram-sha-256-plus|external|gssapi|xoauth2|oauthbearer"},
    {"password", PASSWORD},
    {"ca_file", WORD},
    {"pin_sha256", WORD},
    {"client_certificate", WORD},
    {"timeout", NUMBER, 1, 3600},
    {"ehlo_name", WORD},
    {"sent", WORD},
    {"reports", WORD},
    {"limits", WORD},
    {"oauth_*", WORD},
    {"default", BOOLEAN},
    {"sandbox", BOOLEAN},
    {NULL},
};

static const KnownKey identity_keys[] = {
    {"account", WORD},  {"name", TEXT},         {"address", WORD},   {"aliases", TEXT},
    {"reply_to", WORD}, {"organization", WORD}, {"signature", TEXT}, {"signature_file", WORD},
    {"bcc_self", WORD}, {"sent", WORD},         {"dsn", WORD},       {NULL},
};

static const KnownGroup known_groups[] = {
    {"postbag", FALSE, N_("[postbag]"), postbag_keys},
    {"account", TRUE, N_("an account"), account_keys},
    {"identity", TRUE, N_("an identity"), identity_keys},
    {"keys", TRUE, NULL, NULL},
    {"theme", FALSE, NULL, NULL},
};

/* Steps from one word to the other: insert, delete, change, swap neighbours ("prot", "port"). */
static guint distance(const char *a, const char *b) {
    guint rows[3][32];
    gsize la = strlen(a), lb = strlen(b);
    if (la >= G_N_ELEMENTS(rows[0]) || lb >= G_N_ELEMENTS(rows[0]))
        return G_MAXUINT;
    for (gsize j = 0; j <= lb; j++)
        rows[0][j] = (guint) j;
    for (gsize i = 1; i <= la; i++) {
        guint *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = (guint) i;
        for (gsize j = 1; j <= lb; j++) {
            row[j] = MIN(above[j - 1] + (a[i - 1] != b[j - 1]), MIN(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = MIN(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[la % 3][lb];
}

/* Near enough to be a slip: two steps, and less than half of the word. */
static void consider(const char *word, const char *candidate, const char **best, guint *steps) {
    guint d = distance(word, candidate);
    if (d <= 2 && d * 2 <= strlen(candidate) && d < *steps) {
        *best = candidate;
        *steps = d;
    }
}

static const KnownGroup *find_group(const char *group) {
    for (gsize i = 0; i < G_N_ELEMENTS(known_groups); i++) {
        const KnownGroup *known = &known_groups[i];
        gsize length = strlen(known->word);
        if (strncmp(group, known->word, length) == 0 &&
            group[length] == (known->named ? ' ' : '\0'))
            return known;
    }
    return NULL;
}

static gboolean is_plain_name(const char *name) {
    if (*name == '\0')
        return FALSE;
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == strlen(name);
}

static char *fault_of_unknown_group(const char *group) {
    g_autofree char *word = g_strndup(group, strcspn(group, " "));
    const char *best = NULL;
    guint steps = G_MAXUINT;
    for (gsize i = 0; i < G_N_ELEMENTS(known_groups); i++)
        consider(word, known_groups[i].word, &best, &steps);
    if (best != NULL && g_str_equal(best, word))
        return g_strdup_printf(_("[%s] needs a name, such as [%s work]"), group, word);
    if (best != NULL)
        return g_strdup_printf(_("the group [%s] is not known; did you mean “%s”?"), group, best);
    return g_strdup_printf(_("the group [%s] is not known; there are [postbag], [account NAME], "
                             "[identity NAME], [keys VIEW] and [theme]"),
                           group);
}

char *pb_settings_fault_of_group(const char *group) {
    const KnownGroup *known = find_group(group);
    if (known == NULL)
        return fault_of_unknown_group(group);
    if (known->named && !is_plain_name(group + strlen(known->word) + 1))
        return g_strdup_printf(_("the name in [%s] may have a to z, 0 to 9, “.”, “_” and “-” only"),
                               group);
    return NULL;
}

static gboolean key_matches(const KnownKey *known, const char *key) {
    gsize length = strlen(known->name);
    if (known->name[length - 1] == '*')
        return strncmp(known->name, key, length - 1) == 0 && key[length - 1] != '\0';
    return g_str_equal(known->name, key);
}

static const KnownKey *find_key(const KnownGroup *group, const char *key) {
    for (const KnownKey *known = group->keys; known->name != NULL; known++)
        if (key_matches(known, key))
            return known;
    return NULL;
}

static char *fault_of_unknown_key(const KnownGroup *group, const char *key) {
    const char *best = NULL;
    guint steps = G_MAXUINT;
    for (const KnownKey *known = group->keys; known->name != NULL; known++)
        consider(key, known->name, &best, &steps);
    /* TRANSLATORS: the second place is “[postbag]”, “an account” or “an identity”. */
    g_autofree char *fault = g_strdup_printf(_("“%s” is not known for %s"), key, _(group->subject));
    if (best != NULL)
        return g_strdup_printf(_("%s; did you mean “%s”?"), fault, best);
    g_autoptr(GString) all = g_string_new(NULL);
    for (const KnownKey *known = group->keys; known->name != NULL; known++)
        g_string_append_printf(all, "%s%s", all->len > 0 ? " " : "", known->name);
    return g_strdup_printf(_("%s; known are: %s"), fault, all->str);
}

char *pb_settings_fault_of_key(const char *group, const char *key) {
    const KnownGroup *known = find_group(group);
    if (known == NULL || !g_utf8_validate(key, -1, NULL) || strpbrk(key, "[]=\n") != NULL ||
        *key == '\0')
        return g_strdup_printf(_("“%s” cannot be a key in [%s]"), key, group);
    if (known->keys == NULL || find_key(known, key) != NULL)
        return NULL;
    return fault_of_unknown_key(known, key);
}

gboolean pb_settings_parse_bool(const char *value, gboolean *value_out) {
    static const char *const words[] = {"no", "yes", "off", "on", "false", "true", "0", "1"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(value, words[i]) == 0) {
            *value_out = i % 2 == 1;
            return TRUE;
        }
    return FALSE;
}

static gboolean has_control(const char *value, gboolean lines_allowed) {
    for (const char *p = value; *p != '\0'; p++)
        if (g_ascii_iscntrl(*p) && !(lines_allowed && (*p == '\n' || *p == '\t')))
            return TRUE;
    return FALSE;
}

static char *fault_of_choice(const KnownKey *known, const char *value) {
    g_auto(GStrv) allowed = g_strsplit(known->allowed, "|", -1);
    if (g_strv_contains((const char *const *) allowed, value))
        return NULL;
    g_autofree char *list = g_strjoinv(", ", allowed);
    return g_strdup_printf(_("“%s” can be one of: %s; not “%s”"), known->name, list, value);
}

static char *fault_of_password(const char *value) {
    static const char *const sources[] = {"secret-service", "ask", "netrc"};
    static const char *const with_argument[] = {"command:", "netrc:", "credential:"};
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
        if (g_str_equal(value, sources[i]))
            return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(with_argument); i++)
        if (g_str_has_prefix(value, with_argument[i]) && value[strlen(with_argument[i])] != '\0')
            return NULL;
    return g_strdup(_("“password” says where the password comes from: secret-service, command:CMD, "
                      "netrc, netrc:FILE, credential:NAME or ask; a password itself does not "
                      "belong into this file"));
}

static char *fault_of_number(const KnownKey *known, const char *value) {
    if (g_ascii_string_to_signed(value, 10, known->min, known->max, NULL, NULL))
        return NULL;
    if (known->min == known->max)
        return g_strdup_printf(_("“%s” can only be %d in this version of postbag, not “%s”"),
                               known->name, (int) known->min, value);
    return g_strdup_printf(_("“%s” must be a whole number from %d to %d, not “%s”"), known->name,
                           (int) known->min, (int) known->max, value);
}

char *pb_settings_fault_of_value(const char *group, const char *key, const char *value) {
    const KnownGroup *known_group = find_group(group);
    const KnownKey *known =
        known_group != NULL && known_group->keys != NULL ? find_key(known_group, key) : NULL;
    gboolean lines_allowed = known != NULL && known->type == TEXT;
    gboolean flag;
    if (!g_utf8_validate(value, -1, NULL))
        return g_strdup_printf(_("the value of “%s” is not UTF-8"), key);
    if (has_control(value, lines_allowed))
        return g_strdup_printf(_("the value of “%s” has a control character"), key);
    switch (known != NULL ? known->type : TEXT) {
    case WORD:
        return *value != '\0' ? NULL : g_strdup_printf(_("“%s” has no value"), key);
    case NUMBER:
        return fault_of_number(known, value);
    case BOOLEAN:
        return pb_settings_parse_bool(value, &flag)
                   ? NULL
                   : g_strdup_printf(_("“%s” can be yes or no, not “%s”"), key, value);
    case ONE_OF:
        return fault_of_choice(known, value);
    case PASSWORD:
        return fault_of_password(value);
    default:
        return NULL;
    }
}
