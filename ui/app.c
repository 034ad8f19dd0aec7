/* States of a run: set up (accounts, outbox, practice server, dispatcher, screen) → main loop →
 * torn down in the opposite order. Everything that happens meanwhile is a GSource: keys, lane
 * events, file changes, timers, finished work. Each asks for a redraw; the redraw runs once, at a
 * lower priority than all of them, so a burst costs one.
 */
#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "accounts/pb-file.h"
#include "accounts/pb-log.h"
#include "accounts/pb-text.h"
#include "ui/app-private.h"
#include "ui/compose-draft.h"
#include "ui/practice.h"
#include "ui/term/screen.h"
#include "ui/view/views.h"

#include <glib/gi18n-lib.h>

#include <stdarg.h>

/* A change of the database file comes with several notifications. */
#define DEBOUNCE_MS 100
/* After the end a transfer past its end of data gets this long for the server's answer. */
#define SHUTDOWN_PATIENCE_MS 5000
/* How long an Esc waits for the key after it (SCREENS 6). */
#define ESC_VIEW_MS  600
#define ESC_FIELD_MS 50

/* --- redraw and ticks ----------------------------------------------------------------------- */

static gboolean on_tick(gpointer data);

static gboolean needs_tick(PbApp *app) {
    PbView *view = pb_app_top_view(app);
    return app->wants_tick || view->class->tick != NULL || app->quit_waiting ||
           pb_status_busy_count(app->status) > 0 ||
           (app->sheet != NULL && app->sheet->class->tick != NULL);
}

static gboolean on_redraw(gpointer data) {
    PbApp *app = data;
    app->redraw_id = 0;
    if (app->away || app->ended || !pb_screen_is_on())
        return G_SOURCE_REMOVE;
    pb_app_draw(app);
    pb_screen_flush();
    if (needs_tick(app) && app->tick_id == 0)
        app->tick_id = g_timeout_add_seconds(1, on_tick, app);
    return G_SOURCE_REMOVE;
}

static gboolean on_tick(gpointer data) {
    PbApp *app = data;
    PbView *view = pb_app_top_view(app);
    if (app->leaving != NULL && app->leaving->not_before <= g_get_real_time())
        g_clear_pointer(&app->leaving, pb_entry_free);
    gboolean redraw = app->wants_tick || pb_status_busy_count(app->status) > 0;
    if (view->class->tick != NULL && view->class->tick(view))
        redraw = TRUE;
    if (app->sheet != NULL && app->sheet->class->tick != NULL &&
        app->sheet->class->tick(app->sheet))
        redraw = TRUE;
    pb_app_maybe_quit(app);
    if (redraw)
        pb_app_redraw(app);
    if (needs_tick(app))
        return G_SOURCE_CONTINUE;
    app->tick_id = 0;
    return G_SOURCE_REMOVE;
}

void pb_app_redraw(PbApp *app) {
    if (app->redraw_id == 0)
        app->redraw_id = g_idle_add_full(G_PRIORITY_HIGH_IDLE + 20, on_redraw, app, NULL);
}

void pb_app_want_tick(PbApp *app) {
    app->wants_tick = TRUE;
}

PbArea pb_app_area(PbApp *app) {
    (void) app;
    return pb_screen_area();
}

/* --- notices -------------------------------------------------------------------------------- */

static void set_notice(PbApp *app, PbRole role, char *text) {
    g_free(app->notice.text);
    app->notice = (PbNotice){text, role, g_get_monotonic_time()};
    pb_app_redraw(app);
}

