#include "ui/cli/suggest.h"

#include <string.h>

/* Words are options and commands; anything longer was no slip of the finger. */
#define WORD_MAX 32

/* Edits (insert, delete, replace, swap of neighbours) from `a` to `b`, by three rolling rows. */
static guint distance(const char *a, const char *b) {
    gsize a_length = strlen(a), b_length = strlen(b);
    guint rows[3][WORD_MAX + 1];

    if (a_length > WORD_MAX || b_length > WORD_MAX)
        return G_MAXUINT;
    for (gsize j = 0; j <= b_length; j++)
        rows[0][j] = (guint) j;
    for (gsize i = 1; i <= a_length; i++) {
        guint *row = rows[i % 3], *above = rows[(i + 2) % 3], *over = rows[(i + 1) % 3];

        row[0] = (guint) i;
        for (gsize j = 1; j <= b_length; j++) {
            guint best = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);

            best = MIN(best, MIN(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = MIN(best, over[j - 2] + 1);
            row[j] = best;
        }
    }
    return rows[a_length % 3][b_length];
}

/* "rele" for "release": cut short, not mistyped. */
static gboolean is_cut_short(const char *typed, const char *word) {
    return strlen(typed) >= 3 && g_str_has_prefix(word, typed);
}

const char *pb_suggest(const char *typed, const char *const *words) {
    const char *nearest = NULL;
    guint best = (guint) MIN(strlen(typed) / 3 + 1, 3) + 1;

    for (; *words != NULL; words++) {
        guint edits = is_cut_short(typed, *words) ? 1 : distance(typed, *words);

        if (edits < best && edits < strlen(*words)) {
            best = edits;
            nearest = *words;
        }
    }
    return nearest;
}
