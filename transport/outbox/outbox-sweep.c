/* Putting right what crashes, power cuts and foreign hands left: never silently sent, never lost.
 */
#include "accounts/pb-error.h"
#include "transport/outbox/outbox-files-private.h"
#include "transport/outbox/outbox-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* A temporary file nobody has locked: the short-lived ones of small files have no lock, so wait. */
#define TEMPORARY_SECONDS 600
#define LEFTOVER_SECONDS  (24 * 3600)

typedef struct {
    char *folder;
    char *id;
    gint64 created;
} Orphan;

static void orphan_free(Orphan *orphan) {
    g_free(orphan->folder);
    g_free(orphan->id);
    g_free(orphan);
}

static gboolean older_than(const char *path, gint64 seconds) {
    GStatBuf facts;
    return g_lstat(path, &facts) == 0 &&
           g_get_real_time() / G_USEC_PER_SEC - (gint64) facts.st_mtime > seconds;
}

/* Takes the lock that a living writer holds until its row is there. -1: it lives, or the file is
 * gone. Else a descriptor to close. */
static int lock_abandoned(const char *path) {
    const int fd = g_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static void remove_temporary(const char *path) {
    if (!older_than(path, TEMPORARY_SECONDS))
        return;
    const int fd = lock_abandoned(path);
    if (fd < 0)
        return;
    g_unlink(path);
    close(fd);
}

/* The id in a file name with this suffix, or NULL. */
static char *id_of(const char *name, const char *suffix) {
    if (!g_str_has_suffix(name, suffix))
        return NULL;
    char *id = g_strndup(name, strlen(name) - strlen(suffix));
    if (!pb_outbox_id_valid(id))
        g_clear_pointer(&id, g_free);
    return id;
}

/* --- messages without a row ------------------------------------------------------------------- */

static guint64 file_size(const char *folder, const char *id) {
    g_autofree char *name = g_strconcat(id, PB_MESSAGE_SUFFIX, NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    GStatBuf facts;
    return g_stat(path, &facts) == 0 ? (guint64) facts.st_size : 0;
}

/* Brings one back, held. Without a usable envelope nobody knows who should get it, but it is seen.
 */
static gboolean restore(PbOutbox *outbox, const Orphan *orphan, GError **error) {
    g_autoptr(PbStoredEnvelope) envelope =
        pb_outbox_read_envelope(orphan->folder, orphan->id, NULL);
    g_autoptr(GPtrArray) nobody = g_ptr_array_new();
    PbNewEntry entry = {.recipients = nobody, .subject = _("(message without envelope)")};
    if (envelope != NULL)
        entry = *pb_stored_envelope_entry(envelope);
    if (entry.account == NULL)
        entry.account = "";
    entry.hold = PB_HOLD_DECISION;
    entry.hold_note =
        envelope != NULL
            ? _("found on disk without its entry; it may have been sent before: release sends it, "
                "cancel drops it")
            : _("found on disk without its entry and envelope; export it and send it anew");
    for (guint i = 0; i < entry.recipients->len;) {
        if (pb_outbox_check_address(g_ptr_array_index(entry.recipients, i), FALSE, NULL))
            i++;
        else
            g_ptr_array_remove_index(entry.recipients, i);
    }
    return pb_outbox_insert(outbox, orphan->id, &entry, file_size(orphan->folder, orphan->id),
                            orphan->created, entry.hold_note, error);
}

static gboolean restore_if_missing(PbOutbox *outbox, const Orphan *orphan, int *changed,
                                   GError **error) {
    g_autoptr(GError) local = NULL;
    if (pb_outbox_number(outbox, orphan->id, &local) != 0)
        return TRUE;
    if (!g_error_matches(local, PB_ERROR, PB_ERROR_NO_INPUT)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    (*changed)++;
    return restore(outbox, orphan, error);
}

static gint compare_created(gconstpointer a, gconstpointer b) {
    const Orphan *first = *(const Orphan *const *) a;
    const Orphan *second = *(const Orphan *const *) b;
    return (first->created > second->created) - (first->created < second->created);
}

static gboolean restore_all(PbOutbox *outbox, GPtrArray *orphans, int *changed, GError **error) {
    g_ptr_array_sort(orphans, compare_created);
    for (guint i = 0; i < orphans->len; i++) {
        if (!restore_if_missing(outbox, g_ptr_array_index(orphans, i), changed, error))
            return FALSE;
    }
    return TRUE;
}

static Orphan *orphan_new(const char *folder, const char *id) {
    Orphan *orphan = g_new0(Orphan, 1);
    orphan->folder = g_strdup(folder);
    orphan->id = g_strdup(id);
    g_autoptr(PbStoredEnvelope) envelope = pb_outbox_read_envelope(folder, id, NULL);
    if (envelope != NULL)
        orphan->created = pb_stored_envelope_created(envelope);
    if (orphan->created <= 0)
        orphan->created = g_get_real_time();
    return orphan;
}

/* --- the incoming folder ---------------------------------------------------------------------- */

static gboolean sweep_one_incoming(PbOutbox *outbox, const char *path, const char *id, int *changed,
                                   GError **error) {
    const int fd = lock_abandoned(path);
    if (fd < 0)
        return TRUE;
    g_autoptr(GPtrArray) orphans = g_ptr_array_new_with_free_func((GDestroyNotify) orphan_free);
    g_ptr_array_add(orphans, orphan_new(outbox->incoming, id));
    const gboolean ok = pb_db_begin(outbox->db, error) &&
                        pb_db_end(outbox->db, restore_all(outbox, orphans, changed, error), error);
    if (ok)
        pb_outbox_settle_files(outbox->folder, outbox->incoming, id);
    close(fd);
    return ok;
}

int pb_outbox_sweep_incoming(PbOutbox *outbox, GError **error) {
    g_autoptr(GDir) folder = g_dir_open(outbox->incoming, 0, NULL);
    if (folder == NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREATE, _("cannot read the folder “%s”"),
                    outbox->incoming);
        return -1;
    }
    int changed = 0;
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *path = g_build_filename(outbox->incoming, name, NULL);
        g_autofree char *id = id_of(name, PB_MESSAGE_SUFFIX);
        if (id != NULL && !sweep_one_incoming(outbox, path, id, &changed, error))
            return -1;
        if (g_str_has_prefix(name, ".tmp-"))
            remove_temporary(path);
        else if (id == NULL && g_str_has_suffix(name, PB_ENVELOPE_SUFFIX) &&
                 older_than(path, LEFTOVER_SECONDS))
            g_unlink(path); /* its message was never made durable, nor called queued */
    }
    return changed;
}

/* --- all rows and all files ------------------------------------------------------------------- */

static GPtrArray *files_without_rows(PbOutbox *outbox, GError **error) {
    g_autoptr(GDir) folder = g_dir_open(outbox->folder, 0, NULL);
    if (folder == NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREATE, _("cannot read the folder “%s”"),
                    outbox->folder);
        return NULL;
    }
    g_autoptr(GPtrArray) orphans = g_ptr_array_new_with_free_func((GDestroyNotify) orphan_free);
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *id = id_of(name, PB_MESSAGE_SUFFIX);
        if (id != NULL && pb_outbox_number(outbox, id, NULL) == 0)
            g_ptr_array_add(orphans, orphan_new(outbox->folder, id));
    }
    return g_steal_pointer(&orphans);
}

