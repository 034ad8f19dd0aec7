/* What needs a person: paused accounts first, then messages, two rows each: what it is, and the
 * keys that mend it, the recommended one first. */
#include "accounts/pb-text.h"
#include "ui/view/entry-acts.h"
#include "ui/view/entry-tools.h"
#include "ui/view/mail-bindings.h"
#include "ui/view/state-explain.h"
#include "ui/view/state-words.h"
#include "ui/view/views.h"
#include "ui/widget/list.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* Paused accounts have ids that no entry can have. */
#define PAUSE_PREFIX "account:"

typedef struct {
    char *id;
    PbPause *pause; /* or an entry */
    PbEntry *entry;
} Row;

typedef struct {
    PbView parent;
    GPtrArray *pauses; /* of char*: names of paused accounts */
    PbList *list;
} Problems;

static void row_free(gpointer data) {
    Row *row = data;
    pb_pause_free(row->pause);
    pb_entry_free(row->entry);
    g_free(row->id);
    g_free(row);
}

static void load_pauses(Problems *self) {
    PbAccountList *accounts = pb_app_accounts(self->parent.app);
    g_ptr_array_set_size(self->pauses, 0);
    for (guint i = 0; i < pb_account_list_count(accounts); i++) {
        const PbAccount *account = pb_account_list_at(accounts, i);
        g_autoptr(PbPause) pause =
            pb_outbox_account_pause(pb_app_outbox(self->parent.app), account->name);
        if (pause != NULL)
            g_ptr_array_add(self->pauses, g_strdup(account->name));
    }
}

static const PbQuery problem_query = {.kind = PB_LIST_PROBLEMS};

static gint64 source_count(gpointer source) {
    Problems *self = source;
    gint64 entries = pb_outbox_count(pb_app_outbox(self->parent.app), &problem_query, NULL);
    return self->pauses->len + MAX(entries, 0);
}

static Row *pause_row(Problems *self, guint index) {
    Row *row = g_new0(Row, 1);
    const char *name = self->pauses->pdata[index];
    row->id = g_strconcat(PAUSE_PREFIX, name, NULL);
    row->pause = pb_outbox_account_pause(pb_app_outbox(self->parent.app), name);
    return row;
}

static GPtrArray *source_fetch(gpointer source, guint offset, guint limit) {
    Problems *self = source;
    PbOutbox *outbox = pb_app_outbox(self->parent.app);
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    for (guint i = offset; i < self->pauses->len && rows->len < limit; i++)
        g_ptr_array_add(rows, pause_row(self, i));
    if (rows->len >= limit)
        return rows;
    PbQuery query = problem_query;
    query.offset = offset > self->pauses->len ? offset - self->pauses->len : 0;
    query.limit = limit - rows->len;
    g_autoptr(GPtrArray) entries = pb_outbox_list(outbox, &query, NULL);
    for (guint i = 0; entries != NULL && i < entries->len; i++) {
        Row *row = g_new0(Row, 1);
        row->id = g_strdup(((PbEntry *) entries->pdata[i])->id);
        row->entry = pb_outbox_get(outbox, row->id, NULL);
        g_ptr_array_add(rows, row);
    }
    return rows;
}

static gint64 source_position(gpointer source, const char *id) {
    Problems *self = source;
    if (!g_str_has_prefix(id, PAUSE_PREFIX)) {
        gint64 at = pb_outbox_position(pb_app_outbox(self->parent.app), &problem_query, id);
        return at >= 0 ? at + self->pauses->len : -1;
    }
    for (guint i = 0; i < self->pauses->len; i++) {
        if (g_str_equal(self->pauses->pdata[i], id + strlen(PAUSE_PREFIX)))
            return i;
    }
    return -1;
}

static const char *source_id(gpointer row) {
    return ((Row *) row)->id;
}

