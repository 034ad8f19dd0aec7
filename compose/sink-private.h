/* A descriptor with a buffer before it: how finished messages are written.
 *
 * The first failure stays; later writes do nothing, so that a writer checks
 * once, at pb_sink_flush(). What is counted was taken, not yet written.
 */
#pragma once

#include <gio/gio.h>

#define PB_SINK_BUFFER (64 * 1024)

typedef struct {
    int fd; /* not owned */
    guint64 size;
    GError *error; /* PB_ERROR_CREATE */
    gsize used;
    guint8 buffer[PB_SINK_BUFFER];
} PbSink;

PbSink *pb_sink_new(int fd);
void pb_sink_free(PbSink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSink, pb_sink_free)

/* FALSE once anything failed. */
gboolean pb_sink_write(PbSink *sink, const void *bytes, gsize length);
gboolean pb_sink_puts(PbSink *sink, const char *text);
gboolean pb_sink_flush(PbSink *sink, GError **error);