void pb_app_notice(PbApp *app, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    set_notice(app, PB_ROLE_NORMAL, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void pb_app_error(PbApp *app, const GError *error) {
    if (error == NULL || g_error_matches(error, PB_ERROR, PB_ERROR_CANCELLED))
        return;
    g_message("%s", error->message);
    /* A whole sentence here, while messages of errors begin in lower case. */
    g_autofree char *clean = pb_text_sanitise(error->message, -1, 2000, pb_draw_ascii());
    char first[7] = {0};
    g_unichar_to_utf8(g_unichar_toupper(g_utf8_get_char(clean)), first);
    set_notice(app, PB_ROLE_BAD,
               g_strconcat(first, *clean != '\0' ? g_utf8_next_char(clean) : "", ".", NULL));
}

/* --- changes -------------------------------------------------------------------------------- */

static void tell_changed(PbView *view, gconstpointer data) {
    (void) data;
    if (view->class->changed != NULL)
        view->class->changed(view);
}

void pb_app_changed(PbApp *app) {
    app->data_version = pb_outbox_data_version(app->outbox);
    pb_app_recount(app);
    pb_app_for_views(app, tell_changed, NULL);
    pb_app_redraw(app);
}

static gboolean on_check(gpointer data) {
    PbApp *app = data;
    app->check_id = 0;
    if (pb_outbox_data_version(app->outbox) != app->data_version) {
        pb_app_changed(app);
        /* Another process may have put something in that nobody sends yet. */
        pb_dispatcher_wake(app->dispatcher);
    }
    pb_app_maybe_quit(app);
    return G_SOURCE_REMOVE;
}

void pb_app_check_outbox(PbApp *app) {
    if (app->check_id == 0 && !app->ended)
        app->check_id = g_idle_add_full(G_PRIORITY_HIGH_IDLE, on_check, app, NULL);
}

static void on_outbox_file(GFileMonitor *monitor, GFile *file, GFile *other,
                           GFileMonitorEvent event, gpointer data) {
    (void) monitor;
    (void) file;
    (void) other;
    (void) event;
    PbApp *app = data;
    if (app->check_id == 0 && !app->ended)
        app->check_id = g_timeout_add(DEBOUNCE_MS, on_check, app);
}

static gboolean on_drafts_settled(gpointer data) {
    PbApp *app = data;
    app->drafts_id = 0;
    pb_app_changed(app);
    return G_SOURCE_REMOVE;
}

static void on_draft_file(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                          gpointer data) {
    (void) monitor;
    (void) file;
    (void) other;
    PbApp *app = data;
    gboolean counts = event == G_FILE_MONITOR_EVENT_CREATED ||
                      event == G_FILE_MONITOR_EVENT_DELETED ||
                      event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT;
    if (counts && app->drafts_id == 0 && !app->ended)
        app->drafts_id = g_timeout_add(DEBOUNCE_MS, on_drafts_settled, app);
}

void pb_app_watch_folder(PbApp *app, const char *path, GCallback callback) {
    g_autoptr(GFile) folder = g_file_new_for_path(path);
    GFileMonitor *monitor = g_file_monitor_directory(folder, G_FILE_MONITOR_NONE, NULL, NULL);
    if (monitor == NULL)
        return;
    g_signal_connect(monitor, "changed", callback, app);
    g_ptr_array_add(app->monitors, monitor);
}

/* --- lane events ---------------------------------------------------------------------------- */

static void tell_event(PbView *view, gconstpointer data) {
    if (view->class->event != NULL)
        view->class->event(view, data);
}

static void notice_event(PbApp *app, const PbEvent *event) {
    g_autofree char *subject =
        pb_text_clip_end(event->subject != NULL ? event->subject : "", 40, pb_draw_ascii());
    if (event->kind == PB_EVENT_ENTRY_DONE && event->entry_state == PB_ENTRY_SENT)
        pb_app_notice(app, _("Sent “%s”."), subject);
    else if (event->kind == PB_EVENT_PAUSED && event->text != NULL)
        set_notice(app, PB_ROLE_ASK, g_strdup(event->text));
}

static void on_event(PbEvent *event, gpointer data) {
    PbApp *app = data;
    g_autoptr(PbEvent) owned = event;
    if (app->ended)
        return;
    pb_status_event(app->status, owned);
    notice_event(app, owned);
    pb_app_for_views(app, tell_event, owned);
    if (owned->kind != PB_EVENT_PROGRESS)
        pb_app_check_outbox(app);
    pb_app_redraw(app);
}

/* --- services ------------------------------------------------------------------------------- */

PbOutbox *pb_app_outbox(PbApp *app) {
    return app->outbox;
}

PbAccountList *pb_app_accounts(PbApp *app) {
    return app->accounts;
}

PbDispatcher *pb_app_dispatcher(PbApp *app) {
    return app->dispatcher;
}

struct PbStatus *pb_app_status(PbApp *app) {
    return app->status;
}

gboolean pb_app_in_sandbox(PbApp *app) {
    return pb_practice_is_only(app->accounts);
}

gboolean pb_app_reload_accounts(PbApp *app, GError **error) {
    PbAccountList *accounts = pb_account_list_load(error);
    if (accounts == NULL)
        return FALSE;
    pb_practice_fill(accounts, app->sandbox);
    pb_dispatcher_set_accounts(app->dispatcher, accounts);
    pb_account_list_free(app->accounts);
    app->accounts = accounts;
    pb_bindings_load(pb_account_list_settings(accounts));
    pb_app_changed(app);
    return TRUE;
}

gboolean pb_app_start_sandbox(PbApp *app, GError **error) {
    if (!pb_practice_create_account(app->accounts, error))
        return FALSE;
    if (app->sandbox == NULL) {
        app->sandbox = pb_practice_start(app->accounts, error);
        if (app->sandbox == NULL)
            return FALSE;
    }
    pb_app_watch_reports(app);
    return pb_app_reload_accounts(app, error);
}

/* --- life ----------------------------------------------------------------------------------- */

void pb_app_end(PbApp *app) {
    app->ended = TRUE;
    g_main_loop_quit(app->loop);
}

static void on_resize(gpointer data) {
    pb_app_redraw(data);
}

static void on_terminal_gone(gpointer data) {
    pb_app_end(data);
}

static guint esc_delay(gpointer data) {
    PbApp *app = data;
    return app->sheet != NULL || pb_app_top_view(app)->class->text_entry ? ESC_FIELD_MS
                                                                         : ESC_VIEW_MS;
}

static gboolean open_parts(PbApp *app, GError **error) {
    app->accounts = pb_account_list_load(error);
    if (app->accounts == NULL)
        return FALSE;
    app->folder = pb_paths_outbox();
    app->outbox = pb_outbox_open(app->folder, error);
    if (app->outbox == NULL)
        return FALSE;
    if (app->options->practice && !pb_practice_create_account(app->accounts, error))
        return FALSE;
    g_autoptr(GError) practice_error = NULL;
    app->sandbox = pb_practice_start(app->accounts, &practice_error);
    if (practice_error != NULL)
        g_message("%s", practice_error->message);
    app->dispatcher = pb_dispatcher_new(app->folder, app->accounts, on_event, app);
    return TRUE;
}

static gboolean open_screen(PbApp *app, GError **error) {
    PbSettings *settings = pb_account_list_settings(app->accounts);
    g_autofree char *theme = pb_settings_string(settings, "postbag", "theme");
    PbScreenOptions options = {
        .key = pb_app_key,
        .resize = on_resize,
        .ended = on_terminal_gone,
        .esc_delay = esc_delay,
        .user_data = app,
        .ascii = app->options->ascii,
        .theme = theme,
    };
    if (!pb_screen_start(&options, error))
        return FALSE;
    g_autofree char *log = pb_paths_log_file();
    g_autofree char *folder = g_path_get_dirname(log);
    if (pb_file_private_folder(folder, NULL))
        pb_log_take_stderr(log, NULL);
    return TRUE;
}

/* Only now that the first screen stands: what became due while nothing ran leaves. */
static gboolean start_sending(gpointer data) {
    PbApp *app = data;
    if (!app->ended)
        pb_dispatcher_wake(app->dispatcher);
    return G_SOURCE_REMOVE;
}

static void open_first_view(PbApp *app) {
    pb_bindings_load(pb_account_list_settings(app->accounts));
    pb_app_recount(app);
    app->data_version = pb_outbox_data_version(app->outbox);
    if (app->options->message != NULL)
        pb_app_compose(app, app->options->message, app->options->review);
    else if (pb_account_list_count(app->accounts) == 0)
        pb_app_push(app, pb_view_welcome_new(app));
    else
        pb_compose_offer_unfinished(app);
    if (app->options->notice != NULL)
        pb_app_notice(app, "%s", app->options->notice);
    g_autofree char *drafts = pb_paths_drafts();
    pb_app_watch_folder(app, app->folder, G_CALLBACK(on_outbox_file));
    if (pb_file_private_folder(drafts, NULL))
        pb_app_watch_folder(app, drafts, G_CALLBACK(on_draft_file));
    pb_app_watch_reports(app);
    pb_app_redraw(app);
    g_idle_add_full(G_PRIORITY_LOW, start_sending, app, NULL);
}

static void drop_source(guint *id) {
    g_clear_handle_id(id, g_source_remove);
}

static void app_free(PbApp *app) {
    app->ended = TRUE;
    g_cancellable_cancel(app->cancellable);
    while (app->work_pending > 0)
        g_main_context_iteration(NULL, TRUE);
    if (app->loop != NULL && app->dispatcher != NULL)
        pb_dispatcher_shutdown(app->dispatcher, SHUTDOWN_PATIENCE_MS);
    drop_source(&app->redraw_id);
    drop_source(&app->tick_id);
    drop_source(&app->check_id);
    drop_source(&app->drafts_id);
    drop_source(&app->reports_id);
    pb_app_free_views(app);
    pb_app_free_undo(app);
    g_ptr_array_unref(app->monitors);
    pb_dispatcher_free(app->dispatcher);
    pb_sandbox_stop(app->sandbox);
    pb_bindings_load(NULL);
    pb_account_list_free(app->accounts);
    g_ptr_array_unref(app->pauses);
    pb_entry_free(app->leaving);
    pb_outbox_free(app->outbox);
    pb_status_free(app->status);
    g_ptr_array_unref(app->stack);
    g_ptr_array_unref(app->background);
    g_ptr_array_unref(app->dead_views);
    g_ptr_array_unref(app->dead_sheets);
    g_clear_pointer(&app->loop, g_main_loop_unref);
    g_object_unref(app->cancellable);
    g_free(app->notice.text);
    g_free(app->folder);
    g_free(app);
}

static PbApp *app_new(const PbAppOptions *options) {
    PbApp *app = g_new0(PbApp, 1);
    app->options = options;
    app->tab = PB_TAB_OUTBOX;
    app->status = pb_status_new();
    app->cancellable = g_cancellable_new();
    app->stack = g_ptr_array_new();
    app->background = g_ptr_array_new();
    app->dead_views = g_ptr_array_new();
    app->dead_sheets = g_ptr_array_new();
    app->pauses = g_ptr_array_new_with_free_func((GDestroyNotify) pb_pause_free);
    app->monitors = g_ptr_array_new_with_free_func(g_object_unref);
    g_queue_init(&app->undo);
    return app;
}

int pb_app_run(const PbAppOptions *options, GError **error) {
    PbApp *app = app_new(options);
    if (!open_parts(app, error) || !open_screen(app, error)) {
        int code = error != NULL ? pb_error_exit_code(*error) : 1;
        app_free(app);
        return code;
    }
    app->loop = g_main_loop_new(NULL, FALSE);
    open_first_view(app);
    g_main_loop_run(app->loop);
    pb_screen_end();
    pb_log_give_stderr_back();
    app_free(app);
    return 0;
}
