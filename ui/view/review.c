#include "compose/checks.h"
#include "ui/term/bindings.h"
#include "ui/view/composer-acts.h"

#include <glib/gi18n-lib.h>

/* --- lines ------------------------------------------------------------------------------------ */

static void add_line(PbComposer *self, PbReviewKind kind, guint index) {
    PbReviewLine line = {kind, index};
    g_array_append_val(self->lines, line);
}

/* A line that is empty is shown only while it is being edited. */
static void add_if(PbComposer *self, PbReviewKind kind, PbComposeFocus field,
                   const PbReviewLine *kept) {
    if (*pb_field_text(self->fields[field]) != '\0' || (kept != NULL && kept->kind == kind))
        add_line(self, kind, 0);
}

static void make_lines(PbComposer *self, const PbReviewLine *kept) {
    g_array_set_size(self->lines, 0);
    add_line(self, PB_REVIEW_FROM, 0);
    add_line(self, PB_REVIEW_TO, 0);
    add_if(self, PB_REVIEW_CC, PB_COMPOSE_CC, kept);
    add_if(self, PB_REVIEW_BCC, PB_COMPOSE_BCC, kept);
    add_if(self, PB_REVIEW_REPLY_TO, PB_COMPOSE_REPLY_TO, kept);
    add_line(self, PB_REVIEW_SUBJECT, 0);
    for (guint i = 0; i < self->message->attachments->len; i++)
        add_line(self, PB_REVIEW_ATTACH, i);
    add_line(self, PB_REVIEW_WHEN, 0);
    add_line(self, PB_REVIEW_COPY, 0);
    add_line(self, PB_REVIEW_REPORT, 0);
}

static void put_cursor(PbComposer *self, PbReviewKind kind, guint index) {
    for (guint i = 0; i < self->lines->len; i++) {
        const PbReviewLine *line = &g_array_index(self->lines, PbReviewLine, i);
        if (line->kind == kind && line->index <= index)
            self->line = i;
    }
}

const PbReviewLine *pb_review_selected(PbComposer *self) {
    return &g_array_index(self->lines, PbReviewLine, MIN(self->line, self->lines->len - 1));
}

void pb_review_refresh(PbComposer *self) {
    PbReviewLine kept = *pb_review_selected(self);
    pb_composer_collect(self);
    g_ptr_array_unref(self->findings);
    self->findings = pb_checks_run(self->message, pb_composer_size_limit(self));
    make_lines(self, self->edit != NULL ? &kept : NULL);
    self->line = MIN(self->line, self->lines->len - 1);
    put_cursor(self, kept.kind, kept.index);
}

void pb_review_select(PbComposer *self, PbReviewKind kind, guint index) {
    PbReviewLine wanted = {kind, index};
    make_lines(self, &wanted);
    put_cursor(self, kind, index);
}

void pb_review_begin(PbComposer *self) {
    if (self->lines == NULL) {
        self->lines = g_array_new(FALSE, FALSE, sizeof(PbReviewLine));
        self->findings = g_ptr_array_new();
        add_line(self, PB_REVIEW_TO, 0);
    }
    g_clear_pointer(&self->edit, pb_field_free);
    self->viewing = FALSE;
    pb_review_refresh(self);
}

/* --- frame ------------------------------------------------------------------------------------ */

char *pb_review_title(PbView *view) {
    (void) view;
    return g_strdup(_("Review"));
}

char *pb_review_status(PbView *view) {
    return g_strdup(pb_composer(view)->sending ? _("putting it into the outbox")
                                               : _("nothing has been sent"));
}

static const char *explanation(PbComposer *self) {
    if (self->edit != NULL)
        return _("Enter takes it, Esc leaves it as it was.");
    if (self->viewing)
        return _("The text as it will be sent. Any other key goes back.");
    switch (pb_review_selected(self)->kind) {
    case PB_REVIEW_ATTACH:
        return _("y sends it. Enter changes the name, D takes the file off.");
    case PB_REVIEW_COPY:
    case PB_REVIEW_REPORT:
        return _("y sends it.");
    default:
        return _("y sends it. Enter changes the selected line.");
    }
}

void pb_review_explain(PbView *view, char *lines_out[2]) {
    lines_out[0] = g_strdup(explanation(pb_composer(view)));
}

/* --- keys ------------------------------------------------------------------------------------- */

static gboolean is_plain(const PbKey *key, char c) {
    return key->kind == PB_KEY_CHAR && !key->ctrl && !key->alt && key->c == (gunichar) c;
}

/* Reading the whole text: the editor scrolls, nothing can be typed. */
static void viewing_key(PbComposer *self, const PbKey *key) {
    PbKey move = *key;
    if (is_plain(key, ' '))
        move.kind = PB_KEY_PGDN;
    else if (is_plain(key, 'j') || key->kind == PB_KEY_ENTER)
        move.kind = PB_KEY_DOWN;
    else if (is_plain(key, 'k'))
        move.kind = PB_KEY_UP;
    switch (move.kind) {
    case PB_KEY_UP:
    case PB_KEY_DOWN:
    case PB_KEY_PGUP:
    case PB_KEY_PGDN:
    case PB_KEY_HOME:
    case PB_KEY_END:
        move.ctrl = move.kind == PB_KEY_HOME || move.kind == PB_KEY_END;
        pb_editor_key(self->editor, &move);
        break;
    default:
        self->viewing = FALSE;
    }
}

