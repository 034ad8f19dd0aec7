/* Outbox and Sent: the same list with a different query. Rows are read in windows from the outbox,
 * so the length of the list does not matter. */
#include "accounts/pb-text.h"
#include "ui/status.h"
#include "ui/view/entry-acts.h"
#include "ui/view/entry-draw.h"
#include "ui/view/entry-tools.h"
#include "ui/view/mail-bindings.h"
#include "ui/view/mail-limit.h"
#include "ui/view/state-explain.h"
#include "ui/view/state-words.h"
#include "ui/view/views.h"
#include "ui/widget/list.h"

#include <glib/gi18n-lib.h>

#include <string.h>

typedef struct {
    PbView parent;
    PbListKind kind;
    PbList *list;
    gint64 find_from; /* where the cursor was when a search began */
    PbMailLimit limit;
    gboolean oldest_first;
    char *words;      /* last searched for */
    PbEntry *current; /* the selected entry with its recipients; NULL: to be read */
} MailList;

static PbQuery query_of(MailList *self) {
    PbQuery query = {.kind = self->kind, .oldest_first = self->oldest_first};
    pb_mail_limit_apply(&self->limit, &query);
    return query;
}

/* --- source of the list --------------------------------------------------------------------- */

static gint64 source_count(gpointer source) {
    MailList *self = source;
    PbQuery query = query_of(self);
    return pb_outbox_count(pb_app_outbox(self->parent.app), &query, NULL);
}

static GPtrArray *source_fetch(gpointer source, guint offset, guint limit) {
    MailList *self = source;
    PbQuery query = query_of(self);
    query.offset = offset;
    query.limit = limit;
    return pb_outbox_list(pb_app_outbox(self->parent.app), &query, NULL);
}

static gint64 source_position(gpointer source, const char *id) {
    MailList *self = source;
    PbQuery query = query_of(self);
    return pb_outbox_position(pb_app_outbox(self->parent.app), &query, id);
}

static const char *source_id(gpointer row) {
    return ((PbEntry *) row)->id;
}

/* --- rows ----------------------------------------------------------------------------------- */

/* Columns for a width (SCREENS 2 and 3.2); 0 width: the column is not shown. */
typedef struct {
    int state, to, to_width, subject, subject_width, account, account_width, size, tries;
} Columns;

static Columns columns_for(int width) {
    Columns columns = {.state = 18};
    if (width < 60) {
        columns.state = 17;
        columns.subject = 23;
        columns.subject_width = MAX(width - 23, 1);
        return columns;
    }
    int right = width;
    columns.account_width = width >= 100 ? 12 : 7;
    if (width >= 110) {
        columns.tries = right - 6;
        columns.size = columns.tries - 9;
        right = columns.size - 1;
    }
    columns.account = right - columns.account_width;
    columns.to = 24;
    /* To and Subject share what is left about evenly; 23 and 26 of 80. */
    int room = columns.account - columns.to;
    columns.to_width = room * 23 / 49 - 2;
    columns.subject = columns.to + columns.to_width + 2;
    columns.subject_width = columns.account - columns.subject - 2;
    return columns;
}

static void draw_text_cell(const PbArea *area, int column, int width, const char *text) {
    g_autofree char *clean = pb_text_sanitise(text != NULL ? text : "", -1, 1000, pb_draw_ascii());
    pb_draw_cell(area, 0, column, width, PB_ROLE_NORMAL, clean);
}

/* Addresses are cut in the local part: the domain tells who it is. */
static void draw_to_cell(const PbArea *area, int column, int width, const char *to) {
    g_autofree char *clean = pb_text_sanitise(to != NULL ? to : "", -1, 1000, pb_draw_ascii());
    gboolean is_address = strchr(clean, '@') != NULL && strchr(clean, ' ') == NULL;
    g_autofree char *clipped = is_address ? pb_text_clip_address(clean, width, pb_draw_ascii())
                                          : pb_text_clip_end(clean, width, pb_draw_ascii());
    pb_draw_cell(area, 0, column, width, PB_ROLE_NORMAL, clipped);
}

