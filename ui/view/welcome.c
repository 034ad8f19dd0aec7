#include "ui/app.h"
#include "ui/term/bindings.h"
#include "ui/view/views.h"

#include <glib/gi18n-lib.h>

enum { ACT_CHOOSE = 1 };

typedef struct {
    PbView parent;
    int cursor;
} Welcome;

static const struct {
    const char *title, *first, *second;
} choices[] = {
    {N_("Set up my mail account"), N_("name, address, password; about a minute"), NULL},
    {N_("Try it without an account"), N_("a practice server inside postbag; nothing"),
     N_("leaves this computer")},
};

static void draw_choice(Welcome *self, const PbArea *body, int *row, int index) {
    gboolean wide = body->width >= 76;
    int line = *row;
    pb_draw_format(body, line, 3, PB_ROLE_KEY, "%d", index + 1);
    pb_draw_text(body, line, 6, PB_ROLE_NORMAL, _(choices[index].title));
    if (wide) {
        pb_draw_text(body, line, 34, PB_ROLE_NORMAL, _(choices[index].first));
        if (choices[index].second != NULL)
            pb_draw_text(body, ++*row, 34, PB_ROLE_NORMAL, _(choices[index].second));
    }
    if (index == self->cursor) {
        pb_draw_text(body, line, 0, PB_ROLE_NORMAL, pb_draw_sign("›", ">"));
        pb_draw_reverse_row(body, line);
        pb_draw_cursor(body, line, 0, TRUE);
    }
    ++*row;
}

static void welcome_draw(PbView *view, const PbArea *body) {
    Welcome *self = (Welcome *) view;
    int row = pb_sheet_draw_wrapped(
        body, 1, 1, PB_ROLE_NORMAL,
        _("Welcome. postbag writes mail, sends it, and tells you what became of it."));
    row++;
    for (int i = 0; i < (int) G_N_ELEMENTS(choices); i++)
        draw_choice(self, body, &row, i);
    pb_sheet_draw_wrapped(body, row + 1, 1, PB_ROLE_NORMAL,
                          _("You can come back here any time: view 5, Accounts, then a."));
}

static char *welcome_title(PbView *view) {
    (void) view;
    return g_strdup("");
}

static void welcome_explain(PbView *view, char *lines_out[2]) {
    (void) view;
    lines_out[0] = g_strdup(_("1, 2, or arrows and Enter."));
}

static void choose(Welcome *self, int index) {
    PbApp *app = self->parent.app;
    g_autoptr(GError) error = NULL;
    if (index == 0) {
        pb_app_push(app, pb_view_account_form_new(app, NULL));
        return;
    }
    if (!pb_app_start_sandbox(app, &error)) {
        pb_app_error(app, error);
        return;
    }
    pb_app_show_tab(app, PB_TAB_OUTBOX, NULL);
    pb_app_notice(app, "%s", _("The practice server runs. m writes a first message."));
}

static gboolean welcome_key(PbView *view, const PbKey *key) {
    Welcome *self = (Welcome *) view;
    if (!pb_key_is_text(key) || key->c < '1' || key->c >= '1' + G_N_ELEMENTS(choices))
        return FALSE;
    choose(self, (int) (key->c - '1'));
    return TRUE;
}

static gboolean welcome_act(PbView *view, int id) {
    Welcome *self = (Welcome *) view;
    int last = (int) G_N_ELEMENTS(choices) - 1;
    if (id == ACT_CHOOSE)
        choose(self, self->cursor);
    else if (id == PB_LIST_ACT_DOWN)
        self->cursor = MIN(self->cursor + 1, last);
    else if (id == PB_LIST_ACT_UP)
        self->cursor = MAX(self->cursor - 1, 0);
    else if (id == PB_LIST_ACT_FIRST || id == PB_LIST_ACT_LAST)
        self->cursor = id == PB_LIST_ACT_FIRST ? 0 : last;
    return TRUE;
}

static void welcome_changed(PbView *view) {
    /* An account was made meanwhile: nothing to welcome any more. */
    if (pb_account_list_count(pb_app_accounts(view->app)) > 0)
        pb_app_leave(view->app, view);
}

static void welcome_free(PbView *view) {
    g_free(view);
}

static const PbBinding rows_own[] = {
    {ACT_CHOOSE, "choose", "Enter Right >", N_("Choose"), N_("take this way")},
    {0, NULL, NULL, NULL, NULL},
};
static const PbBindingTable own_table = {"welcome", N_("Welcome"), rows_own};
static const PbBindingTable *const tables[] = {&own_table, &pb_bindings_moving, NULL};
static const char *const keys[] = {"choose", "help", "quit", NULL};

static const PbViewClass welcome_class = {
    .scope = "welcome",
    .tables = tables,
    .free = welcome_free,
    .title = welcome_title,
    .draw = welcome_draw,
    .explain = welcome_explain,
    .key_rows = keys,
    .key = welcome_key,
    .act = welcome_act,
    .changed = welcome_changed,
};

PbView *pb_view_welcome_new(PbApp *app) {
    Welcome *self = g_new0(Welcome, 1);
    self->parent.class = &welcome_class;
    self->parent.app = app;
    return &self->parent;
}
