/* A submission session (RFC 6409): connect, secure, sign in, hand over messages.
 *
 * Blocking; runs on a lane's thread. Life: pb_smtp_session_open(), then
 * pb_smtp_session_run() any number of times, then pb_smtp_session_free()
 * (which says QUIT if the line is in order). Messages are pulled: run() asks
 * the flow for the next transaction as soon as its commands can ride with the
 * end of the one before, so a queue costs one round trip a message with DATA.
 *
 * What is promised:
 * - Nothing but EHLO/HELO and STARTTLS goes over a connection that is not verified.
 * - Every recipient of every transaction handed out gets exactly one result.
 * - `end_of_data` of the flow returned TRUE before the final dot is sent; if the
 *   line breaks between that and the reply, the results are PB_RESULT_UNSURE, and
 *   only then.
 * - Results are reported as soon as they are known, in the order of the wire.
 */
#pragma once

#include "accounts/account.h"
#include "accounts/secret.h"
#include "transport/evidence.h"

#include <gio/gio.h>

typedef struct PbSmtpSession PbSmtpSession;

typedef enum {
    PB_RESULT_ACCEPTED,
    PB_RESULT_DEFERRED, /* 4yz, or never tried because the session ended: try again */
    PB_RESULT_REFUSED,  /* 5yz */
    PB_RESULT_UNSURE,
} PbResult;

typedef struct {
    char *id;              /* entry id, also the ENVID */
    char *reverse_path;    /* "" for <> */
    GPtrArray *recipients; /* of char* addr-spec */
    char *path;            /* file with canonical CRLF bytes */
    guint64 size;
    gboolean eight_bit;
    gboolean utf8_headers;
    char *notify;         /* "FAILURE,DELAY", "NEVER", or NULL: say nothing */
    gboolean return_full; /* RET=FULL, else HDRS */
    gpointer tag;         /* the caller's */
} PbTransaction;

void pb_transaction_free(PbTransaction *transaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbTransaction, pb_transaction_free)

/* All called on the thread of run(); none may block for long except for disk. */
typedef struct {
    /* The next transaction (ownership passes), or NULL: none is due. */
    PbTransaction *(*next)(gpointer user_data);
    /* The final bytes are about to be sent: record it durably. FALSE stops the transaction before
     * them. */
    gboolean (*end_of_data)(PbTransaction *transaction, gpointer user_data);
    /* One recipient's result. `queue_id`: from the accepting reply, or NULL. */
    void (*result)(PbTransaction *transaction, guint recipient, PbResult result,
                   const PbEvidence *evidence, const char *queue_id, gpointer user_data);
    /* Bytes of the message handed to the connection; at most 10 a second. */
    void (*progress)(PbTransaction *transaction, guint64 sent, gpointer user_data);
    /* All recipients have their result; the transaction is freed afterwards. */
    void (*done)(PbTransaction *transaction, gpointer user_data);
    /* A step of the session for timelines and `account test`: connected, TLS, signed in. May be
     * NULL. */
    void (*step)(PbStage stage, gboolean ok, const char *text, gpointer user_data);
} PbSmtpFlow;

/* What was agreed on; texts are owned by the session. */
typedef struct {
    char *host;
    guint16 port;
    char *peer_address; /* IP that answered */
    char *tls_version;  /* "TLS1.3", NULL without TLS */
    char *tls_cipher;
    char *certificate_name; /* subject's DNS name or CN */
    char *certificate_issuer;
    gint64 certificate_expires; /* µs */
    char *auth_mechanism;       /* NULL if not signed in */
    char *greeting;
    char **extensions;  /* EHLO lines after the name */
    guint64 size_limit; /* 0: none announced */
    gboolean pipelining, eight_bit_mime, dsn, smtputf8, chunking, enhanced_status;
    guint round_trips; /* counted from connect() on */
} PbSmtpFacts;

/* Connects, negotiates TLS, signs in. `secret` may be NULL for accounts without username. `flow`
 * may be NULL; only its `step` is used here. Evidence of a failure goes to `evidence_out` (NULL
 * allowed). Errors: PB_ERROR_UNAVAILABLE (name, connect), PB_ERROR_NOT_NOW (4yz, time-out),
 * PB_ERROR_CERTIFICATE (not verified, or STARTTLS not offered), PB_ERROR_CREDENTIALS (AUTH refused
 * for good, or no usable mechanism), PB_ERROR_PROTOCOL, PB_ERROR_REFUSED (5yz greeting),
 * PB_ERROR_CANCELLED. */
PbSmtpSession *pb_smtp_session_open(const PbAccount *account, const PbSecret *secret,
                                    const PbSmtpFlow *flow, gpointer user_data,
                                    GCancellable *cancellable, PbEvidence **evidence_out,
                                    GError **error);

/* Submits until the flow's next() gives NULL and all results are in. FALSE if the session is not
 * usable any more (all results have still been given). Errors: PB_ERROR_UNAVAILABLE,
 * PB_ERROR_NOT_NOW (421, time-out), PB_ERROR_PROTOCOL, PB_ERROR_CANCELLED, PB_ERROR_CREDENTIALS
 * (530 at MAIL). */
gboolean pb_smtp_session_run(PbSmtpSession *session, const PbSmtpFlow *flow, gpointer user_data,
                             GCancellable *cancellable, GError **error);

const PbSmtpFacts *pb_smtp_session_facts(PbSmtpSession *session);
/* The masked dialogue so far, with times: what the Transcript page shows. Bounded; g_free(). When
 * open() fails the transcript is in pb_smtp_last_transcript() of the calling thread. */
char *pb_smtp_session_transcript(PbSmtpSession *session);
char *pb_smtp_last_transcript(void);
/* QUIT if possible (at most 2 s), close, free. NULL is fine. */
void pb_smtp_session_free(PbSmtpSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSmtpSession, pb_smtp_session_free)
