/* What other modules of compose need to make messages like message.c does. */
#pragma once

#include "compose/message.h"

/* A fresh Message-ID, with angle brackets, in the domain of addr-spec `from_address`. g_free(). */
char *pb_message_make_id(const char *from_address);
/* Appends the wire form of `spec` unless it is in `seen`, a set of pb_address_key() that owns its
 * keys. */
void pb_envelope_add(GPtrArray *recipients, GHashTable *seen, const char *spec);
/* Appends the msg-ids of a header field (NULL allowed) that are not in `ids` yet; what is no
 * "<…@…>" in ASCII is left out. */
void pb_message_collect_ids(GPtrArray *ids, const char *field);
