/* One connection to a server: TCP, later TLS, with every wait bounded.
 *
 * libetpan's mailstream buffers lines over a low driver of our own (libetpan's
 * cannot be cancelled and its TLS verifies nothing). Blocking; one thread at a
 * time. What is promised:
 * - nothing waits past the deadline set by pb_stream_begin_step(), whatever
 *   drips in, and a cancelled GCancellable ends any wait at once;
 * - what is written stays in a buffer until pb_stream_flush(), so that a flight
 *   is one send and one TLS record;
 * - lines are at most PB_REPLY_LINE_MAX long, and the peer may send only a
 *   bounded number of bytes without our writing anything.
 *
 * After an error the stream is good for pb_stream_free() only, with one
 * exception: pb_stream_read_line() after a failed flush may still find the
 * server's last words.
 */
#pragma once

#include "accounts/account.h"
#include "transport/smtp/tls.h"

#include <gio/gio.h>

typedef struct PbStream PbStream;

/* Resolves and connects, trying each address. Errors: PB_ERROR_UNAVAILABLE, PB_ERROR_CANCELLED. */
PbStream *pb_stream_connect(const char *host, guint16 port, guint seconds,
                            GCancellable *cancellable, GError **error);
/* Takes over a connected socket; `host` is the name used in messages. */
PbStream *pb_stream_new(int fd, const char *host);
/* Ends TLS if there is any, closes. NULL is fine. */
void pb_stream_free(PbStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbStream, pb_stream_free)

/* Borrowed until the next call; NULL: cannot be cancelled. */
void pb_stream_set_cancellable(PbStream *stream, GCancellable *cancellable);
/* FALSE with PB_ERROR_CANCELLED if it was cancelled: before a step that cannot be taken back. */
gboolean pb_stream_check_cancelled(PbStream *stream, GError **error);
/* Everything from here on must be over within `seconds`. */
void pb_stream_begin_step(PbStream *stream, guint seconds);

/* Negotiates and verifies TLS. Bytes received before it and not yet read are an error (RFC 3207 6:
 * they were not protected). Errors: PB_ERROR_CERTIFICATE, PB_ERROR_NOT_NOW, PB_ERROR_PROTOCOL,
 * PB_ERROR_UNAVAILABLE, PB_ERROR_CANCELLED. */
gboolean pb_stream_start_tls(PbStream *stream, const PbAccount *account, GError **error);
/* The facts of TLS; NULL without it. */
const PbTlsFacts *pb_stream_tls_facts(const PbStream *stream);
/* Proof that the peer was verified; NULL otherwise. Passwords ask for it. */
const PbTlsProof *pb_stream_proof(const PbStream *stream);

/* Errors of these three: PB_ERROR_NOT_NOW (time-out), PB_ERROR_UNAVAILABLE (connection lost),
 * PB_ERROR_PROTOCOL (line or answer too long, TLS broken), PB_ERROR_CANCELLED. */
gboolean pb_stream_write(PbStream *stream, const char *bytes, gsize length, GError **error);
gboolean pb_stream_flush(PbStream *stream, GError **error);
/* One line without its end (LF, or CRLF), replacing what was in `line`; may contain NUL. */
gboolean pb_stream_read_line(PbStream *stream, GString *line, GError **error);

/* Bytes still free in the write buffer: filling exactly these makes full TLS records. */
gsize pb_stream_write_room(const PbStream *stream);
/* TRUE if the peer said something, or hung up, that has not been read yet. Never waits. */
gboolean pb_stream_has_input(PbStream *stream);

/* "192.0.2.1" or "2001:db8::1"; NULL if the socket has no such end. g_free(). */
char *pb_stream_peer_address(const PbStream *stream);
char *pb_stream_local_address(const PbStream *stream);
/* TRUE if the peer is this machine. */
gboolean pb_stream_is_loopback(const PbStream *stream);
/* Times we heard from the peer after having said something, TCP and TLS included. */
guint pb_stream_round_trips(const PbStream *stream);
