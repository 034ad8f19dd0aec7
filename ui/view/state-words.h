/* How states look in lists: sign, word and role (SCREENS 4). One table for all views. */
#pragma once

#include "transport/outbox/outbox.h"
#include "ui/term/draw.h"

typedef struct {
    const char *sign; /* static */
    char *word;       /* "leaves in 8 s" */
    PbRole role;
} PbStateWord;

void pb_state_word_clear(PbStateWord *word);
/* `percent`: of the transfer in this process, -1 if there is none. */
void pb_state_word_entry(const PbEntry *entry, gint64 now, int percent, PbStateWord *word_out);
void pb_state_word_recipient(const PbRecipient *recipient, gint64 now, PbStateWord *word_out);
/* "14:21" on the same day, else as short as lists need it: "yesterday", "Fri", "12 Oct". g_free()
 */
char *pb_state_clock(gint64 when, gint64 now);
/* With the time of day also for other days: "yesterday 17:40". g_free(). */
char *pb_state_moment(gint64 when, gint64 now);
/* Draws the sign right-aligned in columns 2 and 3 and the word at 5. */
void pb_state_draw(const PbArea *area, int row, int width, const PbStateWord *word);
