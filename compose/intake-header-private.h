/* The header of a finished message: its fields in order, each with its lines as they came. */
#pragma once

#include "compose/line-reader-private.h"

/* More is not a header but an attack or a mistake. */
#define PB_INTAKE_HEADER_MAX (1024 * 1024)

typedef struct {
    char *name;
    GString *raw; /* "Name: value" with folds, lines joined by CRLF, none at the end */
} PbIntakeField;

/* Reads up to and including the empty line behind the header. A "From " line of mbox is dropped.
 * GPtrArray of PbIntakeField; *body_out FALSE: the input ended. Errors: PB_ERROR_DATA, PB_ERROR_IO.
 */
GPtrArray *pb_intake_header_read(PbLineReader *reader, gboolean dot_ends, gboolean *body_out,
                                 GError **error);

/* The first field of that name or NULL. */
const PbIntakeField *pb_intake_header_find(GPtrArray *fields, const char *name);
/* The value unfolded, not decoded. g_free(). */
char *pb_intake_field_value(const PbIntakeField *field);
/* Part of the newest Resent- block (RFC 5322 3.6.6)? Set of the fields, which stay owned by
 * `fields`; empty if the message was not resent. */
GHashTable *pb_intake_header_resent(GPtrArray *fields);
