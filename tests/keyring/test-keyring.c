/* The Secret Service source of passwords against a real keyring.
 *
 * One suite per mode of keyring-run, which prepares the session; meson runs
 * each with "--filter". Without that script the tests mean nothing.
 */
#include "accounts/pb-error.h"
#include "accounts/secret.h"

#include <criterion/criterion.h>
#include <libsecret/secret.h>

#include <string.h>

/* A keyring that cannot answer must be told apart long before the time limit of 30 s. */
#define AT_ONCE (10 * G_USEC_PER_SEC)

static PbAccount *account_named(const char *name) {
    PbAccount *account = pb_account_new(name);
    account->host = g_strdup("smtp.example.org");
    account->port = 465;
    account->username = g_strdup("anna");
    return account;
}

static gboolean store(const PbAccount *account, const char *password, GError **error) {
    g_autoptr(PbSecret) secret = pb_secret_new(password, -1);
    return pb_secret_store(account, secret, NULL, error);
}

static void expect_password(const PbAccount *account, const char *wanted) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbSecret) secret = pb_secret_lookup(account, NULL, &error);
    cr_assert_not_null(secret, "%s", error != NULL ? error->message : "");
    cr_expect_str_eq(pb_secret_peek(secret), wanted);
}

static void expect_error(const GError *error, const char *part) {
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CREDENTIALS), "%s",
              error != NULL ? error->message : "no error");
    cr_expect_not_null(error != NULL ? strstr(error->message, part) : NULL, "got “%s”, wanted “%s”",
                       error != NULL ? error->message : "", part);
    cr_expect_not_null(error != NULL ? strstr(error->message, "work") : NULL);
}

/* Lookup, store and clear all fail at once and say `part`. */
static void expect_all_fail(const char *part) {
    g_autoptr(PbAccount) account = account_named("work");
    g_autoptr(GError) lookup = NULL, stored = NULL, cleared = NULL;
    gint64 start = g_get_monotonic_time();
    cr_expect_null(pb_secret_lookup(account, NULL, &lookup));
    expect_error(lookup, part);
    cr_expect_not(store(account, "pw", &stored));
    expect_error(stored, part);
    if (strstr(part, "locked") == NULL) {
        cr_expect_not(pb_secret_clear(account, NULL, &cleared));
        expect_error(cleared, part);
    }
    cr_expect_lt(g_get_monotonic_time() - start, AT_ONCE);
}

static void lock_keyring(void) {
    g_autoptr(GError) error = NULL;
    g_autoptr(SecretService) service = secret_service_get_sync(SECRET_SERVICE_NONE, NULL, &error);
    cr_assert_not_null(service, "%s", error != NULL ? error->message : "");
    g_autoptr(SecretCollection) collection = secret_collection_for_alias_sync(
        service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE, NULL, &error);
    cr_assert_not_null(collection, "%s", error != NULL ? error->message : "");
    GList one = {.data = collection};
    cr_assert_eq(secret_service_lock_sync(service, &one, NULL, NULL, &error), 1);
}

Test(unlocked, gives_back_what_was_stored) {
    g_autoptr(PbAccount) account = account_named("work");
    cr_assert(store(account, "first", NULL));
    expect_password(account, "first");
    cr_assert(store(account, "zweites Wört\n", NULL), "replaces it");
    expect_password(account, "zweites Wört\n");
}

Test(unlocked, stores_under_the_schema_of_postbag) {
    g_autoptr(PbAccount) account = account_named("schema");
    cr_assert(store(account, "pw", NULL));
    g_autoptr(GHashTable) attributes = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(attributes, (gpointer) "xdg:schema", (gpointer) "org.postbag.Password");
    g_hash_table_insert(attributes, (gpointer) "service", (gpointer) "postbag");
    g_hash_table_insert(attributes, (gpointer) "account", (gpointer) "schema");
    g_hash_table_insert(attributes, (gpointer) "user", (gpointer) "anna");
    g_hash_table_insert(attributes, (gpointer) "host", (gpointer) "smtp.example.org");
    GList *items =
        secret_service_search_sync(NULL, NULL, attributes, SECRET_SEARCH_ALL, NULL, NULL);
    cr_assert_eq(g_list_length(items), 1);
    g_autofree char *label = secret_item_get_label(items->data);
    cr_expect_str_eq(label, "postbag: anna at smtp.example.org");
    g_list_free_full(items, g_object_unref);
}

