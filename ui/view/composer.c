#include "accounts/pb-text.h"
#include "ui/view/composer-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

static char **message_field(PbMessage *message, PbComposeFocus focus) {
    switch (focus) {
    case PB_COMPOSE_TO:
        return &message->to;
    case PB_COMPOSE_CC:
        return &message->cc;
    case PB_COMPOSE_BCC:
        return &message->bcc;
    case PB_COMPOSE_REPLY_TO:
        return &message->reply_to;
    case PB_COMPOSE_SUBJECT:
        return &message->subject;
    default:
        return NULL;
    }
}

PbMessage *pb_composer_collect(PbComposer *self) {
    for (PbComposeFocus i = PB_COMPOSE_TO; i < PB_COMPOSE_FIELDS; i++)
        pb_message_set(message_field(self->message, i), pb_field_text(self->fields[i]));
    g_autofree char *body = pb_editor_text(self->editor);
    pb_message_set(&self->message->body, body);
    return self->message;
}

static PbMessage *snapshot(gpointer owner) {
    return pb_message_copy(pb_composer_collect(owner));
}

/* A disk that is full is told once a minute, not at every pause in typing. */
static void on_saved(gpointer owner, const GError *error) {
    PbComposer *self = owner;
    if (error == NULL) {
        self->told_fault = 0;
        pb_app_changed(self->view.app);
    } else if (g_get_monotonic_time() - self->told_fault > G_TIME_SPAN_MINUTE ||
               self->told_fault == 0) {
        self->told_fault = g_get_monotonic_time();
        pb_app_error(self->view.app, error);
    }
    pb_app_redraw(self->view.app);
}

void pb_composer_touch(PbComposer *self) {
    pb_compose_draft_touch(self->draft);
}

static void touch_if_typed(PbComposer *self) {
    guint64 stamp = pb_editor_stamp(self->editor);
    if (stamp != self->seen_stamp)
        pb_composer_touch(self);
    self->seen_stamp = stamp;
}

void pb_composer_show(PbComposer *self, PbComposerMode mode) {
    if (mode == PB_COMPOSER_REVIEW) {
        self->view.class = &pb_review_class;
        pb_review_begin(self);
    } else {
        self->view.class =
            self->focus == PB_COMPOSE_TEXT ? &pb_composer_text_class : &pb_composer_header_class;
    }
    pb_app_redraw(self->view.app);
}

void pb_composer_focus(PbComposer *self, PbComposeFocus focus) {
    if (self->focus != focus)
        pb_composer_check_field(self, self->focus);
    self->focus = focus;
    self->attachment = 0;
    pb_composer_show(self, PB_COMPOSER_WRITE);
}

char *pb_composer_quoted_subject(PbComposer *self) {
    const char *subject = pb_field_text(self->fields[PB_COMPOSE_SUBJECT]);
    if (*subject == '\0')
        return g_strdup(_("the message without a subject"));
    g_autofree char *clipped = pb_text_clip_end(subject, 40, pb_draw_ascii());
    /* TRANSLATORS: a subject in quotes */
    return g_strdup_printf(_("“%s”"), clipped);
}

/* Open composers; an undo may outlive its composer. */
static GHashTable *alive;

gboolean pb_composer_is_alive(PbComposer *self, const char *draft_id) {
    return alive != NULL && g_hash_table_contains(alive, self) &&
           strcmp(pb_compose_draft_id(self->draft), draft_id) == 0;
}

/* --- life ------------------------------------------------------------------------------------- */

static void fill_fields(PbComposer *self) {
    for (PbComposeFocus i = PB_COMPOSE_TO; i < PB_COMPOSE_FIELDS; i++)
        self->fields[i] = pb_field_new(*message_field(self->message, i), TRUE);
    self->more = *self->message->bcc != '\0' || *self->message->reply_to != '\0';
}

/* The first field that is still empty, so that a reply begins in its text. */
static PbComposeFocus first_focus(PbComposer *self) {
    if (*self->message->to == '\0')
        return PB_COMPOSE_TO;
    return *self->message->subject == '\0' ? PB_COMPOSE_SUBJECT : PB_COMPOSE_TEXT;
}

PbView *pb_view_composer_new(PbApp *app, PbMessage *message, const char *draft_id, gboolean review,
                             GError **error) {
    g_autoptr(PbMessage) given = message;
    g_autoptr(PbMessage) stored = NULL;
    g_autoptr(PbComposeDraft) draft = pb_compose_draft_new(draft_id, &stored, error);
    if (draft == NULL)
        return NULL;
    PbComposer *self = g_new0(PbComposer, 1);
    self->view.app = app;
    self->view.class = &pb_composer_header_class;
    self->draft = g_steal_pointer(&draft);
    if (alive == NULL)
        alive = g_hash_table_new(NULL, NULL);
    g_hash_table_add(alive, self);
    if (given == NULL)
        given = stored != NULL ? g_steal_pointer(&stored) : pb_message_new();
    self->message = g_steal_pointer(&given);
    self->hold = PB_HOLD_UNDO;
    fill_fields(self);
    self->editor = pb_editor_new(self->message->body);
    pb_composer_init_from(self, draft_id == NULL);
    self->seen_stamp = pb_editor_stamp(self->editor);
    pb_compose_draft_watch(self->draft, snapshot, on_saved, self);
    self->focus = first_focus(self);
    pb_composer_show(self, review ? PB_COMPOSER_REVIEW : PB_COMPOSER_WRITE);
    return &self->view;
}

