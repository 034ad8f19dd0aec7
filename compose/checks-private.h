/* The checks that look at words. Pure. */
#pragma once

#include <glib.h>

/* The well-known domain that `domain` is a slip of, or NULL. Static. */
const char *pb_checks_lookalike(const char *domain);
/* The body without quoted lines and what follows the signature's "-- ". g_free(). */
char *pb_checks_own_text(const char *body);
/* The first word of `text` that speaks of an attachment (English, German, French), in lower case;
 * NULL if there is none. g_free(). */
char *pb_checks_attachment_word(const char *text);
