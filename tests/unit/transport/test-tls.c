/* Who is let through and who is not: a server of our own with certificates made on the spot. */
#include "accounts/pb-error.h"
#include "transport/smtp/session.h"

#include <criterion/criterion.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <string.h>

#define DAY (24 * 3600)

typedef struct {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
} Identity;

typedef struct {
    const char *dns;     /* NULL: none */
    gboolean ip;         /* 127.0.0.1 as a name */
    int from, until;     /* days from now */
    gboolean self;       /* signed by itself */
    const char *pin;     /* "right", "wrong", NULL */
    gboolean other_ca;   /* ca_file is of somebody else */
    const char *failure; /* NULL: must open; else words of the error */
} Case;

static Identity identity_new(const char *name, const Case *of, const Identity *issuer) {
    Identity made;
    gnutls_x509_privkey_init(&made.key);
    gnutls_x509_privkey_generate(made.key, GNUTLS_PK_ECDSA,
                                 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    gnutls_x509_crt_init(&made.certificate);
    gnutls_x509_crt_set_version(made.certificate, 3);
    guint8 serial[4] = {1, 2, 3, (guint8) g_random_int_range(0, 256)};
    gnutls_x509_crt_set_serial(made.certificate, serial, sizeof serial);
    gnutls_x509_crt_set_dn_by_oid(made.certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                  (unsigned) strlen(name));
    time_t now = time(NULL);
    gnutls_x509_crt_set_activation_time(made.certificate, now + (of ? of->from : -1) * DAY);
    gnutls_x509_crt_set_expiration_time(made.certificate, now + (of ? of->until : 30) * DAY);
    gnutls_x509_crt_set_basic_constraints(made.certificate, of == NULL, -1);
    if (of != NULL && of->dns != NULL)
        gnutls_x509_crt_set_subject_alt_name(made.certificate, GNUTLS_SAN_DNSNAME, of->dns,
                                             (unsigned) strlen(of->dns), GNUTLS_FSAN_SET);
    guint8 address[] = {127, 0, 0, 1};
    if (of != NULL && of->ip)
        gnutls_x509_crt_set_subject_alt_name(made.certificate, GNUTLS_SAN_IPADDRESS, address,
                                             sizeof address, GNUTLS_FSAN_APPEND);
    gnutls_x509_crt_set_key(made.certificate, made.key);
    const Identity *signer = issuer != NULL ? issuer : &made;
    cr_assert_eq(gnutls_x509_crt_sign2(made.certificate, signer->certificate, signer->key,
                                       GNUTLS_DIG_SHA256, 0),
                 0);
    return made;
}

static void identity_clear(Identity *identity) {
    gnutls_x509_crt_deinit(identity->certificate);
    gnutls_x509_privkey_deinit(identity->key);
}

static void write_pem(const Identity *identity, const char *path) {
    gnutls_datum_t pem;
    cr_assert_eq(gnutls_x509_crt_export2(identity->certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
    cr_assert(g_file_set_contents(path, (const char *) pem.data, pem.size, NULL));
    gnutls_free(pem.data);
}

static char *sha256_of(const Identity *identity) {
    gnutls_datum_t der;
    cr_assert_eq(gnutls_x509_crt_export2(identity->certificate, GNUTLS_X509_FMT_DER, &der), 0);
    char *hex = g_compute_checksum_for_data(G_CHECKSUM_SHA256, der.data, der.size);
    gnutls_free(der.data);
    return hex;
}

/* --- the server ------------------------------------------------------------------------------- */

typedef struct {
    GSocket *listener;
    const Identity *identity;
    GString *taken;
} Server;

static void serve_lines(gnutls_session_t session, GString *taken) {
    const char *const replies[] = {"250-mx\r\n250 AUTH PLAIN\r\n", "235 ok\r\n", "221 bye\r\n"};
    gnutls_record_send(session, "220 mx\r\n", 8);
    for (guint i = 0; i < G_N_ELEMENTS(replies); i++) {
        char line[1024];
        ssize_t got = gnutls_record_recv(session, line, sizeof line);
        if (got <= 0)
            return;
        g_string_append_len(taken, line, got);
        gnutls_record_send(session, replies[i], strlen(replies[i]));
    }
}

static gpointer serve(gpointer data) {
    Server *server = data;
    g_autoptr(GSocket) socket = g_socket_accept(server->listener, NULL, NULL);
    g_unix_set_fd_nonblocking(g_socket_get_fd(socket), FALSE, NULL);
    gnutls_certificate_credentials_t credentials;
    gnutls_session_t session;
    gnutls_certificate_allocate_credentials(&credentials);
    gnutls_x509_crt_t chain[] = {server->identity->certificate};
    gnutls_certificate_set_x509_key(credentials, chain, 1, server->identity->key);
    gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(session, g_socket_get_fd(socket));
    if (gnutls_handshake(session) == 0)
        serve_lines(session, server->taken);
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(credentials);
    return NULL;
}

static guint16 server_listen(Server *server) {
    server->listener =
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string("127.0.0.1", 0);
    cr_assert(g_socket_bind(server->listener, any, TRUE, NULL));
    cr_assert(g_socket_listen(server->listener, NULL));
    g_autoptr(GSocketAddress) bound = g_socket_get_local_address(server->listener, NULL);
    return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
}

/* --- one case --------------------------------------------------------------------------------- */

static void check_opened(PbSmtpSession *session, const Case *of, const GString *taken) {
    cr_assert_not_null(session);
    cr_assert_str_eq(pb_smtp_session_facts(session)->tls_version, "TLS1.3");
    cr_assert_str_eq(pb_smtp_session_facts(session)->auth_mechanism, "PLAIN");
    cr_assert_eq(pb_smtp_session_facts(session)->round_trips, 5);
    g_autofree char *transcript = pb_smtp_session_transcript(session);
    cr_assert_null(strstr(transcript, "AGFubmEA"), "%s", transcript);
    cr_assert_not_null(strstr(transcript, "C: AUTH PLAIN ********"), "%s", transcript);
    cr_assert_not_null(strstr(taken->str, "AUTH PLAIN AGFubmEA"));
    (void) of;
}

static void check_refused(const GError *error, const Case *of, const GString *taken) {
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_CERTIFICATE), "%s",
              error != NULL ? error->message : "opened");
    cr_assert_not_null(strstr(error->message, of->failure), "%s", error->message);
    cr_assert_str_eq(taken->str, "");
}

static void try_case(const Case *of) {
    g_autofree char *folder = g_dir_make_tmp("pb-tls-XXXXXX", NULL);
    g_autofree char *ca_file = g_build_filename(folder, "ca.pem", NULL);
    Identity ca = identity_new("Test CA", NULL, NULL);
    Identity other = identity_new("Other CA", NULL, NULL);
    Identity shown = identity_new("mx", of, of->self ? NULL : &ca);
    write_pem(of->other_ca ? &other : &ca, ca_file);
    g_autofree char *pin = sha256_of(of->pin != NULL && *of->pin == 'w' ? &other : &shown);
    Server server = {.identity = &shown, .taken = g_string_new(NULL)};
    guint16 port = server_listen(&server);
    GThread *thread = g_thread_new("server", serve, &server);

    PbAccount account = {.host = (char *) "127.0.0.1",
                         .port = port,
                         .security = PB_SECURITY_TLS,
                         .username = (char *) "anna",
                         .auth = (char *) "auto",
                         .ca_file = ca_file,
                         .pin_sha256 = of->pin != NULL ? pin : NULL,
                         .timeout = 20};
    g_autoptr(PbSecret) secret = pb_secret_new("secret", -1);
    g_autoptr(GError) error = NULL;
    g_autoptr(PbEvidence) evidence = NULL;
    PbSmtpSession *session =
        pb_smtp_session_open(&account, secret, NULL, NULL, NULL, &evidence, &error);
    if (of->failure == NULL)
        check_opened(session, of, server.taken);
    pb_smtp_session_free(session);
    g_thread_join(thread);
    if (of->failure != NULL)
        check_refused(error, of, server.taken);

    g_object_unref(server.listener);
    g_string_free(server.taken, TRUE);
    identity_clear(&ca);
    identity_clear(&other);
    identity_clear(&shown);
    g_unlink(ca_file);
    g_rmdir(folder);
}

Test(tls_verify, lets_the_right_server_through) {
    try_case(&(Case){.ip = TRUE, .from = -1, .until = 9});
}

Test(tls_verify, refuses_an_expired_certificate) {
    try_case(&(Case){.ip = TRUE, .from = -9, .until = -1, .failure = "expired"});
}

Test(tls_verify, refuses_a_certificate_of_the_future) {
    try_case(&(Case){.ip = TRUE, .from = 2, .until = 9, .failure = "not valid before"});
}

Test(tls_verify, refuses_another_host_and_names_it) {
    try_case(
        &(Case){.dns = "mail.other.test", .from = -1, .until = 9, .failure = "mail.other.test"});
}

Test(tls_verify, refuses_a_self_signed_certificate) {
    try_case(&(Case){.ip = TRUE, .from = -1, .until = 9, .self = TRUE, .failure = "self-signed"});
}

Test(tls_verify, refuses_an_unknown_issuer_and_names_it) {
    try_case(&(Case){.ip = TRUE, .from = -1, .until = 9, .other_ca = TRUE, .failure = "Test CA"});
}

Test(tls_verify, a_pin_replaces_issuer_name_and_date) {
    try_case(&(Case){.dns = "x.test", .from = -9, .until = -1, .self = TRUE, .pin = "right"});
}

Test(tls_verify, a_wrong_pin_refuses_even_a_good_certificate) {
    try_case(&(Case){.ip = TRUE, .from = -1, .until = 9, .pin = "wrong", .failure = "pinned"});
}
