#include "accounts/account-list.h"
#include "accounts/paths.h"
#include "transport/outbox/outbox.h"
#include "ui/cli/command.h"
#include "ui/cli/options.h"
#include "ui/cli/prompt.h"
#include "ui/cli/submit.h"

#include <glib/gi18n-lib.h>

#include <sysexits.h>

typedef struct {
    char **accounts;
    int wait;
    gboolean due, json;
} FlushOptions;

static void tell(const PbEvent *event, gpointer user_data) {
    const FlushOptions *options = user_data;

    pb_submit_print_event(event, options->json);
    if (event->kind == PB_EVENT_TROUBLE && event->text != NULL)
        pb_cli_note(_("account “%s”: %s"), event->account, event->text);
}

/* Names the accounts that are paused while mail waits for them. */
static gboolean tell_paused(PbOutbox *outbox, PbAccountList *accounts) {
    gboolean any = FALSE;

    for (guint i = 0; i < pb_account_list_count(accounts); i++) {
        const char *name = pb_account_list_at(accounts, i)->name;
        g_autoptr(PbPause) pause = pb_outbox_account_pause(outbox, name);

        if (pause == NULL || pause->waiting == 0)
            continue;
        any = TRUE;
        pb_cli_note(_("account “%s” is paused: %s; ‘postbag account test %s’ lets it go on when it "
                      "works"),
                    name, pause->note, name);
    }
    return any;
}

static gboolean any_in_state(PbOutbox *outbox, const char *account, const char *state) {
    const PbQuery query = {.kind = PB_LIST_ALL, .account = account, .state = state};

    return pb_outbox_count(outbox, &query, NULL) > 0;
}

/* TRUE if one of the accounts still has something that waits for its turn or for the network. */
static gboolean something_waits(PbOutbox *outbox, PbAccountList *accounts) {
    for (guint i = 0; i < pb_account_list_count(accounts); i++) {
        const char *name = pb_account_list_at(accounts, i)->name;

        if (any_in_state(outbox, name, "queued") || any_in_state(outbox, name, "deferred") ||
            any_in_state(outbox, name, "sending"))
            return TRUE;
    }
    return FALSE;
}

static int run(const FlushOptions *options, PbAccountList *accounts, GError **error) {
    g_autofree char *folder = pb_paths_outbox();
    g_autoptr(PbOutbox) outbox = pb_outbox_open(folder, error);
    const PbSubmitOptions submit = {
        .everything = !options->due,
        .limit = (guint) options->wait,
        .tell = tell,
        .user_data = (gpointer) options,
    };
    PbSubmitResult result;
    gboolean paused;

    if (outbox == NULL || !pb_submit_run(outbox, accounts, &submit, &result, error))
        return EX_OK;
    paused = tell_paused(outbox, accounts);
    if (result.refused > 0)
        return EX_NOUSER;
    if (paused)
        return EX_NOPERM;
    if (result.trouble || result.timed_out || result.unsure > 0 ||
        something_waits(outbox, accounts))
        return EX_TEMPFAIL;
    return EX_OK;
}

static void options_clear(FlushOptions *options) {
    g_strfreev(options->accounts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FlushOptions, options_clear)

int pb_command_flush(int argc, char **argv) {
    g_auto(FlushOptions) options = {0};
    const GOptionEntry entries[] = {
        {"account", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.accounts,
         N_("only mail of this account; may be given several times"), N_("NAME")},
        {"wait", 0, 0, G_OPTION_ARG_INT, &options.wait, N_("stop after this many seconds"),
         N_("SECS")},
        {"due", 0, 0, G_OPTION_ARG_NONE, &options.due,
         N_("only what is due by itself; leaves alone what is to be tried later"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("print JSON"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {
        "flush",
        NULL,
        _("Submits now what waits in the outbox, except for what is held."),
        _("Ends with 0 when nothing is left waiting, 67 when a recipient was refused, 75 when "
          "something has to wait, 77 when an account is paused."),
        0,
        0};
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(GError) error = NULL;
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    if (options.wait < 0)
        return pb_cli_usage(_("“%d” is not a number of seconds"), options.wait);
    accounts = pb_account_list_load(&error);
    if (accounts == NULL ||
        (options.accounts != NULL &&
         !pb_submit_keep_accounts(accounts, (const char *const *) options.accounts, &error)))
        return pb_cli_fail(error);
    pb_prompt_allow_ask();
    exit_code = run(&options, accounts, &error);
    return error != NULL ? pb_cli_fail(error) : exit_code;
}
