#include "accounts/account-list.h"
#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "compose/checks.h"
#include "compose/draft.h"
#include "compose/mime.h"
#include "ui/app.h"
#include "ui/cli/command.h"
#include "ui/cli/compose-flags.h"
#include "ui/cli/json-entry.h"
#include "ui/cli/options.h"
#include "ui/cli/outbox.h"
#include "ui/cli/output.h"
#include "ui/cli/prompt.h"
#include "ui/cli/submit.h"
#include "ui/send.h"

#include <glib/gi18n-lib.h>

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#define WAIT_SECONDS 30

typedef struct {
    PbComposeFlags fields;
    gboolean send, draft, print, queue_only, json, ascii;
    int wait;
} ComposeOptions;

static void compose_options_clear(ComposeOptions *options) {
    pb_compose_flags_clear(&options->fields);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ComposeOptions, compose_options_clear)

/* --- print and draft -------------------------------------------------------------------------- */

static int print_message(PbMessage *message) {
    g_autoptr(GError) error = NULL;
    PbMimeFacts facts;

    fflush(stdout);
    pb_mime_write(message, STDOUT_FILENO, NULL, &facts, &error);
    return pb_cli_fail(error);
}

static int save_draft(const PbMessage *message, gboolean json) {
    g_autofree char *folder = pb_paths_drafts();
    g_autoptr(GError) error = NULL;
    g_autoptr(PbDraft) draft = pb_draft_new(folder, &error);
    json_t *object;

    if (draft == NULL || !pb_draft_save(draft, message, TRUE, &error))
        return pb_cli_fail(error);
    if (!json) {
        pb_output_line(_("kept as draft %s"), pb_draft_id(draft));
        return EX_OK;
    }
    object = json_object();
    json_object_set_new(object, "draft", pb_output_json_text(pb_draft_id(draft)));
    pb_output_json(object);
    return EX_OK;
}

/* --- send ------------------------------------------------------------------------------------- */

/* What would stop `y` on the screen stops --send. */
static gboolean check(const PbMessage *message, GError **error) {
    g_autoptr(GPtrArray) findings = pb_checks_run(message, 0);

    for (guint i = 0; i < findings->len; i++) {
        const PbFinding *finding = g_ptr_array_index(findings, i);

        if (!finding->blocking)
            continue;
        g_set_error_literal(error, PB_ERROR, PB_ERROR_DATA, finding->text);
        return FALSE;
    }
    return TRUE;
}

static void tell_trouble(const PbEvent *event, gpointer user_data) {
    (void) user_data;
    if ((event->kind == PB_EVENT_TROUBLE || event->kind == PB_EVENT_PAUSED) && event->text != NULL)
        pb_cli_note(_("account “%s”: %s"), event->account, event->text);
}

static gboolean submit(PbOutbox *outbox, PbAccountList *accounts, const PbEntry *entry, int wait,
                       GError **error) {
    const char *const names[] = {entry->account, NULL};
    const PbSubmitOptions options = {
        .entry = entry->id, .patience = (guint) wait, .tell = tell_trouble};
    PbSubmitResult result;

    return pb_submit_keep_accounts(accounts, names, error) &&
           pb_submit_run(outbox, accounts, &options, &result, error);
}

static gboolean any_refused(const PbEntry *entry) {
    for (guint i = 0; i < entry->recipients->len; i++) {
        const PbRecipient *recipient = g_ptr_array_index(entry->recipients, i);

        if (recipient->state == PB_RCPT_REFUSED)
            return TRUE;
    }
    return FALSE;
}

static int tell_entry(PbOutbox *outbox, const PbEntry *entry, gboolean json) {
    if (json) {
        pb_output_json(pb_json_entry(entry, pb_outbox_command_is_paused(outbox, entry)));
    } else {
        pb_output_line(_("message %s"), entry->id);
        pb_submit_print_entry(entry);
    }
    return any_refused(entry) ? EX_NOUSER : EX_OK;
}

static int send_message(PbMessage *message, PbAccountList *accounts,
                        const ComposeOptions *options) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbOutbox) outbox = NULL;
    g_autoptr(PbEntry) queued = NULL;
    g_autoptr(PbEntry) entry = NULL;
    g_autofree char *id = NULL;

    if (!check(message, &error))
        return pb_cli_fail(error);
    outbox = pb_outbox_command_open(&error);
    if (outbox != NULL)
        id = pb_send_message(outbox, accounts, message, NULL, NULL, &error);
    queued = id == NULL ? NULL : pb_outbox_get(outbox, id, &error);
    if (queued == NULL)
        return pb_cli_fail(error);
    /* From here on it is safe; trouble is told, and what is left is for the next flush. */
    pb_prompt_allow_ask();
    if (!options->queue_only && !submit(outbox, accounts, queued, options->wait, &error))
        pb_cli_note(_("kept in the outbox as %s: %s"), id, error->message);
    entry = pb_outbox_get(outbox, id, NULL);
    return tell_entry(outbox, entry != NULL ? entry : queued, options->json);
}

