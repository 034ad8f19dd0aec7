/* One connection of the sandbox: bytes in and out, plain or TLS.
 *
 * Replies are collected and go out when there is nothing more to read, as RFC
 * 2920 section 3.2 wants of a pipelining server. Each time the client has to
 * be waited for after something was written counts as one flight: the client
 * could not go on without our answer. Every wait ends when `stop` is
 * cancelled.
 */
#pragma once

#include "transport/sandbox/sandbox-private.h"

/* The longest piece that is given out at once; command lines are shorter by far (RFC 5321 4.5.3.1
 * asks for 512, with extensions about 2000). */
#define PB_SANDBOX_LINE_MAX 4096

typedef struct PbSandboxIo PbSandboxIo;

/* Keeps a reference of `socket`. */
PbSandboxIo *pb_sandbox_io_new(GSocket *socket, PbSandboxTally *tally, GCancellable *stop);
/* Sends what is left, ends TLS, closes. */
void pb_sandbox_io_free(PbSandboxIo *io);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSandboxIo, pb_sandbox_io_free)

/* Server side handshake; forgets whatever the client sent before it. */
gboolean pb_sandbox_io_start_tls(PbSandboxIo *io, gnutls_certificate_credentials_t credentials);

/* The next bytes up to and with "\n", at most PB_SANDBOX_LINE_MAX of them; valid until the next
 * call. FALSE at the end. */
gboolean pb_sandbox_io_read(PbSandboxIo *io, const char **bytes_out, gsize *length_out);
void pb_sandbox_io_write(PbSandboxIo *io, const char *bytes, gsize length);
gboolean pb_sandbox_io_flush(PbSandboxIo *io);
/* Sends what is collected, then waits; FALSE if `stop` came first. */
gboolean pb_sandbox_io_wait(PbSandboxIo *io, guint milliseconds);
/* Reads and forgets until the client goes or `stop` comes. */
void pb_sandbox_io_stall(PbSandboxIo *io);
/* Forgets what was not sent; the connection ends without another word. */
void pb_sandbox_io_drop(PbSandboxIo *io);
