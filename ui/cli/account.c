#include "ui/cli/account.h"

#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "accounts/secret.h"
#include "transport/outbox/outbox.h"
#include "ui/cli/account-probe.h"
#include "ui/cli/command.h"
#include "ui/cli/json-account.h"
#include "ui/cli/options.h"
#include "ui/cli/output.h"
#include "ui/cli/prompt.h"

#include <glib/gi18n-lib.h>

#include <string.h>
#include <sysexits.h>

/* The outbox knows which accounts are paused; without one there is none to be. */
static PbOutbox *open_outbox_if_there(void) {
    g_autofree char *folder = pb_paths_outbox();
    g_autoptr(GError) error = NULL;
    PbOutbox *outbox;

    if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        return NULL;
    outbox = pb_outbox_open(folder, &error);
    if (outbox == NULL)
        pb_cli_note("%s", error->message);
    return outbox;
}

/* --- list and show ---------------------------------------------------------------------------- */

static void print_row(PbAccountList *accounts, const PbAccount *account, const PbPause *pause) {
    const PbIdentity *identity = pb_account_list_identity_of(accounts, account->name);
    g_autofree char *server = account->sandbox
                                  ? g_strdup(_("the practice server inside postbag"))
                                  : g_strdup_printf("%s:%u %s", account->host, account->port,
                                                    pb_security_to_string(account->security));
    const char *state = pause != NULL                                  ? _("paused")
                        : account == pb_account_list_default(accounts) ? _("default")
                                                                       : "";
    const PbCell cells[] = {
        {14, account->name},
        {8, state},
        {26, identity != NULL ? identity->address : ""},
        {0, server},
    };

    pb_output_row(cells, G_N_ELEMENTS(cells));
}

int pb_account_command_list(int argc, char **argv) {
    const PbOptionsAbout about = {"account list", NULL, _("Lists all accounts."), NULL, 0, 0};
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(PbOutbox) outbox = NULL;
    gboolean json = FALSE;
    int exit_code;

    if (!pb_account_command_begin(&argc, &argv, &about, &json, &accounts, NULL, &exit_code))
        return exit_code;
    outbox = open_outbox_if_there();
    for (guint i = 0; i < pb_account_list_count(accounts); i++) {
        const PbAccount *account = pb_account_list_at(accounts, i);
        g_autoptr(PbPause) pause =
            outbox == NULL ? NULL : pb_outbox_account_pause(outbox, account->name);

        if (json)
            pb_output_json(pb_json_account(accounts, account, pause));
        else
            print_row(accounts, account, pause);
    }
    if (pb_account_list_count(accounts) == 0 && !json)
        pb_cli_note(_("there is no account yet; ‘postbag account add’ makes one"));
    return EX_OK;
}

static void show_identity(const PbIdentity *identity) {
    g_autofree char *text =
        g_strdup_printf("%s: %s <%s>", identity->id, identity->name, identity->address);
    g_autofree char *aliases = g_strjoinv(", ", identity->aliases);

    pb_output_field(_("identity"), text);
    if (*aliases != '\0')
        pb_output_field(_("aliases"), aliases);
}

static void show_account(PbAccountList *accounts, const PbAccount *account, const PbPause *pause) {
    g_autofree char *port = g_strdup_printf("%u", account->port);
    g_autofree char *timeout = g_strdup_printf("%u", account->timeout);

    pb_output_field(_("account"), account->name);
    if (account == pb_account_list_default(accounts))
        pb_output_field(_("default"), _("yes"));
    pb_output_field(_("host"), account->host);
    pb_output_field(_("port"), account->port == 0 ? NULL : port);
    pb_output_field(_("security"), pb_security_to_string(account->security));
    pb_output_field(_("username"), account->username);
    pb_output_field(_("auth"), account->auth);
    pb_output_field(_("password from"), account->username == NULL ? NULL : account->password);
    pb_output_field(_("CA file"), account->ca_file);
    pb_output_field(_("pinned certificate"), account->pin_sha256);
    pb_output_field(_("client certificate"), account->client_certificate);
    pb_output_field(_("timeout"), timeout);
    pb_output_field(_("EHLO name"), account->ehlo_name);
    for (guint i = 0; i < pb_account_list_identity_count(accounts); i++) {
        const PbIdentity *identity = pb_account_list_identity_at(accounts, i);

        if (g_strcmp0(identity->account, account->name) == 0)
            show_identity(identity);
    }
    if (pause != NULL)
        pb_output_field(_("paused"), pause->note);
}

int pb_account_command_show(int argc, char **argv) {
    const PbOptionsAbout about = {"account show", _("NAME"), _("Shows the settings of an account."),
                                  NULL,           1,         1};
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(PbOutbox) outbox = NULL;
    g_autoptr(PbPause) pause = NULL;
    const PbAccount *account;
    gboolean json = FALSE;
    int exit_code;

    if (!pb_account_command_begin(&argc, &argv, &about, &json, &accounts, &account, &exit_code))
        return exit_code;
    outbox = open_outbox_if_there();
    pause = outbox == NULL ? NULL : pb_outbox_account_pause(outbox, account->name);
    if (json)
        pb_output_json(pb_json_account(accounts, account, pause));
    else
        show_account(accounts, account, pause);
    return EX_OK;
}

/* --- changes ---------------------------------------------------------------------------------- */

