#include "accounts/pb-error.h"
#include "compose/attachment.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

static char *folder;

static void make_folder(void) {
    folder = g_dir_make_tmp("postbag-test-XXXXXX", NULL);
    cr_assert_not_null(folder);
}

static char *write_file(const char *name, const char *bytes, gssize length) {
    char *path = g_build_filename(folder, name, NULL);

    cr_assert(g_file_set_contents(path, bytes, length, NULL));
    return path;
}

TestSuite(attachment, .init = make_folder);

Test(attachment, knows_name_type_and_size) {
    g_autofree char *path = write_file("Prüfung.pdf", "%PDF-1.4\n", -1);
    g_autoptr(PbAttachment) attachment = pb_attachment_new(path, NULL);
    g_autofree char *text = NULL;

    cr_assert_not_null(attachment);
    cr_assert_str_eq(attachment->name, "Prüfung.pdf");
    cr_assert_str_eq(attachment->content_type, "application/pdf");
    cr_assert_eq(attachment->size, 9);
    text = pb_attachment_type_text(attachment);
    cr_assert(*text != '\0');
    cr_assert(pb_attachment_check(attachment, NULL));
}

Test(attachment, empty_file_has_a_type_others_know) {
    g_autofree char *path = write_file("nothing", "", 0);
    g_autoptr(PbAttachment) attachment = pb_attachment_new(path, NULL);

    cr_assert_str_eq(attachment->content_type, "application/octet-stream");
}

Test(attachment, home_folder_is_expanded) {
    g_autofree char *path = NULL;
    g_autoptr(PbAttachment) attachment = NULL;

    g_setenv("HOME", folder, TRUE);
    path = write_file("note.txt", "hello\n", -1);
    attachment = pb_attachment_new("~/note.txt", NULL);
    cr_assert_not_null(attachment);
    cr_assert_str_eq(attachment->path, path);
}

Test(attachment, refuses_what_is_no_regular_file) {
    g_autofree char *fifo = g_build_filename(folder, "fifo", NULL);
    g_autofree char *missing = g_build_filename(folder, "missing", NULL);
    const char *const paths[] = {folder, fifo, missing};

    cr_assert_eq(mkfifo(fifo, 0600), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(GError) error = NULL;

        cr_assert_null(pb_attachment_new(paths[i], &error));
        cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_NO_INPUT));
        cr_assert_not_null(strstr(error->message, paths[i]), "%s", error->message);
    }
}

Test(attachment, change_and_loss_are_found) {
    g_autofree char *path = write_file("a.txt", "one\n", -1);
    g_autoptr(PbAttachment) attachment = pb_attachment_new(path, NULL);
    g_autoptr(GError) changed = NULL;
    g_autoptr(GError) gone = NULL;

    g_free(write_file("a.txt", "other\n", -1));
    cr_assert_not(pb_attachment_check(attachment, &changed));
    cr_assert(g_error_matches(changed, PB_ERROR, PB_ERROR_CONFLICT));
    cr_assert_eq(g_unlink(path), 0);
    cr_assert_not(pb_attachment_check(attachment, &gone));
    cr_assert(g_error_matches(gone, PB_ERROR, PB_ERROR_NO_INPUT));
}
