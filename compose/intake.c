#include "compose/intake.h"

#include "accounts/pb-error.h"
#include "compose/address-private.h"
#include "compose/gmime-init-private.h"
#include "compose/header-fields-private.h"
#include "compose/header-text.h"
#include "compose/intake-header-private.h"
#include "compose/message-private.h"
#include "compose/sink-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

static const char *const dropped[] = {"Bcc", "Resent-Bcc", "X-Postbag-Account", "Return-Path"};
static const char *const recipient_fields[] = {"To", "Cc", "Bcc"};
static const char *const resent_fields[] = {"Resent-To", "Resent-Cc", "Resent-Bcc"};

void pb_intake_free(PbIntake *intake) {
    if (intake == NULL)
        return;
    g_free(intake->from);
    g_free(intake->from_address);
    g_free(intake->subject);
    g_free(intake->message_id);
    g_free(intake->account);
    if (intake->recipients != NULL)
        g_ptr_array_unref(intake->recipients);
    g_free(intake);
}

static gboolean is_one_of(const char *name, const char *const *names, gsize count) {
    for (gsize i = 0; i < count; i++)
        if (g_ascii_strcasecmp(name, names[i]) == 0)
            return TRUE;
    return FALSE;
}

static gboolean collect_recipients(PbIntake *intake, GPtrArray *fields, GHashTable *resent,
                                   GError **error) {
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean again = g_hash_table_size(resent) > 0;

    for (guint i = 0; i < fields->len; i++) {
        PbIntakeField *field = fields->pdata[i];
        g_autofree char *value = NULL;
        g_autoptr(GPtrArray) list = NULL;

        if (!is_one_of(field->name, again ? resent_fields : recipient_fields, 3) ||
            (again && !g_hash_table_contains(resent, field)))
            continue;
        value = pb_intake_field_value(field);
        list = pb_address_list_parse_field(field->name, value, NULL, error);
        if (list == NULL)
            return FALSE;
        for (guint k = 0; k < list->len; k++)
            pb_envelope_add(intake->recipients, seen, ((PbAddress *) list->pdata[k])->address);
    }
    return TRUE;
}

/* A From that this end makes: `default_from` under the name that was asked for. */
static PbAddress *make_from(const PbIntakeOptions *options, const char *name, GError **error) {
    g_autoptr(PbAddress) from = NULL;

    if (options->default_from == NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("the message has no From address, and no account gives one; add an account "
                      "or say -f ADDRESS"));
        return NULL;
    }
    from = pb_address_parse_field("From", options->default_from, error);
    if (from == NULL)
        return NULL;
    if (options->full_name != NULL)
        name = options->full_name;
    return pb_address_new(name != NULL ? name : from->name, from->address);
}

/* cron writes "From: root (Cron Daemon)": no address, but a name worth keeping. */
static char *dup_comment(const char *value) {
    const char *open = strchr(value, '(');
    const char *close = strrchr(value, ')');

    if (open == NULL || close == NULL || close <= open + 1)
        return NULL;
    return g_strndup(open + 1, (gsize) (close - open) - 1);
}

static void put_from(GString *extra, PbAddress *from) {
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    g_ptr_array_add(list, from);
    pb_header_append_addresses(extra, "From", list);
}

/* Fills from and from_address, adds From to `extra` when there is no usable one. *replaced_out: the
 * field in the message must not go out. */
static gboolean settle_from(PbIntake *intake, GPtrArray *fields, const PbIntakeOptions *options,
                            GString *extra, gboolean *replaced_out, GError **error) {
    const PbIntakeField *field = pb_intake_header_find(fields, "From");
    g_autofree char *value = field != NULL ? pb_intake_field_value(field) : g_strdup("");
    g_autofree char *name = dup_comment(value);
    g_autoptr(PbAddress) made = NULL;

    if (*value != '\0' && (strchr(value, '@') != NULL || options->default_from == NULL)) {
        g_autoptr(GPtrArray) list = pb_address_list_parse_field("From", value, NULL, error);

        if (list == NULL)
            return FALSE;
        if (list->len > 0) {
            intake->from = pb_address_list_to_string(list);
            intake->from_address = g_strdup(((PbAddress *) list->pdata[0])->address);
            return TRUE;
        }
    }
    made = make_from(options, name, error);
    if (made == NULL)
        return FALSE;
    put_from(extra, made);
    *replaced_out = TRUE;
    intake->from = pb_address_to_string(made);
    intake->from_address = g_strdup(made->address);
    return TRUE;
}

/* Who sends it now is who resends it (RFC 5322 3.6.6). */
static gboolean settle_resent_from(PbIntake *intake, GHashTable *resent, GError **error) {
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, resent);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        const PbIntakeField *field = key;
        g_autofree char *value = NULL;
        g_autoptr(GPtrArray) list = NULL;

        if (g_ascii_strcasecmp(field->name, "Resent-From") != 0)
            continue;
        value = pb_intake_field_value(field);
        list = pb_address_list_parse_field("Resent-From", value, NULL, error);
        if (list == NULL)
            return FALSE;
        if (list->len > 0) {
            g_free(intake->from_address);
            intake->from_address = g_strdup(((PbAddress *) list->pdata[0])->address);
        }
    }
    return TRUE;
}

