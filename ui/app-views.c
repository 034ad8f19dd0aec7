#include "ui/app-private.h"
#include "ui/view/views.h"

static void view_free(gpointer data) {
    PbView *view = data;
    if (view != NULL && view->class->free != NULL)
        view->class->free(view);
}

PbView *pb_app_tab_view(PbApp *app, PbTab tab) {
    if (app->tabs[tab] == NULL) {
        static PbView *(*const makers[])(PbApp *) = {
            [PB_TAB_OUTBOX] = pb_view_outbox_new,     [PB_TAB_DRAFTS] = pb_view_drafts_new,
            [PB_TAB_SENT] = pb_view_sent_new,         [PB_TAB_PROBLEMS] = pb_view_problems_new,
            [PB_TAB_ACCOUNTS] = pb_view_accounts_new,
        };
        app->tabs[tab] = makers[tab](app);
    }
    return app->tabs[tab];
}

PbView *pb_app_top_view(PbApp *app) {
    if (app->stack->len > 0)
        return app->stack->pdata[app->stack->len - 1];
    return pb_app_tab_view(app, app->tab);
}

void pb_app_for_views(PbApp *app, void (*func)(PbView *view, gconstpointer data),
                      gconstpointer data) {
    for (int tab = PB_TAB_OUTBOX; tab <= PB_TAB_ACCOUNTS; tab++) {
        if (app->tabs[tab] != NULL)
            func(app->tabs[tab], data);
    }
    /* From the end: a view may leave while it is told. */
    for (guint i = app->stack->len; i-- > 0;)
        func(app->stack->pdata[i], data);
    for (guint i = 0; i < app->background->len; i++)
        func(app->background->pdata[i], data);
}

gboolean pb_app_may_close_all(PbApp *app) {
    if (app->background->len > 0 && app->stack->len == 0)
        pb_app_recall_background(app);
    for (guint i = app->stack->len; i-- > 0;) {
        PbView *view = app->stack->pdata[i];
        if (view->class->may_close != NULL && !view->class->may_close(view))
            return FALSE;
    }
    return TRUE;
}

/* Views that hold a text being written stay open below; the others are left behind. */
static void leave_passing_views(PbApp *app) {
    for (guint i = app->stack->len; i-- > 0;) {
        PbView *view = app->stack->pdata[i];
        if (view->class->may_close == NULL) {
            g_ptr_array_steal_index(app->stack, i);
            g_ptr_array_add(app->dead_views, view);
        }
    }
}

void pb_app_show_tab(PbApp *app, PbTab tab, const char *select) {
    g_return_if_fail(tab >= PB_TAB_OUTBOX && tab <= PB_TAB_ACCOUNTS);
    leave_passing_views(app);
    for (guint i = app->stack->len; i-- > 0;)
        g_ptr_array_add(app->background, g_ptr_array_steal_index(app->stack, i));
    app->tab = tab;
    app->other_keys = FALSE;
    PbView *view = pb_app_tab_view(app, tab);
    if (view->class->changed != NULL)
        view->class->changed(view);
    if (select != NULL && view->class->select != NULL)
        view->class->select(view, select);
    pb_app_redraw(app);
}

void pb_app_push(PbApp *app, PbView *view) {
    g_ptr_array_add(app->stack, view);
    app->other_keys = FALSE;
    pb_app_redraw(app);
}

void pb_app_pop(PbApp *app) {
    if (app->stack->len == 0)
        return;
    PbView *view = g_ptr_array_steal_index(app->stack, app->stack->len - 1);
    g_ptr_array_add(app->dead_views, view);
    app->other_keys = FALSE;
    PbView *top = pb_app_top_view(app);
    if (top->class->changed != NULL)
        top->class->changed(top);
    pb_app_redraw(app);
}

void pb_app_leave(PbApp *app, PbView *view) {
    guint index = 0;
    if (!g_ptr_array_find(app->stack, view, &index))
        return;
    g_ptr_array_add(app->dead_views, g_ptr_array_steal_index(app->stack, index));
    pb_app_redraw(app);
}

gboolean pb_app_recall_background(PbApp *app) {
    if (app->background->len == 0)
        return FALSE;
    pb_app_push(app, g_ptr_array_steal_index(app->background, 0));
    return TRUE;
}

void pb_app_open_sheet(PbApp *app, PbSheet *sheet) {
    pb_app_close_sheet(app);
    app->sheet = sheet;
    pb_app_redraw(app);
}

void pb_app_close_sheet(PbApp *app) {
    if (app->sheet != NULL)
        g_ptr_array_add(app->dead_sheets, g_steal_pointer(&app->sheet));
    pb_app_redraw(app);
}

PbSheet *pb_app_sheet(PbApp *app) {
    return app->sheet;
}

void pb_app_free_dead(PbApp *app) {
    /* A free function may close something else. */
    while (app->dead_sheets->len > 0)
        pb_sheet_free(g_ptr_array_steal_index(app->dead_sheets, app->dead_sheets->len - 1));
    while (app->dead_views->len > 0)
        view_free(g_ptr_array_steal_index(app->dead_views, app->dead_views->len - 1));
}

void pb_app_free_views(PbApp *app) {
    pb_app_close_sheet(app);
    pb_app_free_dead(app);
    while (app->stack->len > 0)
        view_free(g_ptr_array_steal_index(app->stack, app->stack->len - 1));
    while (app->background->len > 0)
        view_free(g_ptr_array_steal_index(app->background, app->background->len - 1));
    for (int tab = PB_TAB_OUTBOX; tab <= PB_TAB_ACCOUNTS; tab++)
        view_free(g_steal_pointer(&app->tabs[tab]));
}

/* --- writing -------------------------------------------------------------------------------- */

static void open_composer(PbApp *app, PbMessage *message, const char *draft, gboolean review) {
    g_autoptr(GError) error = NULL;
    PbView *view = pb_view_composer_new(app, message, draft, review, &error);
    if (view == NULL)
        pb_app_error(app, error);
    else
        pb_app_push(app, view);
}

void pb_app_compose(PbApp *app, PbMessage *message, gboolean review) {
    open_composer(app, message, NULL, review);
}

void pb_app_open_draft(PbApp *app, const char *draft_id) {
    open_composer(app, NULL, draft_id, FALSE);
}
