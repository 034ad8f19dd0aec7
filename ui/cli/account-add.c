/* `postbag account add` and `account edit`: from flags to a saved account.
 *
 * Order: flags -> account and identity -> checks -> password -> test -> keyring -> file. Nothing
 * is kept before the test worked, unless --no-test was given.
 */
#include "accounts/account-list.h"
#include "accounts/pb-error.h"
#include "accounts/secret.h"
#include "compose/address.h"
#include "ui/cli/account-flags.h"
#include "ui/cli/account-probe.h"
#include "ui/cli/account.h"
#include "ui/cli/command.h"
#include "ui/cli/json-account.h"
#include "ui/cli/options.h"
#include "ui/cli/output.h"
#include "ui/cli/prompt.h"

#include <glib/gi18n-lib.h>

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

typedef struct {
    PbAccountFlags flags;
    char *name, *address, *full_name, *identity;
    char **aliases;
    gboolean replace, no_discovery, no_test, password_stdin, is_default, json;
} AddOptions;

static void add_options_clear(AddOptions *options) {
    pb_account_flags_clear(&options->flags);
    g_free(options->name);
    g_free(options->address);
    g_free(options->full_name);
    g_free(options->identity);
    g_strfreev(options->aliases);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AddOptions, add_options_clear)

/* --- account and identity from the flags ------------------------------------------------------ */

/* "work" for anna@mail.work.example.org would be a guess; the domain is not. */
static char *name_from_address(const char *address) {
    g_autofree char *name = g_ascii_strdown(pb_address_domain(address), -1);

    return g_strcanon(g_steal_pointer(&name), "abcdefghijklmnopqrstuvwxyz0123456789._-", '-');
}

static PbAddress *parse_address(const AddOptions *options, GError **error) {
    g_autoptr(PbAddress) parsed = NULL;

    if (options->address == NULL) {
        g_set_error_literal(error, PB_ERROR, PB_ERROR_USAGE,
                            _("a new account needs --address, the address you write from"));
        return NULL;
    }
    parsed = pb_address_parse(options->address, error);
    if (parsed == NULL)
        g_prefix_error(error, _("“%s” is not an address: "), options->address);
    return g_steal_pointer(&parsed);
}

static PbAccount *build_account(const AddOptions *options, const char *address, GError **error) {
    g_autofree char *name =
        options->name != NULL ? g_strdup(options->name) : name_from_address(address);
    g_autoptr(PbAccount) account = pb_account_new(name);

    if (options->flags.host == NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("account “%s” needs --host, the name of your provider's outgoing (SMTP) "
                      "server"),
                    name);
        return NULL;
    }
    account->is_default = options->is_default;
    account->port = 0;
    if (!pb_account_flags_apply(&options->flags, account, error))
        return NULL;
    if (options->flags.username == NULL && account->security != PB_SECURITY_NONE) {
        g_free(account->username);
        account->username = g_strdup(address);
    }
    return pb_account_check(account, error) ? g_steal_pointer(&account) : NULL;
}

static PbIdentity *build_identity(const AddOptions *options, const PbAccount *account,
                                  const PbAddress *address) {
    const char *id = options->identity != NULL ? options->identity : account->name;
    const char *name = options->full_name != NULL ? options->full_name : address->name;
    PbIdentity *identity =
        pb_identity_new(id, account->name, name != NULL ? name : "", address->address);

    if (options->aliases != NULL) {
        g_strfreev(identity->aliases);
        identity->aliases = g_strdupv(options->aliases);
    }
    return identity;
}

/* --- password --------------------------------------------------------------------------------- */

static gboolean is_in_keyring(const PbAccount *account) {
    return account->username != NULL && g_strcmp0(account->password, "secret-service") == 0;
}

