#include "ui/view/composer-acts.h"

#include <glib/gi18n-lib.h>

/* --- finding ---------------------------------------------------------------------------------- */

static gboolean on_find(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data) {
    PbComposer *self = user_data;
    gboolean wrapped = FALSE;
    if (text == NULL)
        return TRUE;
    if (*text == '\0')
        text = self->last_find != NULL ? self->last_find : "";
    if (!pb_editor_find(self->editor, text, FALSE, &wrapped)) {
        g_autofree char *note = g_strdup_printf(_("Not found: “%s”."), text);
        pb_prompt_note(sheet, note);
        return FALSE;
    }
    g_autofree char *found = g_strdup(text);
    g_free(self->last_find);
    self->last_find = g_steal_pointer(&found);
    if (wrapped)
        pb_app_notice(app, "%s", _("From the top again."));
    return TRUE;
}

static void ask_find(PbComposer *self) {
    PbSheet *sheet = pb_prompt_new(self->view.app, _("Find in the text"), _("Find"),
                                   self->last_find, TRUE, on_find, self, NULL);
    pb_app_open_sheet(self->view.app, sheet);
}

/* --- keys of the editor, when they come from the palette -------------------------------------- */

static void press(PbComposer *self, gunichar c, gboolean ctrl) {
    PbKey key = {.kind = PB_KEY_CHAR, .c = c, .ctrl = ctrl, .alt = !ctrl};
    pb_composer_key(&self->view, &key);
}

static gboolean text_act(PbComposer *self, int id) {
    switch (id) {
    case PB_COMPOSER_FIND:
        ask_find(self);
        return TRUE;
    case PB_COMPOSER_READ:
        pb_composer_ask_read_file(self);
        return TRUE;
    case PB_COMPOSER_CUT:
        press(self, 'K', TRUE);
        return TRUE;
    case PB_COMPOSER_PASTE:
        press(self, 'U', TRUE);
        return TRUE;
    case PB_COMPOSER_MARK:
        press(self, '^', TRUE);
        return TRUE;
    case PB_COMPOSER_UNDO:
        press(self, 'u', FALSE);
        return TRUE;
    case PB_COMPOSER_REDO:
        press(self, 'r', FALSE);
        return TRUE;
    case PB_COMPOSER_JUSTIFY:
        press(self, 'j', FALSE);
        return TRUE;
    default:
        return FALSE;
    }
}

static void toggle_more(PbComposer *self) {
    self->more = !self->more;
    if (self->more)
        pb_composer_focus(self, PB_COMPOSE_BCC);
    else if (self->focus == PB_COMPOSE_BCC || self->focus == PB_COMPOSE_REPLY_TO)
        pb_composer_focus(self, PB_COMPOSE_CC);
    /* A field that has something in it is never hidden. */
    for (PbComposeFocus i = PB_COMPOSE_BCC; i <= PB_COMPOSE_REPLY_TO; i++)
        if (*pb_field_text(self->fields[i]) != '\0')
            self->more = TRUE;
}

static gboolean common_act(PbComposer *self, int id) {
    switch (id) {
    case PB_COMPOSER_REVIEW_ACT:
        pb_composer_check_field(self, self->focus);
        pb_composer_show(self, PB_COMPOSER_REVIEW);
        return TRUE;
    case PB_COMPOSER_DRAFT:
        pb_composer_keep(self);
        return TRUE;
    case PB_COMPOSER_ATTACH:
        pb_composer_ask_attach(self);
        return TRUE;
    case PB_COMPOSER_HELP:
        pb_app_push(self->view.app, pb_view_help_new(self->view.app, self->view.class));
        return TRUE;
    case PB_COMPOSER_CANCEL:
        pb_composer_ask_cancel(self);
        return TRUE;
    case PB_COMPOSER_EDITOR:
        pb_composer_external(self, FALSE);
        return TRUE;
    case PB_COMPOSER_SAVE:
        pb_compose_draft_save(self->draft);
        return TRUE;
    case PB_COMPOSER_FROM_NEXT:
    case PB_COMPOSER_FROM_PREVIOUS:
        pb_composer_step_identity(self, id == PB_COMPOSER_FROM_NEXT ? 1 : -1);
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean pb_composer_act(PbView *view, int id) {
    PbComposer *self = pb_composer(view);
    if (common_act(self, id))
        return TRUE;
    switch (id) {
    case PB_COMPOSER_MORE:
        toggle_more(self);
        return TRUE;
    case PB_COMPOSER_NEXT:
    case PB_COMPOSER_BACK:
        pb_composer_focus(
            self, pb_composer_neighbour(self, self->focus, id == PB_COMPOSER_NEXT ? 1 : -1));
        return TRUE;
    default:
        return text_act(self, id);
    }
}
