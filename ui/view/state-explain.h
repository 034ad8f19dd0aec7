/* The explain rows: what a message's state means and what one can do (SCREENS 3.2). */
#pragma once

#include "ui/app.h"

/* `entry` with its recipients. Both lines g_free(); the second may be NULL. */
void pb_state_explain_entry(PbApp *app, const PbEntry *entry, char *lines_out[2]);
/* One recipient in a sentence: "cy@exmaple.org was refused: there is no such mailbox." g_free(). */
char *pb_state_explain_recipient(const PbRecipient *recipient);
/* The same without the address: "There is no mail domain exmaple.org." g_free(). */
char *pb_state_mean_recipient(const PbRecipient *recipient);
/* What to do about it, with the key, or NULL. g_free(). */
char *pb_state_advise_recipient(const PbEntry *entry, const PbRecipient *recipient);
/* Where the whole message stands: "2 of 3 sent. 1 address was refused and needs you."; NULL if
 * there is nothing to say. g_free(). */
char *pb_state_headline(PbApp *app, const PbEntry *entry);
/* The server's own words in one line: "550 5.1.2 <cy@…>: Host unknown"; NULL if none. g_free() */
char *pb_state_server_words(const PbEvidence *evidence);
/* "To bob@example.org, from anna@example.org, 12 kB": the second row for quiet states. g_free(). */
char *pb_state_addresses(const PbEntry *entry);
