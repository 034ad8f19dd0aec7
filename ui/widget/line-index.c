#include "ui/widget/line-index.h"

#include <string.h>

struct PbLineIndex {
    GArray *starts; /* of gsize, ascending, first one 0 */
};

static gsize *starts_of(const PbLineIndex *index) {
    return (gsize *) (void *) index->starts->data;
}

PbLineIndex *pb_line_index_new(void) {
    PbLineIndex *index = g_new0(PbLineIndex, 1);
    gsize zero = 0;
    index->starts = g_array_new(FALSE, FALSE, sizeof(gsize));
    g_array_append_val(index->starts, zero);
    return index;
}

void pb_line_index_free(PbLineIndex *index) {
    if (index == NULL)
        return;
    g_array_unref(index->starts);
    g_free(index);
}

gsize pb_line_index_count(const PbLineIndex *index) {
    return index->starts->len;
}

gsize pb_line_index_start(const PbLineIndex *index, gsize line) {
    g_return_val_if_fail(line < index->starts->len, 0);
    return starts_of(index)[line];
}

gsize pb_line_index_find(const PbLineIndex *index, gsize offset) {
    const gsize *starts = starts_of(index);
    gsize low = 0, high = index->starts->len;
    while (high - low > 1) {
        gsize middle = low + (high - low) / 2;
        if (starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Lines whose start lies in (offset, offset + removed] lost the "\n" before them. */
static guint drop_lines(PbLineIndex *index, gsize offset, gsize removed) {
    guint first = (guint) pb_line_index_find(index, offset) + 1;
    guint last = (guint) pb_line_index_find(index, offset + removed) + 1;
    if (last > first)
        g_array_remove_range(index->starts, first, last - first);
    return first;
}

void pb_line_index_edit(PbLineIndex *index, gsize offset, gsize removed, const char *text,
                        gsize length) {
    guint first = drop_lines(index, offset, removed);
    gsize *starts = starts_of(index);
    for (guint i = first; i < index->starts->len; i++)
        starts[i] = starts[i] - removed + length;

    g_autoptr(GArray) added = g_array_new(FALSE, FALSE, sizeof(gsize));
    const char *end = text + length;
    for (const char *at = text; at < end; at++) {
        at = memchr(at, '\n', (gsize) (end - at));
        if (at == NULL)
            break;
        gsize start = offset + (gsize) (at - text) + 1;
        g_array_append_val(added, start);
    }
    if (added->len > 0)
        g_array_insert_vals(index->starts, first, added->data, added->len);
}
