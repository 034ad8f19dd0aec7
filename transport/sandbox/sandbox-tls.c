#include "transport/sandbox/sandbox-tls.h"

#include "accounts/pb-error.h"
#include "accounts/pb-file.h"

#include <glib/gi18n-lib.h>
#include <gnutls/x509.h>

#include <string.h>

#define PEM_MAX     65536
#define DAY_SECONDS (24 * 3600)
/* The authority outlives its server certificates, so that `ca_file` of an account stays good. */
#define CA_DAYS     3650
#define SERVER_DAYS 365

typedef struct {
    gnutls_x509_crt_t crt;
    gnutls_x509_privkey_t key;
} Pair;

static void pair_clear(Pair *pair) {
    if (pair->crt != NULL)
        gnutls_x509_crt_deinit(pair->crt);
    if (pair->key != NULL)
        gnutls_x509_privkey_deinit(pair->key);
    *pair = (Pair){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

static gboolean check(int result, GError **error) {
    if (result >= 0)
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_INTERNAL,
                _("cannot make the certificate of the sandbox: %s"), gnutls_strerror(result));
    return FALSE;
}

static void pair_init(Pair *pair) {
    gnutls_x509_crt_init(&pair->crt);
    gnutls_x509_privkey_init(&pair->key);
}

/* What authority and server certificate have in common. */
static int fill(Pair *pair, const char *name, int days) {
    guint8 serial[16];
    for (guint i = 0; i < sizeof serial; i++)
        serial[i] = (guint8) g_random_int_range(0, 256);
    serial[0] = (serial[0] & 0x3f) | 0x40; /* positive and not zero: RFC 5280 4.1.2.2 */
    guint8 key_id[20];
    gsize key_id_size = sizeof key_id;
    time_t now = time(NULL);
    int result = gnutls_x509_privkey_generate(pair->key, GNUTLS_PK_ECDSA,
                                              GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    if (result >= 0)
        result = gnutls_x509_crt_set_version(pair->crt, 3);
    if (result >= 0)
        result = gnutls_x509_crt_set_serial(pair->crt, serial, sizeof serial);
    if (result >= 0)
        result = gnutls_x509_crt_set_key(pair->crt, pair->key);
    if (result >= 0)
        result = gnutls_x509_crt_set_dn_by_oid(pair->crt, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                               (unsigned) strlen(name));
    /* A day of grace for clocks that differ. */
    if (result >= 0)
        result = gnutls_x509_crt_set_activation_time(pair->crt, now - DAY_SECONDS);
    if (result >= 0)
        result = gnutls_x509_crt_set_expiration_time(pair->crt, now + (time_t) days * DAY_SECONDS);
    if (result >= 0)
        result = gnutls_x509_crt_get_key_id(pair->crt, 0, key_id, &key_id_size);
    if (result >= 0)
        result = gnutls_x509_crt_set_subject_key_id(pair->crt, key_id, key_id_size);
    return result;
}

static gboolean make_authority(Pair *ca, GError **error) {
    pair_init(ca);
    int result = fill(ca, "postbag sandbox CA", CA_DAYS);
    if (result >= 0)
        result = gnutls_x509_crt_set_basic_constraints(ca->crt, 1, 0);
    if (result >= 0)
        result =
            gnutls_x509_crt_set_key_usage(ca->crt, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
    if (result >= 0)
        result = gnutls_x509_crt_sign2(ca->crt, ca->crt, ca->key, GNUTLS_DIG_SHA256, 0);
    return check(result, error);
}

static int add_names(gnutls_x509_crt_t crt) {
    static const char *const names[] = {"localhost", "sandbox.test"};
    static const guint8 four[4] = {127, 0, 0, 1};
    static const guint8 six[16] = {[15] = 1};
    int result = 0;
    for (guint i = 0; i < G_N_ELEMENTS(names) && result >= 0; i++)
        result = gnutls_x509_crt_set_subject_alt_name(
            crt, GNUTLS_SAN_DNSNAME, names[i], (unsigned) strlen(names[i]), GNUTLS_FSAN_APPEND);
    if (result >= 0)
        result = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, four, sizeof four,
                                                      GNUTLS_FSAN_APPEND);
    if (result >= 0)
        result = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, six, sizeof six,
                                                      GNUTLS_FSAN_APPEND);
    return result;
}

static gboolean make_server(Pair *server, const Pair *ca, GError **error) {
    pair_init(server);
    guint8 ca_id[64];
    gsize ca_id_size = sizeof ca_id;
    int result = fill(server, "sandbox.test", SERVER_DAYS);
    if (result >= 0)
        result = add_names(server->crt);
    if (result >= 0)
        result = gnutls_x509_crt_set_basic_constraints(server->crt, 0, -1);
    if (result >= 0)
        result = gnutls_x509_crt_set_key_usage(server->crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
    if (result >= 0)
        result = gnutls_x509_crt_set_key_purpose_oid(server->crt, GNUTLS_KP_TLS_WWW_SERVER, 0);
    if (result >= 0)
        result = gnutls_x509_crt_get_subject_key_id(ca->crt, ca_id, &ca_id_size, NULL);
    if (result >= 0)
        result = gnutls_x509_crt_set_authority_key_id(server->crt, ca_id, ca_id_size);
    if (result >= 0)
        result = gnutls_x509_crt_sign2(server->crt, ca->crt, ca->key, GNUTLS_DIG_SHA256, 0);
    return check(result, error);
}

/* Certificate and key as one PEM text, or one of both. */
static gboolean save(const char *folder, const char *name, gnutls_x509_crt_t crt,
                     gnutls_x509_privkey_t key, GError **error) {
    g_autoptr(GString) pem = g_string_new(NULL);
    gnutls_datum_t part = {0};
    if (crt != NULL) {
        if (!check(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &part), error))
            return FALSE;
        g_string_append_len(pem, (const char *) part.data, part.size);
        gnutls_free(part.data);
    }
    if (key != NULL) {
        if (!check(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &part), error))
            return FALSE;
        g_string_append_len(pem, (const char *) part.data, part.size);
        gnutls_memset(part.data, 0, part.size);
        gnutls_free(part.data);
    }
    g_autofree char *path = g_build_filename(folder, name, NULL);
    gboolean saved = pb_file_replace(path, pem->str, pem->len, error);
    gnutls_memset(pem->str, 0, pem->len);
    return saved;
}

