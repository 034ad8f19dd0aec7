#include "ui/view/state-words.h"

#include "accounts/pb-text.h"

#include <glib/gi18n-lib.h>

#include <string.h>

void pb_state_word_clear(PbStateWord *word) {
    g_clear_pointer(&word->word, g_free);
}

static gboolean same_day(GDateTime *a, GDateTime *b) {
    return g_date_time_get_year(a) == g_date_time_get_year(b) &&
           g_date_time_get_day_of_year(a) == g_date_time_get_day_of_year(b);
}

static GDateTime *local_time(gint64 when) {
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(when / G_USEC_PER_SEC);
    return utc != NULL ? g_date_time_to_local(utc) : g_date_time_new_now_local();
}

char *pb_state_moment(gint64 when, gint64 now) {
    g_autoptr(GDateTime) then = local_time(when);
    g_autoptr(GDateTime) today = local_time(now);
    /* pb_text_time() says "12 min" for what is near; a state keeps its time of day. */
    if (same_day(then, today))
        return g_date_time_format(then, "%H:%M");
    return pb_text_time(when, now);
}

char *pb_state_clock(gint64 when, gint64 now) {
    g_autofree char *moment = pb_state_moment(when, now);
    char *space = g_strrstr(moment, " ");
    /* "yesterday 17:40" loses its time, "12 Oct" does not. */
    if (space != NULL && strchr(space, ':') != NULL)
        *space = '\0';
    return g_steal_pointer(&moment);
}

static char *with_clock(const char *format, gint64 when, gint64 now) {
    g_autofree char *clock = pb_state_clock(when, now);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    return g_strdup_printf(format, clock);
#pragma GCC diagnostic pop
}

static void set(PbStateWord *out, const char *utf8, const char *ascii, PbRole role, char *word) {
    *out = (PbStateWord){pb_draw_sign(utf8, ascii), word, role};
}

static char *seconds_left(gint64 until, gint64 now) {
    gint64 left = MAX(until - now, 0);
    if (left < 100 * G_USEC_PER_SEC)
        return g_strdup_printf(_("leaves in %d s"),
                               (int) ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC));
    return g_strdup_printf(_("leaves in %d min"), (int) (left / (60 * G_USEC_PER_SEC)) + 1);
}

static char *leaves_at(gint64 when, gint64 now) {
    g_autofree char *moment = pb_state_moment(when, now);
    /* "at 18:00", but "tomorrow 08:00". */
    if (strchr(moment, ' ') == NULL)
        return g_strdup_printf(_("at %s"), moment);
    return g_steal_pointer(&moment);
}

static void held_word(const PbEntry *entry, gint64 now, PbStateWord *out) {
    if (entry->hold == PB_HOLD_UNDO)
        set(out, "◷", "~", PB_ROLE_NORMAL, seconds_left(entry->not_before, now));
    else if (entry->hold == PB_HOLD_SEND_AT)
        set(out, "◷", "@", PB_ROLE_NORMAL, leaves_at(entry->not_before, now));
    else if (entry->hold == PB_HOLD_DECISION)
        set(out, "=", "=", PB_ROLE_ASK, g_strdup(_("held: needs you")));
    else
        set(out, "=", "=", PB_ROLE_NORMAL, g_strdup(_("held")));
}

static void sending_word(int percent, PbStateWord *out) {
    char *word =
        percent >= 0 ? g_strdup_printf(_("sending %d %%"), percent) : g_strdup(_("sending"));
    set(out, "▸", "^", PB_ROLE_BUSY, word);
}

static gboolean was_read(const PbEntry *entry) {
    for (guint i = 0; entry->recipients != NULL && i < entry->recipients->len; i++) {
        if (((PbRecipient *) entry->recipients->pdata[i])->state == PB_RCPT_READ)
            return TRUE;
    }
    return FALSE;
}

