#include "transport/dispatch/event.h"

PbEvent *pb_event_new(PbEventKind kind, const char *account) {
    PbEvent *event = g_new0(PbEvent, 1);
    event->kind = kind;
    event->at = g_get_real_time();
    event->account = g_strdup(account);
    return event;
}

void pb_event_free(PbEvent *event) {
    if (event == NULL)
        return;
    g_free(event->account);
    g_free(event->entry);
    g_free(event->address);
    g_free(event->subject);
    g_free(event->text);
    pb_evidence_free(event->evidence);
    g_free(event->queue_id);
    g_free(event);
}
