#include "accounts/pb-file.h"

#include "accounts/pb-error.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_CHUNK 65536

struct PbFileWriter {
    char *folder;
    char *temporary;
    int fd;
    gboolean failed; /* a write was lost: commit must not succeed afterwards */
    gboolean committed;
};

struct PbLock {
    int fd;
};

static void close_fd(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void set_create_error(GError **error, const char *path, int code) {
    g_set_error(error, PB_ERROR, PB_ERROR_CREATE, _("cannot write “%s”: %s"), path,
                g_strerror(code));
}

/* Each new level is made durable in its parent, else a file in it could vanish with its folder. */
static gboolean make_folder(const char *path, GError **error) {
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return TRUE;
    g_autofree char *parent = g_path_get_dirname(path);
    if (!g_str_equal(parent, path) && !make_folder(parent, error))
        return FALSE;
    if (mkdir(path, 0700) < 0) {
        if (errno == EEXIST && g_file_test(path, G_FILE_TEST_IS_DIR))
            return TRUE;
        g_set_error(error, PB_ERROR, PB_ERROR_CREATE, _("cannot make the folder “%s”: %s"), path,
                    g_strerror(errno));
        return FALSE;
    }
    return pb_file_sync_folder(parent, error);
}

gboolean pb_file_private_folder(const char *path, GError **error) {
    struct stat info;
    if (!make_folder(path, error))
        return FALSE;
    if (stat(path, &info) < 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREATE, _("cannot use the folder “%s”: %s"), path,
                    g_strerror(errno));
        return FALSE;
    }
    if (info.st_uid != geteuid()) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREATE,
                    _("the folder “%s” belongs to another user; choose one of your own"), path);
        return FALSE;
    }
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREATE,
                    _("the folder “%s” can be changed by other users; run: chmod go-w “%s”"), path,
                    path);
        return FALSE;
    }
    return TRUE;
}

gboolean pb_file_sync_folder(const char *folder, GError **error) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Some network and FUSE file systems have no fsync for folders and say EINVAL. */
    gboolean done = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    if (!done)
        set_create_error(error, folder, errno);
    close_fd(&fd);
    return done;
}

/* Not g_file_set_contents_full(): it leaves out fsync on btrfs and never syncs the folder, so that
 * a new file may be gone after a power cut although it was reported as kept. */
gboolean pb_file_replace(const char *path, const void *bytes, gsize length, GError **error) {
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(PbFileWriter) writer = pb_file_writer_new(folder, error);
    if (writer == NULL)
        return FALSE;
    return pb_file_writer_write(writer, bytes, length, error) &&
           pb_file_writer_commit(writer, name, error);
}

/* Up to `limit` + 1 bytes, so that the caller sees whether there was more. */
static GByteArray *read_up_to(int fd, gsize limit) {
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autofree guint8 *chunk = g_malloc(READ_CHUNK);
    while (bytes->len <= limit) {
        ssize_t n = read(fd, chunk, MIN((gsize) READ_CHUNK, limit + 1 - bytes->len));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return NULL;
        if (n == 0)
            break;
        g_byte_array_append(bytes, chunk, (guint) n);
    }
    return g_steal_pointer(&bytes);
}

char *pb_file_read(const char *path, gsize limit, gsize *length_out, GError **error) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT, _("cannot open “%s”: %s"), path,
                    g_strerror(errno));
        return NULL;
    }
    /* GByteArray counts in 32 bits. */
    limit = MIN(limit, G_MAXUINT / 2);
    g_autoptr(GByteArray) bytes = read_up_to(fd, limit);
    int code = errno;
    close_fd(&fd);
    if (bytes == NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_IO, _("cannot read “%s”: %s"), path,
                    g_strerror(code));
        return NULL;
    }
    if (bytes->len > limit) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("“%s” is longer than the %" G_GSIZE_FORMAT " bytes that are read of it"),
                    path, limit);
        return NULL;
    }
    if (length_out != NULL)
        *length_out = bytes->len;
    g_byte_array_append(bytes, (const guint8 *) "", 1);
    return (char *) g_byte_array_free(g_steal_pointer(&bytes), FALSE);
}

PbFileWriter *pb_file_writer_new(const char *folder, GError **error) {
    g_autofree char *temporary = g_build_filename(folder, ".tmp-XXXXXX", NULL);
    int fd = g_mkstemp_full(temporary, O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        set_create_error(error, folder, errno);
        return NULL;
    }
    PbFileWriter *writer = g_new0(PbFileWriter, 1);
    writer->folder = g_strdup(folder);
    writer->temporary = g_steal_pointer(&temporary);
    writer->fd = fd;
    return writer;
}

int pb_file_writer_fd(PbFileWriter *writer) {
    return writer->fd;
}

gboolean pb_file_writer_write(PbFileWriter *writer, const void *bytes, gsize length,
                              GError **error) {
    const char *next = bytes;
    while (length > 0) {
        ssize_t n = write(writer->fd, next, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            writer->failed = TRUE;
            set_create_error(error, writer->temporary, errno);
            return FALSE;
        }
        next += n;
        length -= (gsize) n;
    }
    return TRUE;
}

guint64 pb_file_writer_size(PbFileWriter *writer) {
    struct stat info;
    return fstat(writer->fd, &info) == 0 ? (guint64) info.st_size : 0;
}

/* close() may be the first to tell that the disk is full (NFS), hence checked. */
static gboolean finish_file(PbFileWriter *writer) {
    if (fsync(writer->fd) < 0)
        return FALSE;
    int fd = writer->fd;
    writer->fd = -1;
    return close(fd) == 0 || errno == EINTR;
}

gboolean pb_file_writer_commit(PbFileWriter *writer, const char *name, GError **error) {
    if (writer->failed || writer->fd < 0 || *name == '\0' || strchr(name, '/') != NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_INTERNAL, _("“%s” was not written completely"), name);
        return FALSE;
    }
    g_autofree char *path = g_build_filename(writer->folder, name, NULL);
    if (!finish_file(writer) || g_rename(writer->temporary, path) < 0) {
        set_create_error(error, path, errno);
        return FALSE;
    }
    writer->committed = TRUE;
    return pb_file_sync_folder(writer->folder, error);
}

void pb_file_writer_free(PbFileWriter *writer) {
    if (writer == NULL)
        return;
    if (!writer->committed)
        g_unlink(writer->temporary);
    close_fd(&writer->fd);
    g_free(writer->temporary);
    g_free(writer->folder);
    g_free(writer);
}

/* An open-file-description lock: it ends with the last descriptor, two openings of one process
 * exclude each other too, and closing an unrelated descriptor of the file does not drop it (as it
 * would with F_SETLK). */
PbLock *pb_lock_try(const char *path, GError **error) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        set_create_error(error, path, errno);
        return NULL;
    }
    struct flock whole_file = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &whole_file) < 0) {
        if (errno == EAGAIN || errno == EACCES)
            g_set_error(error, PB_ERROR, PB_ERROR_NOT_NOW,
                        _("“%s” is locked by another running postbag"), path);
        else
            set_create_error(error, path, errno);
        close_fd(&fd);
        return NULL;
    }
    PbLock *lock = g_new0(PbLock, 1);
    lock->fd = fd;
    return lock;
}

void pb_lock_free(PbLock *lock) {
    if (lock == NULL)
        return;
    close_fd(&lock->fd);
    g_free(lock);
}
