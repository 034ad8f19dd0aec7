/* Rows about one message that several views draw: recipients and timeline. */
#pragma once

#include "transport/outbox/outbox.h"
#include "ui/term/draw.h"

/* Sign, address, state and reply of a recipient in one row. */
void pb_draw_recipient(const PbArea *area, const PbRecipient *recipient);
/* "14:21:12  cy@exmaple.org refused: 550 5.1.2 <cy@…>: Host unknown". g_free(). */
char *pb_timeline_line(const PbTimelineItem *item);
/* The same without the time. g_free(). */
char *pb_timeline_text(const PbTimelineItem *item);
