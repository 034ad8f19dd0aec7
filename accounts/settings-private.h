/* The two halves of the configuration that need no PbSettings: where each line
 * stands (settings-text.c), and which groups, keys and values there are
 * (settings-keys.c). Neither touches a file. Only for accounts/settings*.c
 * and their tests.
 */
#pragma once

#include <glib.h>

/* One configuration is written by hand; more is a mistake or an attack. */
#define PB_SETTINGS_MAX_BYTES (1024 * 1024)

/* The file as lines, edited in place. GKeyFile reads values well, but puts a new key below the
 * comment of the next group, rewrites every line, and knows no line numbers. */
typedef struct PbSettingsText PbSettingsText;

/* Also finds what GKeyFile passes over in silence or reports without a line: text outside a group,
 * a line without "=", a group or key that comes twice. Errors: PB_ERROR_CONFIG, whose message names
 * `name` and the line. */
PbSettingsText *pb_settings_text_new(const char *name, const char *text, GError **error);
void pb_settings_text_free(PbSettingsText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSettingsText, pb_settings_text_free)
/* From 1; 0 if it is not there. `key` NULL: the line of the group. */
guint pb_settings_text_line(PbSettingsText *text, const char *group, const char *key);
/* `raw_value` is escaped already. */
void pb_settings_text_set(PbSettingsText *text, const char *group, const char *key,
                          const char *raw_value);
void pb_settings_text_unset(PbSettingsText *text, const char *group, const char *key);
void pb_settings_text_remove(PbSettingsText *text, const char *group);
char *pb_settings_text_join(PbSettingsText *text);

/* What is wrong with a group name, a key, or a value, as a sentence without place; NULL if it is
 * right. g_free(). */
char *pb_settings_fault_of_group(const char *group);
char *pb_settings_fault_of_key(const char *group, const char *key);
char *pb_settings_fault_of_value(const char *group, const char *key, const char *value);

/* "yes", "on", "true", "1" and their opposites. */
gboolean pb_settings_parse_bool(const char *value, gboolean *value_out);
