/* Looking: one entry, windows of lists, timelines, attempts.
 *
 * A window is found in an index that carries all it is filtered by, then its rows are read; so the
 * work grows with the window, and by a very small constant with the offset. Text is looked up in
 * the full-text table in descending row order, so that the first window is there before all
 * matches are known.
 */
#include "accounts/pb-error.h"
#include "transport/outbox/outbox-private.h"

#include <string.h>

#define FINISHED_STAYS ((gint64) 3600 * G_USEC_PER_SEC)
#define TEXT_WORDS_MAX 16

/* Parameters of all list queries: ?1 state, ?2 account, ?3 words, ?4 the oldest moment a finished
 * entry may have. Only those named in the text are bound. */
typedef struct {
    char *words;
    PbDbValue values[7];
    GString *sql;
} Builder;

static void builder_clear(Builder *builder) {
    g_free(builder->words);
    if (builder->sql != NULL)
        g_string_free(builder->sql, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Builder, builder_clear)

static gboolean has_letter(const char *word) {
    for (const char *c = word; *c != '\0'; c = g_utf8_next_char(c)) {
        if (g_unichar_isalnum(g_utf8_get_char(c)))
            return TRUE;
    }
    return FALSE;
}

/* Each word as a quoted phrase that may go on: `"ann@exa"*`. NULL if there is nothing to look for.
 */
static char *match_of(const char *text) {
    if (text == NULL)
        return NULL;
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_auto(GStrv) words = g_strsplit_set(valid, " \t\r\n", -1);
    g_autoptr(GString) match = g_string_new(NULL);
    guint count = 0;
    for (char **word = words; *word != NULL && count < TEXT_WORDS_MAX; word++) {
        if (!has_letter(*word))
            continue;
        g_auto(GStrv) parts = g_strsplit(*word, "\"", -1);
        g_autofree char *quoted = g_strjoinv("\"\"", parts);
        g_string_append_printf(match, "%s\"%s\"*", count++ > 0 ? " AND " : "", quoted);
    }
    return count > 0 ? g_string_free(g_steal_pointer(&match), FALSE) : NULL;
}

static void builder_init(Builder *builder, const PbQuery *query) {
    builder->sql = g_string_new(NULL);
    builder->words = match_of(query->text);
    builder->values[0] = PB_S(query->state);
    builder->values[1] = PB_S(query->account);
    builder->values[2] = PB_S(builder->words);
    builder->values[3] = PB_I(g_get_real_time() - FINISHED_STAYS);
}

static void add_filters(Builder *builder, const PbQuery *query) {
    if (query->state != NULL)
        g_string_append(builder->sql, " AND e.state = ?1");
    if (query->account != NULL)
        g_string_append(builder->sql, " AND e.account = ?2");
}

static const char *condition(PbListKind kind) {
    switch (kind) {
    case PB_LIST_OUTBOX:
        return "(e.open = 1 OR e.changed > ?4)";
    case PB_LIST_SENT:
        return "e.sent_list = 1";
    case PB_LIST_PROBLEMS:
        return "e.problem = 1";
    default:
        return "1";
    }
}

/* FROM and WHERE for everything that matches, in one go. */
static void add_source(Builder *builder, const PbQuery *query) {
    if (builder->words != NULL)
        g_string_append_printf(builder->sql,
                               " FROM search s CROSS JOIN entry e ON e.number = s.rowid"
                               " WHERE s.words MATCH ?3 AND %s",
                               condition(query->kind));
    else
        g_string_append_printf(builder->sql, " FROM entry e WHERE %s", condition(query->kind));
    add_filters(builder, query);
}

/* The numbers that match. What is open and what has just finished come from an index each, merged
 * in order; an OR over both would read the whole table. */
static void add_numbers(Builder *builder, const PbQuery *query) {
    if (query->kind != PB_LIST_OUTBOX || builder->words != NULL) {
        g_string_append(builder->sql, builder->words != NULL ? "SELECT s.rowid AS number"
                                                             : "SELECT e.number AS number");
        add_source(builder, query);
        return;
    }
    g_string_append(builder->sql, "SELECT e.number AS number FROM entry e WHERE e.open = 1");
    add_filters(builder, query);
    g_string_append(builder->sql,
                    " UNION ALL SELECT e.number FROM entry e INDEXED BY entry_finished"
                    " WHERE e.open = 0 AND e.changed > ?4");
    add_filters(builder, query);
}

static PbRows *run(PbOutbox *outbox, Builder *builder, gsize values, GError **error) {
    return pb_db_rows_values(outbox->db, error, builder->sql->str, builder->values, values);
}

static const char *order(const PbQuery *query) {
    return query->oldest_first ? "ASC" : "DESC";
}

/* ?5 and ?6 are limit and offset. */
static PbRows *select_entries(PbOutbox *outbox, const PbQuery *query, GError **error) {
    g_auto(Builder) builder = {0};
    builder_init(&builder, query);
    if (query->limit == 0 && query->offset == 0) {
        g_string_append(builder.sql, "SELECT " PB_ENTRY_COLUMNS);
        add_source(&builder, query);
        g_string_append_printf(builder.sql, " ORDER BY %s %s",
                               builder.words != NULL ? "s.rowid" : "e.number", order(query));
        return run(outbox, &builder, 4, error);
    }
    g_string_append(builder.sql, "SELECT " PB_ENTRY_COLUMNS " FROM entry e WHERE e.number IN (");
    add_numbers(&builder, query);
    g_string_append_printf(builder.sql, " ORDER BY 1 %s LIMIT ?5 OFFSET ?6) ORDER BY e.number %s",
                           order(query), order(query));
    builder.values[4] = PB_I(query->limit > 0 ? (gint64) query->limit : -1);
    builder.values[5] = PB_I(query->offset);
    return run(outbox, &builder, 6, error);
}

GPtrArray *pb_outbox_list(PbOutbox *outbox, const PbQuery *query, GError **error) {
    g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func((GDestroyNotify) pb_entry_free);
    g_autoptr(PbRows) rows = select_entries(outbox, query, error);
    if (rows == NULL)
        return NULL;
    while (pb_rows_next(rows, error))
        g_ptr_array_add(entries, pb_outbox_read_entry(rows));
    return pb_rows_ok(rows) ? g_steal_pointer(&entries) : NULL;
}

gboolean pb_outbox_foreach(PbOutbox *outbox, const PbQuery *query,
                           gboolean (*each)(const PbEntry *entry, gpointer user_data),
                           gpointer user_data, GError **error) {
    g_autoptr(PbRows) rows = select_entries(outbox, query, error);
    if (rows == NULL)
        return FALSE;
    while (pb_rows_next(rows, error)) {
        g_autoptr(PbEntry) entry = pb_outbox_read_entry(rows);
        if (!pb_outbox_read_recipients(outbox, pb_rows_int(rows, 0), PB_RECIPIENTS_ALL, entry,
                                       error))
            return FALSE;
        if (!each(entry, user_data))
            return TRUE;
    }
    return pb_rows_ok(rows);
}

gint64 pb_outbox_count(PbOutbox *outbox, const PbQuery *query, GError **error) {
    g_auto(Builder) builder = {0};
    builder_init(&builder, query);
    g_string_append(builder.sql, "SELECT COUNT(*) FROM (");
    add_numbers(&builder, query);
    g_string_append_c(builder.sql, ')');
    return pb_db_number_values(outbox->db, -1, error, builder.sql->str, builder.values, 4);
}

gint64 pb_outbox_position(PbOutbox *outbox, const PbQuery *query, const char *id) {
    const gint64 number = pb_outbox_number(outbox, id, NULL);
    if (number == 0)
        return -1;
    g_auto(Builder) builder = {0};
    builder_init(&builder, query);
    /* One walk over the rows before it, and a look whether it is among them itself. */
    g_string_append_printf(builder.sql,
                           "SELECT iif(SUM(number = ?5), COUNT(*) - 1, NULL) FROM (SELECT number "
                           "FROM (");
    add_numbers(&builder, query);
    g_string_append_printf(builder.sql, ") WHERE number %s ?5)", query->oldest_first ? "<=" : ">=");
    builder.values[4] = PB_I(number);
    return pb_db_number_values(outbox->db, -1, NULL, builder.sql->str, builder.values, 5);
}

PbEntry *pb_outbox_get(PbOutbox *outbox, const char *id, GError **error) {
    const gint64 number = pb_outbox_number(outbox, id, error);
    if (number == 0)
        return NULL;
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error, "SELECT " PB_ENTRY_COLUMNS " FROM entry e WHERE e.number = ?",
                   PB_I(number));
    if (rows == NULL || !pb_rows_next(rows, error))
        return NULL;
    g_autoptr(PbEntry) entry = pb_outbox_read_entry(rows);
    if (!pb_outbox_read_recipients(outbox, number, PB_RECIPIENTS_ALL, entry, error))
        return NULL;
    return g_steal_pointer(&entry);
}

