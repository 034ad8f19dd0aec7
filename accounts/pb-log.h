/* The one way to log: GLib's g_debug/g_message/g_warning with the domain
 * "postbag", written by the writer that this module installs.
 *
 * Lower layers log at debug level only; commands and screens speak to people
 * by other means. While curses owns the terminal, everything that would go to
 * stderr (ours and that of libraries) goes to the log file instead. Secrets
 * are never logged: callers pass only what a transcript would show.
 */
#pragma once

#include <glib.h>

/* Installs the log writer. `debug_topics` is a comma list such as "smtp,outbox" or
 * NULL for the value of $POSTBAG_DEBUG. Call once, first thing in main(). */
void pb_log_init(const char *debug_topics);

/* TRUE if `topic` was asked for ("all" matches every topic). */
gboolean pb_log_topic_enabled(const char *topic);

/* One debug line on a topic, written to stderr (or the log file) if enabled. */
void pb_log_topic(const char *topic, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Sends fd 2 to the log file `path` (0600, appended) and back. Errors: PB_ERROR_CREATE. */
gboolean pb_log_take_stderr(const char *path, GError **error);
void pb_log_give_stderr_back(void);
