#include "accounts/pb-error.h"
#include "transport/outbox/outbox-db-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>

#include <errno.h>
#include <fcntl.h>

/* How long another writer is waited for. The longest of ours writes a handful of rows. */
#define BUSY_MILLISECONDS 20000

struct PbDb {
    sqlite3 *handle;
    char *path;
    GHashTable *statements; /* SQL text -> sqlite3_stmt */
    guint64 work;
    guint depth;     /* of pb_db_begin() */
    gboolean broken; /* a step inside failed: the whole must not be committed */
};

struct PbRows {
    PbDb *db;
    sqlite3_stmt *statement;
    gboolean kept; /* belongs to the cache */
    gboolean failed;
};

static PbError code_of(int result) {
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return PB_ERROR_NOT_NOW;
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return PB_ERROR_CREATE;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return PB_ERROR_IO;
    default:
        return PB_ERROR_INTERNAL;
    }
}

static void set_error(PbDb *db, GError **error) {
    const int result = sqlite3_extended_errcode(db->handle);
    const char *said = sqlite3_errmsg(db->handle);
    const PbError code = code_of(result);
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        g_set_error(error, PB_ERROR, code,
                    _("the outbox “%s” has been in use by another process for too long; try again"),
                    db->path);
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        g_set_error(error, PB_ERROR, code,
                    _("the index of the outbox “%s” is damaged (%s); the messages beside it are "
                      "safe: move the index away, then they come back held"),
                    db->path, said);
        break;
    case SQLITE_FULL:
        g_set_error(error, PB_ERROR, code,
                    _("cannot write the outbox “%s”: the disk is full; free some space"), db->path);
        break;
    default:
        g_set_error(error, PB_ERROR, code, _("cannot use the outbox “%s”: %s"), db->path, said);
    }
}

static gboolean run_script(PbDb *db, const char *sql, GError **error) {
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
        return TRUE;
    set_error(db, error);
    return FALSE;
}

/* The switch to WAL needs the file alone and does not wait by itself when two processes make the
 * outbox at the same moment. */
static gboolean switch_to_wal(PbDb *db, GError **error) {
    for (int waited = 0;; waited += 20) {
        const int result = sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if (result == SQLITE_OK)
            return TRUE;
        if ((result & 0xff) != SQLITE_BUSY || waited > BUSY_MILLISECONDS) {
            set_error(db, error);
            return FALSE;
        }
        g_usleep(20 * 1000);
    }
}

/* The library would make the file with the umask's mode. A file that is there is never opened here:
 * closing it again would drop the POSIX locks of every other handle of this process, after which
 * another process takes itself for the last one and deletes the log under us (measured). */
static gboolean make_private_file(const char *path, GError **error) {
    static GMutex one_at_a_time;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&one_at_a_time);
    (void) locker;
    const int fd = g_open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    GStatBuf facts;
    if (fd < 0 && errno == EEXIST && g_lstat(path, &facts) == 0) {
        if (S_ISREG(facts.st_mode))
            return TRUE;
        errno = ELOOP;
    }
    if (fd < 0) {
        const int saved = errno;
        g_set_error(error, PB_ERROR, PB_ERROR_CREATE, _("cannot open the outbox “%s”: %s"), path,
                    g_strerror(saved));
        return FALSE;
    }
    return g_close(fd, NULL);
}

static void finalize(gpointer statement) {
    sqlite3_finalize(statement);
}

PbDb *pb_db_open(const char *path, gboolean *fresh_out, GError **error) {
    if (!make_private_file(path, error))
        return NULL;
    g_autoptr(PbDb) db = g_new0(PbDb, 1);
    db->path = g_strdup(path);
    db->statements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, finalize);
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX;
    if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK) {
        set_error(db, error);
        return NULL;
    }
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, BUSY_MILLISECONDS);
    gboolean fresh = FALSE;
    if (!switch_to_wal(db, error) ||
        !run_script(db, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON", error) ||
        !pb_db_schema(db, &fresh, error))
        return NULL;
    if (fresh_out != NULL)
        *fresh_out = fresh;
    return g_steal_pointer(&db);
}

void pb_db_free(PbDb *db) {
    if (db == NULL)
        return;
    g_clear_pointer(&db->statements, g_hash_table_unref);
    sqlite3_close_v2(db->handle);
    g_free(db->path);
    g_free(db);
}

static sqlite3_stmt *prepare(PbDb *db, const char *sql, gboolean *kept_out, GError **error) {
    sqlite3_stmt *statement = g_hash_table_lookup(db->statements, sql);
    *kept_out = statement != NULL && !sqlite3_stmt_busy(statement);
    if (*kept_out)
        return statement;
    const gboolean keep = statement == NULL;
    if (sqlite3_prepare_v3(db->handle, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &statement,
                           NULL) != SQLITE_OK) {
        set_error(db, error);
        return NULL;
    }
    if (keep)
        g_hash_table_insert(db->statements, g_strdup(sql), statement);
    *kept_out = keep;
    return statement;
}