/* The password to test with and to store. NULL without error: the account finds its own. */
static gboolean get_secret(const PbAccount *account, gboolean from_stdin, gboolean no_test,
                           PbSecret **secret_out, GError **error) {
    g_autofree char *question = NULL;

    if (from_stdin && !is_in_keyring(account)) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("--password-stdin stores into the keyring, but the password of account “%s” "
                      "comes from “%s”"),
                    account->name, account->password);
        return FALSE;
    }
    if (from_stdin) {
        *secret_out = pb_prompt_secret_from_stdin(error);
        return *secret_out != NULL;
    }
    if (!is_in_keyring(account) || no_test)
        return TRUE;
    /* One that is there already need not be typed again. */
    *secret_out = pb_secret_lookup(account, NULL, NULL);
    if (*secret_out != NULL)
        return TRUE;
    question =
        g_strdup_printf(_("Password of %s for account “%s”:"), account->username, account->name);
    *secret_out = pb_prompt_secret(question, error);
    if (*secret_out == NULL)
        g_prefix_error(error,
                       _("no password for account “%s”; give it with --password-stdin, or "
                         "another source with --password: "),
                       account->name);
    return *secret_out != NULL;
}

/* --- saving ----------------------------------------------------------------------------------- */

static gboolean probe(const PbAccount *account, const PbSecret *secret, gboolean json,
                      GError **error) {
    g_autoptr(GError) fault = NULL;
    json_t *object = json ? json_object() : NULL;
    gboolean worked = pb_account_probe(account, secret, object, &fault);

    if (worked) {
        json_decref(object);
        return TRUE;
    }
    if (object != NULL)
        pb_output_json(object);
    g_propagate_prefixed_error(error, g_steal_pointer(&fault),
                               _("account “%s” was not saved (--no-test saves it untested): "),
                               account->name);
    return FALSE;
}

static gboolean save(PbAccountList *accounts, const PbAccount *account, const PbSecret *secret,
                     GError **error) {
    /* The keyring first: an account without its password would only fail later. */
    if (secret != NULL && is_in_keyring(account) && !pb_secret_store(account, secret, NULL, error))
        return FALSE;
    return pb_settings_save(pb_account_list_settings(accounts), error);
}

static int tell_saved(PbAccountList *accounts, const char *name, gboolean json, gboolean fresh) {
    if (json)
        pb_output_json(pb_json_account(accounts, pb_account_list_find(accounts, name), NULL));
    else if (fresh)
        pb_output_line(_("account “%s” is saved"), name);
    else
        pb_output_line(_("account “%s” is changed"), name);
    return EX_OK;
}

static gboolean refuse_taken(PbAccountList *accounts, const AddOptions *options, const char *name,
                             GError **error) {
    if (options->replace || pb_account_list_find(accounts, name) == NULL)
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                _("there is an account “%s” already; --replace replaces it, or choose another "
                  "--name"),
                name);
    return FALSE;
}

static gboolean add(const AddOptions *options, PbAccountList *accounts, char **name_out,
                    GError **error) {
    g_autoptr(PbAddress) address = parse_address(options, error);
    g_autoptr(PbAccount) account = NULL;
    g_autoptr(PbIdentity) identity = NULL;
    g_autoptr(PbSecret) secret = NULL;

    if (address == NULL)
        return FALSE;
    account = build_account(options, address->address, error);
    if (account == NULL || !refuse_taken(accounts, options, account->name, error))
        return FALSE;
    identity = build_identity(options, account, address);
    if (!pb_account_list_add(accounts, account, identity, options->replace, error) ||
        (options->is_default && !pb_account_list_set_default(accounts, account->name, error)) ||
        !get_secret(account, options->password_stdin, options->no_test, &secret, error) ||
        (!options->no_test && !probe(account, secret, options->json, error)) ||
        !save(accounts, account, secret, error))
        return FALSE;
    if (!options->no_test)
        pb_account_resume(account->name);
    *name_out = g_strdup(account->name);
    return TRUE;
}

