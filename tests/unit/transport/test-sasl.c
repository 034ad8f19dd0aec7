#include "accounts/pb-error.h"
#include "transport/smtp/sasl.h"
#include "transport/smtp/tls-private.h"

#include <criterion/criterion.h>
#include <gsasl.h>

#include <string.h>

static const struct PbTlsProof verified = {TRUE};
static const struct PbTlsProof unverified = {FALSE};

static PbSasl *sasl_with(const char *auth, const char *offered, const char *password,
                         const PbTlsProof *proof, GError **error) {
    PbAccount account = {
        .host = (char *) "mx.test", .username = (char *) "anna", .auth = (char *) auth};
    g_autoptr(PbSecret) secret = password != NULL ? pb_secret_new(password, -1) : NULL;
    g_auto(GStrv) mechanisms = g_strsplit(offered, " ", -1);
    return pb_sasl_new(&account, secret, mechanisms, proof, error);
}

static void assert_chosen(const char *auth, const char *offered, const char *expected) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbSasl) sasl = sasl_with(auth, offered, "secret", &verified, &error);
    if (expected == NULL) {
        cr_assert_null(sasl, "%s of %s", auth, offered);
        cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_CREDENTIALS));
    } else {
        cr_assert_not_null(sasl, "%s of %s: %s", auth, offered, error->message);
        cr_assert_str_eq(pb_sasl_mechanism(sasl), expected);
    }
}

Test(sasl_choice, takes_the_strongest_offered) {
    assert_chosen("auto", "LOGIN PLAIN", "PLAIN");
    assert_chosen("auto", "PLAIN LOGIN SCRAM-SHA-1 SCRAM-SHA-256 CRAM-MD5", "SCRAM-SHA-256");
    assert_chosen("auto", "LOGIN GSSAPI", "LOGIN");
    assert_chosen(NULL, "XOAUTH2 PLAIN", "PLAIN");
    assert_chosen("auto", "XOAUTH2 GSSAPI", NULL);
    assert_chosen("auto", "", NULL);
}

Test(sasl_choice, does_what_the_account_says_and_nothing_weaker) {
    assert_chosen("login", "PLAIN LOGIN SCRAM-SHA-256", "LOGIN");
    assert_chosen("plain", "PLAIN LOGIN SCRAM-SHA-256", "PLAIN");
    assert_chosen("scram-sha-256", "PLAIN LOGIN", NULL);
    assert_chosen("xoauth2", "PLAIN XOAUTH2", NULL);
}

Test(sasl_choice, gives_nothing_without_verified_tls) {
    const PbTlsProof *const proofs[] = {NULL, &unverified};
    for (guint i = 0; i < G_N_ELEMENTS(proofs); i++) {
        g_autoptr(GError) error = NULL;
        cr_assert_null(sasl_with("auto", "PLAIN SCRAM-SHA-256", "secret", proofs[i], &error));
        cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_CREDENTIALS));
        cr_assert_null(strstr(error->message, "secret"));
    }
}

Test(sasl_choice, needs_a_password) {
    g_autoptr(GError) error = NULL;
    cr_assert_null(sasl_with("auto", "PLAIN", NULL, &verified, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_CREDENTIALS));
}

Test(sasl_plain, has_no_authorization_identity) {
    g_autoptr(PbSasl) sasl = sasl_with("plain", "PLAIN", "pä ss", &verified, NULL);
    char *initial = pb_sasl_initial(sasl);
    gsize length = 0;
    g_autofree guchar *message = g_base64_decode(initial, &length);
    cr_assert_eq(length, strlen("pä ss") + 6);
    cr_assert_eq(memcmp(message, "\0anna\0pä ss", length), 0);
    pb_sasl_wipe(initial);
}

Test(sasl_login, answers_twice_and_no_more) {
    g_autoptr(PbSasl) sasl = sasl_with("login", "LOGIN", "secret", &verified, NULL);
    cr_assert_null(pb_sasl_initial(sasl));
    g_autofree char *user = pb_sasl_respond(sasl, "VXNlcm5hbWU6", NULL);
    g_autofree char *password = pb_sasl_respond(sasl, "", NULL);
    cr_assert_str_eq(user, "YW5uYQ==");
    cr_assert_str_eq(password, "c2VjcmV0");
    g_autoptr(GError) error = NULL;
    cr_assert_null(pb_sasl_respond(sasl, "", &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_PROTOCOL));
}

