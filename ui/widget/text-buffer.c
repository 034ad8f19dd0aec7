#include "ui/widget/text-buffer.h"

#include "ui/widget/line-index.h"

#include <string.h>

/* Room that is made when the gap is used up: typing rarely moves memory. */
#define GAP_MIN 1024

/* One change: at `offset`, `removed` gave way to `added`. */
typedef struct {
    gsize offset;
    GString *removed, *added;
    guint64 group;
} Change;

/* The text is bytes[0, gap) and bytes[gap + room, size). */
struct PbTextBuffer {
    char *bytes;
    gsize size, gap, room;
    PbLineIndex *lines;
    GPtrArray *log; /* of Change */
    guint done;     /* changes of the log that are in the text; the others can be redone */
    guint64 group;
    gboolean sealed, in_group;
    guint64 stamp;
    PbTextBufferWatch watch;
    gpointer watch_data;
};

static void change_free(Change *change) {
    g_string_free(change->removed, TRUE);
    g_string_free(change->added, TRUE);
    g_free(change);
}

gsize pb_text_buffer_length(const PbTextBuffer *buffer) {
    return buffer->size - buffer->room;
}

guint64 pb_text_buffer_stamp(const PbTextBuffer *buffer) {
    return buffer->stamp;
}

char *pb_text_buffer_slice(const PbTextBuffer *buffer, gsize start, gsize end) {
    end = MIN(end, pb_text_buffer_length(buffer));
    start = MIN(start, end);
    GString *slice = g_string_sized_new(end - start + 1);
    gsize before = start < buffer->gap ? MIN(end, buffer->gap) - start : 0;
    g_string_append_len(slice, buffer->bytes + start, (gssize) before);
    start += before;
    g_string_append_len(slice, buffer->bytes + buffer->room + start, (gssize) (end - start));
    return g_string_free(slice, FALSE);
}

static void move_gap(PbTextBuffer *buffer, gsize offset) {
    char *bytes = buffer->bytes;
    if (offset < buffer->gap)
        memmove(bytes + offset + buffer->room, bytes + offset, buffer->gap - offset);
    else if (offset > buffer->gap)
        memmove(bytes + buffer->gap, bytes + buffer->gap + buffer->room, offset - buffer->gap);
    buffer->gap = offset;
}

/* Grows by half, so that the cost per byte typed stays constant. */
static void reserve(PbTextBuffer *buffer, gsize wanted) {
    if (buffer->room >= wanted)
        return;
    gsize more = wanted - buffer->room + GAP_MIN + buffer->size / 2;
    gsize tail = buffer->size - buffer->gap - buffer->room;
    buffer->bytes = g_realloc(buffer->bytes, buffer->size + more);
    if (tail > 0)
        memmove(buffer->bytes + buffer->gap + buffer->room + more,
                buffer->bytes + buffer->gap + buffer->room, tail);
    buffer->size += more;
    buffer->room += more;
}

/* The only function that changes the text. */
static void apply(PbTextBuffer *buffer, gsize offset, gsize removed, const char *text,
                  gsize length) {
    move_gap(buffer, offset);
    buffer->room += removed;
    reserve(buffer, length);
    if (length > 0)
        memcpy(buffer->bytes + buffer->gap, text, length);
    buffer->gap += length;
    buffer->room -= length;
    buffer->stamp++;
    pb_line_index_edit(buffer->lines, offset, removed, text, length);
    if (buffer->watch != NULL)
        buffer->watch(offset, removed, length, buffer->watch_data);
}

PbTextBuffer *pb_text_buffer_new(const char *text) {
    PbTextBuffer *buffer = g_new0(PbTextBuffer, 1);
    buffer->bytes = g_malloc(GAP_MIN);
    buffer->size = buffer->room = GAP_MIN;
    buffer->lines = pb_line_index_new();
    buffer->log = g_ptr_array_new_with_free_func((GDestroyNotify) change_free);
    if (text != NULL && *text != '\0') {
        pb_text_buffer_replace(buffer, 0, 0, text, -1);
        g_ptr_array_set_size(buffer->log, 0);
        buffer->done = 0;
    }
    buffer->sealed = TRUE;
    return buffer;
}

