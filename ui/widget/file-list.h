/* The files of a folder that begin with what was typed: folders and files by name.
 *
 * Pure of curses. Bounded: a folder of a million files must not stop the
 * screen, so at most PB_FILE_LIST_MAX names are taken.
 */
#pragma once

#include <glib.h>

#define PB_FILE_LIST_MAX 5000

typedef struct {
    char *name; /* as on disk */
    char *path; /* absolute */
    gboolean is_folder;
    guint64 size;
    gint64 mtime; /* µs */
} PbFileItem;

void pb_file_item_free(PbFileItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbFileItem, pb_file_item_free)

/* The folder part of a typed path, absolute ("~" known, relative to the current folder); the rest
 * behind the last "/" goes to `prefix_out`. A second absolute path typed behind the first replaces
 * it. g_free() both. */
char *pb_file_list_split(const char *typed, char **prefix_out);
/* GPtrArray of PbFileItem, by name; hidden ones only if `prefix` begins with a dot. Empty when the
 * folder cannot be read. */
GPtrArray *pb_file_list_read(const char *folder, const char *prefix);
/* What all names go on with behind `prefix`: for Tab. g_free(). */
char *pb_file_list_complete(const GPtrArray *items, const char *prefix);