gboolean pb_review_key(PbView *view, const PbKey *key) {
    PbComposer *self = pb_composer(view);
    if (key->kind == PB_KEY_MOUSE)
        return FALSE;
    if (self->sending)
        return TRUE;
    if (self->edit != NULL)
        return pb_review_edit_key(self, key);
    if (self->viewing) {
        viewing_key(self, key);
        return TRUE;
    }
    return FALSE;
}

static gboolean move_act(PbComposer *self, int id) {
    guint last = self->lines->len - 1;
    switch (id) {
    case PB_LIST_ACT_DOWN:
        self->line = MIN(self->line + 1, last);
        return TRUE;
    case PB_LIST_ACT_UP:
        self->line -= self->line > 0 ? 1 : 0;
        return TRUE;
    case PB_LIST_ACT_FIRST:
    case PB_LIST_ACT_PAGE_UP:
    case PB_LIST_ACT_HALF_UP:
        self->line = 0;
        return TRUE;
    case PB_LIST_ACT_LAST:
    case PB_LIST_ACT_PAGE_DOWN:
    case PB_LIST_ACT_HALF_DOWN:
        self->line = last;
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean field_act(PbComposer *self, int id) {
    static const struct {
        int id;
        PbReviewKind kind;
    } fields[] = {
        {PB_REVIEW_ACT_TO, PB_REVIEW_TO},
        {PB_REVIEW_ACT_CC, PB_REVIEW_CC},
        {PB_REVIEW_ACT_BCC, PB_REVIEW_BCC},
        {PB_REVIEW_ACT_SUBJECT, PB_REVIEW_SUBJECT},
        {PB_REVIEW_ACT_REPLY_TO, PB_REVIEW_REPLY_TO},
        {PB_REVIEW_ACT_FROM, PB_REVIEW_FROM},
        {PB_REVIEW_ACT_WHEN, PB_REVIEW_WHEN},
        {PB_REVIEW_ACT_COPY, PB_REVIEW_COPY},
    };
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (fields[i].id == id) {
            pb_review_edit(self, fields[i].kind, 0);
            return TRUE;
        }
    }
    return FALSE;
}

static void detach_selected(PbComposer *self) {
    const PbReviewLine *line = pb_review_selected(self);
    if (line->kind != PB_REVIEW_ATTACH) {
        pb_app_notice(self->view.app, "%s",
                      _("Not possible here: put the cursor on an attachment, then D detaches it."));
        return;
    }
    pb_composer_detach(self, line->index);
}

static void toggle_hold(PbComposer *self) {
    self->hold = self->hold == PB_HOLD_USER ? PB_HOLD_UNDO : PB_HOLD_USER;
    put_cursor(self, PB_REVIEW_WHEN, 0);
}

static gboolean other_act(PbComposer *self, int id) {
    const PbReviewLine *line = pb_review_selected(self);
    switch (id) {
    case PB_REVIEW_ACT_SEND:
        pb_review_send(self);
        return TRUE;
    case PB_REVIEW_ACT_EDIT:
    case PB_REVIEW_ACT_EDIT_ALL:
        pb_composer_external(self, id == PB_REVIEW_ACT_EDIT_ALL);
        return TRUE;
    case PB_REVIEW_ACT_ATTACH:
        pb_composer_ask_attach(self);
        return TRUE;
    case PB_REVIEW_ACT_DETACH:
        detach_selected(self);
        return TRUE;
    case PB_REVIEW_ACT_HOLD:
        toggle_hold(self);
        return TRUE;
    case PB_REVIEW_ACT_DRAFT:
        pb_composer_keep(self);
        return TRUE;
    case PB_REVIEW_ACT_VIEW:
        self->viewing = TRUE;
        return TRUE;
    case PB_REVIEW_ACT_BACK:
        pb_composer_focus(self, PB_COMPOSE_TEXT);
        return TRUE;
    case PB_REVIEW_ACT_LEAVE:
        pb_composer_ask_cancel(self);
        return TRUE;
    case PB_REVIEW_ACT_ENTER:
        pb_review_edit(self, line->kind, line->index);
        return TRUE;
    case PB_COMPOSER_SAVE:
        pb_compose_draft_save(self->draft);
        return TRUE;
    case PB_COMPOSER_FROM_NEXT:
    case PB_COMPOSER_FROM_PREVIOUS:
        pb_composer_step_identity(self, id == PB_COMPOSER_FROM_NEXT ? 1 : -1);
        pb_review_refresh(self);
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean pb_review_act(PbView *view, int id) {
    PbComposer *self = pb_composer(view);
    return move_act(self, id) || field_act(self, id) || other_act(self, id);
}
