#include "accounts/pb-error.h"
#include "compose/address-private.h"
#include "compose/message-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>
#include <sys/random.h>

/* References may grow with every answer; RFC 5322 sets no bound, relays do at about 1000 bytes a
 * line and 64 kB a header. */
#define REFERENCES_KEPT 40

PbMessage *pb_message_new(void) {
    PbMessage *message = g_new0(PbMessage, 1);
    char **texts[] = {&message->from,     &message->to,      &message->cc,  &message->bcc,
                      &message->reply_to, &message->subject, &message->body};

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup("");
    message->attachments = g_ptr_array_new_with_free_func((GDestroyNotify) pb_attachment_free);
    message->extra_headers = g_ptr_array_new_with_free_func(g_free);
    message->flowed = TRUE;
    return message;
}

static gpointer copy_attachment(gconstpointer source, G_GNUC_UNUSED gpointer data) {
    return pb_attachment_copy(source);
}

static gpointer copy_text(gconstpointer source, G_GNUC_UNUSED gpointer data) {
    return g_strdup(source);
}

PbMessage *pb_message_copy(const PbMessage *message) {
    PbMessage *copy = g_new0(PbMessage, 1);

    copy->from = g_strdup(message->from);
    copy->account = g_strdup(message->account);
    copy->identity = g_strdup(message->identity);
    copy->to = g_strdup(message->to);
    copy->cc = g_strdup(message->cc);
    copy->bcc = g_strdup(message->bcc);
    copy->reply_to = g_strdup(message->reply_to);
    copy->subject = g_strdup(message->subject);
    copy->body = g_strdup(message->body);
    copy->attachments = g_ptr_array_copy(message->attachments, copy_attachment, NULL);
    g_ptr_array_set_free_func(copy->attachments, (GDestroyNotify) pb_attachment_free);
    copy->message_id = g_strdup(message->message_id);
    copy->date = message->date;
    copy->in_reply_to = g_strdup(message->in_reply_to);
    copy->references = g_strdup(message->references);
    copy->organization = g_strdup(message->organization);
    copy->extra_headers = g_ptr_array_copy(message->extra_headers, copy_text, NULL);
    g_ptr_array_set_free_func(copy->extra_headers, g_free);
    copy->flowed = message->flowed;
    copy->dsn = g_strdup(message->dsn);
    return copy;
}

void pb_message_free(PbMessage *message) {
    if (message == NULL)
        return;
    g_free(message->from);
    g_free(message->account);
    g_free(message->identity);
    g_free(message->to);
    g_free(message->cc);
    g_free(message->bcc);
    g_free(message->reply_to);
    g_free(message->subject);
    g_free(message->body);
    g_ptr_array_unref(message->attachments);
    g_free(message->message_id);
    g_free(message->in_reply_to);
    g_free(message->references);
    g_free(message->organization);
    g_ptr_array_unref(message->extra_headers);
    g_free(message->dsn);
    g_free(message);
}

void pb_message_set(char **field, const char *value) {
    char *copy = g_strdup(value != NULL ? value : "");

    g_free(*field);
    *field = copy;
}

char *pb_message_make_id(const char *from_address) {
    g_autofree char *wire = pb_address_to_wire(from_address);
    guint8 bytes[16];
    GString *id = g_string_new("<");

    /* 16 bytes are never cut short (getrandom(2)); only EINTR before the pool is ready. */
    while (getrandom(bytes, sizeof bytes, 0) != (ssize_t) sizeof bytes)
        ;
    for (gsize i = 0; i < sizeof bytes; i++)
        g_string_append_printf(id, "%02x", bytes[i]);
    g_string_append_printf(id, "@%s>", pb_address_domain(wire));
    return g_string_free(id, FALSE);
}

void pb_message_ensure_id(PbMessage *message) {
    g_autoptr(PbAddress) from = NULL;

    if (message->message_id != NULL && *message->message_id != '\0')
        return;
    from = pb_address_parse(message->from, NULL);
    if (from == NULL)
        return;
    g_free(message->message_id);
    message->message_id = pb_message_make_id(from->address);
}

static gboolean is_blank(const char *text) {
    return text[strspn(text, " \t\r\n")] == '\0';
}

gboolean pb_message_is_empty(const PbMessage *message) {
    return is_blank(message->to) && is_blank(message->cc) && is_blank(message->bcc) &&
           is_blank(message->subject) && is_blank(message->body) && message->attachments->len == 0;
}

void pb_message_collect_ids(GPtrArray *ids, const char *field) {
    const char *p = field;

    while (p != NULL && (p = strchr(p, '<')) != NULL) {
        gsize length = strcspn(p, "> \t\r\n");

        if (p[length] == '>' && length > 3 && length < 900 && memchr(p, '@', length) != NULL) {
            g_autofree char *id = g_strndup(p, length + 1);

            if (g_str_is_ascii(id) && !g_ptr_array_find_with_equal_func(ids, id, g_str_equal, NULL))
                g_ptr_array_add(ids, g_steal_pointer(&id));
        }
        p += length > 0 ? length : 1;
    }
}

char *pb_message_references_for_reply(const char *references, const char *message_id) {
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) last = g_ptr_array_new_with_free_func(g_free);

    pb_message_collect_ids(last, message_id);
    if (last->len == 0)
        return NULL;
    pb_message_collect_ids(ids, references);
    if (!g_ptr_array_find_with_equal_func(ids, last->pdata[0], g_str_equal, NULL))
        g_ptr_array_add(ids, g_strdup(last->pdata[0]));
    if (ids->len > REFERENCES_KEPT)
        g_ptr_array_remove_range(ids, 1, ids->len - REFERENCES_KEPT);
    g_ptr_array_add(ids, NULL);
    return g_strjoinv(" ", (char **) ids->pdata);
}

void pb_envelope_free(PbEnvelope *envelope) {
    if (envelope == NULL)
        return;
    g_free(envelope->reverse_path);
    if (envelope->recipients != NULL)
        g_ptr_array_unref(envelope->recipients);
    g_free(envelope);
}

void pb_envelope_add(GPtrArray *recipients, GHashTable *seen, const char *spec) {
    if (g_hash_table_add(seen, pb_address_key(spec)))
        g_ptr_array_add(recipients, pb_address_to_wire(spec));
}

static gboolean add_field(PbEnvelope *envelope, GHashTable *seen, const char *field,
                          const char *text, GError **error) {
    g_autoptr(GPtrArray) list = pb_address_list_parse_field(field, text, NULL, error);

    if (list == NULL)
        return FALSE;
    for (guint i = 0; i < list->len; i++) {
        const PbAddress *address = g_ptr_array_index(list, i);

        pb_envelope_add(envelope->recipients, seen, address->address);
    }
    return TRUE;
}

PbEnvelope *pb_message_envelope(const PbMessage *message, GError **error) {
    g_autoptr(PbEnvelope) envelope = g_new0(PbEnvelope, 1);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(PbAddress) from = pb_address_parse_field("From", message->from, error);

    if (from == NULL)
        return NULL;
    envelope->reverse_path = pb_address_to_wire(from->address);
    envelope->recipients = g_ptr_array_new_with_free_func(g_free);
    if (!add_field(envelope, seen, "To", message->to, error) ||
        !add_field(envelope, seen, "Cc", message->cc, error) ||
        !add_field(envelope, seen, "Bcc", message->bcc, error))
        return NULL;
    if (envelope->recipients->len == 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("no recipient: To, Cc and Bcc are empty"));
        return NULL;
    }
    return g_steal_pointer(&envelope);
}
