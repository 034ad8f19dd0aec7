/* Where compose meets transport: a message being written becomes an outbox entry.
 *
 * Blocking (disk): from the screen call it through pb_app_run_async().
 */
#pragma once

#include "accounts/account-list.h"
#include "compose/message.h"
#include "transport/outbox/outbox.h"

typedef struct {
    PbHold hold;       /* PB_HOLD_NONE: leaves as soon as a lane is free */
    gint64 not_before; /* for PB_HOLD_UNDO and PB_HOLD_SEND_AT */
    const char *draft; /* id of its draft, or NULL */
} PbSendOptions;

/* Chooses the account (message->account, else From), parses the fields, builds the bytes straight
 * into the outbox and adds the row. The identity's blind copy to oneself becomes a recipient.
 * Returns the entry id once it is durable; g_free(). Errors: those of pb_message_envelope(),
 * pb_attachment_check(), pb_mime_write(), pb_outbox_add(), pb_account_list_choose(); PB_ERROR_DATA
 * when it is larger than the account's server was heard to take. */
char *pb_send_message(PbOutbox *outbox, PbAccountList *accounts, PbMessage *message,
                      const PbSendOptions *options, GCancellable *cancellable, GError **error);
/* "Bob Marsh" or "team@example.org +4": what lists show in the To column. g_free(). */
char *pb_send_to_label(const PbMessage *message);
/* The same for the recipients of an envelope, when there is no message to look into. `recipients`:
 * of char*. g_free(). */
char *pb_send_envelope_label(GPtrArray *recipients);
/* "failure,delay" as NOTIFY wants it (RFC 3461 4.1): "FAILURE,DELAY", "NEVER"; NULL when nothing is
 * asked for. Errors: PB_ERROR_USAGE: unknown word, or “never” beside others. */
gboolean pb_send_notify(const char *dsn, char **notify_out, GError **error);
