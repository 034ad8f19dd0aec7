/* One message: Overview (recipients, then timeline), Transcript, Message. All three are rows that
 * are made anew from the outbox when something changed; only the Message is a file, of which a
 * bounded part is shown. */
#include "accounts/pb-file.h"
#include "accounts/pb-text.h"
#include "ui/view/entry-acts.h"
#include "ui/view/entry-draw.h"
#include "ui/view/entry-tools.h"
#include "ui/view/mail-bindings.h"
#include "ui/view/state-explain.h"
#include "ui/view/state-words.h"
#include "ui/view/views.h"

#include <glib/gi18n-lib.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What is shown of a message or transcript; attachments are base64 and tell a reader nothing. */
#define SHOWN_BYTES (512u << 10)
#define SHOWN_LINES 10000

typedef enum { PART_OVERVIEW, PART_TRANSCRIPT, PART_MESSAGE, PART_COUNT } Part;

enum {
    ACT_PART = 100,
    ACT_TRY_BEFORE,
    ACT_TRY_AFTER,
    ACT_TRANSCRIPT,
    ACT_WORDS,
    ACT_HEADERS,
    ACT_PIPE
};

typedef struct {
    PbView parent;
    char *id;
    PbEntry *entry; /* NULL: it is gone */
    GPtrArray *timeline, *attempts;
    Part part;
    guint attempt;
    char **lines; /* of transcript or message */
    gboolean all_headers;
    int cursor; /* overview: recipient, then timeline item */
    int top, height, total;
} EntryView;

static guint recipient_count(EntryView *self) {
    return self->entry != NULL && self->entry->recipients != NULL ? self->entry->recipients->len
                                                                  : 0;
}

static const PbRecipient *selected_recipient(EntryView *self) {
    return self->cursor < (int) recipient_count(self) ? self->entry->recipients->pdata[self->cursor]
                                                      : NULL;
}

static const PbTimelineItem *selected_item(EntryView *self) {
    int at = self->cursor - (int) recipient_count(self);
    return self->timeline != NULL && at >= 0 && at < (int) self->timeline->len
               ? self->timeline->pdata[at]
               : NULL;
}

static int stop_count(EntryView *self) {
    return (int) recipient_count(self) + (self->timeline != NULL ? (int) self->timeline->len : 0);
}

/* --- parts ---------------------------------------------------------------------------------- */

static char **split_foreign(const char *bytes, gsize length) {
    g_autofree char *clean =
        pb_text_sanitise_lines(bytes, (gssize) length, SHOWN_BYTES, pb_draw_ascii());
    return g_strsplit(clean, "\n", SHOWN_LINES);
}