static void source_draw(gpointer source, gpointer row, const PbArea *area, gboolean selected) {
    (void) selected;
    MailList *self = source;
    const PbEntry *entry = row;
    PbApp *app = self->parent.app;
    Columns columns = columns_for(area->width);
    PbStateWord word;
    pb_state_word_entry(entry, g_get_real_time(), pb_status_percent(pb_app_status(app), entry->id),
                        &word);
    if (entry->state == PB_ENTRY_HELD && entry->hold == PB_HOLD_UNDO)
        pb_app_want_tick(app);
    pb_state_draw(area, 0, columns.state, &word);
    pb_state_word_clear(&word);
    draw_text_cell(area, columns.subject, columns.subject_width, entry->subject);
    if (columns.to > 0)
        draw_to_cell(area, columns.to, columns.to_width, entry->to);
    if (columns.account > 0)
        draw_text_cell(area, columns.account, columns.account_width, entry->account);
    if (columns.size > 0) {
        g_autofree char *size = pb_text_size(entry->size);
        pb_draw_right(area, 0, columns.size + 7, PB_ROLE_NORMAL, size);
        pb_draw_format(area, 0, columns.tries, PB_ROLE_NORMAL, "%5u", entry->attempts);
    }
}

static const PbListSource mail_source = {
    .count = source_count,
    .fetch = source_fetch,
    .position = source_position,
    .id = source_id,
    .draw = source_draw,
};

static void draw_header(MailList *self, const PbArea *area) {
    Columns columns = columns_for(area->width);
    pb_draw_text(area, 0, 5, PB_ROLE_DIM, self->kind == PB_LIST_SENT ? _("Sent") : _("State"));
    pb_draw_cell(area, 0, columns.subject, columns.subject_width, PB_ROLE_DIM, _("Subject"));
    if (columns.to > 0)
        pb_draw_cell(area, 0, columns.to, columns.to_width, PB_ROLE_DIM, _("To"));
    if (columns.account > 0)
        pb_draw_cell(area, 0, columns.account, columns.account_width, PB_ROLE_DIM, _("Account"));
    if (columns.size > 0) {
        pb_draw_right(area, 0, columns.size + 7, PB_ROLE_DIM, _("Size"));
        pb_draw_text(area, 0, columns.tries, PB_ROLE_DIM, _("Tries"));
    }
}

/* --- empty ---------------------------------------------------------------------------------- */

