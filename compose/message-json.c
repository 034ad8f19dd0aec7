#include "accounts/pb-error.h"
#include "compose/message-json-private.h"

#include <glib/gi18n-lib.h>

#define VERSION 1

typedef struct {
    const char *key;
    gsize offset;
    gboolean nullable;
} Text;

#define TEXT(member, may_be_null)                                                                  \
    { #member, G_STRUCT_OFFSET(PbMessage, member), may_be_null }

static const Text texts[] = {
    TEXT(from, FALSE),        TEXT(account, TRUE),     TEXT(identity, TRUE),
    TEXT(to, FALSE),          TEXT(cc, FALSE),         TEXT(bcc, FALSE),
    TEXT(reply_to, FALSE),    TEXT(subject, FALSE),    TEXT(body, FALSE),
    TEXT(message_id, TRUE),   TEXT(in_reply_to, TRUE), TEXT(references, TRUE),
    TEXT(organization, TRUE), TEXT(dsn, TRUE),
};

/* Bytes that are no UTF-8 (a path, say) would make jansson refuse the whole draft. */
static json_t *text_to_json(const char *text) {
    g_autofree char *valid = NULL;

    if (text == NULL)
        return json_null();
    valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}

/* A path is bytes, not text: what is no UTF-8 is kept as a file URI. */
static json_t *path_to_json(const char *path) {
    g_autofree char *uri = NULL;

    if (g_utf8_validate(path, -1, NULL))
        return json_string(path);
    uri = g_filename_to_uri(path, NULL, NULL);
    return text_to_json(uri != NULL ? uri : path);
}

static json_t *attachment_to_json(const PbAttachment *attachment) {
    json_t *json = json_object();

    json_object_set_new(json, "path", path_to_json(attachment->path));
    json_object_set_new(json, "name", text_to_json(attachment->name));
    json_object_set_new(json, "content_type", text_to_json(attachment->content_type));
    json_object_set_new(json, "description", text_to_json(attachment->description));
    json_object_set_new(json, "inline", json_boolean(attachment->is_inline));
    json_object_set_new(json, "size", json_integer((json_int_t) attachment->size));
    json_object_set_new(json, "mtime", json_integer(attachment->mtime));
    return json;
}

json_t *pb_message_to_json(const PbMessage *message) {
    json_t *json = json_object();
    json_t *attachments = json_array();
    json_t *extra = json_array();

    json_object_set_new(json, "version", json_integer(VERSION));
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        json_object_set_new(json, texts[i].key,
                            text_to_json(G_STRUCT_MEMBER(char *, message, texts[i].offset)));
    json_object_set_new(json, "date", json_integer(message->date));
    json_object_set_new(json, "flowed", json_boolean(message->flowed));
    for (guint i = 0; i < message->attachments->len; i++)
        json_array_append_new(attachments, attachment_to_json(message->attachments->pdata[i]));
    json_object_set_new(json, "attachments", attachments);
    for (guint i = 0; i < message->extra_headers->len; i++)
        json_array_append_new(extra, text_to_json(message->extra_headers->pdata[i]));
    json_object_set_new(json, "extra_headers", extra);
    return json;
}

static char *dup_path(const char *text) {
    char *path = g_str_has_prefix(text, "file:///") ? g_filename_from_uri(text, NULL, NULL) : NULL;

    return path != NULL ? path : g_strdup(text);
}

static PbAttachment *attachment_from_json(json_t *json) {
    const char *path = json_string_value(json_object_get(json, "path"));
    const char *name = json_string_value(json_object_get(json, "name"));
    const char *type = json_string_value(json_object_get(json, "content_type"));
    PbAttachment *attachment;

    if (path == NULL || name == NULL || type == NULL)
        return NULL;
    attachment = g_new0(PbAttachment, 1);
    attachment->path = dup_path(path);
    attachment->name = g_strdup(name);
    attachment->content_type = g_strdup(type);
    attachment->description = g_strdup(json_string_value(json_object_get(json, "description")));
    attachment->is_inline = json_is_true(json_object_get(json, "inline"));
    attachment->size = (guint64) MAX(0, json_integer_value(json_object_get(json, "size")));
    attachment->mtime = json_integer_value(json_object_get(json, "mtime"));
    return attachment;
}

static gboolean read_texts(json_t *json, PbMessage *message) {
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        char **field = &G_STRUCT_MEMBER(char *, message, texts[i].offset);
        json_t *value = json_object_get(json, texts[i].key);

        if (value == NULL || json_is_null(value))
            continue;
        if (!json_is_string(value))
            return FALSE;
        pb_message_set(field, json_string_value(value));
    }
    return TRUE;
}

static gboolean read_arrays(json_t *json, PbMessage *message) {
    json_t *attachments = json_object_get(json, "attachments");
    json_t *extra = json_object_get(json, "extra_headers");

    for (size_t i = 0; i < json_array_size(attachments); i++) {
        PbAttachment *attachment = attachment_from_json(json_array_get(attachments, i));

        if (attachment == NULL)
            return FALSE;
        g_ptr_array_add(message->attachments, attachment);
    }
    for (size_t i = 0; i < json_array_size(extra); i++) {
        const char *line = json_string_value(json_array_get(extra, i));

        if (line == NULL)
            return FALSE;
        g_ptr_array_add(message->extra_headers, g_strdup(line));
    }
    return TRUE;
}

PbMessage *pb_message_from_json(json_t *json, GError **error) {
    g_autoptr(PbMessage) message = pb_message_new();

    if (!json_is_object(json) || !read_texts(json, message) || !read_arrays(json, message)) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("this is not a draft of postbag"));
        return NULL;
    }
    message->date = json_integer_value(json_object_get(json, "date"));
    message->flowed = !json_is_false(json_object_get(json, "flowed"));
    return g_steal_pointer(&message);
}
