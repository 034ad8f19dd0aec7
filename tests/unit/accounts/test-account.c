#include "accounts/account.h"
#include "accounts/pb-error.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <string.h>

static char *folder, *path;

static void make_folder(void) {
    folder = g_dir_make_tmp("account-XXXXXX", NULL);
    path = g_build_filename(folder, "config", NULL);
    g_setenv("HOME", folder, TRUE);
}

static void remove_folder(void) {
    g_unlink(path);
    g_rmdir(folder);
    g_free(path);
    g_free(folder);
}

TestSuite(account, .init = make_folder, .fini = remove_folder);

static PbSettings *settings_of(const char *text) {
    g_autoptr(GError) error = NULL;
    cr_assert(g_file_set_contents(path, text, -1, NULL));
    cr_assert_eq(g_chmod(path, 0600), 0);
    PbSettings *settings = pb_settings_load(path, &error);
    cr_assert_not_null(settings, "%s", error != NULL ? error->message : "");
    return settings;
}

Test(account, all_keys_are_read) {
    g_autoptr(PbSettings) settings = settings_of(
        "[account work]\nhost = smtp.example.org\nport = 1465\nsecurity = starttls\n"
        "username = anna\nauth = plain\npassword = command:pass show mail\nca_file = ~/ca.pem\n"
        "pin_sha256 = AA:bb:00000000000000000000000000000000000000000000000000000000cc dd\n"
        "client_certificate = /etc/me.pem\ntimeout = 60\nehlo_name = mail.example.org\n"
        "sent = none\nreports = imap\ndefault = yes\n");
    g_autoptr(PbAccount) account = pb_account_from_settings(settings, "work", NULL);
    cr_assert_not_null(account);
    g_autofree char *ca_file = g_build_filename(folder, "ca.pem", NULL);
    cr_expect_str_eq(account->name, "work");
    cr_expect_str_eq(account->host, "smtp.example.org");
    cr_expect_eq(account->port, 1465);
    cr_expect_eq(account->security, PB_SECURITY_STARTTLS);
    cr_expect_str_eq(account->username, "anna");
    cr_expect_str_eq(account->auth, "plain");
    cr_expect_str_eq(account->password, "command:pass show mail");
    cr_expect_str_eq(account->ca_file, ca_file);
    cr_expect_str_eq(account->pin_sha256,
                     "aabb00000000000000000000000000000000000000000000000000000000ccdd");
    cr_expect_str_eq(account->client_certificate, "/etc/me.pem");
    cr_expect_eq(account->timeout, 60);
    cr_expect_str_eq(account->ehlo_name, "mail.example.org");
    cr_expect_str_eq(account->sent, "none");
    cr_expect_str_eq(account->reports, "imap");
    cr_expect(account->is_default);
    cr_expect_not(account->sandbox);
}

Test(account, missing_keys_have_defaults) {
    g_autoptr(PbSettings) settings = settings_of("[account a]\nhost = smtp.example.org\n"
                                                 "[account b]\nhost = ::1\nsecurity = starttls\n"
                                                 "[account c]\nhost = localhost\nsecurity=none\n");
    g_autoptr(PbAccount) a = pb_account_from_settings(settings, "a", NULL);
    g_autoptr(PbAccount) b = pb_account_from_settings(settings, "b", NULL);
    g_autoptr(PbAccount) c = pb_account_from_settings(settings, "c", NULL);
    cr_expect_eq(a->port, 465);
    cr_expect_eq(a->security, PB_SECURITY_TLS);
    cr_expect_null(a->username);
    cr_expect_str_eq(a->auth, "auto");
    cr_expect_str_eq(a->password, "secret-service");
    cr_expect_eq(a->timeout, 300);
    cr_expect_str_eq(a->sent, "auto");
    cr_expect_str_eq(a->reports, "none");
    cr_expect_eq(b->port, 587);
    cr_expect_eq(c->port, 25);
}

