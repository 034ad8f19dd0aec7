#include "ui/status.h"

#include <glib/gi18n-lib.h>

/* The rate is that of the last seconds; less than this and it would be noise. */
#define RATE_WINDOW  (5 * G_USEC_PER_SEC)
#define RATE_MINIMUM (2 * G_USEC_PER_SEC)
#define RATE_BYTES   (1000u * 1000u)
#define SAMPLES      64

typedef struct {
    gint64 at;
    guint64 bytes;
} Sample;

typedef struct {
    char *account;
    GHashTable *entries; /* ids seen in this run */
    char *entry;         /* in hand, or NULL */
    guint finished;
    guint64 finished_bytes;
    guint64 sent, total; /* of the entry in hand */
    gint64 started, moved;
    Sample samples[SAMPLES];
    guint sample_count; /* ever; the ring holds the last ones */
} Lane;

struct PbStatus {
    GPtrArray *lanes; /* of Lane */
};

static void lane_free(gpointer data) {
    Lane *lane = data;
    g_hash_table_unref(lane->entries);
    g_free(lane->account);
    g_free(lane->entry);
    g_free(lane);
}

PbStatus *pb_status_new(void) {
    PbStatus *status = g_new0(PbStatus, 1);
    status->lanes = g_ptr_array_new_with_free_func(lane_free);
    return status;
}

void pb_status_free(PbStatus *status) {
    if (status == NULL)
        return;
    g_ptr_array_unref(status->lanes);
    g_free(status);
}

static Lane *find_lane(PbStatus *status, const char *account) {
    for (guint i = 0; i < status->lanes->len; i++) {
        Lane *lane = status->lanes->pdata[i];
        if (g_strcmp0(lane->account, account) == 0)
            return lane;
    }
    return NULL;
}

static Lane *need_lane(PbStatus *status, const PbEvent *event) {
    Lane *lane = find_lane(status, event->account);
    if (lane != NULL)
        return lane;
    lane = g_new0(Lane, 1);
    lane->account = g_strdup(event->account);
    lane->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    lane->started = lane->moved = event->at;
    g_ptr_array_add(status->lanes, lane);
    return lane;
}

static void add_sample(Lane *lane, gint64 at) {
    lane->samples[lane->sample_count % SAMPLES] = (Sample){at, lane->finished_bytes + lane->sent};
    lane->sample_count++;
}

static void take_entry(Lane *lane, const PbEvent *event) {
    if (g_strcmp0(lane->entry, event->entry) != 0) {
        g_free(lane->entry);
        lane->entry = g_strdup(event->entry);
        g_hash_table_add(lane->entries, g_strdup(event->entry));
    }
    lane->sent = event->sent;
    lane->total = event->total;
    lane->moved = event->at;
    add_sample(lane, event->at);
}

static void finish_entry(Lane *lane, const PbEvent *event) {
    lane->finished++;
    if (g_strcmp0(lane->entry, event->entry) != 0)
        return;
    lane->finished_bytes += lane->total;
    lane->sent = lane->total = 0;
    g_clear_pointer(&lane->entry, g_free);
}

void pb_status_event(PbStatus *status, const PbEvent *event) {
    switch (event->kind) {
    case PB_EVENT_LANE_STARTED:
        need_lane(status, event);
        break;
    case PB_EVENT_SENDING:
    case PB_EVENT_PROGRESS:
        if (event->entry != NULL)
            take_entry(need_lane(status, event), event);
        break;
    case PB_EVENT_ENTRY_DONE:
        if (find_lane(status, event->account) != NULL)
            finish_entry(find_lane(status, event->account), event);
        break;
    case PB_EVENT_LANE_IDLE:
    case PB_EVENT_PAUSED:
    case PB_EVENT_TROUBLE:
        if (find_lane(status, event->account) != NULL)
            g_ptr_array_remove(status->lanes, find_lane(status, event->account));
        break;
    case PB_EVENT_ALL_IDLE:
        g_ptr_array_set_size(status->lanes, 0);
        break;
    default:
        break;
    }
}

guint pb_status_busy_count(PbStatus *status) {
    return status->lanes->len;
}

/* Bytes per second over the window, 0 if there is too little to say. */
static double lane_rate(const Lane *lane, gint64 now) {
    if (lane->sample_count == 0)
        return 0;
    Sample newest = lane->samples[(lane->sample_count - 1) % SAMPLES];
    Sample oldest = newest;
    for (guint i = 1; i < MIN(lane->sample_count, SAMPLES); i++) {
        Sample sample = lane->samples[(lane->sample_count - 1 - i) % SAMPLES];
        if (now - sample.at > RATE_WINDOW)
            break;
        oldest = sample;
    }
    gint64 span = newest.at - oldest.at;
    if (span <= 0)
        return 0;
    return (double) (newest.bytes - oldest.bytes) * G_USEC_PER_SEC / (double) span;
}

void pb_status_lane(PbStatus *status, guint index, gint64 now, PbLaneProgress *progress_out) {
    Lane *lane = g_ptr_array_index(status->lanes, index);
    guint count = g_hash_table_size(lane->entries);
    *progress_out = (PbLaneProgress){
        .account = lane->account,
        .position = MIN(lane->finished + 1, MAX(count, 1)),
        .of = count > 1 ? count : 0,
        .sent = lane->sent,
        .total = lane->total,
        .seconds_left = -1,
        .silent = MAX(now - lane->moved, 0) / G_USEC_PER_SEC,
    };
    double rate = lane_rate(lane, now);
    if (rate > 0 && now - lane->started >= RATE_MINIMUM && lane->total >= RATE_BYTES)
        progress_out->seconds_left = (gint64) ((double) (lane->total - lane->sent) / rate) + 1;
}

static Lane *lane_of_entry(PbStatus *status, const char *entry) {
    for (guint i = 0; i < status->lanes->len; i++) {
        Lane *lane = status->lanes->pdata[i];
        if (lane->entry != NULL && g_strcmp0(lane->entry, entry) == 0)
            return lane;
    }
    return NULL;
}

gboolean pb_status_bytes(PbStatus *status, const char *entry, guint64 *sent_out,
                         guint64 *total_out) {
    Lane *lane = lane_of_entry(status, entry);
    if (lane == NULL)
        return FALSE;
    *sent_out = lane->sent;
    *total_out = lane->total;
    return TRUE;
}

int pb_status_percent(PbStatus *status, const char *entry) {
    guint64 sent = 0;
    guint64 total = 0;
    if (!pb_status_bytes(status, entry, &sent, &total))
        return -1;
    return total > 0 ? (int) (MIN(sent, total) * 100 / total) : 0;
}

char *pb_status_time_left(gint64 seconds) {
    if (seconds <= 10)
        return g_strdup_printf(_("%d s"), (int) seconds);
    if (seconds < 60)
        return g_strdup_printf(_("%d s"), (int) ((seconds + 9) / 10 * 10));
    return g_strdup_printf(_("%d min"), (int) ((seconds + 59) / 60));
}
