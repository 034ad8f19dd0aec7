#include "accounts/pb-text.h"
#include "compose/address.h"
#include "transport/report/explain.h"
#include "ui/view/entry-acts-private.h"

#include <glib/gi18n-lib.h>

/* --- correct the address -------------------------------------------------------------------- */

typedef struct {
    char *id, *address;
} Correction;

static void correction_free(gpointer data) {
    Correction *self = data;
    g_free(self->id);
    g_free(self->address);
    g_free(self);
}

static gboolean do_correct(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    return pb_outbox_correct(outbox, target->id, target->version, batch->address,
                             batch->new_address, error);
}

static void run_correction(PbApp *app, const Correction *self, const char *address) {
    g_autoptr(GPtrArray) ids = pb_batch_one(self->id);
    PbBatch *batch = pb_batch_new(app, ids, do_correct, NULL,
                                  N_("“%s” goes to the corrected address only."), NULL);
    batch->address = g_strdup(self->address);
    batch->new_address = g_strdup(address);
    pb_batch_run(app, batch);
}

static gboolean correction_done(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data) {
    Correction *self = user_data;
    g_autoptr(GError) error = NULL;
    if (text == NULL)
        return TRUE;
    g_autoptr(PbAddress) address = pb_address_parse(text, &error);
    if (address == NULL) {
        pb_prompt_note(sheet, error->message);
        return FALSE;
    }
    if (pb_address_spec_equal(address->address, self->address)) {
        pb_prompt_note(sheet, _("That is the address that was refused."));
        return FALSE;
    }
    run_correction(app, self, address->address);
    return TRUE;
}

static char *why_text(const PbEntry *entry, const char *address) {
    for (guint i = 0; i < entry->recipients->len; i++) {
        const PbRecipient *recipient = entry->recipients->pdata[i];
        if (g_strcmp0(recipient->address, address) != 0 || recipient->evidence == NULL)
            continue;
        g_autoptr(PbExplanation) explanation = pb_explain(recipient->evidence, address);
        return g_strdup_printf(_("%s was refused. %s"), address, explanation->sentence);
    }
    return g_strdup_printf(_("%s was refused."), address);
}

void pb_sheet_correct_open(PbApp *app, const PbEntry *entry, const char *address) {
    Correction *self = g_new0(Correction, 1);
    self->id = g_strdup(entry->id);
    self->address = g_strdup(address);
    PbSheet *sheet = pb_prompt_new(app, _("Correct the address"), _("New"), address, TRUE,
                                   correction_done, self, correction_free);
    g_autofree char *why = why_text(entry, address);
    g_autofree char *subject = pb_text_clip_end(entry->subject, 40, pb_draw_ascii());
    g_autofree char *lead = g_strdup_printf(
        _("%s\n“%s” goes only there, unchanged, with the same Message-ID."), why, subject);
    pb_prompt_set_texts(sheet, lead, _("Send there"));
    pb_app_open_sheet(app, sheet);
}

/* --- settle --------------------------------------------------------------------------------- */

static gboolean do_settle(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error) {
    return pb_outbox_settle(outbox, target->id, target->version, batch->arrived, error);
}

static void run_settle(PbApp *app, const char *id, gboolean arrived) {
    g_autoptr(GPtrArray) ids = pb_batch_one(id);
    PbBatch *batch =
        pb_batch_new(app, ids, do_settle, NULL,
                     arrived ? N_("Settled: “%s” arrived.") : N_("“%s” is sent again."), NULL);
    batch->arrived = arrived;
    pb_batch_run(app, batch);
}

static void unsure_answered(PbApp *app, char letter, gpointer user_data) {
    if (letter == 'y')
        run_settle(app, user_data, TRUE);
    else if (letter == 'n')
        run_settle(app, user_data, FALSE);
}

static void refused_answered(PbApp *app, char letter, gpointer user_data) {
    g_autoptr(GPtrArray) ids = pb_batch_one(user_data);
    if (letter == 'l')
        pb_batch_run(app, pb_batch_new(app, ids, do_settle, NULL,
                                       N_("Settled: “%s” stays as it is."), NULL));
    else if (letter == 'c')
        pb_entry_act(app, PB_ENTRY_ACT_CORRECT, ids);
    else if (letter == 'r')
        pb_entry_act(app, PB_ENTRY_ACT_SEND_NOW, ids);
}

void pb_sheet_settle_open(PbApp *app, const PbEntry *entry) {
    static const char *unsure_text =
        N_("The line broke after all was handed over, before the server answered.");
    const PbAnswer unsure[] = {
        {'y', _("It arrived          mark it as sent")},
        {'n', _("Send it again       same Message-ID, so a second copy can be recognised")},
    };
    const PbAnswer refused[] = {
        {'l', _("Leave it so         whoever was refused does not get it")},
        {'c', _("Correct the address and send only there")},
        {'r', _("Try again           as it is")},
    };
    g_autofree char *subject = pb_text_clip_end(entry->subject, 40, pb_draw_ascii());
    gboolean is_unsure = entry->state == PB_ENTRY_UNSURE;
    g_autofree char *title = is_unsure ? g_strdup_printf(_("Did “%s” arrive?"), subject)
                                       : g_strdup_printf(_("Settle “%s”?"), subject);
    PbSheet *sheet =
        is_unsure
            ? pb_question_new(app, title, _(unsure_text), unsure, G_N_ELEMENTS(unsure),
                              unsure_answered, g_strdup(entry->id), g_free)
            : pb_question_new(app, title, _("Not all recipients have it."), refused,
                              G_N_ELEMENTS(refused), refused_answered, g_strdup(entry->id), g_free);
    if (is_unsure)
        pb_question_set_closing(
            sheet, _("Decide later        it stays here; a report may still settle it"));
    pb_app_open_sheet(app, sheet);
}