static gboolean is_current(gnutls_x509_crt_t crt) {
    time_t now = time(NULL);
    return gnutls_x509_crt_get_activation_time(crt) <= now &&
           gnutls_x509_crt_get_expiration_time(crt) > now + DAY_SECONDS;
}

/* FALSE: missing, damaged, or soon out of date; whichever it is, it is made anew. */
static gboolean load(Pair *pair, const char *folder, const char *crt_name, const char *key_name) {
    g_autofree char *crt_path = g_build_filename(folder, crt_name, NULL);
    g_autofree char *key_path = g_build_filename(folder, key_name, NULL);
    gsize crt_length = 0, key_length = 0;
    g_autofree char *crt = pb_file_read(crt_path, PEM_MAX, &crt_length, NULL);
    g_autofree char *key = pb_file_read(key_path, PEM_MAX, &key_length, NULL);
    if (crt == NULL || key == NULL)
        return FALSE;
    gnutls_datum_t crt_pem = {(guchar *) crt, (unsigned) crt_length};
    gnutls_datum_t key_pem = {(guchar *) key, (unsigned) key_length};
    pair_init(pair);
    gboolean good = gnutls_x509_crt_import(pair->crt, &crt_pem, GNUTLS_X509_FMT_PEM) >= 0 &&
                    gnutls_x509_privkey_import(pair->key, &key_pem, GNUTLS_X509_FMT_PEM) >= 0 &&
                    is_current(pair->crt);
    gnutls_memset(key, 0, key_length);
    if (!good)
        pair_clear(pair);
    return good;
}

static gboolean prepare_files(const char *folder, Pair *server, GError **error) {
    g_auto(Pair) ca = {0};
    gboolean fresh = !load(&ca, folder, "ca.pem", "ca-key.pem");
    if (fresh && (!make_authority(&ca, error) || !save(folder, "ca-key.pem", NULL, ca.key, error) ||
                  !save(folder, "ca.pem", ca.crt, NULL, error)))
        return FALSE;
    unsigned verdict = 0;
    if (!fresh && load(server, folder, "server.pem", "server.pem") &&
        gnutls_x509_crt_verify(server->crt, &ca.crt, 1, 0, &verdict) >= 0 && verdict == 0)
        return TRUE;
    pair_clear(server);
    return make_server(server, &ca, error) &&
           save(folder, "server.pem", server->crt, server->key, error);
}

/* Two sandboxes started at once in a new folder must not make two authorities. */
static PbLock *wait_for_lock(const char *folder, GError **error) {
    g_autofree char *path = g_build_filename(folder, "certificates.lock", NULL);
    gint64 limit = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
    for (;;) {
        g_autoptr(GError) trouble = NULL;
        PbLock *lock = pb_lock_try(path, &trouble);
        if (lock != NULL)
            return lock;
        if (!g_error_matches(trouble, PB_ERROR, PB_ERROR_NOT_NOW) ||
            g_get_monotonic_time() > limit) {
            g_propagate_error(error, g_steal_pointer(&trouble));
            return NULL;
        }
        g_usleep(20000);
    }
}

gboolean pb_sandbox_tls_prepare(const char *folder,
                                gnutls_certificate_credentials_t *credentials_out, GError **error) {
    g_autoptr(PbLock) lock = wait_for_lock(folder, error);
    g_auto(Pair) server = {0};
    if (lock == NULL || !prepare_files(folder, &server, error))
        return FALSE;
    gnutls_certificate_credentials_t credentials;
    if (!check(gnutls_certificate_allocate_credentials(&credentials), error))
        return FALSE;
    if (!check(gnutls_certificate_set_x509_key(credentials, &server.crt, 1, server.key), error)) {
        gnutls_certificate_free_credentials(credentials);
        return FALSE;
    }
    *credentials_out = credentials;
    return TRUE;
}

char *pb_sandbox_tls_ca_file(const char *folder) {
    return g_build_filename(folder, "ca.pem", NULL);
}
