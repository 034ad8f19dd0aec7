#include "accounts/pb-error.h"
#include "accounts/secret-private.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static char *folder, *path;

static void make_folder(void) {
    folder = g_dir_make_tmp("secret-XXXXXX", NULL);
    path = g_build_filename(folder, "file", NULL);
    g_setenv("HOME", folder, TRUE);
}

static void remove_folder(void) {
    g_unlink(path);
    g_rmdir(folder);
    g_free(path);
    g_free(folder);
}

TestSuite(secret, .init = make_folder, .fini = remove_folder);

static PbAccount *account_with(const char *source) {
    PbAccount *account = pb_account_new("work");
    account->host = g_strdup("smtp.example.org");
    account->port = 465;
    account->username = g_strdup("anna");
    g_free(account->password);
    account->password = g_strdup(source);
    return account;
}

static void expect_password(const char *source, const char *wanted) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbAccount) account = account_with(source);
    g_autoptr(PbSecret) secret = pb_secret_lookup(account, NULL, &error);
    cr_assert_not_null(secret, "%s: %s", source, error != NULL ? error->message : "");
    cr_expect_str_eq(pb_secret_peek(secret), wanted, "%s", source);
    cr_expect_eq(pb_secret_length(secret), strlen(wanted));
}

static void expect_failure(const char *source, int code, const char *part) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbAccount) account = account_with(source);
    cr_expect_null(pb_secret_lookup(account, NULL, &error), "%s", source);
    cr_expect(g_error_matches(error, PB_ERROR, code), "%s", source);
    cr_expect_not_null(error != NULL ? strstr(error->message, part) : NULL,
                       "%s: got “%s”, wanted “%s”", source, error != NULL ? error->message : "",
                       part);
    cr_expect_not_null(error != NULL ? strstr(error->message, "work") : NULL,
                       "the account is named");
}

static void put(const char *text, int mode) {
    cr_assert(g_file_set_contents(path, text, -1, NULL));
    cr_assert_eq(g_chmod(path, mode), 0);
}

Test(secret, holds_any_bytes_and_ends_with_nul) {
    g_autoptr(PbSecret) secret = pb_secret_new("a\0b\n", 4);
    cr_expect_eq(pb_secret_length(secret), 4);
    cr_expect_arr_eq(pb_secret_peek(secret), "a\0b\n", 5);
    g_autoptr(PbSecret) copy = pb_secret_copy(secret);
    cr_expect_neq(pb_secret_peek(copy), pb_secret_peek(secret));
    cr_expect_arr_eq(pb_secret_peek(copy), "a\0b\n", 5);
    g_autoptr(PbSecret) empty = pb_secret_new("", -1);
    cr_expect_eq(pb_secret_length(empty), 0);
    cr_expect_str_eq(pb_secret_peek(empty), "");
}

Test(secret, may_fill_whole_pages) {
    g_autofree char *long_text = g_strnfill(8192, 'x');
    g_autoptr(PbSecret) secret = pb_secret_new(long_text, -1);
    cr_expect_str_eq(pb_secret_peek(secret), long_text);
}

Test(secret, wipes_what_is_cut_off) {
    g_autoptr(PbSecret) secret = pb_secret_new("first\nsecond", -1);
    pb_secret_keep_first_line(secret);
    cr_expect_str_eq(pb_secret_peek(secret), "first");
    cr_expect_arr_eq(pb_secret_peek(secret), "first\0\0\0\0\0\0\0", 12);
}

Test(secret, command_gives_its_first_line) {
    expect_password("command:printf 'one two\\nthree\\n'", "one two");
    expect_password("command:printf one", "one");
    expect_password("command:printf 'one\\r\\n'", "one");
    expect_password("command:echo noise >&2; echo word", "word");
}

Test(secret, command_may_print_more_than_a_pipe_holds) {
    expect_password("command:echo word; head -c 300000 /dev/zero", "word");
}

Test(secret, command_fails_closed) {
    expect_failure("command:echo word; exit 3", PB_ERROR_CREDENTIALS, "(exit status 3)");
    expect_failure("command:echo 'no \033[1mkey' >&2; exit 2", PB_ERROR_CREDENTIALS,
                   "(exit status 2): no ␛[1mkey");
    expect_failure("command:kill -9 $$", PB_ERROR_CREDENTIALS, "ended by a signal");
    expect_failure("command:true", PB_ERROR_CREDENTIALS, "printed no password");
    expect_failure("command:echo; echo later", PB_ERROR_CREDENTIALS, "printed no password");
    expect_failure("command:yes", PB_ERROR_CREDENTIALS, "printed too much");
    expect_failure("command:/nonexistent/program", PB_ERROR_CREDENTIALS, "exit status 127");
}

