/* Text from outside made fit for a terminal, and its width in columns.
 *
 * All functions take and return UTF-8 unless they say "bytes". Widths are
 * those of the C library (wcwidth), so that they agree with curses.
 */
#pragma once

#include <glib.h>

/* Bytes of unknown origin (server replies, header fields) as valid UTF-8 of at most `max_bytes`:
 * invalid bytes become U+FFFD, controls (C0, DEL, C1) become pictures such as "␛" (or "^[" when
 * `ascii`), tab and line ends become a space, bidi controls are removed. Never NULL; g_free(). */
char *pb_text_sanitise(const char *bytes, gssize length, gsize max_bytes, gboolean ascii);

/* The same, but keeps "\n" as line end. */
char *pb_text_sanitise_lines(const char *bytes, gssize length, gsize max_bytes, gboolean ascii);

/* Columns of one character (0 for combining, -1 never), and of a string. */
int pb_text_char_width(gunichar c);
int pb_text_width(const char *text);

/* The next grapheme as far as libc's widths go: `text` points at its first byte; returns the byte
 * length of the base character with its combining ones. 0 at the end. */
gsize pb_text_grapheme(const char *text, int *width_out);

/* At most `columns` wide; what was cut ends in "…" ("~" when `ascii`). g_free(). */
char *pb_text_clip_end(const char *text, int columns, gboolean ascii);
/* Cuts in the middle: for paths. */
char *pb_text_clip_middle(const char *text, int columns, gboolean ascii);
/* Cuts the local part only: "verylo…@example.org"; the domain stays as long as it fits. */
char *pb_text_clip_address(const char *text, int columns, gboolean ascii);

/* Sizes in decimal units as a person reads them: "812 B", "42 kB", "3.4 MB". g_free(). */
char *pb_text_size(guint64 bytes);

/* A moment as lists show it, seen from `now` (both µs since the epoch, local time zone): "8 s",
 * "12 min", "14:21", "tomorrow 08:00", "yesterday 17:40", "Fri 08:00", "12 Oct", "12 Oct 2025". */
char *pb_text_time(gint64 when, gint64 now);
/* The same without "8 s" and "12 min": for words that want a moment, as in "sent 14:21". */
char *pb_text_clock(gint64 when, gint64 now);
/* A length of time, rounded up to seconds: "8 s", "12 min", "3 h 29 min", "3 days". g_free(). */
char *pb_text_duration(gint64 microseconds);
/* With seconds, for detail views: "14:21:08", "yesterday 14:21:08" … */
char *pb_text_time_exact(gint64 when, gint64 now);
