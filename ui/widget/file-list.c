#include "ui/widget/file-list.h"

#include "accounts/paths.h"

#include <glib/gstdio.h>

#include <string.h>

void pb_file_item_free(PbFileItem *item) {
    if (item == NULL)
        return;
    g_free(item->name);
    g_free(item->path);
    g_free(item);
}

/* Behind a path that is already in the field people type or paste a whole new one: "…/tmp//etc/x"
 * means "/etc/x", "…/tmp/~/x" means "~/x". */
static const char *newest_start(const char *typed) {
    const char *start = typed;
    for (const char *p = typed; *p != '\0'; p++)
        if (p[0] == '/' && (p[1] == '/' || (p[1] == '~' && p[2] == '/')))
            start = p + 1;
    return start;
}

char *pb_file_list_split(const char *typed, char **prefix_out) {
    typed = newest_start(typed);
    const char *slash = strrchr(typed, '/');
    g_autofree char *shown =
        slash != NULL ? g_strndup(typed, (gsize) (slash - typed) + 1) : g_strdup("./");
    g_autofree char *expanded = pb_paths_expand(shown);
    if (prefix_out != NULL)
        *prefix_out = g_strdup(slash != NULL ? slash + 1 : typed);
    return g_canonicalize_filename(expanded, NULL);
}

static PbFileItem *item_new(const char *folder, const char *name) {
    GStatBuf info;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (g_stat(path, &info) != 0)
        return NULL;
    PbFileItem *item = g_new0(PbFileItem, 1);
    item->name = g_strdup(name);
    item->path = g_steal_pointer(&path);
    item->is_folder = S_ISDIR(info.st_mode);
    item->size = (guint64) info.st_size;
    item->mtime = (gint64) info.st_mtime * G_USEC_PER_SEC;
    return item;
}

static int by_name(gconstpointer a, gconstpointer b) {
    const PbFileItem *first = *(const PbFileItem *const *) a;
    const PbFileItem *second = *(const PbFileItem *const *) b;
    return strcmp(first->name, second->name);
}

GPtrArray *pb_file_list_read(const char *folder, const char *prefix) {
    GPtrArray *items = g_ptr_array_new_with_free_func((GDestroyNotify) pb_file_item_free);
    GDir *directory = g_dir_open(folder, 0, NULL);
    const char *name;
    while (directory != NULL && items->len < PB_FILE_LIST_MAX &&
           (name = g_dir_read_name(directory)) != NULL) {
        if (!g_str_has_prefix(name, prefix) || (*name == '.' && *prefix != '.'))
            continue;
        PbFileItem *item = item_new(folder, name);
        if (item != NULL)
            g_ptr_array_add(items, item);
    }
    if (directory != NULL)
        g_dir_close(directory);
    g_ptr_array_sort(items, by_name);
    return items;
}

char *pb_file_list_complete(const GPtrArray *items, const char *prefix) {
    if (items->len == 0)
        return g_strdup("");
    const PbFileItem *first = g_ptr_array_index(items, 0);
    const PbFileItem *last = g_ptr_array_index(items, items->len - 1);
    /* Sorted: what the first and the last share, all share. */
    gsize length = strlen(prefix);
    while (first->name[length] != '\0' && first->name[length] == last->name[length])
        length++;
    while (length > strlen(prefix) && ((guchar) first->name[length] & 0xc0) == 0x80)
        length--;
    g_autofree char *more = g_strndup(first->name + strlen(prefix), length - strlen(prefix));
    gboolean whole_folder = items->len == 1 && first->is_folder;
    return g_strconcat(more, whole_folder ? "/" : "", NULL);
}
