#include "ui/cli/json-entry.h"

#include "accounts/pb-text.h"
#include "transport/report/explain.h"
#include "ui/cli/output.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/* --- why it waits ----------------------------------------------------------------------------- */

/* What the first recipient that has to wait was told. */
static const PbEvidence *waiting_evidence(const PbEntry *entry) {
    for (guint i = 0; entry->recipients != NULL && i < entry->recipients->len; i++) {
        const PbRecipient *recipient = g_ptr_array_index(entry->recipients, i);

        if ((recipient->state == PB_RCPT_DEFERRED || recipient->state == PB_RCPT_QUEUED) &&
            recipient->evidence != NULL)
            return recipient->evidence;
    }
    return NULL;
}

/* Nobody was reached to say no: the line, not the server, is what is missing. */
static gboolean is_unreachable(const PbEvidence *evidence) {
    return evidence->code == 0 && evidence->stage > PB_STAGE_LOCAL &&
           evidence->stage < PB_STAGE_REPORT;
}

static const char *reason_of_evidence(const PbEvidence *evidence) {
    g_autoptr(PbExplanation) explanation = NULL;

    if (is_unreachable(evidence))
        return g_network_monitor_get_network_available(g_network_monitor_get_default())
                   ? "unreachable"
                   : "offline";
    explanation = pb_explain(evidence, NULL);
    return pb_category_to_string(explanation->category);
}

const char *pb_entry_reason(const PbEntry *entry, gboolean paused) {
    const PbEvidence *evidence;

    if (entry->state == PB_ENTRY_HELD)
        return pb_hold_to_string(entry->hold);
    if (entry->state != PB_ENTRY_QUEUED && entry->state != PB_ENTRY_DEFERRED)
        return NULL;
    if (paused)
        return "account-paused";
    evidence = waiting_evidence(entry);
    return evidence == NULL ? NULL : reason_of_evidence(evidence);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void add_evidence(json_t *object, const PbRecipient *recipient) {
    const PbEvidence *evidence = recipient->evidence;
    g_autoptr(PbExplanation) explanation =
        evidence == NULL ? NULL : pb_explain(evidence, recipient->address);

    json_object_set_new(object, "code",
                        evidence == NULL || evidence->code == 0 ? json_null()
                                                                : json_integer(evidence->code));
    json_object_set_new(object, "status",
                        pb_output_json_text(evidence == NULL ? NULL : evidence->status));
    json_object_set_new(object, "category",
                        pb_output_json_text(explanation == NULL
                                                ? NULL
                                                : pb_category_to_string(explanation->category)));
    json_object_set_new(object, "text",
                        pb_output_json_text(evidence == NULL ? NULL : evidence->text));
    json_object_set_new(object, "explanation",
                        pb_output_json_text(explanation == NULL ? NULL : explanation->sentence));
    json_object_set_new(object, "advice",
                        pb_output_json_text(explanation == NULL ? NULL : explanation->advice));
    json_object_set_new(object, "remote_mta",
                        pb_output_json_text(evidence == NULL ? NULL : evidence->who));
}

json_t *pb_json_recipient(const PbRecipient *recipient) {
    json_t *object = json_object();

    json_object_set_new(object, "address", pb_output_json_text(recipient->address));
    json_object_set_new(object, "state",
                        pb_output_json_text(pb_recipient_state_to_string(recipient->state)));
    add_evidence(object, recipient);
    json_object_set_new(object, "queue_id", pb_output_json_text(recipient->queue_id));
    json_object_set_new(object, "at", pb_output_json_time(recipient->at));
    return object;
}

json_t *pb_json_entry(const PbEntry *entry, gboolean paused) {
    json_t *object = json_object();
    json_t *recipients = json_array();

    json_object_set_new(object, "id", pb_output_json_text(entry->id));
    json_object_set_new(object, "account", pb_output_json_text(entry->account));
    json_object_set_new(object, "from", pb_output_json_text(entry->from));
    json_object_set_new(object, "subject", pb_output_json_text(entry->subject));
    json_object_set_new(object, "message_id", pb_output_json_text(entry->message_id));
    json_object_set_new(object, "created", pb_output_json_time(entry->created));
    json_object_set_new(object, "state",
                        pb_output_json_text(pb_entry_state_to_string(entry->state)));
    json_object_set_new(object, "reason", pb_output_json_text(pb_entry_reason(entry, paused)));
    json_object_set_new(object, "not_before", pb_output_json_time(entry->not_before));
    json_object_set_new(object, "next_attempt", pb_output_json_time(entry->next_attempt));
    json_object_set_new(object, "attempts", json_integer(entry->attempts));
    json_object_set_new(object, "size", json_integer((json_int_t) entry->size));
    for (guint i = 0; entry->recipients != NULL && i < entry->recipients->len; i++)
        json_array_append_new(recipients,
                              pb_json_recipient(g_ptr_array_index(entry->recipients, i)));
    json_object_set_new(object, "recipients", recipients);
    return object;
}

/* --- words ------------------------------------------------------------------------------------ */

static char *held_text(const PbEntry *entry, gint64 now) {
    g_autofree char *when = entry->not_before > now ? pb_text_time(entry->not_before, now) : NULL;

    if (entry->hold == PB_HOLD_DECISION)
        return g_strdup(_("needs an answer"));
    if (when == NULL || entry->hold == PB_HOLD_USER)
        return g_strdup(_("held"));
    /* TRANSLATORS: a state in a list; %s is a time such as "18:00" or "8 s" */
    return g_strdup_printf(_("at %s"), when);
}

static char *deferred_text(const PbEntry *entry, gint64 now) {
    g_autofree char *when =
        entry->next_attempt > now ? pb_text_time(entry->next_attempt, now) : NULL;

    if (when == NULL)
        return g_strdup(_("waiting"));
    /* TRANSLATORS: a state in a list; %s is a time such as "14:40" */
    return g_strdup_printf(_("next try %s"), when);
}

char *pb_entry_state_text(const PbEntry *entry, gboolean paused, gint64 now) {
    static const char *const words[] = {
        [PB_ENTRY_QUEUED] = N_("waiting"),      [PB_ENTRY_SENDING] = N_("sending"),
        [PB_ENTRY_UNSURE] = N_("maybe sent"),   [PB_ENTRY_FAILED] = N_("not sent"),
        [PB_ENTRY_BOUNCED] = N_("bounced"),     [PB_ENTRY_SENT] = N_("sent"),
        [PB_ENTRY_DELIVERED] = N_("delivered"), [PB_ENTRY_CANCELLED] = N_("cancelled"),
    };

    if (entry->state == PB_ENTRY_HELD)
        return held_text(entry, now);
    if (paused && (entry->state == PB_ENTRY_QUEUED || entry->state == PB_ENTRY_DEFERRED))
        return g_strdup(_("account paused"));
    if (entry->state == PB_ENTRY_DEFERRED)
        return deferred_text(entry, now);
    if (entry->state == PB_ENTRY_PARTIAL)
        return g_strdup_printf(_("%u of %u sent"), entry->accepted_count, entry->recipient_count);
    return g_strdup(_(words[entry->state]));
}
