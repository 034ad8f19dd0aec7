/* A folder of its own for a test, below $TMPDIR. */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>

static char *pb_fixture_folder;

static inline char *pb_fixture_path(const char *name) {
    if (pb_fixture_folder == NULL)
        pb_fixture_folder = g_dir_make_tmp("postbag-test-XXXXXX", NULL);
    return g_build_filename(pb_fixture_folder, name, NULL);
}

static inline char *pb_fixture_write(const char *name, const char *text) {
    char *path = pb_fixture_path(name);

    g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
    return path;
}

static inline void pb_fixture_remove_tree(const char *path) {
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        if (g_file_test(child, G_FILE_TEST_IS_DIR))
            pb_fixture_remove_tree(child);
        else
            g_unlink(child);
    }
    g_rmdir(path);
}

static inline void pb_fixture_remove(void) {
    pb_fixture_remove_tree(pb_fixture_folder);
    g_clear_pointer(&pb_fixture_folder, g_free);
}
