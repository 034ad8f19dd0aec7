#include "accounts/pb-text.h"
#include "transport/report/explain.h"
#include "ui/cli/json-entry.h"
#include "ui/cli/output.h"
#include "ui/cli/submit.h"

#include <glib/gi18n-lib.h>

#include <stdio.h>

static const char *state_word(PbRecipientState state) {
    static const char *const words[] = {
        [PB_RCPT_QUEUED] = N_("waiting"),      [PB_RCPT_ACCEPTED] = N_("accepted"),
        [PB_RCPT_DEFERRED] = N_("deferred"),   [PB_RCPT_REFUSED] = N_("refused"),
        [PB_RCPT_UNSURE] = N_("maybe sent"),   [PB_RCPT_CANCELLED] = N_("cancelled"),
        [PB_RCPT_DELIVERED] = N_("delivered"), [PB_RCPT_RELAYED] = N_("relayed"),
        [PB_RCPT_EXPANDED] = N_("expanded"),   [PB_RCPT_DELAYED] = N_("delayed"),
        [PB_RCPT_BOUNCED] = N_("bounced"),     [PB_RCPT_READ] = N_("read"),
    };

    return _(words[state]);
}

static char *detail_of(const PbRecipient *recipient) {
    gint64 now = g_get_real_time();
    g_autofree char *said =
        recipient->evidence == NULL ? NULL : pb_evidence_line(recipient->evidence);
    g_autofree char *when = NULL;

    if (recipient->queue_id != NULL && *recipient->queue_id != '\0')
        return g_strdup_printf(_("queue id %s"), recipient->queue_id);
    if (recipient->state != PB_RCPT_DEFERRED || recipient->next_attempt == 0)
        return g_strdup(said != NULL ? said : "");
    when = pb_text_time(recipient->next_attempt, now);
    if (said == NULL)
        return g_strdup_printf(_("next try %s"), when);
    return g_strdup_printf(_("%s (next try %s)"), said, when);
}

static void print_recipient(const PbRecipient *recipient) {
    g_autofree char *detail = detail_of(recipient);
    g_autoptr(PbExplanation) explanation = NULL;

    pb_output_line("%-10s  %s%s%s", state_word(recipient->state), recipient->address,
                   *detail == '\0' ? "" : "  ", detail);
    if (recipient->evidence == NULL || recipient->state == PB_RCPT_ACCEPTED)
        return;
    explanation = pb_explain(recipient->evidence, recipient->address);
    pb_output_line("            %s %s", explanation->sentence, explanation->advice);
}

void pb_submit_print_entry(const PbEntry *entry) {
    for (guint i = 0; i < entry->recipients->len; i++)
        print_recipient(g_ptr_array_index(entry->recipients, i));
}

/* The part of a recipient that an event knows. Borrows from the event. */
static PbRecipient recipient_of(const PbEvent *event) {
    return (PbRecipient){
        .address = event->address,
        .state = event->recipient_state,
        .at = event->at,
        .next_attempt = event->when,
        .evidence = event->evidence,
        .queue_id = event->queue_id,
    };
}

void pb_submit_print_event(const PbEvent *event, gboolean json) {
    PbRecipient recipient = recipient_of(event);
    json_t *object;

    if (event->kind != PB_EVENT_RESULT)
        return;
    if (json) {
        object = pb_json_recipient(&recipient);
        json_object_set_new(object, "id", pb_output_json_text(event->entry));
        json_object_set_new(object, "account", pb_output_json_text(event->account));
        json_object_set_new(object, "subject", pb_output_json_text(event->subject));
        pb_output_json(object);
    } else {
        print_recipient(&recipient);
    }
    fflush(stdout);
}
