/* The configuration file: one GKeyFile ini that people and the program edit.
 *
 * Groups: [postbag], [account NAME], [identity NAME], [keys VIEW], [theme].
 * Comments, order and
 * spacing survive a save. Every fault is found at load time and
 * names file, line, group, key and what is allowed ("config, line 12: “prot”
 * is not known for an account; did you mean “port”?"). No secret is in it.
 */
#pragma once

#include <glib.h>

typedef struct PbSettings PbSettings;

/* Loads `path`; a missing file gives empty settings. Errors: PB_ERROR_CONFIG (fault in the text,
 * unreadable file, file of another user). */
PbSettings *pb_settings_load(const char *path, GError **error);
/* Writes it back durably (0600); refuses with PB_ERROR_CONFLICT if the file changed on disk since.
 */
gboolean pb_settings_save(PbSettings *settings, GError **error);
void pb_settings_free(PbSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSettings, pb_settings_free)

const char *pb_settings_path(PbSettings *settings);
/* The names behind "account " / "identity " / "keys ", in file order. g_strfreev(). */
char **pb_settings_names(PbSettings *settings, const char *kind);
gboolean pb_settings_has(PbSettings *settings, const char *group);
/* The keys of a group in file order, for [keys VIEW] and [theme]. g_strfreev(). */
char **pb_settings_keys(PbSettings *settings, const char *group);

/* Values of group `group` ("postbag", "account work"), as checked by pb_settings_load(). For a
 * missing key: NULL, an empty list, or the fallback. Lists are separated by ";" or ","; booleans
 * are yes, no, on, off, true, false. */
char *pb_settings_string(PbSettings *settings, const char *group, const char *key);
char **pb_settings_list(PbSettings *settings, const char *group, const char *key);
int pb_settings_int(PbSettings *settings, const char *group, const char *key, int fallback);
gboolean pb_settings_bool(PbSettings *settings, const char *group, const char *key,
                          gboolean fallback);

/* NULL removes the key. Setting anything checks it as loading does: PB_ERROR_CONFIG. */
gboolean pb_settings_set(PbSettings *settings, const char *group, const char *key,
                         const char *value, GError **error);
void pb_settings_remove(PbSettings *settings, const char *group);
/* The line of group (key NULL) or key in the file as loaded and changed since; 0 if it is not
 * there.
 */
guint pb_settings_line(PbSettings *settings, const char *group, const char *key);
/* The same as the start of an error message: "~/.config/postbag/config, line 12"; the line of the
 * group if the key is not there. g_free(). */
char *pb_settings_where(PbSettings *settings, const char *group, const char *key);
