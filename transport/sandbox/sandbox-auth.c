#include "transport/sandbox/sandbox-auth.h"

#include "transport/sandbox/sandbox.h"

#include <gsasl.h>

#include <string.h>

struct PbSandboxAuth {
    Gsasl *context;
    Gsasl_session *session;
    gboolean done; /* the mechanism is through; an empty response may still be owed */
    gboolean wants_first;
};

/* Any user name does; what counts is the password everyone knows. */
static int callback(Gsasl *context, Gsasl_session *session, Gsasl_property property) {
    (void) context;
    switch (property) {
    case GSASL_PASSWORD:
        gsasl_property_set(session, GSASL_PASSWORD, PB_SANDBOX_PASSWORD);
        return GSASL_OK;
    case GSASL_VALIDATE_SIMPLE: {
        const char *password = gsasl_property_fast(session, GSASL_PASSWORD);
        return g_strcmp0(password, PB_SANDBOX_PASSWORD) == 0 ? GSASL_OK
                                                             : GSASL_AUTHENTICATION_ERROR;
    }
    default:
        return GSASL_NO_CALLBACK;
    }
}

PbSandboxAuth *pb_sandbox_auth_new(const char *mechanism) {
    g_auto(GStrv) offered = g_strsplit(PB_SANDBOX_MECHANISMS, " ", -1);
    g_autofree char *upper = g_ascii_strup(mechanism, -1);
    if (!g_strv_contains((const char *const *) offered, upper))
        return NULL;
    g_autoptr(PbSandboxAuth) auth = g_new0(PbSandboxAuth, 1);
    if (gsasl_init(&auth->context) != GSASL_OK)
        return NULL;
    gsasl_callback_set(auth->context, callback);
    if (gsasl_server_start(auth->context, upper, &auth->session) != GSASL_OK)
        return NULL;
    /* With these the client speaks first: without an initial response an empty challenge goes out
     * (RFC 4954 section 4). LOGIN's server speaks first. */
    auth->wants_first = strcmp(upper, "LOGIN") != 0;
    return g_steal_pointer(&auth);
}

void pb_sandbox_auth_free(PbSandboxAuth *auth) {
    if (auth == NULL)
        return;
    if (auth->session != NULL)
        gsasl_finish(auth->session);
    if (auth->context != NULL)
        gsasl_done(auth->context);
    g_free(auth);
}

static PbSandboxAuthStep after_step(PbSandboxAuth *auth, int result, char *output,
                                    char **challenge_out) {
    g_autofree char *challenge = g_strdup(output != NULL ? output : "");
    gsasl_free(output);
    if (result == GSASL_OK && challenge[0] == '\0')
        return PB_SANDBOX_AUTH_DONE;
    if (result == GSASL_OK || result == GSASL_NEEDS_MORE) {
        /* SMTP has no field for data beside 235: SCRAM's last word is a challenge of its own. */
        auth->done = result == GSASL_OK;
        *challenge_out = g_steal_pointer(&challenge);
        return PB_SANDBOX_AUTH_MORE;
    }
    gboolean garbled = result == GSASL_BASE64_ERROR || result == GSASL_MECHANISM_PARSE_ERROR;
    return garbled ? PB_SANDBOX_AUTH_BROKEN : PB_SANDBOX_AUTH_REFUSED;
}

PbSandboxAuthStep pb_sandbox_auth_step(PbSandboxAuth *auth, const char *response,
                                       char **challenge_out) {
    if (auth->done)
        return PB_SANDBOX_AUTH_DONE;
    if (response == NULL && auth->wants_first) {
        *challenge_out = g_strdup("");
        return PB_SANDBOX_AUTH_MORE;
    }
    /* RFC 4954: "=" is an initial response of no bytes. */
    if (g_strcmp0(response, "=") == 0)
        response = "";
    char *output = NULL;
    int result = gsasl_step64(auth->session, response, &output);
    return after_step(auth, result, output, challenge_out);
}
