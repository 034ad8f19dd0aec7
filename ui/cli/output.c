#include "ui/cli/output.h"

#include "accounts/pb-text.h"
#include "ui/cli/command.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define COLUMNS        80
#define LINE_MAX_BYTES 16384

void pb_output_json(json_t *object) {
    char *text = json_dumps(object, JSON_COMPACT);

    json_decref(object);
    if (text == NULL)
        return;
    puts(text);
    free(text);
}

json_t *pb_output_json_text(const char *text) {
    g_autofree char *valid = NULL;

    if (text == NULL || *text == '\0')
        return json_null();
    valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}

char *pb_output_rfc3339(gint64 when) {
    g_autoptr(GDateTime) moment = g_date_time_new_from_unix_utc(when / G_USEC_PER_SEC);

    return moment == NULL ? NULL : g_date_time_format(moment, "%Y-%m-%dT%H:%M:%SZ");
}

json_t *pb_output_json_time(gint64 when) {
    g_autofree char *text = when == 0 ? NULL : pb_output_rfc3339(when);

    return text == NULL ? json_null() : json_string(text);
}

json_t *pb_output_json_list(char *const *list) {
    json_t *array = json_array();

    for (; list != NULL && *list != NULL; list++) {
        g_autofree char *valid = g_utf8_make_valid(*list, -1);

        json_array_append_new(array, json_string(valid));
    }
    return array;
}

static void put_sanitised(const char *text) {
    g_autofree char *clean = pb_text_sanitise(text, -1, LINE_MAX_BYTES, FALSE);

    puts(clean);
}

void pb_output_line(const char *format, ...) {
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    put_sanitised(text);
}

static char *padded(const char *text, int columns) {
    int missing = columns - pb_text_width(text);

    return g_strdup_printf("%s%*s", text, MAX(missing, 0), "");
}

void pb_output_field(const char *label, const char *value) {
    g_autofree char *name = NULL;

    if (value == NULL)
        return;
    name = padded(label, 18);
    pb_output_line("%s  %s", name, value);
}

static int width_left(const PbCell *cells, guint count) {
    int used = 2 * ((int) count - 1);

    for (guint i = 0; i < count; i++)
        used += cells[i].width;
    return MAX(COLUMNS - used, 8);
}

void pb_output_row(const PbCell *cells, guint count) {
    g_autoptr(GString) line = g_string_new(NULL);
    int rest = width_left(cells, count);

    for (guint i = 0; i < count; i++) {
        int width = cells[i].width > 0 ? cells[i].width : rest;
        g_autofree char *clean =
            pb_text_sanitise(cells[i].text != NULL ? cells[i].text : "", -1, LINE_MAX_BYTES, FALSE);
        g_autofree char *clipped = pb_text_clip_end(clean, width, FALSE);
        g_autofree char *cell = i + 1 < count ? padded(clipped, width) : g_strdup(clipped);

        g_string_append_printf(line, "%s%s", i == 0 ? "" : "  ", cell);
    }
    g_strchomp(line->str);
    puts(line->str);
}

int pb_output_finish(int exit_code) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return exit_code;
    /* A reader that has seen enough (`| head`) is no fault. */
    if (errno == EPIPE)
        return exit_code;
    pb_cli_note(_("cannot write to standard output: %s"), g_strerror(errno));
    return EX_IOERR;
}
