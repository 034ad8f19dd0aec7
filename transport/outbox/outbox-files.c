#include "accounts/pb-error.h"
#include "transport/outbox/outbox-files-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <jansson.h>

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define CHUNK (64 * 1024)
/* 10,000 recipients of 320 bytes, three times over. */
#define ENVELOPE_MAX (10 * 1024 * 1024)

struct PbStoredEnvelope {
    json_t *json;
    PbNewEntry entry; /* points into json */
    gint64 created;
};

char *pb_outbox_new_id(void) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    guint8 bytes[PB_ID_LENGTH];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t) sizeof bytes) {
        for (gsize i = 0; i < sizeof bytes; i++)
            bytes[i] = (guint8) g_random_int_range(0, 256);
    }
    char *id = g_malloc(PB_ID_LENGTH + 1);
    for (gsize i = 0; i < PB_ID_LENGTH; i++)
        id[i] = letters[bytes[i] % (sizeof letters - 1)];
    id[PB_ID_LENGTH] = '\0';
    return id;
}

gboolean pb_outbox_id_valid(const char *id) {
    if (id == NULL || strlen(id) != PB_ID_LENGTH)
        return FALSE;
    for (const char *c = id; *c != '\0'; c++) {
        if (!g_ascii_islower(*c) && !g_ascii_isdigit(*c))
            return FALSE;
    }
    return TRUE;
}

/* --- canonical bytes -------------------------------------------------------------------------- */

/* The first byte of `chunk` that breaks the form, or `length`. `after_cr` is carried over chunks.
 */
static gsize first_fault(const char *chunk, gsize length, gboolean *after_cr) {
    gboolean cr = *after_cr;
    for (gsize i = 0; i < length; i++) {
        const char c = chunk[i];
        if (cr != (c == '\n') || c == '\0')
            return i;
        cr = c == '\r';
    }
    *after_cr = cr;
    return length;
}

static gboolean refuse_at(guint64 offset, GError **error) {
    g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                _("the message is not in the form that is sent: a bare CR, LF or NUL at byte "
                  "%" G_GUINT64_FORMAT),
                offset);
    return FALSE;
}

gboolean pb_outbox_check_canonical(int fd, guint64 *size_out, GError **error) {
    g_autofree char *chunk = g_malloc(CHUNK);
    guint64 offset = 0;
    gboolean after_cr = FALSE;
    char last = '\0';
    for (;;) {
        const ssize_t got = pread(fd, chunk, CHUNK, (off_t) offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            const int saved = errno;
            g_set_error(error, PB_ERROR, PB_ERROR_IO, _("cannot read the message back: %s"),
                        g_strerror(saved));
            return FALSE;
        }
        if (got == 0)
            break;
        const gsize good = first_fault(chunk, (gsize) got, &after_cr);
        if (good < (gsize) got)
            return refuse_at(offset + good, error);
        last = chunk[got - 1];
        offset += (guint64) got;
    }
    if (last != '\n')
        return refuse_at(offset, error);
    *size_out = offset;
    return TRUE;
}

/* --- envelopes -------------------------------------------------------------------------------- */

/* JSON holds UTF-8 only; what is not becomes U+FFFD, the exact bytes are in the message. */
static void set_text(json_t *object, const char *key, const char *value) {
    if (value == NULL)
        return;
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    json_object_set_new(object, key, json_string(valid));
}

static json_t *envelope_json(const PbNewEntry *entry, const char *id, gint64 created) {
    json_t *object = json_object();
    json_object_set_new(object, "envelope", json_integer(1));
    set_text(object, "id", id);
    set_text(object, "account", entry->account);
    set_text(object, "from", entry->from);
    set_text(object, "reverse_path", entry->reverse_path);
    set_text(object, "to", entry->to);
    set_text(object, "subject", entry->subject);
    set_text(object, "message_id", entry->message_id);
    set_text(object, "notify", entry->notify);
    set_text(object, "draft", entry->draft);
    json_object_set_new(object, "eight_bit", json_boolean(entry->eight_bit));
    json_object_set_new(object, "utf8_headers", json_boolean(entry->utf8_headers));
    json_object_set_new(object, "created", json_integer(created));
    json_t *recipients = json_array();
    for (guint i = 0; i < entry->recipients->len; i++)
        json_array_append_new(recipients, json_string(g_ptr_array_index(entry->recipients, i)));
    json_object_set_new(object, "recipients", recipients);
    return object;
}

