#include "ui/widget/file-list.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <string.h>

static char *folder;

static void touch(const char *name, const char *text) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    cr_assert(g_file_set_contents(path, text, -1, NULL));
}

static void make_folder(void) {
    folder = g_dir_make_tmp("postbag-files-XXXXXX", NULL);
    cr_assert_not_null(folder);
    touch("minutes.pdf", "12345");
    touch("minutes-old.pdf", "1");
    touch(".hidden", "");
    touch("other", "");
    g_autofree char *sub = g_build_filename(folder, "mini", NULL);
    g_mkdir(sub, 0700);
}

static void remove_folder(void) {
    static const char *const names[] = {
        "minutes.pdf", "minutes-old.pdf", ".hidden", "other", "mini", ""};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        g_remove(path);
    }
    g_free(folder);
}

TestSuite(file_list, .init = make_folder, .fini = remove_folder);

Test(file_list, lists_what_begins_so_sorted_and_without_hidden_ones) {
    g_autoptr(GPtrArray) all = pb_file_list_read(folder, "");
    cr_expect_eq(all->len, 4);
    g_autoptr(GPtrArray) items = pb_file_list_read(folder, "min");
    cr_assert_eq(items->len, 3);
    const PbFileItem *first = g_ptr_array_index(items, 0), *last = g_ptr_array_index(items, 2);
    cr_expect_str_eq(first->name, "mini");
    cr_expect(first->is_folder);
    cr_expect_str_eq(last->name, "minutes.pdf");
    cr_expect_eq(last->size, 5);
    g_autoptr(GPtrArray) hidden = pb_file_list_read(folder, ".");
    cr_expect_eq(hidden->len, 1);
}

Test(file_list, completes_what_all_share) {
    g_autoptr(GPtrArray) items = pb_file_list_read(folder, "minu");
    g_autofree char *more = pb_file_list_complete(items, "minu");
    cr_expect_str_eq(more, "tes");
    g_autoptr(GPtrArray) one = pb_file_list_read(folder, "mini");
    g_autofree char *slash = pb_file_list_complete(one, "mini");
    cr_expect_str_eq(slash, "/");
    g_autoptr(GPtrArray) none = pb_file_list_read(folder, "zzz");
    g_autofree char *nothing = pb_file_list_complete(none, "zzz");
    cr_expect_str_eq(nothing, "");
}

Test(file_list, splits_a_typed_path) {
    g_autofree char *typed = g_strconcat(folder, "/mini/../min", NULL);
    g_autofree char *prefix = NULL;
    g_autofree char *path = pb_file_list_split(typed, &prefix);
    cr_expect_str_eq(path, folder);
    cr_expect_str_eq(prefix, "min");
}

Test(file_list, takes_a_folder_that_is_not_there_as_empty) {
    g_autoptr(GPtrArray) items = pb_file_list_read("/nonexistent/folder", "");
    cr_expect_eq(items->len, 0);
}

Test(file_list, begins_anew_at_a_second_absolute_path) {
    g_autofree char *prefix = NULL;
    g_autofree char *path = pb_file_list_split("~/Documents//etc/pass", &prefix);
    cr_expect_str_eq(path, "/etc");
    cr_expect_str_eq(prefix, "pass");
    g_autofree char *home_prefix = NULL;
    g_autofree char *home = pb_file_list_split("/tmp/~/min", &home_prefix);
    cr_expect_str_eq(home, g_get_home_dir());
    cr_expect_str_eq(home_prefix, "min");
}