/* --- SCRAM against the library's own server ----------------------------------------------------
 */

static const char *server_password;

static int server_callback(Gsasl *library, Gsasl_session *session, Gsasl_property property) {
    (void) library;
    if (property != GSASL_PASSWORD)
        return GSASL_NO_CALLBACK;
    return gsasl_property_set(session, GSASL_PASSWORD, server_password);
}

/* TRUE if the server was satisfied; `sasl` has then seen its proof. */
static gboolean scram(PbSasl *sasl) {
    Gsasl *library = NULL;
    Gsasl_session *server = NULL;
    cr_assert_eq(gsasl_init(&library), GSASL_OK);
    gsasl_callback_set(library, server_callback);
    cr_assert_eq(gsasl_server_start(library, "SCRAM-SHA-256", &server), GSASL_OK);
    char *response = pb_sasl_initial(sasl);
    int outcome = GSASL_NEEDS_MORE;
    while (response != NULL) {
        char *challenge = NULL;
        outcome = gsasl_step64(server, response, &challenge);
        pb_sasl_wipe(g_steal_pointer(&response));
        if (challenge != NULL && *challenge != '\0')
            response = pb_sasl_respond(sasl, challenge, NULL);
        gsasl_free(challenge);
        if (outcome != GSASL_NEEDS_MORE)
            break;
    }
    pb_sasl_wipe(response);
    gsasl_finish(server);
    gsasl_done(library);
    return outcome == GSASL_OK;
}

Test(sasl_scram, succeeds_with_the_right_password_and_checks_the_server) {
    server_password = "secret";
    g_autoptr(PbSasl) sasl = sasl_with("auto", "SCRAM-SHA-256", "secret", &verified, NULL);
    cr_assert_not(pb_sasl_may_succeed(sasl));
    cr_assert(scram(sasl));
    cr_assert(pb_sasl_may_succeed(sasl));
}

Test(sasl_scram, fails_with_the_wrong_password) {
    server_password = "other";
    g_autoptr(PbSasl) sasl = sasl_with("auto", "SCRAM-SHA-256", "secret", &verified, NULL);
    cr_assert_not(scram(sasl));
    cr_assert_not(pb_sasl_may_succeed(sasl));
}

Test(sasl_scram, refuses_challenges_that_make_no_sense) {
    const char *const challenges[] = {"", "!!!", "bm9uc2Vuc2U=", "cj1hLHM9YWJjLGk9MQ=="};
    for (guint i = 0; i < G_N_ELEMENTS(challenges); i++) {
        g_autoptr(PbSasl) sasl = sasl_with("auto", "SCRAM-SHA-256", "secret", &verified, NULL);
        pb_sasl_wipe(pb_sasl_initial(sasl));
        g_autoptr(GError) error = NULL;
        cr_expect_null(pb_sasl_respond(sasl, challenges[i], &error), "%s", challenges[i]);
        cr_expect_not_null(error);
    }
}

Test(sasl_scram, does_not_hash_four_thousand_million_times) {
    g_autoptr(PbSasl) sasl = sasl_with("auto", "SCRAM-SHA-256", "secret", &verified, NULL);
    gsize length = 0;
    char *initial = pb_sasl_initial(sasl);
    g_autofree guchar *bytes = g_base64_decode(initial, &length);
    pb_sasl_wipe(initial);
    g_autofree char *message = g_strndup((const char *) bytes, length);
    const char *nonce = strstr(message, "r=");
    cr_assert_not_null(nonce);
    g_autofree char *text = g_strconcat(nonce, "server,s=c2FsdA==,i=4000000000", NULL);
    g_autofree char *challenge = g_base64_encode((const guchar *) text, strlen(text));
    g_autoptr(GError) error = NULL;
    gint64 started = g_get_monotonic_time();
    cr_assert_null(pb_sasl_respond(sasl, challenge, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_PROTOCOL));
    cr_assert_lt(g_get_monotonic_time() - started, 5 * G_USEC_PER_SEC);
}
