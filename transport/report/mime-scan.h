/* Just enough MIME to take a report apart: fields and the parts of one multipart.
 *
 * Works on bytes in place, never nests, never allocates more than one field or
 * one decoded part at a time. Both CR LF and LF end a line.
 */
#pragma once

#include <glib.h>

/* Longer fields are cut. */
#define PB_SCAN_FIELD_MAX 8192
#define PB_SCAN_PARTS_MAX 32

typedef struct {
    const char *start, *end;
} PbSpan;

/* The line that begins at `span`->start, without its end; moves the start behind it. FALSE at the
 * end. */
gboolean pb_scan_line(PbSpan *span, PbSpan *line_out);
/* Takes the next field of a block off `span`: name in lower case, value unfolded and trimmed, as
 * valid UTF-8. FALSE at the empty line (taken off as well) or the end. Lines that are no field are
 * skipped. */
gboolean pb_scan_field(PbSpan *span, char **name_out, char **value_out);
/* A parameter of a field value such as Content-Type, unquoted; NULL if it is not there. */
char *pb_scan_parameter(const char *value, const char *name);
/* The bodies between the boundary lines, at most PB_SCAN_PARTS_MAX. GArray of PbSpan. */
GArray *pb_scan_parts(PbSpan body, const char *boundary);
/* The body decoded by Content-Transfer-Encoding (NULL: as it is). */
char *pb_scan_decode(PbSpan body, const char *encoding, gsize *length_out);
