#include "accounts/pb-error.h"
#include "compose/draft.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;

static void make_folder(void) {
    g_autofree char *base = g_dir_make_tmp("postbag-test-XXXXXX", NULL);

    cr_assert_not_null(base);
    folder = g_build_filename(base, "drafts", NULL);
}

TestSuite(draft, .init = make_folder);

static PbMessage *make(void) {
    PbMessage *message = pb_message_new();
    PbAttachment *attachment = g_new0(PbAttachment, 1);

    pb_message_set(&message->from, "Anna <anna@example.org>");
    pb_message_set(&message->to, "bob@exa");
    pb_message_set(&message->bcc, "hidden@example.org");
    pb_message_set(&message->subject, "Größe 😀");
    pb_message_set(&message->body, "line\n\tzwei \"quoted\"\n");
    message->account = g_strdup("work");
    message->dsn = g_strdup("never");
    message->date = 42;
    message->flowed = FALSE;
    attachment->path = g_strdup("/tmp/with \xff byte");
    attachment->name = g_strdup("with � byte");
    attachment->content_type = g_strdup("text/plain");
    attachment->size = 1000;
    attachment->mtime = 77;
    attachment->is_inline = TRUE;
    g_ptr_array_add(message->attachments, attachment);
    g_ptr_array_add(message->extra_headers, g_strdup("X-A: b"));
    return message;
}

static char *save_one(gboolean finished) {
    g_autoptr(PbDraft) draft = pb_draft_new(folder, NULL);
    g_autoptr(PbMessage) message = make();

    cr_assert_not_null(draft);
    cr_assert(pb_draft_save(draft, message, finished, NULL));
    return g_strdup(pb_draft_id(draft));
}

static PbDraftInfo *only(gboolean deleted, GPtrArray **list_out) {
    *list_out = pb_draft_list(folder, deleted, NULL);
    cr_assert_not_null(*list_out);
    cr_assert_eq((*list_out)->len, 1);
    return (*list_out)->pdata[0];
}

static guint count(gboolean deleted) {
    g_autoptr(GPtrArray) list = pb_draft_list(folder, deleted, NULL);

    cr_assert_not_null(list);
    return list->len;
}

Test(draft, everything_comes_back) {
    g_autofree char *id = save_one(TRUE);
    PbMessage *raw = NULL;
    g_autoptr(PbDraft) draft = pb_draft_open(folder, id, &raw, NULL);
    g_autoptr(PbMessage) message = raw;
    PbAttachment *attachment;

    cr_assert_not_null(draft);
    cr_assert_str_eq(message->from, "Anna <anna@example.org>");
    cr_assert_str_eq(message->to, "bob@exa");
    cr_assert_str_eq(message->cc, "");
    cr_assert_str_eq(message->bcc, "hidden@example.org");
    cr_assert_str_eq(message->subject, "Größe 😀");
    cr_assert_str_eq(message->body, "line\n\tzwei \"quoted\"\n");
    cr_assert_str_eq(message->account, "work");
    cr_assert_str_eq(message->dsn, "never");
    cr_assert_null(message->message_id);
    cr_assert_eq(message->date, 42);
    cr_assert_not(message->flowed);
    cr_assert_str_eq(message->extra_headers->pdata[0], "X-A: b");
    attachment = message->attachments->pdata[0];
    cr_assert_str_eq(attachment->path, "/tmp/with \xff byte");
    cr_assert_eq(attachment->size, 1000);
    cr_assert_eq(attachment->mtime, 77);
    cr_assert(attachment->is_inline);
    cr_assert_null(attachment->description);
}

Test(draft, open_one_is_locked_and_not_a_crash) {
    g_autofree char *id = save_one(FALSE);
    PbMessage *message = NULL;
    PbDraft *draft = pb_draft_open(folder, id, &message, NULL);
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GPtrArray) later = NULL;
    g_autoptr(GError) error = NULL;
    PbMessage *second = NULL;
    PbDraftInfo *info = only(FALSE, &list);

    cr_assert(info->open);
    cr_assert_not(info->unfinished);
    cr_assert_null(pb_draft_open(folder, id, &second, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_NOT_NOW));
    cr_assert_null(second);
    cr_assert_not(pb_draft_delete_by_id(folder, id, NULL));
    pb_draft_free(draft);
    pb_message_free(message);
    info = only(FALSE, &later);
    cr_assert_not(info->open);
    cr_assert(info->unfinished);
}

Test(draft, left_by_a_killed_process_is_unfinished) {
    g_autoptr(GPtrArray) list = NULL;
    PbDraftInfo *info;
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        PbDraft *draft = pb_draft_new(folder, NULL);
        PbMessage *message = make();

        if (draft == NULL || !pb_draft_save(draft, message, FALSE, NULL))
            _exit(1);
        raise(SIGKILL);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status));
    info = only(FALSE, &list);
    cr_assert(info->unfinished);
    cr_assert_not(info->open);
    cr_assert_str_eq(info->to, "bob@exa");
    cr_assert_str_eq(info->subject, "Größe 😀");
    cr_assert_eq(info->size, strlen("line\n\tzwei \"quoted\"\n") + 1000);
    cr_assert_gt(info->changed, 0);
}

Test(draft, nothing_is_on_disk_before_the_first_save) {
    PbDraft *draft = pb_draft_new(folder, NULL);
    g_autoptr(GDir) directory = NULL;

    cr_assert_not_null(draft);
    cr_assert_eq(count(FALSE), 0);
    cr_assert(pb_draft_delete(draft, NULL));
    pb_draft_free(draft);
    directory = g_dir_open(folder, 0, NULL);
    cr_assert_null(g_dir_read_name(directory));
}

Test(draft, deleted_comes_back_and_expires_after_7_days) {
    g_autofree char *id = save_one(FALSE);
    g_autoptr(GPtrArray) list = NULL;
    gint64 now = g_get_real_time();

    cr_assert(pb_draft_delete_by_id(folder, id, NULL));
    cr_assert_eq(count(FALSE), 0);
    cr_assert_eq(count(TRUE), 1);
    cr_assert(pb_draft_restore(folder, id, NULL));
    cr_assert_eq(count(TRUE), 0);
    cr_assert_not(only(FALSE, &list)->unfinished);
    cr_assert(pb_draft_delete_by_id(folder, id, NULL));
    pb_draft_expire(folder, now + 6 * G_TIME_SPAN_DAY);
    cr_assert_eq(count(TRUE), 1);
    pb_draft_expire(folder, now + 8 * G_TIME_SPAN_DAY);
    cr_assert_eq(count(TRUE), 0);
    cr_assert_not(pb_draft_restore(folder, id, NULL));
}

Test(draft, damaged_file_is_listed_without_subject) {
    g_autofree char *id = save_one(TRUE);
    g_autofree char *name = g_strconcat(id, ".json", NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GError) error = NULL;
    PbMessage *message = NULL;

    cr_assert(g_file_set_contents(path, "{\"message\": {\"to\": 5}}", -1, NULL));
    cr_assert_null(only(FALSE, &list)->subject);
    cr_assert_null(pb_draft_open(folder, id, &message, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
}

Test(draft, id_cannot_leave_the_folder) {
    g_autoptr(GError) error = NULL;
    PbMessage *message = NULL;

    cr_assert_null(pb_draft_open(folder, "../../etc/passwd", &message, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_NO_INPUT));
    cr_assert_not(pb_draft_delete_by_id(folder, "..", NULL));
    cr_assert_not(pb_draft_restore(folder, "../0123456789ab", NULL));
}
