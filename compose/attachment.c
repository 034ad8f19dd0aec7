#include "compose/attachment.h"

#include "accounts/pb-error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What libmagic-like rules of shared-mime-info look at at most. */
#define SNIFF_BYTES 4096

static char *dup_absolute(const char *path) {
    g_autofree char *home = NULL;

    if (strcmp(path, "~") == 0 || g_str_has_prefix(path, "~/")) {
        home = g_strconcat(g_get_home_dir(), path + 1, NULL);
        path = home;
    }
    return g_canonicalize_filename(path, NULL);
}

static gint64 mtime_of(const struct stat *status) {
    return (gint64) status->st_mtim.tv_sec * G_USEC_PER_SEC + status->st_mtim.tv_nsec / 1000;
}

static gboolean fail_errno(const char *path, GError **error) {
    int code = errno;
    g_autofree char *shown = g_filename_display_name(path);

    g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT, _("cannot open “%s”: %s"), shown,
                g_strerror(code));
    return FALSE;
}

/* O_NONBLOCK: a fifo without a writer must not hang the screen. */
static gboolean look(const char *path, struct stat *status, char *start, gsize *length,
                     GError **error) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    ssize_t got = 0;
    gboolean ok;

    if (fd < 0)
        return fail_errno(path, error);
    ok = fstat(fd, status) == 0;
    if (ok && S_ISREG(status->st_mode)) {
        got = read(fd, start, SNIFF_BYTES);
        ok = got >= 0;
    }
    if (!ok)
        fail_errno(path, error);
    close(fd);
    if (ok && !S_ISREG(status->st_mode)) {
        g_autofree char *shown = g_filename_display_name(path);

        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT,
                    S_ISDIR(status->st_mode)
                        ? _("“%s” is a folder; only files can be attached")
                        : _("“%s” is not a regular file; only files can be attached"),
                    shown);
        return FALSE;
    }
    *length = (gsize) MAX(got, 0);
    return ok;
}

static char *guess_type(const char *name, const char *start, gsize length) {
    g_autofree char *content = g_content_type_guess(name, (const guchar *) start, length, NULL);
    g_autofree char *type = content != NULL ? g_content_type_get_mime_type(content) : NULL;

    /* GLib's own names for what has no type ("application/x-zerosize") mean nothing elsewhere. */
    if (type == NULL || strchr(type, '/') == NULL || g_str_has_prefix(type, "inode/") ||
        strcmp(type, "application/x-zerosize") == 0)
        return g_strdup("application/octet-stream");
    return g_steal_pointer(&type);
}

PbAttachment *pb_attachment_new(const char *path, GError **error) {
    g_autoptr(PbAttachment) attachment = g_new0(PbAttachment, 1);
    g_autofree char *base = NULL;
    g_autofree char *start = g_malloc(SNIFF_BYTES);
    gsize length = 0;
    struct stat status;

    attachment->path = dup_absolute(path);
    if (!look(attachment->path, &status, start, &length, error))
        return NULL;
    base = g_path_get_basename(attachment->path);
    attachment->name = g_filename_display_name(base);
    attachment->content_type = guess_type(attachment->name, start, length);
    attachment->size = (guint64) status.st_size;
    attachment->mtime = mtime_of(&status);
    return g_steal_pointer(&attachment);
}

PbAttachment *pb_attachment_copy(const PbAttachment *attachment) {
    PbAttachment *copy = g_new0(PbAttachment, 1);

    *copy = *attachment;
    copy->path = g_strdup(attachment->path);
    copy->name = g_strdup(attachment->name);
    copy->content_type = g_strdup(attachment->content_type);
    copy->description = g_strdup(attachment->description);
    return copy;
}

void pb_attachment_free(PbAttachment *attachment) {
    if (attachment == NULL)
        return;
    g_free(attachment->path);
    g_free(attachment->name);
    g_free(attachment->content_type);
    g_free(attachment->description);
    g_free(attachment);
}

gboolean pb_attachment_check(const PbAttachment *attachment, GError **error) {
    struct stat status;
    g_autofree char *shown = g_filename_display_name(attachment->path);

    if (stat(attachment->path, &status) != 0 || !S_ISREG(status.st_mode) ||
        access(attachment->path, R_OK) != 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT,
                    _("“%s” is not there any more or cannot be read"), shown);
        return FALSE;
    }
    if ((guint64) status.st_size != attachment->size || mtime_of(&status) != attachment->mtime) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFLICT, _("“%s” changed since you attached it"),
                    shown);
        return FALSE;
    }
    return TRUE;
}

char *pb_attachment_type_text(const PbAttachment *attachment) {
    g_autofree char *content = g_content_type_from_mime_type(attachment->content_type);

    if (content == NULL)
        return g_strdup(attachment->content_type);
    return g_content_type_get_description(content);
}
