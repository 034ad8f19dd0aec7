#include "transport/smtp/data.h"

#include "accounts/pb-error.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BUFFER 16384

struct PbDataReader {
    int fd;
    char *path;
    guint64 size;
    guint64 position;
    char buffer[FILE_BUFFER];
    gsize start, end;      /* unread part of buffer */
    char last;             /* byte before the next one; '\n' at the start of the file */
    gboolean file_ended;   /* read() gave 0 */
    gboolean line_is_open; /* something was read since the last CRLF */
};

PbDataReader *pb_data_reader_open(const char *path, GError **error) {
    /* O_NONBLOCK: a FIFO in place of the file must not hang the lane; it fails the check below. */
    int fd = g_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    struct stat facts;
    if (fd < 0 || fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        int saved = errno;
        g_set_error(error, PB_ERROR, fd < 0 && saved != ENOENT ? PB_ERROR_IO : PB_ERROR_NO_INPUT,
                    _("cannot read the message file “%s”: %s"), path,
                    fd < 0 ? g_strerror(saved) : _("it is not a regular file"));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    PbDataReader *reader = g_new0(PbDataReader, 1);
    reader->fd = fd;
    reader->path = g_strdup(path);
    reader->size = (guint64) facts.st_size;
    reader->last = '\n';
    return reader;
}

void pb_data_reader_free(PbDataReader *reader) {
    if (reader == NULL)
        return;
    close(reader->fd);
    g_free(reader->path);
    g_free(reader);
}

guint64 pb_data_reader_size(const PbDataReader *reader) {
    return reader->size;
}

guint64 pb_data_reader_position(const PbDataReader *reader) {
    return reader->position;
}

static gboolean refill(PbDataReader *reader, GError **error) {
    ssize_t got;
    do
        got = read(reader->fd, reader->buffer, sizeof reader->buffer);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_IO, _("cannot read the message file “%s”: %s"),
                    reader->path, g_strerror(errno));
        return FALSE;
    }
    reader->start = 0;
    reader->end = (gsize) got;
    reader->file_ended = got == 0;
    return TRUE;
}

/* The next byte of the file after `last` is in order: CR only before LF, LF only after CR. */
static gboolean is_canonical(const PbDataReader *reader, char next, gboolean first) {
    if (next == '\n')
        return reader->last == '\r' && !first;
    return reader->last != '\r';
}

static gboolean take_byte(PbDataReader *reader, char *buffer, gsize *used, GError **error) {
    char next = reader->buffer[reader->start++];
    if (!is_canonical(reader, next, reader->position == 0)) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("the message file “%s” has a bare line end at byte %" G_GUINT64_FORMAT
                      " and was not sent"),
                    reader->path, reader->position);
        return FALSE;
    }
    if (next == '.' && !reader->line_is_open)
        buffer[(*used)++] = '.';
    buffer[(*used)++] = next;
    reader->line_is_open = next != '\n';
    reader->last = next;
    reader->position++;
    return TRUE;
}

/* Behind the last byte: the CRLF that the final dot needs in front. */
static gboolean close_line(PbDataReader *reader, char *buffer, gsize *used, GError **error) {
    if (!reader->line_is_open)
        return TRUE;
    if (reader->last == '\r') {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("the message file “%s” ends in the middle of a line end and was not sent"),
                    reader->path);
        return FALSE;
    }
    buffer[(*used)++] = '\r';
    buffer[(*used)++] = '\n';
    reader->line_is_open = FALSE;
    return TRUE;
}

gssize pb_data_reader_read(PbDataReader *reader, char *buffer, gsize capacity, GError **error) {
    g_return_val_if_fail(capacity >= 4, -1);
    gsize used = 0;
    /* One byte of the file may need two. */
    while (used + 2 <= capacity) {
        if (reader->start == reader->end && !reader->file_ended && !refill(reader, error))
            return -1;
        if (reader->file_ended) {
            if (!close_line(reader, buffer, &used, error))
                return -1;
            break;
        }
        if (!take_byte(reader, buffer, &used, error))
            return -1;
    }
    return (gssize) used;
}
