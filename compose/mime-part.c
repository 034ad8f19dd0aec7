#include "accounts/pb-error.h"
#include "compose/header-fields-private.h"
#include "compose/mime-part-private.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_HARD 998 /* RFC 5322 2.1.1 */
#define READ_BYTES    ((gsize) 64 * 1024)

struct PbMimeFile {
    const PbAttachment *attachment;
    GMimePart *part;
    int fd; /* closed by the part's stream once it has one */
    struct stat before;
};

static gboolean fail_errno(PbError code, const char *path, GError **error) {
    int number = errno;
    g_autofree char *shown = g_filename_display_name(path);

    g_set_error(error, PB_ERROR, code, _("cannot read “%s”: %s"), shown, g_strerror(number));
    return FALSE;
}

/* Takes `stream`. */
static void set_content(GMimePart *part, GMimeStream *stream, GMimeContentEncoding encoding) {
    GMimeDataWrapper *content =
        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, encoding);
    g_object_unref(content);
    g_object_unref(stream);
}

/* RFC 2045 6.8: line ends of text are CRLF before they are encoded. GMime keeps quoted-printable
 * until a sixth of the text must be escaped. */
GMimePart *pb_mime_part_new_text(const char *text, gboolean flowed) {
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *canonical = g_strjoinv("\r\n", lines);
    GMimePart *part = g_mime_part_new_with_type("text", "plain");
    GMimeObject *object = GMIME_OBJECT(part);
    GMimeContentEncoding best;

    g_mime_object_set_content_type_parameter(object, "charset",
                                             g_str_is_ascii(text) ? "us-ascii" : "utf-8");
    if (flowed)
        g_mime_object_set_content_type_parameter(object, "format", "flowed");
    set_content(part, g_mime_stream_mem_new_with_buffer(canonical, strlen(canonical)),
                GMIME_CONTENT_ENCODING_7BIT);
    best = g_mime_part_get_best_content_encoding(part, GMIME_ENCODING_CONSTRAINT_7BIT);
    if (best != GMIME_CONTENT_ENCODING_DEFAULT)
        g_mime_part_set_content_encoding(part, best);
    return part;
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

/* What the bytes of a message allow; GMime's best-encoding filter would refuse lines that begin
 * with "From " too, and does not see a bare CR. */
typedef struct {
    gboolean eight_bit;
    gboolean unfit; /* NUL, a bare CR or a line over 998 */
    gsize line;
    guint8 last;
} Scan;

static void scan_bytes(Scan *scan, const guint8 *bytes, gsize length) {
    for (gsize i = 0; i < length; i++) {
        guint8 c = bytes[i];

        scan->unfit |= c == 0 || (scan->last == '\r' && c != '\n');
        scan->eight_bit |= c >= 0x80;
        scan->line = c == '\n' || c == '\r' ? 0 : scan->line + 1;
        scan->unfit |= scan->line > LINE_MAX_HARD;
        scan->last = c;
    }
}

static gboolean scan_file(PbMimeFile *file, Scan *scan, GCancellable *cancellable, GError **error) {
    g_autofree guint8 *buffer = g_malloc(READ_BYTES);
    off_t at = 0;

    for (;;) {
        ssize_t got = pread(file->fd, buffer, READ_BYTES, at);

        if (g_cancellable_is_cancelled(cancellable)) {
            g_set_error(error, PB_ERROR, PB_ERROR_CANCELLED, _("cancelled"));
            return FALSE;
        }
        if (got < 0 && errno != EINTR)
            return fail_errno(PB_ERROR_IO, file->attachment->path, error);
        if (got == 0)
            break;
        if (got > 0) {
            scan_bytes(scan, buffer, (gsize) got);
            at += got;
        }
    }
    scan->unfit |= scan->last == '\r';
    return TRUE;
}

/* RFC 2046 5.2.1: message/rfc822 may not be encoded, and GMimeMessagePart would write the message
 * anew; so its bytes are a leaf here. One that cannot go as it is, and other composite types,
 * travel as a file. */
static gboolean choose_encoding(PbMimeFile *file, const char **type, GMimeContentEncoding *encoding,
                                GCancellable *cancellable, GError **error) {
    Scan scan = {0};

    *encoding = GMIME_CONTENT_ENCODING_BASE64;
    if (g_ascii_strcasecmp(*type, "message/rfc822") == 0) {
        if (!scan_file(file, &scan, cancellable, error))
            return FALSE;
        if (!scan.unfit) {
            *encoding = scan.eight_bit ? GMIME_CONTENT_ENCODING_8BIT : GMIME_CONTENT_ENCODING_7BIT;
            return TRUE;
        }
    }
    if (g_ascii_strncasecmp(*type, "message/", 8) == 0 ||
        g_ascii_strncasecmp(*type, "multipart/", 10) == 0)
        *type = "application/octet-stream";
    return TRUE;
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

static void describe(PbMimeFile *file, const char *type) {
    const PbAttachment *attachment = file->attachment;
    GMimeObject *object = GMIME_OBJECT(file->part);
    g_autoptr(GMimeContentType) content = g_mime_content_type_parse(NULL, type);
    g_autofree char *name = dup_clean_name(attachment->name);

    if (g_ascii_strncasecmp(type, "text/", 5) == 0 && starts_as_utf8(file->fd))
        g_mime_content_type_set_parameter(content, "charset", "utf-8");
    g_mime_object_set_content_type(object, content);
    g_mime_object_set_disposition(object, attachment->is_inline ? "inline" : "attachment");
    g_mime_part_set_filename(file->part, name);
    if (attachment->description != NULL && *attachment->description != '\0')
        pb_header_add_text(object, "Content-Description", attachment->description);
}

static gboolean open_file(PbMimeFile *file, GError **error) {
    const char *path = file->attachment->path;

    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file->fd < 0)
        return fail_errno(PB_ERROR_NO_INPUT, path, error);
    if (fstat(file->fd, &file->before) == 0 && S_ISREG(file->before.st_mode))
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT, _("“%s” is not a regular file any more"), path);
    return FALSE;
}

