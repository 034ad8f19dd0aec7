#include "accounts/identity.h"
#include "accounts/pb-error.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <string.h>

static char *folder, *path, *signature_path;

static void make_folder(void) {
    folder = g_dir_make_tmp("identity-XXXXXX", NULL);
    path = g_build_filename(folder, "config", NULL);
    signature_path = g_build_filename(folder, "signature", NULL);
    g_setenv("HOME", folder, TRUE);
}

static void remove_folder(void) {
    g_unlink(path);
    g_unlink(signature_path);
    g_rmdir(folder);
    g_free(path);
    g_free(signature_path);
    g_free(folder);
}

TestSuite(identity, .init = make_folder, .fini = remove_folder);

static PbSettings *settings_of(const char *text) {
    g_autoptr(GError) error = NULL;
    cr_assert(g_file_set_contents(path, text, -1, NULL));
    cr_assert_eq(g_chmod(path, 0600), 0);
    PbSettings *settings = pb_settings_load(path, &error);
    cr_assert_not_null(settings, "%s", error != NULL ? error->message : "");
    return settings;
}

Test(identity, all_keys_are_read) {
    g_autoptr(PbSettings) settings = settings_of(
        "[identity work]\naccount = work\nname = Anna “A” Berg\naddress = anna@example.org\n"
        "aliases = *@lists.example.org; a@x.org\nreply_to = Team <team@example.org>\n"
        "organization = Example\nsignature = Anna\\nExample\nbcc_self = me@example.org\n"
        "dsn = success, failure\n");
    g_autoptr(PbIdentity) identity = pb_identity_from_settings(settings, "work", NULL);
    cr_assert_not_null(identity);
    cr_expect_str_eq(identity->id, "work");
    cr_expect_str_eq(identity->account, "work");
    cr_expect_str_eq(identity->name, "Anna “A” Berg");
    cr_expect_str_eq(identity->address, "anna@example.org");
    cr_expect_eq(g_strv_length(identity->aliases), 2);
    cr_expect_str_eq(identity->reply_to, "Team <team@example.org>");
    cr_expect_str_eq(identity->organization, "Example");
    cr_expect_str_eq(identity->signature, "Anna\nExample");
    cr_expect_str_eq(identity->bcc_self, "me@example.org");
    cr_expect_str_eq(identity->dsn, "success, failure");
}

Test(identity, missing_keys_have_defaults) {
    g_autoptr(PbSettings) settings = settings_of("[identity a]\naccount = x\naddress = a@b\n");
    g_autoptr(PbIdentity) identity = pb_identity_from_settings(settings, "a", NULL);
    cr_assert_not_null(identity);
    cr_expect_str_eq(identity->name, "");
    cr_assert_not_null(identity->aliases);
    cr_expect_null(identity->aliases[0]);
    cr_expect_null(identity->signature);
    cr_expect_null(identity->bcc_self);
    cr_expect_str_eq(identity->dsn, "failure,delay");
}

