/* Command line options of one subcommand, over GOptionContext.
 *
 * Adds what GLib leaves open: --help that does not exit, unknown options with
 * “did you mean”, and arguments that must be UTF-8 whatever the locale is
 * (GLib would fail on “ü” under LC_ALL=C). Texts are therefore declared as
 * G_OPTION_ARG_FILENAME, which passes bytes on.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *command;   /* "account add": for usage line and messages */
    const char *arguments; /* "NAME" or "[ADDRESS…]", as in the usage line; or NULL */
    const char *summary;   /* translated, above the options; or NULL */
    const char *notes;     /* translated, below the options; or NULL */
    int least, most;       /* how many arguments may be left; most -1: any number */
} PbOptionsAbout;

/* Parses argv (argv[0] is skipped) into `entries`; what is left is in argv[1] … Returns TRUE to go
 * on. FALSE: help was printed or a fault was told, and `*exit_out` says how to end. */
gboolean pb_options_parse(int *argc, char ***argv, const GOptionEntry *entries,
                          const PbOptionsAbout *about, int *exit_out);
