/* Keys of all views that show messages: outbox, sent, problems, entry. */
#pragma once

#include "ui/term/bindings.h"

enum {
    PB_MAIL_OPEN = 1,
    PB_MAIL_SEND_NOW,
    PB_MAIL_HOLD,
    PB_MAIL_WHEN,
    PB_MAIL_EDIT,
    PB_MAIL_CANCEL,
    PB_MAIL_FIX,
    PB_MAIL_CORRECT,
    PB_MAIL_SETTLE,
    PB_MAIL_SIGN_IN,
    PB_MAIL_VIEW,
    PB_MAIL_COPY,
};

extern const PbBindingTable pb_bindings_mail;
/* The PB_ENTRY_ACT_… of an id above, or -1. */
int pb_mail_entry_act(int id);
