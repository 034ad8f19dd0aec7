/* Outbox entries as JSON objects and as words: one place for what DESIGN 10 promises. */
#pragma once

#include "transport/outbox/outbox.h"

#include <jansson.h>

/* The whole entry with its recipients. `paused`: its account is paused. */
json_t *pb_json_entry(const PbEntry *entry, gboolean paused);
/* One recipient as it is inside an entry. */
json_t *pb_json_recipient(const PbRecipient *recipient);
/* Why it waits, in a word or two for programs: "undo", "send-at", "user", "decision",
 * "account-paused", "unreachable", "offline", a category such as "try-later"; NULL when it does
 * not wait. */
const char *pb_entry_reason(const PbEntry *entry, gboolean paused);
/* State as a person reads it in a list: "held", "next try 14:40", "maybe sent". g_free(). */
char *pb_entry_state_text(const PbEntry *entry, gboolean paused, gint64 now);
