/* The interface: one UI thread with curses, all views, and the main loop.
 *
 * Keys, timers, lane events and file changes come in as GSources; after each
 * batch there is at most one redraw. Views ask for services here.
 */
#pragma once

#include "accounts/account-list.h"
#include "compose/message.h"
#include "transport/dispatch/dispatcher.h"
#include "transport/outbox/outbox.h"
#include "ui/view/view.h"
#include "ui/widget/sheet.h"

typedef struct {
    gboolean ascii;     /* --ascii */
    gboolean practice;  /* open straight into the sandbox */
    PbMessage *message; /* open the composer with this (mailto:, `postbag compose`); taken over */
    gboolean review;    /* … on its review screen */
    const char *notice; /* shown at the start, or NULL */
} PbAppOptions;

/* Runs until the person quits. Returns an exit code. Errors: PB_ERROR_UNAVAILABLE (no usable
 * terminal), and those of loading accounts and opening the outbox. */
int pb_app_run(const PbAppOptions *options, GError **error);

/* --- for views ---------------------------------------------------------------------------------
 */

PbOutbox *pb_app_outbox(PbApp *app); /* the UI thread's handle: reads only */
PbAccountList *pb_app_accounts(PbApp *app);
PbDispatcher *pb_app_dispatcher(PbApp *app);
/* Loads the configuration again after it was changed, tells dispatcher and views. */
gboolean pb_app_reload_accounts(PbApp *app, GError **error);
/* Starts the practice server and makes its account if needed. */
gboolean pb_app_start_sandbox(PbApp *app, GError **error);
gboolean pb_app_in_sandbox(PbApp *app); /* only the sandbox account exists */

/* A notice in the notice row, at least 5 s. */
void pb_app_notice(PbApp *app, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pb_app_error(PbApp *app, const GError *error); /* the same, role bad, also in the log */
void pb_app_redraw(PbApp *app);                     /* queue one redraw */
/* To be called while drawing something that counts down: the screen is drawn again in a second. */
void pb_app_want_tick(PbApp *app);
struct PbStatus *pb_app_status(PbApp *app); /* progress of what is being sent: ui/status.h */
void pb_app_changed(PbApp *app); /* tell all views that outbox, drafts or accounts changed */

typedef enum {
    PB_TAB_OUTBOX = 1,
    PB_TAB_DRAFTS,
    PB_TAB_SENT,
    PB_TAB_PROBLEMS,
    PB_TAB_ACCOUNTS
} PbTab;
/* Shows a tab; `select` (entry or draft id) puts the cursor there; NULL leaves it. */
void pb_app_show_tab(PbApp *app, PbTab tab, const char *select);
/* A view on top of the present one; the application owns it. */
void pb_app_push(PbApp *app, PbView *view);
/* Leaves the top view (frees it after the current key). */
void pb_app_pop(PbApp *app);
/* Takes a view out wherever it is in the stack; freed after the current key. */
void pb_app_leave(PbApp *app, PbView *view);
void pb_app_open_sheet(PbApp *app, PbSheet *sheet); /* owned by the application */
void pb_app_close_sheet(PbApp *app);                /* freed after the current key */
PbSheet *pb_app_sheet(PbApp *app);                  /* the open one, or NULL */
PbArea pb_app_area(PbApp *app);                     /* the whole screen */
/* Opens the composer on a message (taken over), or on a stored draft. */
void pb_app_compose(PbApp *app, PbMessage *message, gboolean review);
void pb_app_open_draft(PbApp *app, const char *draft_id);

/* One level of undo. `label` as in "u Undo"; `undo` returns FALSE with an own notice when it is too
 * late. */
void pb_app_push_undo(PbApp *app, gboolean (*undo)(PbApp *app, gpointer data), gpointer data,
                      GDestroyNotify destroy);

/* Work off the UI thread: `work` on a thread, then `done` here with its error or NULL. `outbox` is
 * a handle of the worker's own, for writing. */
typedef gboolean (*PbWork)(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                           GError **error);
typedef void (*PbWorkDone)(PbApp *app, gpointer data, const GError *error);
void pb_app_run_async(PbApp *app, PbWork work, PbWorkDone done, gpointer data,
                      GDestroyNotify destroy);

/* Gives the terminal to $VISUAL/$EDITOR on `path`; lanes go on. `done` gets its exit status. */
void pb_app_run_editor(PbApp *app, const char *path,
                       void (*done)(PbApp *app, int status, gpointer data), gpointer data);
/* The same for a shell command with `path` as its input; waits for Enter when it has ended. */
void pb_app_run_pipe(PbApp *app, const char *command, const char *path,
                     void (*done)(PbApp *app, int status, gpointer data), gpointer data);
void pb_app_quit(PbApp *app); /* asks first when something is under way */
