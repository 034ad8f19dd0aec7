#include "accounts/account-list.h"
#include "accounts/pb-error.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <string.h>

static char *folder, *path;

static void make_folder(void) {
    folder = g_dir_make_tmp("account-list-XXXXXX", NULL);
    path = g_build_filename(folder, "config", NULL);
    g_setenv("HOME", folder, TRUE);
}

static void remove_folder(void) {
    g_unlink(path);
    g_rmdir(folder);
    g_free(path);
    g_free(folder);
}

TestSuite(account_list, .init = make_folder, .fini = remove_folder);

static PbAccountList *try_load(const char *text, GError **error) {
    cr_assert(g_file_set_contents(path, text, -1, NULL));
    cr_assert_eq(g_chmod(path, 0600), 0);
    PbSettings *settings = pb_settings_load(path, error);
    return settings != NULL ? pb_account_list_new(settings, error) : NULL;
}

static PbAccountList *load(const char *text) {
    g_autoptr(GError) error = NULL;
    PbAccountList *list = try_load(text, &error);
    cr_assert_not_null(list, "%s", error != NULL ? error->message : "");
    return list;
}

static const char two_accounts[] = "[account home]\nhost = smtp.home.example\n"
                                   "[account work]\nhost = smtp.example.org\ndefault = yes\n"
                                   "[identity work]\naccount = work\nname = Anna Berg\n"
                                   "address = anna@example.org\n"
                                   "aliases = *@lists.example.org; boss@example.org; *@*.org\n"
                                   "[identity home]\naccount = home\naddress = Anna@home.example\n"
                                   "aliases = *@example.org; anna+shop@example.org\n"
                                   "[identity both]\naccount = home\naddress = both@x.example\n"
                                   "[identity work-2]\naccount = work\naddress = both@x.example\n";

Test(account_list, faults_name_the_place) {
    static const struct {
        const char *text;
        const char *fault;
    } cases[] = {
        {"[account a]\nhost=x.example\n[identity i]\naddress=a@b\naccount = b\n",
         "line 5: there is no [account b] for the identity “i”"},
        {"[account a]\nhost=x.example\ndefault=true\n[account b]\nhost=y.example\n\ndefault=on\n",
         "line 7: only one account can be the default, and “a” is it already"},
        {"[account a]\nport=465\n", "line 1: account “a” has no “host”"},
        {"[account a]\nhost=x.example\n[identity i]\naddress=ab\naccount=a\n",
         "line 4: “address” is an address"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        cr_expect_null(try_load(cases[i].text, &error));
        cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
        cr_expect_not_null(error != NULL ? strstr(error->message, cases[i].fault) : NULL,
                           "got “%s”, wanted “%s”", error != NULL ? error->message : "",
                           cases[i].fault);
    }
}

Test(account_list, choice_follows_the_table) {
    static const struct {
        const char *account, *from;
        const char *chosen, *identity;
        PbChoiceReason reason;
        const char *text;
    } cases[] = {
        {NULL, NULL, "work", "work", PB_CHOICE_DEFAULT, "your default account"},
        {"home", NULL, "home", "home", PB_CHOICE_EXPLICIT, "chosen by you"},
        {"home", "both@x.example", "home", "both", PB_CHOICE_EXPLICIT, "chosen by you"},
        {"home", "anna@example.org", "home", "home", PB_CHOICE_EXPLICIT, "chosen by you"},
        {NULL, "anna@home.example", "home", "home", PB_CHOICE_ADDRESS,
         "Anna@home.example belongs to home"},
        {NULL, "ANNA@Example.org", "work", "work", PB_CHOICE_ADDRESS,
         "anna@example.org belongs to work"},
        {NULL, "both@x.example", "work", "work-2", PB_CHOICE_ADDRESS,
         "both@x.example belongs to work"},
        {NULL, "git@lists.example.org", "work", "work", PB_CHOICE_ALIAS,
         "*@lists.example.org belongs to work"},
        {NULL, "boss@example.org", "work", "work", PB_CHOICE_ALIAS,
         "boss@example.org belongs to work"},
        {NULL, "else@example.org", "home", "home", PB_CHOICE_ALIAS,
         "*@example.org belongs to home"},
        {NULL, "else@other.org", "work", "work", PB_CHOICE_ALIAS, "*@*.org belongs to work"},
        {NULL, "anna+tag@example.org", "work", "work", PB_CHOICE_ALIAS,
         "anna+*@example.org belongs to work"},
        {NULL, "anna+shop@example.org", "home", "home", PB_CHOICE_ALIAS,
         "anna+shop@example.org belongs to home"},
        {NULL, "+tag@elsewhere.example", "work", "work", PB_CHOICE_DEFAULT, "your default account"},
        {NULL, "a@b+c.example", "work", "work", PB_CHOICE_DEFAULT, "your default account"},
        {NULL, "nonsense", "work", "work", PB_CHOICE_DEFAULT, "your default account"},
    };
    g_autoptr(PbAccountList) list = load(two_accounts);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PbChoice choice;
        cr_assert(pb_account_list_choose(list, cases[i].account, cases[i].from, &choice, NULL));
        cr_expect_str_eq(choice.account->name, cases[i].chosen, "case %zu", i);
        cr_expect_str_eq(choice.identity->id, cases[i].identity, "case %zu", i);
        cr_expect_eq(choice.reason, cases[i].reason, "case %zu", i);
        g_autofree char *text = pb_choice_reason_text(&choice);
        cr_expect_str_eq(text, cases[i].text, "case %zu: %s", i, text);
    }
}

