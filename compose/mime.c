#include "compose/mime.h"

#include "accounts/pb-error.h"
#include "compose/address-private.h"
#include "compose/flowed-private.h"
#include "compose/gmime-init-private.h"
#include "compose/header-fields-private.h"
#include "compose/message-private.h"
#include "compose/mime-part-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>
#include <sys/random.h>

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

static gboolean put_list(GString *out, const char *name, const char *text, gboolean *utf8,
                         gboolean *any, GError **error) {
    g_autoptr(GPtrArray) list = pb_address_list_parse_field(name, text, NULL, error);

    if (list == NULL)
        return FALSE;
    for (guint i = 0; i < list->len; i++) {
        const PbAddress *address = g_ptr_array_index(list, i);

        *utf8 |= pb_address_needs_utf8(address->address);
    }
    if (list->len > 0) {
        *any = TRUE;
        if (out != NULL)
            pb_header_append_addresses(out, name, list);
    }
    return TRUE;
}

static gboolean put_from(GString *out, const char *text, gboolean *utf8, GError **error) {
    g_autoptr(PbAddress) from = pb_address_parse_field("From", text, error);
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    if (from == NULL)
        return FALSE;
    g_ptr_array_add(list, from);
    *utf8 |= pb_address_needs_utf8(from->address);
    pb_header_append_addresses(out, "From", list);
    return TRUE;
}

/* Bcc is read, so that a fault in it is found, and never written. */
static gboolean put_people(GString *out, const PbMessage *message, gboolean *utf8, GError **error) {
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
        g_string_append(out, "To: undisclosed-recipients:;\r\n");
    return TRUE;
}

static void put_date(GString *out, gint64 date) {
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(date / G_USEC_PER_SEC);
    g_autoptr(GDateTime) local = g_date_time_to_local(utc);
    g_autofree char *text = NULL;

    pb_gmime_init();
    text = g_mime_utils_header_format_date(local);
    pb_header_append_words(out, "Date", text);
}

/* Only what is a msg-id goes out; `one` takes the first. */
static void put_ids(GString *out, const char *name, const char *text) {
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *joined = NULL;

    pb_message_collect_ids(ids, text);
    if (ids->len == 0)
        return;
    g_ptr_array_add(ids, NULL);
    joined = g_strjoinv(" ", (char **) ids->pdata);
    pb_header_append_words(out, name, joined);
}

static gboolean put_text(GString *out, const char *name, const char *text, GError **error) {
    if (text == NULL || *text == '\0')
        return TRUE;
    if (!pb_header_check(name, text, error))
        return FALSE;
    pb_header_append_text(out, name, text);
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

static gboolean put_extra(GString *out, const char *line, GError **error) {
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
    pb_header_append_words(out, name, value);
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

static GString *make_header(PbMessage *message, gboolean *utf8, GError **error) {
    g_autoptr(GString) out = g_string_new(NULL);

    if (!put_people(out, message, utf8, error) ||
        !put_text(out, "Subject", message->subject, error))
        return NULL;
    if (message->date == 0)
        message->date = g_get_real_time();
    pb_message_ensure_id(message);
    if (!check_id(message->message_id, error))
        return NULL;
    put_date(out, message->date);
    put_ids(out, "Message-ID", message->message_id);
    put_ids(out, "In-Reply-To", message->in_reply_to);
    put_ids(out, "References", message->references);
    if (!put_text(out, "Organization", message->organization, error))
        return NULL;
    for (guint i = 0; i < message->extra_headers->len; i++)
        if (!put_extra(out, message->extra_headers->pdata[i], error))
            return NULL;
    g_string_append(out, "User-Agent: postbag/" PB_VERSION "\r\nMIME-Version: 1.0\r\n");
    return g_steal_pointer(&out);
}

/* "=_" never occurs in quoted-printable or base64 (RFC 2045 6.7). */
static char *make_boundary(void) {
    guint64 words[2];

    while (getrandom(words, sizeof words, 0) != (ssize_t) sizeof words)
        ;
    return g_strdup_printf("=_%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", words[0],
                           words[1]);
}

static gboolean write_parts(PbSink *sink, const PbMessage *message, const char *text,
                            GCancellable *cancellable, gboolean *eight_bit, GError **error) {
    g_autofree char *boundary = make_boundary();
    g_autofree char *delimiter = g_strconcat("\r\n--", boundary, "\r\n", NULL);

    pb_sink_puts(sink, "Content-Type: multipart/mixed; boundary=\"");
    pb_sink_puts(sink, boundary);
    pb_sink_puts(sink, "\"\r\n");
    pb_sink_puts(sink, delimiter);
    pb_mime_part_write_text(sink, text, message->flowed);
    for (guint i = 0; i < message->attachments->len; i++) {
        pb_sink_puts(sink, delimiter);
        if (!pb_mime_part_write_file(sink, message->attachments->pdata[i], cancellable, eight_bit,
                                     error))
            return FALSE;
    }
    pb_sink_puts(sink, "\r\n--");
    pb_sink_puts(sink, boundary);
    pb_sink_puts(sink, "--\r\n");
    return TRUE;
}

gboolean pb_mime_write(PbMessage *message, int fd, GCancellable *cancellable,
                       PbMimeFacts *facts_out, GError **error) {
    PbMimeFacts facts = {0};
    g_autoptr(PbSink) sink = pb_sink_new(fd);
    g_autoptr(GString) header = make_header(message, &facts.utf8_headers, error);
    g_autofree char *text = NULL;

    if (header == NULL)
        return FALSE;
    if (!g_utf8_validate(message->body, -1, NULL)) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("the text of the message is not UTF-8"));
        return FALSE;
    }
    text = message->flowed ? pb_flowed_wrap(message->body) : pb_flowed_plain_lines(message->body);
    pb_sink_write(sink, header->str, header->len);
    if (message->attachments->len == 0)
        pb_mime_part_write_text(sink, text, message->flowed);
    else if (!write_parts(sink, message, text, cancellable, &facts.eight_bit, error))
        return FALSE;
    if (!pb_sink_flush(sink, error))
        return FALSE;
    facts.size = sink->size;
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
