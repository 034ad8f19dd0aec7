#include "ui/widget/when-sheet.h"

#include "ui/widget/when.h"

#include <glib/gi18n-lib.h>

typedef struct {
    PbWhenChosen chosen;
    gpointer user_data;
    GDestroyNotify destroy;
} When;

static void when_free(gpointer data) {
    When *self = data;
    if (self->destroy != NULL)
        self->destroy(self->user_data);
    g_free(self);
}

static void give(PbApp *app, When *self, PbHold hold, gint64 when) {
    /* The sheet, and `self` with it, lives until the current key is done. */
    pb_app_close_sheet(app);
    self->chosen(app, hold, when, self->user_data);
}

static gboolean when_done(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data) {
    When *self = user_data;
    gint64 when = 0;
    gint64 now = g_get_real_time();
    g_autoptr(GError) error = NULL;
    if (text == NULL)
        return TRUE;
    if (!pb_when_parse(text, now, &when, &error)) {
        pb_prompt_note(sheet, _("Not a time: try “fri 9:00” or “in 2h”."));
        return FALSE;
    }
    give(app, self, when > now ? PB_HOLD_SEND_AT : PB_HOLD_NONE, when);
    return TRUE;
}

static char *when_hint(const char *text, gpointer user_data) {
    (void) user_data;
    gint64 when = 0;
    gint64 now = g_get_real_time();
    g_autofree char *meaning = NULL;
    if (*text == '\0')
        meaning = g_strdup(_("“18:00”, “in 2h”, “fri 9”, “24 Nov 8:30”, “2026-11-24T08:00”"));
    else if (pb_when_parse(text, now, &when, NULL))
        meaning = pb_when_describe(when, now);
    else
        meaning = g_strdup(_("Not a time: try “fri 9:00” or “in 2h”."));
    return g_strconcat(meaning, "\n",
                       _("1 now   2 in 1 hour   3 tonight 18:00   4 tomorrow 08:00   5 Monday "
                         "08:00\n6 not before I release it (hold)"),
                       NULL);
}

/* 1 to 6 choose while nothing is typed yet; later they are digits of a time. */
static gboolean when_key(PbSheet *sheet, const PbKey *key, gpointer user_data) {
    static const char *const presets[] = {NULL, "in 1 hour", "18:00", "tomorrow 8", "monday 8"};
    When *self = user_data;
    gint64 when = 0;
    gint64 now = g_get_real_time();
    if (*pb_field_text(pb_prompt_field(sheet)) != '\0' || key->kind != PB_KEY_CHAR || key->ctrl ||
        key->alt || key->c < '1' || key->c > '6')
        return FALSE;
    if (key->c == '1')
        give(sheet->app, self, PB_HOLD_NONE, 0);
    else if (key->c == '6')
        give(sheet->app, self, PB_HOLD_USER, 0);
    else if (pb_when_parse(presets[key->c - '1'], now, &when, NULL))
        pb_field_set(pb_prompt_field(sheet), presets[key->c - '1']);
    return TRUE;
}

PbSheet *pb_when_sheet_new(PbApp *app, PbWhenChosen chosen, gpointer user_data,
                           GDestroyNotify destroy) {
    When *self = g_new0(When, 1);
    *self = (When){chosen, user_data, destroy};
    PbSheet *sheet = pb_prompt_new(app, _("When should it leave?"), _("When"), "", TRUE, when_done,
                                   self, when_free);
    pb_prompt_set_hint(sheet, when_hint);
    pb_prompt_set_keys(sheet, when_key);
    pb_prompt_set_texts(sheet, NULL, _("Set"));
    return sheet;
}
