#include "ui/view/entry-draw.h"

#include "accounts/pb-text.h"
#include "ui/view/state-explain.h"
#include "ui/view/state-words.h"

#include <glib/gi18n-lib.h>

void pb_draw_recipient(const PbArea *area, const PbRecipient *recipient) {
    PbStateWord word;
    pb_state_word_recipient(recipient, g_get_real_time(), &word);
    int state = area->width >= 60 ? 33 : 22;
    int reply = state + 18;
    g_autofree char *clean = pb_text_sanitise(recipient->address, -1, 400, pb_draw_ascii());
    g_autofree char *address = pb_text_clip_address(clean, state - 6, pb_draw_ascii());
    g_autofree char *said = pb_state_server_words(recipient->evidence);
    pb_draw_right(area, 0, 4, word.role, word.sign);
    pb_draw_cell(area, 0, 5, state - 6, PB_ROLE_NORMAL, address);
    pb_draw_cell(area, 0, state, 17, word.role, word.word);
    if (said != NULL && reply < area->width)
        pb_draw_cell(area, 0, reply, area->width - reply, PB_ROLE_NORMAL, said);
    pb_state_word_clear(&word);
}

static const struct {
    const char *kind, *text;
} kinds[] = {
    {"written", N_("written and put into the outbox")},
    {"held", N_("held")},
    {"released", N_("let go")},
    {"connected", N_("connected")},
    {"accepted", N_("taken")},
    {"refused", N_("refused")},
    {"deferred", N_("to be tried later")},
    {"unsure", N_("the line broke before the answer")},
    {"cancelled", N_("cancelled")},
    {"edited", N_("changed")},
    {"settled", N_("settled")},
    {"report", N_("report")},
    {"note", N_("note")},
};

static const char *kind_text(const char *kind) {
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_strcmp0(kinds[i].kind, kind) == 0)
            return _(kinds[i].text);
    }
    return kind;
}

char *pb_timeline_text(const PbTimelineItem *item) {
    GString *text = g_string_new(NULL);
    if (item->address != NULL)
        g_string_append_printf(text, "%s ", item->address);
    g_string_append(text, kind_text(item->kind));
    g_autofree char *said = pb_state_server_words(item->evidence);
    if (item->note != NULL)
        g_string_append_printf(text, ": %s", item->note);
    if (said != NULL)
        g_string_append_printf(text, ": %s", said);
    g_autofree char *raw = g_string_free(text, FALSE);
    return pb_text_sanitise(raw, -1, 2000, pb_draw_ascii());
}

char *pb_timeline_line(const PbTimelineItem *item) {
    g_autofree char *when = pb_text_time_exact(item->at, g_get_real_time());
    g_autofree char *text = pb_timeline_text(item);
    return g_strdup_printf("%s  %s", when, text);
}