static void settle_date(GPtrArray *fields, GString *extra) {
    g_autoptr(GDateTime) now = NULL;
    g_autofree char *text = NULL;

    if (pb_intake_header_find(fields, "Date") != NULL)
        return;
    pb_gmime_init();
    now = g_date_time_new_now_local();
    text = g_mime_utils_header_format_date(now);
    pb_header_append_words(extra, "Date", text);
}

static void settle_id(PbIntake *intake, GPtrArray *fields, GString *extra) {
    const PbIntakeField *field = pb_intake_header_find(fields, "Message-ID");
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    if (field != NULL) {
        g_autofree char *value = pb_intake_field_value(field);

        pb_message_collect_ids(ids, value);
        intake->message_id = g_strdup(ids->len > 0 ? ids->pdata[0] : value);
        return;
    }
    intake->message_id = pb_message_make_id(intake->from_address);
    pb_header_append_words(extra, "Message-ID", intake->message_id);
}

static void settle_texts(PbIntake *intake, GPtrArray *fields) {
    const PbIntakeField *subject = pb_intake_header_find(fields, "Subject");
    const PbIntakeField *account = pb_intake_header_find(fields, "X-Postbag-Account");
    g_autofree char *value = subject != NULL ? pb_intake_field_value(subject) : g_strdup("");

    intake->subject = pb_header_decode(value);
    if (account != NULL)
        intake->account = pb_intake_field_value(account);
}

static void write_header(PbIntake *intake, PbSink *sink, GPtrArray *fields, const GString *extra,
                         gboolean drop_from) {
    for (guint i = 0; i < fields->len; i++) {
        const PbIntakeField *field = fields->pdata[i];

        if (is_one_of(field->name, dropped, G_N_ELEMENTS(dropped)) ||
            (drop_from && g_ascii_strcasecmp(field->name, "From") == 0))
            continue;
        intake->utf8_headers |= !g_str_is_ascii(field->raw->str);
        pb_sink_write(sink, field->raw->str, field->raw->len);
        pb_sink_write(sink, "\r\n", 2);
    }
    intake->utf8_headers |= !g_str_is_ascii(extra->str);
    pb_sink_write(sink, extra->str, extra->len);
    pb_sink_write(sink, "\r\n", 2);
}

static gboolean copy_body(PbIntake *intake, PbLineReader *reader, PbSink *sink, gboolean dot_ends,
                          GError **error) {
    g_autoptr(GError) failure = NULL;
    const char *line;
    gsize length;

    while ((line = pb_line_reader_next(reader, &length, &failure)) != NULL) {
        if (dot_ends && strcmp(line, ".") == 0)
            break;
        for (gsize i = 0; i < length && !intake->eight_bit; i++)
            intake->eight_bit = (guchar) line[i] >= 0x80;
        pb_sink_write(sink, line, length);
        if (!pb_sink_write(sink, "\r\n", 2))
            break;
    }
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}

static gboolean settle(PbIntake *intake, GPtrArray *fields, const PbIntakeOptions *options,
                       GString *extra, gboolean *drop_from, GError **error) {
    g_autoptr(GHashTable) resent = pb_intake_header_resent(fields);

    if (!settle_from(intake, fields, options, extra, drop_from, error) ||
        !settle_resent_from(intake, resent, error))
        return FALSE;
    settle_date(fields, extra);
    settle_id(intake, fields, extra);
    settle_texts(intake, fields);
    return !options->recipients_from_headers || collect_recipients(intake, fields, resent, error);
}

PbIntake *pb_intake_read(int in, int out, const PbIntakeOptions *options, GError **error) {
    g_autoptr(PbIntake) intake = g_new0(PbIntake, 1);
    g_autoptr(PbLineReader) reader = pb_line_reader_new(in);
    g_autoptr(PbSink) sink = pb_sink_new(out, NULL);
    g_autoptr(GString) extra = g_string_new(NULL);
    g_autoptr(GPtrArray) fields = NULL;
    gboolean has_body = FALSE;
    gboolean drop_from = FALSE;

    intake->recipients = g_ptr_array_new_with_free_func(g_free);
    fields = pb_intake_header_read(reader, options->dot_ends, &has_body, error);
    if (fields == NULL)
        return NULL;
    if (fields->len == 0 && !has_body) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("the message is empty"));
        return NULL;
    }
    if (!settle(intake, fields, options, extra, &drop_from, error))
        return NULL;
    write_header(intake, sink, fields, extra, drop_from);
    if ((has_body && !copy_body(intake, reader, sink, options->dot_ends, error)) ||
        !pb_sink_flush(sink, error))
        return NULL;
    intake->size = pb_sink_size(sink);
    return g_steal_pointer(&intake);
}
