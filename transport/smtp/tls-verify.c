#include "transport/smtp/tls-verify.h"

#include "accounts/pb-error.h"
#include "accounts/pb-text.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/x509.h>

#include <string.h>

/* A certificate may carry hundreds of names; the first few are enough to see what it is. */
#define NAMES_SHOWN_MAX 5
#define NAME_MAX_BYTES  256
#define SHA256_BYTES    32

typedef gnutls_x509_crt_t Certificate;
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(Certificate, gnutls_x509_crt_deinit, NULL)

/* The server's own certificate; NULL if it showed none that can be read. */
static Certificate peer_certificate(gnutls_session_t session) {
    guint count = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
    Certificate certificate = NULL;
    if (chain == NULL || count == 0 || gnutls_x509_crt_init(&certificate) < 0)
        return NULL;
    if (gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER) < 0) {
        gnutls_x509_crt_deinit(certificate);
        return NULL;
    }
    return certificate;
}

static char *shown(const char *bytes, gsize length) {
    return pb_text_sanitise(bytes, (gssize) length, NAME_MAX_BYTES, FALSE);
}

static char *address_text(const char *bytes, gsize length) {
    if (length != 4 && length != 16)
        return NULL;
    g_autoptr(GInetAddress) address = g_inet_address_new_from_bytes(
        (const guint8 *) bytes, length == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);
    return g_inet_address_to_string(address);
}

static char *common_name(Certificate certificate) {
    char buffer[NAME_MAX_BYTES];
    size_t length = sizeof buffer;
    if (gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, buffer,
                                      &length) < 0)
        return NULL;
    return shown(buffer, length);
}

/* DNS names and addresses it is for; the common name if there are none. */
static GPtrArray *certificate_names(Certificate certificate) {
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; names->len < NAMES_SHOWN_MAX; i++) {
        char buffer[NAME_MAX_BYTES];
        size_t length = sizeof buffer;
        int kind = gnutls_x509_crt_get_subject_alt_name(certificate, i, buffer, &length, NULL);
        if (kind == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            break;
        char *name = NULL;
        if (kind == GNUTLS_SAN_DNSNAME)
            name = shown(buffer, length);
        else if (kind == GNUTLS_SAN_IPADDRESS)
            name = address_text(buffer, length);
        if (name != NULL)
            g_ptr_array_add(names, name);
    }
    char *common = names->len == 0 ? common_name(certificate) : NULL;
    if (common != NULL)
        g_ptr_array_add(names, common);
    return names;
}

static char *joined_names(Certificate certificate) {
    g_autoptr(GPtrArray) names = certificate_names(certificate);
    g_ptr_array_add(names, NULL);
    char *joined = g_strjoinv(", ", (char **) names->pdata);
    if (*joined != '\0')
        return joined;
    g_free(joined);
    return g_strdup(_("(no name)"));
}

static char *issuer_name(Certificate certificate) {
    char buffer[NAME_MAX_BYTES];
    size_t length = sizeof buffer;
    const char *const oids[] = {GNUTLS_OID_X520_COMMON_NAME, GNUTLS_OID_X520_ORGANIZATION_NAME};
    for (guint i = 0; i < G_N_ELEMENTS(oids); i++) {
        length = sizeof buffer;
        if (gnutls_x509_crt_get_issuer_dn_by_oid(certificate, oids[i], 0, 0, buffer, &length) >= 0)
            return shown(buffer, length);
    }
    return g_strdup(_("(no name)"));
}

static char *date_text(time_t when) {
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_local((gint64) when);
    return date != NULL ? g_date_time_format(date, "%Y-%m-%d %H:%M") : g_strdup("?");
}

static gboolean is_self_signed(Certificate certificate) {
    return gnutls_x509_crt_check_issuer(certificate, certificate) != 0;
}

static char *fingerprint(gnutls_session_t session) {
    guint count = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
    guint8 hash[SHA256_BYTES];
    size_t length = sizeof hash;
    if (chain == NULL || count == 0 ||
        gnutls_fingerprint(GNUTLS_DIG_SHA256, &chain[0], hash, &length) < 0)
        return NULL;
    GString *hex = g_string_new(NULL);
    for (gsize i = 0; i < length; i++)
        g_string_append_printf(hex, "%02x", hash[i]);
    return g_string_free(hex, FALSE);
}

