#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "accounts/secret-private.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct PbSecret {
    char *bytes; /* its own mapping, so that locking and wiping touch nothing else */
    gsize length;
    gsize mapped;
};

PbSecret *pb_secret_new_room(gsize size) {
    gsize page = (gsize) sysconf(_SC_PAGESIZE);
    gsize mapped = (size + page) / page * page; /* at least one byte more, for the NUL */
    void *bytes = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        g_error("no memory for a password");
    /* Both are best effort: RLIMIT_MEMLOCK may be 0, and a password that cannot be locked is still
     * better than mail that cannot be sent. */
    if (mlock(bytes, mapped) < 0)
        g_debug("password memory cannot be locked: %s", g_strerror(errno));
    madvise(bytes, mapped, MADV_DONTDUMP);
    PbSecret *secret = g_new0(PbSecret, 1);
    secret->bytes = bytes;
    secret->mapped = mapped;
    return secret;
}

char *pb_secret_room(PbSecret *secret) {
    return secret->bytes;
}

void pb_secret_set_length(PbSecret *secret, gsize length) {
    g_return_if_fail(length < secret->mapped);
    explicit_bzero(secret->bytes + length, secret->mapped - length);
    secret->length = length;
}

void pb_secret_keep_first_line(PbSecret *secret) {
    gsize length = strcspn(secret->bytes, "\r\n");
    if (length < secret->length)
        pb_secret_set_length(secret, length);
}

PbSecret *pb_secret_new(const char *bytes, gssize length) {
    gsize size = length >= 0 ? (gsize) length : strlen(bytes);
    PbSecret *secret = pb_secret_new_room(size);
    if (size > 0)
        memcpy(secret->bytes, bytes, size);
    secret->length = size;
    return secret;
}

const char *pb_secret_peek(const PbSecret *secret) {
    return secret->bytes;
}

gsize pb_secret_length(const PbSecret *secret) {
    return secret->length;
}

PbSecret *pb_secret_copy(const PbSecret *secret) {
    return pb_secret_new(secret->bytes, (gssize) secret->length);
}

void pb_secret_free(PbSecret *secret) {
    if (secret == NULL)
        return;
    explicit_bzero(secret->bytes, secret->mapped);
    munmap(secret->bytes, secret->mapped);
    g_free(secret);
}

static gboolean check_private(int fd, const char *path, GError **error) {
    struct stat info;
    if (fstat(fd, &info) < 0 || info.st_uid != geteuid()) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("“%s” belongs to another user and is not used"), path);
        return FALSE;
    }
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("“%s” can be read by other users and is not used; run: chmod 600 “%s”"), path,
                    path);
        return FALSE;
    }
    return TRUE;
}

/* Straight into locked memory: a buffer of the library would leave a copy behind. */
static PbSecret *read_all(int fd, const char *path, GError **error) {
    g_autoptr(PbSecret) secret = pb_secret_new_room(PB_SECRET_MAX_BYTES);
    gsize length = 0;
    ssize_t n = 1;
    while (n > 0 && length < PB_SECRET_MAX_BYTES) {
        n = read(fd, secret->bytes + length, PB_SECRET_MAX_BYTES - length);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0)
            length += (gsize) n;
    }
    if (n != 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS, _("cannot read “%s”: %s"), path,
                    n < 0 ? g_strerror(errno) : _("it is too long"));
        return NULL;
    }
    pb_secret_set_length(secret, length);
    return g_steal_pointer(&secret);
}

PbSecret *pb_secret_from_file(const char *path, gboolean private, GError **error) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS, _("cannot open “%s”: %s"), path,
                    g_strerror(errno));
        return NULL;
    }
    PbSecret *secret = NULL;
    if (!private || check_private(fd, path, error))
        secret = read_all(fd, path, error);
    close(fd);
    return secret;
}

void pb_secret_harden_process(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
