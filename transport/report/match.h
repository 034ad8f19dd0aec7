/* Which of our messages a report is about, and what it changes there.
 *
 * By envelope id first, then by Message-ID. A report that names nothing of
 * ours, or a recipient the message never had, changes nothing. What is known
 * better already stays (see pb_outbox_record_report()); the report is in the
 * timeline either way.
 */
#pragma once

#include "transport/outbox/outbox.h"
#include "transport/report/dsn.h"

/* The entry the report is about, or NULL: none of ours. g_free(). */
char *pb_report_match(PbOutbox *outbox, const PbReport *report);
/* Records every recipient's fact. The id of the entry (g_free()), NULL if nothing of ours is meant
 * (no error) or on error. */
char *pb_report_record(PbOutbox *outbox, const PbReport *report, GError **error);
