#include "compose/draft.h"

#include "accounts/pb-error.h"
#include "accounts/pb-file.h"
#include "compose/message-json-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

/* NNNN.json is the draft, NNNN.lock says that someone writes in it, deleted/NNNN.json is one that
 * was deleted; its mtime is then. */
#define DRAFT_MAX   ((gsize) 64 * 1024 * 1024)
#define KEPT_USEC   (7 * G_TIME_SPAN_DAY)
#define ID_LENGTH   16
#define DELETED_DIR "deleted"

struct PbDraft {
    char *folder;
    char *id;
    PbLock *lock;
};

static char *build_path(const char *folder, const char *id, const char *suffix) {
    g_autofree char *name = g_strconcat(id, suffix, NULL);

    return g_build_filename(folder, name, NULL);
}

static char *deleted_folder(const char *folder) {
    return g_build_filename(folder, DELETED_DIR, NULL);
}

/* Also keeps "../" out of paths. */
static gboolean check_id(const char *id, GError **error) {
    if (strlen(id) == ID_LENGTH && strspn(id, "0123456789abcdef") == ID_LENGTH)
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT, _("there is no draft “%s”"), id);
    return FALSE;
}

static char *make_id(void) {
    return g_strdup_printf("%08x%08x", g_random_int(), g_random_int());
}

static PbLock *lock_draft(const char *folder, const char *id, GError **error) {
    g_autofree char *path = build_path(folder, id, ".lock");
    g_autoptr(GError) failure = NULL;
    PbLock *lock = pb_lock_try(path, &failure);

    if (lock != NULL)
        return lock;
    if (g_error_matches(failure, PB_ERROR, PB_ERROR_NOT_NOW))
        g_set_error(error, PB_ERROR, PB_ERROR_NOT_NOW,
                    _("the draft is open in another window or terminal"));
    else
        g_propagate_error(error, g_steal_pointer(&failure));
    return NULL;
}

static PbDraft *make_draft(const char *folder, const char *id, GError **error) {
    g_autoptr(PbDraft) draft = g_new0(PbDraft, 1);

    draft->folder = g_strdup(folder);
    draft->id = g_strdup(id);
    draft->lock = lock_draft(folder, id, error);
    return draft->lock != NULL ? g_steal_pointer(&draft) : NULL;
}

PbDraft *pb_draft_new(const char *folder, GError **error) {
    g_autofree char *id = make_id();

    if (!pb_file_private_folder(folder, error))
        return NULL;
    return make_draft(folder, id, error);
}

const char *pb_draft_id(PbDraft *draft) {
    return draft->id;
}

static gboolean exists(const char *folder, const char *id) {
    g_autofree char *path = build_path(folder, id, ".json");

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

void pb_draft_free(PbDraft *draft) {
    if (draft == NULL)
        return;
    /* A lock without a draft is of no use to anyone; a lock with one stays, since removing it could
     * take it away from who waits for it. */
    if (draft->lock != NULL && !exists(draft->folder, draft->id)) {
        g_autofree char *path = build_path(draft->folder, draft->id, ".lock");

        g_unlink(path);
    }
    pb_lock_free(draft->lock);
    g_free(draft->folder);
    g_free(draft->id);
    g_free(draft);
}

/* {"finished": …, "changed": …, "message": {…}} of a file. */
static json_t *load(const char *folder, const char *id, GError **error) {
    g_autofree char *path = build_path(folder, id, ".json");
    gsize length = 0;
    g_autofree char *bytes = pb_file_read(path, DRAFT_MAX, &length, error);
    json_t *root;

    if (bytes == NULL)
        return NULL;
    root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
    if (root == NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("“%s” is damaged and cannot be read"), path);
    return root;
}

static gboolean store(const char *folder, const char *id, const json_t *root, GError **error) {
    g_autofree char *path = build_path(folder, id, ".json");
    char *bytes = json_dumps(root, JSON_INDENT(1));
    gboolean ok;

    if (bytes == NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_INTERNAL, _("the draft cannot be written as JSON"));
        return FALSE;
    }
    ok = pb_file_replace(path, bytes, strlen(bytes), error);
    free(bytes);
    return ok;
}

PbDraft *pb_draft_open(const char *folder, const char *id, PbMessage **message_out,
                       GError **error) {
    g_autoptr(PbDraft) draft = NULL;
    PbMessage *message;
    json_t *root;

    if (!check_id(id, error))
        return NULL;
    if (!exists(folder, id)) {
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT, _("there is no draft “%s”"), id);
        return NULL;
    }
    draft = make_draft(folder, id, error);
    root = draft != NULL ? load(folder, id, error) : NULL;
    if (root == NULL)
        return NULL;
    message = pb_message_from_json(json_object_get(root, "message"), error);
    json_decref(root);
    if (message == NULL)
        return NULL;
    *message_out = message;
    return g_steal_pointer(&draft);
}

gboolean pb_draft_save(PbDraft *draft, const PbMessage *message, gboolean finished,
                       GError **error) {
    json_t *root = json_object();
    gboolean ok;

    json_object_set_new(root, "finished", json_boolean(finished));
    json_object_set_new(root, "changed", json_integer(g_get_real_time()));
    json_object_set_new(root, "message", pb_message_to_json(message));
    ok = store(draft->folder, draft->id, root, error);
    json_decref(root);
    return ok;
}

