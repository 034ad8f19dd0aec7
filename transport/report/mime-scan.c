#include "transport/report/mime-scan.h"

#include <string.h>

gboolean pb_scan_line(PbSpan *span, PbSpan *line_out) {
    if (span->start >= span->end)
        return FALSE;
    const char *newline = memchr(span->start, '\n', (gsize) (span->end - span->start));
    line_out->start = span->start;
    line_out->end = newline != NULL ? newline : span->end;
    span->start = newline != NULL ? newline + 1 : span->end;
    if (line_out->end > line_out->start && line_out->end[-1] == '\r')
        line_out->end--;
    return TRUE;
}

static gboolean is_folded(const PbSpan *span) {
    return span->start < span->end && (*span->start == ' ' || *span->start == '\t');
}

static void append_bounded(GString *value, PbSpan part) {
    gsize room = PB_SCAN_FIELD_MAX - MIN(value->len, PB_SCAN_FIELD_MAX);
    g_string_append_len(value, part.start, (gssize) MIN(room, (gsize) (part.end - part.start)));
}

static char *clean_value(const char *raw, gsize length) {
    char *value = g_utf8_make_valid(raw, (gssize) length);
    for (char *c = value; *c != '\0'; c++) {
        if (g_ascii_iscntrl(*c))
            *c = ' ';
    }
    return g_strstrip(value);
}

gboolean pb_scan_field(PbSpan *span, char **name_out, char **value_out) {
    PbSpan line;
    while (pb_scan_line(span, &line) && line.end > line.start) {
        const char *colon = memchr(line.start, ':', (gsize) (line.end - line.start));
        g_autoptr(GString) value = g_string_new(NULL);
        if (colon != NULL)
            append_bounded(value, (PbSpan){colon + 1, line.end});
        while (is_folded(span)) {
            PbSpan more;
            if (!pb_scan_line(span, &more))
                break;
            append_bounded(value, more);
        }
        if (colon == NULL || colon == line.start || colon - line.start > 100)
            continue;
        g_autofree char *name = clean_value(line.start, (gsize) (colon - line.start));
        *name_out = g_ascii_strdown(name, -1);
        *value_out = clean_value(value->str, value->len);
        return TRUE;
    }
    return FALSE;
}

/* The next parameter behind ";": from the name on, NULL at the end. Semicolons in quotes count for
 * nothing. */
static const char *next_parameter(const char *at) {
    gboolean quoted = FALSE;
    for (; *at != '\0'; at++) {
        if (quoted && *at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '"')
            quoted = !quoted;
        else if (*at == ';' && !quoted)
            return at + 1 + strspn(at + 1, " \t");
    }
    return NULL;
}

static char *parameter_value(const char *at) {
    if (*at != '"')
        return g_strndup(at, strcspn(at, " \t;"));
    g_autoptr(GString) value = g_string_new(NULL);
    for (at++; *at != '\0' && *at != '"'; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        g_string_append_c(value, *at);
    }
    return g_string_free(g_steal_pointer(&value), FALSE);
}

char *pb_scan_parameter(const char *value, const char *name) {
    gsize length = strlen(name);
    for (const char *at = value; (at = next_parameter(at)) != NULL;) {
        if (g_ascii_strncasecmp(at, name, length) != 0)
            continue;
        const char *equals = at + length + strspn(at + length, " \t");
        if (*equals == '=')
            return parameter_value(equals + 1 + strspn(equals + 1, " \t"));
    }
    return NULL;
}

/* 0: no boundary line, 1: a part begins, 2: the last one ended. RFC 2046 5.1.1 */
static int boundary_line(PbSpan line, const char *boundary, gsize length) {
    gsize size = (gsize) (line.end - line.start);
    if (size < length + 2 || memcmp(line.start, "--", 2) != 0 ||
        memcmp(line.start + 2, boundary, length) != 0)
        return 0;
    const char *rest = line.start + 2 + length;
    int kind = 1;
    if (line.end - rest >= 2 && memcmp(rest, "--", 2) == 0) {
        rest += 2;
        kind = 2;
    }
    for (; rest < line.end; rest++) {
        if (*rest != ' ' && *rest != '\t')
            return 0;
    }
    return kind;
}

GArray *pb_scan_parts(PbSpan body, const char *boundary) {
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(PbSpan));
    gsize length = strlen(boundary);
    PbSpan rest = body, line, part = {0};
    while (length > 0 && pb_scan_line(&rest, &line) && parts->len < PB_SCAN_PARTS_MAX) {
        int kind = boundary_line(line, boundary, length);
        if (kind == 0)
            continue;
        if (part.start != NULL) {
            part.end = line.start;
            g_array_append_val(parts, part);
        }
        part.start = rest.start;
        if (kind == 2)
            return parts;
    }
    /* A cut-off report still has its last part. */
    if (part.start != NULL && parts->len < PB_SCAN_PARTS_MAX) {
        part.end = body.end;
        g_array_append_val(parts, part);
    }
    return parts;
}

static char *decode_quoted(PbSpan body, gsize *length_out) {
    GString *decoded = g_string_sized_new((gsize) (body.end - body.start));
    PbSpan line;
    while (pb_scan_line(&body, &line)) {
        gboolean soft = FALSE;
        for (const char *c = line.start; c < line.end; c++) {
            int high = *c == '=' && line.end - c > 2 ? g_ascii_xdigit_value(c[1]) : -1;
            int low = high >= 0 ? g_ascii_xdigit_value(c[2]) : -1;
            soft = *c == '=' && c + 1 == line.end;
            if (soft)
                break;
            g_string_append_c(decoded, low >= 0 ? (char) (high * 16 + low) : *c);
            c += low >= 0 ? 2 : 0;
        }
        if (!soft)
            g_string_append_c(decoded, '\n');
    }
    *length_out = decoded->len;
    return g_string_free(decoded, FALSE);
}

char *pb_scan_decode(PbSpan body, const char *encoding, gsize *length_out) {
    gsize length = (gsize) (body.end - body.start);
    if (encoding != NULL && g_ascii_strcasecmp(encoding, "quoted-printable") == 0)
        return decode_quoted(body, length_out);
    if (encoding != NULL && g_ascii_strcasecmp(encoding, "base64") == 0) {
        int state = 0;
        guint save = 0;
        guchar *decoded = g_malloc(length / 4 * 3 + 4);
        *length_out = g_base64_decode_step(body.start, length, decoded, &state, &save);
        return (char *) decoded;
    }
    *length_out = length;
    char *copy = g_malloc(length + 1);
    if (length > 0)
        memcpy(copy, body.start, length);
    copy[length] = '\0';
    return copy;
}
