/* How often a connection went back and forth: each first hearing after we spoke
 * is one. Whether the answer was already there when we looked does not matter,
 * so the count is the same on loopback as over a satellite.
 */
#pragma once

#include <glib.h>

typedef struct {
    gboolean spoke; /* something left since we last heard anything */
    guint count;
} PbRoundTrips;

static inline void pb_round_trips_spoke(PbRoundTrips *trips) {
    trips->spoke = TRUE;
}

static inline void pb_round_trips_heard(PbRoundTrips *trips) {
    trips->count += trips->spoke ? 1 : 0;
    trips->spoke = FALSE;
}
