#include "ui/view/state-explain.h"

#include "accounts/pb-text.h"
#include "transport/report/explain.h"
#include "ui/status.h"
#include "ui/view/state-words.h"
#include "ui/widget/when.h"

#include <glib/gi18n-lib.h>

#include <string.h>

static const PbRecipient *find_recipient(const PbEntry *entry, PbRecipientState state) {
    for (guint i = 0; entry->recipients != NULL && i < entry->recipients->len; i++) {
        const PbRecipient *recipient = entry->recipients->pdata[i];
        if (recipient->state == state)
            return recipient;
    }
    return NULL;
}

static char *clip_subject(const PbEntry *entry) {
    return pb_text_clip_end(entry->subject, 40, pb_draw_ascii());
}

char *pb_state_addresses(const PbEntry *entry) {
    g_autofree char *size = pb_text_size(entry->size);
    g_autofree char *clean = pb_text_sanitise(entry->to, -1, 400, pb_draw_ascii());
    g_autofree char *from = pb_text_sanitise(entry->reverse_path != NULL ? entry->reverse_path : "",
                                             -1, 400, pb_draw_ascii());
    return g_strdup_printf(_("To %s, from %s, %s"), clean, from, size);
}

char *pb_state_server_words(const PbEvidence *evidence) {
    if (evidence == NULL || (evidence->code == 0 && *evidence->text == '\0'))
        return NULL;
    return pb_evidence_line(evidence);
}

/* --- one recipient -------------------------------------------------------------------------- */

static char *explained(const char *format, const PbRecipient *recipient) {
    g_autoptr(PbExplanation) explanation = pb_explain(recipient->evidence, recipient->address);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    return g_strdup_printf(format, recipient->address, explanation->sentence);
#pragma GCC diagnostic pop
}

static char *deferred_sentence(const PbRecipient *recipient) {
    gint64 now = g_get_real_time();
    if (recipient->next_attempt <= now)
        return explained(_("%s: %s It is tried again now."), recipient);
    g_autofree char *when = pb_state_moment(recipient->next_attempt, now);
    g_autofree char *why = explained(_("%s: %s"), recipient);
    return g_strdup_printf(_("%s Next try %s, nothing to do. r tries now."), why, when);
}

static char *accepted_sentence(const PbRecipient *recipient) {
    const char *who = recipient->evidence != NULL ? recipient->evidence->who : NULL;
    g_autofree char *when = pb_text_time_exact(recipient->at, g_get_real_time());
    if (who == NULL)
        return g_strdup_printf(_("%s: taken by the server at %s."), recipient->address, when);
    if (recipient->queue_id == NULL)
        return g_strdup_printf(_("%s: taken by %s at %s."), recipient->address, who, when);
    return g_strdup_printf(_("%s: taken by %s at %s, queue id %s."), recipient->address, who, when,
                           recipient->queue_id);
}

char *pb_state_explain_recipient(const PbRecipient *recipient) {
    switch (recipient->state) {
    case PB_RCPT_QUEUED:
        return g_strdup_printf(_("%s waits for its turn."), recipient->address);
    case PB_RCPT_DEFERRED:
        return recipient->evidence != NULL
                   ? deferred_sentence(recipient)
                   : g_strdup_printf(_("%s is tried again later."), recipient->address);
    case PB_RCPT_REFUSED:
        return recipient->evidence != NULL
                   ? explained(_("%s was refused. %s"), recipient)
                   : g_strdup_printf(_("%s was refused."), recipient->address);
    case PB_RCPT_BOUNCED:
        return recipient->evidence != NULL
                   ? explained(_("%s came back. %s"), recipient)
                   : g_strdup_printf(_("%s came back."), recipient->address);
    case PB_RCPT_UNSURE:
        return g_strdup_printf(_("%s may have it: the line broke before the server answered."),
                               recipient->address);
    case PB_RCPT_DELIVERED:
        return g_strdup_printf(_("%s has it: a report says so."), recipient->address);
    case PB_RCPT_READ:
        return g_strdup_printf(_("%s has opened it: a report says so."), recipient->address);
    case PB_RCPT_DELAYED:
        return g_strdup_printf(_("A report says that %s gets it later."), recipient->address);
    case PB_RCPT_CANCELLED:
        return g_strdup_printf(_("%s does not get it: you cancelled."), recipient->address);
    default:
        return accepted_sentence(recipient);
    }
}

