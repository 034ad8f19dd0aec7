#include "ui/cli/submit.h"

#include "accounts/pb-error.h"
#include "transport/dispatch/dispatcher.h"
#include "ui/cli/account.h"
#include "ui/practice.h"

#include <glib/gi18n-lib.h>

/* How often it is looked whether the end is reached; other processes send no events. */
#define LOOK_EVERY_MS 100
/* Looks without a working lane after which nothing is going to start. */
#define QUIET_LOOKS 4
/* A message whose text is out gets this long for its last word when the time is over. */
#define LAST_WORD_MS 5000

typedef struct {
    const PbSubmitOptions *options;
    PbOutbox *outbox;
    PbDispatcher *dispatcher;
    GMainLoop *loop;
    PbSubmitResult result;
    gint64 started, news; /* monotonic µs */
    guint quiet;
} Run;

/* --- accounts --------------------------------------------------------------------------------- */

gboolean pb_submit_keep_accounts(PbAccountList *accounts, const char *const *names,
                                 GError **error) {
    g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; names[i] != NULL; i++) {
        if (pb_account_list_find(accounts, names[i]) == NULL) {
            pb_account_set_unknown(accounts, names[i], error);
            return FALSE;
        }
    }
    for (guint i = 0; i < pb_account_list_count(accounts); i++) {
        const char *name = pb_account_list_at(accounts, i)->name;

        if (!g_strv_contains(names, name))
            g_ptr_array_add(others, g_strdup(name));
    }
    for (guint i = 0; i < others->len; i++) {
        if (!pb_account_list_remove(accounts, g_ptr_array_index(others, i), error))
            return FALSE;
    }
    return TRUE;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void count(Run *run, const PbEvent *event) {
    if (event->kind == PB_EVENT_TROUBLE)
        run->result.trouble = TRUE;
    if (event->kind != PB_EVENT_RESULT)
        return;
    switch (event->recipient_state) {
    case PB_RCPT_ACCEPTED:
        run->result.accepted++;
        break;
    case PB_RCPT_DEFERRED:
        run->result.deferred++;
        break;
    case PB_RCPT_REFUSED:
        run->result.refused++;
        break;
    case PB_RCPT_UNSURE:
        run->result.unsure++;
        break;
    default:
        break;
    }
}

/* Waiting entries end the wait only when no lane is left that could take them. */
static gboolean entry_is_done(Run *run, gboolean quiet) {
    g_autoptr(PbEntry) entry = pb_outbox_get(run->outbox, run->options->entry, NULL);

    if (entry == NULL)
        return TRUE;
    if (entry->state == PB_ENTRY_SENDING)
        return FALSE;
    return entry->state != PB_ENTRY_QUEUED || quiet;
}

static gboolean is_over(gint64 since, guint seconds) {
    return seconds > 0 && g_get_monotonic_time() - since > seconds * G_TIME_SPAN_SECOND;
}

static gboolean look(gpointer user_data) {
    Run *run = user_data;
    gboolean quiet;

    run->quiet = pb_dispatcher_is_busy(run->dispatcher) ? 0 : run->quiet + 1;
    quiet = run->quiet >= QUIET_LOOKS;
    if (is_over(run->news, run->options->patience) || is_over(run->started, run->options->limit)) {
        run->result.timed_out = TRUE;
        g_main_loop_quit(run->loop);
    } else if (run->options->entry != NULL ? entry_is_done(run, quiet) : quiet) {
        g_main_loop_quit(run->loop);
    }
    return G_SOURCE_CONTINUE;
}

static void on_event(PbEvent *event, gpointer user_data) {
    Run *run = user_data;

    run->news = g_get_monotonic_time();
    count(run, event);
    if (run->options->tell != NULL)
        run->options->tell(event, run->options->user_data);
    if (event->kind == PB_EVENT_ALL_IDLE && !pb_dispatcher_is_busy(run->dispatcher))
        run->quiet = QUIET_LOOKS;
    if (event->kind == PB_EVENT_ENTRY_DONE || event->kind == PB_EVENT_ALL_IDLE)
        look(run);
    pb_event_free(event);
}

gboolean pb_submit_run(PbOutbox *outbox, PbAccountList *accounts, const PbSubmitOptions *options,
                       PbSubmitResult *result_out, GError **error) {
    g_autoptr(GError) fault = NULL;
    g_autoptr(PbSandbox) sandbox = pb_practice_start(accounts, &fault);
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    Run run = {.options = options, .outbox = outbox, .loop = loop};
    guint timer;

    if (fault != NULL) {
        g_propagate_error(error, g_steal_pointer(&fault));
        return FALSE;
    }
    run.started = run.news = g_get_monotonic_time();
    run.dispatcher = pb_dispatcher_new(pb_outbox_folder(outbox), accounts, on_event, &run);
    if (options->everything)
        pb_dispatcher_flush(run.dispatcher, NULL);
    pb_dispatcher_wake(run.dispatcher);
    timer = g_timeout_add(LOOK_EVERY_MS, look, &run);
    g_main_loop_run(loop);
    g_source_remove(timer);
    pb_dispatcher_shutdown(run.dispatcher, LAST_WORD_MS);
    /* What the last word said is still on its way here. */
    while (g_main_context_iteration(NULL, FALSE))
        continue;
    pb_dispatcher_free(run.dispatcher);
    if (sandbox != NULL)
        pb_practice_pick_up(outbox);
    *result_out = run.result;
    return TRUE;
}
