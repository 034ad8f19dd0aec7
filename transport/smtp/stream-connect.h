/* From a host name to a connected TCP socket. */
#pragma once

#include <gio/gio.h>

/* A non-blocking descriptor, or -1. No proxy is asked: a mail server is reached directly or through
 * what the system routes. Errors: PB_ERROR_UNAVAILABLE (no such name, refused, no route, no answer
 * within `seconds`), PB_ERROR_CANCELLED. */
int pb_stream_connect_socket(const char *host, guint16 port, guint seconds,
                             GCancellable *cancellable, GError **error);
