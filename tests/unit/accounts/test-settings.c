#include "accounts/pb-error.h"
#include "accounts/settings.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder, *path;

static void make_folder(void) {
    folder = g_dir_make_tmp("settings-XXXXXX", NULL);
    path = g_build_filename(folder, "config", NULL);
    g_setenv("HOME", folder, TRUE);
}

static void remove_folder(void) {
    char *arguments[] = {"rm", "-rf", folder, NULL};
    g_spawn_sync(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    g_free(path);
    g_free(folder);
}

TestSuite(settings, .init = make_folder, .fini = remove_folder);

static void put(const char *text) {
    cr_assert(g_file_set_contents(path, text, -1, NULL));
    cr_assert_eq(g_chmod(path, 0600), 0);
}

static PbSettings *load(const char *text) {
    g_autoptr(GError) error = NULL;
    put(text);
    PbSettings *settings = pb_settings_load(path, &error);
    cr_assert_not_null(settings, "%s", error != NULL ? error->message : "");
    return settings;
}

static char *saved(PbSettings *settings) {
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    cr_assert(pb_settings_save(settings, &error), "%s", error != NULL ? error->message : "");
    cr_assert(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

Test(settings, faults_name_line_key_and_what_is_allowed) {
    static const struct {
        const char *text;
        const char *fault;
    } cases[] = {
        {"[account work]\nhost = a\n# c\n\nprot = 465\n",
         "line 5: “prot” is not known for an account; did you mean “port”?"},
        {"[postbag]\nundo = 3\n", "line 2: “undo” is not known for [postbag]; known are: version"},
        {"[identity a]\naddres = x@y\n",
         "line 2: “addres” is not known for an identity; did you mean “address”?"},
        {"[acount work]\n",
         "line 1: the group [acount work] is not known; did you mean “account”?"},
        {"\n[something]\n", "line 2: the group [something] is not known; there are [postbag]"},
        {"[account]\n", "line 1: [account] needs a name, such as [account work]"},
        {"[account Ann B]\n", "line 1: the name in [account Ann B] may have a to z"},
        {"[account a]\nport = 70000\n",
         "line 2: “port” must be a whole number from 0 to 65535, not “70000”"},
        {"[account a]\nport = 465 # TLS\n", "line 2: “port” must be a whole number"},
        {"[account a]\nsecurity = ssl\n",
         "line 2: “security” can be one of: tls, starttls, none; not “ssl”"},
        {"[account a]\nhost =\n", "line 2: “host” has no value"},
        {"[postbag]\nmouse = maybe\n", "line 2: “mouse” can be yes or no, not “maybe”"},
        {"[postbag]\nversion = 2\n", "line 2: “version” can only be 1 in this version of postbag"},
        {"[account a]\nhost = x\nport = 1\nhost = y\n",
         "line 4: “host” is set twice, first in line 2"},
        {"[account a]\n[account b]\n[account a]\n", "line 3: [account a] comes twice"},
        {"host = x\n", "line 1: “host” stands before the first group"},
        {"[postbag]\nhello\n", "line 2: a line is “key = value”"},
        {"[postbag\n", "line 1: “]” is missing at the end of “[postbag”"},
        {"[identity a]\nname = x\\q\n", "line 2: in the value of “name” a backslash"},
        {"[account a]\nusername = a\\nb\n", "line 2: the value of “username” has a control"},
        {"[postbag]\n# \xff\n", "line 2: the text is not UTF-8"},
        {"[account a]\nhost[de] = x\n", "line 2: “host[de]” cannot be a key"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        put(cases[i].text);
        g_autoptr(PbSettings) settings = pb_settings_load(path, &error);
        cr_expect_null(settings, "accepted: %s", cases[i].text);
        cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
        cr_expect_not_null(error != NULL ? strstr(error->message, cases[i].fault) : NULL,
                           "got “%s”, wanted “%s”", error != NULL ? error->message : "",
                           cases[i].fault);
        cr_expect(error != NULL && g_str_has_prefix(error->message, "~/config, line "));
    }
}

Test(settings, a_password_in_the_wrong_place_is_refused_and_not_repeated) {
    static const char *const texts[] = {
        "[account a]\npassword = hunter2\n",
        "[account a]\npassword = command:\nhunter2\n",
        "[account a]\nhunter2\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        put(texts[i]);
        cr_expect_null(pb_settings_load(path, &error));
        cr_assert_not_null(error);
        cr_expect_null(strstr(error->message, "hunter2"), "%s", error->message);
    }
}

Test(settings, a_missing_file_is_empty_and_saved_with_a_version) {
    g_autoptr(GError) error = NULL;
    g_autofree char *deep = g_build_filename(folder, "new", "postbag", "config", NULL);
    g_autoptr(PbSettings) settings = pb_settings_load(deep, &error);
    cr_assert_not_null(settings);
    g_auto(GStrv) names = pb_settings_names(settings, "account");
    cr_expect_eq(g_strv_length(names), 0);
    cr_expect_null(pb_settings_string(settings, "account x", "host"));
    cr_expect_eq(pb_settings_int(settings, "postbag", "undo_seconds", 10), 10);
    cr_expect_eq(pb_settings_line(settings, "account work", NULL), 0);
    cr_assert(pb_settings_set(settings, "account work", "host", "smtp.example.org", &error));
    cr_assert(pb_settings_save(settings, &error), "%s", error != NULL ? error->message : "");
    struct stat info;
    cr_assert_eq(stat(deep, &info), 0);
    cr_expect_eq(info.st_mode & 0777, 0600);
    g_autoptr(PbSettings) again = pb_settings_load(deep, &error);
    cr_assert_not_null(again);
    g_autofree char *host = pb_settings_string(again, "account work", "host");
    cr_expect_str_eq(host, "smtp.example.org");
    cr_expect_eq(pb_settings_int(again, "postbag", "version", 0), 1);
    cr_expect_gt(pb_settings_line(again, "account work", "host"), 0);
}

Test(settings, values_are_read_by_type) {
    g_autoptr(PbSettings) settings = load("[postbag]\nundo_seconds = 0\nmouse = off\nplain=Yes\n"
                                          "[identity a]\naliases = *@x.org; b@y.org , c@z.org;\n"
                                          "signature = one\\ntwo\n"
                                          "[keys outbox]\nhold = H\n[theme]\nbad = red\n");
    cr_expect_eq(pb_settings_int(settings, "postbag", "undo_seconds", 10), 0);
    cr_expect_not(pb_settings_bool(settings, "postbag", "mouse", TRUE));
    cr_expect(pb_settings_bool(settings, "postbag", "plain", FALSE));
    cr_expect(pb_settings_bool(settings, "postbag", "missing", TRUE));
    g_auto(GStrv) aliases = pb_settings_list(settings, "identity a", "aliases");
    cr_assert_eq(g_strv_length(aliases), 3);
    cr_expect_str_eq(aliases[1], "b@y.org");
    g_autofree char *signature = pb_settings_string(settings, "identity a", "signature");
    cr_expect_str_eq(signature, "one\ntwo");
    g_auto(GStrv) keys = pb_settings_keys(settings, "keys outbox");
    cr_expect_str_eq(keys[0], "hold");
    g_auto(GStrv) none = pb_settings_keys(settings, "keys sent");
    cr_expect_null(none[0]);
    cr_expect(pb_settings_has(settings, "theme"));
}

Test(settings, names_come_in_file_order) {
    g_autoptr(PbSettings) settings =
        load("[account zoo]\n[identity i]\n[account ant]\n[account bee]\n");
    g_auto(GStrv) names = pb_settings_names(settings, "account");
    g_autofree char *joined = g_strjoinv(" ", names);
    cr_expect_str_eq(joined, "zoo ant bee");
}

Test(settings, lines_are_known) {
    g_autoptr(PbSettings) settings = load("# top\n\n[account a]\r\n  host = x\r\n#\nport=1\n");
    cr_expect_eq(pb_settings_line(settings, "account a", NULL), 3);
    cr_expect_eq(pb_settings_line(settings, "account a", "host"), 4);
    cr_expect_eq(pb_settings_line(settings, "account a", "port"), 6);
    cr_expect_eq(pb_settings_line(settings, "account a", "security"), 0);
    g_autofree char *where = pb_settings_where(settings, "account a", "security");
    cr_expect_str_eq(where, "~/config, line 3");
    g_autofree char *host = pb_settings_string(settings, "account a", "host");
    cr_expect_str_eq(host, "x");
}

static const char commented[] = "# my mail\n\n[postbag]\n# keep\n  version= 1\n\n\n"
                                "# the one at work\n[account work]\nhost=a.example\n# odd port\n"
                                "port = 1465\n\n# at home\n[account home]\nhost=b.example\n#end";

/* `commented` with one part replaced. */
static char *edited(const char *from, const char *to) {
    const char *at = strstr(commented, from);
    g_autofree char *before = g_strndup(commented, (gsize) (at - commented));
    return g_strconcat(before, to, at + strlen(from), "\n", NULL);
}

static void expect_saved(PbSettings *settings, const char *from, const char *to) {
    g_autofree char *text = saved(settings);
    g_autofree char *wanted = edited(from, to);
    cr_expect_str_eq(text, wanted);
}

Test(settings, all_but_the_changed_line_survives_a_save) {
    g_autoptr(PbSettings) settings = load(commented);
    cr_assert(pb_settings_set(settings, "account home", "host", "c.example", NULL));
    cr_assert(pb_settings_set(settings, "account work", "port", "1465", NULL));
    expect_saved(settings, "host=b.example", "host = c.example");
}

Test(settings, a_new_key_stands_in_its_group_above_the_next_comment) {
    g_autoptr(PbSettings) settings = load(commented);
    cr_assert(pb_settings_set(settings, "account work", "timeout", "60", NULL));
    cr_expect_eq(pb_settings_line(settings, "account work", "timeout"), 13);
    expect_saved(settings, "port = 1465\n", "port = 1465\ntimeout = 60\n");
}

Test(settings, a_new_group_stands_at_the_end_after_a_blank_line) {
    g_autoptr(PbSettings) settings = load(commented);
    cr_assert(pb_settings_set(settings, "account new", "host", "n.example", NULL));
    expect_saved(settings, "#end", "#end\n\n[account new]\nhost = n.example");
}

Test(settings, a_removed_key_leaves_the_rest_alone) {
    g_autoptr(PbSettings) settings = load(commented);
    cr_assert(pb_settings_set(settings, "account work", "host", NULL, NULL));
    expect_saved(settings, "host=a.example\n", "");
}

Test(settings, a_removed_group_takes_its_own_comment_only) {
    g_autoptr(PbSettings) settings = load(commented);
    pb_settings_remove(settings, "account work");
    pb_settings_remove(settings, "account none");
    expect_saved(settings,
                 "\n# the one at work\n[account work]\nhost=a.example\n# odd port\nport = 1465\n\n",
                 "\n");
}

Test(settings, values_are_escaped_in_the_file) {
    g_autoptr(PbSettings) settings = load("");
    cr_assert(pb_settings_set(settings, "identity a", "signature", " a\\b\nc", NULL));
    g_autofree char *text = saved(settings);
    cr_expect_str_eq(text, "[identity a]\nsignature = \\sa\\\\b\\nc\n");
    g_autoptr(PbSettings) again = pb_settings_load(path, NULL);
    g_autofree char *signature = pb_settings_string(again, "identity a", "signature");
    cr_expect_str_eq(signature, " a\\b\nc");
}

Test(settings, setting_checks_like_loading) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbSettings) settings = load("");
    cr_expect_not(pb_settings_set(settings, "account a", "prot", "1", &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
    cr_expect_str_eq(error->message, "[account a]: “prot” is not known for an account; did you "
                                     "mean “port”?");
    g_clear_error(&error);
    cr_expect_not(pb_settings_set(settings, "account a", "port", "x", &error));
    g_clear_error(&error);
    cr_expect_not(pb_settings_set(settings, "account A", "port", "1", &error));
    g_clear_error(&error);
    cr_expect_not(pb_settings_set(settings, "account a", "host", "x\n[postbag]", &error));
    cr_expect_not(pb_settings_has(settings, "account a"));
}

Test(settings, null_removes_a_key_and_a_missing_one_is_fine) {
    g_autoptr(PbSettings) settings = load("[account a]\nhost = x\nport = 1\n");
    cr_expect(pb_settings_set(settings, "account a", "port", NULL, NULL));
    cr_expect(pb_settings_set(settings, "account a", "timeout", NULL, NULL));
    cr_expect_null(pb_settings_string(settings, "account a", "port"));
}

Test(settings, a_file_that_changed_meanwhile_is_not_overwritten) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbSettings) settings = load("[account a]\nhost = x\n");
    put("[account a]\nhost = y\n");
    cr_assert(pb_settings_set(settings, "account a", "port", "1", &error));
    cr_expect_not(pb_settings_save(settings, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFLICT));
    g_autofree char *text = NULL;
    cr_assert(g_file_get_contents(path, &text, NULL, NULL));
    cr_expect_str_eq(text, "[account a]\nhost = y\n");
}

Test(settings, two_saves_in_a_row_are_no_conflict) {
    g_autoptr(PbSettings) settings = load("[account a]\nhost = x\n");
    cr_assert(pb_settings_save(settings, NULL));
    cr_expect(pb_settings_set(settings, "account a", "host", "y", NULL));
    cr_expect(pb_settings_save(settings, NULL));
}

Test(settings, a_symbolic_link_stays_one) {
    g_autofree char *target = g_build_filename(folder, "dotfiles", NULL);
    cr_assert(g_file_set_contents(target, "[account a]\nhost = x\n", -1, NULL));
    cr_assert_eq(g_chmod(target, 0600), 0);
    cr_assert_eq(symlink(target, path), 0);
    g_autoptr(PbSettings) settings = pb_settings_load(path, NULL);
    cr_assert_not_null(settings);
    cr_expect(pb_settings_set(settings, "account a", "host", "y", NULL));
    cr_expect(pb_settings_save(settings, NULL));
    cr_expect(g_file_test(path, G_FILE_TEST_IS_SYMLINK));
    g_autofree char *text = NULL;
    cr_assert(g_file_get_contents(target, &text, NULL, NULL));
    cr_expect_not_null(strstr(text, "host = y"));
}

Test(settings, a_file_that_others_can_change_is_refused) {
    g_autoptr(GError) error = NULL;
    put("[account a]\nhost = x\n");
    cr_assert_eq(g_chmod(path, 0620), 0);
    cr_expect_null(pb_settings_load(path, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
    cr_expect_not_null(strstr(error->message, "chmod go-w ~/config"));
}

Test(settings, a_file_of_another_user_is_refused) {
    g_autoptr(GError) error = NULL;
    put("[account a]\nhost = x\n");
    if (chown(path, 65534, (gid_t) -1) < 0)
        cr_skip_test("only root can give a file away");
    cr_expect_null(pb_settings_load(path, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
    cr_expect_not_null(strstr(error->message, "another user"));
}

Test(settings, an_unreadable_path_is_a_fault_of_configuration) {
    g_autoptr(GError) error = NULL;
    cr_expect_null(pb_settings_load(folder, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
    g_clear_error(&error);
    g_autofree char *large = g_strnfill(1024 * 1024 + 1, '#');
    put(large);
    cr_expect_null(pb_settings_load(path, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFIG));
}
