/* The envelope as the sandbox hears it: MAIL and RCPT with their parameters.
 *
 * Pure and strict (RFC 5321 4.1.2, RFC 3461, RFC 6531): what a real server
 * would refuse is refused here, so that faults of the client are seen.
 */
#pragma once

#include <glib.h>

#define PB_SANDBOX_SIZE_LIMIT 25000000

typedef enum {
    PB_SANDBOX_NOTIFY_NONE = 0, /* not asked for: failures only */
    PB_SANDBOX_NOTIFY_NEVER = 1 << 0,
    PB_SANDBOX_NOTIFY_SUCCESS = 1 << 1,
    PB_SANDBOX_NOTIFY_FAILURE = 1 << 2,
    PB_SANDBOX_NOTIFY_DELAY = 1 << 3,
} PbSandboxNotify;

typedef struct {
    char *address;
    guint notify;   /* of PbSandboxNotify */
    char *original; /* ORCPT, decoded, without its type; or NULL */
} PbSandboxRecipient;

typedef struct {
    char *sender; /* NULL: no transaction; "" for <> */
    char *envid;  /* decoded, or NULL */
    gboolean utf8;
    GPtrArray *recipients; /* of PbSandboxRecipient */
} PbSandboxEnvelope;

PbSandboxEnvelope *pb_sandbox_envelope_new(void);
/* No transaction any more. */
void pb_sandbox_envelope_reset(PbSandboxEnvelope *envelope);
void pb_sandbox_envelope_free(PbSandboxEnvelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSandboxEnvelope, pb_sandbox_envelope_free)
void pb_sandbox_recipient_free(PbSandboxRecipient *recipient);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSandboxRecipient, pb_sandbox_recipient_free)

/* `argument` is what stands behind "MAIL" ("FROM:<a@b> SIZE=12"). NULL: fine, `envelope` is filled;
 * else the reply that refuses it. */
const char *pb_sandbox_envelope_mail(PbSandboxEnvelope *envelope, const char *argument);
/* Behind "RCPT". The recipient is not added yet; the caller decides. */
const char *pb_sandbox_envelope_rcpt(const PbSandboxEnvelope *envelope, const char *argument,
                                     PbSandboxRecipient **recipient_out);
