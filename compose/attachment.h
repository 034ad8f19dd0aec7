/* A file that travels with a message: looked at when attached, read when built.
 *
 * Only name, type and size are kept; the bytes are streamed from disk when the
 * message is built, so memory does not grow with the file. A file that changed
 * or vanished since is found by pb_attachment_check().
 */
#pragma once

#include <glib.h>

typedef struct {
    char *path;         /* absolute */
    char *name;         /* file name as the reader sees it, UTF-8 */
    char *content_type; /* "application/pdf" */
    char *description;  /* Content-Description, or NULL */
    gboolean is_inline;
    guint64 size; /* bytes on disk when attached */
    gint64 mtime; /* µs, when attached */
} PbAttachment;

/* `path` may begin with "~/". Errors: PB_ERROR_NO_INPUT (missing, not a regular file, unreadable).
 */
PbAttachment *pb_attachment_new(const char *path, GError **error);
PbAttachment *pb_attachment_copy(const PbAttachment *attachment);
void pb_attachment_free(PbAttachment *attachment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbAttachment, pb_attachment_free)

/* The file as it is now against what was attached. Errors: PB_ERROR_NO_INPUT (gone),
 * PB_ERROR_CONFLICT (changed). */
gboolean pb_attachment_check(const PbAttachment *attachment, GError **error);
/* What a person reads for a type: "PDF document", "JPEG image". g_free(). */
char *pb_attachment_type_text(const PbAttachment *attachment);
