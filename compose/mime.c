#include "compose/mime.h"

#include "accounts/pb-error.h"
#include "compose/address-private.h"
#include "compose/flowed-private.h"
#include "compose/gmime-init-private.h"
#include "compose/header-fields-private.h"
#include "compose/message-private.h"
#include "compose/mime-part-private.h"
#include "compose/sink-private.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMultipart, g_object_unref)

/* Fields that are made here or must never be in a message; Content-… belongs to the parts. */
static const char *const own_fields[] = {
    "From",       "Sender",     "To",           "Cc",          "Bcc",         "Reply-To",
    "Subject",    "Date",       "Message-ID",   "References",  "In-Reply-To", "Organization",
    "Resent-Bcc", "User-Agent", "MIME-Version", "Return-Path",
};

static gboolean is_own_field(const char *name) {
    for (gsize i = 0; i < G_N_ELEMENTS(own_fields); i++)
        if (g_ascii_strcasecmp(name, own_fields[i]) == 0)
            return TRUE;
    return g_ascii_strncasecmp(name, "Content-", 8) == 0;
}

static void put_addresses(GMimeObject *out, const char *name, GPtrArray *list, gboolean *utf8) {
    g_autoptr(GString) field = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        const PbAddress *address = g_ptr_array_index(list, i);

        *utf8 |= pb_address_needs_utf8(address->address);
    }
    if (out == NULL || list->len == 0)
        return;
    pb_header_append_addresses(field, name, list);
    pb_header_add_raw(out, field->str);
}

static gboolean put_list(GMimeObject *out, const char *name, const char *text, gboolean *utf8,
                         gboolean *any, GError **error) {
    g_autoptr(GPtrArray) list = pb_address_list_parse_field(name, text, NULL, error);

    if (list == NULL)
        return FALSE;
    *any |= list->len > 0;
    put_addresses(out, name, list, utf8);
    return TRUE;
}

static gboolean put_from(GMimeObject *out, const char *text, gboolean *utf8, GError **error) {
    g_autoptr(PbAddress) from = pb_address_parse_field("From", text, error);
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    if (from == NULL)
        return FALSE;
    g_ptr_array_add(list, from);
    put_addresses(out, "From", list, utf8);
    return TRUE;
}

/* Bcc is read, so that a fault in it is found, and never written. */
static gboolean put_people(GMimeObject *out, const PbMessage *message, gboolean *utf8,
                           GError **error) {
    gboolean addressed = FALSE;
    gboolean other = FALSE;

    if (!put_from(out, message->from, utf8, error) ||
        !put_list(out, "Reply-To", message->reply_to, utf8, &other, error) ||
        !put_list(out, "To", message->to, utf8, &addressed, error) ||
        !put_list(out, "Cc", message->cc, utf8, &addressed, error) ||
        !put_list(NULL, "Bcc", message->bcc, utf8, &other, error))
        return FALSE;
    /* RFC 5322 3.6.3 asks for none; filters count a message without any as spam. */
    if (!addressed)
        pb_header_add_raw(out, "To: undisclosed-recipients:;\r\n");
    return TRUE;
}

static void put_date(GMimeMessage *out, gint64 date) {
    g_autoptr(GDateTime) local = g_date_time_new_from_unix_local(date / G_USEC_PER_SEC);

    g_mime_message_set_date(out, local);
}

/* Only what is a msg-id goes out, but never less than that: GMime 3.2.13 writes ids anew from its
 * own parse, makes "<a@b>" of "<a@b@c>" and drops all that follow "<a..b@c>" (measured). */
static void put_ids(GMimeObject *out, const char *name, const char *text) {
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *joined = NULL;

    pb_message_collect_ids(ids, text);
    if (ids->len == 0)
        return;
    g_ptr_array_add(ids, NULL);
    joined = g_strjoinv(" ", (char **) ids->pdata);
    pb_header_add_words(out, name, joined);
}

static gboolean put_text(GMimeObject *out, const char *name, const char *text, GError **error) {
    if (text == NULL || *text == '\0')
        return TRUE;
    if (!pb_header_check(name, text, error))
        return FALSE;
    pb_header_add_text(out, name, text);
    return TRUE;
}

static gboolean has_long_word(const char *text) {
    for (const char *word = text; *word != '\0'; word += strspn(word, " ")) {
        gsize length = strcspn(word, " ");

        if (length > 900)
            return TRUE;
        word += length;
    }
    return FALSE;
}

static gboolean put_extra(GMimeObject *out, const char *line, GError **error) {
    const char *colon = strchr(line, ':');
    g_autofree char *name = g_strndup(line, colon != NULL ? (gsize) (colon - line) : 0);
    const char *value = colon != NULL ? colon + 1 : "";

    value += strspn(value, " \t");
    if (!pb_header_name_is_valid(name, strlen(name))) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("“%s” is not a header field (“Name: value”)"),
                    line);
        return FALSE;
    }
    if (is_own_field(name)) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("the header field “%s” is made by postbag and cannot be added"), name);
        return FALSE;
    }
    if (!pb_header_check(name, value, error))
        return FALSE;
    if (has_long_word(value)) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("the header field “%s” has a word of more than 900 bytes"), name);
        return FALSE;
    }
    pb_header_add_words(out, name, value);
    return TRUE;
}

