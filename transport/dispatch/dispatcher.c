#include "transport/dispatch/dispatcher.h"

#include "accounts/pb-log.h"
#include "transport/dispatch/lane.h"
#include "transport/outbox/outbox.h"

#include <string.h>

/* Other processes put messages in without telling; and a clock may jump. */
#define LOOK_AT_LEAST_EVERY_MS 60000
/* After the outbox itself failed. */
#define REST_AFTER_FAILURE ((gint64) 60 * G_USEC_PER_SEC)

/* What lanes hold on to. Its `dispatcher` is used on the context's thread only and is NULL once the
 * dispatcher is gone, so that events still under way are dropped. */
typedef struct {
    gatomicrefcount references;
    GMainContext *context;
    PbDispatcher *dispatcher;
} Link;

struct PbDispatcher {
    Link *link;
    char *folder;
    PbOutbox *outbox; /* for looking only; NULL until it could be opened */
    PbAccountList *accounts;
    PbEventSink sink;
    gpointer user_data;
    GHashTable *lanes;   /* account -> PbLane */
    GHashTable *resting; /* account -> gint64, monotonic: not before */
    GNetworkMonitor *monitor;
    gulong monitor_handler;
    GSource *timer;
    gboolean was_online; /* as last seen; the monitor tells every change of a route */
    gboolean offline_on_purpose;
    gboolean shut_down;
};

static void look(PbDispatcher *dispatcher, gboolean also_offline, const char *only);

/* --- from lanes to the context ---------------------------------------------------------------- */

static Link *link_ref(Link *link) {
    g_atomic_ref_count_inc(&link->references);
    return link;
}

static void link_unref(Link *link) {
    if (!g_atomic_ref_count_dec(&link->references))
        return;
    g_main_context_unref(link->context);
    g_free(link);
}

typedef struct {
    Link *link;
    PbEvent *event; /* or: */
    char *account;  /* whose lane ended */
    PbLane *ended;  /* may be gone by then: only compared */
    gboolean failed;
} Message;

static void message_free(gpointer data) {
    Message *message = data;
    pb_event_free(message->event);
    g_free(message->account);
    link_unref(message->link);
    g_free(message);
}

static void give(PbDispatcher *dispatcher, PbEvent *event) {
    if (dispatcher->sink != NULL)
        dispatcher->sink(event, dispatcher->user_data);
    else
        pb_event_free(event);
}

static void forget_lane(PbDispatcher *dispatcher, PbLane *lane, gboolean failed) {
    if (failed)
        g_hash_table_insert(
            dispatcher->resting, g_strdup(pb_lane_account(lane)),
            g_memdup2(&(gint64){g_get_monotonic_time() + REST_AFTER_FAILURE}, sizeof(gint64)));
    g_hash_table_remove(dispatcher->lanes, pb_lane_account(lane));
    if (dispatcher->shut_down)
        return;
    look(dispatcher, FALSE, NULL);
    if (g_hash_table_size(dispatcher->lanes) == 0)
        give(dispatcher, pb_event_new(PB_EVENT_ALL_IDLE, NULL));
}

static gboolean deliver(gpointer data) {
    Message *message = data;
    PbDispatcher *dispatcher = message->link->dispatcher;
    if (dispatcher == NULL)
        return G_SOURCE_REMOVE;
    if (message->event != NULL)
        give(dispatcher, g_steal_pointer(&message->event));
    else if (g_hash_table_lookup(dispatcher->lanes, message->account) == message->ended)
        forget_lane(dispatcher, message->ended, message->failed);
    return G_SOURCE_REMOVE;
}

/* Not g_main_context_invoke(): when nobody runs the loop at that moment, it would call the sink on
 * the lane's thread. */
static void send(Link *link, Message message) {
    Message *copy = g_memdup2(&message, sizeof message);
    copy->link = link_ref(link);
    g_autoptr(GSource) source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, deliver, copy, message_free);
    g_source_attach(source, link->context);
}

static void lane_posts(PbEvent *event, gpointer user_data) {
    send(user_data, (Message){.event = event});
}

static void lane_ends(PbLane *lane, gboolean failed, gpointer user_data) {
    send(user_data,
         (Message){.account = g_strdup(pb_lane_account(lane)), .ended = lane, .failed = failed});
}

/* --- what may start --------------------------------------------------------------------------- */

static gboolean is_loopback(const char *host) {
    if (host == NULL)
        return FALSE;
    if (g_ascii_strcasecmp(host, "localhost") == 0)
        return TRUE;
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
    return address != NULL && g_inet_address_get_is_loopback(address);
}

static gboolean is_resting(PbDispatcher *dispatcher, const char *account) {
    const gint64 *until = g_hash_table_lookup(dispatcher->resting, account);
    return until != NULL && *until > g_get_monotonic_time();
}

