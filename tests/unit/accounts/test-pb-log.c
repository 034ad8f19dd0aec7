#include "accounts/pb-file.h"
#include "accounts/pb-log.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder, *log_path;

static void make_folder(void) {
    folder = g_dir_make_tmp("pb-log-XXXXXX", NULL);
    log_path = g_build_filename(folder, "state", "log", NULL);
}

static void remove_folder(void) {
    g_autofree char *state = g_path_get_dirname(log_path);
    g_autofree char *older = g_strconcat(log_path, ".old", NULL);
    g_unlink(log_path);
    g_unlink(older);
    g_rmdir(state);
    g_rmdir(folder);
    g_free(log_path);
    g_free(folder);
}

TestSuite(pb_log, .init = make_folder, .fini = remove_folder);

static char *logged(void) {
    char *text = pb_file_read(log_path, 1 << 20, NULL, NULL);
    cr_assert_not_null(text);
    return text;
}

Test(pb_log, writes_only_the_topics_asked_for) {
    pb_log_init("smtp,outbox");
    cr_assert(pb_log_take_stderr(log_path, NULL));
    pb_log_topic("smtp", "C: %s", "EHLO example.org");
    pb_log_topic("tls", "hidden");
    pb_log_give_stderr_back();
    g_autofree char *text = logged();
    cr_expect_not_null(strstr(text, " smtp: C: EHLO example.org\n"));
    cr_expect_null(strstr(text, "hidden"));
    cr_expect(pb_log_topic_enabled("outbox"));
    cr_expect_not(pb_log_topic_enabled("out"));
}

Test(pb_log, takes_topics_from_the_environment) {
    g_setenv("POSTBAG_DEBUG", "all", TRUE);
    pb_log_init(NULL);
    cr_expect(pb_log_topic_enabled("anything"));
}

Test(pb_log, is_silent_by_default) {
    g_unsetenv("POSTBAG_DEBUG");
    pb_log_init(NULL);
    cr_assert(pb_log_take_stderr(log_path, NULL));
    g_debug("hidden");
    pb_log_topic("smtp", "hidden too");
    g_message("seen");
    pb_log_give_stderr_back();
    g_autofree char *text = logged();
    cr_expect_str_eq(text, "postbag: seen\n");
}

Test(pb_log, escapes_never_reach_the_terminal) {
    pb_log_init("smtp");
    cr_assert(pb_log_take_stderr(log_path, NULL));
    pb_log_topic("smtp", "S: 250 \033[31mred\r\nforged: line");
    pb_log_give_stderr_back();
    g_autofree char *text = logged();
    cr_expect_null(strchr(text, 033));
    cr_expect_eq(strchr(text, '\n'), text + strlen(text) - 1);
}

Test(pb_log, takes_everything_on_descriptor_2_and_gives_it_back) {
    pb_log_init("");
    struct stat before, during, after;
    fstat(STDERR_FILENO, &before);
    cr_assert(pb_log_take_stderr(log_path, NULL));
    fstat(STDERR_FILENO, &during);
    fprintf(stderr, "a library speaks\n");
    cr_expect(pb_log_take_stderr(log_path, NULL), "the second time is harmless");
    pb_log_give_stderr_back();
    fstat(STDERR_FILENO, &after);
    pb_log_give_stderr_back();
    cr_expect_neq(before.st_ino, during.st_ino);
    cr_expect_eq(before.st_ino, after.st_ino);
    cr_expect_eq(during.st_mode & 0777, 0600);
    g_autofree char *text = logged();
    cr_expect_str_eq(text, "a library speaks\n");
}

Test(pb_log, starts_anew_when_the_file_is_large) {
    g_autofree char *state = g_path_get_dirname(log_path);
    g_autofree char *large = g_strnfill(1024 * 1024, 'x');
    cr_assert(pb_file_private_folder(state, NULL));
    cr_assert(g_file_set_contents(log_path, large, -1, NULL));
    cr_assert(pb_log_take_stderr(log_path, NULL));
    pb_log_give_stderr_back();
    g_autofree char *text = logged();
    cr_expect_str_eq(text, "");
}
