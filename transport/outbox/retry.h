/* When a deferred recipient is tried next: exponential with jitter, pure. */
#pragma once

#include <glib.h>

#define PB_RETRY_FIRST_SECONDS    60
#define PB_RETRY_MAX_SECONDS      3600
#define PB_QUEUE_LIFETIME_SECONDS (5 * 24 * 3600)
#define PB_LATE_AFTER_SECONDS     (4 * 3600)

/* The moment (µs) of try number `attempts` + 1, seen from `now`. `seed` gives the jitter (±20 %),
 * the same for the same seed. */
gint64 pb_retry_next(guint attempts, gint64 now, guint32 seed);
/* TRUE if an entry written at `created` is given up at `now`. */
gboolean pb_retry_expired(gint64 created, gint64 now);
