#include "ui/cli/command.h"

#include "accounts/pb-error.h"
#include "accounts/pb-text.h"
#include "ui/cli/suggest.h"

#include <glib/gi18n-lib.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* Longest diagnostic: a server's whole reply may be part of it. */
#define MESSAGE_MAX 8192

/* --- diagnostics ------------------------------------------------------------------------------ */

static void say(const char *text) {
    g_autofree char *line = pb_text_sanitise(text, -1, MESSAGE_MAX, FALSE);

    /* Results printed before belong above the diagnostic when both go to one file. */
    fflush(stdout);
    fprintf(stderr, "postbag: %s\n", line);
}

int pb_cli_fail(const GError *error) {
    if (error != NULL)
        say(error->message);
    return pb_error_exit_code(error);
}

int pb_cli_usage(const char *format, ...) {
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    say(text);
    return EX_USAGE;
}

void pb_cli_note(const char *format, ...) {
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    say(text);
}

/* --- help ------------------------------------------------------------------------------------- */

static void print_table(const char *group, const PbCommand *table) {
    for (const PbCommand *command = table; command->name != NULL; command++) {
        g_autofree char *words = group == NULL ? g_strdup(command->name)
                                               : g_strdup_printf("%s %s", group, command->name);

        printf("  %-18s  %s\n", words, _(command->summary));
    }
}

static int print_help(void) {
    printf("%s\n\n", _("postbag writes mail, sends it, and tells you what became of it."));
    printf("%s\n  postbag [--ascii] [mailto:…]\n  postbag %s\n\n", _("Usage:"),
           _("COMMAND [OPTION…] …"));
    printf("%s\n", _("Commands:"));
    print_table(NULL, pb_commands);
    printf("\n%s\n", _("Options:"));
    printf("  %-18s  %s\n", "--ascii", _("draw the interface with ASCII characters only"));
    printf("  %-18s  %s\n", "--practice", _("open the interface with the practice server"));
    printf("  %-18s  %s\n", "--debug=TOPICS", _("write what happens to stderr; for example: smtp"));
    printf("  %-18s  %s\n", "--version", _("print the version"));
    printf("\n%s\n", _("‘postbag COMMAND --help’ says more about one command."));
    return EX_OK;
}

static int print_group_help(const char *group, const PbCommand *table) {
    printf("%s\n  postbag %s %s\n\n%s\n", _("Usage:"), group, _("COMMAND [OPTION…] …"),
           _("Commands:"));
    print_table(group, table);
    return EX_OK;
}

/* --- choosing --------------------------------------------------------------------------------- */

static const PbCommand *find(const PbCommand *table, const char *name) {
    for (; table->name != NULL; table++) {
        if (g_strcmp0(table->name, name) == 0)
            return table;
    }
    return NULL;
}

static int unknown_command(const char *group, const PbCommand *table, const char *typed) {
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *nearest;

    for (; table->name != NULL; table++)
        g_ptr_array_add(names, (gpointer) table->name);
    g_ptr_array_add(names, NULL);
    nearest = pb_suggest(typed, (const char *const *) names->pdata);
    if (group == NULL && nearest == NULL)
        return pb_cli_usage(_("“%s” is not a command; ‘postbag --help’ lists them"), typed);
    if (group == NULL)
        return pb_cli_usage(_("“%s” is not a command; did you mean “%s”?"), typed, nearest);
    if (nearest == NULL)
        return pb_cli_usage(_("“%s” is not a command of ‘postbag %s’; its --help lists them"),
                            typed, group);
    return pb_cli_usage(_("“%s” is not a command of ‘postbag %s’; did you mean “%s”?"), typed,
                        group, nearest);
}

static gboolean asks_for_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

int pb_command_run_table(const char *group, const PbCommand *table, int argc, char **argv) {
    const PbCommand *command;

    if (argc < 2)
        return pb_cli_usage(_("‘postbag %s’ needs a command; ‘postbag %s --help’ lists them"),
                            group, group);
    if (asks_for_help(argv[1]))
        return print_group_help(group, table);
    command = find(table, argv[1]);
    if (command == NULL)
        return unknown_command(group, table, argv[1]);
    return command->run(argc - 1, argv + 1);
}

const char *pb_command_take_debug(int *argc, char **argv) {
    const char *topics = NULL;
    int kept = 0;
    gboolean options_ended = FALSE;

    for (int i = 0; i < *argc; i++) {
        options_ended = options_ended || strcmp(argv[i], "--") == 0;
        if (!options_ended && g_str_has_prefix(argv[i], "--debug="))
            topics = argv[i] + strlen("--debug=");
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    *argc = kept;
    return topics;
}

/* Called as `mailq`: the outbox as a list, whatever else is asked for. */
static int run_mailq(int argc, char **argv) {
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    g_ptr_array_add(words, (gpointer) "outbox");
    g_ptr_array_add(words, (gpointer) "list");
    for (int i = 1; i < argc; i++)
        g_ptr_array_add(words, argv[i]);
    g_ptr_array_add(words, NULL);
    return find(pb_commands, "outbox")->run((int) words->len - 1, (char **) words->pdata);
}

int pb_command_main(int argc, char **argv) {
    g_autofree char *program = g_path_get_basename(argc > 0 ? argv[0] : "postbag");
    const char *word = argc > 1 ? argv[1] : NULL;
    const PbCommand *command;

    if (strcmp(program, "sendmail") == 0)
        return find(pb_commands, "sendmail")->run(argc, argv);
    if (strcmp(program, "mailq") == 0)
        return run_mailq(argc, argv);
    if (word == NULL)
        return pb_command_interface(argc, argv);
    if (strcmp(word, "--version") == 0) {
        printf("postbag %s\n", PB_VERSION);
        return EX_OK;
    }
    if (asks_for_help(word))
        return print_help();
    if (word[0] == '-' || g_ascii_strncasecmp(word, "mailto:", strlen("mailto:")) == 0)
        return pb_command_interface(argc, argv);
    command = find(pb_commands, word);
    if (command == NULL)
        return unknown_command(NULL, pb_commands, word);
    return command->run(argc - 1, argv + 1);
}
