#include "accounts/pb-error.h"
#include "compose/sink-private.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

PbSink *pb_sink_new(int fd) {
    PbSink *sink = g_new(PbSink, 1);

    sink->fd = fd;
    sink->size = 0;
    sink->error = NULL;
    sink->used = 0;
    return sink;
}

void pb_sink_free(PbSink *sink) {
    if (sink == NULL)
        return;
    g_clear_error(&sink->error);
    g_free(sink);
}

static void drain(PbSink *sink) {
    gsize done = 0;

    while (sink->error == NULL && done < sink->used) {
        ssize_t written = write(sink->fd, sink->buffer + done, sink->used - done);
        int code = errno;

        if (written >= 0)
            done += (gsize) written;
        else if (code != EINTR)
            g_set_error(&sink->error, PB_ERROR, PB_ERROR_CREATE, _("cannot write the message: %s"),
                        g_strerror(code));
    }
    sink->used = 0;
}

gboolean pb_sink_write(PbSink *sink, const void *bytes, gsize length) {
    const guint8 *from = bytes;

    sink->size += length;
    while (length > 0 && sink->error == NULL) {
        gsize part = MIN(length, PB_SINK_BUFFER - sink->used);

        memcpy(sink->buffer + sink->used, from, part);
        sink->used += part;
        from += part;
        length -= part;
        if (sink->used == PB_SINK_BUFFER)
            drain(sink);
    }
    return sink->error == NULL;
}

gboolean pb_sink_puts(PbSink *sink, const char *text) {
    return pb_sink_write(sink, text, strlen(text));
}

gboolean pb_sink_flush(PbSink *sink, GError **error) {
    drain(sink);
    if (sink->error == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&sink->error));
    return FALSE;
}
