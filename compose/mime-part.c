#include "accounts/pb-error.h"
#include "compose/gmime-init-private.h"
#include "compose/header-fields-private.h"
#include "compose/mime-part-private.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_HARD 998 /* RFC 5322 2.1.1 */
#define ROW_BYTES     57  /* 76 characters of base64, RFC 2045 6.8 */
#define READ_BYTES    ((gsize) ROW_BYTES * 1024)

/* What the bytes of a text or file allow. */
typedef struct {
    gboolean eight_bit;
    gboolean has_nul;
    gboolean long_line;
    gboolean utf8;
    gsize line;
    gsize escaped; /* bytes that quoted-printable writes as three */
} Scan;

static void scan_bytes(Scan *scan, const char *bytes, gsize length) {
    for (gsize i = 0; i < length; i++) {
        guchar c = (guchar) bytes[i];

        scan->line = c == '\n' || c == '\r' ? 0 : scan->line + 1;
        scan->long_line |= scan->line > LINE_MAX_HARD;
        scan->has_nul |= c == 0;
        scan->eight_bit |= c >= 0x80;
        scan->escaped += c >= 0x80 || c == '=' || (c < 0x20 && c != '\n' && c != '\t');
    }
}

/* `text` with every "\n" as CRLF. */
static void write_crlf(PbSink *sink, const char *text, gsize length) {
    const char *end = text + length;

    while (text < end) {
        const char *stop = memchr(text, '\n', (gsize) (end - text));

        if (stop == NULL) {
            pb_sink_write(sink, text, (gsize) (end - text));
            return;
        }
        pb_sink_write(sink, text, (gsize) (stop - text));
        pb_sink_write(sink, "\r\n", 2);
        text = stop + 1;
    }
}

static void write_quoted_printable(PbSink *sink, const char *text, gsize length) {
    GMimeEncoding state;
    g_autofree char *out = NULL;
    gsize written;

    g_mime_encoding_init_encode(&state, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    out = g_malloc(g_mime_encoding_outlen(&state, length));
    written = g_mime_encoding_flush(&state, text, length, out);
    write_crlf(sink, out, written);
}

/* Rows of whole groups, so that no state goes from one to the next but at the very end. */
static void write_base64(PbSink *sink, const guint8 *bytes, gsize length) {
    char row[ROW_BYTES / 3 * 4 + 8];

    while (length > 0) {
        gsize part = MIN(length, ROW_BYTES);
        int state = 0;
        int save = 0;
        gsize used = g_base64_encode_step(bytes, part, FALSE, row, &state, &save);

        used += g_base64_encode_close(FALSE, row + used, &state, &save);
        pb_sink_write(sink, row, used);
        pb_sink_write(sink, "\r\n", 2);
        bytes += part;
        length -= part;
    }
}

/* RFC 2045 6.8: line ends of text are CRLF before they are encoded. */
static void write_text_base64(PbSink *sink, const char *text) {
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *canonical = g_strjoinv("\r\n", lines);

    write_base64(sink, (const guint8 *) canonical, strlen(canonical));
}

gboolean pb_mime_part_write_text(PbSink *sink, const char *text, gboolean flowed) {
    gsize length = strlen(text);
    Scan scan = {0};
    const char *encoding = "7bit";

    scan_bytes(&scan, text, length);
    pb_gmime_init();
    /* Quoted-printable keeps most of the text readable, until a sixth of it must be escaped. */
    if (scan.eight_bit || scan.long_line)
        encoding = scan.escaped > length / 6 ? "base64" : "quoted-printable";
    pb_sink_puts(sink, "Content-Type: text/plain; charset=");
    pb_sink_puts(sink, scan.eight_bit ? "utf-8" : "us-ascii");
    pb_sink_puts(sink, flowed ? "; format=flowed\r\n" : "\r\n");
    pb_sink_puts(sink, "Content-Transfer-Encoding: ");
    pb_sink_puts(sink, encoding);
    pb_sink_puts(sink, "\r\n\r\n");
    if (*encoding == '7')
        write_crlf(sink, text, length);
    else if (*encoding == 'q')
        write_quoted_printable(sink, text, length);
    else
        write_text_base64(sink, text);
    return sink->error == NULL;
}

static gboolean fail_errno(PbError code, const char *path, GError **error) {
    int number = errno;
    g_autofree char *shown = g_filename_display_name(path);

    g_set_error(error, PB_ERROR, code, _("cannot read “%s”: %s"), shown, g_strerror(number));
    return FALSE;
}

/* As much as the buffer holds or the file has; -1 with the error set. */
static gssize read_full(int fd, guint8 *buffer, gsize size, const char *path, GError **error) {
    gsize have = 0;

    while (have < size) {
        ssize_t got = read(fd, buffer + have, size - have);

        if (got == 0)
            break;
        if (got > 0)
            have += (gsize) got;
        else if (errno != EINTR)
            return (gssize) fail_errno(PB_ERROR_IO, path, error) - 1;
    }
    return (gssize) have;
}

static gboolean check_cancelled(GCancellable *cancellable, GError **error) {
    if (!g_cancellable_is_cancelled(cancellable))
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_CANCELLED, _("cancelled"));
    return FALSE;
}

