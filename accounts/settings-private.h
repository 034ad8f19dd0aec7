/* The two halves of reading the configuration that need no PbSettings: where
 * each line stands (settings-scan.c), and which groups, keys and values there
 * are (settings-keys.c). Pure functions of text. Only for accounts/settings*.c
 * and their tests.
 */
#pragma once

#include <glib.h>

/* One configuration is written by hand; more is a mistake or an attack. */
#define PB_SETTINGS_MAX_BYTES (1024 * 1024)

/* Line numbers by place; see pb_settings_lines_get(). */
typedef GHashTable PbSettingsLines;

/* Finds what GKeyFile passes over in silence or reports without a line: text outside a group, a
 * line without "=", a group or key that comes twice. Errors: PB_ERROR_CONFIG, whose message names
 * `name` and the line. */
PbSettingsLines *pb_settings_scan(const char *name, const char *text, GError **error);
guint pb_settings_lines_get(PbSettingsLines *lines, const char *group, const char *key);

/* What is wrong with a group name, a key, or a value, as a sentence without place; NULL if it is
 * right. g_free(). */
char *pb_settings_fault_of_group(const char *group);
char *pb_settings_fault_of_key(const char *group, const char *key);
char *pb_settings_fault_of_value(const char *group, const char *key, const char *value);

/* "yes", "on", "true", "1" and their opposites. */
gboolean pb_settings_parse_bool(const char *value, gboolean *value_out);