static gboolean make_part(PbMimeFile *file, GCancellable *cancellable, GError **error) {
    const char *type = file->attachment->content_type;
    GMimeContentEncoding encoding;

    if (!open_file(file, error) || !choose_encoding(file, &type, &encoding, cancellable, error))
        return FALSE;
    pb_gmime_init();
    file->part = g_mime_part_new();
    describe(file, type);
    set_content(file->part, g_mime_stream_fs_new(file->fd), encoding);
    return TRUE;
}

PbMimeFile *pb_mime_file_open(const PbAttachment *attachment, GCancellable *cancellable,
                              GError **error) {
    PbMimeFile *file = g_new0(PbMimeFile, 1);

    file->attachment = attachment;
    if (make_part(file, cancellable, error))
        return file;
    pb_mime_file_free(file);
    return NULL;
}

void pb_mime_file_free(PbMimeFile *file) {
    if (file == NULL)
        return;
    if (file->part != NULL)
        g_object_unref(file->part);
    else if (file->fd >= 0)
        close(file->fd);
    g_free(file);
}

GMimePart *pb_mime_file_part(PbMimeFile *file) {
    return file->part;
}

gboolean pb_mime_file_check(PbMimeFile *file, GError **error) {
    const struct stat *a = &file->before;
    struct stat b;

    if (fstat(file->fd, &b) == 0 && a->st_size == b.st_size &&
        a->st_mtim.tv_sec == b.st_mtim.tv_sec && a->st_mtim.tv_nsec == b.st_mtim.tv_nsec)
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_CONFLICT, _("“%s” changed while it was read"),
                file->attachment->path);
    return FALSE;
}
