/* `postbag outbox hold|release|retry|cancel|settle`: one act on the entries named, or on all in a
 * state or of an account. Each act carries the version that was seen. */
#include "accounts/pb-error.h"
#include "ui/cli/command.h"
#include "ui/cli/json-entry.h"
#include "ui/cli/options.h"
#include "ui/cli/outbox.h"
#include "ui/cli/output.h"

#include <glib/gi18n-lib.h>

#include <sysexits.h>

typedef struct Act Act;
struct Act {
    PbOptionsAbout about;
    const char *done; /* N_(): printed with the id */
    gboolean (*run)(PbOutbox *outbox, const PbEntry *entry, const Act *act, GError **error);
    /* filled from options */
    char *state, *account, *until;
    gboolean json, arrived, again;
    gint64 not_before;
};

static void act_clear(Act *act) {
    g_free(act->state);
    g_free(act->account);
    g_free(act->until);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Act, act_clear)

/* --- on which entries ------------------------------------------------------------------------- */

static gboolean collect(const PbEntry *entry, gpointer ids) {
    g_ptr_array_add(ids, g_strdup(entry->id));
    return TRUE;
}

/* Ids first, acts later: an act changes what the query would find. */
static GPtrArray *chosen_ids(PbOutbox *outbox, const Act *act, char **typed, GError **error) {
    const PbQuery query = {.kind = PB_LIST_ALL, .state = act->state, .account = act->account};
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

    for (; *typed != NULL; typed++)
        g_ptr_array_add(ids, g_strdup(*typed));
    if (act->state != NULL || act->account != NULL) {
        if (!pb_outbox_foreach(outbox, &query, collect, ids, error))
            return NULL;
    } else if (ids->len == 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("‘postbag %s’ needs ids, or --state or --account"), act->about.command);
        return NULL;
    }
    return g_steal_pointer(&ids);
}

static gboolean act_on(PbOutbox *outbox, const Act *act, const char *typed, GError **error) {
    g_autoptr(PbEntry) entry = pb_outbox_command_find(outbox, typed, error);
    g_autoptr(PbEntry) after = NULL;

    if (entry == NULL || !act->run(outbox, entry, act, error))
        return FALSE;
    if (!act->json) {
        pb_output_line("%s  %s", entry->id, _(act->done));
        return TRUE;
    }
    after = pb_outbox_get(outbox, entry->id, error);
    if (after == NULL)
        return FALSE;
    pb_output_json(pb_json_entry(after, pb_outbox_command_is_paused(outbox, after)));
    return TRUE;
}

/* One entry that cannot be changed does not keep the others from it. */
static int act_on_all(Act *act, char **typed) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbOutbox) outbox = pb_outbox_command_open(&error);
    g_autoptr(GPtrArray) ids = outbox == NULL ? NULL : chosen_ids(outbox, act, typed, &error);
    int exit_code = EX_OK;

    if (ids == NULL)
        return pb_cli_fail(error);
    for (guint i = 0; i < ids->len; i++) {
        g_autoptr(GError) fault = NULL;

        if (!act_on(outbox, act, g_ptr_array_index(ids, i), &fault) && exit_code == EX_OK)
            exit_code = pb_cli_fail(fault);
        else if (fault != NULL)
            pb_cli_fail(fault);
    }
    return exit_code;
}

/* --- options ---------------------------------------------------------------------------------- */

static gboolean parse_until(Act *act, GError **error) {
    g_autoptr(GTimeZone) local = g_time_zone_new_local();
    g_autoptr(GDateTime) moment = NULL;

    if (act->until == NULL)
        return TRUE;
    moment = g_date_time_new_from_iso8601(act->until, local);
    if (moment == NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("“%s” is not a time; write it like “2026-11-25T08:00:00”"), act->until);
        return FALSE;
    }
    act->not_before = g_date_time_to_unix(moment) * G_USEC_PER_SEC;
    return TRUE;
}

