#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "accounts/pb-text.h"
#include "compose/draft.h"
#include "ui/app-private.h"
#include "ui/practice.h"
#include "ui/term/screen.h"
#include "ui/view/views.h"

#include <glib/gi18n-lib.h>

/* --- leaving -------------------------------------------------------------------------------- */

static void on_quit_answer(PbApp *app, char letter, gpointer data) {
    (void) data;
    if (letter == 'q')
        pb_app_end(app);
    if (letter == 'w') {
        app->quit_waiting = TRUE;
        pb_app_notice(app, "%s", _("Quits when all is out. Esc stays."));
        pb_app_maybe_quit(app);
    }
}

static gboolean is_under_way(PbApp *app) {
    gboolean leaving = app->leaving != NULL && app->leaving->not_before > g_get_real_time();
    return leaving || pb_dispatcher_is_busy(app->dispatcher);
}

static char *quit_text(PbApp *app) {
    GString *text = g_string_new(NULL);
    if (pb_dispatcher_is_busy(app->dispatcher))
        g_string_append(text, _("A message is being sent: stopped now, it stays queued and nobody "
                                "gets it twice. "));
    if (app->leaving != NULL) {
        g_autofree char *subject = pb_text_clip_end(app->leaving->subject, 40, pb_draw_ascii());
        g_string_append_printf(text, _("“%s” is still in its undo time."), subject);
    }
    return g_string_free(text, FALSE);
}

void pb_app_quit(PbApp *app) {
    if (!pb_app_may_close_all(app))
        return;
    if (!is_under_way(app)) {
        pb_app_end(app);
        return;
    }
    const PbAnswer answers[] = {
        {'w', _("Wait until all is out, then quit")},
        {'q', _("Quit now; what is left waits for the next start of postbag")},
    };
    g_autofree char *text = quit_text(app);
    PbSheet *sheet = pb_question_new(app, _("Quit while mail is on its way?"), text, answers,
                                     G_N_ELEMENTS(answers), on_quit_answer, NULL, NULL);
    pb_question_set_closing(sheet, _("Stay"));
    pb_app_open_sheet(app, sheet);
}

void pb_app_maybe_quit(PbApp *app) {
    if (app->quit_waiting && !is_under_way(app))
        pb_app_end(app);
}

static void go_back(PbApp *app) {
    PbView *view = pb_app_top_view(app);
    if (app->stack->len == 0) {
        pb_app_quit(app);
        return;
    }
    if (view->class->may_close == NULL || view->class->may_close(view))
        pb_app_pop(app);
}

/* --- drafts --------------------------------------------------------------------------------- */

static void recall(PbApp *app) {
    if (pb_app_recall_background(app))
        return;
    g_autofree char *folder = pb_paths_drafts();
    g_autoptr(GPtrArray) drafts = pb_draft_list(folder, FALSE, NULL);
    for (guint i = 0; drafts != NULL && i < drafts->len; i++) {
        PbDraftInfo *info = drafts->pdata[i];
        if (!info->open) {
            pb_app_open_draft(app, info->id);
            return;
        }
    }
    pb_app_notice(app, "%s", _("No drafts. P on the review screen or ^O while writing keeps one."));
}

static void compose(PbApp *app) {
    if (pb_account_list_count(app->accounts) == 0) {
        pb_app_push(app, pb_view_welcome_new(app));
        return;
    }
    pb_app_compose(app, pb_message_new(), FALSE);
}

/* --- the queue ------------------------------------------------------------------------------ */

static void tell_next_due(PbApp *app) {
    gint64 next = pb_outbox_next_due(app->outbox, NULL);
    if (next == 0) {
        pb_app_notice(app, "%s", _("Nothing is due."));
        return;
    }
    g_autofree char *when = pb_text_time(next, g_get_real_time());
    pb_app_notice(app, _("Nothing is due. Next: %s."), when);
}

static void flush(PbApp *app) {
    gboolean online = pb_dispatcher_is_online(app->dispatcher);
    guint due = pb_dispatcher_flush(app->dispatcher, NULL);
    if (due == 0)
        tell_next_due(app);
    else if (!online)
        pb_app_notice(app, "%s", _("You are offline; trying anyway."));
    else
        pb_app_notice(app,
                      g_dngettext(GETTEXT_PACKAGE, "Trying %u due message now.",
                                  "Trying %u due messages now.", due),
                      due);
}

static void toggle_offline(PbApp *app) {
    app->offline = !app->offline;
    pb_dispatcher_set_offline(app->dispatcher, app->offline);
    pb_app_notice(app, "%s",
                  app->offline ? _("Offline by you: everything waits here. :offline ends it.")
                               : _("Online again: what is due goes now."));
}

static void start_sandbox(PbApp *app) {
    g_autoptr(GError) error = NULL;
    if (!pb_app_start_sandbox(app, &error)) {
        pb_app_error(app, error);
        return;
    }
    pb_app_show_tab(app, PB_TAB_OUTBOX, NULL);
}

/* --- the table ------------------------------------------------------------------------------ */

static void turn_tab(PbApp *app, int by) {
    int count = PB_TAB_ACCOUNTS;
    int tab = ((int) app->tab - 1 + by + count) % count + 1;
    pb_app_show_tab(app, (PbTab) tab, NULL);
}

static gboolean act_on_views(PbApp *app, int id) {
    switch (id) {
    case PB_ACT_VIEW_OUTBOX:
    case PB_ACT_VIEW_DRAFTS:
    case PB_ACT_VIEW_SENT:
    case PB_ACT_VIEW_PROBLEMS:
    case PB_ACT_VIEW_ACCOUNTS:
        pb_app_show_tab(app, (PbTab) (PB_TAB_OUTBOX + id - PB_ACT_VIEW_OUTBOX), NULL);
        return TRUE;
    case PB_ACT_VIEW_LOG:
        pb_app_push(app, pb_view_log_new(app));
        return TRUE;
    case PB_ACT_NEXT_VIEW:
        turn_tab(app, 1);
        return TRUE;
    case PB_ACT_PREVIOUS_VIEW:
        turn_tab(app, -1);
        return TRUE;
    case PB_ACT_HELP:
        pb_app_push(app, pb_view_help_new(app, pb_app_top_view(app)->class));
        return TRUE;
    case PB_ACT_PALETTE:
        pb_app_open_palette(app);
        return TRUE;
    case PB_ACT_BACK:
        go_back(app);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean act_on_terminal(PbApp *app, int id) {
    switch (id) {
    case PB_ACT_OTHER_KEYS:
        app->other_keys = !app->other_keys;
        return TRUE;
    case PB_ACT_SHELL:
        pb_app_run_shell(app);
        return TRUE;
    case PB_ACT_REDRAW:
        pb_screen_invalidate();
        return TRUE;
    case PB_ACT_SUSPEND:
        pb_screen_suspend();
        return TRUE;
    case PB_ACT_QUIT:
        pb_app_quit(app);
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean pb_app_act(PbApp *app, int id) {
    if (act_on_views(app, id) || act_on_terminal(app, id))
        return TRUE;
    switch (id) {
    case PB_ACT_COMPOSE:
        compose(app);
        return TRUE;
    case PB_ACT_RECALL:
        recall(app);
        return TRUE;
    case PB_ACT_UNDO:
        pb_app_undo(app);
        return TRUE;
    case PB_ACT_FLUSH:
        flush(app);
        return TRUE;
    case PB_ACT_OFFLINE:
        toggle_offline(app);
        return TRUE;
    case PB_ACT_SANDBOX:
        start_sandbox(app);
        return TRUE;
    default:
        return FALSE;
    }
}