void pb_text_buffer_free(PbTextBuffer *buffer) {
    if (buffer == NULL)
        return;
    g_ptr_array_unref(buffer->log);
    pb_line_index_free(buffer->lines);
    g_free(buffer->bytes);
    g_free(buffer);
}

void pb_text_buffer_set_watch(PbTextBuffer *buffer, PbTextBufferWatch watch, gpointer user_data) {
    buffer->watch = watch;
    buffer->watch_data = user_data;
}

/* --- characters and lines --------------------------------------------------------------------- */

static guchar byte_at(const PbTextBuffer *buffer, gsize offset) {
    return (guchar) buffer->bytes[offset < buffer->gap ? offset : offset + buffer->room];
}

static gboolean is_continuation(guchar byte) {
    return (byte & 0xc0) == 0x80;
}

gsize pb_text_buffer_next(const PbTextBuffer *buffer, gsize offset) {
    gsize length = pb_text_buffer_length(buffer);
    if (offset >= length)
        return length;
    do
        offset++;
    while (offset < length && is_continuation(byte_at(buffer, offset)));
    return offset;
}

gsize pb_text_buffer_previous(const PbTextBuffer *buffer, gsize offset) {
    offset = MIN(offset, pb_text_buffer_length(buffer));
    while (offset > 0 && is_continuation(byte_at(buffer, --offset)))
        ;
    return offset;
}

gunichar pb_text_buffer_char(const PbTextBuffer *buffer, gsize offset) {
    char bytes[8] = {0};
    gsize end = pb_text_buffer_next(buffer, offset);
    if (end <= offset || end - offset > 4)
        return 0;
    for (gsize i = offset; i < end; i++)
        bytes[i - offset] = (char) byte_at(buffer, i);
    return g_utf8_get_char(bytes);
}

gsize pb_text_buffer_line_count(const PbTextBuffer *buffer) {
    return pb_line_index_count(buffer->lines);
}

gsize pb_text_buffer_line_of(const PbTextBuffer *buffer, gsize offset) {
    return pb_line_index_find(buffer->lines, offset);
}

gsize pb_text_buffer_line_start(const PbTextBuffer *buffer, gsize line) {
    return pb_line_index_start(buffer->lines, line);
}

gsize pb_text_buffer_line_end(const PbTextBuffer *buffer, gsize line) {
    if (line + 1 >= pb_line_index_count(buffer->lines))
        return pb_text_buffer_length(buffer);
    return pb_line_index_start(buffer->lines, line + 1) - 1;
}

/* --- changes and undo ------------------------------------------------------------------------- */

void pb_text_buffer_seal(PbTextBuffer *buffer) {
    buffer->sealed = TRUE;
}

void pb_text_buffer_begin_group(PbTextBuffer *buffer) {
    buffer->group++;
    buffer->sealed = TRUE;
    buffer->in_group = TRUE;
}

void pb_text_buffer_end_group(PbTextBuffer *buffer) {
    buffer->in_group = FALSE;
    buffer->sealed = TRUE;
}

/* Line ends become "\n" and the rest valid UTF-8; the common case costs no copy of its own. */
static char *clean(const char *text, gsize length) {
    g_autofree char *valid = g_utf8_make_valid(text, (gssize) length);
    if (strchr(valid, '\r') == NULL)
        return g_steal_pointer(&valid);
    char *to = valid;
    for (const char *from = valid; *from != '\0'; from++) {
        if (*from == '\r' && from[1] == '\n')
            continue;
        *to++ = *from == '\r' ? '\n' : *from;
    }
    *to = '\0';
    return g_steal_pointer(&valid);
}

static gboolean ends_in_space(const GString *text) {
    return text->len > 0 && strchr(" \t\n", text->str[text->len - 1]) != NULL;
}

