#include "ui/cli/compose-flags.h"

#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "accounts/pb-file.h"
#include "compose/mailto.h"
#include "ui/cli/command.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What people write; anything bigger is a file to attach. */
#define BODY_MAX (32 * 1024 * 1024)

void pb_compose_flags_clear(PbComposeFlags *flags) {
    g_free(flags->subject);
    g_free(flags->reply_to);
    g_free(flags->from);
    g_free(flags->account);
    g_free(flags->body);
    g_strfreev(flags->to);
    g_strfreev(flags->cc);
    g_strfreev(flags->bcc);
    g_strfreev(flags->attach);
    memset(flags, 0, sizeof *flags);
}

/* --- fields ----------------------------------------------------------------------------------- */

/* Adds to what a mailto: URL has put there. */
static void add_addresses(char **field, char *const *addresses) {
    for (; addresses != NULL && *addresses != NULL; addresses++) {
        g_autofree char *joined =
            **field == '\0' ? g_strdup(*addresses) : g_strdup_printf("%s, %s", *field, *addresses);

        pb_message_set(field, joined);
    }
}

static gboolean is_mailto(const char *word) {
    return g_ascii_strncasecmp(word, "mailto:", strlen("mailto:")) == 0;
}

static gboolean add_mailto(PbMessage *message, const char *url, GError **error) {
    g_auto(GStrv) ignored = NULL;
    g_autofree char *names = NULL;

    if (!pb_mailto_parse(url, message, &ignored, error))
        return FALSE;
    if (ignored != NULL && ignored[0] != NULL) {
        names = g_strjoinv(", ", ignored);
        pb_cli_note(_("the link also wanted to set: %s; that was left out"), names);
    }
    return TRUE;
}

