#include "transport/smtp/sasl-gsasl.h"

#include "accounts/pb-error.h"

#include <glib/gi18n-lib.h>
#include <gsasl.h>

#include <string.h>

#define ITERATIONS_MAX 1000000

struct PbGsasl {
    Gsasl *library;
    Gsasl_session *session;
    gboolean finished;
};

gboolean pb_gsasl_supports(const char *mechanism) {
    Gsasl *library = NULL;
    if (gsasl_init(&library) != GSASL_OK)
        return FALSE;
    gboolean supported = gsasl_client_support_p(library, mechanism) != 0;
    gsasl_done(library);
    return supported;
}

PbGsasl *pb_gsasl_new(const char *mechanism, const char *username, const PbSecret *secret,
                      GError **error) {
    PbGsasl *gsasl = g_new0(PbGsasl, 1);
    int outcome = gsasl_init(&gsasl->library);
    if (outcome == GSASL_OK)
        outcome = gsasl_client_start(gsasl->library, mechanism, &gsasl->session);
    if (outcome == GSASL_OK)
        outcome = gsasl_property_set(gsasl->session, GSASL_AUTHID, username);
    if (outcome == GSASL_OK)
        outcome = gsasl_property_set_raw(gsasl->session, GSASL_PASSWORD, pb_secret_peek(secret),
                                         pb_secret_length(secret));
    if (outcome == GSASL_OK)
        return gsasl;
    g_set_error(error, PB_ERROR, PB_ERROR_INTERNAL, _("cannot use %s to sign in: %s"), mechanism,
                gsasl_strerror(outcome));
    pb_gsasl_free(gsasl);
    return NULL;
}

void pb_gsasl_free(PbGsasl *gsasl) {
    if (gsasl == NULL)
        return;
    /* gsasl_finish() wipes its copy of the password. */
    if (gsasl->session != NULL)
        gsasl_finish(gsasl->session);
    if (gsasl->library != NULL)
        gsasl_done(gsasl->library);
    g_free(gsasl);
}

static void set_step_error(int outcome, GError **error) {
    /* SCRAM's last step: the server has to show that it knows the password too (RFC 5802 3). */
    if (outcome == GSASL_AUTHENTICATION_ERROR)
        g_set_error_literal(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                            _("the server could not prove that it knows the password; either the "
                              "password is wrong, or this is not the right server"));
    else
        g_set_error(error, PB_ERROR, PB_ERROR_PROTOCOL,
                    _("the server's part of signing in makes no sense: %s"),
                    gsasl_strerror(outcome));
}

/* The server chooses how often SCRAM hashes (RFC 5802 5.1, "i="), and nothing can cancel that; a
 * million takes a second. */
static gboolean is_too_costly(const char *challenge) {
    gsize length = 0;
    g_autofree guchar *bytes = g_base64_decode(challenge, &length);
    g_autofree char *text = g_strndup((const char *) bytes, length);
    const char *count = strstr(text, ",i=");
    return count != NULL && g_ascii_strtoull(count + 3, NULL, 10) > ITERATIONS_MAX;
}

char *pb_gsasl_step(PbGsasl *gsasl, const char *challenge, GError **error) {
    if (challenge != NULL && is_too_costly(challenge)) {
        set_step_error(GSASL_MECHANISM_PARSE_ERROR, error);
        return NULL;
    }
    char *output = NULL;
    int outcome = gsasl_step64(gsasl->session, challenge, &output);
    if (outcome != GSASL_OK && outcome != GSASL_NEEDS_MORE) {
        set_step_error(outcome, error);
        gsasl_free(output);
        return NULL;
    }
    gsasl->finished = outcome == GSASL_OK;
    char *response = g_strdup(output != NULL ? output : "");
    if (output != NULL)
        explicit_bzero(output, strlen(output));
    gsasl_free(output);
    return response;
}

gboolean pb_gsasl_is_finished(const PbGsasl *gsasl) {
    return gsasl->finished;
}