static gboolean may_start(PbDispatcher *dispatcher, const PbAccount *account,
                          gboolean also_offline) {
    if (account->host == NULL || account->port == 0 || is_resting(dispatcher, account->name) ||
        g_hash_table_contains(dispatcher->lanes, account->name))
        return FALSE;
    if (also_offline)
        return TRUE;
    if (dispatcher->offline_on_purpose)
        return FALSE;
    return is_loopback(account->host) || pb_dispatcher_is_online(dispatcher);
}

static gboolean outbox_ready(PbDispatcher *dispatcher) {
    if (dispatcher->outbox != NULL)
        return TRUE;
    g_autoptr(GError) error = NULL;
    dispatcher->outbox = pb_outbox_open(dispatcher->folder, &error);
    if (dispatcher->outbox != NULL)
        return TRUE;
    PbEvent *event = pb_event_new(PB_EVENT_TROUBLE, NULL);
    event->text = g_strdup(error->message);
    event->when = g_get_real_time() + (gint64) LOOK_AT_LEAST_EVERY_MS * 1000;
    give(dispatcher, event);
    return FALSE;
}

static void start_lane(PbDispatcher *dispatcher, const PbAccount *account) {
    static const PbLaneCalls calls = {.post = lane_posts, .ended = lane_ends};
    pb_log_topic("dispatch", "starting the lane of %s", account->name);
    PbLane *lane = pb_lane_start(dispatcher->folder, account, &calls, dispatcher->link);
    g_hash_table_insert(dispatcher->lanes, g_strdup(account->name), lane);
}

static void start_due(PbDispatcher *dispatcher, gboolean also_offline, const char *only) {
    g_auto(GStrv) due = pb_outbox_due_accounts(dispatcher->outbox, g_get_real_time());
    for (char **name = due; *name != NULL; name++) {
        const PbAccount *account = pb_account_list_find(dispatcher->accounts, *name);
        if (account != NULL && (only == NULL || g_str_equal(only, *name)) &&
            may_start(dispatcher, account, also_offline))
            start_lane(dispatcher, account);
    }
}

/* --- waiting ---------------------------------------------------------------------------------- */

static gboolean timer_fires(gpointer data) {
    PbDispatcher *dispatcher = data;
    g_clear_pointer(&dispatcher->timer, g_source_unref);
    look(dispatcher, FALSE, NULL);
    return G_SOURCE_REMOVE;
}

static void stop_timer(PbDispatcher *dispatcher) {
    if (dispatcher->timer == NULL)
        return;
    g_source_destroy(dispatcher->timer);
    g_clear_pointer(&dispatcher->timer, g_source_unref);
}

/* What is due already and did not start waits for an event (network, end of a lane), not for time.
 */
static guint next_look_ms(PbDispatcher *dispatcher) {
    gint64 wait = LOOK_AT_LEAST_EVERY_MS;
    const gint64 now = g_get_real_time();
    const guint count =
        dispatcher->outbox != NULL ? pb_account_list_count(dispatcher->accounts) : 0;
    for (guint i = 0; i < count; i++) {
        const PbAccount *account = pb_account_list_at(dispatcher->accounts, i);
        const gint64 due = pb_outbox_next_due(dispatcher->outbox, account->name);
        if (due > now)
            wait = MIN(wait, (due - now) / 1000 + 1);
    }
    return (guint) wait;
}

static void arm_timer(PbDispatcher *dispatcher) {
    stop_timer(dispatcher);
    dispatcher->timer = g_timeout_source_new(next_look_ms(dispatcher));
    g_source_set_callback(dispatcher->timer, timer_fires, dispatcher, NULL);
    g_source_attach(dispatcher->timer, dispatcher->link->context);
}

static void look(PbDispatcher *dispatcher, gboolean also_offline, const char *only) {
    if (dispatcher->shut_down || dispatcher->accounts == NULL)
        return;
    if (outbox_ready(dispatcher))
        start_due(dispatcher, also_offline, only);
    arm_timer(dispatcher);
}

/* Back online: nothing waits for its next try any longer. */
static void look_at_network(PbDispatcher *dispatcher) {
    const gboolean online = pb_dispatcher_is_online(dispatcher);
    const gboolean is_back = online && !dispatcher->was_online;
    dispatcher->was_online = online;
    if (!is_back || dispatcher->shut_down)
        return;
    if (outbox_ready(dispatcher))
        pb_outbox_make_due(dispatcher->outbox, NULL, NULL);
    look(dispatcher, FALSE, NULL);
}

static void network_changed(GNetworkMonitor *monitor, gboolean available, gpointer data) {
    (void) monitor;
    (void) available;
    look_at_network(data);
}

