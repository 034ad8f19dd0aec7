/* The tables of the outbox. A change of them is a further step at the end of `steps`; the steps
 * that a file has had are counted in its user_version. */
#include "accounts/pb-error.h"
#include "transport/outbox/outbox-db-private.h"

#include <glib/gi18n-lib.h>

/* `number` grows with the order of putting in: all lists are sorted by it, so that a clock set back
 * does not shuffle them. Columns from `state` to `due` follow from the recipients, the hold and the
 * claim and are written by pb_outbox_touch() only:
 *   open: not final; sent_list, problem: member of that list; due: moment of the next try, NULL if
 *   it does not leave by itself.
 * The indexes of the lists carry what lists are filtered by, so that skipping to an offset reads
 * the index alone. */
static const char *const step_1[] = {
    "CREATE TABLE entry ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " version INTEGER NOT NULL DEFAULT 0,"
    " account TEXT NOT NULL,"
    " sender TEXT, reverse_path TEXT NOT NULL, label TEXT, subject TEXT, message_id TEXT,"
    " created INTEGER NOT NULL, changed INTEGER NOT NULL,"
    " waiting_since INTEGER NOT NULL,"
    " size INTEGER NOT NULL,"
    " eight_bit INTEGER NOT NULL, utf8_headers INTEGER NOT NULL,"
    " notify TEXT, draft TEXT,"
    " hold TEXT NOT NULL, hold_note TEXT, not_before INTEGER NOT NULL DEFAULT 0,"
    " attempts INTEGER NOT NULL DEFAULT 0,"
    " claim TEXT, past_data INTEGER NOT NULL DEFAULT 0,"
    " state TEXT NOT NULL DEFAULT '',"
    " open INTEGER NOT NULL DEFAULT 1,"
    " sent_list INTEGER NOT NULL DEFAULT 0,"
    " problem INTEGER NOT NULL DEFAULT 0,"
    " next_attempt INTEGER NOT NULL DEFAULT 0,"
    " recipient_count INTEGER NOT NULL DEFAULT 0,"
    " accepted_count INTEGER NOT NULL DEFAULT 0,"
    " due INTEGER) STRICT",
    "CREATE INDEX entry_open ON entry(open, number, state, account)",
    "CREATE INDEX entry_finished ON entry(changed, state, account) WHERE open = 0",
    "CREATE INDEX entry_sent ON entry(sent_list, number, state, account)",
    "CREATE INDEX entry_problem ON entry(problem, number, state, account)",
    "CREATE INDEX entry_state ON entry(state, number, account)",
    "CREATE INDEX entry_account ON entry(account, number, state)",
    "CREATE INDEX entry_due ON entry(account, due, number) WHERE due IS NOT NULL",
    "CREATE INDEX entry_claim ON entry(claim) WHERE claim IS NOT NULL",
    "CREATE INDEX entry_timed ON entry(not_before) WHERE hold IN ('undo', 'send-at')",
    "CREATE INDEX entry_message_id ON entry(message_id)",

    "CREATE TABLE recipient ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " entry INTEGER NOT NULL REFERENCES entry(number) ON DELETE CASCADE,"
    " address TEXT NOT NULL,"
    " state TEXT NOT NULL,"
    " at INTEGER NOT NULL,"
    " next_attempt INTEGER NOT NULL DEFAULT 0,"
    " tries INTEGER NOT NULL DEFAULT 0,"
    " in_claim INTEGER NOT NULL DEFAULT 0,"
    " dismissed INTEGER NOT NULL DEFAULT 0,"
    " queue_id TEXT,"
    " said_at INTEGER, said_stage TEXT, said_code INTEGER, said_status TEXT, said_text TEXT,"
    " said_who TEXT) STRICT",
    "CREATE INDEX recipient_entry ON recipient(entry, state)",

    "CREATE TABLE timeline ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " entry INTEGER NOT NULL REFERENCES entry(number) ON DELETE CASCADE,"
    " at INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " address TEXT, note TEXT,"
    " said_at INTEGER, said_stage TEXT, said_code INTEGER, said_status TEXT, said_text TEXT,"
    " said_who TEXT) STRICT",
    "CREATE INDEX timeline_entry ON timeline(entry)",

    "CREATE TABLE attempt ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " entry INTEGER NOT NULL REFERENCES entry(number) ON DELETE CASCADE,"
    " started INTEGER NOT NULL, finished INTEGER NOT NULL,"
    " host TEXT, port INTEGER NOT NULL, round_trips INTEGER NOT NULL, transcript TEXT) STRICT",
    "CREATE INDEX attempt_entry ON attempt(entry)",

    "CREATE TABLE pause ("
    " account TEXT PRIMARY KEY, reason TEXT NOT NULL, note TEXT, since INTEGER NOT NULL,"
    " said_at INTEGER, said_stage TEXT, said_code INTEGER, said_status TEXT, said_text TEXT,"
    " said_who TEXT) STRICT",
    "CREATE TABLE backoff ("
    " account TEXT PRIMARY KEY, until INTEGER NOT NULL, tries INTEGER NOT NULL, note TEXT,"
    " said_at INTEGER, said_stage TEXT, said_code INTEGER, said_status TEXT, said_text TEXT,"
    " said_who TEXT) STRICT",
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",

    /* Words of any length from their beginning; the prefix index keeps one and two typed letters
     * as fast as a whole word. */
    "CREATE VIRTUAL TABLE search USING fts5("
    " words, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3', detail = full)",
    NULL,
};

/* What an account's server was last heard to say. Of that host: another one under the same account
 * has its own limits. */
static const char *const step_2[] = {
    "CREATE TABLE server ("
    " account TEXT PRIMARY KEY, host TEXT NOT NULL, size_limit INTEGER NOT NULL,"
    " heard INTEGER NOT NULL) STRICT",
    NULL,
};

static const char *const *const steps[] = {step_1, step_2};

static gboolean apply_steps(PbDb *db, gint64 from, GError **error) {
    static const char *const set_version[] = {"PRAGMA user_version = 1", "PRAGMA user_version = 2"};
    G_STATIC_ASSERT(G_N_ELEMENTS(set_version) == G_N_ELEMENTS(steps));
    for (gsize step = (gsize) from; step < G_N_ELEMENTS(steps); step++) {
        for (const char *const *sql = steps[step]; *sql != NULL; sql++) {
            if (!pb_db_run(db, error, *sql))
                return FALSE;
        }
        if (!pb_db_run(db, error, set_version[step]))
            return FALSE;
    }
    return TRUE;
}

gboolean pb_db_schema(PbDb *db, gboolean *fresh_out, GError **error) {
    g_autoptr(GError) local = NULL;
    gint64 version = pb_db_number(db, -1, &local, "PRAGMA user_version");
    if (version < 0) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (version > (gint64) G_N_ELEMENTS(steps)) {
        g_set_error(error, PB_ERROR, PB_ERROR_IO,
                    _("the outbox was written by a newer postbag (index version %" G_GINT64_FORMAT
                      "); use that one"),
                    version);
        return FALSE;
    }
    if (version == (gint64) G_N_ELEMENTS(steps))
        return TRUE;
    if (!pb_db_begin(db, error))
        return FALSE;
    /* Another process may have done it while this one waited. */
    version = pb_db_number(db, 0, NULL, "PRAGMA user_version");
    if (!pb_db_end(db, apply_steps(db, version, error), error))
        return FALSE;
    *fresh_out = version == 0;
    return TRUE;
}
