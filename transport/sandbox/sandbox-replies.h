/* How the sandbox treats a recipient: decided by the part before the "@". */
#pragma once

#include "transport/sandbox/sandbox-envelope.h"

typedef enum {
    PB_SANDBOX_REPORT_NONE = 0,
    PB_SANDBOX_REPORT_FAILED = 1 << 0,
    PB_SANDBOX_REPORT_DELIVERED = 1 << 1,
    PB_SANDBOX_REPORT_READ = 1 << 2,
} PbSandboxReportKind;

typedef struct {
    const char *name;    /* local part, lower case; "refuse+x@" counts as "refuse@" */
    const char *refusal; /* the reply to RCPT, or NULL: accepted */
    gboolean second_try; /* refused the first time only */
    guint delay_seconds; /* before the reply to the end of the text */
    gboolean silent;     /* no reply to the end of the text: the connection ends */
    guint reports;       /* of PbSandboxReportKind, whatever was asked for */
} PbSandboxBehaviour;

/* Never NULL: anyone else is accepted. */
const PbSandboxBehaviour *pb_sandbox_behaviour(const char *address);
/* The table, ended by a row without name (anyone else). */
const PbSandboxBehaviour *pb_sandbox_behaviours(void);

/* TRUE if `recipient` of this envelope is seen for the first time, and from then on every second
 * time. Kept as a file in `folder`, so that a retry by another process or sandbox is a second
 * try. */
gboolean pb_sandbox_first_try(const char *folder, const PbSandboxEnvelope *envelope,
                              const char *recipient);
/* The reports that are due to the sender of `envelope` for `recipient`: of PbSandboxReportKind. */
guint pb_sandbox_reports_due(const PbSandboxEnvelope *envelope,
                             const PbSandboxRecipient *recipient);