static gboolean check_id(const char *id, GError **error) {
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    pb_message_collect_ids(ids, id);
    if (ids->len == 1 && strcmp(ids->pdata[0], id) == 0)
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("“%s” is not a Message-ID (“<…@…>”)"), id);
    return FALSE;
}

static gboolean put_header(GMimeMessage *built, PbMessage *message, gboolean *utf8,
                           GError **error) {
    GMimeObject *out = GMIME_OBJECT(built);

    if (!put_people(out, message, utf8, error) ||
        !put_text(out, "Subject", message->subject, error))
        return FALSE;
    if (message->date == 0)
        message->date = g_get_real_time();
    pb_message_ensure_id(message);
    if (!check_id(message->message_id, error))
        return FALSE;
    put_date(built, message->date);
    put_ids(out, "Message-ID", message->message_id);
    put_ids(out, "In-Reply-To", message->in_reply_to);
    put_ids(out, "References", message->references);
    if (!put_text(out, "Organization", message->organization, error))
        return FALSE;
    for (guint i = 0; i < message->extra_headers->len; i++)
        if (!put_extra(out, message->extra_headers->pdata[i], error))
            return FALSE;
    g_mime_object_append_header(out, "User-Agent", "postbag/" PB_VERSION, NULL);
    return TRUE;
}

static GMimePart *make_text(const PbMessage *message, GError **error) {
    g_autofree char *text = NULL;

    if (!g_utf8_validate(message->body, -1, NULL)) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("the text of the message is not UTF-8"));
        return NULL;
    }
    text = message->flowed ? pb_flowed_wrap(message->body) : pb_flowed_plain_lines(message->body);
    return pb_mime_part_new_text(text, message->flowed);
}

/* All files are open while the message is written: only then can it be said whether they changed.
 */
static gboolean open_files(const PbMessage *message, GPtrArray *files, GCancellable *cancellable,
                           GError **error) {
    for (guint i = 0; i < message->attachments->len; i++) {
        PbMimeFile *file = pb_mime_file_open(message->attachments->pdata[i], cancellable, error);

        if (file == NULL)
            return FALSE;
        g_ptr_array_add(files, file);
    }
    return TRUE;
}

static void put_body(GMimeMessage *built, GMimePart *text, GPtrArray *files, gboolean *eight_bit) {
    g_autoptr(GMimeMultipart) mixed = NULL;

    if (files->len == 0) {
        g_mime_message_set_mime_part(built, GMIME_OBJECT(text));
        return;
    }
    mixed = g_mime_multipart_new_with_subtype("mixed");
    g_mime_multipart_add(mixed, GMIME_OBJECT(text));
    for (guint i = 0; i < files->len; i++) {
        GMimePart *part = pb_mime_file_part(files->pdata[i]);

        g_mime_multipart_add(mixed, GMIME_OBJECT(part));
        *eight_bit |= g_mime_part_get_content_encoding(part) == GMIME_CONTENT_ENCODING_8BIT;
    }
    g_mime_message_set_mime_part(built, GMIME_OBJECT(mixed));
}

static gboolean write_out(GMimeMessage *built, GPtrArray *files, PbSink *sink, GError **error) {
    GMimeFormatOptions *format = g_mime_format_options_new();
    gboolean written;
    int code;

    g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
    written = g_mime_object_write_to_stream(GMIME_OBJECT(built), format, GMIME_STREAM(sink)) >= 0;
    code = errno;
    g_mime_format_options_free(format);
    if (!pb_sink_flush(sink, error))
        return FALSE;
    for (guint i = 0; i < files->len; i++)
        if (!pb_mime_file_check(files->pdata[i], error))
            return FALSE;
    /* The sink took all: it was a file that could not be read. */
    if (!written)
        g_set_error(error, PB_ERROR, PB_ERROR_IO, _("cannot read the attachments: %s"),
                    g_strerror(code));
    return written;
}

gboolean pb_mime_write(PbMessage *message, int fd, GCancellable *cancellable,
                       PbMimeFacts *facts_out, GError **error) {
    PbMimeFacts facts = {0};
    g_autoptr(PbSink) sink = pb_sink_new(fd, cancellable);
    g_autoptr(GMimeMessage) built = g_mime_message_new(FALSE);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify) pb_mime_file_free);
    g_autoptr(GMimePart) text = NULL;

    if (!put_header(built, message, &facts.utf8_headers, error))
        return FALSE;
    text = make_text(message, error);
    if (text == NULL || !open_files(message, files, cancellable, error))
        return FALSE;
    put_body(built, text, files, &facts.eight_bit);
    if (!write_out(built, files, sink, error))
        return FALSE;
    facts.size = pb_sink_size(sink);
    if (facts_out != NULL)
        *facts_out = facts;
    return TRUE;
}

guint64 pb_mime_estimate_size(const PbMessage *message) {
    gsize people = strlen(message->from) + strlen(message->to) + strlen(message->cc) +
                   strlen(message->reply_to) + strlen(message->subject);
    guint64 size = 700 + people * 3 / 2 + strlen(message->body) * 21 / 20;

    for (guint i = 0; i < message->attachments->len; i++) {
        const PbAttachment *attachment = g_ptr_array_index(message->attachments, i);

        /* A row of 57 bytes is one of 78; the fields of the part come on top. */
        size += (attachment->size + 56) / 57 * 78 + 350 + strlen(attachment->name) * 2;
    }
    return size;
}
