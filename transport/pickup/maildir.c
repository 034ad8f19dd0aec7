#include "transport/pickup/maildir.h"

#include "accounts/pb-error.h"
#include "transport/report/match.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The beginning of a regular file; NULL for anything else (it may have gone meanwhile). */
static char *read_beginning(const char *path, gsize *length_out) {
    int fd = g_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        if (fd >= 0)
            (void) close(fd);
        return NULL;
    }
    g_autofree char *bytes = g_malloc(PB_REPORT_MAX_BYTES);
    gsize length = 0;
    gssize got = 1;
    while (got != 0 && length < PB_REPORT_MAX_BYTES) {
        got = read(fd, bytes + length, PB_REPORT_MAX_BYTES - length);
        if (got < 0 && errno != EINTR)
            break;
        length += got > 0 ? (gsize) got : 0;
    }
    (void) close(fd);
    *length_out = length;
    return got >= 0 ? g_steal_pointer(&bytes) : NULL;
}

static void mark_seen(const char *maildir, const char *name) {
    g_autofree char *from = g_build_filename(maildir, "new", name, NULL);
    g_autofree char *flagged = g_strconcat(name, strstr(name, ":2,") == NULL ? ":2,S" : "", NULL);
    g_autofree char *to = g_build_filename(maildir, "cur", flagged, NULL);
    if (g_rename(from, to) != 0)
        g_debug("pickup: cannot move %s: %s", from, g_strerror(errno));
}

static gboolean look_at(PbOutbox *outbox, const char *maildir, const char *name, guint *count,
                        GError **error) {
    g_autofree char *path = g_build_filename(maildir, "new", name, NULL);
    gsize length = 0;
    g_autofree char *bytes = read_beginning(path, &length);
    if (bytes == NULL)
        return TRUE;
    g_autoptr(PbReport) report = pb_report_parse(bytes, length);
    g_autoptr(GError) trouble = NULL;
    g_autofree char *entry = pb_report_record(outbox, report, &trouble);
    if (trouble != NULL) {
        g_propagate_error(error, g_steal_pointer(&trouble));
        return FALSE;
    }
    if (entry != NULL) {
        mark_seen(maildir, name);
        (*count)++;
    }
    return TRUE;
}

static gint compare_names(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* In the order of arrival, which is that of the names; NULL with an error. */
static GPtrArray *list_new(const char *maildir, GError **error) {
    g_autofree char *path = g_build_filename(maildir, "new", NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) why = NULL;
    g_autoptr(GDir) dir = g_dir_open(path, 0, &why);
    if (dir == NULL && !g_error_matches(why, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        g_set_error(error, PB_ERROR, PB_ERROR_IO, _("cannot look into “%s”: %s"), path,
                    why->message);
        return NULL;
    }
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (name[0] != '.')
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, compare_names);
    return g_steal_pointer(&names);
}

gboolean pb_pickup_maildir_scan(PbOutbox *outbox, const char *maildir, guint *count_out,
                                GError **error) {
    g_autoptr(GPtrArray) names = list_new(maildir, error);
    if (names == NULL)
        return FALSE;
    guint count = 0;
    gboolean good = TRUE;
    for (guint i = 0; i < names->len && good; i++)
        good = look_at(outbox, maildir, g_ptr_array_index(names, i), &count, error);
    if (good && count_out != NULL)
        *count_out = count;
    return good;
}
