/* Durable files, private folders and locks that die with the process.
 *
 * Small contents are written with pb_file_replace(); a stream of unknown size
 * with a PbFileWriter. Both follow one order: temporary file in the same
 * folder (O_EXCL, 0600), write, fsync, close checked, rename, fsync of the
 * folder. Before that is done nothing may be reported as kept.
 */
#pragma once

#include <gio/gio.h>

/* Makes `path` and its parents, the last one 0700. Refuses a folder that belongs to someone else or
 * is writable by others. Errors: PB_ERROR_CREATE. */
gboolean pb_file_private_folder(const char *path, GError **error);

/* Replaces `path` by `length` bytes, mode 0600, durably. Errors: PB_ERROR_CREATE. */
gboolean pb_file_replace(const char *path, const void *bytes, gsize length, GError **error);

/* Reads at most `limit` bytes. The result has a NUL behind it. Errors: PB_ERROR_DATA (longer),
 * PB_ERROR_NO_INPUT (cannot be opened), PB_ERROR_IO. */
char *pb_file_read(const char *path, gsize limit, gsize *length_out, GError **error);

/* fsync of a folder; file systems that cannot do it (EINVAL) are accepted. */
gboolean pb_file_sync_folder(const char *folder, GError **error);

typedef struct PbFileWriter PbFileWriter;

/* A new temporary file in `folder` (name begins with ".tmp-"). */
PbFileWriter *pb_file_writer_new(const char *folder, GError **error);
/* The descriptor to write to; owned by the writer. */
int pb_file_writer_fd(PbFileWriter *writer);
gboolean pb_file_writer_write(PbFileWriter *writer, const void *bytes, gsize length,
                              GError **error);
/* Bytes in the file so far (fstat). */
guint64 pb_file_writer_size(PbFileWriter *writer);
/* fsync, rename to `folder`/`name`, fsync of the folder. The writer can only be freed afterwards.
 */
gboolean pb_file_writer_commit(PbFileWriter *writer, const char *name, GError **error);
/* Also removes the temporary file if it was not committed. NULL is fine. */
void pb_file_writer_free(PbFileWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbFileWriter, pb_file_writer_free)

typedef struct PbLock PbLock;

/* Takes an exclusive lock on the file `path` (made if missing) without waiting. NULL with
 * PB_ERROR_NOT_NOW if another holder lives. The kernel drops it when the process dies. */
PbLock *pb_lock_try(const char *path, GError **error);
void pb_lock_free(PbLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbLock, pb_lock_free)
