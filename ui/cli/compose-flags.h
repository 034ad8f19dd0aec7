/* The flags of `postbag compose`, and the message they describe. */
#pragma once

#include "accounts/account-list.h"
#include "compose/message.h"

typedef struct {
    char *subject, *reply_to, *from, *account, *body;
    char **to, **cc, **bcc, **attach;
    char **arguments; /* addresses or one mailto: URL; borrowed */
} PbComposeFlags;

void pb_compose_flags_clear(PbComposeFlags *flags);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PbComposeFlags, pb_compose_flags_clear)

/* The message of `flags`: fields, attachments, and the body's file or stdin. Errors: PB_ERROR_DATA
 * (mailto, body not UTF-8), PB_ERROR_NO_INPUT (file). Fields of a mailto: URL that were left out
 * are told on stderr. */
PbMessage *pb_compose_flags_message(const PbComposeFlags *flags, GError **error);
/* What an identity adds to a message that leaves without a person looking at it: From, Reply-To,
 * organization, signature. Errors: those of pb_account_list_choose(), PB_ERROR_DATA: From. */
gboolean pb_compose_flags_complete(PbMessage *message, PbAccountList *accounts, GError **error);
