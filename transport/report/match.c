#include "transport/report/match.h"

#include <string.h>

static PbRecipientState state_of(PbReportAction action) {
    switch (action) {
    case PB_ACTION_FAILED:
        return PB_RCPT_BOUNCED;
    case PB_ACTION_DELAYED:
        return PB_RCPT_DELAYED;
    case PB_ACTION_RELAYED:
        return PB_RCPT_RELAYED;
    case PB_ACTION_EXPANDED:
        return PB_RCPT_EXPANDED;
    case PB_ACTION_DISPLAYED:
        return PB_RCPT_READ;
    case PB_ACTION_DELIVERED:
    case PB_ACTION_DISPOSED: /* whoever disposed of it had it */
        break;
    }
    return PB_RCPT_DELIVERED;
}

char *pb_report_match(PbOutbox *outbox, const PbReport *report) {
    if (report->envid != NULL) {
        g_autoptr(PbEntry) entry = pb_outbox_get(outbox, report->envid, NULL);
        if (entry != NULL)
            return g_strdup(entry->id);
    }
    return report->message_id != NULL ? pb_outbox_find_message_id(outbox, report->message_id)
                                      : NULL;
}

/* Servers may change the case of a domain, and some that of the local part. */
static const char *find_recipient(const PbEntry *entry, const char *address) {
    for (guint i = 0; address != NULL && i < entry->recipients->len; i++) {
        const PbRecipient *recipient = g_ptr_array_index(entry->recipients, i);
        if (g_ascii_strcasecmp(recipient->address, address) == 0)
            return recipient->address;
    }
    return NULL;
}

/* An address we never wrote to is where the only recipient's mail is forwarded. */
static const char *our_address(const PbEntry *entry, const PbReportRecipient *said) {
    const char *address = find_recipient(entry, said->address);
    if (address == NULL)
        address = find_recipient(entry, said->final_address);
    if (address == NULL && entry->recipients->len == 1)
        address = ((PbRecipient *) g_ptr_array_index(entry->recipients, 0))->address;
    return address;
}

char *pb_report_record(PbOutbox *outbox, const PbReport *report, GError **error) {
    if (report->kind == PB_REPORT_NONE)
        return NULL;
    g_autofree char *id = pb_report_match(outbox, report);
    g_autoptr(PbEntry) entry = id != NULL ? pb_outbox_get(outbox, id, NULL) : NULL;
    if (entry == NULL)
        return NULL;
    for (guint i = 0; i < report->recipients->len; i++) {
        const PbReportRecipient *said = g_ptr_array_index(report->recipients, i);
        const char *address = our_address(entry, said);
        g_autoptr(PbEvidence) evidence = pb_report_evidence(report, said);
        if (address != NULL &&
            !pb_outbox_record_report(outbox, id, address, state_of(said->action), evidence, error))
            return NULL;
    }
    return g_steal_pointer(&id);
}