char *pb_state_mean_recipient(const PbRecipient *recipient) {
    if (recipient->state == PB_RCPT_UNSURE)
        return g_strdup(_("The line broke before the server answered; it may have arrived."));
    if (recipient->evidence == NULL)
        return pb_state_explain_recipient(recipient);
    g_autoptr(PbExplanation) explanation = pb_explain(recipient->evidence, recipient->address);
    return g_strdup(explanation->sentence);
}

/* TRUE if another address would help. */
static gboolean is_about_address(PbCategory category) {
    return category == PB_CATEGORY_NO_SUCH_USER || category == PB_CATEGORY_DOMAIN_NOT_FOUND ||
           category == PB_CATEGORY_USER_MOVED || category == PB_CATEGORY_RECIPIENT_REFUSED;
}

static char *deferred_step(const PbRecipient *recipient) {
    gint64 now = g_get_real_time();
    if (recipient->next_attempt <= now)
        return g_strdup(_("It is tried again now."));
    g_autofree char *when = pb_state_moment(recipient->next_attempt, now);
    return g_strdup_printf(_("Next try %s, nothing to do. r tries now."), when);
}

char *pb_state_advise_recipient(const PbEntry *entry, const PbRecipient *recipient) {
    if (recipient->state == PB_RCPT_UNSURE)
        return g_strdup(_("s settles it: it arrived, or send it again."));
    if (recipient->state == PB_RCPT_DEFERRED)
        return deferred_step(recipient);
    if (recipient->evidence == NULL ||
        (recipient->state != PB_RCPT_REFUSED && recipient->state != PB_RCPT_BOUNCED))
        return NULL;
    g_autoptr(PbExplanation) explanation = pb_explain(recipient->evidence, recipient->address);
    if (!is_about_address(explanation->category) && *explanation->advice != '\0')
        return g_strdup(explanation->advice);
    g_autofree char *subject = clip_subject(entry);
    return g_strdup_printf(_("c corrects the address; “%s” goes there only, unchanged."), subject);
}

/* --- whole entries -------------------------------------------------------------------------- */