typedef void (*TakeBytes)(gpointer user_data, const guint8 *bytes, gsize length);

/* The whole file through `take` in blocks of READ_BYTES, from its beginning. */
static gboolean each_block(int fd, const char *path, GCancellable *cancellable, TakeBytes take,
                           gpointer user_data, GError **error) {
    g_autofree guint8 *buffer = g_malloc(READ_BYTES);
    gssize got;

    if (lseek(fd, 0, SEEK_SET) < 0)
        return fail_errno(PB_ERROR_IO, path, error);
    do {
        if (!check_cancelled(cancellable, error))
            return FALSE;
        got = read_full(fd, buffer, READ_BYTES, path, error);
        if (got < 0)
            return FALSE;
        take(user_data, buffer, (gsize) got);
    } while (got == (gssize) READ_BYTES);
    return TRUE;
}

static void take_scan(gpointer user_data, const guint8 *bytes, gsize length) {
    scan_bytes(user_data, (const char *) bytes, length);
}

static void take_base64(gpointer user_data, const guint8 *bytes, gsize length) {
    write_base64(user_data, bytes, length);
}

/* A line end may be cut by the end of a block. */
typedef struct {
    PbSink *sink;
    guint8 last;
} Lines;

static void take_lines(gpointer user_data, const guint8 *bytes, gsize length) {
    Lines *lines = user_data;

    for (gsize i = 0; i < length; i++) {
        guint8 c = bytes[i];

        if (c == '\r' || (c == '\n' && lines->last != '\r'))
            pb_sink_write(lines->sink, "\r\n", 2);
        else if (c != '\n')
            pb_sink_write(lines->sink, &c, 1);
        lines->last = c;
    }
}

/* Whether the beginning of a text is UTF-8: then it is said to be, else nothing is claimed. */
static gboolean starts_as_utf8(int fd) {
    char start[4096];
    ssize_t got = pread(fd, start, sizeof start, 0);
    const char *bad = NULL;

    if (got <= 0)
        return FALSE;
    /* A character may be cut by the end of what was read. */
    return g_utf8_validate(start, got, &bad) ||
           (got == (ssize_t) sizeof start && bad > start + got - 4);
}

static void put_field(PbSink *sink, const char *name, const char *value) {
    g_autofree char *lines = g_strdup(value);
    g_auto(GStrv) parts = g_strsplit(g_strstrip(lines), "\n", -1);
    g_autofree char *folded = g_strjoinv("\r\n", parts);

    pb_sink_puts(sink, name);
    pb_sink_puts(sink, ": ");
    pb_sink_puts(sink, folded);
    pb_sink_puts(sink, "\r\n");
}

/* A file name may hold anything but "/" and NUL; a header field may not. */
static char *dup_clean_name(const char *name) {
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    GString *out = g_string_new(NULL);

    for (const char *c = valid; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar u = g_utf8_get_char(c);

        g_string_append_unichar(out, g_unichar_iscntrl(u) || u == '/' ? '_' : u);
    }
    return g_string_free(out, FALSE);
}

/* RFC 2231 for what is not ASCII or long; GMime folds. */
static void put_type(PbSink *sink, const PbAttachment *attachment, const char *type,
                     gboolean utf8) {
    g_autoptr(GMimeContentType) content = g_mime_content_type_parse(NULL, type);
    g_autofree char *name = dup_clean_name(attachment->name);
    g_autofree char *value = NULL;

    if (utf8)
        g_mime_content_type_set_parameter(content, "charset", "utf-8");
    g_mime_content_type_set_parameter(content, "name", name);
    value = g_mime_content_type_encode(content, NULL);
    put_field(sink, "Content-Type", value);
}

