#include "accounts/paths.h"
#include "accounts/pb-text.h"
#include "compose/draft.h"
#include "ui/compose-draft.h"

#include <glib/gi18n-lib.h>

static char *quoted_subject(const char *subject) {
    g_autofree char *clean = pb_text_sanitise(subject != NULL ? subject : "", -1, 512, FALSE);
    if (*clean == '\0')
        return g_strdup(_("the message without a subject"));
    g_autofree char *clipped = pb_text_clip_end(clean, 40, FALSE);
    /* TRANSLATORS: a subject in quotes */
    return g_strdup_printf(_("“%s”"), clipped);
}

/* The clock for today, the day for older ones. */
static char *clock_text(gint64 at) {
    gint64 now = g_get_real_time();
    if (now - at > 12 * G_TIME_SPAN_HOUR)
        return pb_text_time(at, now);
    g_autoptr(GDateTime) moment = g_date_time_new_from_unix_local(at / G_USEC_PER_SEC);
    return g_date_time_format(moment, "%H:%M");
}

void pb_compose_offer_unfinished(PbApp *app) {
    g_autofree char *folder = pb_paths_drafts();
    g_autoptr(GPtrArray) drafts = pb_draft_list(folder, FALSE, NULL);
    const PbDraftInfo *newest = NULL;
    guint count = 0;
    for (guint i = 0; drafts != NULL && i < drafts->len; i++) {
        const PbDraftInfo *info = g_ptr_array_index(drafts, i);
        if (!info->unfinished || info->open)
            continue;
        if (newest == NULL)
            newest = info;
        count++;
    }
    if (newest == NULL)
        return;
    g_autofree char *subject = quoted_subject(newest->subject);
    g_autofree char *when = clock_text(newest->changed);
    pb_app_show_tab(app, PB_TAB_DRAFTS, newest->id);
    /* TRANSLATORS: %s are the subject in quotes of the newest one, and a time ("14:30") */
    pb_app_notice(app,
                  g_dngettext(GETTEXT_PACKAGE,
                              "%u text was not finished: %s, saved %s. Enter goes on with it.",
                              "%u texts were not finished; Enter goes on with %s, saved %s.",
                              count),
                  count, subject, when);
}
