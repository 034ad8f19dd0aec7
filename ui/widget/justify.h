/* Filling a paragraph to a width, as mail is written: quote marks stay in front of each line.
 *
 * Pure. A paragraph is a run of lines with the same quote marks and with text
 * behind them; a signature line ("-- ") is never part of one.
 */
#pragma once

#include <glib.h>

/* Length of the quote marks (">", "> >" with their spaces) at the start of a line. */
gsize pb_justify_quote(const char *line);
/* TRUE if a line may be joined with its neighbours. */
gboolean pb_justify_is_text(const char *line);
/* `lines` without "\n", all with the same marks, filled to `columns`; joined by "\n", no "\n" at
 * the end. g_free(). */
char *pb_justify_lines(char **lines, int columns);
