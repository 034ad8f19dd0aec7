#include "accounts/paths.h"
#include "compose/draft.h"
#include "ui/app-private.h"

/* Entries that are held are few; more than this many need no countdown. */
#define HELD_LOOKED_AT 50

static gint64 count_list(PbApp *app, PbListKind kind) {
    PbQuery query = {.kind = kind};
    return MAX(pb_outbox_count(app->outbox, &query, NULL), 0);
}

static gint64 count_drafts(void) {
    g_autofree char *folder = pb_paths_drafts();
    g_autoptr(GPtrArray) drafts = pb_draft_list(folder, FALSE, NULL);
    return drafts != NULL ? drafts->len : 0;
}

/* The newest entry in its undo time: the undo offer of the notice row, which an older notice must
 * not hide. */
static void find_leaving(PbApp *app) {
    g_autoptr(PbEntry) before = g_steal_pointer(&app->leaving);
    PbQuery query = {.kind = PB_LIST_OUTBOX,
                     .state = pb_entry_state_to_string(PB_ENTRY_HELD),
                     .limit = HELD_LOOKED_AT};
    g_autoptr(GPtrArray) held = pb_outbox_list(app->outbox, &query, NULL);
    for (guint i = 0; held != NULL && i < held->len; i++) {
        PbEntry *entry = held->pdata[i];
        if (entry->hold != PB_HOLD_UNDO || entry->not_before <= g_get_real_time())
            continue;
        app->leaving = pb_outbox_get(app->outbox, entry->id, NULL);
        if (before == NULL || !g_str_equal(before->id, entry->id))
            g_clear_pointer(&app->notice.text, g_free);
        return;
    }
}

static void find_pauses(PbApp *app) {
    g_ptr_array_set_size(app->pauses, 0);
    for (guint i = 0; i < pb_account_list_count(app->accounts); i++) {
        const PbAccount *account = pb_account_list_at(app->accounts, i);
        PbPause *pause = pb_outbox_account_pause(app->outbox, account->name);
        if (pause != NULL)
            g_ptr_array_add(app->pauses, pause);
    }
}

void pb_app_recount(PbApp *app) {
    find_pauses(app);
    find_leaving(app);
    app->counts[PB_TAB_OUTBOX] = count_list(app, PB_LIST_OUTBOX);
    app->counts[PB_TAB_DRAFTS] = count_drafts();
    app->counts[PB_TAB_PROBLEMS] = count_list(app, PB_LIST_PROBLEMS) + app->pauses->len;
}