Test(identity, faults_name_the_line_of_their_key) {
    static const struct {
        const char *text;
        const char *fault;
    } cases[] = {
        {"address = a@b\n", "line 1: identity “i” has no “account”"},
        {"account = x\n", "line 1: identity “i” has no “address”"},
        {"account = x\naddress = anna\n", "line 3: “address” is an address such as"},
        {"account = x\naddress = a@b@c\n", "line 3: “address” is an address such as"},
        {"account = x\naddress = Anna <a@b>\n", "line 3: “address” is an address such as"},
        {"account = x\naddress = a@b, c@d\n", "line 3: “address” is an address such as"},
        {"account = x\naddress = a@b\nbcc_self = yes\n", "line 4: “bcc_self” is an address"},
        {"account = x\naddress = a@b\ndsn = sometimes\n", "line 4: “dsn” can be never"},
        {"account = x\naddress = a@b\ndsn = never,delay\n", "line 4: “dsn” can be never"},
        {"account = x\naddress = a@b\nsignature_file = sig\n", "line 4: “signature_file” needs"},
        {"account = x\naddress = a@b\nsignature_file = ~/none\n", "line 4: cannot open"},
        {"account = x\naddress = a@b\nsignature = a\nsignature_file = ~/signature\n",
         "line 5: “signature” and “signature_file” exclude each other"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strconcat("[identity i]\n", cases[i].text, NULL);
        g_autoptr(PbSettings) settings = settings_of(text);
        cr_expect_null(pb_identity_from_settings(settings, "i", &error));
        cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
        cr_expect_not_null(error != NULL ? strstr(error->message, cases[i].fault) : NULL,
                           "got “%s”, wanted “%s”", error != NULL ? error->message : "",
                           cases[i].fault);
    }
}

Test(identity, the_signature_may_be_a_file) {
    cr_assert(g_file_set_contents(signature_path, "-- \nAnna\nExample\n\n", -1, NULL));
    g_autoptr(PbSettings) settings =
        settings_of("[identity a]\naccount=x\naddress=a@b\nsignature_file=~/signature\n");
    g_autoptr(PbIdentity) identity = pb_identity_from_settings(settings, "a", NULL);
    cr_assert_not_null(identity);
    cr_expect_str_eq(identity->signature, "Anna\nExample");
    cr_assert(pb_identity_to_settings(identity, settings, NULL));
    cr_expect_null(pb_settings_string(settings, "identity a", "signature"),
                   "an unchanged signature stays in its file");
    g_free(identity->signature);
    identity->signature = g_strdup("A.");
    cr_assert(pb_identity_to_settings(identity, settings, NULL));
    g_autofree char *signature = pb_settings_string(settings, "identity a", "signature");
    cr_expect_str_eq(signature, "A.");
    cr_expect_null(pb_settings_string(settings, "identity a", "signature_file"));
}

Test(identity, a_signature_that_is_not_utf8_is_refused) {
    g_autoptr(GError) error = NULL;
    cr_assert(g_file_set_contents(signature_path, "Gr\xfc\xdf e", -1, NULL));
    g_autoptr(PbSettings) settings =
        settings_of("[identity a]\naccount=x\naddress=a@b\nsignature_file=~/signature\n");
    cr_expect_null(pb_identity_from_settings(settings, "a", &error));
    cr_expect_not_null(strstr(error->message, "not UTF-8"));
}

Test(identity, writing_and_reading_gives_the_same) {
    g_autoptr(PbSettings) settings = settings_of("");
    g_autoptr(PbIdentity) identity = pb_identity_new("a", "x", "Anna; Berg", "a@b.example");
    g_strfreev(identity->aliases);
    identity->aliases = g_strsplit("*@one.example *@two.example", " ", -1);
    identity->signature = g_strdup("one\ntwo\\");
    cr_assert(pb_identity_to_settings(identity, settings, NULL));
    g_autoptr(PbIdentity) again = pb_identity_from_settings(settings, "a", NULL);
    cr_assert_not_null(again);
    cr_expect_str_eq(again->name, "Anna; Berg");
    cr_expect(g_strv_equal((const char *const *) again->aliases,
                           (const char *const *) identity->aliases));
    cr_expect_str_eq(again->signature, "one\ntwo\\");
    g_auto(GStrv) keys = pb_settings_keys(settings, "identity a");
    g_autofree char *joined = g_strjoinv(" ", keys);
    cr_expect_str_eq(joined, "account name address aliases signature");
}

Test(identity, quoted_local_parts_are_addresses) {
    g_autoptr(PbIdentity) identity =
        pb_identity_new("a", "x", NULL, "\"anna berg@home\"@b.example");
    cr_expect(pb_identity_check(identity, NULL));
    cr_expect_str_eq(identity->name, "");
}

Test(identity, a_copy_is_deep) {
    g_autoptr(PbIdentity) identity = pb_identity_new("a", "x", "Anna", "a@b.example");
    identity->signature = g_strdup("s");
    g_autoptr(PbIdentity) copy = pb_identity_copy(identity);
    cr_expect_str_eq(copy->address, "a@b.example");
    cr_expect_neq(copy->address, identity->address);
    cr_expect_neq(copy->aliases, identity->aliases);
    cr_expect_str_eq(copy->signature, "s");
}