static void draw_sandbox_help(const PbArea *area, int row) {
    static const char *const lines[] = {
        N_("This is the practice server: nothing leaves this computer. Write to"),
        N_("  anyone@sandbox.test    accepted"),
        N_("  refuse@sandbox.test    refused: 550 5.1.1"),
        N_("  full@sandbox.test      mailbox full: 452 4.2.2, taken at the second try"),
        N_("  later@sandbox.test     greylisting: 451"),
        N_("  slow@sandbox.test      takes 20 s"),
        N_("  silent@sandbox.test    breaks off after the text (maybe sent)"),
        N_("  bounce@sandbox.test    accepted, a report follows"),
        N_("  read@sandbox.test      delivered and read"),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        pb_draw_text(area, row + (int) i, 1, PB_ROLE_NORMAL, _(lines[i]));
}

static void draw_empty(MailList *self, const PbArea *area) {
    if (self->limit.text != NULL) {
        pb_draw_text(area, 0, 1, PB_ROLE_NORMAL, _("No message has these words. l changes them."));
        return;
    }
    if (self->kind == PB_LIST_SENT) {
        pb_draw_text(area, 0, 1, PB_ROLE_NORMAL, _("Nothing sent yet."));
        return;
    }
    pb_draw_text(area, 0, 1, PB_ROLE_NORMAL,
                 _("Nothing is on its way. m writes a message; what was sent is in 3."));
    if (pb_app_in_sandbox(self->parent.app))
        draw_sandbox_help(area, 2);
}

/* --- the view ------------------------------------------------------------------------------- */

static void mail_draw(PbView *view, const PbArea *body) {
    MailList *self = (MailList *) view;
    PbArea rows = pb_area_sub(body, 1, 0, body->height - 1, body->width);
    if (pb_list_count(self->list) == 0) {
        draw_empty(self, body);
        return;
    }
    draw_header(self, body);
    pb_list_draw(self->list, &rows);
}

static const PbEntry *current_entry(MailList *self) {
    const char *id = pb_list_selected(self->list);
    if (id == NULL)
        return NULL;
    if (self->current == NULL || g_strcmp0(self->current->id, id) != 0) {
        g_clear_pointer(&self->current, pb_entry_free);
        self->current = pb_outbox_get(pb_app_outbox(self->parent.app), id, NULL);
    }
    return self->current;
}

static void mail_explain(PbView *view, char *lines_out[2]) {
    MailList *self = (MailList *) view;
    guint tags = pb_list_tag_count(self->list);
    const PbEntry *entry = current_entry(self);
    if (tags > 0)
        lines_out[0] = g_strdup_printf(_("%u tagged. Keys act on these. Esc clears."), tags);
    else if (entry != NULL)
        pb_state_explain_entry(view->app, entry, lines_out);
}

static void draw_timeline_tail(PbView *view, const PbEntry *entry, const PbArea *area, int row) {
    g_autoptr(GPtrArray) items = pb_outbox_timeline(pb_app_outbox(view->app), entry->id, NULL);
    if (items == NULL)
        return;
    for (guint i = items->len; i-- > 0 && row < area->height; row++) {
        const PbTimelineItem *item = items->pdata[i];
        g_autofree char *line = pb_timeline_line(item);
        pb_draw_cell(area, row, 1, MIN(area->width - 2, 100), PB_ROLE_NORMAL, line);
    }
}

static int draw_detail_recipients(const PbEntry *entry, const PbArea *area, int row) {
    /* The events below want three rows at least. */
    int last = MAX(area->height - 4, row + 1);
    for (guint i = 0; i < entry->recipients->len && row < last; i++, row++) {
        const PbRecipient *recipient = entry->recipients->pdata[i];
        PbArea line = pb_area_sub(area, row, 0, 1, area->width);
        pb_draw_recipient(&line, recipient);
    }
    return row;
}

static void mail_detail(PbView *view, const PbArea *area) {
    MailList *self = (MailList *) view;
    const PbEntry *entry = current_entry(self);
    char *lines[2] = {NULL, NULL};
    if (entry != NULL && pb_list_tag_count(self->list) == 0)
        lines[0] = pb_state_headline(view->app, entry);
    else
        mail_explain(view, lines);
    if (lines[0] != NULL)
        pb_draw_cell(area, 0, 1, area->width - 2, PB_ROLE_TITLE, lines[0]);
    if (entry != NULL && entry->recipients != NULL) {
        int row = draw_detail_recipients(entry, area, 1);
        draw_timeline_tail(view, entry, area, row + 1);
    }
    g_free(lines[0]);
    g_free(lines[1]);
}

static void mail_changed(PbView *view) {
    MailList *self = (MailList *) view;
    g_clear_pointer(&self->current, pb_entry_free);
    pb_list_reload(self->list);
}

static char *mail_position(PbView *view) {
    return pb_list_position_text(((MailList *) view)->list);
}

static void mail_select(PbView *view, const char *id) {
    pb_list_select(((MailList *) view)->list, id);
}

/* --- find and limit ------------------------------------------------------------------------- */

/* Matches are found by the database; the nearest one in reading order takes the cursor. */
typedef enum { FOUND_NOTHING, FOUND, FOUND_WRAPPED } Found;

static Found find_from(MailList *self, gint64 here, gboolean backward) {
    PbApp *app = self->parent.app;
    PbQuery query = query_of(self);
    query.text = self->words;
    query.limit = 1000;
    g_autoptr(GPtrArray) found = pb_outbox_list(pb_app_outbox(app), &query, NULL);
    gint64 best = -1;
    gint64 wrapped = -1;
    for (guint i = 0; found != NULL && i < found->len; i++) {
        gint64 at = source_position(self, source_id(found->pdata[i]));
        gboolean ahead = backward ? at < here : at > here;
        gint64 *slot = ahead ? &best : &wrapped;
        if (at >= 0 && (*slot < 0 || (backward ? at > *slot : at < *slot)))
            *slot = at;
    }
    if (best < 0 && wrapped < 0)
        return FOUND_NOTHING;
    pb_list_select_index(self->list, best >= 0 ? best : wrapped);
    return best >= 0 ? FOUND : FOUND_WRAPPED;
}

static void find_words(MailList *self, gboolean backward) {
    PbApp *app = self->parent.app;
    switch (find_from(self, pb_list_index(self->list), backward)) {
    case FOUND_NOTHING:
        pb_app_notice(app, _("Not found: “%s”."), self->words);
        break;
    case FOUND_WRAPPED:
        pb_app_notice(app, "%s", backward ? _("From the end again.") : _("From the top again."));
        break;
    case FOUND:
        break;
    }
}

/* As you type: from where the search began, the row under the cursor included. */
static char *find_typed(const char *text, gpointer user_data) {
    MailList *self = user_data;
    if (*text == '\0') {
        pb_list_select_index(self->list, self->find_from);
        return NULL;
    }
    g_free(self->words);
    self->words = g_strdup(text);
    switch (find_from(self, self->find_from - 1, FALSE)) {
    case FOUND_NOTHING:
        pb_list_select_index(self->list, self->find_from);
        return g_strdup_printf(_("Not found: “%s”."), text);
    case FOUND_WRAPPED:
        return g_strdup(_("From the top again."));
    default:
        return NULL;
    }
}

static gboolean find_done(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data) {
    (void) app;
    (void) sheet;
    MailList *self = user_data;
    /* The cursor is there already; leaving goes back to where it was. */
    if (text == NULL)
        pb_list_select_index(self->list, self->find_from);
    return TRUE;
}

static void find(MailList *self) {
    PbApp *app = self->parent.app;
    self->find_from = pb_list_index(self->list);
    PbSheet *sheet =
        pb_prompt_new(app, _("Find in this list"), _("Words"), "", TRUE, find_done, self, NULL);
    pb_prompt_set_hint(sheet, find_typed);
    pb_prompt_set_texts(sheet, NULL, _("Stay there"));
    pb_app_open_sheet(app, sheet);
}

static gboolean limit_done(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data) {
    (void) sheet;
    MailList *self = user_data;
    if (text == NULL)
        return TRUE;
    pb_mail_limit_set(&self->limit, text);
    if (*text != '\0' && source_count(self) == 0) {
        pb_mail_limit_set(&self->limit, "");
        pb_app_notice(app, _("Not found: “%s”."), text);
    }
    pb_list_reset(self->list);
    return TRUE;
}

static gboolean tag_done(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data) {
    (void) sheet;
    MailList *self = user_data;
    if (text == NULL || *text == '\0')
        return TRUE;
    PbQuery query = query_of(self);
    query.text = text;
    query.limit = 10000;
    g_autoptr(GPtrArray) found = pb_outbox_list(pb_app_outbox(app), &query, NULL);
    for (guint i = 0; found != NULL && i < found->len; i++)
        pb_list_tag(self->list, source_id(found->pdata[i]));
    return TRUE;
}

static void ask(MailList *self, const char *title, const char *initial,
                gboolean (*done)(PbApp *, PbSheet *, const char *, gpointer)) {
    pb_app_open_sheet(self->parent.app, pb_prompt_new(self->parent.app, title, _("Words"), initial,
                                                      TRUE, done, self, NULL));
}

static gboolean list_act(MailList *self, int id) {
    switch (id) {
    case PB_LIST_ACT_FIND:
        find(self);
        return TRUE;
    case PB_LIST_ACT_AGAIN:
    case PB_LIST_ACT_AGAIN_BACK:
        if (self->words != NULL)
            find_words(self, id == PB_LIST_ACT_AGAIN_BACK);
        else
            find(self);
        return TRUE;
    case PB_LIST_ACT_LIMIT:
        ask(self, _("Show only (words, state:deferred, account:work; empty: all)"),
            self->limit.all != NULL ? self->limit.all : "", limit_done);
        return TRUE;
    case PB_LIST_ACT_TAG_MATCHING:
        ask(self, _("Tag all with these words"), "", tag_done);
        return TRUE;
    case PB_LIST_ACT_ORDER:
        self->oldest_first = !self->oldest_first;
        pb_list_reset(self->list);
        pb_app_notice(self->parent.app, "%s",
                      self->oldest_first ? _("Oldest first.") : _("Newest first."));
        return TRUE;
    default:
        return pb_list_act(self->list, id);
    }
}

static gboolean mail_act(PbView *view, int id) {
    MailList *self = (MailList *) view;
    if (list_act(self, id))
        return TRUE;
    const char *selected = pb_list_selected(self->list);
    if (selected == NULL) {
        pb_app_notice(view->app, "%s", _("Nothing is selected."));
        return FALSE;
    }
    if (id == PB_MAIL_OPEN || id == PB_MAIL_VIEW) {
        PbView *entry = pb_view_entry_new(view->app, selected);
        pb_app_push(view->app, entry);
        if (id == PB_MAIL_VIEW)
            pb_view_entry_show_message(entry);
        return TRUE;
    }
    if (id == PB_MAIL_COPY) {
        const PbEntry *entry = current_entry(self);
        if (entry != NULL)
            pb_entry_copy_open(view->app, entry, NULL);
        return TRUE;
    }
    g_autoptr(GPtrArray) ids = pb_list_targets(self->list);
    pb_list_untag(self->list);
    pb_entry_act(view->app, (PbEntryAct) pb_mail_entry_act(id), ids);
    return TRUE;
}

static gboolean mail_key(PbView *view, const PbKey *key) {
    MailList *self = (MailList *) view;
    if (key->kind != PB_KEY_ESC)
        return FALSE;
    if (pb_list_tag_count(self->list) > 0) {
        pb_list_untag(self->list);
    } else if (self->limit.all != NULL) {
        pb_mail_limit_set(&self->limit, "");
        pb_list_reset(self->list);
    }
    return TRUE;
}

static void mail_free(PbView *view) {
    MailList *self = (MailList *) view;
    pb_list_free(self->list);
    pb_mail_limit_clear(&self->limit);
    pb_entry_free(self->current);
    g_free(self->words);
    g_free(self);
}

static const PbBindingTable *const mail_tables[] = {&pb_bindings_mail, &pb_bindings_list, NULL};
static const char *const outbox_keys[] = {"compose", "open",  "send-now",   "hold",   "send-later",
                                          "find",    "help",  "edit",       "cancel", "fix",
                                          "undo",    "flush", "other-keys", "back",   NULL};

static const PbViewClass outbox_class = {
    .scope = "outbox",
    .tables = mail_tables,
    .free = mail_free,
    .draw = mail_draw,
    .explain = mail_explain,
    .detail = mail_detail,
    .position = mail_position,
    .key_rows = outbox_keys,
    .select = mail_select,
    .key = mail_key,
    .act = mail_act,
    .changed = mail_changed,
};

static const PbViewClass sent_class = {
    .scope = "sent",
    .tables = mail_tables,
    .free = mail_free,
    .draw = mail_draw,
    .explain = mail_explain,
    .detail = mail_detail,
    .position = mail_position,
    .key_rows = outbox_keys,
    .select = mail_select,
    .key = mail_key,
    .act = mail_act,
    .changed = mail_changed,
};

static PbView *mail_list_new(PbApp *app, const PbViewClass *class, PbListKind kind) {
    MailList *self = g_new0(MailList, 1);
    self->parent.class = class;
    self->parent.app = app;
    self->kind = kind;
    self->list = pb_list_new(&mail_source, self);
    return &self->parent;
}

PbView *pb_view_outbox_new(PbApp *app) {
    return mail_list_new(app, &outbox_class, PB_LIST_OUTBOX);
}

PbView *pb_view_sent_new(PbApp *app) {
    return mail_list_new(app, &sent_class, PB_LIST_SENT);
}