void pb_composer_free(PbView *view) {
    PbComposer *self = pb_composer(view);
    g_hash_table_remove(alive, self);
    if (g_hash_table_size(alive) == 0)
        g_clear_pointer(&alive, g_hash_table_unref);
    pb_compose_draft_watch(self->draft, NULL, NULL, NULL);
    pb_compose_draft_close(self->draft, pb_composer_collect(self));
    pb_compose_draft_unref(self->draft);
    for (int i = 0; i < PB_COMPOSE_FIELDS; i++)
        pb_field_free(self->fields[i]);
    pb_field_free(self->edit);
    pb_editor_free(self->editor);
    pb_message_free(self->message);
    g_clear_pointer(&self->lines, g_array_unref);
    g_clear_pointer(&self->findings, g_ptr_array_unref);
    g_free(self->signature);
    g_free(self->last_find);
    g_free(self->attach_folder);
    g_free(self);
}

char *pb_composer_title(PbView *view) {
    PbComposer *self = pb_composer(view);
    return g_strdup(self->message->in_reply_to != NULL ? _("Reply") : _("New message"));
}

char *pb_composer_status(PbView *view) {
    gint64 at = pb_compose_draft_saved_at(pb_composer(view)->draft);
    if (at == 0)
        return NULL;
    g_autoptr(GDateTime) saved = g_date_time_new_from_unix_local(at / G_USEC_PER_SEC);
    g_autofree char *clock = g_date_time_format(saved, "%H:%M");
    return g_strdup_printf(_("draft saved %s"), clock);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void step_focus(PbComposer *self, int step) {
    pb_composer_focus(self, pb_composer_neighbour(self, self->focus, step));
}

static gboolean is_control(const PbKey *key, char c) {
    return key->kind == PB_KEY_CHAR && key->ctrl && !key->alt && key->c == (gunichar) c;
}

static gboolean goes_up(const PbKey *key) {
    return key->kind == PB_KEY_UP || is_control(key, 'P');
}

static gboolean goes_down(const PbKey *key) {
    return key->kind == PB_KEY_DOWN || is_control(key, 'N');
}

/* Up and Down walk the attachments before they leave them. */
static gboolean attach_key(PbComposer *self, const PbKey *key) {
    guint count = self->message->attachments->len;
    if (goes_up(key) && self->attachment > 0) {
        self->attachment--;
        return TRUE;
    }
    if (goes_down(key) && self->attachment + 1 < count) {
        self->attachment++;
        return TRUE;
    }
    if (count > 0 &&
        (key->kind == PB_KEY_DELETE || key->kind == PB_KEY_BACKSPACE || is_control(key, 'D'))) {
        pb_composer_detach(self, self->attachment);
        return TRUE;
    }
    return FALSE;
}

static gboolean from_key(PbComposer *self, const PbKey *key) {
    if (key->kind != PB_KEY_LEFT && key->kind != PB_KEY_RIGHT)
        return FALSE;
    pb_composer_step_identity(self, key->kind == PB_KEY_LEFT ? -1 : 1);
    return TRUE;
}

static gboolean field_key(PbComposer *self, const PbKey *key) {
    PbField *field = self->fields[self->focus];
    g_autofree char *before = g_strdup(pb_field_text(field));
    if (!pb_field_key(field, key))
        return FALSE;
    if (strcmp(before, pb_field_text(field)) != 0) {
        self->faulty[self->focus] = FALSE;
        pb_composer_touch(self);
    }
    return TRUE;
}

static gboolean header_key(PbComposer *self, const PbKey *key) {
    if (self->focus == PB_COMPOSE_FROM && from_key(self, key))
        return TRUE;
    if (self->focus == PB_COMPOSE_ATTACH && attach_key(self, key))
        return TRUE;
    if (goes_up(key) || goes_down(key)) {
        gboolean at_top = self->focus == PB_COMPOSE_FROM && goes_up(key);
        if (!at_top)
            step_focus(self, goes_up(key) ? -1 : 1);
        return TRUE;
    }
    if (key->kind == PB_KEY_ENTER) {
        step_focus(self, 1);
        return TRUE;
    }
    gboolean is_field = self->focus >= PB_COMPOSE_TO && self->focus < PB_COMPOSE_FIELDS;
    return is_field && field_key(self, key);
}

static gboolean text_key(PbComposer *self, const PbKey *key) {
    if (pb_editor_key(self->editor, key)) {
        touch_if_typed(self);
        return TRUE;
    }
    if (!goes_up(key))
        return FALSE;
    step_focus(self, -1);
    return TRUE;
}

gboolean pb_composer_key(PbView *view, const PbKey *key) {
    PbComposer *self = pb_composer(view);
    if (key->kind == PB_KEY_MOUSE)
        return FALSE;
    /* A worker is putting it away: keys typed now must not change what it has. */
    if (self->sending)
        return TRUE;
    return self->focus == PB_COMPOSE_TEXT ? text_key(self, key) : header_key(self, key);
}
