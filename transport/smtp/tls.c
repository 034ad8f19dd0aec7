#include "transport/smtp/tls.h"

#include "accounts/pb-error.h"
#include "transport/smtp/tls-private.h"
#include "transport/smtp/tls-verify.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/gnutls.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* NORMAL without the versions that RFC 8996 retired. */
#define PRIORITY     "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define WARNINGS_MAX 16

struct PbTls {
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    int fd;
    PbRoundTrips *trips;
    char *host;
    char *pin;
    GError *refusal; /* why the peer was not verified */
    int last_error;
    PbTlsFacts facts;
    struct PbTlsProof proof;
};

static ssize_t push(gnutls_transport_ptr_t data, const giovec_t *vector, int count) {
    PbTls *tls = data;
    struct msghdr message = {
        .msg_iov = (struct iovec *) vector,
        .msg_iovlen = (size_t) count,
    };
    ssize_t sent = sendmsg(tls->fd, &message, MSG_NOSIGNAL);
    if (sent > 0)
        pb_round_trips_spoke(tls->trips);
    return sent;
}

static ssize_t pull(gnutls_transport_ptr_t data, void *buffer, size_t room) {
    PbTls *tls = data;
    ssize_t got = recv(tls->fd, buffer, room, 0);
    if (got > 0)
        pb_round_trips_heard(tls->trips);
    return got;
}

/* Called by GnuTLS in the handshake; anything but 0 ends it with an alert. */
static int verify(gnutls_session_t session) {
    PbTls *tls = gnutls_session_get_ptr(session);
    g_clear_error(&tls->refusal);
    tls->proof.verified = pb_tls_verify_peer(session, tls->host, tls->pin, &tls->refusal);
    return tls->proof.verified ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

static gboolean load_trust(PbTls *tls, const PbAccount *account, GError **error) {
    if (tls->pin != NULL && *tls->pin != '\0')
        return TRUE;
    int count = account->ca_file != NULL
                    ? gnutls_certificate_set_x509_trust_file(tls->credentials, account->ca_file,
                                                             GNUTLS_X509_FMT_PEM)
                    : gnutls_certificate_set_x509_system_trust(tls->credentials);
    if (count > 0)
        return TRUE;
    if (account->ca_file != NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                    _("cannot read certificates from ca_file “%s”: %s"), account->ca_file,
                    count < 0 ? gnutls_strerror(count) : _("there is none in it"));
    else
        g_set_error_literal(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                            _("this system has no list of trusted certificates; install "
                              "ca-certificates, or set ca_file"));
    return FALSE;
}

static gboolean load_client_certificate(PbTls *tls, const char *path, GError **error) {
    if (path == NULL)
        return TRUE;
    int outcome =
        gnutls_certificate_set_x509_key_file(tls->credentials, path, path, GNUTLS_X509_FMT_PEM);
    if (outcome >= 0)
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                _("cannot read certificate and key from client_certificate “%s”: %s"), path,
                gnutls_strerror(outcome));
    return FALSE;
}

static gboolean set_up_session(PbTls *tls, GError **error) {
    int outcome = gnutls_init(&tls->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
    if (outcome >= 0)
        outcome = gnutls_priority_set_direct(tls->session, PRIORITY, NULL);
    if (outcome >= 0)
        outcome = gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, tls->credentials);
    /* RFC 6066 3: no address literals in SNI. */
    if (outcome >= 0 && !g_hostname_is_ip_address(tls->host))
        outcome =
            gnutls_server_name_set(tls->session, GNUTLS_NAME_DNS, tls->host, strlen(tls->host));
    if (outcome < 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_INTERNAL, _("cannot set up TLS: %s"),
                    gnutls_strerror(outcome));
        return FALSE;
    }
    gnutls_session_set_ptr(tls->session, tls);
    gnutls_session_set_verify_function(tls->session, verify);
    gnutls_transport_set_ptr(tls->session, tls);
    gnutls_transport_set_pull_function(tls->session, pull);
    gnutls_transport_set_vec_push_function(tls->session, push);
    return TRUE;
}

PbTls *pb_tls_new(const PbAccount *account, int fd, PbRoundTrips *trips, GError **error) {
    g_autoptr(PbTls) tls = g_new0(PbTls, 1);
    tls->fd = fd;
    tls->trips = trips;
    tls->host = g_strdup(account->host);
    tls->pin = g_strdup(account->pin_sha256);
    if (gnutls_certificate_allocate_credentials(&tls->credentials) < 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_INTERNAL, _("cannot set up TLS: %s"),
                    g_strerror(ENOMEM));
        return NULL;
    }
    if (!load_trust(tls, account, error) ||
        !load_client_certificate(tls, account->client_certificate, error) ||
        !set_up_session(tls, error))
        return NULL;
    return g_steal_pointer(&tls);
}

void pb_tls_free(PbTls *tls) {
    if (tls == NULL)
        return;
    if (tls->session != NULL)
        gnutls_deinit(tls->session);
    if (tls->credentials != NULL)
        gnutls_certificate_free_credentials(tls->credentials);
    g_clear_error(&tls->refusal);
    g_free(tls->facts.version);
    g_free(tls->facts.cipher);
    g_free(tls->facts.name);
    g_free(tls->facts.issuer);
    g_free(tls->host);
    g_free(tls->pin);
    g_free(tls);
}

