/* Reports from a Maildir: looked at once, recorded with their messages.
 *
 * Only reports about messages of this outbox are touched: they go from new/ to
 * cur/ with the flag S. Everything else stays as it is, unread, so that the
 * Maildir may be one that a person reads.
 */
#pragma once

#include "transport/outbox/outbox.h"

/* Looks through new/ of `maildir`. `count_out` (may be NULL) gets how many reports were recorded. A
 * Maildir that is not there yet is empty. Errors: PB_ERROR_IO (unreadable), those of the outbox;
 * what was recorded before stays. */
gboolean pb_pickup_maildir_scan(PbOutbox *outbox, const char *maildir, guint *count_out,
                                GError **error);