static char *entry_sentence(PbApp *app, const PbEntry *entry) {
    g_autofree char *subject = pb_text_sanitise(entry->subject, -1, 100, pb_draw_ascii());
    if (entry->state == PB_ENTRY_UNSURE)
        return g_strdup_printf(_("“%s” may have been sent"), subject);
    for (guint i = 0; entry->recipients != NULL && i < entry->recipients->len; i++) {
        const PbRecipient *recipient = entry->recipients->pdata[i];
        if (recipient->state != PB_RCPT_REFUSED && recipient->state != PB_RCPT_BOUNCED)
            continue;
        g_autofree char *sentence = pb_state_explain_recipient(recipient);
        return g_strdup_printf(_("“%s”: %s"), subject, sentence);
    }
    g_autofree char *headline = pb_state_headline(app, entry);
    return g_strdup_printf(_("“%s”: %s"), subject, headline != NULL ? headline : "");
}

static char *entry_right(const PbEntry *entry, gint64 now) {
    char *when = pb_state_clock(entry->changed, now);
    if (entry->state != PB_ENTRY_PARTIAL && entry->state != PB_ENTRY_FAILED)
        return when;
    g_autofree char *clock = when;
    if (entry->accepted_count == 0)
        return g_strdup_printf(_("%s, nobody has it"), clock);
    return g_strdup_printf(
        g_dngettext(GETTEXT_PACKAGE, "%s, %u has it", "%s, %u have it", entry->accepted_count),
        clock, entry->accepted_count);
}

static const char *entry_remedies(const PbEntry *entry) {
    switch (entry->state) {
    case PB_ENTRY_UNSURE:
        return _("s  Settle: it arrived, or send it again");
    case PB_ENTRY_BOUNCED:
        return _("c  Correct the address        s  Settle: leave it so");
    case PB_ENTRY_PARTIAL:
        return _("c  Correct the address and send only there");
    case PB_ENTRY_FAILED:
        return _("c  Correct the address        e  Edit it    r  Try again as it is");
    default:
        return _("r  Let it go        d  Cancel it");
    }
}

static void draw_problem(const PbArea *area, const PbStateWord *word, const char *text,
                         const char *right, const char *remedy) {
    int room = area->width - 5 - pb_text_width(right) - 2;
    pb_draw_right(area, 0, 4, word->role, word->sign);
    pb_draw_cell(area, 0, 5, MAX(room, 10), PB_ROLE_NORMAL, text);
    pb_draw_right(area, 0, area->width - 1, PB_ROLE_NORMAL, right);
    pb_draw_cell(area, 1, 7, area->width - 8, PB_ROLE_NORMAL, remedy);
}

static void source_draw(gpointer source, gpointer data, const PbArea *area, gboolean selected) {
    (void) selected;
    Problems *self = source;
    const Row *row = data;
    gint64 now = g_get_real_time();
    if (row->entry != NULL) {
        PbStateWord word;
        pb_state_word_entry(row->entry, now, -1, &word);
        g_autofree char *text = entry_sentence(self->parent.app, row->entry);
        g_autofree char *right = entry_right(row->entry, now);
        draw_problem(area, &word, text, right, entry_remedies(row->entry));
        pb_state_word_clear(&word);
    } else if (row->pause != NULL) {
        PbStateWord word = {.sign = "!", .role = PB_ROLE_ASK};
        g_autofree char *text =
            g_strdup_printf(_("%s is paused: %s"), row->pause->account,
                            row->pause->note != NULL ? row->pause->note : row->pause->reason);
        g_autofree char *when = pb_state_clock(row->pause->since, now);
        g_autofree char *right = g_strdup_printf(_("%s, %u wait"), when, row->pause->waiting);
        draw_problem(area, &word, text, right, _("p  Sign in again        r  Try again as it is"));
    }
}

static const PbListSource source_class = {
    .count = source_count,
    .fetch = source_fetch,
    .position = source_position,
    .id = source_id,
    .draw = source_draw,
    .rows = 2,
};

static void problems_draw(PbView *view, const PbArea *body) {
    Problems *self = (Problems *) view;
    PbArea rows = pb_area_sub(body, 1, 0, body->height - 1, body->width);
    if (pb_list_count(self->list) == 0)
        pb_draw_text(body, 1, 1, PB_ROLE_NORMAL, _("Nothing needs you."));
    else
        pb_list_draw(self->list, &rows);
}