/* --- entry ------------------------------------------------------------------------------------ */

static int open_composer(PbMessage *message, gboolean ascii) {
    const PbAppOptions options = {.ascii = ascii, .message = message};
    g_autoptr(GError) error = NULL;
    int exit_code = pb_app_run(&options, &error);

    return error != NULL ? pb_cli_fail(error) : exit_code;
}

static int act(ComposeOptions *options) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbMessage) message = pb_compose_flags_message(&options->fields, &error);
    g_autoptr(PbAccountList) accounts = NULL;

    if (message == NULL)
        return pb_cli_fail(error);
    if (options->draft)
        return save_draft(message, options->json);
    if (!options->send && !options->print)
        return open_composer(g_steal_pointer(&message), options->ascii);
    accounts = pb_account_list_load(&error);
    if (accounts == NULL || !pb_compose_flags_complete(message, accounts, &error))
        return pb_cli_fail(error);
    return options->print ? print_message(message) : send_message(message, accounts, options);
}

int pb_command_compose(int argc, char **argv) {
    g_auto(ComposeOptions) options = {.wait = WAIT_SECONDS};
    PbComposeFlags *fields = &options.fields;
    const GOptionEntry entries[] = {
        {"subject", 's', 0, G_OPTION_ARG_FILENAME, &fields->subject, N_("subject"), N_("TEXT")},
        {"attach", 'a', 0, G_OPTION_ARG_FILENAME_ARRAY, &fields->attach,
         N_("attach a file; may be given several times"), N_("FILE")},
        {"to", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &fields->to, N_("recipient"), N_("ADDRESS")},
        {"cc", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &fields->cc, N_("recipient of a copy"),
         N_("ADDRESS")},
        {"bcc", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &fields->bcc, N_("recipient of a blind copy"),
         N_("ADDRESS")},
        {"reply-to", 0, 0, G_OPTION_ARG_FILENAME, &fields->reply_to, N_("where answers shall go"),
         N_("ADDRESS")},
        {"from", 0, 0, G_OPTION_ARG_FILENAME, &fields->from,
         N_("write from this address; it also chooses the account"), N_("ADDRESS")},
        {"account", 0, 0, G_OPTION_ARG_FILENAME, &fields->account, N_("send through this account"),
         N_("NAME")},
        {"body", 0, 0, G_OPTION_ARG_FILENAME, &fields->body,
         N_("take the text from this file; “-” is standard input"), N_("FILE")},
        {"send", 0, 0, G_OPTION_ARG_NONE, &options.send, N_("send it without a screen"), NULL},
        {"draft", 0, 0, G_OPTION_ARG_NONE, &options.draft, N_("only keep it as a draft"), NULL},
        {"print", 0, 0, G_OPTION_ARG_NONE, &options.print,
         N_("only write the finished message to standard output"), NULL},
        {"queue-only", 0, 0, G_OPTION_ARG_NONE, &options.queue_only,
         N_("with --send: only put it into the outbox"), NULL},
        {"wait", 0, 0, G_OPTION_ARG_INT, &options.wait,
         N_("with --send: leave the rest to the next flush after this many seconds without news"),
         N_("SECS")},
        {"ascii", 0, 0, G_OPTION_ARG_NONE, &options.ascii,
         N_("draw the composer with ASCII characters only"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("print JSON"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {
        "compose",
        _("[ADDRESS…|mailto:URL]"),
        _("Opens the composer, or with --send, --draft or --print works without a screen."),
        _("--send ends with 0 when the message was accepted or is safe in the outbox, 67 when a "
          "recipient was refused."),
        0,
        -1};
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    if (options.send + options.draft + options.print > 1)
        return pb_cli_usage(_("--send, --draft and --print exclude each other"));
    if (options.wait < 0)
        return pb_cli_usage(_("“%d” is not a number of seconds"), options.wait);
    options.queue_only = options.queue_only || options.wait == 0;
    options.fields.arguments = argv + 1;
    return act(&options);
}
