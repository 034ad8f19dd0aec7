/* The tables of codes: enhanced status codes and bare reply codes.
 *
 * Pure data with a look-up: RFC 3463 with the IANA registry "SMTP Enhanced
 * Status Codes" (plus a few that large services use and document), and the
 * reply codes of RFC 5321, 3207 and 4954. The texts are marked for gettext
 * but not translated here; explain.c translates and picks. `{domain}` in a
 * sentence stands for the recipient's domain.
 */
#pragma once

#include "transport/report/explain.h"

/* Subject and detail of an enhanced code ("1.1" of "5.1.1"); the class only says for how long. */
typedef struct {
    guint16 subject, detail;
    PbCategory category;
    const char *sentence; /* N_() */
    const char *advice;   /* N_(), for a final refusal; NULL: the category's */
} PbStatusRow;

typedef struct {
    int code;
    int stage; /* a PbStage, or PB_STATUS_ANY_STAGE */
    PbCategory category;
    const char *sentence; /* N_() */
    const char *advice;   /* N_(), or NULL: the category's */
} PbCodeRow;

#define PB_STATUS_ANY_STAGE (-1)

/* Reads "5.1.1" (RFC 3463 section 2: class 2, 4 or 5, up to three digits each); anything behind the
 * last digit must be the end. */
gboolean pb_status_parse(const char *text, int *class_out, guint16 *subject_out,
                         guint16 *detail_out);

/* The row of an enhanced code, else the row of its subject ("x.1.0"); NULL: not a code, or a
 * subject that is not registered. "x.0.0" says nothing and has no row. */
const PbStatusRow *pb_status_find(const char *status);
/* The row of a reply code at a stage, else at any; NULL if the code is not known. */
const PbCodeRow *pb_status_find_code(int code, PbStage stage);

/* The whole tables, for tests and for the manual. */
const PbStatusRow *pb_status_rows(guint *count_out);
const PbCodeRow *pb_status_code_rows(guint *count_out);
