#include "accounts/pb-text.h"
#include "accounts/secret.h"
#include "transport/smtp/session.h"
#include "ui/term/bindings.h"
#include "ui/view/account-views.h"

#include <glib/gi18n-lib.h>

enum { ACT_AGAIN = 1 };

typedef struct {
    PbStage stage;
    gboolean ok;
    char *text;
} Step;

/* What a worker tells while it runs; shared with the view, which may be gone before it ends. */
typedef struct {
    gatomicrefcount refs;
    GMutex lock;
    GPtrArray *steps; /* of Step */
    PbAccount *account;
    char *verdict;
    gboolean running, ok;
} Probe;

typedef struct {
    PbView parent;
    char *name;
    Probe *probe;
} AccountTest;

static void step_free(gpointer data) {
    g_free(((Step *) data)->text);
    g_free(data);
}

static Probe *probe_new(const PbAccount *account) {
    Probe *probe = g_new0(Probe, 1);
    g_atomic_ref_count_init(&probe->refs);
    g_mutex_init(&probe->lock);
    probe->steps = g_ptr_array_new_with_free_func(step_free);
    probe->account = pb_account_copy(account);
    probe->running = TRUE;
    return probe;
}

static void probe_unref(gpointer data) {
    Probe *probe = data;
    if (probe == NULL || !g_atomic_ref_count_dec(&probe->refs))
        return;
    g_mutex_clear(&probe->lock);
    g_ptr_array_unref(probe->steps);
    pb_account_free(probe->account);
    g_free(probe->verdict);
    g_free(probe);
}

static void add_step(PbStage stage, gboolean ok, const char *text, gpointer data) {
    Probe *probe = data;
    Step *step = g_new0(Step, 1);
    *step = (Step){stage, ok, pb_text_sanitise(text != NULL ? text : "", -1, 1000, FALSE)};
    g_mutex_lock(&probe->lock);
    g_ptr_array_add(probe->steps, step);
    g_mutex_unlock(&probe->lock);
}

static gboolean probe_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                           GError **error) {
    (void) outbox;
    Probe *probe = data;
    g_autoptr(PbSecret) secret = NULL;
    PbSmtpFlow flow = {.step = add_step};
    if (probe->account->username != NULL) {
        secret = pb_secret_lookup(probe->account, cancellable, error);
        if (secret == NULL)
            return FALSE;
    }
    g_autoptr(PbSmtpSession) session =
        pb_smtp_session_open(probe->account, secret, &flow, probe, cancellable, NULL, error);
    return session != NULL;
}

static void probe_done(PbApp *app, gpointer data, const GError *error) {
    Probe *probe = data;
    probe->running = FALSE;
    probe->ok = error == NULL;
    probe->verdict =
        g_strdup(error != NULL ? error->message : _("Everything works. Nothing was sent."));
    pb_app_redraw(app);
}

static void start(AccountTest *self) {
    PbApp *app = self->parent.app;
    const PbAccount *account = pb_account_list_find(pb_app_accounts(app), self->name);
    if (account == NULL || (self->probe != NULL && self->probe->running))
        return;
    probe_unref(self->probe);
    self->probe = probe_new(account);
    g_atomic_ref_count_inc(&self->probe->refs);
    pb_app_run_async(app, probe_work, probe_done, self->probe, probe_unref);
}

static const char *stage_name(PbStage stage) {
    switch (stage) {
    case PB_STAGE_CONNECT:
        return _("Connected");
    case PB_STAGE_TLS:
    case PB_STAGE_STARTTLS:
        return _("Encrypted");
    case PB_STAGE_GREETING:
        return _("Greeting");
    case PB_STAGE_EHLO:
        return _("Offers");
    case PB_STAGE_AUTH:
        return _("Sign-in");
    default:
        return pb_stage_to_string(stage);
    }
}

static void draw_step(const PbArea *body, int row, const Step *step) {
    pb_draw_text(body, row, 3, step->ok ? PB_ROLE_GOOD : PB_ROLE_BAD,
                 step->ok ? pb_draw_sign("✓", "+") : pb_draw_sign("✗", "x"));
    pb_draw_cell(body, row, 5, 14, PB_ROLE_NORMAL, stage_name(step->stage));
    pb_draw_cell(body, row, 20, body->width - 21, PB_ROLE_NORMAL, step->text);
}

static void test_draw(PbView *view, const PbArea *body) {
    AccountTest *self = (AccountTest *) view;
    if (self->probe == NULL)
        return;
    const PbAccount *account = self->probe->account;
    pb_draw_format(body, 0, 1, PB_ROLE_NORMAL, _("%s, port %u, %s"), account->host, account->port,
                   pb_security_to_string(account->security));
    int row = 1;
    g_mutex_lock(&self->probe->lock);
    for (guint i = 0; i < self->probe->steps->len && row < body->height; i++)
        draw_step(body, row++, self->probe->steps->pdata[i]);
    g_mutex_unlock(&self->probe->lock);
    row++;
    if (self->probe->running)
        pb_draw_text(body, row, 1, PB_ROLE_NORMAL, _("Testing; nothing is sent…"));
    else
        pb_sheet_draw_wrapped(body, row, 1, self->probe->ok ? PB_ROLE_GOOD : PB_ROLE_BAD,
                              self->probe->verdict);
    pb_draw_cursor(body, row, 0, TRUE);
}

static gboolean test_tick(PbView *view) {
    AccountTest *self = (AccountTest *) view;
    return self->probe != NULL && self->probe->running;
}

static char *test_title(PbView *view) {
    return g_strdup_printf(_("Test of %s"), ((AccountTest *) view)->name);
}

static gboolean test_act(PbView *view, int id) {
    if (id == ACT_AGAIN)
        start((AccountTest *) view);
    return TRUE;
}

static void test_free(PbView *view) {
    AccountTest *self = (AccountTest *) view;
    probe_unref(self->probe);
    g_free(self->name);
    g_free(self);
}

static const PbBinding rows_own[] = {
    {ACT_AGAIN, "account-test", "r", N_("Test again"), N_("connect and sign in; sends nothing")},
    {0, NULL, NULL, NULL, NULL},
};
static const PbBindingTable own_table = {"account-test", N_("Test"), rows_own};
static const PbBindingTable *const tables[] = {&own_table, NULL};
static const char *const keys[] = {"account-test", "help", "back", NULL};

static const PbViewClass test_class = {
    .scope = "account-test",
    .tables = tables,
    .free = test_free,
    .title = test_title,
    .draw = test_draw,
    .key_rows = keys,
    .act = test_act,
    .tick = test_tick,
};

PbView *pb_view_account_test_new(PbApp *app, const char *account) {
    AccountTest *self = g_new0(AccountTest, 1);
    self->parent.class = &test_class;
    self->parent.app = app;
    self->name = g_strdup(account);
    start(self);
    return &self->parent;
}
