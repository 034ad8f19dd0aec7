/* What commands print: JSON for programs, text for people.
 *
 * JSON is one object per line, UTF-8, keys in the order they were set, times
 * RFC 3339 in UTC; what is not known is null, never left out. Text from
 * outside is sanitised here, in one place. Both go to stdout only.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

/* Prints one line and frees `object`. */
void pb_output_json(json_t *object);
/* NULL or "" becomes null; bytes that are no UTF-8 are replaced. */
json_t *pb_output_json_text(const char *text);
/* µs since the epoch; 0 becomes null. */
json_t *pb_output_json_time(gint64 when);
/* A NULL-ended list; NULL becomes []. */
json_t *pb_output_json_list(char *const *list);
/* "2026-11-24T14:21:08Z"; g_free(). */
char *pb_output_rfc3339(gint64 when);

/* One line of text, sanitised. */
void pb_output_line(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* "label       value", for `show` commands; nothing when value is NULL. */
void pb_output_field(const char *label, const char *value);

/* Cells of a table row. Widths in columns; a width of 0 is "what is left of 80". */
typedef struct {
    int width;
    const char *text;
} PbCell;
/* Prints cells with two spaces between, each clipped to its width. */
void pb_output_row(const PbCell *cells, guint count);

/* Flushes stdout. Returns `exit_code`, or EX_IOERR (told on stderr) when not everything could be
 * written. */
int pb_output_finish(int exit_code);
