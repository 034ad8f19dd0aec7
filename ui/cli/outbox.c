#include "ui/cli/outbox.h"

#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "accounts/pb-text.h"
#include "ui/cli/command.h"
#include "ui/cli/json-entry.h"
#include "ui/cli/options.h"
#include "ui/cli/output.h"
#include "ui/cli/submit.h"
#include "ui/practice.h"

#include <glib/gi18n-lib.h>

#include <string.h>
#include <sysexits.h>

/* --- shared ----------------------------------------------------------------------------------- */

PbOutbox *pb_outbox_command_open(GError **error) {
    g_autofree char *folder = pb_paths_outbox();

    PbOutbox *outbox = pb_outbox_open(folder, error);

    /* So that practice mail shows its bounces and receipts without the screen, too. */
    if (outbox != NULL)
        pb_practice_pick_up(outbox);
    return outbox;
}

gboolean pb_outbox_command_is_paused(PbOutbox *outbox, const PbEntry *entry) {
    g_autoptr(PbPause) pause = NULL;

    if (entry->state != PB_ENTRY_QUEUED && entry->state != PB_ENTRY_DEFERRED)
        return FALSE;
    pause = pb_outbox_account_pause(outbox, entry->account);
    return pause != NULL;
}

typedef struct {
    const char *prefix;
    char *id;
    guint found;
} Search;

static gboolean match(const PbEntry *entry, gpointer user_data) {
    Search *search = user_data;

    if (!g_str_has_prefix(entry->id, search->prefix))
        return TRUE;
    search->found++;
    if (search->id == NULL)
        search->id = g_strdup(entry->id);
    return search->found < 2;
}

PbEntry *pb_outbox_command_find(PbOutbox *outbox, const char *typed, GError **error) {
    const PbQuery query = {.kind = PB_LIST_ALL};
    Search search = {.prefix = typed};
    g_autofree char *id = NULL;
    PbEntry *exact = pb_outbox_get(outbox, typed, NULL);

    if (exact != NULL)
        return exact;
    if (*typed == '\0' || !pb_outbox_foreach(outbox, &query, match, &search, error)) {
        g_free(search.id);
        if (*typed == '\0')
            g_set_error_literal(error, PB_ERROR, PB_ERROR_USAGE, _("an id cannot be empty"));
        return NULL;
    }
    id = search.id;
    if (search.found == 1)
        return pb_outbox_get(outbox, id, error);
    if (search.found == 0)
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT,
                    _("there is no message “%s” in the outbox; ‘postbag outbox list --all’ shows "
                      "all"),
                    typed);
    else
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("“%s” is the beginning of several ids; type more of it"), typed);
    return NULL;
}

static char *all_states(void) {
    g_autoptr(GString) names = g_string_new(NULL);

    for (int state = PB_ENTRY_HELD; state <= PB_ENTRY_CANCELLED; state++)
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "",
                               pb_entry_state_to_string((PbEntryState) state));
    return g_strdup(names->str);
}

gboolean pb_outbox_command_check_state(const char *state, GError **error) {
    PbEntryState parsed;
    g_autofree char *known = NULL;

    if (state == NULL || pb_entry_state_from_string(state, &parsed))
        return TRUE;
    known = all_states();
    g_set_error(error, PB_ERROR, PB_ERROR_USAGE, _("“%s” is not a state; these are: %s"), state,
                known);
    return FALSE;
}

/* --- list ------------------------------------------------------------------------------------- */

typedef struct {
    PbOutbox *outbox;
    GHashTable *paused; /* account -> GINT_TO_POINTER(1 no, 2 yes) */
    gboolean json;
    guint printed, limit;
} Listing;

/* Asked once per account: a hundred thousand entries belong to a handful of them. */
static gboolean account_is_paused(Listing *listing, const PbEntry *entry) {
    gpointer known = g_hash_table_lookup(listing->paused, entry->account);

    if (known == NULL) {
        g_autoptr(PbPause) pause = pb_outbox_account_pause(listing->outbox, entry->account);

        known = GINT_TO_POINTER(pause != NULL ? 2 : 1);
        g_hash_table_insert(listing->paused, g_strdup(entry->account), known);
    }
    return known == GINT_TO_POINTER(2);
}

