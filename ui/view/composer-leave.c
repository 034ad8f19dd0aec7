#include "ui/view/composer-private.h"

#include <glib/gi18n-lib.h>

typedef struct {
    PbComposer *self; /* the view on top of the stack: it cannot go before we answer */
    PbComposeDraft *draft;
    PbMessage *message; /* NULL: throw away */
    char *subject;
} Leave;

static void leave_free(gpointer data) {
    Leave *leave = data;
    pb_compose_draft_unref(leave->draft);
    pb_message_free(leave->message);
    g_free(leave->subject);
    g_free(leave);
}

static gboolean leave_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                           GError **error) {
    (void) outbox;
    (void) cancellable;
    Leave *leave = data;
    if (leave->message == NULL)
        return pb_compose_draft_remove(leave->draft, error);
    return pb_compose_draft_store(leave->draft, leave->message, TRUE, error);
}

static void leave_done(PbApp *app, gpointer data, const GError *error) {
    Leave *leave = data;
    leave->self->sending = FALSE;
    if (error != NULL) {
        pb_app_error(app, error);
        return;
    }
    pb_app_pop(app);
    pb_app_changed(app);
    /* TRANSLATORS: %s is a subject in quotes */
    pb_app_notice(app,
                  leave->message != NULL ? _("Kept as a draft: %s. R or 2 goes on with it.")
                                         : _("Thrown away: %s. It can be got back for 7 days."),
                  leave->subject);
}

static void leave(PbComposer *self, gboolean keep) {
    if (self->sending)
        return;
    self->sending = TRUE;
    Leave *leave = g_new0(Leave, 1);
    leave->self = self;
    leave->draft = pb_compose_draft_ref(self->draft);
    leave->message = keep ? pb_message_copy(pb_composer_collect(self)) : NULL;
    leave->subject = pb_composer_quoted_subject(self);
    pb_app_run_async(self->view.app, leave_work, leave_done, leave, leave_free);
}

/* Nothing typed and nothing stored: there is nothing to keep and nothing to ask. */
static gboolean is_untouched(PbComposer *self) {
    return !pb_compose_draft_is_dirty(self->draft) && pb_compose_draft_saved_at(self->draft) == 0;
}

void pb_composer_keep(PbComposer *self) {
    leave(self, TRUE);
}

void pb_composer_throw_away(PbComposer *self) {
    leave(self, FALSE);
}

static void on_cancel_answer(PbApp *app, char letter, gpointer user_data) {
    (void) app;
    if (letter == 'k')
        pb_composer_keep(user_data);
    else if (letter == 'x')
        pb_composer_throw_away(user_data);
}

void pb_composer_ask_cancel(PbComposer *self) {
    if (is_untouched(self) && pb_message_is_empty(pb_composer_collect(self))) {
        pb_app_pop(self->view.app);
        return;
    }
    const PbAnswer answers[] = {{'k', _("Keep as draft")}, {'x', _("Throw away")}};
    PbSheet *sheet = pb_question_new(self->view.app, _("Stop writing?"), NULL, answers,
                                     G_N_ELEMENTS(answers), on_cancel_answer, self, NULL);
    pb_question_set_closing(sheet, _("Go on writing"));
    pb_app_open_sheet(self->view.app, sheet);
}

gboolean pb_composer_may_close(PbView *view) {
    PbComposer *self = pb_composer(view);
    if (self->sending)
        return FALSE;
    if (!pb_compose_draft_is_dirty(self->draft))
        return TRUE;
    pb_composer_ask_cancel(self);
    return FALSE;
}
