#include "ui/view/entry-acts.h"

#include "accounts/paths.h"
#include "compose/draft.h"
#include "ui/view/entry-acts-private.h"
#include "ui/view/state-words.h"

#include <glib/gi18n-lib.h>

#define UNDO_SECONDS 10

int pb_entry_undo_seconds(PbApp *app) {
    PbSettings *settings = pb_account_list_settings(pb_app_accounts(app));
    return CLAMP(pb_settings_int(settings, "postbag", "undo_seconds", UNDO_SECONDS), 0, 3600);
}

/* --- what runs on the worker ---------------------------------------------------------------- */

/* Puts the hold back as it was before the act. */
static gboolean restore_hold(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    if (target->hold == PB_HOLD_NONE)
        return pb_outbox_release(outbox, target->id, target->version, 0, error);
    gint64 not_before = target->not_before;
    /* An undo window that has passed meanwhile starts anew, rather than to be gone at once. */
    if (target->hold == PB_HOLD_UNDO)
        not_before = g_get_real_time() + batch->undo_seconds * G_USEC_PER_SEC;
    return pb_outbox_hold(outbox, target->id, target->version, target->hold, not_before, NULL,
                          error);
}

static gboolean do_hold(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    return pb_outbox_hold(outbox, target->id, target->version, batch->hold, batch->moment, NULL,
                          error);
}

static gboolean do_send_now(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    if (target->state != PB_ENTRY_HELD)
        return pb_outbox_retry(outbox, target->id, target->version, error);
    /* Out of its undo time: at once. Anything else gets an undo time first. */
    gint64 until = target->hold == PB_HOLD_UNDO ? 0 : batch->moment;
    return pb_outbox_release(outbox, target->id, target->version, until, error);
}

static gboolean do_cancel(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    (void) batch;
    return pb_outbox_cancel(outbox, target->id, target->version, error);
}

static gboolean undo_cancel(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    if (!pb_outbox_uncancel(outbox, target->id, target->version, error))
        return FALSE;
    target->version = 0;
    return restore_hold(outbox, target, batch, error);
}

static gboolean do_take_back(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    (void) batch;
    if (!pb_outbox_cancel(outbox, target->id, target->version, error))
        return FALSE;
    /* It was moved aside when the message was queued. */
    g_autofree char *folder = pb_paths_drafts();
    if (target->draft != NULL && !pb_draft_restore(folder, target->draft, NULL))
        g_clear_pointer(&target->draft, g_free);
    return TRUE;
}

static gboolean do_copy(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    (void) outbox;
    (void) batch;
    g_autofree char *folder = pb_paths_drafts();
    return pb_draft_restore(folder, target->draft, error);
}

/* --- afterwards ----------------------------------------------------------------------------- */

static void open_taken_back(PbApp *app, PbBatch *batch) {
    const PbTarget *target = batch->targets->pdata[0];
    if (target->draft == NULL) {
        pb_app_notice(app,
                      _("“%s” is cancelled. It came from another program, so there is no "
                        "draft to open."),
                      target->subject);
        return;
    }
    pb_app_open_draft(app, target->draft);
    pb_app_notice(app, _("“%s” is back as a draft, nothing was sent."), target->subject);
}

/* A copy is a new message: it gets an identity of its own when it is sent. */
static void open_copy(PbApp *app, PbBatch *batch) {
    const PbTarget *target = batch->targets->pdata[0];
    g_autofree char *folder = pb_paths_drafts();
    g_autoptr(GError) error = NULL;
    PbMessage *message = NULL;
    g_autoptr(PbDraft) draft = pb_draft_open(folder, target->draft, &message, &error);
    if (draft == NULL) {
        pb_app_error(app, error);
        return;
    }
    pb_draft_delete(draft, NULL);
    g_clear_pointer(&message->message_id, g_free);
    message->date = 0;
    pb_app_compose(app, message, FALSE);
    pb_app_notice(app, _("A copy of “%s”; the one that was sent stays as it is."), target->subject);
}

void pb_entry_act_take_back(PbApp *app, const PbEntry *entry) {
    g_autoptr(GPtrArray) ids = pb_batch_one(entry->id);
    PbBatch *batch = pb_batch_new(app, ids, do_take_back, NULL, NULL, NULL);
    batch->then = open_taken_back;
    pb_batch_run(app, batch);
}

/* --- acts ----------------------------------------------------------------------------------- */

static void send_now(PbApp *app, GPtrArray *ids) {
    PbBatch *batch =
        pb_batch_new(app, ids, do_send_now, NULL, N_("“%s” goes now."), N_("%u messages go now."));
    batch->moment = g_get_real_time() + pb_entry_undo_seconds(app) * G_USEC_PER_SEC;
    if (pb_entry_undo_seconds(app) == 0)
        batch->moment = 0;
    pb_batch_run(app, batch);
}

static void hold(PbApp *app, GPtrArray *ids, const PbEntry *first) {
    gboolean release = first->state == PB_ENTRY_HELD && first->hold == PB_HOLD_USER;
    if (release) {
        send_now(app, ids);
        return;
    }
    PbBatch *batch =
        pb_batch_new(app, ids, do_hold, restore_hold, N_("Held “%s”."), N_("Held %u messages."));
    batch->hold = PB_HOLD_USER;
    pb_batch_run(app, batch);
}

