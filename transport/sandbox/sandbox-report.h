/* The reports the sandbox sends back: RFC 3464 (with RFC 6533) and RFC 8098.
 *
 * Pure text building; the parser of report/dsn.h reads what is made here.
 */
#pragma once

#include "transport/sandbox/sandbox-replies.h"

/* One report of one kind as a message with CRLF line ends. `headers` is the header block of the
 * message it is about (may be ""). g_free(). */
char *pb_sandbox_report(PbSandboxReportKind kind, const PbSandboxEnvelope *envelope,
                        const PbSandboxRecipient *recipient, const char *headers);
/* The value of a header field, unfolded and trimmed, or NULL. g_free(). */
char *pb_sandbox_header(const char *headers, const char *name);