static void put_disposition(PbSink *sink, const PbAttachment *attachment) {
    g_autoptr(GMimeContentDisposition) disposition = g_mime_content_disposition_new();
    g_autofree char *name = dup_clean_name(attachment->name);
    g_autofree char *value = NULL;

    g_mime_content_disposition_set_disposition(disposition,
                                               attachment->is_inline ? "inline" : "attachment");
    g_mime_content_disposition_set_parameter(disposition, "filename", name);
    value = g_mime_content_disposition_encode(disposition, NULL);
    put_field(sink, "Content-Disposition", value);
}

/* RFC 2046 5.2.1: message/rfc822 may not be encoded. One that cannot go as it is (lines over 998,
 * NUL), and other composite types, travel as a file. */
static gboolean goes_as_message(int fd, const PbAttachment *attachment, Scan *scan,
                                GCancellable *cancellable, GError **error) {
    return each_block(fd, attachment->path, cancellable, take_scan, scan, error) &&
           !scan->has_nul && !scan->long_line;
}

static gboolean is_composite(const char *type) {
    return g_ascii_strncasecmp(type, "message/", 8) == 0 ||
           g_ascii_strncasecmp(type, "multipart/", 10) == 0;
}

static void write_fields(PbSink *sink, const PbAttachment *attachment, const char *type,
                         gboolean utf8, const char *encoding) {
    put_type(sink, attachment, type, utf8);
    put_disposition(sink, attachment);
    if (attachment->description != NULL && *attachment->description != '\0') {
        g_autoptr(GString) field = g_string_new(NULL);

        pb_header_append_text(field, "Content-Description", attachment->description);
        pb_sink_puts(sink, field->str);
    }
    pb_sink_puts(sink, "Content-Transfer-Encoding: ");
    pb_sink_puts(sink, encoding);
    pb_sink_puts(sink, "\r\n\r\n");
}

static gboolean write_open_file(PbSink *sink, int fd, const PbAttachment *attachment,
                                GCancellable *cancellable, gboolean *eight_bit_out,
                                GError **error) {
    const char *type = attachment->content_type;
    gboolean is_text = g_ascii_strncasecmp(type, "text/", 5) == 0;
    Scan scan = {0};

    if (g_ascii_strcasecmp(type, "message/rfc822") == 0) {
        g_autoptr(GError) failure = NULL;

        if (goes_as_message(fd, attachment, &scan, cancellable, &failure)) {
            Lines lines = {.sink = sink};

            *eight_bit_out |= scan.eight_bit;
            write_fields(sink, attachment, type, FALSE, scan.eight_bit ? "8bit" : "7bit");
            return each_block(fd, attachment->path, cancellable, take_lines, &lines, error);
        }
        if (failure != NULL) {
            g_propagate_error(error, g_steal_pointer(&failure));
            return FALSE;
        }
    }
    if (is_composite(type))
        type = "application/octet-stream";
    write_fields(sink, attachment, type, is_text && starts_as_utf8(fd), "base64");
    return each_block(fd, attachment->path, cancellable, take_base64, sink, error);
}

static gboolean same_file(const struct stat *a, const struct stat *b) {
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

gboolean pb_mime_part_write_file(PbSink *sink, const PbAttachment *attachment,
                                 GCancellable *cancellable, gboolean *eight_bit_out,
                                 GError **error) {
    struct stat before;
    struct stat after;
    gboolean ok;
    int fd = open(attachment->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return fail_errno(PB_ERROR_NO_INPUT, attachment->path, error);
    pb_gmime_init();
    if (fstat(fd, &before) != 0 || !S_ISREG(before.st_mode)) {
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT, _("“%s” is not a regular file any more"),
                    attachment->path);
        close(fd);
        return FALSE;
    }
    ok = write_open_file(sink, fd, attachment, cancellable, eight_bit_out, error);
    if (ok && (fstat(fd, &after) != 0 || !same_file(&before, &after))) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFLICT, _("“%s” changed while it was read"),
                    attachment->path);
        ok = FALSE;
    }
    close(fd);
    return ok;
}
