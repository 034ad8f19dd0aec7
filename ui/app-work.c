#include "accounts/pb-error.h"
#include "ui/app-private.h"
#include "ui/term/screen.h"

#include <glib/gi18n-lib.h>

#include <stdlib.h>
#include <sys/wait.h>

typedef struct {
    PbApp *app;
    char *folder;
    PbWork work;
    PbWorkDone done;
    gpointer data;
    GDestroyNotify destroy;
} Job;

static void job_free(gpointer data) {
    Job *job = data;
    g_free(job->folder);
    g_free(job);
}

static void job_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable) {
    (void) source;
    Job *job = data;
    GError *error = NULL;
    /* A handle of its own: handles belong to one thread at a time. */
    g_autoptr(PbOutbox) outbox = pb_outbox_open(job->folder, &error);
    if (outbox != NULL)
        job->work(outbox, job->data, cancellable, &error);
    if (error != NULL)
        g_task_return_error(task, error);
    else
        g_task_return_boolean(task, TRUE);
}

static void job_done(GObject *source, GAsyncResult *result, gpointer data) {
    (void) source;
    (void) data;
    Job *job = g_task_get_task_data(G_TASK(result));
    PbApp *app = job->app;
    g_autoptr(GError) error = NULL;
    g_task_propagate_boolean(G_TASK(result), &error);
    app->work_pending--;
    if (!app->ended) {
        if (job->done != NULL)
            job->done(app, job->data, error);
        pb_dispatcher_wake(app->dispatcher);
        pb_app_check_outbox(app);
    }
    if (job->destroy != NULL)
        job->destroy(job->data);
    pb_app_free_dead(app);
    pb_app_redraw(app);
}

void pb_app_run_async(PbApp *app, PbWork work, PbWorkDone done, gpointer data,
                      GDestroyNotify destroy) {
    Job *job = g_new0(Job, 1);
    *job = (Job){app, g_strdup(app->folder), work, done, data, destroy};
    g_autoptr(GTask) task = g_task_new(NULL, app->cancellable, job_done, NULL);
    /* What was written counts, also when the screen is leaving meanwhile. */
    g_task_set_check_cancellable(task, FALSE);
    g_task_set_task_data(task, job, job_free);
    app->work_pending++;
    g_task_run_in_thread(task, job_thread);
}

/* --- the terminal for somebody else --------------------------------------------------------- */

typedef struct {
    PbApp *app;
    void (*done)(PbApp *app, int status, gpointer data);
    gpointer data;
} Child;

static void on_child_exit(GPid pid, gint status, gpointer data) {
    g_autofree Child *child = data;
    PbApp *app = child->app;
    g_spawn_close_pid(pid);
    app->away = FALSE;
    pb_screen_take_back();
    if (child->done != NULL)
        child->done(app, WIFEXITED(status) ? WEXITSTATUS(status) : 128, child->data);
    pb_app_free_dead(app);
    pb_app_redraw(app);
}

static void run_child(PbApp *app, char **argv, void (*done)(PbApp *app, int status, gpointer data),
                      gpointer data) {
    GPid pid = 0;
    g_autoptr(GError) error = NULL;
    pb_screen_release();
    app->away = TRUE;
    GSpawnFlags flags =
        G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN;
    if (!g_spawn_async(NULL, argv, NULL, flags, NULL, NULL, &pid, &error)) {
        app->away = FALSE;
        pb_screen_take_back();
        pb_app_error(app, error);
        if (done != NULL)
            done(app, 127, data);
        return;
    }
    Child *child = g_new0(Child, 1);
    *child = (Child){app, done, data};
    g_child_watch_add(pid, on_child_exit, child);
}

static const char *editor_command(void) {
    const char *command = g_getenv("VISUAL");
    if (command == NULL || *command == '\0')
        command = g_getenv("EDITOR");
    return command != NULL && *command != '\0' ? command : "editor";
}

void pb_app_run_editor(PbApp *app, const char *path,
                       void (*done)(PbApp *app, int status, gpointer data), gpointer data) {
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) error = NULL;
    if (!g_shell_parse_argv(editor_command(), NULL, &words, &error)) {
        pb_app_error(app, error);
        done(app, 127, data);
        return;
    }
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    for (guint i = 0; words[i] != NULL; i++)
        g_ptr_array_add(argv, words[i]);
    g_ptr_array_add(argv, (char *) path);
    g_ptr_array_add(argv, NULL);
    run_child(app, (char **) argv->pdata, done, data);
}

void pb_app_run_shell(PbApp *app) {
    const char *shell = g_getenv("SHELL");
    char *argv[] = {(char *) (shell != NULL && *shell != '\0' ? shell : "/bin/sh"), NULL};
    run_child(app, argv, NULL, NULL);
}

void pb_app_run_pipe(PbApp *app, const char *command, const char *path,
                     void (*done)(PbApp *app, int status, gpointer data), gpointer data) {
    /* The outer shell keeps the terminal as its input, for the Enter at the end. */
    static const char *const script = "sh -c \"$1\" <\"$0\"; status=$?; printf '\\n%s ' \"$2\"; "
                                      "read -r answer; exit $status";
    char *argv[] = {(char *) "/bin/sh",
                    (char *) "-c",
                    (char *) script,
                    (char *) path,
                    (char *) command,
                    (char *) _("Enter goes back to postbag."),
                    NULL};
    run_child(app, argv, done, data);
}
