#include "accounts/pb-error.h"
#include "accounts/secret.h"
#include "compose/address.h"
#include "ui/view/account-views.h"
#include "ui/view/views.h"

#include <glib/gi18n-lib.h>

#include <string.h>

enum { F_NAME, F_ADDRESS, F_PASSWORD, F_ACCOUNT, F_HOST, F_PORT, F_SECURITY, F_USER, F_COUNT };

typedef struct {
    PbView parent;
    PbField *fields[F_COUNT];
    int focus;
    char *account; /* being edited, or NULL */
    char *fault;   /* beside the field that has the focus */
    gboolean busy;
} Form;

static const struct {
    const char *label, *placeholder;
} labels[F_COUNT] = {
    [F_NAME] = {N_("Your name"), N_("as others read it")},
    [F_ADDRESS] = {N_("Address"), N_("name@example.org")},
    [F_PASSWORD] = {N_("Password"), N_("kept in the keyring, never in a file of postbag")},
    [F_ACCOUNT] = {N_("Account name"), N_("a short word for it, such as work")},
    [F_HOST] = {N_("Server"), N_("the server that takes outgoing mail")},
    [F_PORT] = {N_("Port"), N_("465 or 587")},
    [F_SECURITY] = {N_("Security"), N_("tls (465), starttls (587) or none (this computer only)")},
    [F_USER] = {N_("User"), N_("mostly the address; empty: no sign-in")},
};

static const char *text_of(Form *self, int field) {
    return pb_field_text(self->fields[field]);
}

static void form_draw(PbView *view, const PbArea *body) {
    Form *self = (Form *) view;
    /* On a low screen the focused field stays visible. */
    int top = MAX(0, self->focus - body->height + 3);
    for (int i = top; i < F_COUNT; i++) {
        int row = i - top + (i > F_ACCOUNT ? 1 : 0);
        if (row >= body->height)
            break;
        gboolean focused = i == self->focus && !self->busy;
        pb_draw_cell(body, row, 1, 13, focused ? PB_ROLE_TITLE : PB_ROLE_NORMAL,
                     _(labels[i].label));
        pb_field_draw(self->fields[i], body, row, 14, body->width - 15, focused,
                      self->account != NULL && i == F_PASSWORD ? _("unchanged")
                                                               : _(labels[i].placeholder));
    }
}

static char *form_title(PbView *view) {
    Form *self = (Form *) view;
    return self->account != NULL ? g_strdup_printf(_("Account: %s"), self->account)
                                 : g_strdup(_("New account"));
}

static char *form_status(PbView *view) {
    return g_strdup(((Form *) view)->busy ? _("saving…") : "");
}

static void form_explain(PbView *view, char *lines_out[2]) {
    Form *self = (Form *) view;
    lines_out[0] = self->fault != NULL
                       ? g_strdup(self->fault)
                       : g_strdup(_("Nothing is sent before you have seen the test."));
}

static void form_keys(PbView *view, const PbArea *area) {
    (void) view;
    const char *keys[] = {_("Enter Next, at the end: save and test"), _("Tab Fields"), _("^X Save"),
                          _("^C Leave"), NULL};
    pb_sheet_draw_keys(area, 0, keys);
}

/* --- saving --------------------------------------------------------------------------------- */

typedef struct {
    PbAccount *account;
    PbSecret *secret; /* or NULL: unchanged */
    char *note;
} Save;

static void save_free(gpointer data) {
    Save *save = data;
    pb_account_free(save->account);
    pb_secret_free(save->secret);
    g_free(save->note);
    g_free(save);
}

static gboolean save_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                          GError **error) {
    Save *save = data;
    g_autoptr(GError) keyring = NULL;
    if (save->secret != NULL && save->account->username != NULL) {
        pb_secret_remember(save->account->name, save->secret);
        if (g_strcmp0(save->account->password, "secret-service") == 0 &&
            !pb_secret_store(save->account, save->secret, cancellable, &keyring))
            save->note = g_strdup(keyring->message);
    }
    return pb_outbox_resume_account(outbox, save->account->name, error);
}

