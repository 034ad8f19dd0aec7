/* A GMime stream onto a descriptor, with a buffer before it: how finished messages are written.
 *
 * The first failure stays and later writes do nothing, so that a writer checks once, at
 * pb_sink_flush(); GMime passes on that a write failed, but not why. What is counted was taken, not
 * yet written.
 */
#pragma once

#include "compose/gmime-init-private.h"

#include <gio/gio.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)

#define PB_TYPE_SINK (pb_sink_get_type())
G_DECLARE_FINAL_TYPE(PbSink, pb_sink, PB, SINK, GMimeStream)

/* `fd` is not closed. */
PbSink *pb_sink_new(int fd, GCancellable *cancellable);
/* FALSE once anything failed. */
gboolean pb_sink_write(PbSink *sink, const void *bytes, gsize length);
guint64 pb_sink_size(PbSink *sink);
/* Errors: PB_ERROR_CREATE, PB_ERROR_CANCELLED. */
gboolean pb_sink_flush(PbSink *sink, GError **error);