static void explain_held(PbApp *app, const PbEntry *entry, char *lines[2]) {
    gint64 now = g_get_real_time();
    g_autofree char *subject = clip_subject(entry);
    if (entry->hold == PB_HOLD_UNDO) {
        gint64 left = (MAX(entry->not_before - now, 0) + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
        pb_app_want_tick(app);
        lines[0] = g_strdup_printf(_("“%s” leaves in %d s. u takes it back, r sends it at once."),
                                   subject, (int) left);
        lines[1] = pb_state_addresses(entry);
        return;
    }
    if (entry->hold == PB_HOLD_SEND_AT) {
        g_autofree char *when = pb_text_time(entry->not_before, now);
        g_autofree char *clock = pb_state_moment(entry->not_before, now);
        g_autofree char *span = pb_when_span(entry->not_before - now);
        lines[0] = g_strdup_printf(_("Leaves %s, in %s, while postbag or ‘postbag watch’ runs."),
                                   strchr(clock, ' ') != NULL ? when : clock, span);
        lines[1] = g_strdup(_("w changes the time, r sends it at once, e edits it."));
        return;
    }
    g_autofree char *since = pb_state_moment(entry->changed, now);
    if (entry->hold == PB_HOLD_DECISION && entry->hold_note != NULL)
        lines[0] = pb_text_sanitise(entry->hold_note, -1, 400, pb_draw_ascii());
    else
        lines[0] = g_strdup_printf(_("Held by you since %s. r lets it go."), since);
    lines[1] = pb_state_addresses(entry);
}

/* The server cannot be reached: the account waits, and every message of it says so. */
static char *backoff_sentence(PbApp *app, const PbEntry *entry) {
    g_autoptr(PbBackoff) backoff = pb_outbox_account_backoff(pb_app_outbox(app), entry->account);
    gint64 now = g_get_real_time();
    if (backoff == NULL || backoff->note == NULL || backoff->until <= now)
        return NULL;
    g_autofree char *note = pb_text_sanitise(backoff->note, -1, 400, pb_draw_ascii());
    g_autofree char *when = pb_state_moment(backoff->until, now);
    /* TRANSLATORS: "cannot reach smtp.example.org: connection refused; next try 14:40. …" */
    return g_strdup_printf(_("%s; next try %s, nothing to do. r tries now."), note, when);
}

static void explain_queued(PbApp *app, const PbEntry *entry, char *lines[2]) {
    g_autoptr(PbPause) pause = pb_outbox_account_pause(pb_app_outbox(app), entry->account);
    g_autofree char *unreachable = pause == NULL ? backoff_sentence(app, entry) : NULL;
    if (unreachable != NULL) {
        lines[0] = g_steal_pointer(&unreachable);
        return;
    }
    if (pause != NULL)
        lines[0] = g_strdup_printf(_("%s is paused: %s p signs in."), entry->account,
                                   pause->note != NULL ? pause->note : pause->reason);
    else if (!pb_dispatcher_is_online(pb_app_dispatcher(app)))
        lines[0] = g_strdup(_("You are offline: goes by itself when the network is back."));
    else
        lines[0] = g_strdup_printf(_("Next in line on %s."), entry->account);
    if (pause == NULL)
        lines[1] = pb_state_addresses(entry);
}

static void explain_sending(PbApp *app, const PbEntry *entry, char *lines[2]) {
    guint64 sent = 0;
    guint64 total = 0;
    const PbAccount *account = pb_account_list_find(pb_app_accounts(app), entry->account);
    const char *host = account != NULL ? account->host : entry->account;
    if (!pb_status_bytes(pb_app_status(app), entry->id, &sent, &total)) {
        lines[0] = g_strdup_printf(_("Being sent through %s."), host);
    } else if (sent >= total && total > 0) {
        lines[0] = g_strdup(_("Handed over, waiting for the server's last word; too late to "
                              "stop."));
    } else {
        g_autofree char *done = pb_text_size(sent);
        g_autofree char *all = pb_text_size(total);
        lines[0] = g_strdup_printf(_("Sending to %s: %s of %s. d stops it; then nobody gets it."),
                                   host, done, all);
    }
    lines[1] = pb_state_addresses(entry);
}

/* One text without a second line, so that it flows over both rows. */
static void explain_refused(const PbEntry *entry, PbRecipientState state, char *lines[2]) {
    const PbRecipient *recipient = find_recipient(entry, state);
    if (recipient == NULL) {
        lines[0] = pb_state_addresses(entry);
        return;
    }
    g_autofree char *sentence = pb_state_explain_recipient(recipient);
    if (entry->accepted_count > 0 && state != PB_RCPT_BOUNCED)
        lines[0] = g_strdup_printf(
            g_dngettext(GETTEXT_PACKAGE, "%u has it. %s c corrects the address.",
                        "%u have it. %s c corrects the address.", entry->accepted_count),
            entry->accepted_count, sentence);
    else
        lines[0] = g_strdup_printf(_("%s c corrects the address, e edits."), sentence);
}

static guint count_state(const PbEntry *entry, PbRecipientState state) {
    guint count = 0;
    for (guint i = 0; entry->recipients != NULL && i < entry->recipients->len; i++) {
        const PbRecipient *recipient = entry->recipients->pdata[i];
        count += recipient->state == state ? 1 : 0;
    }
    return count;
}

char *pb_state_headline(PbApp *app, const PbEntry *entry) {
    guint refused = count_state(entry, PB_RCPT_REFUSED);
    guint all = entry->recipient_count;
    if (entry->state == PB_ENTRY_PARTIAL && refused > 0)
        return g_strdup_printf(
            g_dngettext(GETTEXT_PACKAGE, "%u of %u sent. %u address was refused and needs you.",
                        "%u of %u sent. %u addresses were refused and need you.", refused),
            entry->accepted_count, all, refused);
    if (entry->state == PB_ENTRY_FAILED && refused > 0)
        return g_strdup_printf(
            g_dngettext(GETTEXT_PACKAGE, "Not sent: %u address was refused and needs you.",
                        "Not sent: %u addresses were refused and need you.", refused),
            refused);
    guint bounced = count_state(entry, PB_RCPT_BOUNCED);
    if (entry->state == PB_ENTRY_BOUNCED && bounced > 0)
        return g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "It came back from %u address.",
                                           "It came back from %u addresses.", bounced),
                               bounced);
    if (entry->state == PB_ENTRY_UNSURE)
        return g_strdup(_("Maybe sent: you decide whether it is sent again."));
    if (entry->state == PB_ENTRY_DEFERRED)
        return g_strdup(_("It is tried again by itself."));
    char *lines[2] = {NULL, NULL};
    pb_state_explain_entry(app, entry, lines);
    g_free(lines[1]);
    return lines[0];
}

