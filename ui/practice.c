#include "ui/practice.h"

#include "accounts/paths.h"
#include "accounts/secret.h"
#include "transport/pickup/maildir.h"

/* What the account has on disk; where the server listens is known only while it runs. */
#define PLACEHOLDER_HOST "localhost"
#define PLACEHOLDER_PORT 465

static PbAccount *find_practice(PbAccountList *accounts) {
    for (guint i = 0; i < pb_account_list_count(accounts); i++) {
        const PbAccount *account = pb_account_list_at(accounts, i);
        if (account->sandbox)
            return pb_account_list_peek(accounts, account->name);
    }
    return NULL;
}

static void replace(char **field, const char *value) {
    g_free(*field);
    *field = g_strdup(value);
}

gboolean pb_practice_create_account(PbAccountList *accounts, GError **error) {
    if (find_practice(accounts) != NULL)
        return TRUE;
    g_autoptr(PbAccount) account = pb_account_new(PB_PRACTICE_ACCOUNT);
    g_autoptr(PbIdentity) identity =
        pb_identity_new(PB_PRACTICE_ACCOUNT, PB_PRACTICE_ACCOUNT, "You", PB_SANDBOX_USER);
    replace(&account->host, PLACEHOLDER_HOST);
    account->port = PLACEHOLDER_PORT;
    account->security = PB_SECURITY_TLS;
    replace(&account->username, PB_SANDBOX_USER);
    /* "ask" with the answer given at every start: no keyring is needed to practise. */
    replace(&account->password, "ask");
    account->sandbox = TRUE;
    if (!pb_account_list_add(accounts, account, identity, FALSE, error))
        return FALSE;
    return pb_settings_save(pb_account_list_settings(accounts), error);
}

void pb_practice_fill(PbAccountList *accounts, PbSandbox *sandbox) {
    PbAccount *account = find_practice(accounts);
    if (account == NULL || sandbox == NULL)
        return;
    replace(&account->host, "127.0.0.1");
    account->port = pb_sandbox_port(sandbox);
    account->security = PB_SECURITY_TLS;
    replace(&account->ca_file, pb_sandbox_ca_file(sandbox));
    g_autoptr(PbSecret) password = pb_secret_new(PB_SANDBOX_PASSWORD, -1);
    pb_secret_remember(account->name, password);
}

PbSandbox *pb_practice_start(PbAccountList *accounts, GError **error) {
    if (find_practice(accounts) == NULL)
        return NULL;
    g_autofree char *folder = pb_paths_sandbox();
    PbSandboxOptions options = {.folder = folder};
    PbSandbox *sandbox = pb_sandbox_start(&options, error);
    if (sandbox != NULL)
        pb_practice_fill(accounts, sandbox);
    return sandbox;
}

void pb_practice_pick_up(PbOutbox *outbox) {
    g_autofree char *folder = pb_paths_sandbox();
    g_autofree char *reports = g_build_filename(folder, "reports", NULL);
    g_autoptr(GError) error = NULL;
    if (!pb_pickup_maildir_scan(outbox, reports, NULL, &error))
        g_debug("practice: %s", error->message);
}

gboolean pb_practice_is_only(PbAccountList *accounts) {
    for (guint i = 0; i < pb_account_list_count(accounts); i++) {
        if (!pb_account_list_at(accounts, i)->sandbox)
            return FALSE;
    }
    return pb_account_list_count(accounts) > 0;
}
