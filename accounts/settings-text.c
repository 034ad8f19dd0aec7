#include "accounts/pb-error.h"
#include "accounts/settings-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

struct PbSettingsText {
    GPtrArray *lines; /* as they stand in the file, without line ends */
};

typedef struct {
    const char *name;
    GHashTable *seen; /* "group" or "group\nkey" to its line */
    char *group;      /* the one the check is in, or NULL */
    guint number;
} Check;

static void G_GNUC_PRINTF(3, 4)
    set_fault(const Check *check, GError **error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    /* TRANSLATORS: file, number of the line, what is wrong there. */
    g_set_error(error, PB_ERROR, PB_ERROR_CONFIG, _("%s, line %u: %s"), check->name, check->number,
                what);
}

static gboolean is_group(const char *line) {
    return *line == '[';
}

static gboolean is_blank(const char *line) {
    return line[strspn(line, " \t\r")] == '\0';
}

/* The name in "[name]"; NULL for other lines. */
static char *group_of(const char *line) {
    g_autofree char *stripped = g_strstrip(g_strdup(line));
    gsize length = strlen(stripped);
    if (!is_group(stripped) || length < 2 || stripped[length - 1] != ']')
        return NULL;
    return g_strndup(stripped + 1, length - 2);
}

/* The key in "key = value"; NULL for other lines. */
static char *key_of(const char *line) {
    line += strspn(line, " \t");
    const char *equals = strchr(line, '=');
    if (*line == '#' || is_group(line) || equals == NULL || equals == line)
        return NULL;
    return g_strchomp(g_strndup(line, (gsize) (equals - line)));
}

/* The line where it was seen before, or 0 and it is remembered. */
static guint seen_before(Check *check, const char *group, const char *key) {
    char *place = key == NULL ? g_strdup(group) : g_strdup_printf("%s\n%s", group, key);
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(check->seen, place));
    if (before > 0)
        g_free(place);
    else
        g_hash_table_insert(check->seen, place, GUINT_TO_POINTER(check->number));
    return before;
}

static gboolean check_group(Check *check, const char *line, GError **error) {
    g_free(check->group);
    check->group = group_of(line);
    if (check->group == NULL) {
        set_fault(check, error, _("“]” is missing at the end of “%s”"), line);
        return FALSE;
    }
    guint before = seen_before(check, check->group, NULL);
    if (before > 0)
        set_fault(check, error, _("[%s] comes twice, first in line %u; put both together"),
                  check->group, before);
    return before == 0;
}

/* The line is not quoted when it has no "=": it may be a password put into the wrong file. */
static gboolean check_key(Check *check, const char *line, GError **error) {
    g_autofree char *key = key_of(line);
    if (key == NULL) {
        set_fault(check, error, _("a line is “key = value”, “[group]” or “# comment”"));
        return FALSE;
    }
    if (check->group == NULL) {
        set_fault(check, error, _("“%s” stands before the first group, such as [postbag]"), key);
        return FALSE;
    }
    /* GKeyFile would take it for a translation and drop it. */
    if (strpbrk(key, "[]") != NULL) {
        set_fault(check, error, _("“%s” cannot be a key"), key);
        return FALSE;
    }
    guint before = seen_before(check, check->group, key);
    if (before > 0)
        set_fault(check, error, _("“%s” is set twice, first in line %u"), key, before);
    return before == 0;
}

static gboolean check_line(Check *check, const char *line, GError **error) {
    g_autofree char *stripped = g_strstrip(g_strdup(line));
    if (*stripped == '\0' || *stripped == '#')
        return TRUE;
    return is_group(stripped) ? check_group(check, stripped, error)
                              : check_key(check, stripped, error);
}

PbSettingsText *pb_settings_text_new(const char *name, const char *text, GError **error) {
    g_autoptr(PbSettingsText) result = g_new0(PbSettingsText, 1);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Check check = {.name = name, .seen = seen};
    gboolean good = TRUE;
    result->lines = g_ptr_array_new_with_free_func(g_free);
    while (good && *text != '\0') {
        gsize length = strcspn(text, "\n");
        g_ptr_array_add(result->lines, g_strndup(text, length));
        text += length + (text[length] == '\n');
        check.number++;
        good = check_line(&check, result->lines->pdata[result->lines->len - 1], error);
    }
    g_free(check.group);
    return good ? g_steal_pointer(&result) : NULL;
}

