#include "accounts/pb-text.h"
#include "ui/send.h"
#include "ui/view/composer-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define LABEL_COLUMN 1
#define VALUE_COLUMN 10
/* On screens below these the headers collapse to the one being edited (SCREENS 3.4). */
#define SMALL_HEIGHT 20
#define SMALL_WIDTH  60

const char *pb_composer_label(PbComposeFocus focus) {
    switch (focus) {
    case PB_COMPOSE_FROM:
        return _("From");
    case PB_COMPOSE_TO:
        return _("To");
    case PB_COMPOSE_CC:
        return _("Cc");
    case PB_COMPOSE_BCC:
        return _("Bcc");
    case PB_COMPOSE_REPLY_TO:
        return _("Reply-To");
    case PB_COMPOSE_SUBJECT:
        return _("Subject");
    default:
        return _("Attach");
    }
}

static const char *placeholder(PbComposeFocus focus) {
    switch (focus) {
    case PB_COMPOSE_TO:
        return _("name or address");
    case PB_COMPOSE_SUBJECT:
        return _("what it is about");
    default:
        return NULL;
    }
}

static gboolean is_visible(PbComposer *self, PbComposeFocus focus) {
    return self->more || (focus != PB_COMPOSE_BCC && focus != PB_COMPOSE_REPLY_TO);
}

PbComposeFocus pb_composer_neighbour(PbComposer *self, PbComposeFocus focus, int step) {
    int count = PB_COMPOSE_TEXT + 1, at = (int) focus;
    do
        at = (at + step + count) % count;
    while (!is_visible(self, (PbComposeFocus) at));
    return (PbComposeFocus) at;
}

