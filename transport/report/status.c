#include "transport/report/status.h"

#include <glib/gi18n-lib.h>

/* Numbers as in the IANA registry; private ones carry the service that documents them. */
static const PbStatusRow status_rows[] = {
    /* x.1: addressing */
    {1, 0, PB_CATEGORY_RECIPIENT_REFUSED, N_("The server did not accept an address."), NULL},
    {1, 1, PB_CATEGORY_NO_SUCH_USER, N_("There is no mailbox with this name at {domain}."), NULL},
    {1, 2, PB_CATEGORY_DOMAIN_NOT_FOUND, N_("There is no mail domain {domain}."), NULL},
    {1, 3, PB_CATEGORY_NO_SUCH_USER,
     N_("The address is not written in a form that {domain} accepts."), NULL},
    {1, 4, PB_CATEGORY_RECIPIENT_REFUSED, N_("The address fits more than one mailbox at {domain}."),
     N_("Ask for the full address of the person.")},
    {1, 5, PB_CATEGORY_DELIVERED, N_("The address is valid."), NULL},
    {1, 6, PB_CATEGORY_USER_MOVED,
     N_("The mailbox has moved away from {domain} and nothing is forwarded."), NULL},
    {1, 7, PB_CATEGORY_SENDER_REJECTED,
     N_("The sender address is not written in a form that the server accepts."), NULL},
    {1, 8, PB_CATEGORY_SENDER_REJECTED,
     N_("The domain of the sender address does not exist or takes no mail."), NULL},
    {1, 9, PB_CATEGORY_UNKNOWN,
     N_("The message was passed on to a server that does not report what becomes of it."), NULL},
    {1, 10, PB_CATEGORY_DOMAIN_NOT_FOUND, N_("The domain {domain} says that it takes no mail."),
     NULL},
    {1, 20, PB_CATEGORY_NO_SUCH_USER, /* several providers: "recipient unknown" */
     N_("The mailbox is not known at {domain}."), NULL},
    /* x.2: mailbox */
    {2, 0, PB_CATEGORY_RECIPIENT_REFUSED, N_("The mailbox at {domain} cannot take the message."),
     NULL},
    {2, 1, PB_CATEGORY_USER_DISABLED, N_("The mailbox at {domain} is switched off."), NULL},
    {2, 2, PB_CATEGORY_MAILBOX_FULL, N_("The mailbox at {domain} is full."), NULL},
    {2, 3, PB_CATEGORY_MESSAGE_TOO_BIG,
     N_("The message is bigger than the mailbox at {domain} may receive."), NULL},
    {2, 4, PB_CATEGORY_SYSTEM_ERROR, N_("The mailing list could not be expanded by its server."),
     N_("Write to the owner of the list.")},
    /* x.3: mail system */
    {3, 0, PB_CATEGORY_SYSTEM_ERROR, N_("The mail system of {domain} has a fault."), NULL},
    {3, 1, PB_CATEGORY_SYSTEM_ERROR, N_("The disk of the mail system of {domain} is full."), NULL},
    {3, 2, PB_CATEGORY_TRY_LATER,
     N_("The mail system of {domain} takes no messages at the moment."), NULL},
    {3, 3, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The mail system of {domain} cannot handle something this message needs."),
     N_("Send it without special options, or in another form.")},
    {3, 4, PB_CATEGORY_MESSAGE_TOO_BIG,
     N_("The message is bigger than the mail system of {domain} accepts."), NULL},
    {3, 5, PB_CATEGORY_SYSTEM_ERROR, N_("The mail system of {domain} is set up wrongly."), NULL},
    {3, 6, PB_CATEGORY_UNKNOWN, N_("The server changed the priority of the message."), NULL},
    /* x.4: network and routing */
    {4, 0, PB_CATEGORY_UNREACHABLE, N_("The network on the way to {domain} is in trouble."), NULL},
    {4, 1, PB_CATEGORY_UNREACHABLE, N_("The mail server of {domain} does not answer."), NULL},
    {4, 2, PB_CATEGORY_UNREACHABLE, N_("The connection to the mail server of {domain} broke."),
     NULL},
    {4, 3, PB_CATEGORY_UNREACHABLE,
     N_("A directory that is needed to deliver to {domain} does not answer."), NULL},
    {4, 4, PB_CATEGORY_DOMAIN_NOT_FOUND, N_("No way to {domain} was found."), NULL},
    {4, 5, PB_CATEGORY_TRY_LATER, N_("The mail server of {domain} has too much to do."), NULL},
    {4, 6, PB_CATEGORY_MAIL_LOOP, N_("The message went round in a circle between mail servers."),
     NULL},
    {4, 7, PB_CATEGORY_UNREACHABLE,
     N_("The message could not be delivered to {domain} in time and was given up."), NULL},
    {4, 14, PB_CATEGORY_MAIL_LOOP, /* Exchange Online: hop count exceeded */
     N_("The message passed through too many servers."), NULL},
    {4, 310, PB_CATEGORY_DOMAIN_NOT_FOUND, /* Exchange Online: DNS domain does not exist */
     N_("There is no mail domain {domain} in the name service."), NULL},
    {4, 312, PB_CATEGORY_UNREACHABLE, /* Exchange Online: DNS query failed */
     N_("The name service did not answer for {domain}."), NULL},
    {4, 316, PB_CATEGORY_UNREACHABLE, /* Exchange Online: message expired, connection refused */
     N_("The mail server of {domain} could not be reached until the message expired."), NULL},
    /* x.5: protocol */
    {5, 0, PB_CATEGORY_PROTOCOL_ERROR, N_("Client and server did not understand each other."),
     NULL},
    {5, 1, PB_CATEGORY_PROTOCOL_ERROR, N_("The server does not know a command or wants another."),
     NULL},
    {5, 2, PB_CATEGORY_PROTOCOL_ERROR, N_("The server found a mistake in a command."), NULL},
    {5, 3, PB_CATEGORY_RATE_LIMITED, N_("The message has more recipients than the server accepts."),
     N_("Send it to fewer recipients at a time.")},
    {5, 4, PB_CATEGORY_PROTOCOL_ERROR, N_("The server does not accept an option of a command."),
     NULL},
    {5, 5, PB_CATEGORY_PROTOCOL_ERROR, N_("The server speaks another version of the protocol."),
     NULL},
    {5, 6, PB_CATEGORY_LOGIN_REQUIRED,
     N_("The server does not accept sign-in data of this length."), NULL},
    /* x.6: content */
    {6, 0, PB_CATEGORY_CONTENT_REJECTED, N_("The server does not accept what is in the message."),
     NULL},
    {6, 1, PB_CATEGORY_CONTENT_REJECTED,
     N_("The server does not accept this kind of content or attachment."), NULL},
    {6, 2, PB_CATEGORY_CONTENT_REJECTED,
     N_("The message would have to be converted, and that is not allowed."), NULL},
    {6, 3, PB_CATEGORY_CONTENT_REJECTED,
     N_("The message would have to be converted, and the server cannot do it."), NULL},
    {6, 4, PB_CATEGORY_CONTENT_REJECTED,
     N_("The message could only be delivered with losses by conversion."), NULL},
    {6, 5, PB_CATEGORY_CONTENT_REJECTED, N_("The server failed to convert the message."), NULL},
    {6, 6, PB_CATEGORY_CONTENT_REJECTED,
     N_("The server could not fetch the content of the message."), NULL},
    {6, 7, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The server does not accept addresses with characters outside ASCII."),
     N_("Use an address in plain ASCII letters, if there is one.")},
    {6, 8, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The answer of the server needs characters that this connection does not allow."), NULL},
    {6, 9, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The message has header fields outside ASCII, and the next server cannot take them."),
     N_("Write names and subject in plain ASCII letters, or use another address.")},
    {6, 10, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The answer of the server needs an extension for international mail."), NULL},
    /* x.7: security and policy */
    {7, 0, PB_CATEGORY_BLOCKED_BY_POLICY,
     N_("A rule of the server at {domain} refuses the message."), NULL},
    {7, 1, PB_CATEGORY_BLOCKED_BY_POLICY,
     N_("The server at {domain} does not take this message from you."), NULL},
    {7, 2, PB_CATEGORY_RECIPIENT_REFUSED, N_("You may not write to this mailing list."),
     N_("Ask the owner of the list, or send from the address that is subscribed.")},
    {7, 3, PB_CATEGORY_BLOCKED_BY_POLICY,
     N_("The message would have to be passed on with less protection, and that is not allowed."),
     NULL},
    {7, 4, PB_CATEGORY_BLOCKED_BY_POLICY,
     N_("The server does not have the protection this message asks for."), NULL},
    {7, 5, PB_CATEGORY_BLOCKED_BY_POLICY, N_("The server could not decrypt or check the message."),
     NULL},
    {7, 6, PB_CATEGORY_BLOCKED_BY_POLICY,
     N_("The server does not know the cipher that protects the message."), NULL},
    {7, 7, PB_CATEGORY_CONTENT_REJECTED, N_("The message was changed or damaged on its way."),
     NULL},
    {7, 8, PB_CATEGORY_LOGIN_REQUIRED, N_("The server does not accept user name and password."),
     NULL},
    {7, 9, PB_CATEGORY_LOGIN_REQUIRED, N_("The server wants a stronger way of signing in."),
     N_("Set auth to auto for the account, or use an app password.")},
    {7, 10, PB_CATEGORY_TLS_REQUIRED, N_("The server wants an encrypted connection."), NULL},
    {7, 11, PB_CATEGORY_TLS_REQUIRED,
     N_("The server wants an encrypted connection for this way of signing in."), NULL},
    {7, 12, PB_CATEGORY_LOGIN_REQUIRED,
     N_("The server wants the password to be renewed in another way of signing in first."),
     N_("Sign in once on the web page of the service.")},
    {7, 13, PB_CATEGORY_USER_DISABLED, N_("The account is disabled at its server."),
     N_("Ask the service or the person whose account it is.")},
    {7, 14, PB_CATEGORY_BLOCKED_BY_POLICY, N_("The server takes this only from servers it trusts."),
     NULL},
    {7, 15, PB_CATEGORY_TRY_LATER, N_("The priority of the message is too low for the server now."),
     NULL},
    {7, 16, PB_CATEGORY_MESSAGE_TOO_BIG, N_("The message is too big for its priority."), NULL},
    {7, 17, PB_CATEGORY_USER_MOVED, N_("The mailbox belongs to another person now."), NULL},
    {7, 18, PB_CATEGORY_USER_MOVED, N_("The domain {domain} belongs to another owner now."), NULL},
    {7, 19, PB_CATEGORY_TRY_LATER,
     N_("The server cannot find out whether the mailbox still belongs to the same person."), NULL},
    {7, 20, PB_CATEGORY_AUTH_FAILURE,
     N_("The message carries no DKIM signature that the server could verify."), NULL},
    {7, 21, PB_CATEGORY_AUTH_FAILURE,
     N_("The message carries no DKIM signature that the server accepts."), NULL},
    {7, 22, PB_CATEGORY_AUTH_FAILURE,
     N_("The message carries no DKIM signature of the domain in From."), NULL},
    {7, 23, PB_CATEGORY_AUTH_FAILURE,
     N_("The sender's domain does not list the sending server (SPF)."), NULL},
    {7, 24, PB_CATEGORY_AUTH_FAILURE,
     N_("The list of sending servers of the sender's domain (SPF) could not be read."), NULL},
    {7, 25, PB_CATEGORY_HOST_BLOCKED,
     N_("The sending server has no valid name in the name service (reverse DNS)."), NULL},
    {7, 26, PB_CATEGORY_AUTH_FAILURE,
     N_("The message failed several checks of its origin (SPF, DKIM, DMARC)."), NULL},
    {7, 27, PB_CATEGORY_SENDER_REJECTED,
     N_("The domain of the sender address says that it takes no mail."), NULL},
    {7, 28, PB_CATEGORY_RATE_LIMITED, N_("The server sees too much mail like this."), NULL},
    {7, 29, PB_CATEGORY_AUTH_FAILURE, N_("The chain of forwarding seals (ARC) is not valid."),
     NULL},
    {7, 30, PB_CATEGORY_TLS_REQUIRED,
     N_("The message must travel encrypted, and the next server cannot promise that."), NULL},
    {7, 57, PB_CATEGORY_LOGIN_REQUIRED, /* Exchange Online: client was not authenticated */
     N_("The server wants a sign-in before it takes mail from this sender."), NULL},
    {7, 60, PB_CATEGORY_SENDER_REJECTED, /* Exchange: send-as denied */
     N_("Your account may not send with this From address."), NULL},
    {7, 64, PB_CATEGORY_RELAY_DENIED, /* Exchange Online: tenant attribution, relay access denied */
     N_("The server does not pass on mail to {domain}."), NULL},
    {7, 124, PB_CATEGORY_RECIPIENT_REFUSED, /* Exchange Online: not in allowed senders list */
     N_("The group takes mail only from senders on its list."), NULL},
    {7, 133, PB_CATEGORY_RECIPIENT_REFUSED, /* Exchange Online: internal senders only */
     N_("The group takes mail only from inside its organisation."), NULL},
    {7, 509, PB_CATEGORY_AUTH_FAILURE, /* Exchange Online: DMARC reject */
     N_("The sender's domain asks to refuse mail that fails its checks (DMARC)."), NULL},
    {7, 515, PB_CATEGORY_AUTH_FAILURE, /* Outlook.com: sender requirements */
     N_("The sender's domain lacks the proofs of origin that the server wants."), NULL},
    {7, 606, PB_CATEGORY_HOST_BLOCKED, /* Outlook.com: banned sending address */
     N_("The address of the sending server is blocked by the recipient's service."), NULL},
};

/* A bare code means different things at different steps; the row of the step comes first. */
static const PbCodeRow code_rows[] = {
    {211, PB_STATUS_ANY_STAGE, PB_CATEGORY_UNKNOWN, N_("The server told its status."), NULL},
    {214, PB_STATUS_ANY_STAGE, PB_CATEGORY_UNKNOWN, N_("The server gave some help."), NULL},
    {220, PB_STATUS_ANY_STAGE, PB_CATEGORY_UNKNOWN, N_("The server is ready."), NULL},
    {221, PB_STATUS_ANY_STAGE, PB_CATEGORY_UNKNOWN, N_("The server ended the session."), NULL},
    {235, PB_STATUS_ANY_STAGE, PB_CATEGORY_UNKNOWN, N_("The server accepted the sign-in."), NULL},
    {250, PB_STATUS_ANY_STAGE, PB_CATEGORY_DELIVERED, N_("The server accepted it."), NULL},
    {251, PB_STATUS_ANY_STAGE, PB_CATEGORY_DELIVERED,
     N_("The recipient has moved; the server passes the message on."), NULL},
    {252, PB_STATUS_ANY_STAGE, PB_CATEGORY_UNKNOWN,
     N_("The server cannot check the address, but takes the message."), NULL},
    {334, PB_STATUS_ANY_STAGE, PB_CATEGORY_UNKNOWN, N_("The server waits for more sign-in data."),
     NULL},
    {354, PB_STATUS_ANY_STAGE, PB_CATEGORY_UNKNOWN, N_("The server waits for the message."), NULL},
    {421, PB_STATUS_ANY_STAGE, PB_CATEGORY_TRY_LATER,
     N_("The server is closing for the moment and takes no mail now."), NULL},
    {432, PB_STATUS_ANY_STAGE, PB_CATEGORY_LOGIN_REQUIRED,
     N_("The server wants the password to be renewed first."),
     N_("Sign in once on the web page of the service.")},
    {450, PB_STATUS_ANY_STAGE, PB_CATEGORY_TRY_LATER,
     N_("The mailbox at {domain} cannot take the message at the moment."), NULL},
    {451, PB_STATUS_ANY_STAGE, PB_CATEGORY_TRY_LATER,
     N_("The server could not handle the message at the moment."), NULL},
    {452, PB_STATUS_ANY_STAGE, PB_CATEGORY_TRY_LATER,
     N_("The server has no room for the message at the moment."), NULL},
    {454, PB_STAGE_STARTTLS, PB_CATEGORY_TLS_REQUIRED,
     N_("The server cannot encrypt the connection at the moment."), NULL},
    {454, PB_STATUS_ANY_STAGE, PB_CATEGORY_LOGIN_REQUIRED,
     N_("The server cannot check the sign-in at the moment."), NULL},
    {455, PB_STATUS_ANY_STAGE, PB_CATEGORY_TRY_LATER,
     N_("The server cannot honour an option of the message at the moment."), NULL},
    {500, PB_STAGE_AUTH, PB_CATEGORY_LOGIN_REQUIRED,
     N_("The server does not accept sign-in data of this length."), NULL},
    {500, PB_STATUS_ANY_STAGE, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The server does not know a command."), NULL},
    {501, PB_STATUS_ANY_STAGE, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The server found a mistake in a command or address."), NULL},
    {502, PB_STATUS_ANY_STAGE, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The server does not offer a command."), NULL},
    {503, PB_STATUS_ANY_STAGE, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The server expected the commands in another order."), NULL},
    {504, PB_STAGE_AUTH, PB_CATEGORY_LOGIN_REQUIRED,
     N_("The server does not offer this way of signing in."),
     N_("Set auth to auto for the account.")},
    {504, PB_STATUS_ANY_STAGE, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The server does not accept an option of a command."), NULL},
    {521, PB_STATUS_ANY_STAGE, PB_CATEGORY_DOMAIN_NOT_FOUND, N_("The server takes no mail at all."),
     NULL},
    {523, PB_STATUS_ANY_STAGE, PB_CATEGORY_MESSAGE_TOO_BIG,
     N_("The message is bigger than the server accepts."), NULL},
    {530, PB_STAGE_STARTTLS, PB_CATEGORY_TLS_REQUIRED,
     N_("The server wants an encrypted connection."), NULL},
    {530, PB_STATUS_ANY_STAGE, PB_CATEGORY_LOGIN_REQUIRED,
     N_("The server wants a sign-in before it takes mail."), NULL},
    {534, PB_STATUS_ANY_STAGE, PB_CATEGORY_LOGIN_REQUIRED,
     N_("The server wants a stronger way of signing in."),
     N_("Set auth to auto for the account, or use an app password.")},
    {535, PB_STATUS_ANY_STAGE, PB_CATEGORY_LOGIN_REQUIRED,
     N_("The server does not accept user name and password."), NULL},
    {538, PB_STATUS_ANY_STAGE, PB_CATEGORY_TLS_REQUIRED,
     N_("The server wants an encrypted connection for this way of signing in."), NULL},
    {550, PB_STAGE_GREETING, PB_CATEGORY_HOST_BLOCKED,
     N_("The server does not talk to this computer or network."), NULL},
    {550, PB_STAGE_EHLO, PB_CATEGORY_HOST_BLOCKED,
     N_("The server does not talk to this computer or network."), NULL},
    {550, PB_STAGE_MAIL, PB_CATEGORY_SENDER_REJECTED,
     N_("The server does not accept the sender address."), NULL},
    {550, PB_STAGE_END_OF_DATA, PB_CATEGORY_BLOCKED_BY_POLICY,
     N_("The server read the message and refused it."), NULL},
    {550, PB_STATUS_ANY_STAGE, PB_CATEGORY_RECIPIENT_REFUSED,
     N_("The server at {domain} does not take mail for this recipient."), NULL},
    {551, PB_STATUS_ANY_STAGE, PB_CATEGORY_USER_MOVED,
     N_("The recipient is not at this server; another address is needed."), NULL},
    {552, PB_STAGE_MAIL, PB_CATEGORY_MESSAGE_TOO_BIG,
     N_("The message is bigger than the server accepts."), NULL},
    {552, PB_STAGE_END_OF_DATA, PB_CATEGORY_MESSAGE_TOO_BIG,
     N_("The message is bigger than the server accepts."), NULL},
    {552, PB_STATUS_ANY_STAGE, PB_CATEGORY_MAILBOX_FULL, N_("The mailbox at {domain} is full."),
     NULL},
    {553, PB_STAGE_MAIL, PB_CATEGORY_SENDER_REJECTED,
     N_("The server does not accept the sender address."), NULL},
    {553, PB_STATUS_ANY_STAGE, PB_CATEGORY_RECIPIENT_REFUSED,
     N_("The server does not allow this address."), NULL},
    {554, PB_STAGE_GREETING, PB_CATEGORY_HOST_BLOCKED,
     N_("The server does not talk to this computer or network."), NULL},
    {554, PB_STAGE_MAIL, PB_CATEGORY_SENDER_REJECTED,
     N_("The server does not accept the sender address."), NULL},
    {554, PB_STATUS_ANY_STAGE, PB_CATEGORY_BLOCKED_BY_POLICY,
     N_("The server refused the message without a clear reason."), NULL},
    {555, PB_STATUS_ANY_STAGE, PB_CATEGORY_PROTOCOL_ERROR,
     N_("The server does not know an option of the message."), NULL},
    {556, PB_STATUS_ANY_STAGE, PB_CATEGORY_DOMAIN_NOT_FOUND,
     N_("The domain {domain} says that it takes no mail."), NULL},
};

static gboolean read_number(const char **cursor, guint16 *number_out) {
    guint number = 0, digits = 0;
    for (; g_ascii_isdigit((*cursor)[digits]); digits++) {
        if (digits == 3)
            return FALSE;
        number = number * 10 + (guint) ((*cursor)[digits] - '0');
    }
    *cursor += digits;
    *number_out = (guint16) number;
    return digits > 0;
}

gboolean pb_status_parse(const char *text, int *class_out, guint16 *subject_out,
                         guint16 *detail_out) {
    if (text == NULL || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.')
        return FALSE;
    const char *cursor = text + 2;
    guint16 subject, detail;
    if (!read_number(&cursor, &subject) || *cursor++ != '.' || !read_number(&cursor, &detail) ||
        *cursor != '\0')
        return FALSE;
    *class_out = text[0] - '0';
    *subject_out = subject;
    *detail_out = detail;
    return TRUE;
}

static const PbStatusRow *find_row(guint16 subject, guint16 detail) {
    for (guint i = 0; i < G_N_ELEMENTS(status_rows); i++) {
        if (status_rows[i].subject == subject && status_rows[i].detail == detail)
            return &status_rows[i];
    }
    return NULL;
}

const PbStatusRow *pb_status_find(const char *status) {
    int class;
    guint16 subject, detail;
    if (!pb_status_parse(status, &class, &subject, &detail))
        return NULL;
    const PbStatusRow *row = find_row(subject, detail);
    return row != NULL ? row : find_row(subject, 0);
}

const PbCodeRow *pb_status_find_code(int code, PbStage stage) {
    const PbCodeRow *any = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(code_rows); i++) {
        if (code_rows[i].code != code)
            continue;
        if (code_rows[i].stage == (int) stage)
            return &code_rows[i];
        if (code_rows[i].stage == PB_STATUS_ANY_STAGE)
            any = &code_rows[i];
    }
    return any;
}

const PbStatusRow *pb_status_rows(guint *count_out) {
    *count_out = G_N_ELEMENTS(status_rows);
    return status_rows;
}

const PbCodeRow *pb_status_code_rows(guint *count_out) {
    *count_out = G_N_ELEMENTS(code_rows);
    return code_rows;
}
