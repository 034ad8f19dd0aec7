#include "ui/send.h"

#include "accounts/pb-error.h"
#include "accounts/pb-text.h"
#include "compose/mime.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* --- delivery reports ------------------------------------------------------------------------- */

static gboolean check_notify_word(const char *word, guint count, const char *dsn, GError **error) {
    static const char *const words[] = {"SUCCESS", "FAILURE", "DELAY", "NEVER", NULL};

    if (!g_strv_contains(words, word)) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("“%s” is no kind of delivery report; “success”, “failure”, “delay” and "
                      "“never” are"),
                    dsn);
        return FALSE;
    }
    if (count > 1 && strcmp(word, "NEVER") == 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("“never” cannot stand beside other kinds of delivery reports in “%s”"), dsn);
        return FALSE;
    }
    return TRUE;
}

gboolean pb_send_notify(const char *dsn, char **notify_out, GError **error) {
    g_autofree char *upper = NULL;
    g_auto(GStrv) words = NULL;

    if (dsn == NULL || *dsn == '\0') {
        *notify_out = NULL;
        return TRUE;
    }
    upper = g_ascii_strup(dsn, -1);
    words = g_strsplit_set(upper, ",", -1);
    for (guint i = 0; words[i] != NULL; i++) {
        g_strstrip(words[i]);
        if (!check_notify_word(words[i], g_strv_length(words), dsn, error))
            return FALSE;
    }
    *notify_out = g_strjoinv(",", words);
    return TRUE;
}

/* --- labels ----------------------------------------------------------------------------------- */

static char *label_of(const char *first, guint count) {
    if (count <= 1)
        return g_strdup(first);
    return g_strdup_printf("%s +%u", first, count - 1);
}

static guint count_recipients(const char *field, char **first_out) {
    g_autoptr(GPtrArray) list = pb_address_list_parse(field, NULL);

    if (list == NULL || list->len == 0)
        return 0;
    if (*first_out == NULL)
        *first_out = g_strdup(pb_address_label(g_ptr_array_index(list, 0)));
    return list->len;
}

char *pb_send_to_label(const PbMessage *message) {
    g_autofree char *first = NULL;
    guint count = 0;

    count += count_recipients(message->to, &first);
    count += count_recipients(message->cc, &first);
    /* Blind copies are shown to their writer only when there is nobody else. */
    if (count == 0)
        count += count_recipients(message->bcc, &first);
    return label_of(first != NULL ? first : "", count);
}

char *pb_send_envelope_label(GPtrArray *recipients) {
    return label_of(recipients->len > 0 ? g_ptr_array_index(recipients, 0) : "", recipients->len);
}

/* --- sending ---------------------------------------------------------------------------------- */

static gboolean contains(GPtrArray *recipients, const char *address) {
    for (guint i = 0; i < recipients->len; i++) {
        if (pb_address_spec_equal(g_ptr_array_index(recipients, i), address))
            return TRUE;
    }
    return FALSE;
}

static gboolean add_blind_copy(PbEnvelope *envelope, const PbIdentity *identity, GError **error) {
    g_autoptr(PbAddress) copy = NULL;

    if (identity == NULL || identity->bcc_self == NULL || *identity->bcc_self == '\0')
        return TRUE;
    copy = pb_address_parse(identity->bcc_self, error);
    if (copy == NULL) {
        g_prefix_error(error, _("blind copy address of identity “%s”: "), identity->id);
        return FALSE;
    }
    if (!contains(envelope->recipients, copy->address))
        g_ptr_array_add(envelope->recipients, g_strdup(copy->address));
    return TRUE;
}

static gboolean check_attachments(const PbMessage *message, GError **error) {
    for (guint i = 0; i < message->attachments->len; i++) {
        if (!pb_attachment_check(g_ptr_array_index(message->attachments, i), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean choose(PbAccountList *accounts, const PbMessage *message, PbChoice *choice_out,
                       GError **error) {
    g_autoptr(PbAddress) from = pb_address_parse(message->from != NULL ? message->from : "", error);

    if (from == NULL) {
        g_prefix_error(error, _("From: "));
        return FALSE;
    }
    return pb_account_list_choose(accounts, message->account, from->address, choice_out, error);
}

static gboolean notify_of(const PbMessage *message, const PbIdentity *identity, char **notify_out,
                          GError **error) {
    const char *dsn = message->dsn != NULL ? message->dsn : identity != NULL ? identity->dsn : NULL;

    return pb_send_notify(dsn, notify_out, error);
}

/* What the server is known to refuse is not queued: a person can still change it here. */
static gboolean check_size(PbOutbox *outbox, const PbAccount *account, guint64 size,
                           GError **error) {
    guint64 limit = pb_outbox_size_limit(outbox, account->name, account->host);
    g_autofree char *size_text = NULL;
    g_autofree char *limit_text = NULL;

    if (limit == 0 || size <= limit)
        return TRUE;
    size_text = pb_text_size(size);
    limit_text = pb_text_size(limit);
    g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                _("the message has %s, and “%s” takes at most %s; send less or smaller files"),
                size_text, account->host, limit_text);
    return FALSE;
}

char *pb_send_message(PbOutbox *outbox, PbAccountList *accounts, PbMessage *message,
                      const PbSendOptions *options, GCancellable *cancellable, GError **error) {
    PbChoice choice;
    PbMimeFacts facts;
    g_autoptr(PbEnvelope) envelope = NULL;
    g_autoptr(PbOutboxWriter) writer = NULL;
    g_autofree char *to = NULL;
    g_autofree char *notify = NULL;
    PbNewEntry entry;

    if (!choose(accounts, message, &choice, error))
        return NULL;
    envelope = pb_message_envelope(message, error);
    if (envelope == NULL || !add_blind_copy(envelope, choice.identity, error) ||
        !notify_of(message, choice.identity, &notify, error) || !check_attachments(message, error))
        return NULL;
    pb_message_ensure_id(message);
    writer = pb_outbox_writer_new(outbox, error);
    if (writer == NULL ||
        !pb_mime_write(message, pb_outbox_writer_fd(writer), cancellable, &facts, error) ||
        !check_size(outbox, choice.account, facts.size, error))
        return NULL;
    to = pb_send_to_label(message);
    entry = (PbNewEntry){
        .account = choice.account->name,
        .from = message->from,
        .reverse_path = envelope->reverse_path,
        .to = to,
        .subject = message->subject,
        .message_id = message->message_id,
        .recipients = envelope->recipients,
        .eight_bit = facts.eight_bit,
        .utf8_headers = facts.utf8_headers,
        .notify = notify,
        .draft = options != NULL ? options->draft : NULL,
        .hold = options != NULL ? options->hold : PB_HOLD_NONE,
        .not_before = options != NULL ? options->not_before : 0,
    };
    return pb_outbox_add(outbox, writer, &entry, error);
}
