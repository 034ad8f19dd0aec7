/* `postbag sendmail`: a finished message on stdin becomes an outbox entry.
 *
 * Exit 0 means that postbag has taken responsibility: the entry is durable.
 * What happened to it right away is one line on stderr.
 */
#include "accounts/account-list.h"
#include "accounts/pb-error.h"
#include "compose/address.h"
#include "compose/intake.h"
#include "transport/outbox/outbox.h"
#include "ui/cli/command.h"
#include "ui/cli/outbox.h"
#include "ui/cli/prompt.h"
#include "ui/cli/sendmail-options.h"
#include "ui/cli/submit.h"
#include "ui/send.h"

#include <glib/gi18n-lib.h>

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

/* A caller waits for us: without any news for this long the rest is left to the next flush. */
#define PATIENCE_SECONDS 30

/* --- who it is from and who it is for --------------------------------------------------------- */

static gboolean is_default_only(const PbChoice *choice) {
    return choice->reason == PB_CHOICE_DEFAULT;
}

/* The order: named by the caller, named in the header, From, -f, the default. */
static gboolean choose(PbAccountList *accounts, const PbSendmailOptions *options,
                       const PbIntake *intake, PbChoice *choice_out, GError **error) {
    const char *named = options->account != NULL ? options->account : intake->account;
    PbChoice by_sender;

    if (!pb_account_list_choose(accounts, named, intake->from_address, choice_out, error))
        return FALSE;
    if (is_default_only(choice_out) && options->sender != NULL && *options->sender != '\0' &&
        pb_account_list_choose(accounts, NULL, options->sender, &by_sender, NULL) &&
        !is_default_only(&by_sender))
        *choice_out = by_sender;
    return TRUE;
}

/* The mailbox for a message without From; NULL if none is known. */
static char *default_from(PbAccountList *accounts, const PbSendmailOptions *options) {
    PbChoice choice;
    g_autoptr(PbAddress) address = NULL;

    if (options->sender != NULL && *options->sender != '\0')
        return g_strdup(options->sender);
    if (!pb_account_list_choose(accounts, options->account, NULL, &choice, NULL) ||
        choice.identity == NULL)
        return NULL;
    address = pb_address_new(options->full_name != NULL       ? options->full_name
                             : *choice.identity->name != '\0' ? choice.identity->name
                                                              : NULL,
                             choice.identity->address);
    return pb_address_to_string(address);
}

static gboolean is_known(GPtrArray *recipients, const char *address) {
    for (guint i = 0; i < recipients->len; i++) {
        if (pb_address_spec_equal(g_ptr_array_index(recipients, i), address))
            return TRUE;
    }
    return FALSE;
}

static gboolean add_addresses(GPtrArray *recipients, const char *typed, GError **error) {
    g_autoptr(GPtrArray) parsed = pb_address_list_parse(typed, error);

    if (parsed == NULL) {
        g_prefix_error(error, _("recipient “%s”: "), typed);
        return FALSE;
    }
    for (guint i = 0; i < parsed->len; i++) {
        const PbAddress *address = g_ptr_array_index(parsed, i);

        if (!is_known(recipients, address->address))
            g_ptr_array_add(recipients, g_strdup(address->address));
    }
    return TRUE;
}

static GPtrArray *recipients_of(const PbSendmailOptions *options, const PbIntake *intake,
                                GError **error) {
    g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < options->addresses->len; i++) {
        if (!add_addresses(recipients, g_ptr_array_index(options->addresses, i), error))
            return NULL;
    }
    for (guint i = 0; intake->recipients != NULL && i < intake->recipients->len; i++) {
        const char *address = g_ptr_array_index(intake->recipients, i);

        if (!is_known(recipients, address))
            g_ptr_array_add(recipients, g_strdup(address));
    }
    if (recipients->len == 0) {
        g_set_error_literal(error, PB_ERROR, PB_ERROR_DATA,
                            _("the message names no recipient in To, Cc or Bcc"));
        return NULL;
    }
    return g_steal_pointer(&recipients);
}