/* Typing on: one character right behind the last one, up to the start of the next word. */
static gboolean joins_typing(const Change *last, gsize offset, const char *text) {
    if (last->removed->len > 0 || last->added->len == 0 ||
        last->offset + last->added->len != offset || *g_utf8_next_char(text) != '\0')
        return FALSE;
    return *text != '\n' && (!ends_in_space(last->added) || strchr(" \t", *text) != NULL);
}

/* Backspacing or deleting on, right where the last one was. */
static gboolean joins_deleting(const Change *last, gsize offset, gsize removed) {
    return last->added->len == 0 && last->removed->len > 0 && removed <= 16 &&
           (offset + removed == last->offset || offset == last->offset);
}

static gboolean join(PbTextBuffer *buffer, gsize offset, const char *removed, const char *added) {
    if (buffer->sealed || buffer->in_group || buffer->done == 0 || buffer->done < buffer->log->len)
        return FALSE;
    Change *last = g_ptr_array_index(buffer->log, buffer->done - 1);
    if (*removed == '\0' && joins_typing(last, offset, added)) {
        g_string_append(last->added, added);
        return TRUE;
    }
    gsize gone = strlen(removed);
    if (*added == '\0' && joins_deleting(last, offset, gone)) {
        if (offset == last->offset)
            g_string_append(last->removed, removed);
        else
            g_string_prepend(last->removed, removed);
        last->offset = offset;
        return TRUE;
    }
    return FALSE;
}

static void log_change(PbTextBuffer *buffer, gsize offset, const char *removed, const char *added) {
    if (join(buffer, offset, removed, added))
        return;
    if (!buffer->in_group)
        buffer->group++;
    g_ptr_array_set_size(buffer->log, (gint) buffer->done);
    Change *change = g_new0(Change, 1);
    change->offset = offset;
    change->removed = g_string_new(removed);
    change->added = g_string_new(added);
    change->group = buffer->group;
    g_ptr_array_add(buffer->log, change);
    buffer->done++;
    buffer->sealed = FALSE;
}

gsize pb_text_buffer_replace(PbTextBuffer *buffer, gsize start, gsize end, const char *text,
                             gssize length) {
    end = MIN(end, pb_text_buffer_length(buffer));
    start = MIN(start, end);
    g_autofree char *added = clean(text, length < 0 ? strlen(text) : (gsize) length);
    gsize added_length = strlen(added);
    if (added_length == 0 && end == start)
        return start;
    g_autofree char *removed = pb_text_buffer_slice(buffer, start, end);
    log_change(buffer, start, removed, added);
    apply(buffer, start, end - start, added, added_length);
    return start + added_length;
}

gboolean pb_text_buffer_undo(PbTextBuffer *buffer, gsize *point_out) {
    if (buffer->done == 0)
        return FALSE;
    guint64 group = ((Change *) g_ptr_array_index(buffer->log, buffer->done - 1))->group;
    while (buffer->done > 0) {
        Change *change = g_ptr_array_index(buffer->log, buffer->done - 1);
        if (change->group != group)
            break;
        apply(buffer, change->offset, change->added->len, change->removed->str,
              change->removed->len);
        if (point_out != NULL)
            *point_out = change->offset + change->removed->len;
        buffer->done--;
    }
    buffer->sealed = TRUE;
    return TRUE;
}

gboolean pb_text_buffer_redo(PbTextBuffer *buffer, gsize *point_out) {
    if (buffer->done >= buffer->log->len)
        return FALSE;
    guint64 group = ((Change *) g_ptr_array_index(buffer->log, buffer->done))->group;
    while (buffer->done < buffer->log->len) {
        Change *change = g_ptr_array_index(buffer->log, buffer->done);
        if (change->group != group)
            break;
        apply(buffer, change->offset, change->removed->len, change->added->str, change->added->len);
        if (point_out != NULL)
            *point_out = change->offset + change->added->len;
        buffer->done++;
    }
    buffer->sealed = TRUE;
    return TRUE;
}
