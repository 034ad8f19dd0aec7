/* What a careful friend would say before "send": offline, fast, pure.
 *
 * Findings are ordered by weight. Blocking ones stop `y` and name the field;
 * the others are only shown (SCREENS 3.5).
 */
#pragma once

#include "compose/message.h"

typedef struct {
    gboolean blocking;
    const char *field; /* "to", "cc", "bcc", "from", "reply-to", "subject", "attach", "body" */
    char *text;        /* translated sentence, with the key that mends it */
} PbFinding;

void pb_finding_free(PbFinding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbFinding, pb_finding_free)

/* `size_limit`: of the account's server as last seen, 0 if unknown. GPtrArray of PbFinding. */
GPtrArray *pb_checks_run(const PbMessage *message, guint64 size_limit);
