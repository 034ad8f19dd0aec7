#include "ui/cli/account-probe.h"
#include "ui/cli/account.h"
#include "ui/cli/command.h"
#include "ui/cli/output.h"
#include "ui/cli/prompt.h"
#include "ui/practice.h"

#include <glib/gi18n-lib.h>

#include <sysexits.h>

int pb_account_command_test(int argc, char **argv) {
    const PbOptionsAbout about = {
        "account test",
        _("NAME"),
        _("Connects, secures the connection, signs in, and quits. Nothing is sent."),
        _("If it works and the account was paused, its mail may go again."),
        1,
        1};
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(PbSandbox) sandbox = NULL;
    g_autoptr(GError) error = NULL;
    const PbAccount *account;
    gboolean json = FALSE, worked;
    json_t *object;
    int exit_code;

    if (!pb_account_command_begin(&argc, &argv, &about, &json, &accounts, &account, &exit_code))
        return exit_code;
    pb_prompt_allow_ask();
    if (account->sandbox) {
        sandbox = pb_practice_start(accounts, &error);
        if (sandbox == NULL)
            return pb_cli_fail(error);
    }
    object = json ? json_object() : NULL;
    worked = pb_account_probe(account, NULL, object, &error);
    if (object != NULL)
        pb_output_json(object);
    if (!worked)
        return pb_cli_fail(error);
    pb_account_resume(account->name);
    if (!json)
        pb_output_line(_("account “%s” works"), account->name);
    return EX_OK;
}
