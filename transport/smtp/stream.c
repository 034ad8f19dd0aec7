#include "transport/smtp/stream.h"

#include "accounts/pb-error.h"
#include "transport/smtp/reply.h"
#include "transport/smtp/stream-connect.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <libetpan/libetpan.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The largest TLS record: a full buffer is one record. */
#define BUFFER_BYTES 16384
/* What a peer may say without being asked: replies to one flight, 100 recipients with long texts.
 */
#define BUDGET_BYTES (1024 * 1024)
#define MINUTE       60

struct PbStream {
    char *host;
    int fd;
    mailstream *buffered;
    PbTls *tls;
    GCancellable *cancellable;
    gint64 deadline; /* monotonic µs */
    guint seconds;   /* length of the step, for messages */
    gboolean never_wait;
    PbRoundTrips trips;
    gsize budget;
    gboolean hung_up;
    GError *failure; /* the first one; libetpan only knows -1 */
};

/* --- the low driver ------------------------------------------------------------------------- */

static void fail(PbStream *stream, PbError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void fail(PbStream *stream, PbError code, const char *format, ...) {
    if (stream->failure != NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    stream->failure = g_error_new_valist(PB_ERROR, (gint) code, format, arguments);
    va_end(arguments);
}

static void fail_closed(PbStream *stream) {
    stream->hung_up = TRUE;
    fail(stream, PB_ERROR_UNAVAILABLE, _("connection closed by “%s”"), stream->host);
}

static void fail_timeout(PbStream *stream) {
    fail(stream, PB_ERROR_NOT_NOW,
         g_dngettext(GETTEXT_PACKAGE, "“%s” did not answer within %u second",
                     "“%s” did not answer within %u seconds", stream->seconds),
         stream->host, stream->seconds);
}

/* Milliseconds until the deadline, rounded up so that poll does not spin; 0: it has passed. */
static int time_left(const PbStream *stream) {
    gint64 left = stream->deadline - g_get_monotonic_time();
    if (left <= 0)
        return 0;
    return (int) MIN(left / 1000 + 1, G_MAXINT);
}

static gboolean is_cancelled(PbStream *stream) {
    if (!g_cancellable_is_cancelled(stream->cancellable))
        return FALSE;
    fail(stream, PB_ERROR_CANCELLED, _("cancelled"));
    return TRUE;
}

/* A server with Nagle's algorithm on holds its greeting back until its session tickets are
 * acknowledged; a delayed ACK made that 40 ms a connection (measured with Postfix). */
static void acknowledge_at_once(PbStream *stream) {
    int on = 1;
    (void) setsockopt(stream->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

/* TRUE when `events` may be ready. */
static gboolean wait_for(PbStream *stream, short events) {
    if (stream->never_wait)
        return FALSE;
    if ((events & POLLIN) != 0)
        acknowledge_at_once(stream);
    GPollFD cancel = {.fd = -1};
    gboolean can_cancel = g_cancellable_make_pollfd(stream->cancellable, &cancel);
    struct pollfd polled[] = {
        {.fd = stream->fd, .events = events},
        {.fd = can_cancel ? cancel.fd : -1, .events = POLLIN},
    };
    int ready;
    int left;
    do {
        left = time_left(stream);
        ready = poll(polled, G_N_ELEMENTS(polled), left);
    } while (ready < 0 && errno == EINTR);
    if (can_cancel)
        g_cancellable_release_fd(stream->cancellable);
    if (is_cancelled(stream))
        return FALSE;
    /* A peer that drips bytes keeps the socket ready, so the clock is asked as well. */
    if (ready == 0 || left == 0) {
        fail_timeout(stream);
        return FALSE;
    }
    return ready > 0;
}

static gboolean would_block(ssize_t outcome) {
    return outcome < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

/* Outcomes of plain sockets in the words of TLS, so that one loop serves both. */
static PbTlsStatus plain_read(PbStream *stream, void *buffer, gsize *length) {
    ssize_t got;
    do
        got = recv(stream->fd, buffer, *length, 0);
    while (got < 0 && errno == EINTR);
    if (would_block(got))
        return PB_TLS_WANT_READ;
    if (got <= 0)
        return PB_TLS_CLOSED;
    pb_round_trips_heard(&stream->trips);
    *length = (gsize) got;
    return PB_TLS_DONE;
}

static PbTlsStatus plain_write(PbStream *stream, const void *bytes, gsize *length) {
    ssize_t sent;
    do
        sent = send(stream->fd, bytes, *length, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (would_block(sent))
        return PB_TLS_WANT_WRITE;
    if (sent <= 0)
        return PB_TLS_CLOSED;
    pb_round_trips_spoke(&stream->trips);
    *length = (gsize) sent;
    return PB_TLS_DONE;
}

/* TRUE: try again; FALSE: failed. */
static gboolean handle_status(PbStream *stream, PbTlsStatus status) {
    switch (status) {
    case PB_TLS_DONE:
        return TRUE;
    case PB_TLS_WANT_READ:
        return wait_for(stream, POLLIN);
    case PB_TLS_WANT_WRITE:
        return wait_for(stream, POLLOUT);
    case PB_TLS_CLOSED:
        fail_closed(stream);
        return FALSE;
    case PB_TLS_FAILED:
        break;
    }
    fail(stream, PB_ERROR_PROTOCOL, _("TLS with “%s” failed: %s"), stream->host,
         pb_tls_last_error(stream->tls));
    return FALSE;
}

static ssize_t low_read(mailstream_low *low, void *buffer, size_t count) {
    PbStream *stream = low->data;
    for (;;) {
        gsize length = count;
        PbTlsStatus status = stream->tls != NULL ? pb_tls_read(stream->tls, buffer, &length)
                                                 : plain_read(stream, buffer, &length);
        if (!handle_status(stream, status))
            return -1;
        if (status != PB_TLS_DONE)
            continue;
        if (length > stream->budget) {
            fail(stream, PB_ERROR_PROTOCOL, _("“%s” talks without end"), stream->host);
            return -1;
        }
        stream->budget -= length;
        return (ssize_t) length;
    }
}

static ssize_t low_write(mailstream_low *low, const void *bytes, size_t count) {
    PbStream *stream = low->data;
    const char *next = bytes;
    size_t left = count;
    while (left > 0) {
        /* A fast upload never waits, and still has to stop. */
        if (is_cancelled(stream))
            return -1;
        gsize length = left;
        PbTlsStatus status = stream->tls != NULL ? pb_tls_write(stream->tls, next, &length)
                                                 : plain_write(stream, next, &length);
        if (!handle_status(stream, status))
            return -1;
        if (status != PB_TLS_DONE)
            continue;
        next += length;
        left -= length;
    }
    stream->budget = BUDGET_BYTES;
    return (ssize_t) count;
}

static int low_close(mailstream_low *low) {
    (void) low;
    return 0;
}

static int low_get_fd(mailstream_low *low) {
    PbStream *stream = low->data;
    return stream->fd;
}

static void low_free(mailstream_low *low) {
    free(low);
}

static mailstream_low_driver driver = {
    .mailstream_read = low_read,
    .mailstream_write = low_write,
    .mailstream_close = low_close,
    .mailstream_get_fd = low_get_fd,
    .mailstream_free = low_free,
};

/* --- life ----------------------------------------------------------------------------------- */

PbStream *pb_stream_new(int fd, const char *host) {
    PbStream *stream = g_new0(PbStream, 1);
    stream->host = g_strdup(host);
    stream->fd = fd;
    stream->budget = BUDGET_BYTES;
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    /* We send whole flights; waiting for more to send would only cost 40 ms each. Fails on sockets
     * that are not TCP, where it is not needed. */
    int on = 1;
    (void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    stream->buffered = mailstream_new(mailstream_low_new(stream, &driver), BUFFER_BYTES);
    pb_stream_begin_step(stream, MINUTE);
    return stream;
}

PbStream *pb_stream_connect(const char *host, guint16 port, guint seconds,
                            GCancellable *cancellable, GError **error) {
    int fd = pb_stream_connect_socket(host, port, seconds, cancellable, error);
    if (fd < 0)
        return NULL;
    PbStream *stream = pb_stream_new(fd, host);
    stream->trips.count = 1;
    /* The acknowledgement that ends the TCP handshake is what the greeting answers. */
    pb_round_trips_spoke(&stream->trips);
    return stream;
}

void pb_stream_free(PbStream *stream) {
    if (stream == NULL)
        return;
    if (stream->tls != NULL && stream->failure == NULL)
        pb_tls_bye(stream->tls);
    pb_tls_free(stream->tls);
    /* mailstream_close() would flush first; what is still buffered must not leave now. */
    stream->buffered->write_buffer_len = 0;
    mailstream_close(stream->buffered);
    close(stream->fd);
    g_clear_error(&stream->failure);
    g_free(stream->host);
    g_free(stream);
}

void pb_stream_set_cancellable(PbStream *stream, GCancellable *cancellable) {
    stream->cancellable = cancellable;
}

void pb_stream_begin_step(PbStream *stream, guint seconds) {
    stream->seconds = seconds;
    stream->deadline = g_get_monotonic_time() + (gint64) seconds * G_USEC_PER_SEC;
}

/* --- bytes ---------------------------------------------------------------------------------- */

static gboolean report(PbStream *stream, GError **error) {
    if (stream->failure == NULL)
        fail_closed(stream);
    g_propagate_error(error, g_error_copy(stream->failure));
    return FALSE;
}

gboolean pb_stream_check_cancelled(PbStream *stream, GError **error) {
    return !is_cancelled(stream) || report(stream, error);
}

gboolean pb_stream_write(PbStream *stream, const char *bytes, gsize length, GError **error) {
    while (length > 0) {
        gsize room = pb_stream_write_room(stream);
        gsize piece = MIN(length, room);
        if (piece > 0 && mailstream_write(stream->buffered, bytes, piece) < 0)
            return report(stream, error);
        bytes += piece;
        length -= piece;
        if (pb_stream_write_room(stream) == 0 && !pb_stream_flush(stream, error))
            return FALSE;
    }
    return TRUE;
}

gboolean pb_stream_flush(PbStream *stream, GError **error) {
    if (stream->failure != NULL || mailstream_flush(stream->buffered) < 0)
        return report(stream, error);
    return TRUE;
}

gsize pb_stream_write_room(const PbStream *stream) {
    return stream->buffered->buffer_max_size - stream->buffered->write_buffer_len;
}

static gboolean fill(PbStream *stream) {
    /* After a failed write the peer's last words may still be readable. */
    return mailstream_feed_read_buffer(stream->buffered) > 0;
}

/* Takes what is buffered up to and with the next LF; TRUE when that was found. */
static gboolean take_line_part(PbStream *stream, GString *line) {
    const char *start = stream->buffered->read_buffer;
    gsize available = stream->buffered->read_buffer_len;
    const char *end = memchr(start, '\n', available);
    gsize wanted = end != NULL ? (gsize) (end - start) + 1 : available;
    gsize before = line->len;
    g_string_set_size(line, before + wanted);
    mailstream_read(stream->buffered, line->str + before, wanted);
    return end != NULL;
}

gboolean pb_stream_read_line(PbStream *stream, GString *line, GError **error) {
    g_string_truncate(line, 0);
    gboolean whole = FALSE;
    while (!whole) {
        if (stream->buffered->read_buffer_len == 0 && !fill(stream))
            return report(stream, error);
        whole = take_line_part(stream, line);
        if (line->len > PB_REPLY_LINE_MAX + 2) {
            fail(stream, PB_ERROR_PROTOCOL, _("“%s” sent a line that is too long"), stream->host);
            return report(stream, error);
        }
    }
    g_string_truncate(line, line->len - 1);
    if (line->len > 0 && line->str[line->len - 1] == '\r')
        g_string_truncate(line, line->len - 1);
    return TRUE;
}

gboolean pb_stream_has_input(PbStream *stream) {
    if (stream->buffered->read_buffer_len > 0 || stream->failure != NULL)
        return TRUE;
    stream->never_wait = TRUE;
    gboolean got = fill(stream);
    stream->never_wait = FALSE;
    return got || stream->failure != NULL;
}

/* --- TLS ------------------------------------------------------------------------------------ */

/* Sends and receives overlap in a handshake (the change_cipher_spec of RFC 8446 D.4), so it is
 * counted by what it is: one round trip in TLS 1.3, where we speak last, and two before. */
static void count_handshake(PbStream *stream, guint before) {
    gboolean new = g_strcmp0(pb_tls_facts(stream->tls)->version, "TLS1.3") == 0;
    stream->trips.count = before + (new ? 1 : 2);
    stream->trips.spoke = new;
}

gboolean pb_stream_start_tls(PbStream *stream, const PbAccount *account, GError **error) {
    if (stream->buffered->read_buffer_len > 0) {
        fail(stream, PB_ERROR_PROTOCOL,
             _("“%s” said something unprotected where TLS had to begin; that may be an attack, "
               "nothing was sent"),
             stream->host);
        return report(stream, error);
    }
    g_autoptr(PbTls) tls = pb_tls_new(account, stream->fd, &stream->trips, error);
    if (tls == NULL)
        return FALSE;
    guint before = stream->trips.count;
    PbTlsStatus status;
    while ((status = pb_tls_handshake(tls, error)) != PB_TLS_DONE) {
        if (status == PB_TLS_FAILED)
            return FALSE;
        if (!handle_status(stream, status))
            return report(stream, error);
    }
    stream->tls = g_steal_pointer(&tls);
    stream->budget = BUDGET_BYTES;
    count_handshake(stream, before);
    return TRUE;
}

const PbTlsFacts *pb_stream_tls_facts(const PbStream *stream) {
    return stream->tls != NULL ? pb_tls_facts(stream->tls) : NULL;
}

const PbTlsProof *pb_stream_proof(const PbStream *stream) {
    return stream->tls != NULL ? pb_tls_proof(stream->tls) : NULL;
}

/* --- facts ---------------------------------------------------------------------------------- */

static GInetAddress *socket_end(int fd, gboolean peer) {
    struct sockaddr_storage storage = {0};
    socklen_t length = sizeof storage;
    struct sockaddr *end = (struct sockaddr *) &storage;
    if ((peer ? getpeername(fd, end, &length) : getsockname(fd, end, &length)) != 0)
        return NULL;
    g_autoptr(GSocketAddress) address = g_socket_address_new_from_native(&storage, length);
    if (!G_IS_INET_SOCKET_ADDRESS(address))
        return NULL;
    return g_object_ref(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address)));
}

char *pb_stream_peer_address(const PbStream *stream) {
    g_autoptr(GInetAddress) address = socket_end(stream->fd, TRUE);
    return address != NULL ? g_inet_address_to_string(address) : NULL;
}

char *pb_stream_local_address(const PbStream *stream) {
    g_autoptr(GInetAddress) address = socket_end(stream->fd, FALSE);
    return address != NULL ? g_inet_address_to_string(address) : NULL;
}

gboolean pb_stream_is_loopback(const PbStream *stream) {
    g_autoptr(GInetAddress) address = socket_end(stream->fd, TRUE);
    return address != NULL && g_inet_address_get_is_loopback(address);
}

guint pb_stream_round_trips(const PbStream *stream) {
    return stream->trips.count;
}