static gboolean move_to_deleted(const char *folder, const char *id, GError **error) {
    g_autofree char *deleted = deleted_folder(folder);
    g_autofree char *from = build_path(folder, id, ".json");
    g_autofree char *to = build_path(deleted, id, ".json");

    if (!pb_file_private_folder(deleted, error))
        return FALSE;
    /* The mtime says from now on when it was deleted. */
    if (g_utime(from, NULL) != 0 || g_rename(from, to) != 0) {
        g_set_error(error, PB_ERROR, errno == ENOENT ? PB_ERROR_NO_INPUT : PB_ERROR_CREATE,
                    _("cannot delete the draft “%s”: %s"), id, g_strerror(errno));
        return FALSE;
    }
    return pb_file_sync_folder(deleted, error) && pb_file_sync_folder(folder, error);
}

gboolean pb_draft_delete(PbDraft *draft, GError **error) {
    if (!exists(draft->folder, draft->id))
        return TRUE;
    return move_to_deleted(draft->folder, draft->id, error);
}

gboolean pb_draft_delete_by_id(const char *folder, const char *id, GError **error) {
    g_autoptr(PbDraft) draft = NULL;

    if (!check_id(id, error))
        return FALSE;
    if (!exists(folder, id)) {
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT, _("there is no draft “%s”"), id);
        return FALSE;
    }
    draft = make_draft(folder, id, error);
    return draft != NULL && pb_draft_delete(draft, error);
}

gboolean pb_draft_restore(const char *folder, const char *id, GError **error) {
    g_autofree char *deleted = deleted_folder(folder);
    g_autofree char *path = build_path(deleted, id, ".json");
    json_t *root;
    gboolean ok;

    if (!check_id(id, error))
        return FALSE;
    if (exists(folder, id)) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFLICT, _("the draft “%s” is there already"), id);
        return FALSE;
    }
    root = load(deleted, id, error);
    if (root == NULL)
        return FALSE;
    /* It was put away by a person, however it was left before. */
    json_object_set_new(root, "finished", json_true());
    ok = store(folder, id, root, error);
    json_decref(root);
    if (ok)
        g_unlink(path);
    return ok;
}

void pb_draft_info_free(PbDraftInfo *info) {
    if (info == NULL)
        return;
    g_free(info->id);
    g_free(info->to);
    g_free(info->subject);
    g_free(info);
}

static gboolean is_locked(const char *folder, const char *id) {
    g_autofree char *path = build_path(folder, id, ".lock");
    g_autoptr(PbLock) lock = NULL;
    g_autoptr(GError) error = NULL;

    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return FALSE;
    lock = pb_lock_try(path, &error);
    return lock == NULL && g_error_matches(error, PB_ERROR, PB_ERROR_NOT_NOW);
}

static gint64 mtime_of(const char *path) {
    struct stat status;

    if (stat(path, &status) != 0)
        return 0;
    return (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000;
}

static void fill_info(PbDraftInfo *info, const PbMessage *message) {
    info->to = g_strdup(message->to);
    info->subject = g_strdup(message->subject);
    info->size = strlen(message->body);
    for (guint i = 0; i < message->attachments->len; i++)
        info->size += ((PbAttachment *) message->attachments->pdata[i])->size;
}

static PbDraftInfo *make_info(const char *folder, const char *id, gboolean deleted) {
    PbDraftInfo *info = g_new0(PbDraftInfo, 1);
    g_autofree char *path = build_path(folder, id, ".json");
    g_autoptr(PbMessage) message = NULL;
    json_t *root = load(folder, id, NULL);

    info->id = g_strdup(id);
    info->changed = mtime_of(path);
    info->open = !deleted && is_locked(folder, id);
    if (root != NULL)
        message = pb_message_from_json(json_object_get(root, "message"), NULL);
    if (message == NULL) {
        info->to = g_strdup("");
    } else {
        fill_info(info, message);
        info->unfinished =
            !deleted && !info->open && json_is_false(json_object_get(root, "finished"));
        if (!deleted)
            info->changed = json_integer_value(json_object_get(root, "changed"));
    }
    json_decref(root);
    return info;
}

static int newest_first(gconstpointer a, gconstpointer b) {
    const PbDraftInfo *first = *(PbDraftInfo *const *) a;
    const PbDraftInfo *second = *(PbDraftInfo *const *) b;

    return (second->changed > first->changed) - (second->changed < first->changed);
}

/* The id in "NNNN.json", or NULL. */
static char *dup_id(const char *name) {
    g_autofree char *id = NULL;

    if (!g_str_has_suffix(name, ".json"))
        return NULL;
    id = g_strndup(name, strlen(name) - strlen(".json"));
    return check_id(id, NULL) ? g_steal_pointer(&id) : NULL;
}

GPtrArray *pb_draft_list(const char *folder, gboolean deleted, GError **error) {
    g_autofree char *where = deleted ? deleted_folder(folder) : g_strdup(folder);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify) pb_draft_info_free);
    g_autoptr(GError) failure = NULL;
    g_autoptr(GDir) directory = g_dir_open(where, 0, &failure);
    const char *name;

    if (directory == NULL) {
        if (g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            return g_steal_pointer(&list);
        g_set_error(error, PB_ERROR, PB_ERROR_IO, _("cannot read the drafts in “%s”: %s"), where,
                    failure->message);
        return NULL;
    }
    while ((name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *id = dup_id(name);

        if (id != NULL)
            g_ptr_array_add(list, make_info(where, id, deleted));
    }
    g_ptr_array_sort(list, newest_first);
    return g_steal_pointer(&list);
}

void pb_draft_expire(const char *folder, gint64 now) {
    g_autofree char *deleted = deleted_folder(folder);
    g_autoptr(GDir) directory = g_dir_open(deleted, 0, NULL);
    const char *name;

    while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *path = g_build_filename(deleted, name, NULL);
        gint64 since = mtime_of(path);

        if (g_str_has_suffix(name, ".json") && since > 0 && now - since > KEPT_USEC)
            g_unlink(path);
    }
}