void pb_state_word_entry(const PbEntry *entry, gint64 now, int percent, PbStateWord *word_out) {
    switch (entry->state) {
    case PB_ENTRY_HELD:
        held_word(entry, now, word_out);
        return;
    case PB_ENTRY_QUEUED:
        set(word_out, "-", "-", PB_ROLE_NORMAL, g_strdup(_("waiting")));
        return;
    case PB_ENTRY_SENDING:
        sending_word(percent, word_out);
        return;
    case PB_ENTRY_DEFERRED:
        set(word_out, "↻", "%", PB_ROLE_LATER,
            entry->next_attempt > now ? with_clock(_("next try %s"), entry->next_attempt, now)
                                      : g_strdup(_("tries again")));
        return;
    case PB_ENTRY_UNSURE:
        set(word_out, "?", "?", PB_ROLE_ASK, g_strdup(_("maybe sent")));
        return;
    case PB_ENTRY_PARTIAL:
        set(word_out, "!", "!", PB_ROLE_ASK,
            g_strdup_printf(_("%u of %u sent"), entry->accepted_count, entry->recipient_count));
        return;
    case PB_ENTRY_FAILED:
        set(word_out, "✗", "x", PB_ROLE_BAD, g_strdup(_("not sent")));
        return;
    case PB_ENTRY_BOUNCED:
        set(word_out, "↲", "<", PB_ROLE_BAD, with_clock(_("bounced %s"), entry->changed, now));
        return;
    case PB_ENTRY_SENT:
        set(word_out, "✓", "+", PB_ROLE_GOOD, with_clock(_("sent %s"), entry->changed, now));
        return;
    case PB_ENTRY_DELIVERED:
        set(word_out, "✓✓", "++", PB_ROLE_GOOD,
            with_clock(was_read(entry) ? _("read %s") : _("delivered %s"), entry->changed, now));
        return;
    case PB_ENTRY_CANCELLED:
        set(word_out, "⊘", "/", PB_ROLE_DIM, g_strdup(_("cancelled")));
        return;
    }
    set(word_out, "-", "-", PB_ROLE_NORMAL, g_strdup(""));
}

static const struct {
    const char *utf8, *ascii;
    PbRole role;
    const char *word; /* with %s: takes the time */
} recipient_words[] = {
    [PB_RCPT_QUEUED] = {"-", "-", PB_ROLE_NORMAL, N_("waiting")},
    [PB_RCPT_ACCEPTED] = {"✓", "+", PB_ROLE_GOOD, N_("accepted %s")},
    [PB_RCPT_DEFERRED] = {"↻", "%", PB_ROLE_LATER, N_("next try %s")},
    [PB_RCPT_REFUSED] = {"✗", "x", PB_ROLE_BAD, N_("refused %s")},
    [PB_RCPT_UNSURE] = {"?", "?", PB_ROLE_ASK, N_("maybe sent")},
    [PB_RCPT_CANCELLED] = {"⊘", "/", PB_ROLE_DIM, N_("cancelled")},
    [PB_RCPT_DELIVERED] = {"✓✓", "++", PB_ROLE_GOOD, N_("delivered %s")},
    [PB_RCPT_RELAYED] = {"✓", "+", PB_ROLE_GOOD, N_("handed on %s")},
    [PB_RCPT_EXPANDED] = {"✓", "+", PB_ROLE_GOOD, N_("given to a list")},
    [PB_RCPT_DELAYED] = {"↻", "%", PB_ROLE_LATER, N_("delayed")},
    [PB_RCPT_BOUNCED] = {"↲", "<", PB_ROLE_BAD, N_("bounced %s")},
    [PB_RCPT_READ] = {"✓✓", "++", PB_ROLE_GOOD, N_("read %s")},
};

void pb_state_word_recipient(const PbRecipient *recipient, gint64 now, PbStateWord *word_out) {
    g_return_if_fail(recipient->state < G_N_ELEMENTS(recipient_words));
    const char *word = _(recipient_words[recipient->state].word);
    gint64 at = recipient->state == PB_RCPT_DEFERRED ? recipient->next_attempt : recipient->at;
    set(word_out, recipient_words[recipient->state].utf8, recipient_words[recipient->state].ascii,
        recipient_words[recipient->state].role,
        strstr(word, "%s") != NULL ? with_clock(word, at, now) : g_strdup(word));
}

void pb_state_draw(const PbArea *area, int row, int width, const PbStateWord *word) {
    pb_draw_right(area, row, 4, word->role, word->sign);
    pb_draw_cell(area, row, 5, width, word->role, word->word);
}
