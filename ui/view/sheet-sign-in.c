#include "accounts/pb-error.h"
#include "accounts/secret.h"
#include "transport/smtp/session.h"
#include "ui/view/entry-acts.h"

#include <glib/gi18n-lib.h>

#include <string.h>

typedef struct {
    char *account;
    gboolean busy; /* a sign-in is being tried */
} SignIn;

/* One try: on a worker, with copies of all it needs. */
typedef struct {
    PbAccount *account;
    PbSecret *secret;
    gboolean stored; /* in the keyring, not only in this process */
    char *keyring_note;
} Try;

static void sign_in_free(gpointer data) {
    SignIn *self = data;
    g_free(self->account);
    g_free(self);
}

static void try_free(gpointer data) {
    Try *try = data;
    pb_account_free(try->account);
    pb_secret_free(try->secret);
    g_free(try->keyring_note);
    g_free(try);
}

/* Keeps the password where the account looks for it; without a keyring, in this process. */
static void keep_secret(Try *try, GCancellable *cancellable) {
    g_autoptr(GError) error = NULL;
    if (g_strcmp0(try->account->password, "secret-service") == 0) {
        try->stored = pb_secret_store(try->account, try->secret, cancellable, &error);
        if (error != NULL)
            try->keyring_note = g_strdup(error->message);
    }
    if (!try->stored)
        pb_secret_remember(try->account->name, try->secret);
}

static gboolean try_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                         GError **error) {
    Try *try = data;
    g_autoptr(PbSmtpSession) session =
        pb_smtp_session_open(try->account, try->secret, NULL, NULL, cancellable, NULL, error);
    if (session == NULL)
        return FALSE;
    keep_secret(try, cancellable);
    return pb_outbox_resume_account(outbox, try->account->name, error);
}

static SignIn *open_sign_in(PbApp *app, const char *account);

static void try_done(PbApp *app, gpointer data, const GError *error) {
    Try *try = data;
    SignIn *self = open_sign_in(app, try->account->name);
    if (self != NULL)
        self->busy = FALSE;
    if (error != NULL && self != NULL) {
        pb_prompt_note(pb_app_sheet(app), error->message);
        return;
    }
    if (error != NULL) {
        pb_app_error(app, error);
        return;
    }
    if (self != NULL)
        pb_app_close_sheet(app);
    if (try->keyring_note != NULL)
        pb_app_notice(app, _("Signed in to %s. The password is forgotten when postbag ends: %s."),
                      try->account->name, try->keyring_note);
    else
        pb_app_notice(app, _("Signed in to %s; what waits goes now."), try->account->name);
}

static gboolean sign_in_done(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data) {
    SignIn *self = user_data;
    if (text == NULL || self->busy)
        return text == NULL;
    const PbAccount *account = pb_account_list_find(pb_app_accounts(app), self->account);
    if (account == NULL)
        return TRUE;
    if (*text == '\0') {
        pb_prompt_note(sheet, _("The password is empty."));
        return FALSE;
    }
    Try *try = g_new0(Try, 1);
    try->account = pb_account_copy(account);
    try->secret = pb_secret_new(text, -1);
    self->busy = TRUE;
    pb_prompt_note(sheet, _("Signing in…"));
    pb_app_run_async(app, try_work, try_done, try, try_free);
    return FALSE;
}

/* The state of the open sheet if it is the sign-in of this account, else NULL. */
static SignIn *open_sign_in(PbApp *app, const char *account) {
    PbSheet *sheet = pb_app_sheet(app);
    SignIn *self = sheet != NULL ? pb_prompt_user_data(sheet, sign_in_done) : NULL;
    return self != NULL && g_strcmp0(self->account, account) == 0 ? self : NULL;
}

static char *lead_text(PbApp *app, const PbAccount *account) {
    g_autoptr(PbPause) pause = pb_outbox_account_pause(pb_app_outbox(app), account->name);
    if (pause != NULL && pause->note != NULL)
        return g_strdup(pause->note);
    return g_strdup_printf(_("The password of %s at %s."),
                           account->username != NULL ? account->username : "", account->host);
}

void pb_sheet_sign_in_open(PbApp *app, const char *name) {
    const PbAccount *account = pb_account_list_find(pb_app_accounts(app), name);
    if (account == NULL || account->username == NULL) {
        pb_app_notice(app, _("%s needs no password."), name);
        return;
    }
    SignIn *self = g_new0(SignIn, 1);
    self->account = g_strdup(name);
    g_autofree char *title = g_strdup_printf(_("Sign in to %s"), name);
    g_autofree char *lead = lead_text(app, account);
    PbSheet *sheet =
        pb_prompt_new(app, title, _("Password"), "", FALSE, sign_in_done, self, sign_in_free);
    pb_prompt_set_texts(sheet, lead, _("Sign in and send what waits"));
    pb_app_open_sheet(app, sheet);
}