static void cancel(PbApp *app, GPtrArray *ids) {
    /* What this process is sending right now has to be stopped first. */
    for (guint i = 0; i < ids->len; i++)
        pb_dispatcher_stop_entry(pb_app_dispatcher(app), ids->pdata[i]);
    pb_batch_run(app, pb_batch_new(app, ids, do_cancel, undo_cancel,
                                   N_("Cancelled “%s”; e brings it back as a draft."),
                                   N_("Cancelled %u messages.")));
}

static gboolean has_left(PbEntryState state) {
    return state == PB_ENTRY_SENT || state == PB_ENTRY_DELIVERED || state == PB_ENTRY_PARTIAL ||
           state == PB_ENTRY_UNSURE || state == PB_ENTRY_BOUNCED || state == PB_ENTRY_CANCELLED;
}

static void edit(PbApp *app, const PbEntry *entry) {
    if (entry->state == PB_ENTRY_SENDING) {
        pb_app_notice(app, "%s", _("It is being sent. d stops it, then e edits it."));
        return;
    }
    if (!has_left(entry->state)) {
        pb_entry_act_take_back(app, entry);
        return;
    }
    if (entry->draft == NULL) {
        pb_app_notice(app, "%s", _("It came from another program, so there is no text to edit."));
        return;
    }
    g_autoptr(GPtrArray) ids = pb_batch_one(entry->id);
    PbBatch *batch = pb_batch_new(app, ids, do_copy, NULL, NULL, NULL);
    batch->then = open_copy;
    pb_batch_run(app, batch);
}

static const PbRecipient *find_refused(const PbEntry *entry) {
    for (guint i = 0; entry->recipients != NULL && i < entry->recipients->len; i++) {
        const PbRecipient *recipient = entry->recipients->pdata[i];
        if (recipient->state == PB_RCPT_REFUSED || recipient->state == PB_RCPT_BOUNCED)
            return recipient;
    }
    return NULL;
}

static void correct(PbApp *app, const PbEntry *entry) {
    const PbRecipient *recipient = find_refused(entry);
    if (recipient == NULL)
        pb_app_notice(app, "%s", _("No address of this message was refused."));
    else
        pb_sheet_correct_open(app, entry, recipient->address);
}

static void settle(PbApp *app, const PbEntry *entry) {
    if (!pb_entry_state_needs_person(entry->state))
        pb_app_notice(app, "%s", _("Nothing to settle: what became of this message is known."));
    else
        pb_sheet_settle_open(app, entry);
}

static void fix(PbApp *app, const PbEntry *entry, GPtrArray *ids) {
    g_autoptr(PbPause) pause = pb_outbox_account_pause(pb_app_outbox(app), entry->account);
    if (entry->state == PB_ENTRY_UNSURE)
        settle(app, entry);
    else if (find_refused(entry) != NULL)
        correct(app, entry);
    else if (pause != NULL && !pb_entry_state_is_final(entry->state))
        pb_sheet_sign_in_open(app, entry->account);
    else if (entry->state == PB_ENTRY_HELD || entry->state == PB_ENTRY_DEFERRED)
        send_now(app, ids);
    else
        pb_app_notice(app, "%s", _("Nothing to fix on this message."));
}

/* Why r cannot do anything here, with the key that can; NULL: it can. */
static char *send_now_refusal(const PbEntry *entry) {
    if (entry->state == PB_ENTRY_UNSURE)
        return g_strdup(_("It may have arrived already; s settles it, and can send it again."));
    if (entry->state != PB_ENTRY_SENT && entry->state != PB_ENTRY_DELIVERED)
        return NULL;
    g_autofree char *when = pb_state_moment(entry->changed, g_get_real_time());
    return g_strdup_printf(_("Not possible here: r sends held or deferred messages, this one was "
                             "sent at %s. e writes it again."),
                           when);
}

static void act_on(PbApp *app, PbEntryAct act, const PbEntry *entry, GPtrArray *ids) {
    g_autofree char *refusal = NULL;
    switch (act) {
    case PB_ENTRY_ACT_SEND_NOW:
        refusal = ids->len == 1 ? send_now_refusal(entry) : NULL;
        if (refusal != NULL)
            pb_app_notice(app, "%s", refusal);
        else
            send_now(app, ids);
        break;
    case PB_ENTRY_ACT_HOLD:
        hold(app, ids, entry);
        break;
    case PB_ENTRY_ACT_CANCEL:
        cancel(app, ids);
        break;
    case PB_ENTRY_ACT_WHEN:
        pb_sheet_when_open(app, ids);
        break;
    case PB_ENTRY_ACT_EDIT:
        edit(app, entry);
        break;
    case PB_ENTRY_ACT_SETTLE:
        settle(app, entry);
        break;
    case PB_ENTRY_ACT_CORRECT:
        correct(app, entry);
        break;
    case PB_ENTRY_ACT_SIGN_IN:
        pb_sheet_sign_in_open(app, entry->account);
        break;
    case PB_ENTRY_ACT_FIX:
        fix(app, entry, ids);
        break;
    }
}

void pb_entry_act(PbApp *app, PbEntryAct act, GPtrArray *ids) {
    if (ids->len == 0) {
        pb_app_notice(app, "%s", _("Nothing is selected."));
        return;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(PbEntry) entry = pb_outbox_get(pb_app_outbox(app), ids->pdata[0], &error);
    if (entry == NULL)
        pb_app_error(app, error);
    else
        act_on(app, act, entry, ids);
}
