#include "compose/flowed-private.h"

#include <string.h>

#define LINE_MAX_CHARS 78 /* RFC 3676 4.2, with the space at its end */
/* Deeper quotes would leave no room for text. */
#define QUOTE_MAX 30

/* RFC 3676 4.5 wants ">>" where people write "> >". Returns the depth and moves to the text. */
static guint take_quotes(const char **line) {
    const char *p = *line;
    guint depth = 0;

    while (*p == '>') {
        depth++;
        p++;
        *line = p;
        if (*p == ' ' && p[1] == '>')
            p++;
    }
    if (depth > 0 && **line == ' ')
        (*line)++;
    return MIN(depth, QUOTE_MAX);
}

/* RFC 3676 4.4: what could be read as a quote, as stuffing or as an mbox line gets a space. Behind
 * quote marks the space is always put, as everybody writes it. */
static gboolean needs_stuffing(guint depth, const char *piece, gsize length) {
    if (length == 0)
        return FALSE;
    return depth > 0 || *piece == ' ' || *piece == '>' ||
           (length >= 5 && memcmp(piece, "From ", 5) == 0);
}

static void put_line(GString *out, guint depth, const char *piece, gsize length) {
    for (guint i = 0; i < depth; i++)
        g_string_append_c(out, '>');
    if (needs_stuffing(depth, piece, length))
        g_string_append_c(out, ' ');
    g_string_append_len(out, piece, (gssize) length);
    g_string_append_c(out, '\n');
}

/* How much of `text` the next line takes, with the spaces it ends in; all of it if it is the last
 * one. A line "-- " would be read as the signature's (4.3), so no break is made there. */
static gsize next_break(const char *text, gsize length, glong room) {
    gsize best = 0;
    gsize at = 0;
    glong chars = 0;

    while (at < length) {
        if (best > 0 && chars >= room)
            return best;
        chars++;
        if (text[at] == ' ' && at + 1 < length && text[at + 1] != ' ' &&
            !(at == 2 && memcmp(text, "--", 2) == 0) && (best == 0 || chars <= room))
            best = at + 1;
        at = (gsize) (g_utf8_next_char(text + at) - text);
    }
    return chars > room && best > 0 ? best : length;
}

static void wrap_paragraph(GString *out, const char *line, gsize length) {
    g_autofree char *copy = g_strndup(line, length);
    const char *text = copy;
    guint depth = take_quotes(&text);
    glong room = LINE_MAX_CHARS - (glong) depth - 1;

    length = strlen(text);
    /* RFC 3676 4.3: the one line that may end in a space and is not flowed. */
    if (strcmp(text, "-- ") == 0) {
        put_line(out, depth, text, length);
        return;
    }
    /* A space at the end would make the line flow into the next. */
    while (length > 0 && text[length - 1] == ' ')
        length--;
    do {
        gsize part = next_break(text, length, room);

        put_line(out, depth, text, part);
        text += part;
        length -= part;
    } while (length > 0);
}

char *pb_flowed_plain_lines(const char *text) {
    GString *out = g_string_new(NULL);

    for (const char *c = text; *c != '\0'; c++) {
        if (*c != '\r')
            g_string_append_c(out, *c);
        else if (c[1] != '\n')
            g_string_append_c(out, '\n');
    }
    if (out->len > 0 && out->str[out->len - 1] != '\n')
        g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}

char *pb_flowed_wrap(const char *text) {
    g_autofree char *lines = pb_flowed_plain_lines(text);
    GString *out = g_string_new(NULL);

    for (const char *line = lines; *line != '\0';) {
        gsize length = strcspn(line, "\n");

        wrap_paragraph(out, line, length);
        line += length + 1;
    }
    return g_string_free(out, FALSE);
}
