#include "accounts/paths.h"
#include "compose/draft.h"
#include "ui/compose-draft.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

/* Autosave comes after 2 s of quiet; far more on a busy machine. */
#define PATIENCE_SECONDS 20

typedef struct {
    PbComposeDraft *draft;
    PbMessage *message;
    guint saves, faults;
} Writer;

static void own_folders(void) {
    g_autofree char *home = g_dir_make_tmp("postbag-draft-XXXXXX", NULL);
    g_setenv("XDG_DATA_HOME", home, TRUE);
}

static void remove_tree(const char *path) {
    GDir *folder = g_dir_open(path, 0, NULL);
    const char *name;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_tree(child);
    }
    if (folder != NULL)
        g_dir_close(folder);
    g_remove(path);
}

static void remove_folders(void) {
    remove_tree(g_getenv("XDG_DATA_HOME"));
}

TestSuite(compose_draft, .init = own_folders, .fini = remove_folders);

static PbMessage *snapshot(gpointer owner) {
    return pb_message_copy(((Writer *) owner)->message);
}

static void on_saved(gpointer owner, const GError *error) {
    Writer *writer = owner;
    if (error != NULL)
        writer->faults++;
    else
        writer->saves++;
}

static void begin(Writer *writer) {
    GError *error = NULL;
    writer->draft = pb_compose_draft_new(NULL, NULL, &error);
    cr_assert_not_null(writer->draft, "%s", error != NULL ? error->message : "");
    writer->message = pb_message_new();
    pb_message_set(&writer->message->subject, "Minutes");
    pb_compose_draft_watch(writer->draft, snapshot, on_saved, writer);
}

static void end(Writer *writer) {
    pb_compose_draft_watch(writer->draft, NULL, NULL, NULL);
    pb_compose_draft_unref(writer->draft);
    pb_message_free(writer->message);
}

static gboolean on_timeout(gpointer data) {
    *(gboolean *) data = TRUE;
    return G_SOURCE_REMOVE;
}

static void wait_for_save(Writer *writer, guint wanted) {
    gboolean late = FALSE;
    guint id = g_timeout_add_seconds(PATIENCE_SECONDS, on_timeout, &late);
    while (writer->saves + writer->faults < wanted && !late)
        g_main_context_iteration(NULL, TRUE);
    if (!late)
        g_source_remove(id);
    cr_assert_not(late, "nothing was saved");
}

static guint count_drafts(gboolean deleted) {
    g_autofree char *folder = pb_paths_drafts();
    g_autoptr(GPtrArray) drafts = pb_draft_list(folder, deleted, NULL);
    return drafts != NULL ? drafts->len : 0;
}

Test(compose_draft, saves_by_itself_after_a_moment_of_quiet) {
    Writer writer = {0};
    begin(&writer);
    cr_expect_eq(count_drafts(FALSE), 0, "nothing is stored before something is typed");
    cr_expect_not(pb_compose_draft_is_dirty(writer.draft));
    pb_compose_draft_touch(writer.draft);
    cr_expect(pb_compose_draft_is_dirty(writer.draft));
    wait_for_save(&writer, 1);
    cr_expect_not(pb_compose_draft_is_dirty(writer.draft));
    cr_expect_gt(pb_compose_draft_saved_at(writer.draft), 0);
    cr_expect_eq(count_drafts(FALSE), 1);
    end(&writer);
}

static gboolean is_unfinished(void) {
    g_autofree char *folder = pb_paths_drafts();
    g_autoptr(GPtrArray) drafts = pb_draft_list(folder, FALSE, NULL);
    cr_assert_eq(drafts->len, 1);
    return ((PbDraftInfo *) g_ptr_array_index(drafts, 0))->unfinished;
}

Test(compose_draft, is_unfinished_until_it_was_put_away) {
    Writer writer = {0};
    begin(&writer);
    pb_compose_draft_save(writer.draft);
    wait_for_save(&writer, 1);
    end(&writer);
    cr_expect(is_unfinished(), "as after a crash");
}

Test(compose_draft, is_put_away_when_the_composer_closes_after_a_save) {
    Writer writer = {0};
    begin(&writer);
    pb_compose_draft_save(writer.draft);
    wait_for_save(&writer, 1);
    pb_compose_draft_close(writer.draft, writer.message);
    end(&writer);
    cr_expect_not(is_unfinished());
}

Test(compose_draft, keeps_what_was_typed_when_the_terminal_goes_away) {
    Writer writer = {0};
    begin(&writer);
    pb_compose_draft_touch(writer.draft);
    pb_compose_draft_close(writer.draft, writer.message);
    end(&writer);
    cr_expect(is_unfinished());
}

Test(compose_draft, writes_nothing_more_once_it_was_removed) {
    Writer writer = {0};
    begin(&writer);
    cr_assert(pb_compose_draft_store(writer.draft, writer.message, FALSE, NULL));
    cr_assert(pb_compose_draft_remove(writer.draft, NULL));
    pb_compose_draft_save(writer.draft);
    wait_for_save(&writer, 1);
    cr_expect_eq(count_drafts(FALSE), 0);
    cr_expect_eq(count_drafts(TRUE), 1, "it can be got back");
    end(&writer);
}

Test(compose_draft, opens_what_was_stored) {
    Writer writer = {0};
    begin(&writer);
    g_autofree char *id = g_strdup(pb_compose_draft_id(writer.draft));
    cr_assert(pb_compose_draft_store(writer.draft, writer.message, TRUE, NULL));
    end(&writer);
    g_autoptr(PbMessage) back = NULL;
    g_autoptr(PbComposeDraft) again = pb_compose_draft_new(id, &back, NULL);
    cr_assert_not_null(again);
    cr_expect_str_eq(back->subject, "Minutes");
    cr_expect_null(pb_compose_draft_new(id, &back, NULL), "it is open already");
}
