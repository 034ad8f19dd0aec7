/* What the files of the sandbox share. */
#pragma once

#include "transport/sandbox/sandbox-maildir.h"
#include "transport/sandbox/sandbox-script.h"
#include "transport/sandbox/sandbox.h"

#include <gnutls/gnutls.h>

/* The name it greets with and reports under. */
#define PB_SANDBOX_HOST "sandbox.test"

/* Counters that all connections add to. */
typedef struct {
    GMutex lock;
    PbSandboxCounts counts;
} PbSandboxTally;

/* Adds `n` to a field of `tally`->counts. */
void pb_sandbox_tally_add(PbSandboxTally *tally, guint64 *field, guint64 n);

struct PbSandbox {
    char *folder;
    char *ca_file;
    PbSandboxMaildir *inbox;
    PbSandboxMaildir *reports;
    PbSandboxScript *script; /* never NULL; may be empty */
    gnutls_certificate_credentials_t credentials;
    PbSandboxTally tally;
    GCancellable *stop;

    GSocket *listeners[2]; /* implicit TLS, STARTTLS */
    guint16 ports[2];
    GThread *acceptors[2];
    GMutex lock;            /* of connections */
    GPtrArray *connections; /* of Connection, in sandbox.c */

    GAsyncQueue *mail_back; /* of MailBack, see pb_sandbox_report_later() */
    GThread *reporter;
};

/* Puts `text` into the reports Maildir about a second from now, so that a sender has noted the
 * acceptance before its report can be found. Takes ownership. */
void pb_sandbox_report_later(PbSandbox *sandbox, char *text);