static void save_done(PbApp *app, gpointer data, const GError *error) {
    Save *save = data;
    pb_app_error(app, error);
    if (save->note != NULL)
        pb_app_notice(app, _("Saved %s, but not its password: %s."), save->account->name,
                      save->note);
    pb_app_show_tab(app, PB_TAB_ACCOUNTS, save->account->name);
    pb_app_push(app, pb_view_account_test_new(app, save->account->name));
}

static gboolean fault(Form *self, int field, const char *text) {
    self->focus = field;
    g_free(self->fault);
    self->fault = g_strdup(text);
    return FALSE;
}

static void replace(char **field, const char *value) {
    g_free(*field);
    *field = g_strdup(value);
}

static gboolean fill_account(Form *self, PbAccount *account) {
    guint64 port = 0;
    if (!pb_address_spec_is_valid(text_of(self, F_ADDRESS)))
        return fault(self, F_ADDRESS, _("Not an address: write it as name@example.org."));
    if (*text_of(self, F_ACCOUNT) == '\0')
        return fault(self, F_ACCOUNT, _("The account needs a short name, such as work."));
    if (*text_of(self, F_HOST) == '\0')
        return fault(self, F_HOST, _("Ask your provider for the server that takes outgoing mail."));
    if (!g_ascii_string_to_unsigned(text_of(self, F_PORT), 10, 1, 65535, &port, NULL))
        return fault(self, F_PORT, _("The port is a number: 465 for tls, 587 for starttls."));
    if (!pb_security_from_string(text_of(self, F_SECURITY), &account->security))
        return fault(self, F_SECURITY, _("Security is tls, starttls or none."));
    replace(&account->host, text_of(self, F_HOST));
    account->port = (guint16) port;
    const char *user = text_of(self, F_USER);
    replace(&account->username, *user != '\0' ? user : NULL);
    return TRUE;
}

static gboolean store_settings(Form *self, const PbAccount *account, GError **error) {
    PbAccountList *accounts = pb_app_accounts(self->parent.app);
    const PbIdentity *old = pb_account_list_identity_of(accounts, account->name);
    g_autoptr(PbIdentity) identity =
        old != NULL ? pb_identity_copy(old) : pb_identity_new(account->name, account->name, "", "");
    replace(&identity->name, text_of(self, F_NAME));
    replace(&identity->address, text_of(self, F_ADDRESS));
    return pb_account_list_add(accounts, account, identity, self->account != NULL, error) &&
           pb_settings_save(pb_account_list_settings(accounts), error) &&
           pb_app_reload_accounts(self->parent.app, error);
}

static void save(Form *self) {
    PbApp *app = self->parent.app;
    g_autoptr(GError) error = NULL;
    const PbAccount *old =
        self->account != NULL ? pb_account_list_find(pb_app_accounts(app), self->account) : NULL;
    g_autoptr(PbAccount) account =
        old != NULL ? pb_account_copy(old) : pb_account_new(text_of(self, F_ACCOUNT));
    g_clear_pointer(&self->fault, g_free);
    if (self->busy || !fill_account(self, account))
        return;
    if (!pb_account_check(account, &error) || !store_settings(self, account, &error)) {
        fault(self, self->focus, error->message);
        return;
    }
    const char *password = text_of(self, F_PASSWORD);
    Save *job = g_new0(Save, 1);
    job->account = g_steal_pointer(&account);
    job->secret = *password != '\0' ? pb_secret_new(password, -1) : NULL;
    self->busy = TRUE;
    pb_app_run_async(app, save_work, save_done, job, save_free);
}

/* --- keys ----------------------------------------------------------------------------------- */

static void set_if_empty(Form *self, int field, const char *text) {
    if (*text_of(self, field) == '\0')
        pb_field_set(self->fields[field], text);
}

/* What follows from the address is offered, and can be changed. */
static void leave_field(Form *self) {
    const char *address = text_of(self, F_ADDRESS);
    if (self->focus == F_ADDRESS && strchr(address, '@') != NULL) {
        g_autofree char *host = g_strconcat("smtp.", pb_address_domain(address), NULL);
        g_autofree char *word = g_ascii_strdown(pb_address_domain(address), -1);
        word[strcspn(word, ".")] = '\0';
        set_if_empty(self, F_HOST, host);
        set_if_empty(self, F_USER, address);
        set_if_empty(self, F_ACCOUNT, word);
    }
    if (self->focus == F_PORT && g_str_equal(text_of(self, F_PORT), "587") &&
        g_str_equal(text_of(self, F_SECURITY), "tls"))
        pb_field_set(self->fields[F_SECURITY], "starttls");
}

