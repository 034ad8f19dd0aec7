/* The three classes of the composer and their keys. */
#include "ui/view/compose-keys.h"
#include "ui/view/composer-acts.h"

#include <glib/gi18n-lib.h>

#define COMMON_ROWS                                                                                \
    {PB_COMPOSER_REVIEW_ACT, "review", "^X Esc", N_("Send…"),                                      \
     N_("look over everything, then send")},                                                       \
        {PB_COMPOSER_DRAFT, "postpone", "^O", N_("Draft"), N_("keep it as a draft and leave")},    \
        {PB_COMPOSER_ATTACH, "attach", "^J", N_("Attach"), N_("attach a file")},                   \
        {PB_COMPOSER_HELP, "compose-help", "^G", N_("Help"), N_("the keys of the composer")},      \
        {PB_COMPOSER_CANCEL, "abort", "^C", N_("Cancel"), N_("stop writing; asks first")},         \
        {PB_COMPOSER_EDITOR, "editor", "^_ Alt-e", N_("Editor"),                                   \
         N_("write the text in your own editor ($VISUAL, $EDITOR)")},                              \
        {PB_COMPOSER_SAVE, "save", "^S", N_("Save"), N_("save the draft now and go on")},          \
        {PB_COMPOSER_NEXT, "next-field", "Tab", N_("Next field"),                                  \
         N_("the next field, at the end the text")},                                               \
        {PB_COMPOSER_BACK, "previous-field", "Shift-Tab", NULL, N_("the field before")},           \
        {PB_COMPOSER_FROM_NEXT, "next-from", "Alt-n", NULL,                                        \
         N_("write from the next identity; the signature follows")},                               \
    {                                                                                              \
        PB_COMPOSER_FROM_PREVIOUS, "previous-from", "Alt-p", NULL,                                 \
            N_("write from the identity before")                                                   \
    }

static const PbBinding header_rows[] = {
    COMMON_ROWS,
    {PB_COMPOSER_MORE, "more-headers", "^R", N_("Bcc, …"),
     N_("show Bcc and Reply-To, or hide them")},
    {0, NULL, NULL, NULL, NULL},
};

static const PbBinding text_rows[] = {
    COMMON_ROWS,
    {PB_COMPOSER_FIND, "find-text", "^W", N_("Find"), N_("find words in the text")},
    {PB_COMPOSER_READ, "read-file", "^R", N_("Read file"), N_("put the text of a file here")},
    {PB_COMPOSER_CUT, "cut-line", "^K", N_("Cut line"), N_("cut the line, or what is marked")},
    {PB_COMPOSER_PASTE, "paste", "^U", N_("Paste"), N_("put in what was cut")},
    {PB_COMPOSER_UNDO, "undo-typing", "Alt-u", N_("Undo"), N_("take typing back, word by word")},
    {PB_COMPOSER_REDO, "redo-typing", "Alt-r Alt-U", NULL, N_("put back what was taken back")},
    {PB_COMPOSER_JUSTIFY, "justify", "Alt-j", NULL, N_("fill the lines of the paragraph")},
    {PB_COMPOSER_MARK, "mark", "^^", NULL, N_("mark from here; ^K then cuts what is marked")},
    {0, NULL, NULL, NULL, NULL},
};

static const PbBinding review_rows[] = {
    {PB_REVIEW_ACT_SEND, "send", "y ^X", N_("Send"), N_("send it; there is time to undo")},
    {PB_REVIEW_ACT_EDIT, "edit-text", "e", N_("Edit"), N_("write the text in your own editor")},
    {PB_REVIEW_ACT_EDIT_ALL, "edit-all", "E", NULL, N_("text and headers in your own editor")},
    {PB_REVIEW_ACT_ATTACH, "attach", "a ^J", N_("Attach"), N_("attach a file")},
    {PB_REVIEW_ACT_DETACH, "detach", "D d", N_("Detach"), N_("take the selected file off again")},
    {PB_REVIEW_ACT_TO, "to", "t", N_("To"), N_("edit To")},
    {PB_REVIEW_ACT_CC, "cc", "c", N_("Cc"), N_("edit Cc")},
    {PB_REVIEW_ACT_BCC, "bcc", "b", N_("Bcc"), N_("edit Bcc: nobody sees these addresses")},
    {PB_REVIEW_ACT_SUBJECT, "subject", "s", N_("Subject"), N_("edit the subject")},
    {PB_REVIEW_ACT_REPLY_TO, "reply-to", "r", N_("Reply-To"), N_("edit where answers go")},
    {PB_REVIEW_ACT_COPY, "copy-to", "f", NULL, N_("where the copy is kept")},
    {PB_REVIEW_ACT_FROM, "from", "Alt-f", NULL, N_("choose who it is from")},
    {PB_COMPOSER_FROM_NEXT, "next-from", "Alt-n", NULL, N_("write from the next identity")},
    {PB_COMPOSER_FROM_PREVIOUS, "previous-from", "Alt-p", NULL,
     N_("write from the identity before")},
    {PB_REVIEW_ACT_WHEN, "send-later", "w", N_("When…"), N_("choose when it leaves")},
    {PB_REVIEW_ACT_HOLD, "hold", "h", N_("Hold"), N_("keep it in the outbox until you release it")},
    {PB_REVIEW_ACT_DRAFT, "postpone", "P ^O", N_("Draft"), N_("keep it as a draft and leave")},
    {PB_REVIEW_ACT_VIEW, "view-text", "v", N_("View"), N_("read the whole text")},
    {PB_REVIEW_ACT_BACK, "write-on", "n Esc", N_("Text"), N_("back to the text, to go on writing")},
    {PB_REVIEW_ACT_LEAVE, "abort", "q ^C", N_("Leave"), N_("stop writing; asks first")},
    {PB_REVIEW_ACT_ENTER, "change", "Enter", NULL, N_("change the selected line")},
    {PB_COMPOSER_SAVE, "save", "^S", NULL, N_("save the draft now")},
    {0, NULL, NULL, NULL, NULL},
};

