#include "accounts/paths.h"

#include <criterion/criterion.h>

static void expect(char *path, const char *wanted) {
    cr_expect_str_eq(path, wanted);
    g_free(path);
}

Test(paths, follow_the_xdg_variables) {
    g_setenv("XDG_CONFIG_HOME", "/x/config", TRUE);
    g_setenv("XDG_DATA_HOME", "/x/data", TRUE);
    g_setenv("XDG_STATE_HOME", "/x/state", TRUE);
    g_setenv("XDG_RUNTIME_DIR", "/x/run", TRUE);
    expect(pb_paths_config_file(), "/x/config/postbag/config");
    expect(pb_paths_outbox(), "/x/data/postbag/outbox");
    expect(pb_paths_drafts(), "/x/data/postbag/drafts");
    expect(pb_paths_sandbox(), "/x/data/postbag/sandbox");
    expect(pb_paths_log_file(), "/x/state/postbag/log");
    expect(pb_paths_runtime(), "/x/run/postbag");
}

Test(paths, fall_back_to_the_home_folder) {
    g_setenv("HOME", "/home/anna", TRUE);
    g_unsetenv("XDG_CONFIG_HOME");
    g_unsetenv("XDG_CACHE_HOME");
    g_unsetenv("XDG_RUNTIME_DIR");
    g_setenv("XDG_DATA_HOME", "relative/does/not/count", TRUE);
    expect(pb_paths_config_file(), "/home/anna/.config/postbag/config");
    expect(pb_paths_outbox(), "/home/anna/.local/share/postbag/outbox");
    expect(pb_paths_runtime(), "/home/anna/.cache/postbag/run");
}

Test(paths, see_a_variable_that_changed) {
    g_setenv("XDG_DATA_HOME", "/one", TRUE);
    expect(pb_paths_outbox(), "/one/postbag/outbox");
    g_setenv("XDG_DATA_HOME", "/two", TRUE);
    expect(pb_paths_outbox(), "/two/postbag/outbox");
}

Test(paths, expand_only_the_own_tilde) {
    g_setenv("HOME", "/home/anna", TRUE);
    expect(pb_paths_expand("~"), "/home/anna");
    expect(pb_paths_expand("~/a b"), "/home/anna/a b");
    expect(pb_paths_expand("~bob/x"), "~bob/x");
    expect(pb_paths_expand("/etc/~"), "/etc/~");
    expect(pb_paths_expand(""), "");
}