static gboolean add_arguments(PbMessage *message, char *const *arguments, GError **error) {
    for (; arguments != NULL && *arguments != NULL; arguments++) {
        char *const one[] = {*arguments, NULL};

        if (!is_mailto(*arguments))
            add_addresses(&message->to, one);
        else if (!add_mailto(message, *arguments, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean add_attachments(PbMessage *message, char *const *paths, GError **error) {
    for (; paths != NULL && *paths != NULL; paths++) {
        PbAttachment *attachment = pb_attachment_new(*paths, error);

        if (attachment == NULL)
            return FALSE;
        g_ptr_array_add(message->attachments, attachment);
    }
    return TRUE;
}

/* --- body ------------------------------------------------------------------------------------- */

static char *read_stdin(gsize *length_out, GError **error) {
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint8 buffer[16384];
    ssize_t got;

    while ((got = read(STDIN_FILENO, buffer, sizeof buffer)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            g_set_error(error, PB_ERROR, PB_ERROR_IO, _("cannot read standard input: %s"),
                        g_strerror(errno));
            return NULL;
        }
        if (bytes->len + (gsize) got > BODY_MAX) {
            g_set_error_literal(error, PB_ERROR, PB_ERROR_DATA,
                                _("the text on standard input is too long; attach it as a file"));
            return NULL;
        }
        g_byte_array_append(bytes, buffer, (guint) got);
    }
    *length_out = bytes->len;
    g_byte_array_append(bytes, (const guint8 *) "", 1);
    return (char *) g_byte_array_free(g_steal_pointer(&bytes), FALSE);
}

static char *read_body(const char *name, GError **error) {
    gsize length = 0;
    g_autofree char *path = strcmp(name, "-") == 0 ? NULL : pb_paths_expand(name);
    g_autofree char *bytes =
        path == NULL ? read_stdin(&length, error) : pb_file_read(path, BODY_MAX, &length, error);
    g_auto(GStrv) lines = NULL;

    if (bytes == NULL)
        return NULL;
    if (!g_utf8_validate(bytes, (gssize) length, NULL)) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("the text in “%s” is not UTF-8; convert it, or attach it as a file"), name);
        return NULL;
    }
    lines = g_strsplit(bytes, "\r\n", -1);
    return g_strjoinv("\n", lines);
}

static gboolean set_body(PbMessage *message, const char *name, GError **error) {
    g_autofree char *body = NULL;

    if (name == NULL)
        return TRUE;
    body = read_body(name, error);
    if (body != NULL)
        pb_message_set(&message->body, body);
    return body != NULL;
}

PbMessage *pb_compose_flags_message(const PbComposeFlags *flags, GError **error) {
    g_autoptr(PbMessage) message = pb_message_new();

    if (!add_arguments(message, flags->arguments, error) ||
        !add_attachments(message, flags->attach, error) || !set_body(message, flags->body, error))
        return NULL;
    add_addresses(&message->to, flags->to);
    add_addresses(&message->cc, flags->cc);
    add_addresses(&message->bcc, flags->bcc);
    if (flags->subject != NULL)
        pb_message_set(&message->subject, flags->subject);
    if (flags->reply_to != NULL)
        pb_message_set(&message->reply_to, flags->reply_to);
    if (flags->from != NULL)
        pb_message_set(&message->from, flags->from);
    message->account = g_strdup(flags->account);
    return g_steal_pointer(&message);
}

/* --- what the identity adds ------------------------------------------------------------------- */

static void add_signature(PbMessage *message, const char *signature) {
    g_autofree char *body = NULL;

    if (signature == NULL || *signature == '\0')
        return;
    body =
        g_strdup_printf("%s%s-- \n%s%s", message->body,
                        *message->body == '\0' || g_str_has_suffix(message->body, "\n") ? "" : "\n",
                        signature, g_str_has_suffix(signature, "\n") ? "" : "\n");
    pb_message_set(&message->body, body);
}

static void set_from(PbMessage *message, const PbAddress *typed, const PbIdentity *identity) {
    const char *name = typed != NULL ? typed->name : NULL;
    g_autoptr(PbAddress) from = NULL;
    g_autofree char *text = NULL;

    if (name == NULL && identity != NULL && *identity->name != '\0')
        name = identity->name;
    from = pb_address_new(name, typed != NULL ? typed->address : identity->address);
    text = pb_address_to_string(from);
    pb_message_set(&message->from, text);
}

/* A From that the account was only lent to has nothing to do with its identity. */
static gboolean is_own(const PbChoice *choice, const PbAddress *typed) {
    if (choice->identity == NULL || typed == NULL)
        return TRUE;
    return choice->reason == PB_CHOICE_ADDRESS || choice->reason == PB_CHOICE_ALIAS ||
           pb_address_spec_equal(choice->identity->address, typed->address);
}

static void add_identity(PbMessage *message, const PbIdentity *identity) {
    if (identity == NULL)
        return;
    if (*message->reply_to == '\0' && identity->reply_to != NULL)
        pb_message_set(&message->reply_to, identity->reply_to);
    if (message->organization == NULL)
        message->organization = g_strdup(identity->organization);
    if (message->identity == NULL)
        message->identity = g_strdup(identity->id);
    add_signature(message, identity->signature);
}

static gboolean needs_account(PbAccountList *accounts, const PbMessage *message) {
    return pb_account_list_count(accounts) > 0 || message->account != NULL ||
           message->from == NULL || *message->from == '\0';
}

gboolean pb_compose_flags_complete(PbMessage *message, PbAccountList *accounts, GError **error) {
    PbChoice choice = {0};
    g_autoptr(PbAddress) typed = NULL;

    if (message->from != NULL && *message->from != '\0') {
        typed = pb_address_parse(message->from, error);
        if (typed == NULL) {
            g_prefix_error(error, _("From: "));
            return FALSE;
        }
    }
    /* Without any account a message with a From can still be printed or kept as a draft. */
    if (needs_account(accounts, message) &&
        !pb_account_list_choose(accounts, message->account, typed != NULL ? typed->address : NULL,
                                &choice, error))
        return FALSE;
    if (typed == NULL && choice.identity == NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG,
                    _("account “%s” has no identity; give --from, or add one with ‘postbag "
                      "identity add’"),
                    choice.account->name);
        return FALSE;
    }
    if (!is_own(&choice, typed))
        choice.identity = NULL;
    set_from(message, typed, choice.identity);
    add_identity(message, choice.identity);
    return TRUE;
}
