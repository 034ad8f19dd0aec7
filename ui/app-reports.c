/* Reports that came back to the practice server: looked at when the Maildir changes, and once at
 * the start, for those of the last run. */
#include "transport/pickup/maildir.h"
#include "ui/app-private.h"

/* A report is written, then renamed: several notifications, one look. */
#define SETTLE_MS 200

static gboolean scan_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                          GError **error) {
    (void) cancellable;
    return pb_pickup_maildir_scan(outbox, data, NULL, error);
}

static void scan_done(PbApp *app, gpointer data, const GError *error) {
    (void) app;
    (void) data;
    /* Nobody asked for it, so it is not told on the screen; the next change looks again. */
    if (error != NULL)
        g_message("%s", error->message);
}

static gboolean on_settled(gpointer data) {
    PbApp *app = data;
    app->reports_id = 0;
    if (app->sandbox != NULL && !app->ended)
        pb_app_run_async(app, scan_work, scan_done, g_strdup(pb_sandbox_reports(app->sandbox)),
                         g_free);
    return G_SOURCE_REMOVE;
}

static void on_report_file(GFileMonitor *monitor, GFile *file, GFile *other,
                           GFileMonitorEvent event, gpointer data) {
    (void) monitor;
    (void) file;
    (void) other;
    PbApp *app = data;
    gboolean came = event == G_FILE_MONITOR_EVENT_CREATED || event == G_FILE_MONITOR_EVENT_MOVED_IN;
    if (came && app->reports_id == 0 && !app->ended)
        app->reports_id = g_timeout_add(SETTLE_MS, on_settled, app);
}

void pb_app_watch_reports(PbApp *app) {
    if (app->sandbox == NULL || app->reports_watched)
        return;
    g_autofree char *path = g_build_filename(pb_sandbox_reports(app->sandbox), "new", NULL);
    pb_app_watch_folder(app, path, G_CALLBACK(on_report_file));
    app->reports_watched = TRUE;
    on_settled(app);
}