/* --- queueing --------------------------------------------------------------------------------- */

static PbIntake *take_in(PbAccountList *accounts, const PbSendmailOptions *options, int out,
                         GError **error) {
    g_autofree char *from = default_from(accounts, options);
    const PbIntakeOptions intake = {
        .recipients_from_headers = options->recipients_from_headers,
        .dot_ends = !options->ignore_dots,
        .default_from = from,
        .full_name = options->full_name,
    };

    return pb_intake_read(STDIN_FILENO, out, &intake, error);
}

static char *queue(PbOutbox *outbox, PbAccountList *accounts, const PbSendmailOptions *options,
                   char **account_out, GError **error) {
    g_autoptr(PbOutboxWriter) writer = pb_outbox_writer_new(outbox, error);
    g_autoptr(PbIntake) intake = NULL;
    g_autoptr(GPtrArray) recipients = NULL;
    g_autofree char *notify = NULL;
    g_autofree char *to = NULL;
    g_autofree char *id = NULL;
    PbChoice choice;
    PbNewEntry entry;

    if (writer == NULL || !pb_send_notify(options->notify, &notify, error))
        return NULL;
    intake = take_in(accounts, options, pb_outbox_writer_fd(writer), error);
    if (intake == NULL || !choose(accounts, options, intake, &choice, error))
        return NULL;
    recipients = recipients_of(options, intake, error);
    if (recipients == NULL)
        return NULL;
    if (notify == NULL && choice.identity != NULL &&
        !pb_send_notify(choice.identity->dsn, &notify, error))
        return NULL;
    to = pb_send_envelope_label(recipients);
    entry = (PbNewEntry){
        .account = choice.account->name,
        .from = intake->from,
        .reverse_path = options->sender != NULL ? options->sender : intake->from_address,
        .to = to,
        .subject = intake->subject,
        .message_id = intake->message_id,
        .recipients = recipients,
        .eight_bit = intake->eight_bit,
        .utf8_headers = intake->utf8_headers,
        .notify = notify,
    };
    id = pb_outbox_add(outbox, writer, &entry, error);
    if (id != NULL)
        *account_out = g_strdup(choice.account->name);
    return g_steal_pointer(&id);
}

/* --- what happened ---------------------------------------------------------------------------- */

static void keep_trouble(const PbEvent *event, gpointer user_data) {
    char **trouble = user_data;

    if ((event->kind != PB_EVENT_TROUBLE && event->kind != PB_EVENT_PAUSED) || event->text == NULL)
        return;
    g_free(*trouble);
    *trouble = g_strdup(event->text);
}

/* The first recipient that was not accepted, with what was said about it. NULL: all were. */
static char *worst_of(const PbEntry *entry) {
    for (guint i = 0; i < entry->recipients->len; i++) {
        const PbRecipient *recipient = g_ptr_array_index(entry->recipients, i);
        g_autofree char *said = NULL;

        if (recipient->state == PB_RCPT_ACCEPTED || recipient->evidence == NULL)
            continue;
        said = pb_evidence_line(recipient->evidence);
        return g_strdup_printf("%s: %s", recipient->address, said);
    }
    return NULL;
}

static void tell(const PbEntry *entry, const char *trouble) {
    g_autofree char *worst = worst_of(entry);
    const char *because = trouble != NULL ? trouble : worst;

    if (entry->state == PB_ENTRY_SENT || entry->state == PB_ENTRY_DELIVERED)
        pb_cli_note(g_dngettext(GETTEXT_PACKAGE, "sent through %s to %u recipient (%s)",
                                "sent through %s to %u recipients (%s)", entry->accepted_count),
                    entry->account, entry->accepted_count, entry->id);
    else if (entry->state == PB_ENTRY_UNSURE)
        pb_cli_note(_("message %s may or may not have been sent; ‘postbag outbox settle’ decides"),
                    entry->id);
    else if (entry->state == PB_ENTRY_FAILED || entry->state == PB_ENTRY_PARTIAL)
        pb_cli_note(_("message %s: %u of %u recipients accepted; %s"), entry->id,
                    entry->accepted_count, entry->recipient_count, worst != NULL ? worst : "");
    else if (because != NULL)
        pb_cli_note(_("kept in the outbox as %s: %s"), entry->id, because);
    else
        pb_cli_note(_("kept in the outbox as %s"), entry->id);
}

