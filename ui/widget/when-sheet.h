/* The sheet "When should it leave?", for lists and for the review screen. */
#pragma once

#include "transport/outbox/state.h"
#include "ui/app.h"

/* `hold`: PB_HOLD_NONE (now), PB_HOLD_SEND_AT (with `when`), PB_HOLD_USER. Not called when the
 * sheet was closed without an answer. */
typedef void (*PbWhenChosen)(PbApp *app, PbHold hold, gint64 when, gpointer user_data);
PbSheet *pb_when_sheet_new(PbApp *app, PbWhenChosen chosen, gpointer user_data,
                           GDestroyNotify destroy);
