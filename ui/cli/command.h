/* Subcommands: one file and one table row each.
 *
 * `run` gets its own argv (argv[0] is the subcommand's name), parses it with
 * GOptionContext, prints results to stdout and diagnostics through
 * pb_cli_fail(), and returns an exit code of sysexits.h. It never calls exit().
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *name;
    const char *summary; /* N_(): one line for `postbag --help` */
    int (*run)(int argc, char **argv);
} PbCommand;

/* All commands, ends with a row whose name is NULL. ui/cli/command-table.c. */
extern const PbCommand pb_commands[];

/* Runs what argv asks for: argv[0] "sendmail" / "mailq", a subcommand, a mailto: URL, or the
 * interface. */
int pb_command_main(int argc, char **argv);

/* "postbag: MESSAGE" on stderr (sanitised, one line); returns pb_error_exit_code(). */
int pb_cli_fail(const GError *error);
/* The same for a usage fault found here: EX_USAGE. */
int pb_cli_usage(const char *format, ...) G_GNUC_PRINTF(1, 2);
