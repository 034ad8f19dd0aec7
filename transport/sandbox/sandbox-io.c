#include "transport/sandbox/sandbox-io.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define IDLE_MICROSECONDS      (300 * G_USEC_PER_SEC)
#define HANDSHAKE_MICROSECONDS (60 * G_USEC_PER_SEC)
/* Bytes of one flight of the client may arrive in pieces; only a longer silence is a wait. */
#define FLIGHT_GAP_MICROSECONDS 2000
/* Replies a client may leave unread before it has to take some. */
#define OUT_MAX 65536

/* Results of read_some() beside a count. */
enum { READ_END = 0, READ_LATER = -1, READ_BROKEN = -2 };

struct PbSandboxIo {
    GSocket *socket;
    PbSandboxTally *tally;
    GCancellable *stop;
    gnutls_session_t tls; /* NULL: plain */
    char in[PB_SANDBOX_LINE_MAX];
    gsize start, end; /* of what was read and not given out */
    GString *out;
    gboolean broken;
};

PbSandboxIo *pb_sandbox_io_new(GSocket *socket, PbSandboxTally *tally, GCancellable *stop) {
    PbSandboxIo *io = g_new0(PbSandboxIo, 1);
    io->socket = g_object_ref(socket);
    io->tally = tally;
    io->stop = g_object_ref(stop);
    io->out = g_string_new(NULL);
    /* GnuTLS has to give control back when it would block, see fill(). */
    g_socket_set_blocking(socket, FALSE);
    g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    return io;
}

void pb_sandbox_io_free(PbSandboxIo *io) {
    if (io == NULL)
        return;
    (void) pb_sandbox_io_flush(io);
    if (io->tls != NULL) {
        if (!io->broken)
            (void) gnutls_bye(io->tls, GNUTLS_SHUT_WR);
        gnutls_deinit(io->tls);
    }
    (void) g_socket_close(io->socket, NULL);
    g_object_unref(io->socket);
    g_object_unref(io->stop);
    g_string_free(io->out, TRUE);
    g_free(io);
}

static gboolean await(PbSandboxIo *io, GIOCondition condition, gint64 microseconds) {
    return g_socket_condition_timed_wait(io->socket, condition, microseconds, io->stop, NULL);
}

static ssize_t tell_errno(PbSandboxIo *io, const GError *error) {
    gboolean later = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    gnutls_transport_set_errno(io->tls, later ? EAGAIN : EIO);
    return -1;
}

static ssize_t tls_pull(gnutls_transport_ptr_t data, void *bytes, size_t length) {
    PbSandboxIo *io = data;
    g_autoptr(GError) error = NULL;
    gssize got = g_socket_receive(io->socket, bytes, length, NULL, &error);
    return got >= 0 ? got : tell_errno(io, error);
}

static ssize_t tls_push(gnutls_transport_ptr_t data, const void *bytes, size_t length) {
    PbSandboxIo *io = data;
    g_autoptr(GError) error = NULL;
    gssize sent = g_socket_send(io->socket, bytes, length, NULL, &error);
    return sent >= 0 ? sent : tell_errno(io, error);
}

static gboolean tls_goes_on(int result) {
    return result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED ||
           result == GNUTLS_E_WARNING_ALERT_RECEIVED;
}

static gboolean handshake(PbSandboxIo *io) {
    gint64 limit = g_get_monotonic_time() + HANDSHAKE_MICROSECONDS;
    int result;
    while ((result = gnutls_handshake(io->tls)) != GNUTLS_E_SUCCESS) {
        GIOCondition wanted = gnutls_record_get_direction(io->tls) == 0 ? G_IO_IN : G_IO_OUT;
        gint64 left = limit - g_get_monotonic_time();
        if (!tls_goes_on(result) || left <= 0 || !await(io, wanted, left))
            return FALSE;
    }
    return TRUE;
}