void pb_composer_check_field(PbComposer *self, PbComposeFocus focus) {
    if (focus < PB_COMPOSE_TO || focus > PB_COMPOSE_REPLY_TO)
        return;
    PbField *field = self->fields[focus];
    g_autofree char *text = g_strstrip(g_strdup(pb_field_text(field)));
    /* A comma typed after the last address only says that one more might come. */
    if (g_str_has_suffix(text, ",")) {
        text[strlen(text) - 1] = '\0';
        pb_field_set(field, text);
    }
    gsize offset = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = pb_address_list_parse_at(text, &offset, &error);
    self->faulty[focus] = list == NULL;
    if (list == NULL) {
        pb_field_set_point(field, offset);
        pb_app_error(self->view.app, error);
    }
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void draw_label(PbComposer *self, const PbArea *area, int row, PbComposeFocus focus) {
    gboolean faulty = focus < PB_COMPOSE_FIELDS && self->faulty[focus];
    int column = pb_draw_text(area, row, LABEL_COLUMN, faulty ? PB_ROLE_BAD : PB_ROLE_TITLE,
                              pb_composer_label(focus));
    if (faulty)
        pb_draw_text(area, row, MIN(column + 1, VALUE_COLUMN - 2), PB_ROLE_BAD,
                     pb_draw_sign("✗", "x"));
}

/* The reason gives way before the address does. */
static void draw_from(PbComposer *self, const PbArea *area, int row) {
    gboolean focused = self->focus == PB_COMPOSE_FROM;
    const char *from = self->message->from != NULL ? self->message->from : "";
    int room = area->width - VALUE_COLUMN;
    g_autofree char *shown = pb_text_clip_end(from, room, pb_draw_ascii());
    int column =
        pb_draw_text(area, row, VALUE_COLUMN, focused ? PB_ROLE_TITLE : PB_ROLE_NORMAL, shown);
    g_autofree char *reason = pb_composer_from_reason(self);
    int left = area->width - column - 2 - pb_text_width(_("  Alt-n"));
    if (left >= 8) {
        g_autofree char *clipped = pb_text_clip_end(reason, left, pb_draw_ascii());
        g_autofree char *right = g_strconcat(clipped, _("  Alt-n"), NULL);
        pb_draw_right(area, row, area->width, PB_ROLE_DIM, right);
    }
    if (focused)
        pb_draw_cursor(area, row, VALUE_COLUMN, TRUE);
}

static int draw_attachments(PbComposer *self, const PbArea *area, int row) {
    const GPtrArray *files = self->message->attachments;
    gboolean focused = self->focus == PB_COMPOSE_ATTACH;
    if (files->len == 0) {
        pb_draw_text(area, row, VALUE_COLUMN, PB_ROLE_DIM, _("^J adds a file"));
        if (focused)
            pb_draw_cursor(area, row, VALUE_COLUMN, TRUE);
        return row + 1;
    }
    int first = row;
    for (guint i = 0; i < files->len; i++, row++) {
        const PbAttachment *file = g_ptr_array_index(files, i);
        g_autofree char *name = pb_text_sanitise(file->name, -1, 512, pb_draw_ascii());
        g_autofree char *clipped =
            pb_text_clip_middle(name, MAX(area->width - 36, 12), pb_draw_ascii());
        g_autofree char *size = pb_text_size(file->size);
        gboolean selected = focused && i == self->attachment;
        pb_draw_format(area, row, VALUE_COLUMN, selected ? PB_ROLE_CURSOR : PB_ROLE_NORMAL,
                       "%u %s  %s", i + 1, clipped, size);
        if (selected)
            pb_draw_cursor(area, row, VALUE_COLUMN, TRUE);
    }
    if (area->width >= SMALL_WIDTH)
        pb_draw_right(area, first, area->width, PB_ROLE_DIM,
                      focused ? _("Del detaches  ^J another") : _("^J another"));
    return row;
}

static int draw_header(PbComposer *self, const PbArea *area, int row, PbComposeFocus focus) {
    draw_label(self, area, row, focus);
    if (focus == PB_COMPOSE_FROM)
        draw_from(self, area, row);
    else if (focus == PB_COMPOSE_ATTACH)
        return draw_attachments(self, area, row);
    else
        pb_field_draw(self->fields[focus], area, row, VALUE_COLUMN, area->width - VALUE_COLUMN,
                      self->focus == focus, placeholder(focus));
    return row + 1;
}

/* "To Bob Marsh +2, Minutes of Tuesday": all the other fields in one line. */
static void draw_summary(PbComposer *self, const PbArea *area, int row) {
    g_autofree char *label = pb_send_to_label(pb_composer_collect(self));
    const char *subject = pb_field_text(self->fields[PB_COMPOSE_SUBJECT]);
    g_autofree char *text =
        g_strdup_printf(_("To %s, %s"), *label != '\0' ? label : _("nobody yet"),
                        *subject != '\0' ? subject : _("no subject"));
    pb_draw_cell(area, row, LABEL_COLUMN, area->width - LABEL_COLUMN, PB_ROLE_DIM, text);
}

static int draw_headers(PbComposer *self, const PbArea *area) {
    int row = 0;
    if (pb_app_area(self->view.app).height < SMALL_HEIGHT || area->width < SMALL_WIDTH) {
        if (self->focus != PB_COMPOSE_TEXT)
            row = draw_header(self, area, row, self->focus);
        draw_summary(self, area, row++);
        return row;
    }
    for (PbComposeFocus i = PB_COMPOSE_FROM; i <= PB_COMPOSE_ATTACH; i++)
        if (is_visible(self, i))
            row = draw_header(self, area, row, i);
    return row;
}

/* Nothing written yet but the signature that was put there. */
static gboolean text_is_untouched(PbComposer *self) {
    g_autofree char *text = pb_editor_text(self->editor);
    const char *rest = text;
    if (self->signature != NULL && g_str_has_suffix(text, self->signature))
        text[strlen(text) - strlen(self->signature)] = '\0';
    return rest[strspn(rest, "\n")] == '\0';
}

void pb_composer_draw(PbView *view, const PbArea *body) {
    PbComposer *self = pb_composer(view);
    int row = draw_headers(self, body);
    if (row < body->height - 1)
        pb_draw_rule(body, row++, PB_ROLE_NORMAL, NULL);
    PbArea text = pb_area_sub(body, row, 0, body->height - row, body->width);
    pb_editor_draw(self->editor, &text, self->focus == PB_COMPOSE_TEXT,
                   text_is_untouched(self) ? _("Write here. ^X when you are done.") : NULL);
}