Test(account, faults_name_the_line_of_their_key) {
    static const struct {
        const char *text;
        const char *fault;
    } cases[] = {
        {"port = 465\n", "line 1: account “a” has no “host”"},
        {"host = smtp.example.org:587\n", "line 2: “host” is a host name"},
        {"host = smtps://example.org\n", "line 2: “host” is a host name"},
        {"host = two words\n", "line 2: “host” is a host name"},
        {"host = -x.example\n", "line 2: “host” is a host name"},
        {"host = a..b\n", "line 2: “host” is a host name"},
        {"host = a.example\nport = 0\n", "line 3: “port” must be a whole number from 1"},
        {"security = none\nhost = a.example\n", "line 2: “security = none” is for servers on this"},
        {"security = none\nhost = 192.0.2.1\n", "line 2: “security = none” is for servers on this"},
        {"username = x\nsecurity = none\nhost = 127.0.0.1\n", "line 3: “security = none” works"},
        {"host = a.example\npin_sha256 = 12\n", "line 3: “pin_sha256” is the SHA-256"},
        {"host = a.example\nehlo_name = a b\n", "line 3: “ehlo_name” is a host name"},
        {"host = a.example\nca_file = ca.pem\n", "line 3: “ca_file” needs a path"},
        {"host = a.example\nauth = external\n", "line 3: “auth = external” signs in with"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strconcat("[account a]\n", cases[i].text, NULL);
        g_autoptr(PbSettings) settings = settings_of(text);
        cr_expect_null(pb_account_from_settings(settings, "a", &error));
        cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
        cr_expect_not_null(error != NULL ? strstr(error->message, cases[i].fault) : NULL,
                           "got “%s”, wanted “%s”", error != NULL ? error->message : "",
                           cases[i].fault);
    }
}

Test(account, hosts_of_all_kinds_are_taken) {
    static const char *const hosts[] = {"smtp.example.org", "192.0.2.1",      "2001:db8::1",
                                        "localhost",        "bücher.example", "host.example.",
                                        "smtp_1.example"};
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        g_autoptr(PbAccount) account = pb_account_new("a");
        g_autoptr(GError) error = NULL;
        account->host = g_strdup(hosts[i]);
        account->port = 465;
        cr_expect(pb_account_check(account, &error), "%s", error != NULL ? error->message : "");
    }
}

Test(account, cleartext_is_for_loopback_without_password) {
    static const char *const hosts[] = {"localhost", "127.0.0.1", "127.8.9.1", "::1",
                                        "mail.localhost"};
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        g_autoptr(PbAccount) account = pb_account_new("a");
        account->host = g_strdup(hosts[i]);
        account->port = 25;
        account->security = PB_SECURITY_NONE;
        cr_expect(pb_account_check(account, NULL), "%s", hosts[i]);
        account->username = g_strdup("anna");
        cr_expect_not(pb_account_check(account, NULL), "%s", hosts[i]);
    }
}

Test(account, the_sandbox_needs_no_server) {
    g_autoptr(PbSettings) settings = settings_of("[account sandbox]\nsandbox = true\n");
    g_autoptr(PbAccount) account = pb_account_from_settings(settings, "sandbox", NULL);
    cr_assert_not_null(account);
    cr_expect(account->sandbox);
    cr_expect_eq(account->port, 0);
    account->host = g_strdup("127.0.0.1");
    account->port = 34567;
    cr_assert(pb_account_to_settings(account, settings, NULL));
    cr_expect_null(pb_settings_string(settings, "account sandbox", "port"),
                   "where it listens today is never written");
}

static PbAccount *full_account(void) {
    PbAccount *account = pb_account_new("work");
    account->host = g_strdup("smtp.example.org");
    account->port = 587;
    account->security = PB_SECURITY_STARTTLS;
    account->username = g_strdup("anna@example.org");
    account->timeout = 20;
    account->ca_file = g_strdup("/etc/ca.pem");
    account->is_default = TRUE;
    g_free(account->password);
    account->password = g_strdup("netrc:~/.netrc");
    return account;
}

