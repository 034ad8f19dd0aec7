/* What a person can do with messages in the outbox, from any view that shows them.
 *
 * Every act names the version that was seen; what changed meanwhile is left
 * alone and said. Acts run on a worker, end in a notice and leave an undo.
 */
#pragma once

#include "ui/app.h"

typedef enum {
    PB_ENTRY_ACT_SEND_NOW, /* let go, or try again */
    PB_ENTRY_ACT_HOLD,     /* again: release */
    PB_ENTRY_ACT_CANCEL,
    PB_ENTRY_ACT_WHEN,
    PB_ENTRY_ACT_EDIT, /* back as a draft; finished ones: a copy */
    PB_ENTRY_ACT_SETTLE,
    PB_ENTRY_ACT_CORRECT,
    PB_ENTRY_ACT_SIGN_IN,
    PB_ENTRY_ACT_FIX, /* the recommended one */
} PbEntryAct;

/* `ids`: of char*, what the person saw; acts that need one message take the first. */
void pb_entry_act(PbApp *app, PbEntryAct act, GPtrArray *ids);
/* Cancels and opens the draft again; the undo of sending. */
void pb_entry_act_take_back(PbApp *app, const PbEntry *entry);
/* Seconds of the undo window (undo_seconds of the settings). */
int pb_entry_undo_seconds(PbApp *app);

/* Sheets; each is complete in itself. */
void pb_sheet_when_open(PbApp *app, GPtrArray *ids);
void pb_sheet_settle_open(PbApp *app, const PbEntry *entry);
void pb_sheet_correct_open(PbApp *app, const PbEntry *entry, const char *address);
void pb_sheet_sign_in_open(PbApp *app, const char *account);
