#include "accounts/account-list.h"
#include "accounts/pb-error.h"
#include "compose/address.h"
#include "ui/cli/account.h"
#include "ui/cli/command.h"
#include "ui/cli/json-account.h"
#include "ui/cli/options.h"
#include "ui/cli/output.h"

#include <glib/gi18n-lib.h>

#include <sysexits.h>

typedef struct {
    char *account, *address, *full_name, *id, *reply_to, *organization, *signature, *bcc_self, *dsn;
    char **aliases;
    gboolean replace, json;
} AddOptions;

static void add_options_clear(AddOptions *options) {
    g_free(options->account);
    g_free(options->address);
    g_free(options->full_name);
    g_free(options->id);
    g_free(options->reply_to);
    g_free(options->organization);
    g_free(options->signature);
    g_free(options->bcc_self);
    g_free(options->dsn);
    g_strfreev(options->aliases);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AddOptions, add_options_clear)

static void set_unknown(const char *id, GError **error) {
    g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT,
                _("there is no identity “%s”; ‘postbag identity list’ shows all"), id);
}

static const PbIdentity *find(PbAccountList *accounts, const char *id) {
    for (guint i = 0; i < pb_account_list_identity_count(accounts); i++) {
        const PbIdentity *identity = pb_account_list_identity_at(accounts, i);

        if (g_strcmp0(identity->id, id) == 0)
            return identity;
    }
    return NULL;
}

/* --- add -------------------------------------------------------------------------------------- */

static const PbAccount *chosen_account(PbAccountList *accounts, const char *name, GError **error) {
    const PbAccount *account =
        name != NULL ? pb_account_list_find(accounts, name) : pb_account_list_default(accounts);

    if (account != NULL)
        return account;
    if (name != NULL)
        pb_account_set_unknown(accounts, name, error);
    else
        g_set_error_literal(error, PB_ERROR, PB_ERROR_CONFIG,
                            _("there is no account yet; ‘postbag account add’ makes one"));
    return NULL;
}

static void replace_text(char **field, const char *value) {
    if (value == NULL)
        return;
    g_free(*field);
    *field = g_strdup(value);
}

static PbIdentity *build(const AddOptions *options, const char *account, GError **error) {
    g_autoptr(PbAddress) parsed = NULL;
    const char *name;
    PbIdentity *identity;

    if (options->address == NULL) {
        g_set_error_literal(error, PB_ERROR, PB_ERROR_USAGE,
                            _("a new identity needs --address, the address you write from"));
        return NULL;
    }
    parsed = pb_address_parse(options->address, error);
    if (parsed == NULL) {
        g_prefix_error(error, _("“%s” is not an address: "), options->address);
        return NULL;
    }
    name = options->full_name != NULL ? options->full_name : parsed->name;
    identity = pb_identity_new(options->id != NULL ? options->id : parsed->address, account,
                               name != NULL ? name : "", parsed->address);
    if (options->aliases != NULL) {
        g_strfreev(identity->aliases);
        identity->aliases = g_strdupv(options->aliases);
    }
    replace_text(&identity->reply_to, options->reply_to);
    replace_text(&identity->organization, options->organization);
    replace_text(&identity->signature, options->signature);
    replace_text(&identity->bcc_self, options->bcc_self);
    replace_text(&identity->dsn, options->dsn);
    return identity;
}

static gboolean add(const AddOptions *options, PbAccountList *accounts, char **id_out,
                    GError **error) {
    const PbAccount *account = chosen_account(accounts, options->account, error);
    g_autoptr(PbIdentity) identity = account == NULL ? NULL : build(options, account->name, error);

    if (identity == NULL ||
        !pb_account_list_add_identity(accounts, identity, options->replace, error) ||
        !pb_settings_save(pb_account_list_settings(accounts), error))
        return FALSE;
    *id_out = g_strdup(identity->id);
    return TRUE;
}

