#include "transport/sandbox/sandbox-maildir.h"

#include "accounts/pb-error.h"
#include "accounts/pb-file.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct PbSandboxMaildir {
    char *folder;
};

struct PbSandboxDelivery {
    PbSandboxMaildir *maildir;
    char *id;
    char *path; /* in tmp/; NULL once committed */
    int fd;
};

static gboolean fail(GError **error, const char *path) {
    int why = errno;
    g_set_error(error, PB_ERROR, PB_ERROR_CREATE, _("cannot write “%s”: %s"), path,
                g_strerror(why));
    return FALSE;
}

PbSandboxMaildir *pb_sandbox_maildir_new(const char *folder, GError **error) {
    static const char *const parts[] = {"tmp", "new", "cur"};
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *path = g_build_filename(folder, parts[i], NULL);
        if (!pb_file_private_folder(path, error))
            return NULL;
    }
    PbSandboxMaildir *maildir = g_new0(PbSandboxMaildir, 1);
    maildir->folder = g_strdup(folder);
    return maildir;
}

void pb_sandbox_maildir_free(PbSandboxMaildir *maildir) {
    if (maildir == NULL)
        return;
    g_free(maildir->folder);
    g_free(maildir);
}

const char *pb_sandbox_maildir_folder(PbSandboxMaildir *maildir) {
    return maildir->folder;
}

PbSandboxDelivery *pb_sandbox_delivery_new(PbSandboxMaildir *maildir, GError **error) {
    g_autoptr(PbSandboxDelivery) delivery = g_new0(PbSandboxDelivery, 1);
    delivery->maildir = maildir;
    delivery->id =
        g_strdup_printf("%" G_GINT64_MODIFIER "x%08x", g_get_real_time(), g_random_int());
    delivery->path = g_build_filename(maildir->folder, "tmp", delivery->id, NULL);
    delivery->fd = g_open(delivery->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (delivery->fd < 0) {
        fail(error, delivery->path);
        g_clear_pointer(&delivery->path, g_free);
        return NULL;
    }
    return g_steal_pointer(&delivery);
}

const char *pb_sandbox_delivery_id(PbSandboxDelivery *delivery) {
    return delivery->id;
}

gboolean pb_sandbox_delivery_write(PbSandboxDelivery *delivery, const char *bytes, gsize length,
                                   GError **error) {
    while (length > 0) {
        gssize written = write(delivery->fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return fail(error, delivery->path);
        bytes += written;
        length -= (gsize) written;
    }
    return TRUE;
}

gboolean pb_sandbox_delivery_commit(PbSandboxDelivery *delivery, GError **error) {
    int fd = delivery->fd;
    delivery->fd = -1;
    if (close(fd) != 0)
        return fail(error, delivery->path);
    g_autofree char *target =
        g_build_filename(delivery->maildir->folder, "new", delivery->id, NULL);
    if (g_rename(delivery->path, target) != 0)
        return fail(error, target);
    g_clear_pointer(&delivery->path, g_free);
    return TRUE;
}

void pb_sandbox_delivery_free(PbSandboxDelivery *delivery) {
    if (delivery == NULL)
        return;
    if (delivery->fd >= 0)
        (void) close(delivery->fd);
    if (delivery->path != NULL)
        (void) g_unlink(delivery->path);
    g_free(delivery->path);
    g_free(delivery->id);
    g_free(delivery);
}