Test(secret, command_never_shows_what_it_printed) {
    g_autoptr(GError) error = NULL;
    cr_expect_null(pb_secret_command("echo hunter2; exit 1", 10, NULL, &error));
    cr_expect_null(strstr(error->message, "hunter2"));
}

Test(secret, command_is_ended_at_its_time_limit_with_its_children, .timeout = 20) {
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    cr_expect_null(pb_secret_command("sleep 60; echo late", 1, NULL, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_NOT_NOW));
    cr_expect_str_eq(error->message, "the password command did not answer within 1 second");
    cr_expect_lt(g_get_monotonic_time() - start, 10 * G_USEC_PER_SEC);
}

static gpointer cancel(gpointer cancellable) {
    g_cancellable_cancel(cancellable);
    return NULL;
}

Test(secret, command_can_be_cancelled, .timeout = 20) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GThread) thread = g_thread_new("cancel", cancel, cancellable);
    cr_expect_null(pb_secret_command("sleep 60", 60, cancellable, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CANCELLED));
    g_thread_join(g_steal_pointer(&thread));
}

Test(secret, lookup_does_nothing_when_cancelled_before) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(PbAccount) account = account_with("command:echo x");
    g_cancellable_cancel(cancellable);
    cr_expect_null(pb_secret_lookup(account, cancellable, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CANCELLED));
}

Test(secret, netrc_entries_are_found) {
    static const struct {
        const char *text;
        const char *password;
    } cases[] = {
        {"machine smtp.example.org login anna password pw", "pw"},
        {"machine SMTP.Example.org\n\tlogin anna\n\tpassword pw\n", "pw"},
        {"machine smtp.example.org password pw", "pw"},
        {"machine smtp.example.org password pw login anna", "pw"},
        {"machine other login anna password no\nmachine smtp.example.org login anna password pw\n",
         "pw"},
        {"machine smtp.example.org login bob password no\n"
         "machine smtp.example.org login anna password pw\n",
         "pw"},
        {"machine smtp.example.org login bob password no\n", NULL},
        {"machine other login anna password no\n", NULL},
        {"machine other password no\ndefault login anna password pw\n", "pw"},
        {"machine smtp.example.org login anna password first\ndefault password no\n", "first"},
        {"machine smtp.example.org login anna account x password pw\n", "pw"},
        {"machine smtp.example.org login anna\n", NULL},
        {"# machine smtp.example.org password no\nmachine smtp.example.org password #pw\n", "#pw"},
        {"machine smtp.example.org login anna password \"a b\\\"c\\\\\"\n", "a b\"c\\"},
        {"machine smtp.example.org login \"anna\" password pw\n", "pw"},
        {"machine other\nmacdef init\nmachine smtp.example.org password no\n\n"
         "machine smtp.example.org password pw\n",
         "pw"},
        {"machine smtp.example.org password \"open", "open"},
        {"machine smtp.example.org password \"open\\", "open\\"},
        {"machine", NULL},
        {"default", NULL},
        {"", NULL},
        {"password pw", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PbSecret) found = pb_secret_netrc_find(cases[i].text, "smtp.example.org", "anna");
        const char *text = found != NULL ? pb_secret_peek(found) : NULL;
        cr_expect(g_strcmp0(text, cases[i].password) == 0, "case %zu: got “%s”, wanted “%s”", i,
                  text != NULL ? text : "(none)",
                  cases[i].password != NULL ? cases[i].password : "(none)");
    }
}

Test(secret, netrc_file_is_read_when_only_we_can) {
    g_autofree char *source = g_strconcat("netrc:", path, NULL);
    put("machine smtp.example.org login anna password pw\n", 0600);
    expect_password(source, "pw");
    expect_password("netrc:~/file", "pw");
    cr_assert_eq(g_chmod(path, 0640), 0);
    expect_failure(source, PB_ERROR_CREDENTIALS, "can be read by other users");
}