static int run_act(Act *act, const GOptionEntry *own, int argc, char **argv) {
    const GOptionEntry shared[] = {
        {"state", 0, 0, G_OPTION_ARG_FILENAME, &act->state, N_("all messages in this state"),
         N_("STATE")},
        {"account", 0, 0, G_OPTION_ARG_FILENAME, &act->account, N_("all messages of this account"),
         N_("NAME")},
        {"json", 0, 0, G_OPTION_ARG_NONE, &act->json, N_("print JSON"), NULL},
    };
    g_autoptr(GArray) entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
    g_autoptr(GError) error = NULL;
    int exit_code;

    for (; own != NULL && own->long_name != NULL; own++)
        g_array_append_val(entries, *own);
    g_array_append_vals(entries, shared, G_N_ELEMENTS(shared));
    if (!pb_options_parse(&argc, &argv, (const GOptionEntry *) (gpointer) entries->data,
                          &act->about, &exit_code))
        return exit_code;
    if (!pb_outbox_command_check_state(act->state, &error) || !parse_until(act, &error))
        return pb_cli_fail(error);
    return act_on_all(act, argv + 1);
}

/* --- the acts --------------------------------------------------------------------------------- */

static gboolean hold(PbOutbox *outbox, const PbEntry *entry, const Act *act, GError **error) {
    PbHold reason = act->not_before != 0 ? PB_HOLD_SEND_AT : PB_HOLD_USER;

    return pb_outbox_hold(outbox, entry->id, entry->version, reason, act->not_before, NULL, error);
}

static gboolean release(PbOutbox *outbox, const PbEntry *entry, const Act *act, GError **error) {
    (void) act;
    return pb_outbox_release(outbox, entry->id, entry->version, 0, error);
}

static gboolean retry(PbOutbox *outbox, const PbEntry *entry, const Act *act, GError **error) {
    (void) act;
    return pb_outbox_retry(outbox, entry->id, entry->version, error);
}

static gboolean cancel(PbOutbox *outbox, const PbEntry *entry, const Act *act, GError **error) {
    (void) act;
    return pb_outbox_cancel(outbox, entry->id, entry->version, error);
}

/* Refused recipients are only dismissed; unsure ones need to be told what happened. */
static gboolean settle(PbOutbox *outbox, const PbEntry *entry, const Act *act, GError **error) {
    if (act->arrived == act->again && (act->arrived || entry->state == PB_ENTRY_UNSURE)) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("‘postbag outbox settle’ needs either --arrived or --again for message “%s”"),
                    entry->id);
        return FALSE;
    }
    return pb_outbox_settle(outbox, entry->id, entry->version, act->arrived, error);
}

int pb_outbox_command_hold(int argc, char **argv) {
    g_auto(Act) act = {
        .about = {"outbox hold", _("[ID…]"), _("Keeps messages until they are released."), NULL, 0,
                  -1},
        .done = N_("held"),
        .run = hold,
    };
    const GOptionEntry own[] = {
        {"until", 0, 0, G_OPTION_ARG_FILENAME, &act.until,
         N_("let them go by themselves at this time, such as “2026-11-25T08:00:00”"), N_("TIME")},
        {NULL},
    };

    return run_act(&act, own, argc, argv);
}

int pb_outbox_command_release(int argc, char **argv) {
    g_auto(Act) act = {
        .about = {"outbox release", _("[ID…]"), _("Lets held messages go."),
                  _("‘postbag flush’ or an open postbag submits them."), 0, -1},
        .done = N_("released"),
        .run = release,
    };

    return run_act(&act, NULL, argc, argv);
}

int pb_outbox_command_retry(int argc, char **argv) {
    g_auto(Act) act = {
        .about = {"outbox retry", _("[ID…]"),
                  _("Makes deferred recipients due now; queues refused ones again."),
                  _("‘postbag flush’ or an open postbag submits them."), 0, -1},
        .done = N_("queued again"),
        .run = retry,
    };

    return run_act(&act, NULL, argc, argv);
}

int pb_outbox_command_cancel(int argc, char **argv) {
    g_auto(Act) act = {
        .about = {"outbox cancel", _("[ID…]"), _("Stops messages that have not left."), NULL, 0,
                  -1},
        .done = N_("cancelled"),
        .run = cancel,
    };

    return run_act(&act, NULL, argc, argv);
}

int pb_outbox_command_settle(int argc, char **argv) {
    g_auto(Act) act = {
        .about = {"outbox settle", _("[ID…]"),
                  _("Says what became of messages that may or may not have been sent."), NULL, 0,
                  -1},
        .done = N_("settled"),
        .run = settle,
    };
    const GOptionEntry own[] = {
        {"arrived", 0, 0, G_OPTION_ARG_NONE, &act.arrived, N_("they arrived"), NULL},
        {"again", 0, 0, G_OPTION_ARG_NONE, &act.again,
         N_("they did not arrive and are to be sent again"), NULL},
        {NULL},
    };

    return run_act(&act, own, argc, argv);
}
