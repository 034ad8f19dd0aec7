#include "accounts/account-list.h"
#include "accounts/paths.h"
#include "ui/cli/command.h"
#include "ui/cli/options.h"
#include "ui/cli/output.h"

#include <glib/gi18n-lib.h>

#include <sysexits.h>

static void print_json(const char *path, PbAccountList *accounts, const GError *error) {
    json_t *object = json_object();

    json_object_set_new(object, "path", pb_output_json_text(path));
    json_object_set_new(object, "exists", json_boolean(g_file_test(path, G_FILE_TEST_EXISTS)));
    json_object_set_new(object, "ok", json_boolean(error == NULL));
    json_object_set_new(object, "accounts",
                        accounts == NULL ? json_null()
                                         : json_integer(pb_account_list_count(accounts)));
    json_object_set_new(object, "error",
                        pb_output_json_text(error == NULL ? NULL : error->message));
    pb_output_json(object);
}

static void print_text(const char *path, PbAccountList *accounts) {
    guint count = pb_account_list_count(accounts);

    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        pb_output_line(_("“%s” does not exist yet; ‘postbag account add’ makes it"), path);
    else
        pb_output_line(g_dngettext(GETTEXT_PACKAGE, "“%s” is in order: %u account",
                                   "“%s” is in order: %u accounts", count),
                       path, count);
}

static int run_check(int argc, char **argv) {
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("print JSON"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {
        "config check", NULL, _("Reads the whole configuration file and names what is wrong."),
        NULL,           0,    0};
    g_autofree char *path = pb_paths_config_file();
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(GError) error = NULL;
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    accounts = pb_account_list_load(&error);
    if (json)
        print_json(path, accounts, error);
    else if (accounts != NULL)
        print_text(path, accounts);
    return pb_cli_fail(error);
}

static int run_path(int argc, char **argv) {
    const GOptionEntry entries[] = {{NULL}};
    const PbOptionsAbout about = {"config path", NULL, _("Prints where the configuration file is."),
                                  NULL,          0,    0};
    g_autofree char *path = pb_paths_config_file();
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    pb_output_line("%s", path);
    return EX_OK;
}

int pb_command_config(int argc, char **argv) {
    static const PbCommand table[] = {
        {"check", N_("read the configuration file and name what is wrong"), run_check},
        {"path", N_("print where the configuration file is"), run_path},
        {NULL, NULL, NULL},
    };

    return pb_command_run_table("config", table, argc, argv);
}
