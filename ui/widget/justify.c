#include "ui/widget/justify.h"

#include "accounts/pb-text.h"

#include <string.h>

gsize pb_justify_quote(const char *line) {
    gsize length = 0;
    for (gsize i = 0; line[i] == '>' || (line[i] == ' ' && line[i + 1] == '>'); i++)
        length = i + 1;
    if (length > 0 && line[length] == ' ')
        length++;
    return length;
}

gboolean pb_justify_is_text(const char *line) {
    const char *rest = line + pb_justify_quote(line);
    if (strcmp(line, "-- ") == 0)
        return FALSE;
    return rest[strspn(rest, " \t")] != '\0';
}

static void add_word(GString *to, const char *marks, const char *word, int *column, int columns) {
    int width = pb_text_width(word), margin = pb_text_width(marks);
    if (*column > margin && *column + 1 + width > columns) {
        g_string_append_printf(to, "\n%s", marks);
        *column = margin;
    } else if (*column > margin) {
        g_string_append_c(to, ' ');
        (*column)++;
    }
    g_string_append(to, word);
    *column += width;
}

char *pb_justify_lines(char **lines, int columns) {
    if (lines[0] == NULL)
        return g_strdup("");
    g_autofree char *marks = g_strndup(lines[0], pb_justify_quote(lines[0]));
    GString *to = g_string_new(marks);
    int column = pb_text_width(marks);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) words = g_strsplit_set(lines[i] + pb_justify_quote(lines[i]), " \t", -1);
        for (guint w = 0; words[w] != NULL; w++)
            if (*words[w] != '\0')
                add_word(to, marks, words[w], &column, columns);
    }
    return g_string_free(to, FALSE);
}
