#include "accounts/account-list.h"
#include "accounts/pb-text.h"
#include "compose/checks.h"
#include "compose/mime.h"
#include "ui/view/composer-private.h"
#include "ui/widget/when.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define LABEL_COLUMN 3
#define VALUE_COLUMN 12
#define SMALL_WIDTH  60
/* Where the type of an attachment stands at 80 columns, and its size ends. */
#define TYPE_COLUMN 30
#define SIZE_END    52

/* --- what a line says ------------------------------------------------------------------------- */

char *pb_review_line_label(PbComposer *self, const PbReviewLine *line) {
    switch (line->kind) {
    case PB_REVIEW_FROM:
        return g_strdup(pb_composer_label(PB_COMPOSE_FROM));
    case PB_REVIEW_TO:
        return g_strdup(pb_composer_label(PB_COMPOSE_TO));
    case PB_REVIEW_CC:
        return g_strdup(pb_composer_label(PB_COMPOSE_CC));
    case PB_REVIEW_BCC:
        return g_strdup(pb_composer_label(PB_COMPOSE_BCC));
    case PB_REVIEW_REPLY_TO:
        return g_strdup(pb_composer_label(PB_COMPOSE_REPLY_TO));
    case PB_REVIEW_SUBJECT:
        return g_strdup(pb_composer_label(PB_COMPOSE_SUBJECT));
    case PB_REVIEW_ATTACH:
        if (self->message->attachments->len == 1)
            return g_strdup(_("Attach"));
        /* TRANSLATORS: the nth attachment */
        return g_strdup_printf(_("Attach %u"), line->index + 1);
    case PB_REVIEW_WHEN:
        return g_strdup(_("When"));
    case PB_REVIEW_COPY:
        return g_strdup(_("Copy"));
    default:
        return g_strdup(_("Report"));
    }
}

static char *when_text(PbComposer *self) {
    PbSettings *settings = pb_account_list_settings(pb_app_accounts(self->view.app));
    int seconds = pb_settings_int(settings, "postbag", "undo_seconds", 10);
    switch (self->hold) {
    case PB_HOLD_USER:
        return g_strdup(_("held in the outbox until you release it"));
    case PB_HOLD_SEND_AT:
        return pb_when_describe(self->not_before, g_get_real_time());
    default:
        if (seconds <= 0)
            return g_strdup(_("now"));
        return g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "now, with %d s to undo",
                                           "now, with %d s to undo", (gulong) seconds),
                               seconds);
    }
}

static const char *report_text(PbComposer *self) {
    const char *dsn = self->message->dsn;
    PbAccountList *accounts = pb_app_accounts(self->view.app);
    for (guint i = 0; dsn == NULL && i < pb_account_list_identity_count(accounts); i++) {
        const PbIdentity *identity = pb_account_list_identity_at(accounts, i);
        if (g_strcmp0(identity->id, self->message->identity) == 0)
            dsn = identity->dsn;
    }
    if (dsn == NULL || g_strcmp0(dsn, "failure,delay") == 0)
        return _("failures and delays");
    if (g_strcmp0(dsn, "never") == 0)
        return _("none");
    if (strstr(dsn, "success") != NULL)
        return _("delivery, failures and delays");
    return _("failures");
}

char *pb_review_line_value(PbComposer *self, const PbReviewLine *line) {
    const PbMessage *message = self->message;
    switch (line->kind) {
    case PB_REVIEW_FROM:
        return g_strdup(message->from != NULL ? message->from : "");
    case PB_REVIEW_TO:
        return g_strdup(message->to);
    case PB_REVIEW_CC:
        return g_strdup(message->cc);
    case PB_REVIEW_BCC:
        return g_strdup(message->bcc);
    case PB_REVIEW_REPLY_TO:
        return g_strdup(message->reply_to);
    case PB_REVIEW_SUBJECT:
        return g_strdup(message->subject);
    case PB_REVIEW_ATTACH: {
        const PbAttachment *file = g_ptr_array_index(message->attachments, line->index);
        return pb_text_sanitise(file->name, -1, 512, pb_draw_ascii());
    }
    case PB_REVIEW_WHEN:
        return when_text(self);
    case PB_REVIEW_COPY:
        return g_strdup(_("kept here, in 3 Sent"));
    default:
        return g_strdup(report_text(self));
    }
}

