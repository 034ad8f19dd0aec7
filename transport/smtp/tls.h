/* TLS on a connected socket: GnuTLS, non-blocking, verified or not at all.
 *
 * The caller polls (stream.c); each operation says what to wait for. The peer
 * is verified inside the handshake, before our last flight: against the system
 * store or the account's ca_file, and for the account's host name; or, with
 * pin_sha256, by the certificate alone. TLS 1.2 or newer.
 */
#pragma once

#include "accounts/account.h"
#include "transport/smtp/round-trips.h"

#include <glib.h>

typedef struct PbTls PbTls;

/* Exists only for a connection whose peer was verified; needed by whatever sends a password. */
typedef struct PbTlsProof PbTlsProof;

typedef enum {
    PB_TLS_DONE,
    PB_TLS_WANT_READ,
    PB_TLS_WANT_WRITE,
    PB_TLS_CLOSED, /* the peer ended the connection, properly or not */
    PB_TLS_FAILED,
} PbTlsStatus;

typedef struct {
    char *version; /* "TLS1.3" */
    char *cipher;  /* "AES-256-GCM" */
    char *name;    /* of the certificate: first DNS name, else address, else CN */
    char *issuer;
    gint64 expires; /* µs since the epoch */
} PbTlsFacts;

/* `trips` is told of every send and receive. Errors: PB_ERROR_CERTIFICATE (ca_file, pin or client
 * certificate unusable), PB_ERROR_INTERNAL. */
PbTls *pb_tls_new(const PbAccount *account, int fd, PbRoundTrips *trips, GError **error);
void pb_tls_free(PbTls *tls);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbTls, pb_tls_free)

/* Call until it is not WANT_*. Errors (FAILED): PB_ERROR_CERTIFICATE with a sentence that says what
 * is wrong with it, PB_ERROR_PROTOCOL (no TLS spoken, nothing in common). */
PbTlsStatus pb_tls_handshake(PbTls *tls, GError **error);
/* `length` in: room or bytes; out, when DONE: bytes done, never 0. After WANT_* the same call must
 * be repeated. */
PbTlsStatus pb_tls_read(PbTls *tls, void *buffer, gsize *length);
PbTlsStatus pb_tls_write(PbTls *tls, const void *bytes, gsize *length);
/* Text of the last FAILED of read or write. Owned by GnuTLS. */
const char *pb_tls_last_error(const PbTls *tls);
/* Says good-bye if that does not block. */
void pb_tls_bye(PbTls *tls);

/* NULL before the handshake is done. */
const PbTlsFacts *pb_tls_facts(const PbTls *tls);
const PbTlsProof *pb_tls_proof(const PbTls *tls);