int pb_account_command_default(int argc, char **argv) {
    const PbOptionsAbout about = {
        "account default", _("NAME"), _("Makes an account the default."), NULL, 1, 1};
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(GError) error = NULL;
    const PbAccount *account;
    gboolean json = FALSE;
    int exit_code;

    if (!pb_account_command_begin(&argc, &argv, &about, &json, &accounts, &account, &exit_code))
        return exit_code;
    if (!pb_account_list_set_default(accounts, argv[1], &error) ||
        !pb_settings_save(pb_account_list_settings(accounts), &error))
        return pb_cli_fail(error);
    if (json)
        pb_output_json(pb_json_account(accounts, pb_account_list_find(accounts, argv[1]), NULL));
    else
        pb_output_line(_("account “%s” is the default now"), argv[1]);
    return EX_OK;
}

static guint waiting_for(const char *account) {
    g_autoptr(PbOutbox) outbox = open_outbox_if_there();
    const PbQuery held = {.kind = PB_LIST_ALL, .account = account, .state = "held"};
    const PbQuery queued = {.kind = PB_LIST_ALL, .account = account, .state = "queued"};
    const PbQuery deferred = {.kind = PB_LIST_ALL, .account = account, .state = "deferred"};

    if (outbox == NULL)
        return 0;
    return (guint) (MAX(pb_outbox_count(outbox, &held, NULL), 0) +
                    MAX(pb_outbox_count(outbox, &queued, NULL), 0) +
                    MAX(pb_outbox_count(outbox, &deferred, NULL), 0));
}

/* The keyring item goes too; that it cannot be reached must not keep the account. */
static void forget_password(const PbAccount *account) {
    g_autoptr(GError) error = NULL;

    if (account->username == NULL || g_strcmp0(account->password, "secret-service") != 0)
        return;
    if (!pb_secret_clear(account, NULL, &error))
        pb_cli_note(_("the password of account “%s” is still in the keyring: %s"), account->name,
                    error->message);
}

int pb_account_command_remove(int argc, char **argv) {
    const PbOptionsAbout about = {
        "account remove",
        _("NAME"),
        _("Removes an account, its identities, and its password from the keyring."),
        _("What is in the outbox stays there."),
        1,
        1};
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(PbAccount) removed = NULL;
    g_autoptr(GError) error = NULL;
    const PbAccount *account;
    gboolean json = FALSE;
    guint waiting;
    int exit_code;

    if (!pb_account_command_begin(&argc, &argv, &about, &json, &accounts, &account, &exit_code))
        return exit_code;
    removed = pb_account_copy(account);
    if (!pb_account_list_remove(accounts, removed->name, &error) ||
        !pb_settings_save(pb_account_list_settings(accounts), &error))
        return pb_cli_fail(error);
    forget_password(removed);
    waiting = waiting_for(removed->name);
    if (waiting > 0)
        pb_cli_note(g_dngettext(GETTEXT_PACKAGE,
                                "%u message still waits in the outbox for account “%s”",
                                "%u messages still wait in the outbox for account “%s”", waiting),
                    waiting, removed->name);
    if (!json)
        pb_output_line(_("account “%s” is removed"), removed->name);
    return EX_OK;
}

static PbSecret *read_password(const PbAccount *account, gboolean from_stdin, GError **error) {
    g_autofree char *question = NULL;

    if (g_strcmp0(account->password, "secret-service") != 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("the password of account “%s” comes from “%s” and is not kept by postbag"),
                    account->name, account->password);
        return NULL;
    }
    if (from_stdin)
        return pb_prompt_secret_from_stdin(error);
    question = g_strdup_printf(_("New password of %s for account “%s”:"),
                               account->username != NULL ? account->username : "", account->name);
    return pb_prompt_secret(question, error);
}

int pb_account_command_password(int argc, char **argv) {
    gboolean from_stdin = FALSE, forget = FALSE;
    const GOptionEntry entries[] = {
        {"password-stdin", 0, 0, G_OPTION_ARG_NONE, &from_stdin, N_("read it from standard input"),
         NULL},
        {"forget", 0, 0, G_OPTION_ARG_NONE, &forget, N_("only take it out of the keyring"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {
        "account password", _("NAME"), _("Stores a new password in the keyring."), NULL, 1, 1};
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(PbSecret) secret = NULL;
    g_autoptr(GError) error = NULL;
    const PbAccount *account;
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    accounts = pb_account_list_load(&error);
    account = accounts == NULL ? NULL : pb_account_list_find(accounts, argv[1]);
    if (accounts != NULL && account == NULL)
        pb_account_set_unknown(accounts, argv[1], &error);
    if (account == NULL)
        return pb_cli_fail(error);
    if (forget) {
        if (!pb_secret_clear(account, NULL, &error))
            return pb_cli_fail(error);
        pb_output_line(_("the password of account “%s” is forgotten"), account->name);
        return EX_OK;
    }
    secret = read_password(account, from_stdin, &error);
    if (secret == NULL || !pb_secret_store(account, secret, NULL, &error))
        return pb_cli_fail(error);
    pb_account_resume(account->name);
    pb_output_line(_("the password of account “%s” is in the keyring"), account->name);
    return EX_OK;
}

int pb_command_account(int argc, char **argv) {
    static const PbCommand table[] = {
        {"add", N_("set up a new account"), pb_account_command_add},
        {"default", N_("choose the account for mail that fits no other"),
         pb_account_command_default},
        {"edit", N_("change settings of an account"), pb_account_command_edit},
        {"list", N_("list all accounts"), pb_account_command_list},
        {"password", N_("store a new password in the keyring"), pb_account_command_password},
        {"remove", N_("remove an account"), pb_account_command_remove},
        {"show", N_("show the settings of an account"), pb_account_command_show},
        {"test", N_("connect and sign in, without sending anything"), pb_account_command_test},
        {NULL, NULL, NULL},
    };

    return pb_command_run_table("account", table, argc, argv);
}
