#include "accounts/pb-error.h"
#include "accounts/pb-text.h"
#include "accounts/secret-private.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A command that prints without end is stopped here. */
#define OUTPUT_MAX_BYTES (1024 * 1024)
#define REASON_MAX_BYTES 200

/* A group of its own, so that the time limit ends the shell's children too. */
static void in_child(gpointer unused) {
    (void) unused;
    setpgid(0, 0);
}

static GSubprocess *start(const char *command, int errors, GError **error) {
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE);
    g_autoptr(GError) fault = NULL;
    g_subprocess_launcher_set_child_setup(launcher, in_child, NULL, NULL);
    g_subprocess_launcher_take_stderr_fd(launcher, dup(errors));
    GSubprocess *process =
        g_subprocess_launcher_spawn(launcher, &fault, "/bin/sh", "-c", command, NULL);
    if (process == NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS, _("cannot run the password command: %s"),
                    fault->message);
    return process;
}

static void stop(GSubprocess *process) {
    const char *id = g_subprocess_get_identifier(process);
    if (id != NULL)
        kill(-(pid_t) g_ascii_strtoll(id, NULL, 10), SIGKILL);
    g_subprocess_wait(process, NULL, NULL);
}

/* Reads to the end although only the first line counts: a command whose pipe is closed early dies
 * of SIGPIPE and would look as if it had failed. */
static gboolean read_output(GInputStream *output, PbSecret *secret, GCancellable *cancellable) {
    g_autoptr(PbSecret) rest = pb_secret_new_room(4096);
    gsize length = 0, total = 0;
    for (;;) {
        gboolean full = length == PB_SECRET_MAX_BYTES;
        char *room = full ? pb_secret_room(rest) : pb_secret_room(secret) + length;
        gsize size = full ? 4096 : PB_SECRET_MAX_BYTES - length;
        gssize n = g_input_stream_read(output, room, size, cancellable, NULL);
        if (n < 0 || (total += (gsize) n) > OUTPUT_MAX_BYTES)
            return FALSE;
        if (n == 0)
            break;
        if (!full)
            length += (gsize) n;
    }
    pb_secret_set_length(secret, length);
    return TRUE;
}

/* The first line that the command wrote to its stderr, for the person. */
static char *reason_of(int errors) {
    char text[REASON_MAX_BYTES];
    ssize_t n = pread(errors, text, sizeof text, 0);
    if (n <= 0)
        return NULL;
    const char *end = memchr(text, '\n', (gsize) n);
    return pb_text_sanitise(text, end != NULL ? end - text : n, REASON_MAX_BYTES, FALSE);
}

static void set_failure(GSubprocess *process, int errors, GError **error) {
    g_autofree char *reason = reason_of(errors);
    g_autofree char *how =
        g_subprocess_get_if_exited(process)
            ? g_strdup_printf(_("exit status %d"), g_subprocess_get_exit_status(process))
            : g_strdup(_("it was ended by a signal"));
    if (reason != NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("the password command failed (%s): %s"), how, reason);
    else
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS, _("the password command failed (%s)"),
                    how);
}

static PbSecret *collect(GSubprocess *process, int errors, PbSecretLimit *limit, GError **error) {
    GCancellable *cancellable = pb_secret_limit_cancellable(limit);
    g_autoptr(PbSecret) secret = pb_secret_new_room(PB_SECRET_MAX_BYTES);
    gboolean ended = read_output(g_subprocess_get_stdout_pipe(process), secret, cancellable) &&
                     g_subprocess_wait(process, cancellable, NULL);
    if (!ended) {
        stop(process);
        if (!pb_secret_limit_hit(limit, _("the password command"), error))
            g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                        _("the password command printed too much"));
        return NULL;
    }
    if (!g_subprocess_get_successful(process)) {
        set_failure(process, errors, error);
        return NULL;
    }
    pb_secret_keep_first_line(secret);
    if (pb_secret_length(secret) == 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("the password command printed no password"));
        return NULL;
    }
    return pb_secret_copy(secret);
}

PbSecret *pb_secret_command(const char *command, guint seconds, GCancellable *cancellable,
                            GError **error) {
    /* Its stderr goes to memory: the screen belongs to curses, and a pipe could fill up. */
    int errors = memfd_create("password-command", MFD_CLOEXEC);
    if (errors < 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS, _("cannot run the password command: %s"),
                    g_strerror(errno));
        return NULL;
    }
    g_autoptr(PbSecretLimit) limit = pb_secret_limit_new(cancellable, seconds);
    g_autoptr(GSubprocess) process = start(command, errors, error);
    PbSecret *secret = process != NULL ? collect(process, errors, limit, error) : NULL;
    close(errors);
    return secret;
}