gint64 pb_outbox_data_version(PbOutbox *outbox) {
    return pb_db_number(outbox->db, 0, NULL, "PRAGMA data_version");
}

/* --- timelines and attempts ------------------------------------------------------------------- */

void pb_timeline_item_free(PbTimelineItem *item) {
    if (item == NULL)
        return;
    g_free(item->kind);
    g_free(item->address);
    pb_evidence_free(item->evidence);
    g_free(item->note);
    g_free(item);
}

#define TIMELINE_COLUMNS "at, kind, address, note, " PB_EVIDENCE_COLUMNS

static PbTimelineItem *read_item(PbRows *rows) {
    PbTimelineItem *item = g_new0(PbTimelineItem, 1);
    item->at = pb_rows_int(rows, 0);
    item->kind = g_strdup(pb_rows_text(rows, 1));
    item->address = g_strdup(pb_rows_text(rows, 2));
    item->note = g_strdup(pb_rows_text(rows, 3));
    item->evidence = pb_rows_evidence(rows, 4);
    return item;
}

GPtrArray *pb_outbox_timeline(PbOutbox *outbox, const char *id, GError **error) {
    const gint64 number = pb_outbox_number(outbox, id, error);
    if (number == 0)
        return NULL;
    g_autoptr(PbRows) rows = pb_db_rows(
        outbox->db, error,
        "SELECT " TIMELINE_COLUMNS " FROM timeline WHERE entry = ? ORDER BY number", PB_I(number));
    if (rows == NULL)
        return NULL;
    g_autoptr(GPtrArray) items =
        g_ptr_array_new_with_free_func((GDestroyNotify) pb_timeline_item_free);
    while (pb_rows_next(rows, error))
        g_ptr_array_add(items, read_item(rows));
    return pb_rows_ok(rows) ? g_steal_pointer(&items) : NULL;
}

