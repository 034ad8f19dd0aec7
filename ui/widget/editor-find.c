#include "ui/widget/editor-private.h"

#include <string.h>

static gboolean has_upper(const char *text) {
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if (g_unichar_isupper(g_utf8_get_char(text)))
            return TRUE;
    return FALSE;
}

static gboolean matches_at(const char *text, const char *needle, gboolean exact) {
    for (; *needle != '\0'; needle = g_utf8_next_char(needle), text = g_utf8_next_char(text)) {
        gunichar a = g_utf8_get_char(text), b = g_utf8_get_char(needle);
        if (*text == '\0' || (exact ? a != b : g_unichar_tolower(a) != g_unichar_tolower(b)))
            return FALSE;
    }
    return TRUE;
}

/* First match that begins in [from, to), or NULL. */
static const char *first_match(const char *from, const char *to, const char *needle,
                               gboolean exact) {
    for (; from < to; from = g_utf8_next_char(from))
        if (matches_at(from, needle, exact))
            return from;
    return NULL;
}

static const char *last_match(const char *from, const char *to, const char *needle,
                              gboolean exact) {
    const char *found = NULL;
    for (const char *at = from; (at = first_match(at, to, needle, exact)) != NULL;
         at = g_utf8_next_char(at))
        found = at;
    return found;
}

/* Small letters find both cases, a capital one finds itself only. */
gboolean pb_editor_find(PbEditor *editor, const char *needle, gboolean backward,
                        gboolean *wrapped_out) {
    if (*needle == '\0')
        return FALSE;
    g_autofree char *text = pb_editor_text(editor);
    const char *end = text + strlen(text), *here = text + editor->point;
    const char *behind = here < end ? g_utf8_next_char(here) : end;
    gboolean exact = has_upper(needle), wrapped = FALSE;
    const char *found =
        backward ? last_match(text, here, needle, exact) : first_match(behind, end, needle, exact);
    if (found == NULL) {
        wrapped = TRUE;
        found = backward ? last_match(here, end, needle, exact)
                         : first_match(text, behind, needle, exact);
    }
    if (found == NULL)
        return FALSE;
    editor->marked = FALSE;
    pb_editor_set_point(editor, (gsize) (found - text));
    if (wrapped_out != NULL)
        *wrapped_out = wrapped;
    return TRUE;
}