static void problems_explain(PbView *view, char *lines_out[2]) {
    const Row *row = pb_list_row(((Problems *) view)->list);
    if (row == NULL)
        return;
    if (row->entry != NULL) {
        pb_state_explain_entry(view->app, row->entry, lines_out);
    } else if (row->pause != NULL) {
        g_autofree char *said = pb_state_server_words(row->pause->evidence);
        lines_out[0] = said != NULL ? g_strdup_printf(_("The server said: %s"), said)
                                    : g_strdup(row->pause->note);
    }
}

/* --- acts ----------------------------------------------------------------------------------- */

static gboolean resume_work(PbOutbox *outbox, gpointer data, GCancellable *cancellable,
                            GError **error) {
    (void) cancellable;
    return pb_outbox_resume_account(outbox, data, error);
}

static void resume_done(PbApp *app, gpointer data, const GError *error) {
    if (error != NULL)
        pb_app_error(app, error);
    else
        pb_app_notice(app, _("%s is tried again."), (const char *) data);
}

static gboolean act_on_pause(PbView *view, const Row *row, int id) {
    const char *account = row->id + strlen(PAUSE_PREFIX);
    if (id == PB_MAIL_SEND_NOW)
        pb_app_run_async(view->app, resume_work, resume_done, g_strdup(account), g_free);
    else if (id == PB_MAIL_SIGN_IN || id == PB_MAIL_FIX || id == PB_MAIL_OPEN)
        pb_sheet_sign_in_open(view->app, account);
    else
        pb_app_notice(view->app, "%s", _("This is about an account: p signs in, r tries again."));
    return TRUE;
}

static gboolean problems_act(PbView *view, int id) {
    Problems *self = (Problems *) view;
    if (pb_list_act(self->list, id))
        return TRUE;
    const Row *row = pb_list_row(self->list);
    if (row == NULL) {
        pb_app_notice(view->app, "%s", _("Nothing needs you."));
        return FALSE;
    }
    if (row->entry == NULL)
        return act_on_pause(view, row, id);
    if (id == PB_MAIL_COPY) {
        pb_entry_copy_open(view->app, row->entry, NULL);
        return TRUE;
    }
    if (id == PB_MAIL_OPEN || id == PB_MAIL_VIEW) {
        pb_app_push(view->app, pb_view_entry_new(view->app, row->id));
        return TRUE;
    }
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(ids, g_strdup(row->id));
    if (pb_mail_entry_act(id) >= 0)
        pb_entry_act(view->app, (PbEntryAct) pb_mail_entry_act(id), ids);
    return TRUE;
}

static void problems_changed(PbView *view) {
    Problems *self = (Problems *) view;
    load_pauses(self);
    pb_list_reload(self->list);
}

static void problems_select(PbView *view, const char *id) {
    pb_list_select(((Problems *) view)->list, id);
}

static char *problems_position(PbView *view) {
    return pb_list_position_text(((Problems *) view)->list);
}

static void problems_free(PbView *view) {
    Problems *self = (Problems *) view;
    pb_list_free(self->list);
    g_ptr_array_unref(self->pauses);
    g_free(self);
}

static const PbBindingTable *const tables[] = {&pb_bindings_mail, &pb_bindings_list, NULL};
static const char *const keys[] = {
    "fix",    "open", "correct-address", "sign-in",    "settle", "send-now", "help", "edit",
    "cancel", "undo", "view-log",        "other-keys", "back",   NULL};

static const PbViewClass problems_class = {
    .scope = "problems",
    .tables = tables,
    .free = problems_free,
    .draw = problems_draw,
    .explain = problems_explain,
    .position = problems_position,
    .key_rows = keys,
    .select = problems_select,
    .act = problems_act,
    .changed = problems_changed,
};

PbView *pb_view_problems_new(PbApp *app) {
    Problems *self = g_new0(Problems, 1);
    self->parent.class = &problems_class;
    self->parent.app = app;
    self->pauses = g_ptr_array_new_with_free_func(g_free);
    load_pauses(self);
    self->list = pb_list_new(&source_class, self);
    return &self->parent;
}
