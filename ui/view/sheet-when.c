#include "accounts/pb-error.h"
#include "ui/view/entry-acts-private.h"
#include "ui/widget/when-sheet.h"
#include "ui/widget/when.h"

#include <glib/gi18n-lib.h>

static gboolean do_when(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    if (batch->hold == PB_HOLD_NONE)
        return pb_outbox_release(outbox, target->id, target->version, 0, error);
    return pb_outbox_hold(outbox, target->id, target->version, batch->hold, batch->moment, NULL,
                          error);
}

static gboolean undo_when(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    if (target->hold == PB_HOLD_NONE)
        return pb_outbox_release(outbox, target->id, target->version, 0, error);
    gint64 until = g_get_real_time() + batch->undo_seconds * G_USEC_PER_SEC;
    return pb_outbox_hold(outbox, target->id, target->version, target->hold,
                          target->hold == PB_HOLD_UNDO ? until : target->not_before, NULL, error);
}

static void when_chosen(PbApp *app, PbHold hold, gint64 when, gpointer user_data) {
    const char *one = hold == PB_HOLD_SEND_AT ? N_("“%s” leaves at the time you set.")
                      : hold == PB_HOLD_USER  ? N_("Held “%s”.")
                                              : N_("“%s” goes now.");
    const char *many = hold == PB_HOLD_SEND_AT ? N_("%u messages leave at the time you set.")
                       : hold == PB_HOLD_USER  ? N_("Held %u messages.")
                                               : N_("%u messages go now.");
    PbBatch *batch = pb_batch_new(app, user_data, do_when, undo_when, one, many);
    batch->hold = hold;
    batch->moment = when;
    pb_batch_run(app, batch);
}

void pb_sheet_when_open(PbApp *app, GPtrArray *ids) {
    pb_app_open_sheet(app, pb_when_sheet_new(app, when_chosen, g_ptr_array_ref(ids),
                                             (GDestroyNotify) g_ptr_array_unref));
}
