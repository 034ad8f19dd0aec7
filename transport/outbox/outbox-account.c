/* When things become due, and what keeps whole accounts back. */
#include "transport/outbox/outbox-private.h"
#include "transport/outbox/retry.h"

/* A limit that refuses here is never heard anew, so it must not stand for ever; one that is younger
 * than a day is not written again for every session. */
#define LIMIT_LASTS  (7 * G_TIME_SPAN_DAY)
#define LIMIT_STANDS G_TIME_SPAN_DAY

void pb_pause_free(PbPause *pause) {
    if (pause == NULL)
        return;
    g_free(pause->account);
    g_free(pause->reason);
    g_free(pause->note);
    pb_evidence_free(pause->evidence);
    g_free(pause);
}

void pb_backoff_free(PbBackoff *backoff) {
    if (backoff == NULL)
        return;
    g_free(backoff->account);
    g_free(backoff->note);
    pb_evidence_free(backoff->evidence);
    g_free(backoff);
}

/* --- due -------------------------------------------------------------------------------------- */

static gboolean let_timed_go(PbOutbox *outbox, gint64 now, GError **error) {
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(PbRows) rows = pb_db_rows(outbox->db, error,
                                        "SELECT number FROM entry WHERE hold IN ('undo', 'send-at')"
                                        " AND not_before <= ? AND claim IS NULL",
                                        PB_I(now));
    if (rows == NULL)
        return FALSE;
    while (pb_rows_next(rows, error)) {
        const gint64 number = pb_rows_int(rows, 0);
        g_array_append_val(numbers, number);
    }
    for (guint i = 0; i < numbers->len; i++) {
        const gint64 number = g_array_index(numbers, gint64, i);
        if (!pb_db_run(outbox->db, error,
                       "UPDATE entry SET hold = 'none', hold_note = NULL, not_before = 0"
                       " WHERE number = ?",
                       PB_I(number)) ||
            !pb_outbox_tell(outbox, number, "released", NULL, NULL, NULL, error) ||
            !pb_outbox_touch(outbox, number, error))
            return FALSE;
    }
    return pb_rows_ok(rows);
}

gboolean pb_outbox_release_timed(PbOutbox *outbox, gint64 now, GError **error) {
    if (pb_db_number(outbox->db, 0, NULL,
                     "SELECT EXISTS(SELECT 1 FROM entry WHERE hold IN ('undo', 'send-at')"
                     " AND not_before <= ? AND claim IS NULL)",
                     PB_I(now)) == 0)
        return TRUE;
    return pb_db_begin(outbox->db, error) &&
           pb_db_end(outbox->db, let_timed_go(outbox, now, error), error);
}

/* Account and its earliest moment; accounts that are paused are left out. */
#define DUE_ROWS                                                                                   \
    "SELECT e.account, MAX(MIN(e.due), coalesce(b.until, 0)) FROM entry e"                         \
    " LEFT JOIN backoff b ON b.account = e.account"                                                \
    " WHERE e.due IS NOT NULL AND (?1 IS NULL OR e.account = ?1)"                                  \
    " AND NOT EXISTS(SELECT 1 FROM pause p WHERE p.account = e.account) GROUP BY e.account"

gint64 pb_outbox_next_due(PbOutbox *outbox, const char *account) {
    g_autoptr(PbRows) rows = pb_db_rows(outbox->db, NULL, DUE_ROWS, PB_S(account));
    gint64 earliest = 0;
    while (rows != NULL && pb_rows_next(rows, NULL)) {
        const gint64 due = MAX(pb_rows_int(rows, 1), 1);
        earliest = earliest == 0 ? due : MIN(earliest, due);
    }
    return earliest;
}

char **pb_outbox_due_accounts(PbOutbox *outbox, gint64 now) {
    g_autoptr(GStrvBuilder) accounts = g_strv_builder_new();
    pb_outbox_release_timed(outbox, now, NULL);
    g_autoptr(PbRows) rows = pb_db_rows(outbox->db, NULL, DUE_ROWS, PB_S(NULL));
    while (rows != NULL && pb_rows_next(rows, NULL)) {
        if (pb_rows_int(rows, 1) <= now)
            g_strv_builder_add(accounts, pb_rows_text(rows, 0));
    }
    return g_strv_builder_end(accounts);
}