static void print_row(const PbEntry *entry, gboolean paused) {
    g_autofree char *state = pb_entry_state_text(entry, paused, g_get_real_time());
    const PbCell cells[] = {{16, entry->id}, {16, state}, {18, entry->to}, {0, entry->subject}};

    pb_output_row(cells, G_N_ELEMENTS(cells));
}

static gboolean list_one(const PbEntry *entry, gpointer user_data) {
    Listing *listing = user_data;
    gboolean paused = account_is_paused(listing, entry);

    if (listing->json)
        pb_output_json(pb_json_entry(entry, paused));
    else
        print_row(entry, paused);
    listing->printed++;
    return listing->limit == 0 || listing->printed < listing->limit;
}

static int list(const PbQuery *query, gboolean json, guint limit) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbOutbox) outbox = pb_outbox_command_open(&error);
    g_autoptr(GHashTable) paused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Listing listing = {outbox, paused, json, 0, limit};

    if (outbox == NULL || !pb_outbox_foreach(outbox, query, list_one, &listing, &error))
        return pb_cli_fail(error);
    if (listing.printed == 0 && !json)
        pb_cli_note(query->kind == PB_LIST_ALL
                        ? _("there is no such message in the outbox")
                        : _("nothing waits in the outbox; --all lists everything ever sent"));
    return EX_OK;
}

static int list_named(char **ids, gboolean json) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbOutbox) outbox = pb_outbox_command_open(&error);

    for (; outbox != NULL && *ids != NULL; ids++) {
        g_autoptr(PbEntry) entry = pb_outbox_command_find(outbox, *ids, &error);
        gboolean paused;

        if (entry == NULL)
            break;
        paused = pb_outbox_command_is_paused(outbox, entry);
        if (json)
            pb_output_json(pb_json_entry(entry, paused));
        else
            print_row(entry, paused);
    }
    return pb_cli_fail(error);
}

