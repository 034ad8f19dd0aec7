#include "accounts/pb-log.h"

#include "accounts/pb-error.h"
#include "accounts/pb-file.h"
#include "accounts/pb-text.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One record; a reply line of SMTP is far shorter, a library's message may be anything. */
#define LINE_MAX_BYTES 8192
/* The log starts anew beyond this size; one older part is kept. */
#define LOG_MAX_BYTES (1024 * 1024)

/* Set once before threads start, read only afterwards. */
static char **topics;

/* The terminal's descriptor while fd 2 is the log file, else -1. */
static int kept_stderr = -1;

/* One write(2) for the line, so that lines of several threads and processes do not mix. */
static void write_line(const char *line) {
    g_autofree char *clean = pb_text_sanitise(line, -1, LINE_MAX_BYTES, TRUE);
    g_autofree char *ended = g_strconcat(clean, "\n", NULL);
    ssize_t n = write(STDERR_FILENO, ended, strlen(ended));
    (void) n; /* nowhere left to report that */
}

static const char *field_text(const GLogField *fields, gsize n_fields, const char *key) {
    for (gsize i = 0; i < n_fields; i++)
        if (g_str_equal(fields[i].key, key) && fields[i].length < 0)
            return fields[i].value;
    return NULL;
}

static GLogWriterOutput write_record(GLogLevelFlags level, const GLogField *fields, gsize n_fields,
                                     gpointer unused) {
    (void) unused;
    const char *domain = field_text(fields, n_fields, "GLIB_DOMAIN");
    const char *message = field_text(fields, n_fields, "MESSAGE");
    gboolean detail = (level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) != 0;
    gboolean asked_for = g_strcmp0(domain, G_LOG_DOMAIN) == 0 && pb_log_topic_enabled("debug");
    if (message == NULL || (detail && !asked_for && g_log_writer_default_would_drop(level, domain)))
        return G_LOG_WRITER_HANDLED;

    gboolean foreign = domain != NULL && !g_str_equal(domain, G_LOG_DOMAIN);
    g_autofree char *line = foreign ? g_strdup_printf("postbag: %s: %s", domain, message)
                                    : g_strdup_printf("postbag: %s", message);
    write_line(line);
    return G_LOG_WRITER_HANDLED;
}

void pb_log_init(const char *debug_topics) {
    if (debug_topics == NULL)
        debug_topics = g_getenv("POSTBAG_DEBUG");
    g_strfreev(topics);
    topics = g_strsplit_set(debug_topics != NULL ? debug_topics : "", ", ", -1);

    /* GLib takes a writer only once in a process. */
    static gsize installed;
    if (g_once_init_enter(&installed)) {
        g_log_set_writer_func(write_record, NULL, NULL);
        g_once_init_leave(&installed, 1);
    }
}

gboolean pb_log_topic_enabled(const char *topic) {
    if (topics == NULL)
        return FALSE;
    return g_strv_contains((const char *const *) topics, topic) ||
           g_strv_contains((const char *const *) topics, "all");
}

void pb_log_topic(const char *topic, const char *format, ...) {
    if (!pb_log_topic_enabled(topic))
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);

    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *time = g_date_time_format(now, "%H:%M:%S");
    g_autofree char *line = g_strdup_printf(
        "%s.%03d %s: %s", time, g_date_time_get_microsecond(now) / 1000, topic, message);
    write_line(line);
}

static int open_log(const char *path) {
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct stat info;
    if (fd < 0 || fstat(fd, &info) < 0 || info.st_size < LOG_MAX_BYTES)
        return fd;
    close(fd);
    g_autofree char *older = g_strconcat(path, ".old", NULL);
    g_rename(path, older);
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

gboolean pb_log_take_stderr(const char *path, GError **error) {
    if (kept_stderr >= 0)
        return TRUE;
    g_autofree char *folder = g_path_get_dirname(path);
    if (!pb_file_private_folder(folder, error))
        return FALSE;
    int log = open_log(path);
    int kept = log >= 0 ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3) : -1;
    fflush(stderr);
    if (kept < 0 || dup2(log, STDERR_FILENO) < 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREATE, _("cannot write the log “%s”: %s"), path,
                    g_strerror(errno));
        if (kept >= 0)
            close(kept);
        if (log >= 0)
            close(log);
        return FALSE;
    }
    close(log);
    kept_stderr = kept;
    return TRUE;
}

void pb_log_give_stderr_back(void) {
    if (kept_stderr < 0)
        return;
    fflush(stderr);
    dup2(kept_stderr, STDERR_FILENO);
    close(kept_stderr);
    kept_stderr = -1;
}