int pb_account_command_add(int argc, char **argv) {
    g_auto(AddOptions) options = {0};
    const GOptionEntry own[] = {
        {"name", 'n', 0, G_OPTION_ARG_FILENAME, &options.name,
         N_("short name of the account (default: the domain of the address)"), N_("NAME")},
        {"address", 0, 0, G_OPTION_ARG_FILENAME, &options.address,
         N_("the address you write from; “Anna Berg <anna@example.org>” gives both"),
         N_("ADDRESS")},
        {"full-name", 0, 0, G_OPTION_ARG_FILENAME, &options.full_name,
         N_("your name as readers see it"), N_("NAME")},
        {"alias", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.aliases,
         N_("further addresses of yours, such as “*@lists.example.org”"), N_("GLOB")},
        {"identity", 0, 0, G_OPTION_ARG_FILENAME, &options.identity,
         N_("name of its first identity (default: that of the account)"), N_("ID")},
        {"password-stdin", 0, 0, G_OPTION_ARG_NONE, &options.password_stdin,
         N_("read the password from standard input and keep it in the keyring"), NULL},
        {"default", 0, 0, G_OPTION_ARG_NONE, &options.is_default, N_("make it the default"), NULL},
        {"replace", 0, 0, G_OPTION_ARG_NONE, &options.replace,
         N_("replace an account of this name"), NULL},
        {"no-discovery", 0, 0, G_OPTION_ARG_NONE, &options.no_discovery,
         N_("take the settings as given, look nothing up"), NULL},
        {"no-test", 0, 0, G_OPTION_ARG_NONE, &options.no_test,
         N_("save without connecting to the server"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("print JSON"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {
        "account add",
        NULL,
        _("Adds a server to send through, and an address to write from."),
        _("The password is asked for on the terminal; it is never an argument."),
        0,
        0};
    g_autofree GOptionEntry *entries = pb_account_flags_entries(&options.flags, own);
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *name = NULL;
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    pb_prompt_allow_ask();
    accounts = pb_account_list_load(&error);
    if (accounts == NULL || !add(&options, accounts, &name, &error))
        return pb_cli_fail(error);
    return tell_saved(accounts, name, options.json, TRUE);
}

/* --- edit ------------------------------------------------------------------------------------- */

static gboolean edit(const AddOptions *options, PbAccountList *accounts, const char *name,
                     GError **error) {
    const PbAccount *present = pb_account_list_find(accounts, name);
    g_autoptr(PbAccount) account = present == NULL ? NULL : pb_account_copy(present);
    g_autoptr(PbSecret) secret = NULL;

    if (account == NULL) {
        pb_account_set_unknown(accounts, name, error);
        return FALSE;
    }
    if (!pb_account_flags_apply(&options->flags, account, error) ||
        !pb_account_check(account, error) ||
        !pb_account_list_add(accounts, account, NULL, TRUE, error) ||
        !get_secret(account, options->password_stdin, options->no_test, &secret, error) ||
        (!options->no_test && !probe(account, secret, options->json, error)) ||
        !save(accounts, account, secret, error))
        return FALSE;
    pb_account_resume(name);
    return TRUE;
}

int pb_account_command_edit(int argc, char **argv) {
    g_auto(AddOptions) options = {0};
    const GOptionEntry own[] = {
        {"password-stdin", 0, 0, G_OPTION_ARG_NONE, &options.password_stdin,
         N_("read a new password from standard input and keep it in the keyring"), NULL},
        {"no-test", 0, 0, G_OPTION_ARG_NONE, &options.no_test,
         N_("save without connecting to the server"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("print JSON"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {"account edit",
                                  _("NAME"),
                                  _("Changes settings of an account."),
                                  _("An empty value takes a setting away: --ca-file ''."),
                                  1,
                                  1};
    g_autofree GOptionEntry *entries = pb_account_flags_entries(&options.flags, own);
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(GError) error = NULL;
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    pb_prompt_allow_ask();
    accounts = pb_account_list_load(&error);
    if (accounts == NULL || !edit(&options, accounts, argv[1], &error))
        return pb_cli_fail(error);
    return tell_saved(accounts, argv[1], options.json, FALSE);
}
