/* The name a server gives an accepted message, for asking its postmaster later.
 *
 * Every MTA words its last reply differently; this knows the wordings of the
 * common ones. Pure. NULL rather than a guess: a wrong id misleads.
 */
#pragma once

#include <glib.h>

/* `text` is the text of the reply to the end of data, without codes. g_free(). */
char *pb_queue_id_from_reply(const char *text);