gboolean pb_sandbox_io_start_tls(PbSandboxIo *io, gnutls_certificate_credentials_t credentials) {
    if (!pb_sandbox_io_flush(io))
        return FALSE;
    /* RFC 3207 section 4.2: what came in clear before the handshake counts for nothing. */
    io->start = io->end = 0;
    if (gnutls_init(&io->tls, GNUTLS_SERVER | GNUTLS_NONBLOCK) < 0)
        return FALSE;
    gnutls_priority_set_direct(io->tls, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", NULL);
    gnutls_credentials_set(io->tls, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_ptr(io->tls, io);
    gnutls_transport_set_pull_function(io->tls, tls_pull);
    gnutls_transport_set_push_function(io->tls, tls_push);
    if (!handshake(io)) {
        io->broken = TRUE;
        return FALSE;
    }
    guint64 flights = gnutls_protocol_get_version(io->tls) == GNUTLS_TLS1_3 ? 1 : 2;
    pb_sandbox_tally_add(io->tally, &io->tally->counts.flights, flights);
    return TRUE;
}

static gssize read_plain(PbSandboxIo *io, char *bytes, gsize length) {
    g_autoptr(GError) error = NULL;
    gssize got = g_socket_receive(io->socket, bytes, length, NULL, &error);
    if (got >= 0)
        return got;
    return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? READ_LATER : READ_BROKEN;
}

static gssize read_some(PbSandboxIo *io, char *bytes, gsize length) {
    if (io->tls == NULL)
        return read_plain(io, bytes, length);
    gssize got = gnutls_record_recv(io->tls, bytes, length);
    if (got >= 0)
        return got;
    return tls_goes_on((int) got) ? READ_LATER : READ_BROKEN;
}

/* Nothing can be read now: lets the client have our replies and waits for it. */
static gboolean wait_for_client(PbSandboxIo *io) {
    if (io->out->len > 0) {
        if (io->out->len < OUT_MAX && await(io, G_IO_IN, FLIGHT_GAP_MICROSECONDS))
            return TRUE;
        if (!pb_sandbox_io_flush(io))
            return FALSE;
        pb_sandbox_tally_add(io->tally, &io->tally->counts.flights, 1);
    }
    return await(io, G_IO_IN, IDLE_MICROSECONDS);
}

static gboolean fill(PbSandboxIo *io) {
    if (io->start > 0) {
        memmove(io->in, io->in + io->start, io->end - io->start);
        io->end -= io->start;
        io->start = 0;
    }
    for (;;) {
        if (io->broken || g_cancellable_is_cancelled(io->stop))
            return FALSE;
        gssize got = read_some(io, io->in + io->end, sizeof io->in - io->end);
        if (got > 0) {
            io->end += (gsize) got;
            pb_sandbox_tally_add(io->tally, &io->tally->counts.bytes_in, (guint64) got);
            return TRUE;
        }
        if (got == READ_BROKEN)
            io->broken = TRUE;
        if (got != READ_LATER || !wait_for_client(io))
            return FALSE;
    }
}

gboolean pb_sandbox_io_read(PbSandboxIo *io, const char **bytes_out, gsize *length_out) {
    for (;;) {
        const char *bytes = io->in + io->start;
        gsize length = io->end - io->start;
        const char *newline = memchr(bytes, '\n', length);
        if (newline != NULL || length == sizeof io->in) {
            *bytes_out = bytes;
            *length_out = newline != NULL ? (gsize) (newline + 1 - bytes) : length;
            io->start += *length_out;
            return TRUE;
        }
        if (!fill(io))
            return FALSE;
    }
}

void pb_sandbox_io_write(PbSandboxIo *io, const char *bytes, gsize length) {
    g_string_append_len(io->out, bytes, (gssize) length);
    if (io->out->len >= OUT_MAX)
        (void) pb_sandbox_io_flush(io);
}

static gssize write_some(PbSandboxIo *io, const char *bytes, gsize length) {
    if (io->tls != NULL) {
        gssize sent = gnutls_record_send(io->tls, bytes, length);
        return sent >= 0 ? sent : (tls_goes_on((int) sent) ? READ_LATER : READ_BROKEN);
    }
    g_autoptr(GError) error = NULL;
    gssize sent = g_socket_send(io->socket, bytes, length, NULL, &error);
    if (sent >= 0)
        return sent;
    return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? READ_LATER : READ_BROKEN;
}

gboolean pb_sandbox_io_flush(PbSandboxIo *io) {
    gsize done = 0;
    while (done < io->out->len && !io->broken) {
        gssize sent = write_some(io, io->out->str + done, io->out->len - done);
        if (sent > 0)
            done += (gsize) sent;
        else if (sent != READ_LATER || !await(io, G_IO_OUT, IDLE_MICROSECONDS))
            io->broken = TRUE;
    }
    g_string_truncate(io->out, 0);
    return !io->broken;
}

gboolean pb_sandbox_io_wait(PbSandboxIo *io, guint milliseconds) {
    (void) pb_sandbox_io_flush(io);
    GPollFD fd;
    if (!g_cancellable_make_pollfd(io->stop, &fd))
        return FALSE;
    (void) g_poll(&fd, 1, (gint) MIN(milliseconds, (guint) G_MAXINT));
    g_cancellable_release_fd(io->stop);
    return !g_cancellable_is_cancelled(io->stop);
}

void pb_sandbox_io_stall(PbSandboxIo *io) {
    (void) pb_sandbox_io_flush(io);
    const char *bytes;
    gsize length;
    while (pb_sandbox_io_read(io, &bytes, &length))
        continue;
    pb_sandbox_io_drop(io);
}

void pb_sandbox_io_drop(PbSandboxIo *io) {
    g_string_truncate(io->out, 0);
    io->broken = TRUE;
}
