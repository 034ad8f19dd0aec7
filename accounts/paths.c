#include "accounts/paths.h"

/* The environment is read at every call and not through g_get_user_config_dir(), which keeps its
 * first answer for ever; tests change these variables. Relative values do not count (XDG Base
 * Directory Specification). */
static char *base_folder(const char *variable, const char *below_home) {
    const char *value = g_getenv(variable);
    if (value != NULL && g_path_is_absolute(value))
        return g_strdup(value);
    const char *home = g_getenv("HOME");
    if (home == NULL || !g_path_is_absolute(home))
        home = g_get_home_dir();
    return g_build_filename(home, below_home, NULL);
}

static char *path_below(const char *variable, const char *below_home, const char *name) {
    g_autofree char *base = base_folder(variable, below_home);
    return g_build_filename(base, "postbag", name, NULL);
}

char *pb_paths_config_file(void) {
    return path_below("XDG_CONFIG_HOME", ".config", "config");
}

char *pb_paths_outbox(void) {
    return path_below("XDG_DATA_HOME", ".local/share", "outbox");
}

char *pb_paths_drafts(void) {
    return path_below("XDG_DATA_HOME", ".local/share", "drafts");
}

char *pb_paths_sandbox(void) {
    return path_below("XDG_DATA_HOME", ".local/share", "sandbox");
}

char *pb_paths_log_file(void) {
    return path_below("XDG_STATE_HOME", ".local/state", "log");
}

char *pb_paths_runtime(void) {
    const char *runtime = g_getenv("XDG_RUNTIME_DIR");
    if (runtime != NULL && g_path_is_absolute(runtime))
        return g_build_filename(runtime, "postbag", NULL);
    return path_below("XDG_CACHE_HOME", ".cache", "run");
}

char *pb_paths_expand(const char *path) {
    if (path[0] != '~' || (path[1] != '\0' && path[1] != '/'))
        return g_strdup(path);
    const char *home = g_getenv("HOME");
    if (home == NULL || *home == '\0')
        home = g_get_home_dir();
    if (path[1] == '\0')
        return g_strdup(home);
    return g_build_filename(home, path + 2, NULL);
}
