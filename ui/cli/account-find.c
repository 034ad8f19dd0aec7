#include "accounts/pb-error.h"
#include "ui/cli/account.h"
#include "ui/cli/command.h"
#include "ui/cli/suggest.h"

#include <glib/gi18n-lib.h>

void pb_account_set_unknown(PbAccountList *accounts, const char *name, GError **error) {
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *nearest;

    for (guint i = 0; i < pb_account_list_count(accounts); i++)
        g_ptr_array_add(names, pb_account_list_at(accounts, i)->name);
    g_ptr_array_add(names, NULL);
    nearest = pb_suggest(name, (const char *const *) names->pdata);
    if (nearest == NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT,
                    _("there is no account “%s”; ‘postbag account list’ shows all"), name);
    else
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT,
                    _("there is no account “%s”; did you mean “%s”?"), name, nearest);
}

gboolean pb_account_command_begin(int *argc, char ***argv, const PbOptionsAbout *about,
                                  gboolean *json_out, PbAccountList **accounts_out,
                                  const PbAccount **account_out, int *exit_out) {
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, json_out, N_("print JSON"), NULL},
        {NULL},
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(PbAccountList) accounts = NULL;

    if (!pb_options_parse(argc, argv, entries, about, exit_out))
        return FALSE;
    accounts = pb_account_list_load(&error);
    if (accounts != NULL && account_out != NULL) {
        *account_out = pb_account_list_find(accounts, (*argv)[1]);
        if (*account_out == NULL)
            pb_account_set_unknown(accounts, (*argv)[1], &error);
    }
    if (error != NULL) {
        *exit_out = pb_cli_fail(error);
        return FALSE;
    }
    *accounts_out = g_steal_pointer(&accounts);
    return TRUE;
}
