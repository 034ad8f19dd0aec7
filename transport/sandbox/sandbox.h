/* The practice server inside postbag: real SMTP on loopback, nothing leaves.
 *
 * Threads of its own; STARTTLS and implicit TLS on two ports with a CA made at
 * first start in `folder`; AUTH with any user name and the password
 * "sandbox"; a Maildir of what it took: trace fields, then the very bytes. Answers by recipient,
 * at any domain: refuse@ 550 5.1.1, full@ 452 4.2.2 and taken at the second try of the same message
 * (by ENVID, else by sender; kept in `folder`), later@ 451 4.7.1 likewise, slow@ 20 s before the
 * answer to the text, silent@ takes the text and breaks off, bounce@ and read@ accepted and a
 * report put into the Maildir of reports, anyone else accepted. A script file (see
 * sandbox-script.h) plays any other dialogue. Counts commands, flights and deliveries for tests and
 * benchmarks.
 */
#pragma once

#include <gio/gio.h>

#define PB_SANDBOX_USER     "you@sandbox.test"
#define PB_SANDBOX_PASSWORD "sandbox"

typedef struct PbSandbox PbSandbox;

typedef struct {
    const char *folder;      /* CA, Maildir, state */
    guint16 port;            /* implicit TLS; 0: any free one */
    guint16 starttls_port;   /* 0: any free one */
    const char *script_file; /* or NULL */
} PbSandboxOptions;

/* Starts listening on 127.0.0.1 and returns at once. Errors: PB_ERROR_CREATE (folder),
 * PB_ERROR_UNAVAILABLE (port taken), PB_ERROR_DATA (script, with its line). */
PbSandbox *pb_sandbox_start(const PbSandboxOptions *options, GError **error);
guint16 pb_sandbox_port(PbSandbox *sandbox); /* implicit TLS */
guint16 pb_sandbox_starttls_port(PbSandbox *sandbox);
const char *pb_sandbox_ca_file(PbSandbox *sandbox);
const char *pb_sandbox_maildir(PbSandbox *sandbox);
/* The Maildir that reports (bounces, receipts) come back to, about a second after the message. */
const char *pb_sandbox_reports(PbSandbox *sandbox);
/* Closes connections, joins threads. NULL is fine. */
void pb_sandbox_stop(PbSandbox *sandbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSandbox, pb_sandbox_stop)

typedef struct {
    guint64 connections, commands;
    guint64 deliveries; /* messages put into the Maildir */
    guint64 bytes_in;   /* after TLS */
    guint64 flights;    /* times a client had to wait for us: TCP and TLS included */
} PbSandboxCounts;
void pb_sandbox_counts(PbSandbox *sandbox, PbSandboxCounts *counts_out);