Test(account_list, unknown_account_is_named_with_the_known_ones) {
    g_autoptr(PbAccountList) list = load(two_accounts);
    g_autoptr(GError) error = NULL;
    PbChoice choice = {.alias = "untouched"};
    cr_expect_not(pb_account_list_choose(list, "wrok", NULL, &choice, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_NO_INPUT));
    cr_expect_str_eq(error->message, "there is no account “wrok”; there are: home, work");
    cr_expect_str_eq(choice.alias, "untouched");
}

Test(account_list, no_account_at_all_says_what_to_do) {
    g_autoptr(PbAccountList) list = load("");
    g_autoptr(GError) error = NULL;
    PbChoice choice;
    cr_expect_not(pb_account_list_choose(list, NULL, NULL, &choice, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
    cr_expect_not_null(strstr(error->message, "postbag account add"));
    cr_expect_null(pb_account_list_default(list));
}

Test(account_list, an_account_without_identity_can_be_chosen) {
    g_autoptr(PbAccountList) list = load("[account a]\nhost = a.example\n");
    PbChoice choice;
    cr_assert(pb_account_list_choose(list, NULL, "x@y.example", &choice, NULL));
    cr_expect_str_eq(choice.account->name, "a");
    cr_expect_null(choice.identity);
}

static PbAccount *an_account(const char *name) {
    PbAccount *account = pb_account_new(name);
    account->host = g_strdup("smtp.example.org");
    account->port = 465;
    return account;
}

static PbAccountList *reload(PbAccountList *list) {
    g_autoptr(GError) error = NULL;
    cr_assert(pb_settings_save(pb_account_list_settings(list), &error));
    PbAccountList *again = pb_account_list_new(pb_settings_load(path, NULL), &error);
    cr_assert_not_null(again, "%s", error != NULL ? error->message : "");
    return again;
}

Test(account_list, the_first_added_account_becomes_the_default) {
    g_autoptr(PbAccountList) list = load("");
    g_autoptr(PbAccount) one = an_account("one"), two = an_account("two");
    g_autoptr(PbIdentity) identity = pb_identity_new(NULL, "one", "Anna", "anna@example.org");
    cr_assert(pb_account_list_add(list, one, identity, FALSE, NULL));
    cr_assert(pb_account_list_add(list, two, NULL, FALSE, NULL));
    g_autoptr(PbAccountList) again = reload(list);
    cr_expect_eq(pb_account_list_count(again), 2);
    cr_expect_str_eq(pb_account_list_default(again)->name, "one");
    cr_expect(pb_account_list_default(again)->is_default);
    cr_expect_str_eq(pb_account_list_identity_of(again, "one")->id, "one");
    cr_expect_null(pb_account_list_identity_of(again, "two"));
}

Test(account_list, a_taken_name_needs_replace) {
    g_autoptr(PbAccountList) list = load(two_accounts);
    g_autoptr(GError) error = NULL;
    g_autoptr(PbAccount) work = an_account("work");
    g_autoptr(PbIdentity) identity = pb_identity_new(NULL, "work", "Anna", "new@example.org");
    g_free(work->host);
    work->host = g_strdup("new.example.org");
    cr_expect_not(pb_account_list_add(list, work, identity, FALSE, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_USAGE));
    g_clear_error(&error);
    cr_assert(pb_account_list_add(list, work, identity, TRUE, &error));
    g_autoptr(PbAccountList) again = reload(list);
    cr_expect_eq(pb_account_list_count(again), 2);
    cr_expect_str_eq(pb_account_list_find(again, "work")->host, "new.example.org");
    cr_expect_str_eq(pb_account_list_default(again)->name, "work", "stays the default");
    cr_expect_str_eq(pb_account_list_identity_of(again, "work")->address, "new@example.org");
    cr_expect_eq(pb_account_list_identity_count(again), 4);
}

Test(account_list, a_faulty_account_or_identity_changes_nothing) {
    g_autoptr(PbAccountList) list = load("");
    g_autoptr(GError) error = NULL;
    g_autoptr(PbAccount) account = an_account("a");
    g_autoptr(PbIdentity) identity = pb_identity_new(NULL, "a", "Anna", "no address");
    cr_expect_not(pb_account_list_add(list, account, identity, FALSE, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
    g_clear_error(&error);
    account->port = 0;
    cr_expect_not(pb_account_list_add(list, account, NULL, FALSE, &error));
    cr_expect_eq(pb_account_list_count(list), 0);
    cr_expect_not(pb_settings_has(pb_account_list_settings(list), "account a"));
}

Test(account_list, further_identities_get_numbers) {
    g_autoptr(PbAccountList) list = load(two_accounts);
    g_autofree char *id = pb_account_list_new_identity_id(list, "work");
    cr_expect_str_eq(id, "work-3");
    g_autoptr(PbIdentity) identity = pb_identity_new(id, "work", "", "third@example.org");
    cr_assert(pb_account_list_add_identity(list, identity, FALSE, NULL));
    g_autoptr(GError) error = NULL;
    cr_expect_not(pb_account_list_add_identity(list, identity, FALSE, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_USAGE));
    cr_expect(pb_account_list_add_identity(list, identity, TRUE, NULL));
    cr_expect_eq(pb_account_list_identity_count(list), 5);
}

Test(account_list, an_identity_cannot_move_to_another_account) {
    g_autoptr(PbAccountList) list = load(two_accounts);
    g_autoptr(GError) error = NULL;
    g_autoptr(PbIdentity) identity = pb_identity_new("work", "home", "", "x@example.org");
    cr_expect_not(pb_account_list_add_identity(list, identity, TRUE, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_USAGE));
}

Test(account_list, removing_takes_the_identities_along) {
    g_autoptr(PbAccountList) list = load(two_accounts);
    cr_assert(pb_account_list_remove(list, "work", NULL));
    g_autoptr(PbAccountList) again = reload(list);
    cr_expect_eq(pb_account_list_count(again), 1);
    cr_expect_eq(pb_account_list_identity_count(again), 2);
    cr_expect_str_eq(pb_account_list_default(again)->name, "home");
    g_autoptr(GError) error = NULL;
    cr_expect_not(pb_account_list_remove(again, "work", &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_NO_INPUT));
}

Test(account_list, removing_one_identity_leaves_the_others) {
    g_autoptr(PbAccountList) list = load(two_accounts);
    cr_assert(pb_account_list_remove_identity(list, "work", NULL));
    cr_expect_str_eq(pb_account_list_identity_of(list, "work")->id, "work-2");
    g_autoptr(GError) error = NULL;
    cr_expect_not(pb_account_list_remove_identity(list, "work", &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_NO_INPUT));
}

Test(account_list, there_is_always_one_default) {
    g_autoptr(PbAccountList) list = load(two_accounts);
    cr_assert(pb_account_list_set_default(list, "home", NULL));
    cr_expect_str_eq(pb_account_list_default(list)->name, "home");
    g_autoptr(PbAccountList) again = reload(list);
    cr_expect_str_eq(pb_account_list_default(again)->name, "home");
    cr_expect_not(pb_account_list_find(again, "work")->is_default);
    cr_expect_not(pb_account_list_set_default(again, "nobody", NULL));
}

Test(account_list, peek_lets_the_sandbox_say_where_it_listens) {
    g_autoptr(PbAccountList) list = load("[account sandbox]\nsandbox = true\n");
    PbAccount *sandbox = pb_account_list_peek(list, "sandbox");
    cr_assert_not_null(sandbox);
    cr_expect(sandbox->sandbox);
    sandbox->port = 1234;
    cr_expect_eq(pb_account_list_find(list, "sandbox")->port, 1234);
    cr_expect_null(pb_account_list_peek(list, "none"));
}