gboolean pb_outbox_write_envelope(const char *folder, const char *id, const PbNewEntry *entry,
                                  gint64 created, GError **error) {
    json_t *object = envelope_json(entry, id, created);
    char *text = json_dumps(object, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    json_decref(object);
    g_autofree char *name = g_strconcat(id, PB_ENVELOPE_SUFFIX, NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    const gboolean ok = pb_file_replace(path, text, strlen(text), error);
    free(text);
    return ok;
}

static void fill_entry(PbStoredEnvelope *envelope) {
    const json_t *object = envelope->json;
    PbNewEntry *entry = &envelope->entry;
#define TEXT(key) json_string_value(json_object_get(object, key))
    entry->account = TEXT("account");
    entry->from = TEXT("from");
    entry->reverse_path = TEXT("reverse_path");
    entry->to = TEXT("to");
    entry->subject = TEXT("subject");
    entry->message_id = TEXT("message_id");
    entry->notify = TEXT("notify");
    entry->draft = TEXT("draft");
#undef TEXT
    entry->eight_bit = json_is_true(json_object_get(object, "eight_bit"));
    entry->utf8_headers = json_is_true(json_object_get(object, "utf8_headers"));
    envelope->created = json_integer_value(json_object_get(object, "created"));
    entry->recipients = g_ptr_array_new();
    const json_t *recipients = json_object_get(object, "recipients");
    for (size_t i = 0; i < json_array_size(recipients); i++) {
        const char *address = json_string_value(json_array_get(recipients, i));
        if (address != NULL)
            g_ptr_array_add(entry->recipients, (gpointer) address);
    }
}

PbStoredEnvelope *pb_outbox_read_envelope(const char *folder, const char *id, GError **error) {
    g_autofree char *name = g_strconcat(id, PB_ENVELOPE_SUFFIX, NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    gsize length;
    g_autofree char *text = pb_file_read(path, ENVELOPE_MAX, &length, error);
    if (text == NULL)
        return NULL;
    json_error_t fault;
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &fault);
    if (!json_is_object(json)) {
        json_decref(json);
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("cannot read “%s”: line %d: %s"), path,
                    fault.line, fault.text);
        return NULL;
    }
    PbStoredEnvelope *envelope = g_new0(PbStoredEnvelope, 1);
    envelope->json = json;
    fill_entry(envelope);
    return envelope;
}

const PbNewEntry *pb_stored_envelope_entry(PbStoredEnvelope *envelope) {
    return &envelope->entry;
}

gint64 pb_stored_envelope_created(PbStoredEnvelope *envelope) {
    return envelope->created;
}

void pb_stored_envelope_free(PbStoredEnvelope *envelope) {
    if (envelope == NULL)
        return;
    json_decref(envelope->json);
    g_clear_pointer(&envelope->entry.recipients, g_ptr_array_unref);
    g_free(envelope);
}

/* --- moving and removing ---------------------------------------------------------------------- */

static gboolean move_file(const char *folder, const char *incoming, const char *id,
                          const char *suffix) {
    g_autofree char *name = g_strconcat(id, suffix, NULL);
    g_autofree char *to = g_build_filename(folder, name, NULL);
    g_autofree char *from = g_build_filename(incoming, name, NULL);
    return g_rename(from, to) == 0 || g_access(to, F_OK) == 0;
}

/* No fsync: after a power cut the files are in one of the two folders, and both are looked at. */
gboolean pb_outbox_settle_files(const char *folder, const char *incoming, const char *id) {
    g_autofree char *name = g_strconcat(id, PB_MESSAGE_SUFFIX, NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (g_access(path, F_OK) == 0)
        return TRUE;
    move_file(folder, incoming, id, PB_ENVELOPE_SUFFIX);
    return move_file(folder, incoming, id, PB_MESSAGE_SUFFIX);
}

void pb_outbox_remove_files(const char *folder, const char *id) {
    static const char *const suffixes[] = {PB_MESSAGE_SUFFIX, PB_ENVELOPE_SUFFIX};
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *name = g_strconcat(id, suffixes[i], NULL);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_unlink(path);
    }
}
