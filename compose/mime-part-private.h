/* The parts of a message as GMime objects: the text, and files that are read when it is written. */
#pragma once

#include "compose/gmime-init-private.h"
#include "compose/message.h"

#include <gio/gio.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimePart, g_object_unref)

/* `text` has "\n" line ends. */
GMimePart *pb_mime_part_new_text(const char *text, gboolean flowed);

/* An attachment as a part, with its file open. */
typedef struct PbMimeFile PbMimeFile;
/* Errors: PB_ERROR_NO_INPUT, PB_ERROR_IO, PB_ERROR_CANCELLED. */
PbMimeFile *pb_mime_file_open(const PbAttachment *attachment, GCancellable *cancellable,
                              GError **error);
void pb_mime_file_free(PbMimeFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbMimeFile, pb_mime_file_free)
GMimePart *pb_mime_file_part(PbMimeFile *file);
/* After it was written: are these the bytes of one moment? Errors: PB_ERROR_CONFLICT. */
gboolean pb_mime_file_check(PbMimeFile *file, GError **error);