char *pb_review_line_note(PbComposer *self, const PbReviewLine *line) {
    if (line->kind == PB_REVIEW_FROM)
        return pb_composer_from_reason(self);
    return NULL;
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void draw_attachment(PbComposer *self, const PbArea *area, int row, guint index) {
    const PbAttachment *file = g_ptr_array_index(self->message->attachments, index);
    g_autofree char *type = pb_attachment_type_text(file);
    g_autofree char *size = pb_text_size(file->size);
    if (area->width < SMALL_WIDTH) {
        pb_draw_right(area, row, area->width, PB_ROLE_NORMAL, size);
        return;
    }
    pb_draw_text(area, row, TYPE_COLUMN, PB_ROLE_NORMAL, type);
    pb_draw_right(area, row, MAX(SIZE_END, TYPE_COLUMN + pb_text_width(type) + 10), PB_ROLE_NORMAL,
                  size);
}

static char *clip_value(const PbReviewLine *line, const char *value, int width) {
    if (line->kind <= PB_REVIEW_REPLY_TO)
        return pb_text_clip_address(value, width, pb_draw_ascii());
    if (line->kind == PB_REVIEW_ATTACH)
        return pb_text_clip_middle(value, width, pb_draw_ascii());
    return pb_text_clip_end(value, width, pb_draw_ascii());
}

static void draw_value(PbComposer *self, const PbArea *area, int row, const PbReviewLine *line) {
    g_autofree char *value = pb_review_line_value(self, line);
    g_autofree char *note = pb_review_line_note(self, line);
    int room = area->width - VALUE_COLUMN;
    if (line->kind == PB_REVIEW_ATTACH)
        room = area->width < SMALL_WIDTH ? room - 8 : TYPE_COLUMN - VALUE_COLUMN - 1;
    if (note != NULL && area->width >= SMALL_WIDTH) {
        pb_draw_right(area, row, area->width, PB_ROLE_DIM, note);
        room -= pb_text_width(note) + 1;
    }
    g_autofree char *clean = pb_text_sanitise(value, -1, 4096, pb_draw_ascii());
    g_autofree char *clipped = clip_value(line, clean, MAX(room, 8));
    pb_draw_text(area, row, VALUE_COLUMN, PB_ROLE_NORMAL, clipped);
    if (line->kind == PB_REVIEW_ATTACH)
        draw_attachment(self, area, row, line->index);
}

static void draw_line(PbComposer *self, const PbArea *area, int row, guint index) {
    const PbReviewLine *line = &g_array_index(self->lines, PbReviewLine, index);
    gboolean selected = index == self->line;
    g_autofree char *label = pb_review_line_label(self, line);
    if (selected)
        pb_draw_text(area, row, 0, PB_ROLE_NORMAL, pb_draw_sign("›", ">"));
    pb_draw_text(area, row, LABEL_COLUMN, PB_ROLE_TITLE, label);
    if (selected && self->edit != NULL) {
        pb_field_draw(self->edit, area, row, VALUE_COLUMN, area->width - VALUE_COLUMN, TRUE, NULL);
        return;
    }
    draw_value(self, area, row, line);
    if (selected) {
        pb_draw_reverse_row(area, row);
        pb_draw_cursor(area, row, 0, TRUE);
    }
}

static char *ready_text(PbComposer *self) {
    g_autoptr(PbEnvelope) envelope = pb_message_envelope(self->message, NULL);
    if (envelope == NULL)
        return NULL;
    guint count = envelope->recipients->len;
    g_autofree char *size = pb_text_size(pb_mime_estimate_size(self->message));
    return g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "%u recipient, %s to send.",
                                       "%u recipients, %s to send.", count),
                           count, size);
}

static int draw_findings(PbComposer *self, const PbArea *area, int row) {
    for (guint i = 0; i < self->findings->len && row < area->height; i++) {
        const PbFinding *finding = g_ptr_array_index(self->findings, i);
        PbRole role = finding->blocking ? PB_ROLE_BAD : PB_ROLE_ASK;
        pb_draw_text(area, row, LABEL_COLUMN, role,
                     finding->blocking ? pb_draw_sign("✗", "x") : "!");
        pb_draw_cell(area, row++, LABEL_COLUMN + 2, area->width - LABEL_COLUMN - 2, PB_ROLE_NORMAL,
                     finding->text);
    }
    g_autofree char *ready = ready_text(self);
    if (ready != NULL && row < area->height) {
        pb_draw_text(area, row, LABEL_COLUMN, PB_ROLE_GOOD, pb_draw_sign("✓", "+"));
        pb_draw_cell(area, row++, LABEL_COLUMN + 2, area->width - LABEL_COLUMN - 2, PB_ROLE_NORMAL,
                     ready);
    }
    return row;
}

/* The first rows of the text, indented like the rest. */
static void draw_preview(PbComposer *self, const PbArea *area, int row) {
    if (row >= area->height)
        return;
    g_auto(GStrv) lines = g_strsplit(self->message->body, "\n", area->height + 1);
    for (guint i = 0; lines[i] != NULL && row < area->height; i++) {
        g_autofree char *line = pb_text_sanitise(lines[i], -1, 4096, pb_draw_ascii());
        row = MAX(pb_sheet_draw_wrapped(area, row, LABEL_COLUMN, PB_ROLE_NORMAL, line), row + 1);
    }
}

/* Rows of lines that fit above the findings; the selected one is among them. */
static guint visible_lines(PbComposer *self, const PbArea *area) {
    int findings = (int) MIN(self->findings->len + 2, 4);
    guint rows = (guint) MAX(area->height - findings, 3);
    self->scroll = MIN(self->scroll, self->line);
    if (self->line >= self->scroll + rows)
        self->scroll = self->line - rows + 1;
    if (self->scroll + rows > self->lines->len)
        self->scroll = self->lines->len > rows ? self->lines->len - rows : 0;
    return MIN(rows, self->lines->len - self->scroll);
}

void pb_review_draw(PbView *view, const PbArea *body) {
    PbComposer *self = pb_composer(view);
    if (self->viewing) {
        pb_editor_draw(self->editor, body, TRUE, NULL);
        return;
    }
    guint shown = visible_lines(self, body);
    for (guint i = 0; i < shown; i++)
        draw_line(self, body, (int) i, self->scroll + i);
    int row = (int) shown;
    /* The blank rows are the first to go on a small screen. */
    gboolean roomy = body->height >= (int) (shown + self->findings->len) + 4;
    row = draw_findings(self, body, row + (roomy ? 1 : 0));
    draw_preview(self, body, row + (roomy ? 1 : 0));
}
