#include "accounts/pb-error.h"
#include "compose/sink-private.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES ((gsize) 64 * 1024)

struct _PbSink {
    GMimeStream parent_instance;
    int fd;
    GCancellable *cancellable;
    guint64 size;
    GError *error;
    gsize used;
    guint8 *buffer;
};

G_DEFINE_FINAL_TYPE(PbSink, pb_sink, GMIME_TYPE_STREAM)

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

    if (sink->error == NULL && g_cancellable_is_cancelled(sink->cancellable))
        g_set_error(&sink->error, PB_ERROR, PB_ERROR_CANCELLED, _("cancelled"));
    sink->size += length;
    while (length > 0 && sink->error == NULL) {
        gsize part = MIN(length, BUFFER_BYTES - sink->used);

        memcpy(sink->buffer + sink->used, from, part);
        sink->used += part;
        from += part;
        length -= part;
        if (sink->used == BUFFER_BYTES)
            drain(sink);
    }
    return sink->error == NULL;
}

static ssize_t stream_write(GMimeStream *stream, const char *bytes, size_t length) {
    return pb_sink_write(PB_SINK(stream), bytes, length) ? (ssize_t) length : -1;
}

static int stream_flush(GMimeStream *stream) {
    return PB_SINK(stream)->error == NULL ? 0 : -1;
}

static void finalize(GObject *object) {
    PbSink *sink = PB_SINK(object);

    g_clear_error(&sink->error);
    g_clear_object(&sink->cancellable);
    g_free(sink->buffer);
    G_OBJECT_CLASS(pb_sink_parent_class)->finalize(object);
}

static void pb_sink_class_init(PbSinkClass *class) {
    GMimeStreamClass *stream = GMIME_STREAM_CLASS(class);

    G_OBJECT_CLASS(class)->finalize = finalize;
    stream->write = stream_write;
    stream->flush = stream_flush;
}

static void pb_sink_init(PbSink *sink) {
    g_mime_stream_construct(GMIME_STREAM(sink), 0, -1);
    sink->buffer = g_malloc(BUFFER_BYTES);
}

PbSink *pb_sink_new(int fd, GCancellable *cancellable) {
    PbSink *sink;

    pb_gmime_init();
    sink = g_object_new(PB_TYPE_SINK, NULL);
    sink->fd = fd;
    g_set_object(&sink->cancellable, cancellable);
    return sink;
}

guint64 pb_sink_size(PbSink *sink) {
    return sink->size;
}

gboolean pb_sink_flush(PbSink *sink, GError **error) {
    drain(sink);
    if (sink->error == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&sink->error));
    return FALSE;
}