static gboolean is_main_header(const char *line) {
    static const char *const names[] = {"From:", "To:", "Cc:", "Subject:", "Date:", "Reply-To:"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_ascii_strncasecmp(line, names[i], strlen(names[i])) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Leaves out the header fields that say nothing to most readers; H brings them back. */
static void fold_headers(char **lines) {
    guint kept = 0;
    guint at = 0;
    gboolean keep = TRUE;
    for (; lines[at] != NULL && *lines[at] != '\0'; at++) {
        if (*lines[at] != ' ' && *lines[at] != '\t')
            keep = is_main_header(lines[at]);
        if (keep)
            lines[kept++] = lines[at];
        else
            g_free(lines[at]);
    }
    while (lines[at] != NULL)
        lines[kept++] = lines[at++];
    lines[kept] = NULL;
}

static void load_message(EntryView *self) {
    g_autofree char *path = pb_outbox_message_path(pb_app_outbox(self->parent.app), self->id);
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) {
        const char *missing[] = {_("The file of this message is gone."), NULL};
        self->lines = g_strdupv((char **) missing);
        return;
    }
    g_autofree char *bytes = g_malloc(SHOWN_BYTES + 1);
    ssize_t length = read(fd, bytes, SHOWN_BYTES);
    close(fd);
    GString *text = g_string_new_len(bytes, MAX(length, 0));
    g_string_replace(text, "\r\n", "\n", 0);
    self->lines = split_foreign(text->str, text->len);
    if (!self->all_headers)
        fold_headers(self->lines);
    g_string_free(text, TRUE);
}

static void load_transcript(EntryView *self) {
    if (self->attempts == NULL || self->attempts->len == 0) {
        const char *none[] = {_("It has not been tried yet."), NULL};
        self->lines = g_strdupv((char **) none);
        return;
    }
    self->attempt = MIN(self->attempt, self->attempts->len - 1);
    const PbAttempt *attempt = self->attempts->pdata[self->attempt];
    const char *text = attempt->transcript != NULL ? attempt->transcript : "";
    self->lines = split_foreign(text, strlen(text));
}

static void load_part(EntryView *self) {
    g_clear_pointer(&self->lines, g_strfreev);
    if (self->part == PART_MESSAGE)
        load_message(self);
    else if (self->part == PART_TRANSCRIPT)
        load_transcript(self);
}

static void reload(EntryView *self) {
    PbOutbox *outbox = pb_app_outbox(self->parent.app);
    g_clear_pointer(&self->entry, pb_entry_free);
    g_clear_pointer(&self->timeline, g_ptr_array_unref);
    g_clear_pointer(&self->attempts, g_ptr_array_unref);
    self->entry = pb_outbox_get(outbox, self->id, NULL);
    self->timeline = pb_outbox_timeline(outbox, self->id, NULL);
    self->attempts = pb_outbox_attempts(outbox, self->id, NULL);
    self->cursor = CLAMP(self->cursor, 0, MAX(stop_count(self) - 1, 0));
    /* The bytes of a message never change. */
    if (self->part != PART_MESSAGE || self->lines == NULL)
        load_part(self);
}

static void show_part(EntryView *self, Part part) {
    self->part = part;
    self->top = 0;
    load_part(self);
}

void pb_view_entry_show_message(PbView *view) {
    show_part((EntryView *) view, PART_MESSAGE);
}

/* --- overview ------------------------------------------------------------------------------- */

/* Draws at a virtual row; rows above or below the visible part are only counted. */
typedef struct {
    const PbArea *area;
    int row, top;
    int cursor_row; /* virtual row of the cursor, -1 */
} Canvas;

static PbArea canvas_line(const Canvas *canvas) {
    return pb_area_sub(canvas->area, canvas->row - canvas->top, 0, 1, canvas->area->width);
}

static gboolean canvas_shows(const Canvas *canvas) {
    int at = canvas->row - canvas->top;
    return at >= 0 && at < canvas->area->height;
}

static void put_line(Canvas *canvas, int column, PbRole role, const char *text) {
    if (canvas_shows(canvas)) {
        PbArea line = canvas_line(canvas);
        pb_draw_cell(&line, 0, column, line.width - column, role, text);
    }
    canvas->row++;
}

static void put_wrapped(Canvas *canvas, int column, PbRole role, const char *text) {
    int width = MIN(canvas->area->width - column - 1, 100);
    g_auto(GStrv) rows = pb_sheet_wrap(text, MAX(width, 10));
    for (guint i = 0; rows[i] != NULL; i++)
        put_line(canvas, column, role, rows[i]);
}

static void mark_cursor(Canvas *canvas) {
    canvas->cursor_row = canvas->row;
    if (!canvas_shows(canvas))
        return;
    PbArea line = canvas_line(canvas);
    pb_draw_text(&line, 0, 0, PB_ROLE_NORMAL, pb_draw_sign("›", ">"));
    pb_draw_reverse_row(&line, 0);
    pb_draw_cursor(&line, 0, 0, TRUE);
}

static void draw_recipient_block(EntryView *self, Canvas *canvas, guint index) {
    const PbRecipient *recipient = self->entry->recipients->pdata[index];
    if (canvas_shows(canvas)) {
        PbArea line = canvas_line(canvas);
        PbArea shifted = pb_area_sub(&line, 0, 0, 1, line.width);
        pb_draw_recipient(&shifted, recipient);
    }
    if (self->cursor == (int) index)
        mark_cursor(canvas);
    canvas->row++;
    gboolean needs_words =
        recipient->state == PB_RCPT_REFUSED || recipient->state == PB_RCPT_BOUNCED ||
        recipient->state == PB_RCPT_UNSURE || recipient->state == PB_RCPT_DEFERRED;
    if (!needs_words)
        return;
    g_autofree char *sentence = pb_state_mean_recipient(recipient);
    g_autofree char *advice = pb_state_advise_recipient(self->entry, recipient);
    put_wrapped(canvas, 5, PB_ROLE_NORMAL, sentence);
    if (advice != NULL)
        put_wrapped(canvas, 5, PB_ROLE_NORMAL, advice);
}

static void draw_head(EntryView *self, Canvas *canvas) {
    const PbEntry *entry = self->entry;
    g_autofree char *from = pb_text_sanitise(entry->from, -1, 400, pb_draw_ascii());
    g_autofree char *size = pb_text_size(entry->size);
    g_autofree char *when = pb_text_time_exact(entry->created, g_get_real_time());
    g_autofree char *message_id = pb_text_sanitise(
        entry->message_id != NULL ? entry->message_id : "", -1, 400, pb_draw_ascii());
    g_autofree char *line1 = g_strdup_printf(_("From    %s, account %s"), from, entry->account);
    g_autofree char *line2 =
        g_strdup_printf(_("Written %s, %s, Message-ID %s"), when, size, message_id);
    put_line(canvas, 1, PB_ROLE_NORMAL, line1);
    put_line(canvas, 1, PB_ROLE_NORMAL, line2);
    canvas->row++;
    g_autofree char *headline = pb_state_headline(self->parent.app, entry);
    if (headline != NULL)
        put_wrapped(canvas, 1, PB_ROLE_TITLE, headline);
    canvas->row++;
}

static void draw_timeline(EntryView *self, Canvas *canvas) {
    put_line(canvas, 3, PB_ROLE_DIM, _("Timeline"));
    for (guint i = 0; self->timeline != NULL && i < self->timeline->len; i++) {
        g_autofree char *line = pb_timeline_line(self->timeline->pdata[i]);
        int row = canvas->row;
        put_line(canvas, 3, PB_ROLE_NORMAL, line);
        if (self->cursor != (int) (recipient_count(self) + i))
            continue;
        canvas->row = row;
        mark_cursor(canvas);
        canvas->row++;
    }
}

static void draw_overview(EntryView *self, Canvas *canvas) {
    draw_head(self, canvas);
    if (canvas_shows(canvas)) {
        PbArea line = canvas_line(canvas);
        int state = line.width >= 60 ? 33 : 22;
        pb_draw_cell(&line, 0, 5, state - 6, PB_ROLE_DIM, _("Recipient"));
        pb_draw_cell(&line, 0, state, 17, PB_ROLE_DIM, _("State"));
        pb_draw_cell(&line, 0, state + 18, 10, PB_ROLE_DIM, _("Reply"));
    }
    canvas->row++;
    for (guint i = 0; i < recipient_count(self); i++)
        draw_recipient_block(self, canvas, i);
    canvas->row++;
    draw_timeline(self, canvas);
}

static void draw_overview_scrolled(EntryView *self, const PbArea *body) {
    Canvas canvas = {.area = body, .top = self->top, .cursor_row = -1};
    draw_overview(self, &canvas);
    self->total = canvas.row;
    int wanted = self->top;
    if (canvas.cursor_row >= 0) {
        /* With the first stop the head is visible too. */
        wanted = MIN(wanted, self->cursor == 0 ? 0 : canvas.cursor_row - 2);
        wanted = MAX(wanted, canvas.cursor_row - body->height + 3);
    }
    wanted = CLAMP(wanted, 0, MAX(self->total - body->height, 0));
    if (wanted == self->top)
        return;
    self->top = wanted;
    pb_draw_clear(body);
    Canvas again = {.area = body, .top = self->top, .cursor_row = -1};
    draw_overview(self, &again);
}

/* --- lines ---------------------------------------------------------------------------------- */

static int draw_attempt_head(EntryView *self, const PbArea *body) {
    if (self->part != PART_TRANSCRIPT || self->attempts == NULL || self->attempts->len == 0)
        return 0;
    const PbAttempt *attempt = self->attempts->pdata[self->attempt];
    g_autofree char *when = pb_text_time_exact(attempt->started, g_get_real_time());
    double seconds = (double) (attempt->finished - attempt->started) / G_USEC_PER_SEC;
    pb_draw_format(body, 0, 1, PB_ROLE_TITLE,
                   _("Try %u of %u   %s   %s:%u   %.1f s   %u round trips"), self->attempt + 1,
                   self->attempts->len, when, attempt->host != NULL ? attempt->host : "-",
                   attempt->port, seconds, attempt->round_trips);
    return 1;
}

static void draw_lines(EntryView *self, const PbArea *body) {
    int head = draw_attempt_head(self, body);
    int height = body->height - head;
    self->total = self->lines != NULL ? (int) g_strv_length(self->lines) : 0;
    self->top = CLAMP(self->top, 0, MAX(self->total - height, 0));
    for (int i = 0; i < height && self->top + i < self->total; i++)
        pb_draw_cell(body, head + i, 1, body->width - 1, PB_ROLE_NORMAL,
                     self->lines[self->top + i]);
    pb_draw_cursor(body, head, 0, TRUE);
}

static void entry_draw(PbView *view, const PbArea *body) {
    EntryView *self = (EntryView *) view;
    self->height = body->height;
    if (self->entry == NULL)
        pb_draw_text(body, 0, 1, PB_ROLE_NORMAL, _("This message is not in the outbox any more."));
    else if (self->part == PART_OVERVIEW)
        draw_overview_scrolled(self, body);
    else
        draw_lines(self, body);
}

/* --- around it ------------------------------------------------------------------------------ */

static char *entry_title(PbView *view) {
    EntryView *self = (EntryView *) view;
    g_autofree char *subject =
        pb_text_sanitise(self->entry != NULL ? self->entry->subject : "", -1, 400, pb_draw_ascii());
    return g_strdup_printf(_("Outbox %s %s"), pb_draw_sign("›", ">"), subject);
}

static char *entry_status(PbView *view) {
    EntryView *self = (EntryView *) view;
    const char *names[PART_COUNT] = {_("Overview"), _("Transcript"), _("Message")};
    GString *text = g_string_new(NULL);
    for (int i = 0; i < PART_COUNT; i++)
        g_string_append_printf(text, self->part == (Part) i ? "[%s]" : " %s ", names[i]);
    return g_string_free(text, FALSE);
}

static void entry_explain(PbView *view, char *lines_out[2]) {
    EntryView *self = (EntryView *) view;
    const PbRecipient *recipient = selected_recipient(self);
    const PbTimelineItem *item = selected_item(self);
    if (self->part != PART_OVERVIEW)
        return;
    const PbEvidence *evidence = recipient != NULL ? recipient->evidence
                                 : item != NULL    ? item->evidence
                                                   : NULL;
    g_autofree char *said = pb_state_server_words(evidence);
    if (said != NULL)
        lines_out[0] = g_strdup_printf(_("The server said: %s"), said);
    else if (item != NULL)
        lines_out[0] = pb_timeline_text(item);
    else if (recipient != NULL)
        lines_out[0] = pb_state_explain_recipient(recipient);
}

static void move(EntryView *self, int by) {
    if (self->part == PART_OVERVIEW)
        self->cursor = CLAMP(self->cursor + by, 0, MAX(stop_count(self) - 1, 0));
    else
        self->top = CLAMP(self->top + by, 0, MAX(self->total - 1, 0));
}

static gboolean entry_move(EntryView *self, int id) {
    int page = MAX(self->height - 1, 1);
    switch (id) {
    case PB_LIST_ACT_DOWN:
        move(self, 1);
        return TRUE;
    case PB_LIST_ACT_UP:
        move(self, -1);
        return TRUE;
    case PB_LIST_ACT_FIRST:
        move(self, -SHOWN_LINES);
        return TRUE;
    case PB_LIST_ACT_LAST:
        move(self, SHOWN_LINES);
        return TRUE;
    case PB_LIST_ACT_PAGE_DOWN:
    case PB_LIST_ACT_PAGE_UP:
        move(self, id == PB_LIST_ACT_PAGE_DOWN ? page : -page);
        return TRUE;
    case PB_LIST_ACT_HALF_DOWN:
    case PB_LIST_ACT_HALF_UP:
        move(self, id == PB_LIST_ACT_HALF_DOWN ? page / 2 : -page / 2);
        return TRUE;
    default:
        return FALSE;
    }
}

static void turn_attempt(EntryView *self, int by) {
    int count = self->attempts != NULL ? (int) self->attempts->len : 0;
    self->attempt = (guint) CLAMP((int) self->attempt + by, 0, MAX(count - 1, 0));
    show_part(self, PART_TRANSCRIPT);
}

static const PbEvidence *selected_evidence(EntryView *self) {
    const PbRecipient *recipient = selected_recipient(self);
    const PbTimelineItem *item = selected_item(self);
    return recipient != NULL ? recipient->evidence : item != NULL ? item->evidence : NULL;
}

static void pipe_transcript(EntryView *self) {
    g_autofree char *text = self->lines != NULL ? g_strjoinv("\n", self->lines) : g_strdup("");
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("postbag-XXXXXX", &path, &error);
    if (fd >= 0)
        close(fd);
    if (fd < 0 || !g_file_set_contents(path, text, -1, &error))
        pb_app_error(self->parent.app, error);
    else
        pb_entry_pipe_open(self->parent.app, path, TRUE);
}

static void pipe_shown(EntryView *self) {
    g_autofree char *path = pb_outbox_message_path(pb_app_outbox(self->parent.app), self->id);
    if (self->part == PART_TRANSCRIPT)
        pipe_transcript(self);
    else if (path == NULL)
        pb_app_notice(self->parent.app, "%s", _("The file of this message is gone."));
    else
        pb_entry_pipe_open(self->parent.app, path, FALSE);
}

static gboolean tool_act(EntryView *self, int id) {
    switch (id) {
    case PB_MAIL_COPY:
        if (self->entry != NULL)
            pb_entry_copy_open(self->parent.app, self->entry, selected_recipient(self));
        return TRUE;
    case ACT_WORDS:
        pb_entry_words_open(self->parent.app, selected_evidence(self));
        return TRUE;
    case ACT_HEADERS:
        self->all_headers = self->part != PART_MESSAGE || !self->all_headers;
        show_part(self, PART_MESSAGE);
        return TRUE;
    case ACT_PIPE:
        pipe_shown(self);
        return TRUE;
    case ACT_TRANSCRIPT:
        show_part(self, PART_TRANSCRIPT);
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean own_act(EntryView *self, int id) {
    switch (id) {
    case ACT_PART:
        show_part(self, (Part) ((self->part + 1) % PART_COUNT));
        return TRUE;
    case PB_MAIL_VIEW:
        show_part(self, PART_MESSAGE);
        return TRUE;
    case ACT_TRY_BEFORE:
    case ACT_TRY_AFTER:
        turn_attempt(self, id == ACT_TRY_AFTER ? 1 : -1);
        return TRUE;
    default:
        return tool_act(self, id) || entry_move(self, id);
    }
}

static gboolean entry_act(PbView *view, int id) {
    EntryView *self = (EntryView *) view;
    if (own_act(self, id) || self->entry == NULL)
        return TRUE;
    const PbRecipient *recipient = selected_recipient(self);
    gboolean was_refused = recipient != NULL && (recipient->state == PB_RCPT_REFUSED ||
                                                 recipient->state == PB_RCPT_BOUNCED);
    if (id == PB_MAIL_CORRECT && was_refused) {
        pb_sheet_correct_open(view->app, self->entry, recipient->address);
        return TRUE;
    }
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    g_ptr_array_add(ids, self->id);
    if (pb_mail_entry_act(id) >= 0)
        pb_entry_act(view->app, (PbEntryAct) pb_mail_entry_act(id), ids);
    return TRUE;
}

static gboolean entry_key(PbView *view, const PbKey *key) {
    (void) view;
    /* Enter opens; here everything is open. */
    if (key->kind != PB_KEY_ENTER)
        return FALSE;
    show_part((EntryView *) view, (Part) ((((EntryView *) view)->part + 1) % PART_COUNT));
    return TRUE;
}

static void entry_changed(PbView *view) {
    reload((EntryView *) view);
}

static void entry_free(PbView *view) {
    EntryView *self = (EntryView *) view;
    pb_entry_free(self->entry);
    g_clear_pointer(&self->timeline, g_ptr_array_unref);
    g_clear_pointer(&self->attempts, g_ptr_array_unref);
    g_strfreev(self->lines);
    g_free(self->id);
    g_free(self);
}

static const PbBinding own_rows[] = {
    {ACT_PART, "part", "Tab", N_("Part"), N_("overview, transcript, message")},
    {ACT_WORDS, "show-text", "x", N_("All text"), N_("all that the server said")},
    {ACT_TRANSCRIPT, "show-transcript", "", NULL, N_("the dialogue with the server")},
    {ACT_HEADERS, "show-headers", "H", N_("Headers"), N_("the message with all its headers")},
    {ACT_PIPE, "pipe", "|", NULL, N_("give message or transcript to a command")},
    {ACT_TRY_BEFORE, "try-before", "{", NULL, N_("the transcript of the try before")},
    {ACT_TRY_AFTER, "try-after", "}", NULL, N_("the transcript of the next try")},
    {PB_LIST_ACT_PAGE_DOWN, "page", "Space", NULL, N_("a screen down")},
    {0, NULL, NULL, NULL, NULL},
};
static const PbBindingTable own_table = {"entry", N_("One message"), own_rows};
static const PbBindingTable *const tables[] = {&own_table, &pb_bindings_mail, &pb_bindings_moving,
                                               NULL};
static const char *const keys[] = {
    "correct-address", "send-now",  "settle", "edit",   "send-later", "part", "help", "view-log",
    "show-message",    "show-text", "copy",   "cancel", "other-keys", "back", NULL};

static const PbViewClass entry_class = {
    .scope = "entry",
    .tables = tables,
    .free = entry_free,
    .title = entry_title,
    .status = entry_status,
    .draw = entry_draw,
    .explain = entry_explain,
    .key_rows = keys,
    .key = entry_key,
    .act = entry_act,
    .changed = entry_changed,
};

PbView *pb_view_entry_new(PbApp *app, const char *entry_id) {
    EntryView *self = g_new0(EntryView, 1);
    self->parent.class = &entry_class;
    self->parent.app = app;
    self->id = g_strdup(entry_id);
    reload(self);
    /* The last try is the one that explains the state. */
    self->attempt = self->attempts != NULL && self->attempts->len > 0 ? self->attempts->len - 1 : 0;
    return &self->parent;
}
