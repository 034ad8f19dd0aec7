/* What is being sent, account by account: the model behind the status row and the progress in
 * lists. Fed with lane events; knows nothing of curses.
 */
#pragma once

#include "transport/dispatch/event.h"

typedef struct PbStatus PbStatus;

PbStatus *pb_status_new(void);
void pb_status_free(PbStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbStatus, pb_status_free)
void pb_status_event(PbStatus *status, const PbEvent *event);

/* Accounts at work, in the order they began. */
guint pb_status_busy_count(PbStatus *status);

typedef struct {
    const char *account; /* owned by the status */
    guint position, of;  /* "1 of 2"; of 0: a single message */
    guint64 sent, total; /* bytes of the messages of this run; total 0: connecting */
    gint64 seconds_left; /* -1: not known */
    gint64 silent;       /* seconds without a byte moved */
} PbLaneProgress;
void pb_status_lane(PbStatus *status, guint index, gint64 now, PbLaneProgress *progress_out);

/* Percent of an entry that is being sent here; -1: it is not. */
int pb_status_percent(PbStatus *status, const char *entry);
/* Bytes of an entry in hand; FALSE: it is not. */
gboolean pb_status_bytes(PbStatus *status, const char *entry, guint64 *sent_out,
                         guint64 *total_out);
/* "7 s", "30 s", "2 min": in steps, since more would be a guess. g_free(). */
char *pb_status_time_left(gint64 seconds);