static void go(Form *self, int by) {
    leave_field(self);
    do
        self->focus = (self->focus + by + F_COUNT) % F_COUNT;
    while (self->account != NULL && self->focus == F_ACCOUNT);
}

static void leave_answered(PbApp *app, char letter, gpointer data) {
    (void) data;
    if (letter == 'x')
        pb_app_pop(app);
}

static gboolean ask_leave(Form *self) {
    const PbAnswer answers[] = {{'x', _("Leave, and forget what was typed")}};
    if (*text_of(self, F_ADDRESS) == '\0')
        return TRUE;
    pb_app_open_sheet(self->parent.app,
                      pb_question_new(self->parent.app, _("Leave without saving?"), "", answers, 1,
                                      leave_answered, NULL, NULL));
    return FALSE;
}

static gboolean form_key(PbView *view, const PbKey *key) {
    Form *self = (Form *) view;
    if (self->busy)
        return TRUE;
    if (pb_sheet_is_close_key(key)) {
        if (ask_leave(self))
            pb_app_pop(view->app);
    } else if (pb_key_is(key, "^X") || (key->kind == PB_KEY_ENTER && self->focus == F_COUNT - 1)) {
        leave_field(self);
        save(self);
    } else if (key->kind == PB_KEY_ENTER || key->kind == PB_KEY_TAB || key->kind == PB_KEY_DOWN) {
        go(self, 1);
    } else if (key->kind == PB_KEY_BACKTAB || key->kind == PB_KEY_UP) {
        go(self, -1);
    } else if (self->focus == F_PASSWORD && pb_key_is(key, "^R")) {
        PbField *field = self->fields[F_PASSWORD];
        pb_field_set_echo(field, !pb_field_echo(field));
    } else {
        return pb_field_key(self->fields[self->focus], key);
    }
    return TRUE;
}

static void form_free(PbView *view) {
    Form *self = (Form *) view;
    for (int i = 0; i < F_COUNT; i++)
        pb_field_free(self->fields[i]);
    g_free(self->account);
    g_free(self->fault);
    g_free(self);
}

static const PbViewClass form_class = {
    .scope = "account-form",
    .text_entry = TRUE,
    .free = form_free,
    .title = form_title,
    .status = form_status,
    .draw = form_draw,
    .explain = form_explain,
    .draw_keys = form_keys,
    .key = form_key,
};

static void fill_from(Form *self, const PbAccount *account) {
    const PbIdentity *identity =
        pb_account_list_identity_of(pb_app_accounts(self->parent.app), account->name);
    g_autofree char *port = g_strdup_printf("%u", account->port);
    pb_field_set(self->fields[F_NAME], identity != NULL ? identity->name : "");
    pb_field_set(self->fields[F_ADDRESS], identity != NULL ? identity->address : "");
    pb_field_set(self->fields[F_ACCOUNT], account->name);
    pb_field_set(self->fields[F_HOST], account->host);
    pb_field_set(self->fields[F_PORT], port);
    pb_field_set(self->fields[F_SECURITY], pb_security_to_string(account->security));
    pb_field_set(self->fields[F_USER], account->username);
}

PbView *pb_view_account_form_new(PbApp *app, const char *name) {
    Form *self = g_new0(Form, 1);
    self->parent.class = &form_class;
    self->parent.app = app;
    for (int i = 0; i < F_COUNT; i++)
        self->fields[i] = pb_field_new("", i != F_PASSWORD);
    const PbAccount *account =
        name != NULL ? pb_account_list_find(pb_app_accounts(app), name) : NULL;
    if (account != NULL) {
        self->account = g_strdup(name);
        fill_from(self, account);
    } else {
        pb_field_set(self->fields[F_NAME], g_get_real_name());
        pb_field_set(self->fields[F_PORT], "465");
        pb_field_set(self->fields[F_SECURITY], "tls");
    }
    return &self->parent;
}