static GArray *rows_without_files(PbOutbox *outbox, GError **error) {
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(PbRows) rows = pb_db_rows(
        outbox->db, error,
        "SELECT number, id FROM entry WHERE open = 1 AND claim IS NULL AND EXISTS(SELECT 1 FROM"
        " recipient WHERE entry = number AND state IN ('queued', 'deferred'))");
    if (rows == NULL)
        return NULL;
    while (pb_rows_next(rows, error)) {
        const gint64 number = pb_rows_int(rows, 0);
        if (!pb_outbox_settle_files(outbox->folder, outbox->incoming, pb_rows_text(rows, 1)))
            g_array_append_val(numbers, number);
    }
    return pb_rows_ok(rows) ? g_steal_pointer(&numbers) : NULL;
}

static gboolean put_right(PbOutbox *outbox, GPtrArray *orphans, int *changed, GError **error) {
    if (!restore_all(outbox, orphans, changed, error))
        return FALSE;
    g_autoptr(GArray) missing = rows_without_files(outbox, error);
    if (missing == NULL)
        return FALSE;
    for (guint i = 0; i < missing->len; i++) {
        if (!pb_outbox_refuse_missing(outbox, g_array_index(missing, gint64, i), error))
            return FALSE;
    }
    *changed += (int) missing->len;
    return pb_db_run(outbox->db, error, "INSERT OR REPLACE INTO fact VALUES('full sweep', ?)",
                     PB_I(g_get_real_time()));
}

int pb_outbox_sweep_files(PbOutbox *outbox, GError **error) {
    g_autoptr(GPtrArray) orphans = files_without_rows(outbox, error);
    int changed = 0;
    if (orphans == NULL || !pb_db_begin(outbox->db, error) ||
        !pb_db_end(outbox->db, put_right(outbox, orphans, &changed, error), error))
        return -1;
    return changed;
}

/* Lock files of processes that died without a claim. A day, so that one just being taken is never
 * removed. */
static void remove_old_locks(PbOutbox *outbox) {
    g_autoptr(GDir) folder = g_dir_open(outbox->claims, 0, NULL);
    if (folder == NULL)
        return;
    for (const char *name; (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *path = g_build_filename(outbox->claims, name, NULL);
        if (!pb_outbox_id_valid(name) || !older_than(path, LEFTOVER_SECONDS))
            continue;
        g_autoptr(PbLock) lock = pb_lock_try(path, NULL);
        if (lock != NULL)
            g_unlink(path);
    }
}

int pb_outbox_sweep(PbOutbox *outbox, GError **error) {
    const int claims = pb_outbox_sweep_claims(outbox, error);
    const int incoming = claims < 0 ? -1 : pb_outbox_sweep_incoming(outbox, error);
    const int files = incoming < 0 ? -1 : pb_outbox_sweep_files(outbox, error);
    remove_old_locks(outbox);
    return files < 0 ? -1 : claims + incoming + files;
}