int pb_outbox_command_list(int argc, char **argv) {
    g_autofree char *state = NULL;
    g_autofree char *account = NULL;
    g_autofree char *search = NULL;
    gboolean all = FALSE, json = FALSE, oldest = FALSE;
    int limit = 0;
    const GOptionEntry entries[] = {
        {"all", 'a', 0, G_OPTION_ARG_NONE, &all,
         N_("everything, not only what waits or was settled in the last hour"), NULL},
        {"state", 0, 0, G_OPTION_ARG_FILENAME, &state, N_("only messages in this state"),
         N_("STATE")},
        {"account", 0, 0, G_OPTION_ARG_FILENAME, &account, N_("only messages of this account"),
         N_("NAME")},
        {"search", 0, 0, G_OPTION_ARG_FILENAME, &search,
         N_("only messages with these words in recipients, subject, ids or replies"), N_("WORDS")},
        {"oldest-first", 0, 0, G_OPTION_ARG_NONE, &oldest, N_("oldest first"), NULL},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit, N_("at most this many"), N_("NUMBER")},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("print JSON, one object per line"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {
        "outbox list", _("[ID…]"), _("Lists what was queued and what became of it."), NULL, 0, -1};
    g_autoptr(GError) error = NULL;
    PbQuery query;
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    if (!pb_outbox_command_check_state(state, &error))
        return pb_cli_fail(error);
    if (argc > 1)
        return list_named(argv + 1, json);
    query = (PbQuery){
        .kind = all || state != NULL || search != NULL ? PB_LIST_ALL : PB_LIST_OUTBOX,
        .state = state,
        .account = account,
        .text = search,
        .oldest_first = oldest,
    };
    return list(&query, json, (guint) MAX(limit, 0));
}

/* --- show ------------------------------------------------------------------------------------- */

static void show_timeline(PbOutbox *outbox, const PbEntry *entry) {
    gint64 now = g_get_real_time();
    g_autoptr(GPtrArray) items = pb_outbox_timeline(outbox, entry->id, NULL);

    for (guint i = 0; items != NULL && i < items->len; i++) {
        const PbTimelineItem *item = g_ptr_array_index(items, i);
        g_autofree char *when = pb_text_time_exact(item->at, now);
        g_autofree char *said = item->evidence == NULL ? NULL : pb_evidence_line(item->evidence);

        pb_output_line("%-18s  %s  %s%s%s", when, item->kind,
                       item->address != NULL ? item->address : "",
                       item->address != NULL ? "  " : "",
                       said != NULL         ? said
                       : item->note != NULL ? item->note
                                            : "");
    }
}

static void show_entry(PbOutbox *outbox, const PbEntry *entry) {
    gboolean paused = pb_outbox_command_is_paused(outbox, entry);
    g_autofree char *state = pb_entry_state_text(entry, paused, g_get_real_time());
    g_autofree char *size = pb_text_size(entry->size);

    pb_output_field(_("message"), entry->id);
    pb_output_field(_("state"), state);
    pb_output_field(_("because"), entry->hold_note);
    pb_output_field(_("account"), entry->account);
    pb_output_field(_("from"), entry->from);
    pb_output_field(_("subject"), entry->subject);
    pb_output_field(_("message id"), entry->message_id);
    pb_output_field(_("size"), size);
    pb_output_line("%s", "");
    pb_submit_print_entry(entry);
    pb_output_line("%s", "");
    show_timeline(outbox, entry);
}

/* Already masked when it was recorded. Lines are kept, everything else is made harmless. */
static void show_transcripts(PbOutbox *outbox, const PbEntry *entry) {
    g_autoptr(GPtrArray) attempts = pb_outbox_attempts(outbox, entry->id, NULL);

    for (guint i = 0; attempts != NULL && i < attempts->len; i++) {
        const PbAttempt *attempt = g_ptr_array_index(attempts, i);
        g_auto(GStrv) lines =
            g_strsplit(attempt->transcript != NULL ? attempt->transcript : "", "\n", -1);

        for (guint j = 0; lines[j] != NULL; j++)
            pb_output_line("%s", lines[j]);
    }
}

int pb_outbox_command_show(int argc, char **argv) {
    gboolean json = FALSE, transcript = FALSE;
    const GOptionEntry entries[] = {
        {"transcript", 0, 0, G_OPTION_ARG_NONE, &transcript,
         N_("also print the dialogue with the server"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("print JSON"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {
        "outbox show", _("ID…"), _("Shows messages with their recipients and what happened."),
        NULL,          1,        -1};
    g_autoptr(GError) error = NULL;
    g_autoptr(PbOutbox) outbox = NULL;
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    outbox = pb_outbox_command_open(&error);
    for (argv++; outbox != NULL && *argv != NULL; argv++) {
        g_autoptr(PbEntry) entry = pb_outbox_command_find(outbox, *argv, &error);

        if (entry == NULL)
            break;
        if (json)
            pb_output_json(pb_json_entry(entry, pb_outbox_command_is_paused(outbox, entry)));
        else
            show_entry(outbox, entry);
        if (transcript && !json)
            show_transcripts(outbox, entry);
    }
    return pb_cli_fail(error);
}

int pb_command_outbox(int argc, char **argv) {
    static const PbCommand table[] = {
        {"cancel", N_("stop messages that have not left"), pb_outbox_command_cancel},
        {"hold", N_("keep messages until they are released"), pb_outbox_command_hold},
        {"list", N_("list messages and their states"), pb_outbox_command_list},
        {"release", N_("let held messages go"), pb_outbox_command_release},
        {"retry", N_("try deferred or refused messages again"), pb_outbox_command_retry},
        {"settle", N_("say what became of messages that are unsure"), pb_outbox_command_settle},
        {"show", N_("show messages with everything known about them"), pb_outbox_command_show},
        {NULL, NULL, NULL},
    };

    return pb_command_run_table("outbox", table, argc, argv);
}
