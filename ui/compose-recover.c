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
    g_autofree char *when = pb_text_time(newest->changed, g_get_real_time());
    pb_app_show_tab(app, PB_TAB_DRAFTS, newest->id);
    /* TRANSLATORS: %s are the subject in quotes of the newest one, and a time ("14:30") */
    pb_app_notice(app,
                  g_dngettext(GETTEXT_PACKAGE,
                              "%u text was not finished: %s, saved %s. Enter goes on with it.",
                              "%u texts were not finished, the newest is %s, saved %s. Enter goes "
                              "on with it.",
                              count),
                  count, subject, when);
}
