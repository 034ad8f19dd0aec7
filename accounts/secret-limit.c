#include "accounts/pb-error.h"
#include "accounts/secret-private.h"

#include <glib/gi18n-lib.h>

struct PbSecretLimit {
    GCancellable *cancellable;
    GCancellable *caller;
    gulong handler;
    guint seconds;
    GThread *clock;
    GMutex mutex; /* guards over and expired */
    GCond changed;
    gboolean over;
    gboolean expired;
};

/* A thread and not a GSource: the calls to be limited block without a main loop. */
static gpointer run_clock(gpointer data) {
    PbSecretLimit *limit = data;
    gint64 end = g_get_monotonic_time() + limit->seconds * (gint64) G_USEC_PER_SEC;
    gboolean in_time = TRUE;
    g_mutex_lock(&limit->mutex);
    while (!limit->over && in_time)
        in_time = g_cond_wait_until(&limit->changed, &limit->mutex, end);
    limit->expired = !limit->over;
    g_mutex_unlock(&limit->mutex);
    if (limit->expired)
        g_cancellable_cancel(limit->cancellable);
    return NULL;
}

static void on_caller_cancelled(GCancellable *caller, gpointer cancellable) {
    (void) caller;
    g_cancellable_cancel(cancellable);
}

PbSecretLimit *pb_secret_limit_new(GCancellable *caller, guint seconds) {
    PbSecretLimit *limit = g_new0(PbSecretLimit, 1);
    limit->cancellable = g_cancellable_new();
    limit->seconds = seconds;
    g_mutex_init(&limit->mutex);
    g_cond_init(&limit->changed);
    if (caller != NULL) {
        limit->caller = g_object_ref(caller);
        limit->handler = g_cancellable_connect(caller, G_CALLBACK(on_caller_cancelled),
                                               g_object_ref(limit->cancellable), g_object_unref);
    }
    limit->clock = g_thread_new("secret-limit", run_clock, limit);
    return limit;
}

GCancellable *pb_secret_limit_cancellable(PbSecretLimit *limit) {
    return limit->cancellable;
}

gboolean pb_secret_limit_hit(PbSecretLimit *limit, const char *what, GError **error) {
    if (limit->caller != NULL && g_cancellable_is_cancelled(limit->caller)) {
        g_set_error(error, PB_ERROR, PB_ERROR_CANCELLED, _("cancelled while waiting for %s"), what);
        return TRUE;
    }
    g_mutex_lock(&limit->mutex);
    gboolean expired = limit->expired;
    g_mutex_unlock(&limit->mutex);
    if (expired)
        g_set_error(error, PB_ERROR, PB_ERROR_NOT_NOW,
                    g_dngettext(GETTEXT_PACKAGE, "%s did not answer within %u second",
                                "%s did not answer within %u seconds", limit->seconds),
                    what, limit->seconds);
    return expired;
}

void pb_secret_limit_free(PbSecretLimit *limit) {
    if (limit == NULL)
        return;
    g_mutex_lock(&limit->mutex);
    limit->over = TRUE;
    g_cond_signal(&limit->changed);
    g_mutex_unlock(&limit->mutex);
    g_thread_join(limit->clock);
    if (limit->handler != 0)
        g_cancellable_disconnect(limit->caller, limit->handler);
    g_clear_object(&limit->caller);
    g_object_unref(limit->cancellable);
    g_cond_clear(&limit->changed);
    g_mutex_clear(&limit->mutex);
    g_free(limit);
}
