/* Text as the editor has it, one paragraph a line, made into lines for mail. Pure. */
#pragma once

#include <glib.h>

/* format=flowed without DelSp (RFC 3676): lines of at most 78 characters that end in a space where
 * the paragraph goes on, quotes kept by depth, space-stuffed. "\n" line ends, one at the end.
 * g_free(). */
char *pb_flowed_wrap(const char *text);
/* CRLF and bare CR become "\n", one at the end; nothing else changes. g_free(). */
char *pb_flowed_plain_lines(const char *text);
