#include "ui/view/composer-private.h"
#include "ui/widget/when-sheet.h"

#include <glib/gi18n-lib.h>

#include <string.h>

static PbComposeFocus field_of(PbReviewKind kind) {
    switch (kind) {
    case PB_REVIEW_TO:
        return PB_COMPOSE_TO;
    case PB_REVIEW_CC:
        return PB_COMPOSE_CC;
    case PB_REVIEW_BCC:
        return PB_COMPOSE_BCC;
    case PB_REVIEW_REPLY_TO:
        return PB_COMPOSE_REPLY_TO;
    case PB_REVIEW_SUBJECT:
        return PB_COMPOSE_SUBJECT;
    default:
        return PB_COMPOSE_TEXT;
    }
}

static void begin_edit(PbComposer *self, const char *text) {
    pb_field_free(self->edit);
    self->edit = pb_field_new(text, TRUE);
    pb_field_set_point(self->edit, strlen(text));
}

void pb_review_edit(PbComposer *self, PbReviewKind kind, guint index) {
    PbApp *app = self->view.app;
    pb_review_select(self, kind, index);
    switch (kind) {
    case PB_REVIEW_FROM:
        pb_composer_ask_from(self);
        return;
    case PB_REVIEW_WHEN:
        pb_review_ask_when(self);
        return;
    case PB_REVIEW_ATTACH: {
        const PbAttachment *file = g_ptr_array_index(self->message->attachments, index);
        begin_edit(self, file->name);
        return;
    }
    case PB_REVIEW_COPY:
        pb_app_notice(app, "%s", _("Every message stays in 3, Sent, with all its replies."));
        return;
    case PB_REVIEW_REPORT:
        pb_app_notice(app, "%s", _("Which reports are asked for is set for each identity (dsn)."));
        return;
    default:
        begin_edit(self, pb_field_text(self->fields[field_of(kind)]));
    }
}

static void take_name(PbComposer *self, guint index, const char *name) {
    PbAttachment *file = g_ptr_array_index(self->message->attachments, index);
    if (*name == '\0' || strchr(name, '/') != NULL)
        return;
    g_free(file->name);
    file->name = g_strdup(name);
}

/* FALSE: an address that cannot be parsed; the edit stays open with the point at the fault. */
static gboolean take_edit(PbComposer *self) {
    const PbReviewLine *line = pb_review_selected(self);
    g_autofree char *text = g_strstrip(g_strdup(pb_field_text(self->edit)));
    PbComposeFocus focus = field_of(line->kind);
    if (line->kind == PB_REVIEW_ATTACH) {
        take_name(self, line->index, text);
        return TRUE;
    }
    gsize offset = 0;
    g_autoptr(GError) error = NULL;
    if (focus < PB_COMPOSE_SUBJECT) {
        g_autoptr(GPtrArray) list = pb_address_list_parse_at(text, &offset, &error);
        if (list == NULL) {
            pb_field_set(self->edit, text);
            pb_field_set_point(self->edit, offset);
            pb_app_error(self->view.app, error);
            return FALSE;
        }
        self->faulty[focus] = FALSE;
    }
    pb_field_set(self->fields[focus], text);
    return TRUE;
}

static void end_edit(PbComposer *self) {
    g_clear_pointer(&self->edit, pb_field_free);
    pb_review_refresh(self);
}

gboolean pb_review_edit_key(PbComposer *self, const PbKey *key) {
    gboolean closes = key->kind == PB_KEY_ESC ||
                      (key->kind == PB_KEY_CHAR && key->ctrl && (key->c == 'C' || key->c == 'G'));
    if (closes) {
        end_edit(self);
    } else if (key->kind == PB_KEY_ENTER || key->kind == PB_KEY_TAB) {
        if (take_edit(self)) {
            pb_composer_touch(self);
            end_edit(self);
        }
    } else {
        pb_field_key(self->edit, key);
    }
    return TRUE;
}

/* --- when ------------------------------------------------------------------------------------- */

static void on_when(PbApp *app, PbHold hold, gint64 when, gpointer user_data) {
    PbComposer *self = user_data;
    /* "Now" on the review screen still leaves time to undo. */
    self->hold = hold == PB_HOLD_NONE ? PB_HOLD_UNDO : hold;
    self->not_before = when;
    pb_app_redraw(app);
}

void pb_review_ask_when(PbComposer *self) {
    pb_app_open_sheet(self->view.app, pb_when_sheet_new(self->view.app, on_when, self, NULL));
}