Test(account, writing_and_reading_gives_the_same) {
    g_autoptr(PbSettings) settings = settings_of("");
    g_autoptr(PbAccount) account = full_account();
    cr_assert(pb_account_to_settings(account, settings, NULL));
    g_autoptr(PbAccount) again = pb_account_from_settings(settings, "work", NULL);
    cr_assert_not_null(again);
    cr_expect_str_eq(again->host, account->host);
    cr_expect_eq(again->port, 587);
    cr_expect_eq(again->security, PB_SECURITY_STARTTLS);
    cr_expect_str_eq(again->username, account->username);
    cr_expect_str_eq(again->password, account->password);
    cr_expect_str_eq(again->ca_file, account->ca_file);
    cr_expect_eq(again->timeout, 20);
    cr_expect(again->is_default);
}

Test(account, defaults_are_not_written) {
    g_autoptr(PbSettings) settings = settings_of("");
    g_autoptr(PbAccount) account = full_account();
    cr_assert(pb_account_to_settings(account, settings, NULL));
    g_auto(GStrv) keys = pb_settings_keys(settings, "account work");
    g_autofree char *joined = g_strjoinv(" ", keys);
    cr_expect_str_eq(joined, "default host port security username password ca_file timeout");
}

Test(account, a_key_that_went_back_to_its_default_is_written_so) {
    g_autoptr(PbSettings) settings =
        settings_of("[account work]\nhost=a.example\nauth=plain\ntimeout=9\nusername=x\n"
                    "ca_file=~/ca.pem\nlimits=10/min\n");
    g_autoptr(PbAccount) account = pb_account_from_settings(settings, "work", NULL);
    g_free(account->auth);
    account->auth = g_strdup("auto");
    account->timeout = 300;
    g_clear_pointer(&account->username, g_free);
    cr_assert(pb_account_to_settings(account, settings, NULL));
    g_autoptr(PbAccount) again = pb_account_from_settings(settings, "work", NULL);
    cr_expect_str_eq(again->auth, "auto");
    cr_expect_eq(again->timeout, 300);
    cr_expect_null(again->username);
    g_autofree char *ca_file = pb_settings_string(settings, "account work", "ca_file");
    g_autofree char *limits = pb_settings_string(settings, "account work", "limits");
    cr_expect_str_eq(ca_file, "~/ca.pem", "a path stays as it was written");
    cr_expect_str_eq(limits, "10/min", "a key of others stays");
}

Test(account, a_faulty_account_is_not_written) {
    g_autoptr(PbSettings) settings = settings_of("");
    g_autoptr(GError) error = NULL;
    g_autoptr(PbAccount) account = full_account();
    g_free(account->password);
    account->password = g_strdup("hunter2");
    cr_expect_not(pb_account_to_settings(account, settings, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
    cr_expect_null(strstr(error->message, "hunter2"), "a password is never repeated");
    cr_expect_not(pb_settings_has(settings, "account work"));
}

Test(account, a_copy_is_deep) {
    g_autoptr(PbAccount) account = full_account();
    g_autoptr(PbAccount) copy = pb_account_copy(account);
    cr_expect_neq(copy->host, account->host);
    cr_expect_str_eq(copy->host, account->host);
    cr_expect_neq(copy->password, account->password);
    cr_expect_str_eq(copy->password, account->password);
    cr_expect_eq(copy->timeout, 20);
}

Test(account, names_are_plain) {
    static const char *const bad[] = {"", "Work", "a b", "a]", "ü", "a/b"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(PbAccount) account = pb_account_new(bad[i]);
        account->host = g_strdup("a.example");
        account->port = 465;
        cr_expect_not(pb_account_check(account, NULL), "“%s”", bad[i]);
    }
}

Test(account, words_for_security) {
    PbSecurity security = PB_SECURITY_NONE;
    cr_expect(pb_security_from_string("starttls", &security));
    cr_expect_eq(security, PB_SECURITY_STARTTLS);
    cr_expect_not(pb_security_from_string("ssl", &security));
    cr_expect_eq(security, PB_SECURITY_STARTTLS, "unchanged on failure");
    cr_expect_str_eq(pb_security_to_string(PB_SECURITY_TLS), "tls");
}