static gboolean touch_deferred(PbOutbox *outbox, const char *account, GError **error) {
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error,
                   "SELECT number FROM entry WHERE due IS NOT NULL AND next_attempt > 0"
                   " AND (?1 IS NULL OR account = ?1)",
                   PB_S(account));
    if (rows == NULL)
        return FALSE;
    while (pb_rows_next(rows, error)) {
        const gint64 number = pb_rows_int(rows, 0);
        g_array_append_val(numbers, number);
    }
    if (!pb_rows_ok(rows))
        return FALSE;
    const gint64 now = g_get_real_time();
    for (guint i = 0; i < numbers->len; i++) {
        const gint64 number = g_array_index(numbers, gint64, i);
        if (!pb_db_run(outbox->db, error,
                       "UPDATE recipient SET next_attempt = MIN(next_attempt, ?)"
                       " WHERE entry = ? AND state = 'deferred'",
                       PB_I(now), PB_I(number)) ||
            !pb_outbox_touch(outbox, number, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean forget_backoff(PbOutbox *outbox, const char *account, GError **error) {
    return pb_db_run(outbox->db, error, "DELETE FROM backoff WHERE ?1 IS NULL OR account = ?1",
                     PB_S(account));
}

int pb_outbox_make_due(PbOutbox *outbox, const char *account, GError **error) {
    if (!pb_db_begin(outbox->db, error) ||
        !pb_db_end(outbox->db,
                   forget_backoff(outbox, account, error) && touch_deferred(outbox, account, error),
                   error))
        return -1;
    return (int) pb_db_number(outbox->db, -1, error,
                              "SELECT COUNT(*) FROM entry e WHERE e.due <= ?1"
                              " AND (?2 IS NULL OR e.account = ?2) AND NOT EXISTS"
                              "(SELECT 1 FROM pause p WHERE p.account = e.account)",
                              PB_I(g_get_real_time()), PB_S(account));
}

/* --- paused accounts -------------------------------------------------------------------------- */

gboolean pb_outbox_pause_account(PbOutbox *outbox, const char *account, const char *reason,
                                 const char *note, const PbEvidence *evidence, gboolean *fresh_out,
                                 GError **error) {
    const gboolean ok = pb_db_run(
        outbox->db, error,
        "INSERT INTO pause(account, reason, note, since, " PB_EVIDENCE_COLUMNS
        ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        " ON CONFLICT(account) DO UPDATE SET reason = ?2, note = ?3, since = ?4,"
        " said_at = ?5, said_stage = ?6, said_code = ?7, said_status = ?8, said_text = ?9,"
        " said_who = ?10 WHERE reason <> ?2",
        PB_S(account), PB_S(reason), PB_S(note), PB_I(g_get_real_time()), PB_E(evidence));
    if (ok && fresh_out != NULL)
        *fresh_out = pb_db_changes(outbox->db) > 0;
    return ok;
}

gboolean pb_outbox_resume_account(PbOutbox *outbox, const char *account, GError **error) {
    return pb_db_begin(outbox->db, error) &&
           pb_db_end(
               outbox->db,
               pb_db_run(outbox->db, error, "DELETE FROM pause WHERE account = ?", PB_S(account)) &&
                   forget_backoff(outbox, account, error) && touch_deferred(outbox, account, error),
               error);
}

PbPause *pb_outbox_account_pause(PbOutbox *outbox, const char *account) {
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, NULL,
                   "SELECT account, reason, note, since, (SELECT COUNT(*) FROM entry e WHERE"
                   " e.account = p.account AND e.due IS NOT NULL), " PB_EVIDENCE_COLUMNS
                   " FROM pause p WHERE account = ?",
                   PB_S(account));
    if (rows == NULL || !pb_rows_next(rows, NULL))
        return NULL;
    PbPause *pause = g_new0(PbPause, 1);
    pause->account = g_strdup(pb_rows_text(rows, 0));
    pause->reason = g_strdup(pb_rows_text(rows, 1));
    pause->note = g_strdup(pb_rows_text(rows, 2));
    pause->since = pb_rows_int(rows, 3);
    pause->waiting = (guint) pb_rows_int(rows, 4);
    pause->evidence = pb_rows_evidence(rows, 5);
    return pause;
}

/* --- servers that cannot be reached ----------------------------------------------------------- */

static gboolean write_backoff(PbOutbox *outbox, const char *account, const char *note,
                              const PbEvidence *evidence, gint64 *until, GError **error) {
    const gint64 tries =
        1 + pb_db_number(outbox->db, 0, NULL, "SELECT tries FROM backoff WHERE account = ?",
                         PB_S(account));
    const gint64 now = g_get_real_time();
    *until = pb_retry_next((guint) tries, now, g_str_hash(account));
    return pb_db_run(outbox->db, error,
                     "INSERT OR REPLACE INTO backoff(account, until, tries, note,"
                     " " PB_EVIDENCE_COLUMNS ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     PB_S(account), PB_I(*until), PB_I(tries), PB_S(note), PB_E(evidence));
}

gboolean pb_outbox_back_off(PbOutbox *outbox, const char *account, const char *note,
                            const PbEvidence *evidence, gint64 *until_out, GError **error) {
    gint64 until = 0;
    if (!pb_db_begin(outbox->db, error) ||
        !pb_db_end(outbox->db, write_backoff(outbox, account, note, evidence, &until, error),
                   error))
        return FALSE;
    if (until_out != NULL)
        *until_out = until;
    return TRUE;
}

gboolean pb_outbox_clear_backoff(PbOutbox *outbox, const char *account, GError **error) {
    if (pb_db_number(outbox->db, 1, NULL,
                     "SELECT EXISTS(SELECT 1 FROM backoff WHERE ?1 IS NULL OR account = ?1)",
                     PB_S(account)) == 0)
        return TRUE;
    return forget_backoff(outbox, account, error);
}

PbBackoff *pb_outbox_account_backoff(PbOutbox *outbox, const char *account) {
    g_autoptr(PbRows) rows = pb_db_rows(outbox->db, NULL,
                                        "SELECT account, until, tries, note, " PB_EVIDENCE_COLUMNS
                                        " FROM backoff WHERE account = ?",
                                        PB_S(account));
    if (rows == NULL || !pb_rows_next(rows, NULL))
        return NULL;
    PbBackoff *backoff = g_new0(PbBackoff, 1);
    backoff->account = g_strdup(pb_rows_text(rows, 0));
    backoff->until = pb_rows_int(rows, 1);
    backoff->tries = (guint) pb_rows_int(rows, 2);
    backoff->note = g_strdup(pb_rows_text(rows, 3));
    backoff->evidence = pb_rows_evidence(rows, 4);
    return backoff;
}

/* --- what servers take ------------------------------------------------------------------------ */

static gboolean is_known(PbOutbox *outbox, const char *account, const char *host, gint64 limit,
                         gint64 now) {
    return pb_db_number(outbox->db, 0, NULL,
                        "SELECT EXISTS(SELECT 1 FROM server WHERE account = ? AND host = ?"
                        " AND size_limit = ? AND heard BETWEEN ? AND ?)",
                        PB_S(account), PB_S(host), PB_I(limit), PB_I(now - LIMIT_STANDS),
                        PB_I(now)) != 0;
}

gboolean pb_outbox_set_size_limit(PbOutbox *outbox, const char *account, const char *host,
                                  guint64 limit, GError **error) {
    const gint64 number = (gint64) MIN(limit, (guint64) G_MAXINT64);
    const gint64 now = g_get_real_time();
    return is_known(outbox, account, host, number, now) ||
           pb_db_run(outbox->db, error, "INSERT OR REPLACE INTO server VALUES(?, ?, ?, ?)",
                     PB_S(account), PB_S(host), PB_I(number), PB_I(now));
}

guint64 pb_outbox_size_limit(PbOutbox *outbox, const char *account, const char *host) {
    const gint64 now = g_get_real_time();
    return (guint64) pb_db_number(outbox->db, 0, NULL,
                                  "SELECT size_limit FROM server WHERE account = ? AND host = ?"
                                  " AND heard BETWEEN ? AND ?",
                                  PB_S(account), PB_S(host), PB_I(now - LIMIT_LASTS), PB_I(now));
}
