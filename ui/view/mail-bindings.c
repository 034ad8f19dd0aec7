#include "ui/view/mail-bindings.h"

#include "ui/view/entry-acts.h"

#include <glib/gi18n-lib.h>

static const PbBinding rows[] = {
    {PB_MAIL_OPEN, "open", "Enter Right >", N_("Open"), N_("recipients, timeline, transcript")},
    {PB_MAIL_SEND_NOW, "send-now", "r", N_("Send now"),
     N_("let go what is held, or try again what is deferred")},
    {PB_MAIL_HOLD, "hold", "h", N_("Hold"), N_("keep the message until released; again: release")},
    {PB_MAIL_WHEN, "send-later", "w", N_("When…"), N_("choose when it leaves")},
    {PB_MAIL_EDIT, "edit", "e", N_("Edit"),
     N_("take it back as a draft; of a finished one, open a copy")},
    {PB_MAIL_CANCEL, "cancel", "d", N_("Cancel"), N_("stop sending; e brings it back as a draft")},
    {PB_MAIL_FIX, "fix", "f", N_("Fix…"), N_("do what is recommended for this message")},
    {PB_MAIL_CORRECT, "correct-address", "c", N_("Correct"),
     N_("correct a refused address; the same message goes only there")},
    {PB_MAIL_SETTLE, "settle", "s", N_("Settle"), N_("say what became of it")},
    {PB_MAIL_SIGN_IN, "sign-in", "p", N_("Sign in"), N_("give the password of its account")},
    {PB_MAIL_VIEW, "show-message", "v", N_("View"), N_("the message as it is sent")},
    {PB_MAIL_COPY, "copy", "Y", N_("Copy…"), N_("copy address, reply, Message-ID or queue id")},
    {0, NULL, NULL, NULL, NULL},
};

const PbBindingTable pb_bindings_mail = {"mail", N_("Sending"), rows};

int pb_mail_entry_act(int id) {
    switch (id) {
    case PB_MAIL_SEND_NOW:
        return PB_ENTRY_ACT_SEND_NOW;
    case PB_MAIL_HOLD:
        return PB_ENTRY_ACT_HOLD;
    case PB_MAIL_WHEN:
        return PB_ENTRY_ACT_WHEN;
    case PB_MAIL_EDIT:
        return PB_ENTRY_ACT_EDIT;
    case PB_MAIL_CANCEL:
        return PB_ENTRY_ACT_CANCEL;
    case PB_MAIL_FIX:
        return PB_ENTRY_ACT_FIX;
    case PB_MAIL_CORRECT:
        return PB_ENTRY_ACT_CORRECT;
    case PB_MAIL_SETTLE:
        return PB_ENTRY_ACT_SETTLE;
    case PB_MAIL_SIGN_IN:
        return PB_ENTRY_ACT_SIGN_IN;
    default:
        return -1;
    }
}
