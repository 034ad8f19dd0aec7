#include "transport/outbox/retry.h"

#define JITTER_PERCENT 20

/* A small integer hash; GRand would need a state of 2.5 kB for one number. */
static guint32 scatter(guint32 value) {
    value ^= value >> 16;
    value *= 0x7feb352du;
    value ^= value >> 15;
    value *= 0x846ca68bu;
    value ^= value >> 16;
    return value;
}

gint64 pb_retry_next(guint attempts, gint64 now, guint32 seed) {
    gint64 seconds = PB_RETRY_MAX_SECONDS;
    const guint doublings = attempts > 0 ? attempts - 1 : 0;
    if (doublings < 16)
        seconds = MIN((gint64) PB_RETRY_FIRST_SECONDS << doublings, PB_RETRY_MAX_SECONDS);
    const gint64 wait = seconds * G_USEC_PER_SEC;
    const gint64 span = wait * JITTER_PERCENT / 100;
    const gint64 jitter = (gint64) (scatter(seed + attempts) % 2001) - 1000;
    return now + wait + span * jitter / 1000;
}

gboolean pb_retry_expired(gint64 created, gint64 now) {
    return now - created >= (gint64) PB_QUEUE_LIFETIME_SECONDS * G_USEC_PER_SEC;
}