void pb_settings_text_free(PbSettingsText *text) {
    if (text == NULL)
        return;
    g_ptr_array_unref(text->lines);
    g_free(text);
}

static const char *line_at(PbSettingsText *text, guint index) {
    return text->lines->pdata[index];
}

/* The index of the group's own line; the number of lines if it is not there. */
static guint find_group(PbSettingsText *text, const char *group) {
    for (guint i = 0; i < text->lines->len; i++) {
        g_autofree char *name = group_of(line_at(text, i));
        if (g_strcmp0(name, group) == 0)
            return i;
    }
    return text->lines->len;
}

/* The index of the last key of the group at `start`, or of its own line. What follows, blank lines
 * and comments, stands above the next group and belongs to that. */
static guint last_line_of_group(PbSettingsText *text, guint start) {
    guint last = start;
    for (guint i = start + 1; i < text->lines->len; i++) {
        const char *line = line_at(text, i);
        g_autofree char *key = key_of(line);
        if (is_group(line + strspn(line, " \t")))
            break;
        if (key != NULL)
            last = i;
    }
    return last;
}

static guint find_key(PbSettingsText *text, guint group, const char *key) {
    guint last = group < text->lines->len ? last_line_of_group(text, group) : 0;
    for (guint i = group + 1; i <= last; i++) {
        g_autofree char *name = key_of(line_at(text, i));
        if (g_strcmp0(name, key) == 0)
            return i;
    }
    return text->lines->len;
}

guint pb_settings_text_line(PbSettingsText *text, const char *group, const char *key) {
    guint index = find_group(text, group);
    if (key != NULL)
        index = find_key(text, index, key);
    return index < text->lines->len ? index + 1 : 0;
}

static guint add_group(PbSettingsText *text, const char *group) {
    guint count = text->lines->len;
    if (count > 0 && !is_blank(line_at(text, count - 1)))
        g_ptr_array_add(text->lines, g_strdup(""));
    g_ptr_array_add(text->lines, g_strdup_printf("[%s]", group));
    return text->lines->len - 1;
}

void pb_settings_text_set(PbSettingsText *text, const char *group, const char *key,
                          const char *raw_value) {
    guint start = find_group(text, group);
    if (start == text->lines->len)
        start = add_group(text, group);
    guint index = find_key(text, start, key);
    if (index == text->lines->len)
        index = last_line_of_group(text, start) + 1;
    else
        g_ptr_array_remove_index(text->lines, index);
    g_ptr_array_insert(text->lines, (int) index, g_strdup_printf("%s = %s", key, raw_value));
}

void pb_settings_text_unset(PbSettingsText *text, const char *group, const char *key) {
    guint index = find_key(text, find_group(text, group), key);
    if (index < text->lines->len)
        g_ptr_array_remove_index(text->lines, index);
}

/* The comment right above a group goes with it, except at the top of the file, where it speaks of
 * all that follows. */
static guint first_line_of_group(PbSettingsText *text, guint start) {
    guint first = start;
    while (first > 0 && line_at(text, first - 1)[strspn(line_at(text, first - 1), " \t")] == '#')
        first--;
    return first > 0 ? first : start;
}

void pb_settings_text_remove(PbSettingsText *text, const char *group) {
    guint start = find_group(text, group);
    if (start == text->lines->len)
        return;
    guint last = last_line_of_group(text, start), first = first_line_of_group(text, start);
    g_ptr_array_remove_range(text->lines, first, last - first + 1);
    while (first < text->lines->len && is_blank(line_at(text, first)) &&
           (first == 0 || is_blank(line_at(text, first - 1))))
        g_ptr_array_remove_index(text->lines, first);
}

char *pb_settings_text_join(PbSettingsText *text) {
    g_autoptr(GString) joined = g_string_new(NULL);
    for (guint i = 0; i < text->lines->len; i++) {
        g_string_append(joined, line_at(text, i));
        g_string_append_c(joined, '\n');
    }
    return g_string_free(g_steal_pointer(&joined), FALSE);
}