static gboolean bind(PbDb *db, sqlite3_stmt *statement, const PbDbValue *values, gsize count,
                     GError **error) {
    const gsize named = (gsize) sqlite3_bind_parameter_count(statement);
    for (gsize i = 0; i < MIN(count, named); i++) {
        const int at = (int) i + 1;
        const int result =
            !values[i].is_text ? sqlite3_bind_int64(statement, at, values[i].integer)
            : values[i].text == NULL
                ? sqlite3_bind_null(statement, at)
                : sqlite3_bind_text(statement, at, values[i].text, -1, SQLITE_TRANSIENT);
        if (result != SQLITE_OK) {
            set_error(db, error);
            return FALSE;
        }
    }
    return TRUE;
}

PbRows *pb_db_rows_values(PbDb *db, GError **error, const char *sql, const PbDbValue *values,
                          gsize count) {
    gboolean kept;
    sqlite3_stmt *statement = prepare(db, sql, &kept, error);
    if (statement == NULL)
        return NULL;
    if (!bind(db, statement, values, count, error)) {
        if (!kept)
            sqlite3_finalize(statement);
        return NULL;
    }
    PbRows *rows = g_new0(PbRows, 1);
    rows->db = db;
    rows->statement = statement;
    rows->kept = kept;
    return rows;
}

gboolean pb_rows_next(PbRows *rows, GError **error) {
    const int result = sqlite3_step(rows->statement);
    if (result == SQLITE_ROW)
        return TRUE;
    if (result != SQLITE_DONE) {
        rows->failed = TRUE;
        set_error(rows->db, error);
    }
    return FALSE;
}

gboolean pb_rows_ok(PbRows *rows) {
    return !rows->failed;
}

gint64 pb_rows_int(PbRows *rows, int column) {
    return sqlite3_column_int64(rows->statement, column);
}

const char *pb_rows_text(PbRows *rows, int column) {
    return (const char *) sqlite3_column_text(rows->statement, column);
}

gboolean pb_rows_is_null(PbRows *rows, int column) {
    return sqlite3_column_type(rows->statement, column) == SQLITE_NULL;
}

PbEvidence *pb_rows_evidence(PbRows *rows, int column) {
    PbStage stage;
    if (!pb_stage_from_string(pb_rows_text(rows, column + 1), &stage))
        return NULL;
    PbEvidence *evidence =
        pb_evidence_new(stage, (int) pb_rows_int(rows, column + 2), pb_rows_text(rows, column + 3),
                        pb_rows_text(rows, column + 4), pb_rows_text(rows, column + 5));
    evidence->at = pb_rows_int(rows, column);
    return evidence;
}

void pb_rows_free(PbRows *rows) {
    if (rows == NULL)
        return;
    rows->db->work +=
        (guint64) sqlite3_stmt_status(rows->statement, SQLITE_STMTSTATUS_VM_STEP, TRUE);
    if (rows->kept) {
        sqlite3_reset(rows->statement);
        sqlite3_clear_bindings(rows->statement);
    } else {
        sqlite3_finalize(rows->statement);
    }
    g_free(rows);
}

/* Freed by hand in these two: clang's analyzer, which sees both ends here, does not know the
 * cleanup attribute. */
gboolean pb_db_run_values(PbDb *db, GError **error, const char *sql, const PbDbValue *values,
                          gsize count) {
    PbRows *rows = pb_db_rows_values(db, error, sql, values, count);
    if (rows == NULL)
        return FALSE;
    while (pb_rows_next(rows, error))
        continue;
    const gboolean ok = pb_rows_ok(rows);
    pb_rows_free(rows);
    return ok;
}

gint64 pb_db_number_values(PbDb *db, gint64 fallback, GError **error, const char *sql,
                           const PbDbValue *values, gsize count) {
    PbRows *rows = pb_db_rows_values(db, error, sql, values, count);
    if (rows == NULL)
        return fallback;
    const gboolean found = pb_rows_next(rows, error) && !pb_rows_is_null(rows, 0);
    const gint64 number = found ? pb_rows_int(rows, 0) : fallback;
    pb_rows_free(rows);
    return number;
}

int pb_db_changes(PbDb *db) {
    return sqlite3_changes(db->handle);
}

gint64 pb_db_inserted(PbDb *db) {
    return sqlite3_last_insert_rowid(db->handle);
}

guint64 pb_db_work(PbDb *db) {
    return db->work;
}

gboolean pb_db_begin(PbDb *db, GError **error) {
    if (db->depth == 0 && !pb_db_run(db, error, "BEGIN IMMEDIATE"))
        return FALSE;
    if (db->depth++ == 0)
        db->broken = FALSE;
    return TRUE;
}

gboolean pb_db_end(PbDb *db, gboolean ok, GError **error) {
    db->broken |= !ok;
    if (--db->depth > 0)
        return ok;
    if (!db->broken && pb_db_run(db, error, "COMMIT"))
        return TRUE;
    if (!sqlite3_get_autocommit(db->handle))
        pb_db_run(db, NULL, "ROLLBACK");
    return FALSE;
}
