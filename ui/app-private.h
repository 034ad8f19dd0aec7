/* The application's own state, shared by the app-*.c files and nobody else. */
#pragma once

#include "transport/sandbox/sandbox.h"
#include "ui/app.h"
#include "ui/status.h"
#include "ui/term/bindings.h"

typedef struct {
    char *text;
    PbRole role;
    gint64 at; /* µs, monotonic */
} PbNotice;

struct PbApp {
    const PbAppOptions *options;
    GMainLoop *loop;
    char *folder; /* of the outbox */
    PbOutbox *outbox;
    PbAccountList *accounts;
    PbDispatcher *dispatcher;
    PbSandbox *sandbox;
    PbStatus *status;
    GPtrArray *monitors; /* of GFileMonitor */
    gint64 data_version;

    PbView *tabs[PB_TAB_ACCOUNTS + 1];
    PbTab tab;
    GPtrArray *stack;      /* of PbView, the top last */
    GPtrArray *background; /* texts that are open while another view is shown, newest first */
    GPtrArray *dead_views; /* freed after the current key */
    PbSheet *sheet;
    GPtrArray *dead_sheets;

    PbNotice notice;
    GQueue undo;       /* of UndoItem, newest at the head */
    PbEntry *leaving;  /* newest entry in its undo time, or NULL */
    GPtrArray *pauses; /* of PbPause */
    gint64 counts[PB_TAB_ACCOUNTS + 1];

    guint redraw_id, tick_id, check_id, drafts_id, reports_id;
    guint work_pending;
    GCancellable *cancellable;
    gboolean away;         /* the terminal belongs to a child */
    gboolean wants_tick;   /* something drawn last counts down */
    gboolean other_keys;   /* O: the second set of key rows */
    gboolean offline;      /* on purpose */
    gboolean quit_waiting; /* quit as soon as nothing is under way */
    gboolean reports_watched;
    gboolean ended;
};

/* app.c */
void pb_app_check_outbox(PbApp *app); /* soon: compare the data version, tell views */
void pb_app_end(PbApp *app);
void pb_app_watch_folder(PbApp *app, const char *path, GCallback callback);
/* app-reports.c: from now on, if the practice server runs */
void pb_app_watch_reports(PbApp *app);
/* app-frame.c */
void pb_app_draw(PbApp *app);
/* app-keys.c */
void pb_app_key(const PbKey *key, gpointer app);
/* The tables in force now: the view's, then "everywhere" (not while text is typed). Up to 8. */
void pb_app_tables(PbApp *app, const PbBindingTable *tables_out[9]);
/* Runs a row of pb_app_tables(). */
void pb_app_run_binding(PbApp *app, const PbBindingTable *table, const PbBinding *row);
/* app-acts.c */
gboolean pb_app_act(PbApp *app, int id);
void pb_app_maybe_quit(PbApp *app);
/* app-views.c */
PbView *pb_app_top_view(PbApp *app);
void pb_app_for_views(PbApp *app, void (*func)(PbView *view, gconstpointer data),
                      gconstpointer data);
/* Brings the newest text of the background back; FALSE: there is none. */
gboolean pb_app_recall_background(PbApp *app);
void pb_app_free_dead(PbApp *app);
void pb_app_free_views(PbApp *app);
PbView *pb_app_tab_view(PbApp *app, PbTab tab);
gboolean pb_app_may_close_all(PbApp *app);
/* app-undo.c */
void pb_app_undo(PbApp *app);
void pb_app_free_undo(PbApp *app);
/* app-work.c */
void pb_app_run_shell(PbApp *app);
/* app-counts.c: figures of the title and status rows, kept between changes. */
void pb_app_recount(PbApp *app);
/* app-palette.c */
void pb_app_open_palette(PbApp *app);
