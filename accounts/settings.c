#include "accounts/settings.h"

#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "accounts/pb-file.h"
#include "accounts/settings-private.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct PbSettings {
    char *path;
    char *name;           /* the path as faults show it, with "~" */
    GKeyFile *file;       /* the values */
    PbSettingsText *text; /* the same as written, with comments */
    char *loaded;         /* the text as it was on disk, NULL if there was no file */
};

static char *short_name(const char *path) {
    g_autofree char *home = pb_paths_expand("~");
    gsize length = strlen(home);
    if (length > 1 && strncmp(path, home, length) == 0 && path[length] == '/')
        return g_strconcat("~", path + length, NULL);
    return g_strdup(path);
}

/* A configuration that others can write could send mail elsewhere or run their commands. */
static gboolean check_owner(const char *name, const struct stat *info, GError **error) {
    if (!S_ISREG(info->st_mode)) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG, _("%s is not a file"), name);
        return FALSE;
    }
    if (info->st_uid != geteuid()) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG,
                    _("%s belongs to another user and is not used; it must be your own"), name);
        return FALSE;
    }
    if ((info->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG,
                    _("%s can be changed by other users and is not used; run: chmod go-w %s"), name,
                    name);
        return FALSE;
    }
    return TRUE;
}

/* The text on disk; `text_out` is NULL when there is no file. */
static gboolean read_text(const char *path, const char *name, char **text_out, GError **error) {
    struct stat info;
    *text_out = NULL;
    if (stat(path, &info) < 0) {
        if (errno == ENOENT)
            return TRUE;
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG, _("cannot read %s: %s"), name,
                    g_strerror(errno));
        return FALSE;
    }
    if (!check_owner(name, &info, error))
        return FALSE;
    gsize length;
    g_autofree char *text = pb_file_read(path, PB_SETTINGS_MAX_BYTES, &length, error);
    if (text == NULL) {
        if (error != NULL)
            (*error)->code = PB_ERROR_CONFIG;
        return FALSE;
    }
    const char *end;
    if (!g_utf8_validate(text, (gssize) length, &end)) {
        guint line = 1;
        for (const char *p = text; p < end; p++)
            line += *p == '\n';
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG, _("%s, line %u: the text is not UTF-8"), name,
                    line);
        return FALSE;
    }
    *text_out = g_steal_pointer(&text);
    return TRUE;
}

char *pb_settings_where(PbSettings *settings, const char *group, const char *key) {
    guint line = pb_settings_line(settings, group, key);
    if (line == 0)
        line = pb_settings_line(settings, group, NULL);
    if (line == 0)
        return g_strdup_printf("%s, [%s]", settings->name, group);
    /* TRANSLATORS: a place in the configuration: file and number of the line. */
    return g_strdup_printf(_("%s, line %u"), settings->name, line);
}

/* Takes `fault`; TRUE if it is NULL. */
static gboolean no_fault(PbSettings *settings, const char *group, const char *key, char *fault,
                         GError **error) {
    g_autofree char *what = fault;
    if (what == NULL)
        return TRUE;
    g_autofree char *where = pb_settings_where(settings, group, key);
    g_set_error(error, PB_ERROR, PB_ERROR_CONFIG, "%s: %s", where, what);
    return FALSE;
}

static gboolean check_key(PbSettings *settings, const char *group, const char *key,
                          GError **error) {
    if (!no_fault(settings, group, key, pb_settings_fault_of_key(group, key), error))
        return FALSE;
    g_autoptr(GError) escape = NULL;
    g_autofree char *value = g_key_file_get_string(settings->file, group, key, &escape);
    if (escape != NULL) {
        char *fault = g_strdup_printf(
            _("in the value of “%s” a backslash is written “\\\\”, a new line “\\n”"), key);
        return no_fault(settings, group, key, fault, error);
    }
    return no_fault(settings, group, key, pb_settings_fault_of_value(group, key, value), error);
}

static gboolean check_all(PbSettings *settings, GError **error) {
    g_auto(GStrv) groups = g_key_file_get_groups(settings->file, NULL);
    for (char **group = groups; *group != NULL; group++) {
        if (!no_fault(settings, *group, NULL, pb_settings_fault_of_group(*group), error))
            return FALSE;
        g_auto(GStrv) keys = g_key_file_get_keys(settings->file, *group, NULL, NULL);
        for (char **key = keys; keys != NULL && *key != NULL; key++)
            if (!check_key(settings, *group, *key, error))
                return FALSE;
    }
    return TRUE;
}

static gboolean parse(PbSettings *settings, const char *text, GError **error) {
    g_autoptr(GError) fault = NULL;
    settings->text = pb_settings_text_new(settings->name, text, error);
    if (settings->text == NULL)
        return FALSE;
    if (!g_key_file_load_from_data(settings->file, text, strlen(text), G_KEY_FILE_NONE, &fault)) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG, "%s: %s", settings->name, fault->message);
        return FALSE;
    }
    return check_all(settings, error);
}

/* A new file says what it is and carries the version from the start. */
static const char new_file[] = "# postbag: accounts, identities and preferences.\n"
                               "# No password belongs here. Checked by: postbag config check\n"
                               "\n"
                               "[postbag]\n"
                               "version = 1\n";

PbSettings *pb_settings_load(const char *path, GError **error) {
    g_autoptr(PbSettings) settings = g_new0(PbSettings, 1);
    settings->path = g_strdup(path);
    settings->name = short_name(path);
    settings->file = g_key_file_new();
    if (!read_text(path, settings->name, &settings->loaded, error))
        return NULL;
    if (!parse(settings, settings->loaded != NULL ? settings->loaded : new_file, error))
        return NULL;
    return g_steal_pointer(&settings);
}

