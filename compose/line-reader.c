#include "accounts/pb-error.h"
#include "compose/line-reader-private.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <unistd.h>

struct PbLineReader {
    int fd;
    gboolean at_end;
    gboolean after_cr; /* an LF now belongs to the line end before it */
    guint64 number;
    gsize used, have; /* of buffer */
    gsize length;     /* of line */
    char line[PB_LINE_MAX + 1];
    char buffer[32 * 1024];
};

PbLineReader *pb_line_reader_new(int fd) {
    PbLineReader *reader = g_new0(PbLineReader, 1);

    reader->fd = fd;
    return reader;
}

void pb_line_reader_free(PbLineReader *reader) {
    g_free(reader);
}

guint64 pb_line_reader_number(const PbLineReader *reader) {
    return reader->number;
}

static gboolean fill(PbLineReader *reader, GError **error) {
    ssize_t got;

    do
        got = read(reader->fd, reader->buffer, sizeof reader->buffer);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        int code = errno;

        g_set_error(error, PB_ERROR, PB_ERROR_IO, _("cannot read the message: %s"),
                    g_strerror(code));
        return FALSE;
    }
    reader->at_end = got == 0;
    reader->used = 0;
    reader->have = (gsize) got;
    return TRUE;
}

static gboolean put(PbLineReader *reader, char c, GError **error) {
    if (c == '\0') {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("line %" G_GUINT64_FORMAT " has a NUL byte; mail cannot carry it"),
                    reader->number + 1);
        return FALSE;
    }
    if (reader->length == PB_LINE_MAX) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("line %" G_GUINT64_FORMAT " is longer than %d bytes; encode the text as "
                      "quoted-printable or base64"),
                    reader->number + 1, PB_LINE_MAX);
        return FALSE;
    }
    reader->line[reader->length++] = c;
    return TRUE;
}

/* Takes one byte; TRUE in *done_out when it ended the line. */
static gboolean take(PbLineReader *reader, gboolean *done_out, GError **error) {
    char c = reader->buffer[reader->used++];
    gboolean was_cr = reader->after_cr;

    reader->after_cr = c == '\r';
    *done_out = FALSE;
    if (c == '\n' && was_cr)
        return TRUE;
    if (c == '\n' || c == '\r') {
        *done_out = TRUE;
        return TRUE;
    }
    return put(reader, c, error);
}

const char *pb_line_reader_next(PbLineReader *reader, gsize *length_out, GError **error) {
    gboolean done = FALSE;

    reader->length = 0;
    while (!done) {
        if (reader->used == reader->have && !reader->at_end && !fill(reader, error))
            return NULL;
        if (reader->at_end) {
            if (reader->length == 0)
                return NULL;
            break;
        }
        if (!take(reader, &done, error))
            return NULL;
    }
    reader->line[reader->length] = '\0';
    reader->number++;
    if (length_out != NULL)
        *length_out = reader->length;
    return reader->line;
}