static gboolean check_pin(gnutls_session_t session, const char *host, const char *pin,
                          GError **error) {
    g_autofree char *actual = fingerprint(session);
    if (actual != NULL && g_ascii_strcasecmp(actual, pin) == 0)
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                _("the certificate of “%s” is not the one that is pinned: its SHA-256 is %s; if "
                  "the server really changed its certificate, set pin_sha256 to that"),
                host, actual != NULL ? actual : "?");
    return FALSE;
}

static void set_date_error(Certificate certificate, const char *host, guint status,
                           GError **error) {
    gboolean expired = (status & GNUTLS_CERT_EXPIRED) != 0;
    g_autofree char *date = date_text(expired ? gnutls_x509_crt_get_expiration_time(certificate)
                                              : gnutls_x509_crt_get_activation_time(certificate));
    g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                expired ? _("the certificate of “%s” expired on %s; check the date of this "
                            "computer, or ask whoever runs the server to renew it")
                        : _("the certificate of “%s” is not valid before %s; check the date of "
                            "this computer"),
                host, date);
}

static void set_issuer_error(Certificate certificate, const char *host, GError **error) {
    g_autofree char *issuer = issuer_name(certificate);
    if (is_self_signed(certificate))
        g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                    _("the certificate of “%s” is self-signed, so nobody vouches for it; if you "
                      "know that it is right, set ca_file or pin_sha256"),
                    host);
    else
        g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                    _("the certificate of “%s” was issued by “%s”, which is not trusted here; if "
                      "you know that authority, set ca_file to its certificate"),
                    host, issuer);
}

static void set_host_error(Certificate certificate, const char *host, GError **error) {
    g_autofree char *names = joined_names(certificate);
    g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                _("the server calls itself %s, not “%s”; check the host name of the account"),
                names, host);
}

static void set_other_error(const char *host, guint status, GError **error) {
    gnutls_datum_t text = {NULL, 0};
    gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0);
    g_autofree char *words = shown(text.data != NULL ? (const char *) text.data : "", text.size);
    gnutls_free(text.data);
    g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                _("the certificate of “%s” is not acceptable: %s"), host, g_strchomp(words));
}

/* Several things may be wrong at once; the first that a person can act on is said. */
static void set_verify_error(Certificate certificate, const char *host, guint status,
                             GError **error) {
    if (status & GNUTLS_CERT_REVOKED)
        set_other_error(host, status, error);
    else if (status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED))
        set_date_error(certificate, host, status, error);
    else if (status & (GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA))
        set_issuer_error(certificate, host, error);
    else if (status & GNUTLS_CERT_UNEXPECTED_OWNER)
        set_host_error(certificate, host, error);
    else
        set_other_error(host, status, error);
}

static gboolean set_no_certificate(const char *host, GError **error) {
    g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                _("“%s” shows no certificate that can be read"), host);
    return FALSE;
}

gboolean pb_tls_verify_peer(gnutls_session_t session, const char *host, const char *pin,
                            GError **error) {
    if (gnutls_certificate_type_get(session) != GNUTLS_CRT_X509)
        return set_no_certificate(host, error);
    if (pin != NULL && *pin != '\0')
        return check_pin(session, host, pin, error);
    guint status = 0;
    gnutls_typed_vdata_st data[] = {
        {.type = GNUTLS_DT_DNS_HOSTNAME, .data = (unsigned char *) host},
        {.type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *) GNUTLS_KP_TLS_WWW_SERVER},
    };
    int outcome = gnutls_certificate_verify_peers(session, data, G_N_ELEMENTS(data), &status);
    if (outcome == GNUTLS_E_SUCCESS && status == 0)
        return TRUE;
    g_auto(Certificate) certificate = peer_certificate(session);
    if (outcome != GNUTLS_E_SUCCESS || certificate == NULL)
        return set_no_certificate(host, error);
    set_verify_error(certificate, host, status, error);
    return FALSE;
}

void pb_tls_read_certificate(gnutls_session_t session, PbTlsFacts *facts) {
    g_auto(Certificate) certificate = peer_certificate(session);
    if (certificate == NULL)
        return;
    g_autoptr(GPtrArray) names = certificate_names(certificate);
    if (names->len > 0)
        facts->name = g_strdup(g_ptr_array_index(names, 0));
    facts->issuer = issuer_name(certificate);
    facts->expires = (gint64) gnutls_x509_crt_get_expiration_time(certificate) * G_USEC_PER_SEC;
}
