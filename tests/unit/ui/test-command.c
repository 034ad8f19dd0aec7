#include "accounts/pb-error.h"
#include "ui/cli/command.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static int seen_argc;

static int run_remember(int argc, char **argv) {
    (void) argv;
    seen_argc = argc;
    return EX_OK;
}

static const PbCommand table[] = {
    {"remember", "keeps how it was called", run_remember},
    {NULL, NULL, NULL},
};

static int run(char *first, char *second) {
    char *argv[] = {(char *) "group", first, second, NULL};
    int argc = first == NULL ? 1 : second == NULL ? 2 : 3;

    return pb_command_run_table("group", table, argc, argv);
}

static void redirect(void) {
    cr_redirect_stdout();
    cr_redirect_stderr();
}

Test(command_table, runs_the_named_command_with_its_own_arguments) {
    cr_assert_eq(run((char *) "remember", (char *) "x"), EX_OK);
    cr_assert_eq(seen_argc, 2);
}

Test(command_table, names_the_nearest_command, .init = redirect) {
    cr_assert_eq(run((char *) "rember", NULL), EX_USAGE);
    fflush(stderr);
    cr_assert_stderr_eq_str("postbag: “rember” is not a command of ‘postbag group’; did you mean "
                            "“remember”?\n");
}

Test(command_table, wants_a_command, .init = redirect) {
    cr_assert_eq(run(NULL, NULL), EX_USAGE);
    cr_assert_eq(run((char *) "--help", NULL), EX_OK);
}

Test(command_fail, prints_one_clean_line_and_gives_the_exit_code, .init = redirect) {
    g_autoptr(GError) error = g_error_new(PB_ERROR, PB_ERROR_CONFIG, "line 3:\n\033[2J is wrong");

    cr_assert_eq(pb_cli_fail(error), EX_CONFIG);
    fflush(stderr);
    cr_assert_stderr_eq_str("postbag: line 3: ␛[2J is wrong\n");
}

Test(command_debug, takes_topics_out_of_argv_before_the_separator) {
    char *argv[] = {(char *) "postbag", (char *) "--debug=smtp", (char *) "flush",
                    (char *) "--",      (char *) "--debug=x",    NULL};
    int argc = 5;

    cr_assert_str_eq(pb_command_take_debug(&argc, argv), "smtp");
    cr_assert_eq(argc, 4);
    cr_assert_str_eq(argv[1], "flush");
    cr_assert_str_eq(argv[3], "--debug=x");
    cr_assert_null(argv[4]);
}
