/* A lane: the worker thread of one account, from the first due entry to the
 * last.
 *
 * It opens its own handle on the outbox, fetches the password, opens a session
 * and hands over what is due, several messages over one connection. Everything
 * is written to the outbox before it is told. A lane ends when nothing is due;
 * trouble with the server or the account is left in the outbox (back-off,
 * pause), so that whoever looks next knows it.
 */
#pragma once

#include "accounts/account.h"
#include "transport/dispatch/event.h"

#include <gio/gio.h>

typedef struct PbLane PbLane;

/* Both are called on the lane's thread. `ended` is the last thing it does; `failed`: the outbox
 * could not be used, so starting again at once makes no sense. */
typedef struct {
    void (*post)(PbEvent *event, gpointer user_data); /* takes ownership */
    void (*ended)(PbLane *lane, gboolean failed, gpointer user_data);
} PbLaneCalls;

/* Starts the thread. `account` is copied. `user_data` must live until pb_lane_free(). */
PbLane *pb_lane_start(const char *outbox_folder, const PbAccount *account, const PbLaneCalls *calls,
                      gpointer user_data);
const char *pb_lane_account(PbLane *lane);
/* Stops the transfer of one entry, which is held then; the others of this lane go on. FALSE if the
 * lane does not have it or it is past its end of data. */
gboolean pb_lane_stop_entry(PbLane *lane, const char *entry);
/* Takes no further entry; what is being sent is finished. */
void pb_lane_drain(PbLane *lane);
/* Drains and waits for the end: until `deadline` (monotonic µs) for a message whose end of data was
 * sent, not at all for others. */
void pb_lane_finish(PbLane *lane, gint64 deadline);
/* Joins the thread, which must be ending. NULL is fine. */
void pb_lane_free(PbLane *lane);