static gboolean write_if_unchanged(PbSettings *settings, const char *target, const char *text,
                                   GError **error) {
    g_autofree char *now = NULL;
    if (!read_text(target, settings->name, &now, error))
        return FALSE;
    if (g_strcmp0(now, settings->loaded) != 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFLICT,
                    _("%s was changed by someone else meanwhile; nothing was written, try again"),
                    settings->name);
        return FALSE;
    }
    return pb_file_replace(target, text, strlen(text), error);
}

gboolean pb_settings_save(PbSettings *settings, GError **error) {
    g_autofree char *text = pb_settings_text_join(settings->text);
    g_autofree char *folder = g_path_get_dirname(settings->path);
    if (!pb_file_private_folder(folder, error))
        return FALSE;
    /* Configurations kept elsewhere are often symbolic links; replacing the link would cut it. */
    char *resolved = realpath(settings->path, NULL);
    g_autofree char *target = g_strdup(resolved != NULL ? resolved : settings->path);
    free(resolved);
    /* Comparing and writing under one lock, on the folder since the file is replaced. */
    int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean written = (lock < 0 || flock(lock, LOCK_EX) == 0) &&
                       write_if_unchanged(settings, target, text, error);
    if (lock >= 0)
        close(lock);
    if (!written)
        return FALSE;
    g_free(settings->loaded);
    settings->loaded = g_steal_pointer(&text);
    return TRUE;
}

void pb_settings_free(PbSettings *settings) {
    if (settings == NULL)
        return;
    pb_settings_text_free(settings->text);
    g_key_file_unref(settings->file);
    g_free(settings->loaded);
    g_free(settings->name);
    g_free(settings->path);
    g_free(settings);
}

const char *pb_settings_path(PbSettings *settings) {
    return settings->path;
}

char **pb_settings_names(PbSettings *settings, const char *kind) {
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) groups = g_key_file_get_groups(settings->file, NULL);
    gsize length = strlen(kind);
    for (char **group = groups; *group != NULL; group++)
        if (strncmp(*group, kind, length) == 0 && (*group)[length] == ' ')
            g_ptr_array_add(names, g_strdup(*group + length + 1));
    g_ptr_array_add(names, NULL);
    return (char **) g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

gboolean pb_settings_has(PbSettings *settings, const char *group) {
    return g_key_file_has_group(settings->file, group);
}

char **pb_settings_keys(PbSettings *settings, const char *group) {
    char **keys = g_key_file_get_keys(settings->file, group, NULL, NULL);
    return keys != NULL ? keys : g_new0(char *, 1);
}

char *pb_settings_string(PbSettings *settings, const char *group, const char *key) {
    return g_key_file_get_string(settings->file, group, key, NULL);
}

char **pb_settings_list(PbSettings *settings, const char *group, const char *key) {
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *value = pb_settings_string(settings, group, key);
    g_auto(GStrv) parts = g_strsplit_set(value != NULL ? value : "", ";,", -1);
    for (char **part = parts; *part != NULL; part++)
        if (*g_strstrip(*part) != '\0')
            g_ptr_array_add(items, g_strdup(*part));
    g_ptr_array_add(items, NULL);
    return (char **) g_ptr_array_free(g_steal_pointer(&items), FALSE);
}

int pb_settings_int(PbSettings *settings, const char *group, const char *key, int fallback) {
    g_autofree char *value = pb_settings_string(settings, group, key);
    gint64 number;
    if (value == NULL || !g_ascii_string_to_signed(value, 10, G_MININT, G_MAXINT, &number, NULL))
        return fallback;
    return (int) number;
}

gboolean pb_settings_bool(PbSettings *settings, const char *group, const char *key,
                          gboolean fallback) {
    g_autofree char *value = pb_settings_string(settings, group, key);
    gboolean flag;
    return value != NULL && pb_settings_parse_bool(value, &flag) ? flag : fallback;
}

static gboolean no_fault_in_new(const char *group, char *fault, GError **error) {
    g_autofree char *what = fault;
    if (what == NULL)
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_CONFIG, "[%s]: %s", group, what);
    return FALSE;
}

gboolean pb_settings_set(PbSettings *settings, const char *group, const char *key,
                         const char *value, GError **error) {
    if (!no_fault_in_new(group, pb_settings_fault_of_group(group), error) ||
        !no_fault_in_new(group, pb_settings_fault_of_key(group, key), error))
        return FALSE;
    if (value == NULL) {
        g_key_file_remove_key(settings->file, group, key, NULL);
        pb_settings_text_unset(settings->text, group, key);
        return TRUE;
    }
    if (!no_fault_in_new(group, pb_settings_fault_of_value(group, key, value), error))
        return FALSE;
    /* Setting the value it has would lose the way it was written. */
    g_autofree char *before = pb_settings_string(settings, group, key);
    if (g_strcmp0(before, value) == 0)
        return TRUE;
    g_key_file_set_string(settings->file, group, key, value);
    g_autofree char *raw = g_key_file_get_value(settings->file, group, key, NULL);
    pb_settings_text_set(settings->text, group, key, raw);
    return TRUE;
}

void pb_settings_remove(PbSettings *settings, const char *group) {
    g_key_file_remove_group(settings->file, group, NULL);
    pb_settings_text_remove(settings->text, group);
}

guint pb_settings_line(PbSettings *settings, const char *group, const char *key) {
    return pb_settings_text_line(settings->text, group, key);
}