static void explain_sent(const PbEntry *entry, char *lines[2]) {
    const PbRecipient *recipient = find_recipient(entry, PB_RCPT_READ);
    if (recipient == NULL)
        recipient = find_recipient(entry, PB_RCPT_DELIVERED);
    if (recipient != NULL) {
        lines[0] = pb_state_explain_recipient(recipient);
        return;
    }
    recipient = find_recipient(entry, PB_RCPT_ACCEPTED);
    if (recipient != NULL)
        lines[0] = accepted_sentence(recipient);
    lines[1] = g_strdup(_("No report has come; most servers send none."));
}

void pb_state_explain_entry(PbApp *app, const PbEntry *entry, char *lines_out[2]) {
    const PbRecipient *recipient = NULL;
    switch (entry->state) {
    case PB_ENTRY_HELD:
        explain_held(app, entry, lines_out);
        break;
    case PB_ENTRY_QUEUED:
        explain_queued(app, entry, lines_out);
        break;
    case PB_ENTRY_SENDING:
        explain_sending(app, entry, lines_out);
        break;
    case PB_ENTRY_DEFERRED:
        recipient = find_recipient(entry, PB_RCPT_DEFERRED);
        lines_out[0] = backoff_sentence(app, entry);
        if (lines_out[0] == NULL && recipient != NULL)
            lines_out[0] = pb_state_explain_recipient(recipient);
        break;
    case PB_ENTRY_UNSURE:
        lines_out[0] = g_strdup(_("The line broke before the server answered. It may have arrived, "
                                  "so postbag does not send it again by itself. s settles it."));
        break;
    case PB_ENTRY_PARTIAL:
    case PB_ENTRY_FAILED:
        explain_refused(entry, PB_RCPT_REFUSED, lines_out);
        break;
    case PB_ENTRY_BOUNCED:
        explain_refused(entry, PB_RCPT_BOUNCED, lines_out);
        break;
    case PB_ENTRY_SENT:
    case PB_ENTRY_DELIVERED:
        explain_sent(entry, lines_out);
        break;
    case PB_ENTRY_CANCELLED:
        lines_out[0] = g_strdup(_("Cancelled: what had not left stays here. r sends it after all, "
                                  "e opens a copy."));
        break;
    }
}
