#include "ui/cli/options.h"

#include "ui/cli/command.h"
#include "ui/cli/suggest.h"

#include <glib/gi18n-lib.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static gboolean all_utf8(int argc, char **argv, int *exit_out) {
    for (int i = 1; i < argc; i++) {
        if (g_utf8_validate(argv[i], -1, NULL))
            continue;
        *exit_out = pb_cli_usage(_("argument %d (“%s”) is not UTF-8"), i, argv[i]);
        return FALSE;
    }
    return TRUE;
}

static const char *nearest_option(const char *typed, const GOptionEntry *entries) {
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (; entries->long_name != NULL; entries++) {
        if (entries->long_name[0] != '\0')
            g_ptr_array_add(names, (gpointer) entries->long_name);
    }
    g_ptr_array_add(names, (gpointer) "help");
    g_ptr_array_add(names, NULL);
    return pb_suggest(typed, (const char *const *) names->pdata);
}

static gboolean is_known(const char *name, gsize length, const GOptionEntry *entries) {
    for (; entries->long_name != NULL; entries++) {
        if (strlen(entries->long_name) == length && strncmp(entries->long_name, name, length) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The first long option of argv that `entries` does not have, without dashes and value. */
static char *unknown_long_option(char *const *argv, const GOptionEntry *entries) {
    for (argv++; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
        const char *name = *argv + 2;
        gsize length;

        if (!g_str_has_prefix(*argv, "--"))
            continue;
        length = strcspn(name, "=");
        if (!is_known(name, length, entries))
            return g_strndup(name, length);
    }
    return NULL;
}

static int tell_fault(const GError *error, char *const *argv, const GOptionEntry *entries,
                      const PbOptionsAbout *about) {
    g_autofree char *typed = NULL;
    const char *nearest;

    if (g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
        typed = unknown_long_option(argv, entries);
    if (typed == NULL)
        return pb_cli_usage(_("%s; ‘postbag %s --help’ says more"), error->message, about->command);
    nearest = nearest_option(typed, entries);
    if (nearest == NULL)
        return pb_cli_usage(_("“--%s” is not an option; ‘postbag %s --help’ lists them"), typed,
                            about->command);
    return pb_cli_usage(_("“--%s” is not an option of ‘postbag %s’; did you mean “--%s”?"), typed,
                        about->command, nearest);
}

static GOptionContext *context_new(const GOptionEntry *entries, const PbOptionsAbout *about,
                                   gboolean *help_out) {
    const GOptionEntry help[] = {
        {"help", 'h', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, help_out, N_("show this help"), NULL},
        {NULL},
    };
    GOptionContext *context = g_option_context_new(about->arguments);
    GOptionGroup *group = g_option_group_new("postbag", "", "", NULL, NULL);

    g_option_group_set_translation_domain(group, GETTEXT_PACKAGE);
    g_option_group_add_entries(group, entries);
    g_option_group_add_entries(group, help);
    g_option_context_set_main_group(context, group);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, about->summary);
    g_option_context_set_description(context, about->notes);
    return context;
}

static void print_help(GOptionContext *context, const PbOptionsAbout *about) {
    g_autofree char *before = g_strdup(g_get_prgname());
    g_autofree char *name = g_strdup_printf("postbag %s", about->command);
    g_autofree char *text = NULL;

    /* GLib takes the head of the usage line from here and from nowhere else. */
    g_set_prgname(name);
    text = g_option_context_get_help(context, TRUE, NULL);
    g_set_prgname(before != NULL ? before : "postbag");
    fputs(text, stdout);
}

static gboolean count_fits(int count, const char *last, const PbOptionsAbout *about,
                           int *exit_out) {
    if (count < about->least) {
        *exit_out = pb_cli_usage(_("‘postbag %s’ needs %s"), about->command, about->arguments);
        return FALSE;
    }
    if (about->most >= 0 && count > about->most) {
        *exit_out =
            pb_cli_usage(_("“%s” is one argument too many for ‘postbag %s’"), last, about->command);
        return FALSE;
    }
    return TRUE;
}

/* GLib keeps a leading "--" that ended the options. */
static void drop_separator(int *argc, char **argv) {
    if (*argc < 2 || strcmp(argv[1], "--") != 0)
        return;
    memmove(argv + 1, argv + 2, sizeof(char *) * (gsize) (*argc - 1));
    (*argc)--;
}

gboolean pb_options_parse(int *argc, char ***argv, const GOptionEntry *entries,
                          const PbOptionsAbout *about, int *exit_out) {
    gboolean help = FALSE;
    g_autoptr(GOptionContext) context = context_new(entries, about, &help);
    /* Parsing takes options out of argv; the fault is looked for in what was typed. */
    g_autofree char **typed = g_memdup2(*argv, sizeof(char *) * (gsize) (*argc + 1));
    g_autoptr(GError) error = NULL;

    if (!all_utf8(*argc, *argv, exit_out))
        return FALSE;
    if (!g_option_context_parse(context, argc, argv, &error)) {
        *exit_out = tell_fault(error, typed, entries, about);
        return FALSE;
    }
    if (help) {
        print_help(context, about);
        *exit_out = EX_OK;
        return FALSE;
    }
    drop_separator(argc, *argv);
    return count_fits(*argc - 1, *argc > 1 ? (*argv)[*argc - 1] : "", about, exit_out);
}
