/* Putting a message in: envelope durable, bytes durable, row committed, in this order. */
#include "accounts/pb-error.h"
#include "transport/outbox/outbox-files-private.h"
#include "transport/outbox/outbox-private.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* RFC 5321 4.5.3.1.3 allows 256 bytes for a path; SMTPUTF8 addresses may be longer. */
#define ADDRESS_MAX 1000

/* `guard` shares the file's description and holds its lock until the row is committed: a sweep of
 * another process sees by it that the writer lives. */
struct PbOutboxWriter {
    PbFileWriter *file;
    int guard;
};

PbOutboxWriter *pb_outbox_writer_new(PbOutbox *outbox, GError **error) {
    PbFileWriter *file = pb_file_writer_new(outbox->incoming, error);
    if (file == NULL)
        return NULL;
    PbOutboxWriter *writer = g_new0(PbOutboxWriter, 1);
    writer->file = file;
    writer->guard = fcntl(pb_file_writer_fd(file), F_DUPFD_CLOEXEC, 0);
    if (writer->guard >= 0 && flock(writer->guard, LOCK_EX | LOCK_NB) == 0)
        return writer;
    const int saved = errno;
    g_set_error(error, PB_ERROR, PB_ERROR_CREATE, _("cannot lock a file in “%s”: %s"),
                outbox->incoming, g_strerror(saved));
    pb_outbox_writer_free(writer);
    return NULL;
}

int pb_outbox_writer_fd(PbOutboxWriter *writer) {
    return pb_file_writer_fd(writer->file);
}

void pb_outbox_writer_free(PbOutboxWriter *writer) {
    if (writer == NULL)
        return;
    pb_file_writer_free(writer->file);
    if (writer->guard >= 0)
        close(writer->guard);
    g_free(writer);
}

gboolean pb_outbox_check_address(const char *address, gboolean may_be_empty, GError **error) {
    const gsize length = strlen(address);
    gboolean good = length <= ADDRESS_MAX && (length > 0 || may_be_empty) &&
                    g_utf8_validate(address, (gssize) length, NULL);
    for (const char *c = address; good && *c != '\0'; c++)
        good = !g_ascii_iscntrl(*c) && *c != '<' && *c != '>';
    if (good)
        return TRUE;
    g_autofree char *shown = g_strescape(address, NULL);
    g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("“%.200s” cannot be used as an address"), shown);
    return FALSE;
}

static gboolean check_entry(const PbNewEntry *entry, GError **error) {
    if (entry->account == NULL || entry->account[0] == '\0') {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("the message has no account to leave through"));
        return FALSE;
    }
    if (entry->recipients == NULL || entry->recipients->len == 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("the message has no recipient"));
        return FALSE;
    }
    if (!pb_outbox_check_address(entry->reverse_path != NULL ? entry->reverse_path : "", TRUE,
                                 error))
        return FALSE;
    for (guint i = 0; i < entry->recipients->len; i++) {
        if (!pb_outbox_check_address(g_ptr_array_index(entry->recipients, i), FALSE, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean insert_recipients(PbOutbox *outbox, gint64 number, const PbNewEntry *entry,
                                  gint64 created, GError **error) {
    for (guint i = 0; i < entry->recipients->len; i++) {
        if (!pb_db_run(outbox->db, error,
                       "INSERT INTO recipient(entry, address, state, at) VALUES(?, ?, 'queued', ?)",
                       PB_I(number), PB_S(g_ptr_array_index(entry->recipients, i)), PB_I(created)))
            return FALSE;
    }
    return TRUE;
}

static gboolean tell_hold(PbOutbox *outbox, gint64 number, const PbNewEntry *entry,
                          GError **error) {
    if (entry->hold == PB_HOLD_NONE || entry->hold == PB_HOLD_UNDO)
        return TRUE;
    return pb_outbox_tell(outbox, number, "held", NULL, NULL, entry->hold_note, error);
}

gboolean pb_outbox_insert(PbOutbox *outbox, const char *id, const PbNewEntry *entry, guint64 size,
                          gint64 created, const char *told, GError **error) {
    const gboolean timed = entry->hold == PB_HOLD_UNDO || entry->hold == PB_HOLD_SEND_AT;
    const gint64 not_before = timed ? entry->not_before : 0;
    if (!pb_db_run(
            outbox->db, error,
            "INSERT INTO entry(id, account, sender, reverse_path, label, subject, message_id,"
            " created, changed, waiting_since, size, eight_bit, utf8_headers, notify, draft,"
            " hold, hold_note, not_before)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            PB_S(id), PB_S(entry->account), PB_S(entry->from),
            PB_S(entry->reverse_path != NULL ? entry->reverse_path : ""), PB_S(entry->to),
            PB_S(entry->subject), PB_S(entry->message_id), PB_I(created), PB_I(created),
            PB_I(MAX(created, not_before)), PB_I((gint64) size), PB_I(entry->eight_bit),
            PB_I(entry->utf8_headers), PB_S(entry->notify), PB_S(entry->draft),
            PB_S(pb_hold_to_string(entry->hold)), PB_S(entry->hold_note), PB_I(not_before)))
        return FALSE;
    const gint64 number = pb_db_inserted(outbox->db);
    return insert_recipients(outbox, number, entry, created, error) &&
           pb_outbox_tell(outbox, number, "written", NULL, NULL, told, error) &&
           tell_hold(outbox, number, entry, error) && pb_outbox_touch(outbox, number, error) &&
           pb_outbox_index_words(outbox, number, error);
}

static gboolean commit_files(PbOutbox *outbox, PbOutboxWriter *writer, const char *id,
                             const PbNewEntry *entry, gint64 created, GError **error) {
    g_autofree char *name = g_strconcat(id, PB_MESSAGE_SUFFIX, NULL);
    return pb_outbox_write_envelope(outbox->incoming, id, entry, created, error) &&
           pb_file_writer_commit(writer->file, name, error);
}

static gboolean commit_row(PbOutbox *outbox, const char *id, const PbNewEntry *entry, guint64 size,
                           gint64 created, GError **error) {
    return pb_db_begin(outbox->db, error) &&
           pb_db_end(outbox->db, pb_outbox_insert(outbox, id, entry, size, created, NULL, error),
                     error);
}

char *pb_outbox_add(PbOutbox *outbox, PbOutboxWriter *writer, const PbNewEntry *entry,
                    GError **error) {
    guint64 size;
    if (!check_entry(entry, error) ||
        !pb_outbox_check_canonical(pb_file_writer_fd(writer->file), &size, error))
        return NULL;
    const gint64 now = g_get_real_time();
    g_autofree char *id = pb_outbox_new_id();
    /* The caller hears of a failure and keeps the message, so nothing of it may come back later. A
     * failed COMMIT may still have reached the disk; then the row decides. */
    if (!commit_files(outbox, writer, id, entry, now, error) ||
        !commit_row(outbox, id, entry, size, now, error)) {
        if (pb_outbox_number(outbox, id, NULL) == 0)
            pb_outbox_remove_files(outbox->incoming, id);
        return NULL;
    }
    pb_outbox_settle_files(outbox->folder, outbox->incoming, id);
    return g_steal_pointer(&id);
}
