/* Signing in at the sandbox: PLAIN, LOGIN and SCRAM-SHA-256 by gsasl's server side. */
#pragma once

#include <glib.h>

#define PB_SANDBOX_MECHANISMS "PLAIN LOGIN SCRAM-SHA-256"

typedef struct PbSandboxAuth PbSandboxAuth;

typedef enum {
    PB_SANDBOX_AUTH_MORE, /* a challenge is to be sent */
    PB_SANDBOX_AUTH_DONE,
    PB_SANDBOX_AUTH_REFUSED, /* wrong password */
    PB_SANDBOX_AUTH_BROKEN,  /* not base64, or not what the mechanism wants */
} PbSandboxAuthStep;

/* NULL: the mechanism is not offered. */
PbSandboxAuth *pb_sandbox_auth_new(const char *mechanism);
void pb_sandbox_auth_free(PbSandboxAuth *auth);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSandboxAuth, pb_sandbox_auth_free)
/* `response` in base64; NULL: the client sent no initial response. The challenge is base64, set
 * only with MORE. */
PbSandboxAuthStep pb_sandbox_auth_step(PbSandboxAuth *auth, const char *response,
                                       char **challenge_out);
