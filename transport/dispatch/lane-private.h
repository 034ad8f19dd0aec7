/* What the two halves of a lane share: lane.c (thread, connection, control from
 * outside) and lane-flow.c (the messages of one connection). */
#pragma once

#include "transport/dispatch/lane.h"
#include "transport/outbox/outbox.h"
#include "transport/smtp/session.h"

/* One entry in this lane's hands. */
typedef struct {
    PbEntry *entry;
    gint64 started;
    gsize transcript_from; /* where its part of the transcript begins */
    guint round_trips_before;
    GPtrArray *results; /* of Result: recorded when all are there */
    gboolean past_data; /* guarded by the lane's mutex, as is stop */
    gboolean stop;
} PbJob;

struct PbLane {
    char *folder;
    PbAccount *account;
    PbLaneCalls calls;
    gpointer user_data;
    GThread *thread;

    GMutex mutex; /* guards what follows up to the blank line */
    GCond changed;
    GCancellable *cancellable; /* of the connection in hand */
    GPtrArray *jobs;           /* of PbJob */
    gboolean draining, ended;

    /* The thread's own. */
    PbOutbox *outbox;
    PbSmtpSession *session;
    char *connected;       /* "smtp.example.org:465, TLS 1.3, signed in as anna" */
    gsize transcript_head; /* length of the part that all messages share: up to the sign-in */
    guint touched;         /* entries of this connection that got an answer of their own */
    GError *outbox_error;  /* the outbox failed: end */
};

extern const PbSmtpFlow pb_lane_flow;

void pb_job_free(PbJob *job);
PbEvent *pb_lane_event(PbLane *lane, PbEventKind kind, const PbJob *job);
void pb_lane_post(PbLane *lane, PbEvent *event);
gboolean pb_lane_is_draining(PbLane *lane);
