#include "compose/checks.h"
#include "ui/send.h"
#include "ui/view/composer-private.h"
#include "ui/view/entry-acts.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* --- what stops it ---------------------------------------------------------------------------- */

static PbReviewKind kind_of(const char *field) {
    static const struct {
        const char *field;
        PbReviewKind kind;
    } kinds[] = {
        {"from", PB_REVIEW_FROM},
        {"to", PB_REVIEW_TO},
        {"cc", PB_REVIEW_CC},
        {"bcc", PB_REVIEW_BCC},
        {"reply-to", PB_REVIEW_REPLY_TO},
        {"subject", PB_REVIEW_SUBJECT},
        {"attach", PB_REVIEW_ATTACH},
    };
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_strcmp0(field, kinds[i].field) == 0)
            return kinds[i].kind;
    return PB_REVIEW_TO;
}

/* The attachment that is gone, for the cursor; the first one if all are there (too large). */
static guint faulty_attachment(PbComposer *self) {
    for (guint i = 0; i < self->message->attachments->len; i++)
        if (!pb_attachment_check(g_ptr_array_index(self->message->attachments, i), NULL))
            return i;
    return 0;
}

static gboolean is_blocked(PbComposer *self) {
    for (guint i = 0; i < self->findings->len; i++) {
        const PbFinding *finding = g_ptr_array_index(self->findings, i);
        if (!finding->blocking)
            continue;
        PbReviewKind kind = kind_of(finding->field);
        pb_review_select(self, kind, kind == PB_REVIEW_ATTACH ? faulty_attachment(self) : 0);
        pb_app_notice(self->view.app, "%s", finding->text);
        return TRUE;
    }
    return FALSE;
}

/* --- handing over ----------------------------------------------------------------------------- */

typedef struct {
    PbComposer *self; /* stays: keys are off while `sending` */
    PbComposeDraft *draft;
    PbMessage *message;
    PbHold hold;
    gint64 not_before;
    int undo_seconds;
    char *subject;
    char *entry; /* set by the worker */
} Send;

static void send_free(gpointer data) {
    Send *send = data;
    pb_compose_draft_unref(send->draft);
    pb_message_free(send->message);
    g_free(send->subject);
    g_free(send->entry);
    g_free(send);
}

/* The draft first, so that undo and a crash have something to come back to. */
static gboolean send_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                          GError **error) {
    Send *send = data;
    if (!pb_compose_draft_store(send->draft, send->message, TRUE, error))
        return FALSE;
    g_autoptr(PbAccountList) accounts = pb_account_list_load(error);
    if (accounts == NULL)
        return FALSE;
    PbSendOptions options = {
        .hold = send->hold,
        .not_before = send->not_before,
        .draft = pb_compose_draft_id(send->draft),
    };
    if (send->hold == PB_HOLD_UNDO)
        options.not_before = g_get_real_time() + send->undo_seconds * G_TIME_SPAN_SECOND;
    send->entry = pb_send_message(outbox, accounts, send->message, &options, cancellable, error);
    if (send->entry == NULL)
        return FALSE;
    /* It is in the outbox; a draft that stays behind is untidy, not a fault. */
    pb_compose_draft_remove(send->draft, NULL);
    return TRUE;
}

static void tell_queued(PbApp *app, const Send *send) {
    if (send->hold == PB_HOLD_USER)
        pb_app_notice(app, _("%s is held in the outbox. r lets it go."), send->subject);
    else if (send->hold == PB_HOLD_SEND_AT)
        pb_app_notice(app, _("%s is in the outbox and leaves at its time. w changes it."),
                      send->subject);
}

static void send_done(PbApp *app, gpointer data, const GError *error) {
    Send *send = data;
    send->self->sending = FALSE;
    if (error != NULL) {
        pb_app_notice(app, _("Cannot send: %s. It is still here."), error->message);
        return;
    }
    pb_app_pop(app);
    pb_app_changed(app);
    pb_app_show_tab(app, PB_TAB_OUTBOX, send->entry);
    pb_dispatcher_wake(pb_app_dispatcher(app));
    tell_queued(app, send);
}

void pb_review_send(PbComposer *self) {
    PbApp *app = self->view.app;
    pb_review_refresh(self);
    if (self->sending || is_blocked(self))
        return;
    if (pb_account_list_count(pb_app_accounts(app)) == 0) {
        pb_app_notice(app, "%s",
                      _("Cannot send yet: there is no account. P keeps this as a draft, 5 then a "
                        "makes an account."));
        return;
    }
    self->sending = TRUE;
    Send *send = g_new0(Send, 1);
    send->self = self;
    send->draft = pb_compose_draft_ref(self->draft);
    send->message = pb_message_copy(self->message);
    send->undo_seconds = pb_entry_undo_seconds(app);
    send->hold = self->hold == PB_HOLD_UNDO && send->undo_seconds <= 0 ? PB_HOLD_NONE : self->hold;
    send->not_before = self->hold == PB_HOLD_SEND_AT ? self->not_before : 0;
    send->subject = pb_composer_quoted_subject(self);
    pb_app_run_async(app, send_work, send_done, send, send_free);
}
