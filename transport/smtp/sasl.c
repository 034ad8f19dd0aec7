#include "transport/smtp/sasl.h"

#include "accounts/pb-error.h"
#include "transport/smtp/sasl-gsasl.h"
#include "transport/smtp/tls-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

typedef enum { KIND_GSASL, KIND_PLAIN, KIND_LOGIN } Kind;

typedef struct {
    const char *name;
    Kind kind;
    gboolean server_first; /* no initial response */
} Mechanism;

/* Strongest first: what the server learns of the password decides the order. */
static const Mechanism mechanisms[] = {
    {"SCRAM-SHA-256", KIND_GSASL, FALSE}, {"SCRAM-SHA-1", KIND_GSASL, FALSE},
    {"CRAM-MD5", KIND_GSASL, TRUE},       {"PLAIN", KIND_PLAIN, FALSE},
    {"LOGIN", KIND_LOGIN, TRUE},
};

struct PbSasl {
    const Mechanism *mechanism;
    char *username;
    PbSecret *secret;
    PbGsasl *gsasl;
    guint steps; /* responses given */
};

/* More rounds than any mechanism here has. */
#define STEPS_MAX 8

static gboolean is_offered(char *const *offered, const char *name) {
    return g_strv_contains((const char *const *) offered, name);
}

static gboolean is_usable(const Mechanism *mechanism) {
    return mechanism->kind != KIND_GSASL || pb_gsasl_supports(mechanism->name);
}

static gboolean is_wanted(const char *auth, const char *name) {
    return auth == NULL || *auth == '\0' || g_ascii_strcasecmp(auth, "auto") == 0 ||
           g_ascii_strcasecmp(auth, name) == 0;
}

static const Mechanism *choose(const char *auth, char *const *offered) {
    for (guint i = 0; i < G_N_ELEMENTS(mechanisms); i++)
        if (is_wanted(auth, mechanisms[i].name) && is_offered(offered, mechanisms[i].name) &&
            is_usable(&mechanisms[i]))
            return &mechanisms[i];
    return NULL;
}

static void set_no_mechanism(const PbAccount *account, char *const *offered, GError **error) {
    g_autofree char *list = g_strjoinv(", ", (char **) offered);
    if (*list == '\0')
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("“%s” offers no way to sign in on this port; check port and security, or "
                      "remove the username"),
                    account->host);
    else if (is_wanted(account->auth, "*"))
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("“%s” offers no way to sign in that postbag knows, only %s"), account->host,
                    list);
    else
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("“%s” does not offer “%s” for signing in, only %s; set auth to auto or one "
                      "of these"),
                    account->host, account->auth, list);
}

static gboolean check_allowed(const PbAccount *account, const PbSecret *secret,
                              const PbTlsProof *proof, GError **error) {
    if (proof == NULL || !proof->verified)
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("the password for “%s” is not sent over a connection without verified TLS; "
                      "set security to tls or starttls"),
                    account->username);
    else if (secret == NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS, _("there is no password for “%s”"),
                    account->username);
    else if (memchr(pb_secret_peek(secret), '\0', pb_secret_length(secret)) != NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("the password for “%s” contains a NUL byte"), account->username);
    else
        return TRUE;
    return FALSE;
}

PbSasl *pb_sasl_new(const PbAccount *account, const PbSecret *secret, char *const *offered,
                    const PbTlsProof *proof, GError **error) {
    if (!check_allowed(account, secret, proof, error))
        return NULL;
    const Mechanism *mechanism = choose(account->auth, offered);
    if (mechanism == NULL) {
        set_no_mechanism(account, offered, error);
        return NULL;
    }
    PbGsasl *gsasl = NULL;
    if (mechanism->kind == KIND_GSASL) {
        gsasl = pb_gsasl_new(mechanism->name, account->username, secret, error);
        if (gsasl == NULL)
            return NULL;
    }
    PbSasl *sasl = g_new0(PbSasl, 1);
    sasl->mechanism = mechanism;
    sasl->username = g_strdup(account->username);
    sasl->secret = pb_secret_copy(secret);
    sasl->gsasl = gsasl;
    return sasl;
}

void pb_sasl_free(PbSasl *sasl) {
    if (sasl == NULL)
        return;
    pb_gsasl_free(sasl->gsasl);
    pb_secret_free(sasl->secret);
    g_free(sasl->username);
    g_free(sasl);
}

const char *pb_sasl_mechanism(const PbSasl *sasl) {
    return sasl->mechanism->name;
}

void pb_sasl_wipe(char *response) {
    if (response == NULL)
        return;
    explicit_bzero(response, strlen(response));
    g_free(response);
}

/* RFC 4616: no authorization identity, NUL, user, NUL, password. */
static char *plain_message(const PbSasl *sasl) {
    gsize user = strlen(sasl->username);
    gsize length = user + pb_secret_length(sasl->secret) + 2;
    guchar *message = g_malloc0(length);
    memcpy(message + 1, sasl->username, user);
    memcpy(message + user + 2, pb_secret_peek(sasl->secret), pb_secret_length(sasl->secret));
    char *encoded = g_base64_encode(message, length);
    explicit_bzero(message, length);
    g_free(message);
    return encoded;
}

static char *encode(const char *bytes, gsize length) {
    return g_base64_encode((const guchar *) bytes, length);
}

char *pb_sasl_initial(PbSasl *sasl) {
    if (sasl->mechanism->server_first)
        return NULL;
    sasl->steps++;
    if (sasl->mechanism->kind == KIND_PLAIN)
        return plain_message(sasl);
    char *response = pb_gsasl_step(sasl->gsasl, NULL, NULL);
    if (response != NULL && *response == '\0') {
        g_free(response);
        return g_strdup("=");
    }
    return response;
}

/* LOGIN has no specification to trust the prompts by: the first is for the name, the second for the
 * password, whatever their words. */
static char *login_response(PbSasl *sasl) {
    return sasl->steps == 1 ? encode(sasl->username, strlen(sasl->username))
                            : encode(pb_secret_peek(sasl->secret), pb_secret_length(sasl->secret));
}

static gboolean set_too_many(GError **error) {
    g_set_error_literal(error, PB_ERROR, PB_ERROR_PROTOCOL,
                        _("the server asks for more than signing in needs"));
    return FALSE;
}

char *pb_sasl_respond(PbSasl *sasl, const char *challenge, GError **error) {
    static const guint limits[] = {[KIND_GSASL] = STEPS_MAX, [KIND_PLAIN] = 1, [KIND_LOGIN] = 2};
    if (++sasl->steps > limits[sasl->mechanism->kind]) {
        set_too_many(error);
        return NULL;
    }
    switch (sasl->mechanism->kind) {
    case KIND_PLAIN:
        return plain_message(sasl);
    case KIND_LOGIN:
        return login_response(sasl);
    case KIND_GSASL:
        break;
    }
    return pb_gsasl_step(sasl->gsasl, challenge, error);
}

gboolean pb_sasl_may_succeed(const PbSasl *sasl) {
    return sasl->gsasl == NULL || pb_gsasl_is_finished(sasl->gsasl);
}
