#include "accounts/pb-text.h"
#include "accounts/secret.h"
#include "ui/practice.h"
#include "ui/status.h"
#include "ui/term/bindings.h"
#include "ui/view/account-views.h"
#include "ui/view/entry-acts.h"
#include "ui/view/views.h"
#include "ui/widget/list.h"

#include <glib/gi18n-lib.h>

enum { ACT_ADD = 1, ACT_EDIT, ACT_TEST, ACT_HOLD, ACT_DEFAULT, ACT_SIGN_IN, ACT_REMOVE };

typedef struct {
    PbView parent;
    PbList *list;
} Accounts;

/* --- rows ----------------------------------------------------------------------------------- */

static gint64 source_count(gpointer source) {
    return pb_account_list_count(pb_app_accounts(((Accounts *) source)->parent.app));
}

static GPtrArray *source_fetch(gpointer source, guint offset, guint limit) {
    PbAccountList *accounts = pb_app_accounts(((Accounts *) source)->parent.app);
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify) pb_account_free);
    for (guint i = offset; i < pb_account_list_count(accounts) && rows->len < limit; i++)
        g_ptr_array_add(rows, pb_account_copy(pb_account_list_at(accounts, i)));
    return rows;
}

static gint64 source_position(gpointer source, const char *id) {
    PbAccountList *accounts = pb_app_accounts(((Accounts *) source)->parent.app);
    for (guint i = 0; i < pb_account_list_count(accounts); i++) {
        if (g_str_equal(pb_account_list_at(accounts, i)->name, id))
            return i;
    }
    return -1;
}

static const char *source_id(gpointer row) {
    return ((PbAccount *) row)->name;
}

