#include "accounts/pb-error.h"
#include "accounts/pb-file.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;

static void make_folder(void) {
    folder = g_dir_make_tmp("pb-file-XXXXXX", NULL);
    cr_assert_not_null(folder);
}

static void remove_folder(void) {
    char *arguments[] = {"rm", "-rf", folder, NULL};
    g_spawn_sync(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    g_free(folder);
}

TestSuite(pb_file, .init = make_folder, .fini = remove_folder);

static char *inside(const char *name) {
    return g_build_filename(folder, name, NULL);
}

static guint count_files(void) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    guint count = 0;
    while (g_dir_read_name(dir) != NULL)
        count++;
    return count;
}

static int mode_of(const char *path) {
    struct stat info;
    cr_assert_eq(stat(path, &info), 0);
    return info.st_mode & 07777;
}

Test(pb_file, replaces_with_mode_0600_and_leaves_nothing_else) {
    g_autofree char *path = inside("a");
    g_autoptr(GError) error = NULL;
    cr_assert(g_file_set_contents(path, "old", -1, NULL));
    cr_assert_eq(g_chmod(path, 0644), 0);
    cr_assert(pb_file_replace(path, "new\0text", 8, &error));
    gsize length;
    g_autofree char *text = pb_file_read(path, 100, &length, &error);
    cr_assert_not_null(text);
    cr_expect_eq(length, 8);
    cr_expect_arr_eq(text, "new\0text", 9);
    cr_expect_eq(mode_of(path), 0600);
    cr_expect_eq(count_files(), 1);
}

Test(pb_file, replace_in_a_missing_folder_names_it) {
    g_autofree char *path = inside("missing/a");
    g_autoptr(GError) error = NULL;
    cr_assert_not(pb_file_replace(path, "x", 1, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CREATE));
    cr_expect_not_null(strstr(error->message, "missing"));
}

Test(pb_file, reads_up_to_the_limit_and_not_more) {
    g_autofree char *path = inside("a");
    g_autoptr(GError) error = NULL;
    cr_assert(g_file_set_contents(path, "12345", -1, NULL));
    g_autofree char *all = pb_file_read(path, 5, NULL, &error);
    cr_expect_str_eq(all, "12345");
    cr_expect_null(pb_file_read(path, 4, NULL, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
}

Test(pb_file, tells_a_missing_file_from_an_unreadable_one) {
    g_autofree char *path = inside("a");
    g_autoptr(GError) missing = NULL, unreadable = NULL;
    cr_expect_null(pb_file_read(path, 5, NULL, &missing));
    cr_expect(g_error_matches(missing, PB_ERROR, PB_ERROR_NO_INPUT));
    cr_expect_null(pb_file_read(folder, 5, NULL, &unreadable));
    cr_expect(g_error_matches(unreadable, PB_ERROR, PB_ERROR_IO));
}

Test(pb_file, writer_commits_under_the_name) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbFileWriter) writer = pb_file_writer_new(folder, &error);
    cr_assert(pb_file_writer_write(writer, "one", 3, &error));
    cr_assert(pb_file_writer_write(writer, "two", 3, &error));
    cr_expect_eq(pb_file_writer_size(writer), 6);
    g_autofree char *path = inside("message");
    cr_expect_not(g_file_test(path, G_FILE_TEST_EXISTS), "visible before the commit");
    cr_assert(pb_file_writer_commit(writer, "message", &error));
    g_autofree char *text = pb_file_read(path, 100, NULL, &error);
    cr_expect_str_eq(text, "onetwo");
    cr_expect_eq(count_files(), 1);
    cr_expect_eq(mode_of(path), 0600);
}

Test(pb_file, writer_without_commit_leaves_nothing) {
    PbFileWriter *writer = pb_file_writer_new(folder, NULL);
    cr_assert(pb_file_writer_write(writer, "one", 3, NULL));
    cr_expect_eq(count_files(), 1);
    pb_file_writer_free(writer);
    cr_expect_eq(count_files(), 0);
}

Test(pb_file, writer_refuses_to_commit_what_was_lost) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbFileWriter) writer = pb_file_writer_new(folder, NULL);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit small = {.rlim_cur = 10, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    cr_expect_not(pb_file_writer_write(writer, "0123456789abcdef", 16, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CREATE));
    g_clear_error(&error);
    cr_expect_not(pb_file_writer_commit(writer, "message", &error));
    g_clear_pointer(&writer, pb_file_writer_free);
    cr_expect_eq(count_files(), 0);
}

Test(pb_file, writer_refuses_a_name_with_a_slash) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbFileWriter) writer = pb_file_writer_new(folder, NULL);
    cr_expect_not(pb_file_writer_commit(writer, "../message", &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_INTERNAL));
}

Test(pb_file, private_folder_is_made_with_its_parents) {
    g_autofree char *path = inside("a/b/c");
    g_autoptr(GError) error = NULL;
    umask(0);
    cr_assert(pb_file_private_folder(path, &error));
    cr_expect_eq(mode_of(path), 0700);
    cr_expect(pb_file_private_folder(path, &error), "the second time too");
}

Test(pb_file, private_folder_refuses_one_that_others_can_change) {
    g_autofree char *path = inside("shared");
    g_autoptr(GError) error = NULL;
    cr_assert_eq(g_mkdir(path, 0700), 0);
    cr_assert_eq(g_chmod(path, 0770), 0);
    cr_expect_not(pb_file_private_folder(path, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CREATE));
    cr_expect_not_null(strstr(error->message, "chmod"));
}

Test(pb_file, private_folder_refuses_a_file_in_the_way) {
    g_autofree char *path = inside("file");
    g_autofree char *below = inside("file/below");
    g_autoptr(GError) error = NULL;
    cr_assert(g_file_set_contents(path, "", 0, NULL));
    cr_expect_not(pb_file_private_folder(below, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CREATE));
}

Test(pb_file, lock_excludes_a_second_holder_until_freed) {
    g_autofree char *path = inside("lock");
    g_autoptr(GError) error = NULL;
    PbLock *first = pb_lock_try(path, &error);
    cr_assert_not_null(first);
    cr_expect_null(pb_lock_try(path, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_NOT_NOW));
    pb_lock_free(first);
    g_autoptr(PbLock) second = pb_lock_try(path, NULL);
    cr_expect_not_null(second);
}

Test(pb_file, lock_of_a_killed_process_dies_with_it) {
    g_autofree char *path = inside("lock");
    int ready[2];
    cr_assert_eq(pipe(ready), 0);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        ssize_t told = pb_lock_try(path, NULL) != NULL ? write(ready[1], "y", 1) : -1;
        (void) told;
        pause();
        _exit(0);
    }
    close(ready[1]);
    char byte;
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    cr_expect_null(pb_lock_try(path, NULL));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    g_autoptr(PbLock) lock = pb_lock_try(path, NULL);
    cr_expect_not_null(lock);
    close(ready[0]);
}
