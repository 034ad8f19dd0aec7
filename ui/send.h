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
 * into the outbox and adds the row. Returns the entry id once it is durable; g_free(). `size_out`
 * NULL allowed. Errors: those of pb_message_envelope(), pb_mime_write(), pb_outbox_add(),
 * pb_account_list_choose(); PB_ERROR_DATA when larger than the server's known limit. */
char *pb_send_message(PbOutbox *outbox, PbAccountList *accounts, PbMessage *message,
                      const PbSendOptions *options, GCancellable *cancellable, GError **error);
/* "Bob Marsh" or "team@example.org +4": what lists show in the To column. g_free(). */
char *pb_send_to_label(const PbMessage *message);
