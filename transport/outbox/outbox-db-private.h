/* The index file behind the outbox: connection, transactions, statements.
 *
 * The outbox-db*.c files are the only ones that know the database library;
 * the rest of the outbox speaks SQL through this narrow door. Statements are
 * prepared once and kept. Every error is a PB_ERROR: NOT_NOW (locked for
 * longer than the patience), CREATE (disk full, read-only), IO (damaged,
 * unreadable), INTERNAL.
 */
#pragma once

#include "transport/evidence.h"

#include <glib.h>

typedef struct PbDb PbDb;
typedef struct PbRows PbRows;

typedef struct {
    gboolean is_text;
    gint64 integer;
    const char *text; /* copied; NULL: SQL NULL */
} PbDbValue;

#define PB_I(value) ((PbDbValue){.integer = (value)})
#define PB_S(value) ((PbDbValue){.is_text = TRUE, .text = (value)})
/* The six columns of an evidence (PB_EVIDENCE_COLUMNS); all NULL or 0 for none. */
#define PB_E(e)                                                                                    \
    PB_I((e) != NULL ? (e)->at : 0), PB_S((e) != NULL ? pb_stage_to_string((e)->stage) : NULL),    \
        PB_I((e) != NULL ? (e)->code : 0), PB_S((e) != NULL ? (e)->status : NULL),                 \
        PB_S((e) != NULL ? (e)->text : NULL), PB_S((e) != NULL ? (e)->who : NULL)

#define PB_EVIDENCE_COLUMNS "said_at, said_stage, said_code, said_status, said_text, said_who"

#define PB_DB_VALUES(...)                                                                          \
    ((const PbDbValue[]){__VA_ARGS__}), sizeof((const PbDbValue[]){__VA_ARGS__}) / sizeof(PbDbValue)

/* Opens or makes the file (0600), brings its schema up to date. `fresh_out` is TRUE if it was made
 * just now. */
PbDb *pb_db_open(const char *path, gboolean *fresh_out, GError **error);
void pb_db_free(PbDb *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbDb, pb_db_free)

/* Opens a write transaction, waiting for other writers. One inside another is part of it; if any
 * part fails, nothing of the whole is kept. */
gboolean pb_db_begin(PbDb *db, GError **error);
/* Commits durably if `ok`, else (or when that fails) rolls back. TRUE if committed. */
gboolean pb_db_end(PbDb *db, gboolean ok, GError **error);

gboolean pb_db_run_values(PbDb *db, GError **error, const char *sql, const PbDbValue *values,
                          gsize count);
#define pb_db_run(db, error, sql, ...)                                                             \
    pb_db_run_values((db), (error), (sql), PB_DB_VALUES(__VA_ARGS__))
/* Rows changed by the last pb_db_run(). */
int pb_db_changes(PbDb *db);
/* The key of the last inserted row. */
gint64 pb_db_inserted(PbDb *db);

/* A running query. Values beyond the parameters that the text names are ignored. */
PbRows *pb_db_rows_values(PbDb *db, GError **error, const char *sql, const PbDbValue *values,
                          gsize count);
#define pb_db_rows(db, error, sql, ...)                                                            \
    pb_db_rows_values((db), (error), (sql), PB_DB_VALUES(__VA_ARGS__))
/* FALSE at the end and on errors; pb_rows_ok() tells which. */
gboolean pb_rows_next(PbRows *rows, GError **error);
gboolean pb_rows_ok(PbRows *rows);
gint64 pb_rows_int(PbRows *rows, int column);
const char *pb_rows_text(PbRows *rows, int column); /* valid until the next step; NULL for NULL */
gboolean pb_rows_is_null(PbRows *rows, int column);
/* The six columns from `column` on; NULL if there is no evidence. */
PbEvidence *pb_rows_evidence(PbRows *rows, int column);
void pb_rows_free(PbRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbRows, pb_rows_free)

/* The first column of the first row, or `fallback` if there is none or on error. */
gint64 pb_db_number_values(PbDb *db, gint64 fallback, GError **error, const char *sql,
                           const PbDbValue *values, gsize count);
#define pb_db_number(db, fallback, error, sql, ...)                                                \
    pb_db_number_values((db), (fallback), (error), (sql), PB_DB_VALUES(__VA_ARGS__))

/* Steps of the database's machine since opening: a measure of work that does not depend on the
 * speed of the computer. For tests. */
guint64 pb_db_work(PbDb *db);

/* outbox-db-schema.c: makes or migrates the tables. */
gboolean pb_db_schema(PbDb *db, gboolean *fresh_out, GError **error);
