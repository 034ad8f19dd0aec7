#include "accounts/pb-error.h"
#include "accounts/settings-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

typedef struct {
    const char *name;
    PbSettingsLines *lines;
    char *group; /* the one the scan is in, or NULL */
    guint number;
} Scan;

static char *place(const char *group, const char *key) {
    return key == NULL ? g_strdup(group) : g_strdup_printf("%s\n%s", group, key);
}

guint pb_settings_lines_get(PbSettingsLines *lines, const char *group, const char *key) {
    g_autofree char *at = place(group, key);
    return GPOINTER_TO_UINT(g_hash_table_lookup(lines, at));
}

static void G_GNUC_PRINTF(3, 4)
    set_fault(const Scan *scan, GError **error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    /* TRANSLATORS: file, number of the line, what is wrong there. */
    g_set_error(error, PB_ERROR, PB_ERROR_CONFIG, _("%s, line %u: %s"), scan->name, scan->number,
                what);
}

/* FALSE if the place was seen before. */
static gboolean remember(Scan *scan, const char *group, const char *key, guint *before_out) {
    *before_out = pb_settings_lines_get(scan->lines, group, key);
    if (*before_out > 0)
        return FALSE;
    g_hash_table_insert(scan->lines, place(group, key), GUINT_TO_POINTER(scan->number));
    return TRUE;
}

static gboolean scan_group(Scan *scan, const char *line, GError **error) {
    gsize length = strlen(line);
    guint before;
    if (line[length - 1] != ']') {
        set_fault(scan, error, _("“]” is missing at the end of “%s”"), line);
        return FALSE;
    }
    g_free(scan->group);
    scan->group = g_strndup(line + 1, length - 2);
    if (!remember(scan, scan->group, NULL, &before)) {
        set_fault(scan, error, _("[%s] comes twice, first in line %u; put both together"),
                  scan->group, before);
        return FALSE;
    }
    return TRUE;
}

/* The line is not quoted when it has no "=": it may be a password put into the wrong file. */
static gboolean scan_key(Scan *scan, const char *line, GError **error) {
    const char *equals = strchr(line, '=');
    guint before;
    if (equals == NULL || equals == line) {
        set_fault(scan, error, _("a line is “key = value”, “[group]” or “# comment”"));
        return FALSE;
    }
    g_autofree char *key = g_strchomp(g_strndup(line, (gsize) (equals - line)));
    if (scan->group == NULL) {
        set_fault(scan, error, _("“%s” stands before the first group, such as [postbag]"), key);
        return FALSE;
    }
    /* GKeyFile would take it for a translation and drop it. */
    if (strpbrk(key, "[]") != NULL) {
        set_fault(scan, error, _("“%s” cannot be a key"), key);
        return FALSE;
    }
    if (!remember(scan, scan->group, key, &before)) {
        set_fault(scan, error, _("“%s” is set twice, first in line %u"), key, before);
        return FALSE;
    }
    return TRUE;
}

static gboolean scan_line(Scan *scan, char *line, GError **error) {
    g_strstrip(line);
    if (*line == '\0' || *line == '#')
        return TRUE;
    return *line == '[' ? scan_group(scan, line, error) : scan_key(scan, line, error);
}

PbSettingsLines *pb_settings_scan(const char *name, const char *text, GError **error) {
    g_autoptr(GHashTable) lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Scan scan = {.name = name, .lines = lines};
    g_auto(GStrv) split = g_strsplit(text, "\n", -1);
    gboolean good = TRUE;
    for (char **line = split; good && *line != NULL; line++) {
        scan.number++;
        good = scan_line(&scan, *line, error);
    }
    g_free(scan.group);
    return good ? g_steal_pointer(&lines) : NULL;
}