Test(unlocked, says_that_there_is_no_password) {
    g_autoptr(PbAccount) account = account_named("work-unknown");
    g_autoptr(GError) error = NULL;
    cr_expect_null(pb_secret_lookup(account, NULL, &error));
    expect_error(error,
                 "the keyring has no password of “anna” for “smtp.example.org”; run: postbag "
                 "account password work-unknown");
}

Test(unlocked, never_gives_a_password_to_another_server_or_user) {
    g_autoptr(PbAccount) account = account_named("work-moved");
    cr_assert(store(account, "pw", NULL));
    g_free(account->host);
    account->host = g_strdup("smtp.evil.example");
    g_autoptr(GError) error = NULL;
    cr_expect_null(pb_secret_lookup(account, NULL, &error));
    expect_error(error, "no password");
}

Test(unlocked, forgets_all_of_an_account_and_a_missing_one_is_fine) {
    g_autoptr(PbAccount) account = account_named("work-cleared");
    g_autoptr(PbAccount) other = account_named("work-other");
    cr_assert(store(account, "pw", NULL));
    cr_assert(store(other, "other", NULL));
    g_free(account->host);
    account->host = g_strdup("smtp2.example.org");
    cr_assert(store(account, "pw", NULL));
    cr_expect(pb_secret_clear(account, NULL, NULL));
    cr_expect(pb_secret_clear(account, NULL, NULL), "nothing left to forget");
    cr_expect_null(pb_secret_lookup(account, NULL, NULL));
    expect_password(other, "other");
}

Test(unlocked, storing_ends_what_was_remembered) {
    g_autoptr(PbAccount) account = account_named("work-remembered");
    g_autoptr(PbSecret) typed = pb_secret_new("typed", -1);
    pb_secret_remember(account->name, typed);
    expect_password(account, "typed");
    cr_assert(store(account, "kept", NULL));
    expect_password(account, "kept");
}

Test(unlocked, tells_a_locked_password_from_a_missing_one) {
    g_autoptr(PbAccount) account = account_named("work");
    cr_assert(store(account, "pw", NULL));
    lock_keyring();
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    cr_expect_null(pb_secret_lookup(account, NULL, &error));
    expect_error(error, "the keyring is locked; unlock it");
    cr_expect_lt(g_get_monotonic_time() - start, AT_ONCE);
}

Test(unlocked, can_be_cancelled) {
    g_autoptr(PbAccount) account = account_named("work");
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    g_cancellable_cancel(cancellable);
    cr_expect_null(pb_secret_lookup(account, cancellable, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CANCELLED));
}

Test(locked, says_so_at_once) {
    expect_all_fail("the keyring is locked; unlock it");
}

Test(none, has_no_password_and_cannot_keep_one) {
    g_autoptr(PbAccount) account = account_named("work");
    g_autoptr(GError) lookup = NULL, stored = NULL;
    gint64 start = g_get_monotonic_time();
    cr_expect_null(pb_secret_lookup(account, NULL, &lookup));
    expect_error(lookup, "the keyring has no password");
    cr_expect_not(store(account, "pw", &stored));
    expect_error(stored, "there is no keyring to keep it in");
    cr_expect_lt(g_get_monotonic_time() - start, AT_ONCE);
}

Test(no_service, says_that_no_keyring_runs) {
    expect_all_fail("no keyring is running here");
}

Test(no_bus, says_that_there_is_no_session) {
    expect_all_fail("there is no D-Bus session here");
}
