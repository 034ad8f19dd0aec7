/* Times as people write them, for "when should it leave?" Pure.
 *
 * "18:00", "9", "in 2h", "tonight 18:00", "tomorrow 8", "fri 9", "24 Nov 8:30",
 * "2026-11-24T08:00", "2026-11-24T08:00+01:00", "now". Names of days and months
 * in English and in the language of the screen. Without a time of day it is
 * 08:00. A bare time that has passed today is tomorrow's; a date that has
 * passed is in the past, and the caller says so.
 */
#pragma once

#include <glib.h>

/* Both in µs since the epoch; the time zone is the local one. Errors: PB_ERROR_DATA. */
gboolean pb_when_parse(const char *text, gint64 now, gint64 *when_out, GError **error);
/* "Tuesday 24 November 2026, 08:00, in 17 h 28 min". g_free(). */
char *pb_when_describe(gint64 when, gint64 now);
/* "3 h 29 min", "12 min", "8 s": a span of time. g_free(). */
char *pb_when_span(gint64 span);