static int run_add(int argc, char **argv) {
    g_auto(AddOptions) options = {0};
    const GOptionEntry entries[] = {
        {"account", 0, 0, G_OPTION_ARG_FILENAME, &options.account,
         N_("the account it sends through (default: the default account)"), N_("NAME")},
        {"address", 0, 0, G_OPTION_ARG_FILENAME, &options.address,
         N_("the address; “Anna Berg <anna@example.org>” gives both"), N_("ADDRESS")},
        {"name", 0, 0, G_OPTION_ARG_FILENAME, &options.full_name, N_("your name as readers see it"),
         N_("NAME")},
        {"full-name", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &options.full_name, NULL,
         NULL},
        {"id", 0, 0, G_OPTION_ARG_FILENAME, &options.id,
         N_("what the identity is called (default: the address)"), N_("ID")},
        {"alias", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.aliases,
         N_("further addresses of yours, such as “*@lists.example.org”"), N_("GLOB")},
        {"reply-to", 0, 0, G_OPTION_ARG_FILENAME, &options.reply_to, N_("where answers shall go"),
         N_("ADDRESS")},
        {"organization", 0, 0, G_OPTION_ARG_FILENAME, &options.organization,
         N_("your organization"), N_("NAME")},
        {"signature", 0, 0, G_OPTION_ARG_FILENAME, &options.signature,
         N_("text below every message"), N_("TEXT")},
        {"bcc-self", 0, 0, G_OPTION_ARG_FILENAME, &options.bcc_self,
         N_("send a blind copy of everything here"), N_("ADDRESS")},
        {"dsn", 0, 0, G_OPTION_ARG_FILENAME, &options.dsn,
         N_("which delivery reports to ask for: “failure,delay”, “success,failure,delay”, "
            "“never”"),
         N_("KINDS")},
        {"replace", 0, 0, G_OPTION_ARG_NONE, &options.replace,
         N_("replace an identity of this name"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("print JSON"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {"identity add", NULL, _("Adds an address to write from."),
                                  NULL,           0,    0};
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *id = NULL;
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    accounts = pb_account_list_load(&error);
    if (accounts == NULL || !add(&options, accounts, &id, &error))
        return pb_cli_fail(error);
    if (options.json)
        pb_output_json(pb_json_identity(find(accounts, id)));
    else
        pb_output_line(_("identity “%s” is saved"), id);
    return EX_OK;
}

/* --- list, show, remove ----------------------------------------------------------------------- */

static gboolean begin(int *argc, char ***argv, const PbOptionsAbout *about, gboolean *json_out,
                      PbAccountList **accounts_out, int *exit_out) {
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, json_out, N_("print JSON"), NULL},
        {NULL},
    };
    g_autoptr(GError) error = NULL;

    if (!pb_options_parse(argc, argv, entries, about, exit_out))
        return FALSE;
    *accounts_out = pb_account_list_load(&error);
    if (*accounts_out == NULL)
        *exit_out = pb_cli_fail(error);
    return *accounts_out != NULL;
}

static int run_list(int argc, char **argv) {
    const PbOptionsAbout about = {"identity list", NULL, _("Lists all identities."), NULL, 0, 0};
    g_autoptr(PbAccountList) accounts = NULL;
    gboolean json = FALSE;
    int exit_code;

    if (!begin(&argc, &argv, &about, &json, &accounts, &exit_code))
        return exit_code;
    for (guint i = 0; i < pb_account_list_identity_count(accounts); i++) {
        const PbIdentity *identity = pb_account_list_identity_at(accounts, i);
        const PbCell cells[] = {{18, identity->id},
                                {12, identity->account},
                                {28, identity->address},
                                {0, identity->name}};

        if (json)
            pb_output_json(pb_json_identity(identity));
        else
            pb_output_row(cells, G_N_ELEMENTS(cells));
    }
    return EX_OK;
}

static void show(const PbIdentity *identity) {
    g_autofree char *aliases = g_strjoinv(", ", identity->aliases);

    pb_output_field(_("identity"), identity->id);
    pb_output_field(_("account"), identity->account);
    pb_output_field(_("name"), identity->name);
    pb_output_field(_("address"), identity->address);
    pb_output_field(_("aliases"), *aliases == '\0' ? NULL : aliases);
    pb_output_field(_("reply to"), identity->reply_to);
    pb_output_field(_("organization"), identity->organization);
    pb_output_field(_("blind copy to"), identity->bcc_self);
    pb_output_field(_("delivery reports"), identity->dsn);
    pb_output_field(_("signature"), identity->signature);
}

static int run_show(int argc, char **argv) {
    const PbOptionsAbout about = {"identity show", _("ID"), _("Shows an identity."), NULL, 1, 1};
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(GError) error = NULL;
    const PbIdentity *identity;
    gboolean json = FALSE;
    int exit_code;

    if (!begin(&argc, &argv, &about, &json, &accounts, &exit_code))
        return exit_code;
    identity = find(accounts, argv[1]);
    if (identity == NULL) {
        set_unknown(argv[1], &error);
        return pb_cli_fail(error);
    }
    if (json)
        pb_output_json(pb_json_identity(identity));
    else
        show(identity);
    return EX_OK;
}

static int run_remove(int argc, char **argv) {
    const PbOptionsAbout about = {
        "identity remove", _("ID"), _("Removes an identity."), NULL, 1, 1};
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(GError) error = NULL;
    gboolean json = FALSE;
    int exit_code;

    if (!begin(&argc, &argv, &about, &json, &accounts, &exit_code))
        return exit_code;
    if (!pb_account_list_remove_identity(accounts, argv[1], &error) ||
        !pb_settings_save(pb_account_list_settings(accounts), &error))
        return pb_cli_fail(error);
    if (!json)
        pb_output_line(_("identity “%s” is removed"), argv[1]);
    return EX_OK;
}

int pb_command_identity(int argc, char **argv) {
    static const PbCommand table[] = {
        {"add", N_("add an address to write from"), run_add},
        {"list", N_("list all identities"), run_list},
        {"remove", N_("remove an identity"), run_remove},
        {"show", N_("show an identity"), run_show},
        {NULL, NULL, NULL},
    };

    return pb_command_run_table("identity", table, argc, argv);
}