/* --- the interface ---------------------------------------------------------------------------- */

PbDispatcher *pb_dispatcher_new(const char *outbox_folder, PbAccountList *accounts,
                                PbEventSink sink, gpointer user_data) {
    PbDispatcher *dispatcher = g_new0(PbDispatcher, 1);
    dispatcher->link = g_new0(Link, 1);
    g_atomic_ref_count_init(&dispatcher->link->references);
    dispatcher->link->context = g_main_context_ref_thread_default();
    dispatcher->link->dispatcher = dispatcher;
    dispatcher->folder = g_strdup(outbox_folder);
    dispatcher->accounts = accounts;
    dispatcher->sink = sink;
    dispatcher->user_data = user_data;
    dispatcher->lanes =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) pb_lane_free);
    dispatcher->resting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    dispatcher->monitor = g_object_ref(g_network_monitor_get_default());
    dispatcher->monitor_handler = g_signal_connect(dispatcher->monitor, "network-changed",
                                                   G_CALLBACK(network_changed), dispatcher);
    dispatcher->was_online = pb_dispatcher_is_online(dispatcher);
    return dispatcher;
}

void pb_dispatcher_set_accounts(PbDispatcher *dispatcher, PbAccountList *accounts) {
    dispatcher->accounts = accounts;
    look(dispatcher, FALSE, NULL);
}

void pb_dispatcher_wake(PbDispatcher *dispatcher) {
    look(dispatcher, FALSE, NULL);
}

guint pb_dispatcher_flush(PbDispatcher *dispatcher, const char *account) {
    if (dispatcher->shut_down || !outbox_ready(dispatcher))
        return 0;
    g_hash_table_remove_all(dispatcher->resting);
    const int due = pb_outbox_make_due(dispatcher->outbox, account, NULL);
    look(dispatcher, TRUE, account);
    return due > 0 ? (guint) due : 0;
}

gboolean pb_dispatcher_stop_entry(PbDispatcher *dispatcher, const char *entry) {
    GHashTableIter iterator;
    gpointer lane;
    g_hash_table_iter_init(&iterator, dispatcher->lanes);
    while (g_hash_table_iter_next(&iterator, NULL, &lane)) {
        if (pb_lane_stop_entry(lane, entry))
            return TRUE;
    }
    return FALSE;
}

gboolean pb_dispatcher_is_busy(PbDispatcher *dispatcher) {
    return g_hash_table_size(dispatcher->lanes) > 0;
}

static void each_lane(PbDispatcher *dispatcher, void (*act)(PbLane *lane)) {
    GHashTableIter iterator;
    gpointer lane;
    g_hash_table_iter_init(&iterator, dispatcher->lanes);
    while (g_hash_table_iter_next(&iterator, NULL, &lane))
        act(lane);
}

void pb_dispatcher_set_offline(PbDispatcher *dispatcher, gboolean offline) {
    if (dispatcher->offline_on_purpose == offline)
        return;
    dispatcher->offline_on_purpose = offline;
    if (offline)
        each_lane(dispatcher, pb_lane_drain);
    look_at_network(dispatcher);
    look(dispatcher, FALSE, NULL);
}

gboolean pb_dispatcher_is_online(PbDispatcher *dispatcher) {
    return !dispatcher->offline_on_purpose &&
           g_network_monitor_get_network_available(dispatcher->monitor);
}

void pb_dispatcher_shutdown(PbDispatcher *dispatcher, guint patience_ms) {
    if (dispatcher->shut_down)
        return;
    dispatcher->shut_down = TRUE;
    stop_timer(dispatcher);
    const gint64 deadline = g_get_monotonic_time() + (gint64) patience_ms * 1000;
    each_lane(dispatcher, pb_lane_drain);
    GHashTableIter iterator;
    gpointer lane;
    g_hash_table_iter_init(&iterator, dispatcher->lanes);
    while (g_hash_table_iter_next(&iterator, NULL, &lane))
        pb_lane_finish(lane, deadline);
    g_hash_table_remove_all(dispatcher->lanes);
}

void pb_dispatcher_free(PbDispatcher *dispatcher) {
    if (dispatcher == NULL)
        return;
    pb_dispatcher_shutdown(dispatcher, 0);
    g_signal_handler_disconnect(dispatcher->monitor, dispatcher->monitor_handler);
    g_object_unref(dispatcher->monitor);
    dispatcher->link->dispatcher = NULL;
    link_unref(dispatcher->link);
    g_hash_table_unref(dispatcher->lanes);
    g_hash_table_unref(dispatcher->resting);
    pb_outbox_free(dispatcher->outbox);
    g_free(dispatcher->folder);
    g_free(dispatcher);
}