/* Nothing that goes wrong from here on changes the exit code: the entry is safe. */
static void submit(PbOutbox *outbox, PbAccountList *accounts, const char *id, const char *account) {
    const char *const names[] = {account, NULL};
    g_autofree char *trouble = NULL;
    const PbSubmitOptions options = {
        .entry = id, .patience = PATIENCE_SECONDS, .tell = keep_trouble, .user_data = &trouble};
    PbSubmitResult result;
    g_autoptr(GError) error = NULL;
    g_autoptr(PbEntry) entry = NULL;

    if (!pb_submit_keep_accounts(accounts, names, &error) ||
        !pb_submit_run(outbox, accounts, &options, &result, &error)) {
        pb_cli_note(_("kept in the outbox as %s: %s"), id, error->message);
        return;
    }
    entry = pb_outbox_get(outbox, id, NULL);
    if (entry != NULL)
        tell(entry, trouble);
}

static int take_message(const PbSendmailOptions *options) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbAccountList) accounts = NULL;
    g_autoptr(PbOutbox) outbox = NULL;
    g_autofree char *account = NULL;
    g_autofree char *id = NULL;

    if (!options->recipients_from_headers && options->addresses->len == 0)
        return pb_cli_usage(_("no recipients; name them, or let -t take them from the message"));
    accounts = pb_account_list_load(&error);
    outbox = accounts == NULL ? NULL : pb_outbox_command_open(&error);
    if (outbox != NULL)
        id = queue(outbox, accounts, options, &account, &error);
    if (id == NULL)
        return pb_cli_fail(error);
    if (options->queue_only) {
        if (options->verbose)
            pb_cli_note(_("kept in the outbox as %s"), id);
        return EX_OK;
    }
    pb_prompt_allow_ask();
    submit(outbox, accounts, id, account);
    return EX_OK;
}

/* --- entry ------------------------------------------------------------------------------------ */

static int print_help(void) {
    static const struct {
        const char *option, *meaning;
    } rows[] = {
        {"-t", N_("take the recipients from To, Cc and Bcc")},
        {"-i, -oi", N_("a line with one dot does not end the message")},
        {"-f ADDRESS", N_("sender of the envelope, and choice of the account")},
        {"-F NAME", N_("name for a From that is missing")},
        {"-N KINDS", N_("delivery reports: “success,failure,delay” or “never”")},
        {"-v", N_("say more")},
        {"--account NAME", N_("send through this account")},
        {"--queue-only", N_("only put it into the outbox")},
    };

    printf("%s\n  postbag sendmail [OPTION…] [--] [ADDRESS…]\n\n%s\n\n", _("Usage:"),
           _("Takes a finished message from standard input. Exit 0 means it is safe."));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        printf("  %-16s  %s\n", rows[i].option, _(rows[i].meaning));
    return EX_OK;
}

int pb_command_sendmail(int argc, char **argv) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbSendmailOptions) options = pb_sendmail_options_parse(argc, argv, &error);
    char *list[] = {(char *) "list", NULL};
    char *flush[] = {(char *) "flush", (char *) "--due", NULL};

    if (options == NULL)
        return pb_cli_fail(error);
    switch (options->mode) {
    case PB_SENDMAIL_HELP:
        return print_help();
    case PB_SENDMAIL_LIST:
        return pb_outbox_command_list(1, list);
    case PB_SENDMAIL_FLUSH:
        return pb_command_flush(2, flush);
    default:
        return take_message(options);
    }
}