static PbTlsStatus wanted(const PbTls *tls) {
    return gnutls_record_get_direction(tls->session) != 0 ? PB_TLS_WANT_WRITE : PB_TLS_WANT_READ;
}

static void read_facts(PbTls *tls) {
    tls->facts.version =
        g_strdup(gnutls_protocol_get_name(gnutls_protocol_get_version(tls->session)));
    tls->facts.cipher = g_strdup(gnutls_cipher_get_name(gnutls_cipher_get(tls->session)));
    pb_tls_read_certificate(tls->session, &tls->facts);
}

static PbTlsStatus handshake_failed(PbTls *tls, int outcome, GError **error) {
    if (tls->refusal != NULL) {
        gnutls_alert_send_appropriate(tls->session, outcome);
        g_propagate_error(error, g_steal_pointer(&tls->refusal));
        return PB_TLS_FAILED;
    }
    if (outcome == GNUTLS_E_PREMATURE_TERMINATION || outcome == GNUTLS_E_PULL_ERROR ||
        outcome == GNUTLS_E_PUSH_ERROR)
        return PB_TLS_CLOSED;
    /* Cleartext where a TLS record was due: typically port and security do not fit. */
    if (outcome == GNUTLS_E_UNEXPECTED_PACKET_LENGTH ||
        outcome == GNUTLS_E_UNSUPPORTED_VERSION_PACKET || outcome == GNUTLS_E_UNEXPECTED_PACKET ||
        outcome == GNUTLS_E_RECORD_OVERFLOW)
        g_set_error(error, PB_ERROR, PB_ERROR_PROTOCOL,
                    _("“%s” does not answer in TLS here; check port and security of the account "
                      "(465 goes with tls, 587 with starttls)"),
                    tls->host);
    else if (outcome == GNUTLS_E_FATAL_ALERT_RECEIVED)
        g_set_error(error, PB_ERROR, PB_ERROR_PROTOCOL, _("“%s” refused TLS: %s"), tls->host,
                    gnutls_alert_get_name(gnutls_alert_get(tls->session)));
    else
        g_set_error(error, PB_ERROR, PB_ERROR_PROTOCOL, _("TLS with “%s” failed: %s"), tls->host,
                    gnutls_strerror(outcome));
    return PB_TLS_FAILED;
}

PbTlsStatus pb_tls_handshake(PbTls *tls, GError **error) {
    /* Warnings are passed over, but not for ever: each could be followed by the next. */
    int outcome = GNUTLS_E_INTERRUPTED;
    for (guint tries = 0; tries < WARNINGS_MAX; tries++) {
        outcome = gnutls_handshake(tls->session);
        if (outcome >= 0 || outcome == GNUTLS_E_AGAIN || gnutls_error_is_fatal(outcome))
            break;
    }
    if (outcome == GNUTLS_E_AGAIN)
        return wanted(tls);
    if (outcome < 0) {
        tls->proof.verified = FALSE;
        return handshake_failed(tls, outcome, error);
    }
    read_facts(tls);
    return PB_TLS_DONE;
}

static PbTlsStatus settle(PbTls *tls, ssize_t outcome, gsize *length) {
    if (outcome > 0) {
        *length = (gsize) outcome;
        return PB_TLS_DONE;
    }
    if (outcome == 0 || outcome == GNUTLS_E_PREMATURE_TERMINATION ||
        outcome == GNUTLS_E_PULL_ERROR || outcome == GNUTLS_E_PUSH_ERROR)
        return PB_TLS_CLOSED;
    if (outcome == GNUTLS_E_AGAIN)
        return wanted(tls);
    tls->last_error = (int) outcome;
    return PB_TLS_FAILED;
}

PbTlsStatus pb_tls_read(PbTls *tls, void *buffer, gsize *length) {
    ssize_t got;
    do
        got = gnutls_record_recv(tls->session, buffer, *length);
    while (got == GNUTLS_E_INTERRUPTED);
    return settle(tls, got, length);
}

PbTlsStatus pb_tls_write(PbTls *tls, const void *bytes, gsize *length) {
    ssize_t sent;
    do
        sent = gnutls_record_send(tls->session, bytes, *length);
    while (sent == GNUTLS_E_INTERRUPTED);
    return settle(tls, sent, length);
}

const char *pb_tls_last_error(const PbTls *tls) {
    return gnutls_strerror(tls->last_error);
}

void pb_tls_bye(PbTls *tls) {
    if (tls->proof.verified)
        gnutls_bye(tls->session, GNUTLS_SHUT_WR);
}

const PbTlsFacts *pb_tls_facts(const PbTls *tls) {
    return tls->facts.version != NULL ? &tls->facts : NULL;
}

const PbTlsProof *pb_tls_proof(const PbTls *tls) {
    return tls->proof.verified && tls->facts.version != NULL ? &tls->proof : NULL;
}
