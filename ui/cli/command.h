/* Subcommands: one file and one table row each.
 *
 * `run` gets its own argv (argv[0] is the subcommand's name), parses it with
 * options.h, prints results to stdout through output.h and diagnostics through
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
/* For commands with subcommands of their own ("account add"): looks argv[1] up in `table` and runs
 * it. `group` is the command's name for messages. */
int pb_command_run_table(const char *group, const PbCommand *table, int argc, char **argv);
/* The value of the last --debug=TOPICS in argv, which are taken out; NULL without one. */
const char *pb_command_take_debug(int *argc, char **argv);

/* "postbag: MESSAGE" on stderr (sanitised, one line); returns pb_error_exit_code(). */
int pb_cli_fail(const GError *error);
/* The same for a usage fault found here: EX_USAGE. */
int pb_cli_usage(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* "postbag: …" on stderr for what is worth saying but no failure. */
void pb_cli_note(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* The commands of the table. */
int pb_command_account(int argc, char **argv);
int pb_command_compose(int argc, char **argv);
int pb_command_config(int argc, char **argv);
int pb_command_explain(int argc, char **argv);
int pb_command_flush(int argc, char **argv);
int pb_command_identity(int argc, char **argv);
int pb_command_outbox(int argc, char **argv);
int pb_command_sandbox(int argc, char **argv);
int pb_command_sendmail(int argc, char **argv);
/* The interface itself: `postbag [--ascii] [--practice] [mailto:URL]`. */
int pb_command_interface(int argc, char **argv);