Test(secret, netrc_failures_name_file_user_and_machine) {
    g_autofree char *source = g_strconcat("netrc:", path, NULL);
    expect_failure(source, PB_ERROR_CREDENTIALS, path);
    expect_failure("netrc", PB_ERROR_CREDENTIALS, ".netrc");
    put("machine other password no\n", 0600);
    expect_failure(source, PB_ERROR_CREDENTIALS,
                   "has no password for “anna” at the machine “smtp.example.org”");
}

Test(secret, a_file_that_is_too_long_is_refused) {
    g_autofree char *large = g_strnfill(PB_SECRET_MAX_BYTES, ' ');
    g_autofree char *source = g_strconcat("netrc:", path, NULL);
    put(large, 0600);
    expect_failure(source, PB_ERROR_CREDENTIALS, "too long");
}

Test(secret, credential_is_a_file_of_the_service) {
    g_setenv("CREDENTIALS_DIRECTORY", folder, TRUE);
    put("pw\n", 0440);
    expect_password("credential:file", "pw");
    expect_failure("credential:missing", PB_ERROR_CREDENTIALS, "missing");
    expect_failure("credential:../file", PB_ERROR_CREDENTIALS, "cannot be the name");
    expect_failure("credential:..", PB_ERROR_CREDENTIALS, "cannot be the name");
    put("\n", 0440);
    expect_failure("credential:file", PB_ERROR_CREDENTIALS, "is empty");
    g_unsetenv("CREDENTIALS_DIRECTORY");
    expect_failure("credential:file", PB_ERROR_CREDENTIALS, "$CREDENTIALS_DIRECTORY");
}

static PbSecret *answer(const PbAccount *account, gpointer text, GError **error) {
    (void) error;
    g_autofree char *typed = g_strconcat(text, account->username, NULL);
    return pb_secret_new(typed, -1);
}

Test(secret, ask_asks_whoever_is_there) {
    expect_failure("ask", PB_ERROR_CREDENTIALS, "nobody can be asked here");
    char prefix[] = "typed by ";
    pb_secret_set_ask(answer, prefix);
    expect_password("ask", "typed by anna");
    pb_secret_set_ask(NULL, NULL);
    expect_failure("ask", PB_ERROR_CREDENTIALS, "nobody can be asked here");
}

Test(secret, remembered_one_goes_before_the_source_until_forgotten) {
    g_autoptr(PbSecret) first = pb_secret_new("first", -1);
    g_autoptr(PbSecret) second = pb_secret_new("second", -1);
    pb_secret_remember("work", first);
    expect_password("ask", "first");
    pb_secret_remember("work", second);
    expect_password("command:echo other", "second");
    pb_secret_remember("work", NULL);
    expect_password("command:echo other", "other");
}

Test(secret, sandbox_has_its_well_known_one) {
    g_autoptr(PbAccount) account = pb_account_new("try");
    account->sandbox = TRUE;
    g_autoptr(PbSecret) secret = pb_secret_lookup(account, NULL, NULL);
    cr_assert_not_null(secret);
    cr_expect_str_eq(pb_secret_peek(secret), "sandbox");
}

Test(secret, only_the_keyring_can_store) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbAccount) account = account_with("command:echo x");
    g_autoptr(PbSecret) secret = pb_secret_new("x", -1);
    cr_expect_not(pb_secret_store(account, secret, NULL, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_USAGE));
    g_clear_error(&error);
    cr_expect_not(pb_secret_clear(account, NULL, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_USAGE));
}

Test(secret, without_a_session_bus_the_keyring_fails_at_once) {
    g_setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
    expect_failure("secret-service", PB_ERROR_CREDENTIALS, "no D-Bus session");
}

Test(secret, a_limit_that_is_not_reached_says_nothing) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbSecretLimit) limit = pb_secret_limit_new(NULL, 60);
    cr_expect_not(g_cancellable_is_cancelled(pb_secret_limit_cancellable(limit)));
    cr_expect_not(pb_secret_limit_hit(limit, "the test", &error));
    cr_expect_null(error);
}

Test(secret, hardened_process_leaves_no_core) {
    pb_secret_harden_process();
    struct rlimit limit;
    cr_expect_eq(prctl(PR_GET_DUMPABLE), 0);
    cr_assert_eq(getrlimit(RLIMIT_CORE, &limit), 0);
    cr_expect_eq(limit.rlim_max, 0);
}
