/* What the files of the composer and of its review screen share.
 *
 * One view, three classes: the header fields, the text, and the review each
 * have keys of their own; pb_composer_show() changes view.class. While
 * writing, the fields and the editor hold what was typed; the message holds
 * the rest and is completed by pb_composer_collect().
 */
#pragma once

#include "ui/compose-draft.h"
#include "ui/view/views.h"
#include "ui/widget/editor.h"
#include "ui/widget/field.h"

typedef enum {
    PB_COMPOSE_FROM,
    PB_COMPOSE_TO,
    PB_COMPOSE_CC,
    PB_COMPOSE_BCC,
    PB_COMPOSE_REPLY_TO,
    PB_COMPOSE_SUBJECT,
    PB_COMPOSE_ATTACH,
    PB_COMPOSE_TEXT,
} PbComposeFocus;

/* Fields exist for PB_COMPOSE_TO … PB_COMPOSE_SUBJECT. */
#define PB_COMPOSE_FIELDS PB_COMPOSE_ATTACH

typedef enum { PB_COMPOSER_WRITE, PB_COMPOSER_REVIEW } PbComposerMode;

/* The place a review line edits. */
typedef enum {
    PB_REVIEW_FROM,
    PB_REVIEW_TO,
    PB_REVIEW_CC,
    PB_REVIEW_BCC,
    PB_REVIEW_REPLY_TO,
    PB_REVIEW_SUBJECT,
    PB_REVIEW_ATTACH,
    PB_REVIEW_WHEN,
    PB_REVIEW_COPY,
    PB_REVIEW_REPORT,
    PB_REVIEW_FINDING,
} PbReviewKind;

typedef struct {
    PbReviewKind kind;
    guint index; /* of the attachment or finding */
} PbReviewLine;

typedef struct {
    PbView view;
    PbMessage *message;
    PbField *fields[PB_COMPOSE_FIELDS];
    gboolean faulty[PB_COMPOSE_FIELDS]; /* could not be parsed when it was left */
    PbEditor *editor;
    guint64 seen_stamp; /* of the editor when the draft was last touched */
    PbComposeDraft *draft;
    gint64 told_fault; /* when a failed save was last told, so that it is not told every 2 s */

    PbComposeFocus focus;
    guint attachment;  /* selected one while the focus is on the attachments */
    gboolean more;     /* Bcc and Reply-To are shown */
    gboolean own_from; /* nobody asked for this From: it is the default */
    char *signature;   /* block that stands at the end of the text, or NULL */
    char *last_find;
    char *attach_folder; /* where the last file came from */

    /* review */
    GArray *lines;       /* of PbReviewLine */
    GPtrArray *findings; /* of PbFinding */
    guint line;
    guint scroll;     /* first line shown */
    PbField *edit;    /* edits the selected line in place, or NULL */
    gboolean viewing; /* v: the text over the whole body */
    PbHold hold;      /* When */
    gint64 not_before;
    gboolean sending; /* a worker has it: no second y */
} PbComposer;

static inline PbComposer *pb_composer(PbView *view) {
    return (PbComposer *) view;
}

/* composer.c */
/* Fields and text into the message; the message stays the composer's. */
PbMessage *pb_composer_collect(PbComposer *self);
/* After a change that is not typing: the draft is saved soon. */
void pb_composer_touch(PbComposer *self);
void pb_composer_show(PbComposer *self, PbComposerMode mode);
void pb_composer_focus(PbComposer *self, PbComposeFocus focus);
/* "“Minutes of Tuesday”" for notices; g_free(). */
char *pb_composer_quoted_subject(PbComposer *self);
/* TRUE if `self` is still open and is the composer of this draft: for acts that come later. */
gboolean pb_composer_is_alive(PbComposer *self, const char *draft_id);
/* composer-classes.c: keys of fields, text and review. */
extern const PbViewClass pb_composer_header_class, pb_composer_text_class, pb_review_class;
/* The parts of the classes that live elsewhere. */
void pb_composer_free(PbView *view);
char *pb_composer_title(PbView *view);
char *pb_composer_status(PbView *view);
gboolean pb_composer_key(PbView *view, const PbKey *key);
gboolean pb_composer_may_close(PbView *view);
void pb_composer_draw(PbView *view, const PbArea *body);
gboolean pb_composer_act(PbView *view, int id);

/* composer-header.c */
/* The next visible place in tab order; wraps round. */
PbComposeFocus pb_composer_neighbour(PbComposer *self, PbComposeFocus focus, int step);
/* Checks the addresses of a field that is left; marks and tells a fault. */
void pb_composer_check_field(PbComposer *self, PbComposeFocus focus);
const char *pb_composer_label(PbComposeFocus focus);

/* composer-from.c */
/* Chooses the identity of a new message and puts its signature under the text. */
void pb_composer_init_from(PbComposer *self, gboolean is_new);
void pb_composer_step_identity(PbComposer *self, int step);
void pb_composer_set_identity(PbComposer *self, guint index);
/* "work: your default account"; g_free(). */
char *pb_composer_from_reason(PbComposer *self);
guint64 pb_composer_size_limit(PbComposer *self); /* of the account it leaves by; 0: unknown */
/* A question with all identities. */
void pb_composer_ask_from(PbComposer *self);

/* composer-attach.c */
void pb_composer_ask_attach(PbComposer *self);
void pb_composer_detach(PbComposer *self, guint index);
void pb_composer_ask_read_file(PbComposer *self);

/* composer-leave.c: ways out of the composer */
void pb_composer_keep(PbComposer *self);       /* as a draft, and leave */
void pb_composer_ask_cancel(PbComposer *self); /* ^C, q */
void pb_composer_throw_away(PbComposer *self);

/* composer-external.c */
void pb_composer_external(PbComposer *self, gboolean with_headers);

/* review*.c */
void pb_review_begin(PbComposer *self);
/* Lines and findings anew, cursor on the same line. */
void pb_review_refresh(PbComposer *self);
void pb_review_draw(PbView *view, const PbArea *body);
void pb_review_explain(PbView *view, char *lines_out[2]);
char *pb_review_title(PbView *view);
char *pb_review_status(PbView *view);
gboolean pb_review_key(PbView *view, const PbKey *key);
gboolean pb_review_act(PbView *view, int id);
/* The name, the value of a line, and what stands beside it (NULL allowed); each g_free(). */
char *pb_review_line_label(PbComposer *self, const PbReviewLine *line);
char *pb_review_line_value(PbComposer *self, const PbReviewLine *line);
char *pb_review_line_note(PbComposer *self, const PbReviewLine *line);
const PbReviewLine *pb_review_selected(PbComposer *self);
/* Puts the cursor on the line; adds an empty one for Cc, Bcc, Reply-To. */
void pb_review_select(PbComposer *self, PbReviewKind kind, guint index);
/* Edits a line in place, or opens what changes it. */
void pb_review_edit(PbComposer *self, PbReviewKind kind, guint index);
gboolean pb_review_edit_key(PbComposer *self, const PbKey *key);
void pb_review_ask_when(PbComposer *self);
void pb_review_send(PbComposer *self);