static const PbBindingTable header_table = {"composer", N_("Writing: the fields"), header_rows};
static const PbBindingTable text_table = {"composer", N_("Writing: the text"), text_rows};
static const PbBindingTable review_table = {"review", N_("Review"), review_rows};

static const PbBindingTable *const header_tables[] = {&header_table, NULL};
static const PbBindingTable *const text_tables[] = {&text_table, NULL};
static const PbBindingTable *const review_tables[] = {&review_table, &pb_bindings_moving, NULL};

static void draw_header_keys(PbView *view, const PbArea *area) {
    (void) view;
    const char *first[] = {"review", "postpone", "attach", "more-headers", "next-field", NULL};
    const char *second[] = {"compose-help",          "abort", "editor", "save", _("^Z Suspend"),
                            _("Alt-x All commands"), NULL};
    pb_compose_draw_keys(area, header_tables, first, second, _("^G Help"));
}

static void draw_text_keys(PbView *view, const PbArea *area) {
    (void) view;
    const char *first[] = {"review",   "postpone",    "attach", "find-text",
                           "cut-line", "undo-typing", NULL};
    const char *second[] = {"compose-help",          "abort", "editor", "paste", "read-file",
                            _("Alt-x All commands"), NULL};
    pb_compose_draw_keys(area, text_tables, first, second, _("^G Help"));
}

static void draw_review_keys(PbView *view, const PbArea *area) {
    PbComposer *self = pb_composer(view);
    if (self->edit != NULL) {
        const char *keys[] = {_("Enter Done"), _("Esc Leave as it was"), NULL};
        const char *none[] = {NULL};
        pb_compose_draw_keys(area, review_tables, keys, none, _("Esc Close"));
        return;
    }
    const char *first[] = {"send",       "edit-text", "attach",    "to", "bcc",
                           "send-later", "view-text", _("? Help"), NULL};
    const char *second[] = {"hold",     "postpone", "detach", "cc", "subject",
                            "reply-to", "write-on", "abort",  NULL};
    pb_compose_draw_keys(area, review_tables, first, second, _("? Help"));
}

const PbViewClass pb_composer_header_class = {
    .scope = "composer",
    .tables = header_tables,
    .text_entry = TRUE,
    .no_explain = TRUE,
    .no_status = TRUE,
    .free = pb_composer_free,
    .title = pb_composer_title,
    .status = pb_composer_status,
    .draw = pb_composer_draw,
    .key = pb_composer_key,
    .act = pb_composer_act,
    .draw_keys = draw_header_keys,
    .may_close = pb_composer_may_close,
};

const PbViewClass pb_composer_text_class = {
    .scope = "composer",
    .tables = text_tables,
    .text_entry = TRUE,
    .no_explain = TRUE,
    .no_status = TRUE,
    .free = pb_composer_free,
    .title = pb_composer_title,
    .status = pb_composer_status,
    .draw = pb_composer_draw,
    .key = pb_composer_key,
    .act = pb_composer_act,
    .draw_keys = draw_text_keys,
    .may_close = pb_composer_may_close,
};

const PbViewClass pb_review_class = {
    .scope = "review",
    .tables = review_tables,
    .one_explain = TRUE,
    .no_status = TRUE,
    .free = pb_composer_free,
    .title = pb_review_title,
    .status = pb_review_status,
    .draw = pb_review_draw,
    .explain = pb_review_explain,
    .key = pb_review_key,
    .act = pb_review_act,
    .draw_keys = draw_review_keys,
    .may_close = pb_composer_may_close,
};