static gboolean is_busy(PbApp *app, const char *name) {
    PbStatus *status = pb_app_status(app);
    for (guint i = 0; i < pb_status_busy_count(status); i++) {
        PbLaneProgress lane;
        pb_status_lane(status, i, g_get_real_time(), &lane);
        if (g_strcmp0(lane.account, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Sign, role and words of an account's state. */
static char *state_of(PbApp *app, const PbAccount *account, const char **sign, PbRole *role) {
    g_autoptr(PbPause) pause = pb_outbox_account_pause(pb_app_outbox(app), account->name);
    *role = PB_ROLE_NORMAL;
    if (pause != NULL) {
        *sign = "!";
        *role = PB_ROLE_ASK;
        return g_strdup_printf(_("paused: %s"), pause->reason);
    }
    if (is_busy(app, account->name)) {
        *sign = pb_draw_sign("▸", "^");
        *role = PB_ROLE_BUSY;
        return g_strdup(_("sending"));
    }
    if (account->sandbox) {
        *sign = "~";
        return g_strdup(_("nothing leaves"));
    }
    *sign = pb_draw_sign("✓", "+");
    *role = PB_ROLE_GOOD;
    return g_strdup(account->is_default ? _("ready, default") : _("ready"));
}

static void draw_cells(const PbArea *area, PbRole role, PbRole state_role, const char *name,
                       const char *address, const char *server, const char *state) {
    gboolean wide = area->width >= 60;
    pb_draw_cell(area, 0, 5, 9, role, name);
    if (wide) {
        pb_draw_cell(area, 0, 15, 20, role, address);
        pb_draw_cell(area, 0, 36, 24, role, server);
    }
    int column = wide ? 61 : 15;
    pb_draw_cell(area, 0, column, area->width - column, state_role, state);
}

static void source_draw(gpointer source, gpointer row, const PbArea *area, gboolean selected) {
    (void) selected;
    PbApp *app = ((Accounts *) source)->parent.app;
    const PbAccount *account = row;
    const PbIdentity *identity = pb_account_list_identity_of(pb_app_accounts(app), account->name);
    const char *sign = "";
    PbRole role = PB_ROLE_NORMAL;
    g_autofree char *state = state_of(app, account, &sign, &role);
    g_autofree char *server = account->sandbox
                                  ? g_strdup(_("this computer"))
                                  : g_strdup_printf("%s:%u", account->host, account->port);
    pb_draw_right(area, 0, 4, role, sign);
    draw_cells(area, PB_ROLE_NORMAL, role, account->name, identity != NULL ? identity->address : "",
               server, state);
}

static const PbListSource source_class = {
    .count = source_count,
    .fetch = source_fetch,
    .position = source_position,
    .id = source_id,
    .draw = source_draw,
};

static void accounts_draw(PbView *view, const PbArea *body) {
    Accounts *self = (Accounts *) view;
    PbArea head = pb_area_sub(body, 0, 0, 1, body->width);
    PbArea rows = pb_area_sub(body, 1, 0, body->height - 1, body->width);
    if (pb_list_count(self->list) == 0) {
        pb_draw_text(body, 0, 1, PB_ROLE_NORMAL,
                     _("No account yet. a adds one, or the practice server."));
        return;
    }
    draw_cells(&head, PB_ROLE_DIM, PB_ROLE_DIM, _("Account"), _("Address"), _("Server"),
               _("State"));
    pb_list_draw(self->list, &rows);
}

static void accounts_explain(PbView *view, char *lines_out[2]) {
    const PbAccount *account = pb_list_row(((Accounts *) view)->list);
    if (account == NULL)
        return;
    g_autoptr(PbPause) pause = pb_outbox_account_pause(pb_app_outbox(view->app), account->name);
    if (pause != NULL && pause->note != NULL)
        lines_out[0] = g_strdup(pause->note);
    else if (account->sandbox)
        lines_out[0] = g_strdup(_("The practice server inside postbag; nothing leaves this "
                                  "computer."));
    else
        lines_out[0] = g_strdup_printf(_("%s, port %u, %s, user %s"), account->host, account->port,
                                       pb_security_to_string(account->security),
                                       account->username != NULL ? account->username : "-");
    if (pause != NULL)
        lines_out[1] = g_strdup(_("p signs in, r tests it, h lets it go on."));
}

/* --- acts ----------------------------------------------------------------------------------- */

static gboolean toggle_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                            GError **error) {
    (void) cancellable;
    g_autoptr(PbPause) pause = pb_outbox_account_pause(outbox, data);
    if (pause != NULL)
        return pb_outbox_resume_account(outbox, data, error);
    return pb_outbox_pause_account(outbox, data, "user", _("on hold by you"), NULL, NULL, error);
}

static void toggle_done(PbApp *app, gpointer data, const GError *error) {
    g_autoptr(PbPause) pause = pb_outbox_account_pause(pb_app_outbox(app), data);
    if (error != NULL)
        pb_app_error(app, error);
    else if (pause != NULL)
        pb_app_notice(app, _("%s is on hold: its messages wait. h lets it go on."), (char *) data);
    else
        pb_app_notice(app, _("%s goes on."), (char *) data);
}

/* The settings are a small file; saving is one durable write. */
static void save_and_reload(PbApp *app, gboolean ok, GError *error) {
    g_autoptr(GError) own = error;
    PbAccountList *accounts = pb_app_accounts(app);
    if (!ok || !pb_settings_save(pb_account_list_settings(accounts), own == NULL ? &own : NULL) ||
        !pb_app_reload_accounts(app, own == NULL ? &own : NULL))
        pb_app_error(app, own);
}

static void make_default(PbApp *app, const char *name) {
    GError *error = NULL;
    gboolean ok = pb_account_list_set_default(pb_app_accounts(app), name, &error);
    save_and_reload(app, ok, error);
    if (ok)
        pb_app_notice(app, _("New messages go through %s from now on."), name);
}

static void remove_answered(PbApp *app, char letter, gpointer data) {
    GError *error = NULL;
    if (letter != 'r')
        return;
    gboolean ok = pb_account_list_remove(pb_app_accounts(app), data, &error);
    save_and_reload(app, ok, error);
    if (ok)
        pb_app_notice(app, _("Removed %s. Its password stays in the keyring."), (char *) data);
}

static void ask_remove(PbApp *app, const char *name) {
    const PbAnswer answers[] = {{'r', _("Remove the account and its identities")}};
    g_autofree char *title = g_strdup_printf(_("Remove %s?"), name);
    pb_app_open_sheet(app, pb_question_new(app, title,
                                           _("What it sent stays in Sent; what waits for it cannot "
                                             "be sent any more."),
                                           answers, 1, remove_answered, g_strdup(name), g_free));
}

static void add_answered(PbApp *app, char letter, gpointer data) {
    (void) data;
    g_autoptr(GError) error = NULL;
    if (letter == 'a')
        pb_app_push(app, pb_view_account_form_new(app, NULL));
    else if (letter == 's' && !pb_app_start_sandbox(app, &error))
        pb_app_error(app, error);
}

static void ask_add(PbApp *app) {
    const PbAnswer answers[] = {
        {'a', _("A mail account: name, address, password")},
        {'s', _("The practice server: nothing leaves this computer")},
    };
    pb_app_open_sheet(
        app, pb_question_new(app, _("Add an account"), "", answers, 2, add_answered, NULL, NULL));
}

static gboolean accounts_act(PbView *view, int id) {
    Accounts *self = (Accounts *) view;
    if (id == ACT_ADD) {
        ask_add(view->app);
        return TRUE;
    }
    if (pb_list_act(self->list, id))
        return TRUE;
    const char *name = pb_list_selected(self->list);
    if (name == NULL) {
        pb_app_notice(view->app, "%s", _("No account yet. a adds one."));
        return FALSE;
    }
    switch (id) {
    case ACT_EDIT:
        pb_app_push(view->app, pb_view_account_form_new(view->app, name));
        break;
    case ACT_TEST:
        pb_app_push(view->app, pb_view_account_test_new(view->app, name));
        break;
    case ACT_HOLD:
        pb_app_run_async(view->app, toggle_work, toggle_done, g_strdup(name), g_free);
        break;
    case ACT_DEFAULT:
        make_default(view->app, name);
        break;
    case ACT_SIGN_IN:
        pb_sheet_sign_in_open(view->app, name);
        break;
    case ACT_REMOVE:
        ask_remove(view->app, name);
        break;
    default:
        return FALSE;
    }
    return TRUE;
}

static void accounts_changed(PbView *view) {
    pb_list_reload(((Accounts *) view)->list);
}

static void accounts_free(PbView *view) {
    pb_list_free(((Accounts *) view)->list);
    g_free(view);
}

static const PbBinding rows_own[] = {
    {ACT_ADD, "account-add", "a", N_("Add…"), N_("an account, or the practice server")},
    {ACT_EDIT, "account-edit", "e Enter", N_("Edit"), N_("change the settings of the account")},
    {ACT_TEST, "account-test", "r", N_("Test"), N_("connect and sign in; sends nothing")},
    {ACT_HOLD, "account-pause", "h", N_("Hold"), N_("let its mail wait; again: go on")},
    {ACT_DEFAULT, "account-default", "*", N_("Default"), N_("new messages go through it")},
    {ACT_SIGN_IN, "sign-in", "p", N_("Sign in"), N_("give its password")},
    {ACT_REMOVE, "account-remove", "d", N_("Remove"), N_("forget the account")},
    {0, NULL, NULL, NULL, NULL},
};
static const PbBindingTable own_table = {"accounts", N_("Accounts"), rows_own};
static const PbBindingTable *const tables[] = {&own_table, &pb_bindings_moving, NULL};
static const char *const keys[] = {
    "account-add",     "account-edit",  "account-test", "sign-in",
    "account-default", "account-pause", "help",         "account-remove",
    "compose",         "other-keys",    "back",         NULL};

static const PbViewClass accounts_class = {
    .scope = "accounts",
    .tables = tables,
    .free = accounts_free,
    .draw = accounts_draw,
    .explain = accounts_explain,
    .key_rows = keys,
    .act = accounts_act,
    .changed = accounts_changed,
};

PbView *pb_view_accounts_new(PbApp *app) {
    Accounts *self = g_new0(Accounts, 1);
    self->parent.class = &accounts_class;
    self->parent.app = app;
    self->list = pb_list_new(&source_class, self);
    return &self->parent;
}