GPtrArray *pb_outbox_log(PbOutbox *outbox, guint limit, GPtrArray **entries_out, GError **error) {
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error,
                   "SELECT " TIMELINE_COLUMNS ", (SELECT id FROM entry e WHERE e.number = t.entry)"
                   " FROM (SELECT * FROM timeline ORDER BY number DESC LIMIT ?) t ORDER BY number",
                   PB_I(limit));
    if (rows == NULL)
        return NULL;
    g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) items =
        g_ptr_array_new_with_free_func((GDestroyNotify) pb_timeline_item_free);
    while (pb_rows_next(rows, error)) {
        g_ptr_array_add(items, read_item(rows));
        g_ptr_array_add(entries, g_strdup(pb_rows_text(rows, 10)));
    }
    if (!pb_rows_ok(rows))
        return NULL;
    if (entries_out != NULL)
        *entries_out = g_steal_pointer(&entries);
    return g_steal_pointer(&items);
}

void pb_attempt_free(PbAttempt *attempt) {
    if (attempt == NULL)
        return;
    g_free(attempt->host);
    g_free(attempt->transcript);
    g_free(attempt);
}

static PbAttempt *read_attempt(PbRows *rows) {
    PbAttempt *attempt = g_new0(PbAttempt, 1);
    attempt->started = pb_rows_int(rows, 0);
    attempt->finished = pb_rows_int(rows, 1);
    attempt->host = g_strdup(pb_rows_text(rows, 2));
    attempt->port = (guint16) pb_rows_int(rows, 3);
    attempt->round_trips = (guint) pb_rows_int(rows, 4);
    attempt->transcript = g_strdup(pb_rows_text(rows, 5));
    return attempt;
}

GPtrArray *pb_outbox_attempts(PbOutbox *outbox, const char *id, GError **error) {
    const gint64 number = pb_outbox_number(outbox, id, error);
    if (number == 0)
        return NULL;
    g_autoptr(PbRows) rows =
        pb_db_rows(outbox->db, error,
                   "SELECT started, finished, host, port, round_trips, transcript FROM attempt"
                   " WHERE entry = ? ORDER BY number",
                   PB_I(number));
    if (rows == NULL)
        return NULL;
    g_autoptr(GPtrArray) attempts =
        g_ptr_array_new_with_free_func((GDestroyNotify) pb_attempt_free);
    while (pb_rows_next(rows, error))
        g_ptr_array_add(attempts, read_attempt(rows));
    return pb_rows_ok(rows) ? g_steal_pointer(&attempts) : NULL;
}
