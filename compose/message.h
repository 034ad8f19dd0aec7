/* The message being written, as data: what the composer edits, a draft keeps
 * and mime.h turns into bytes. Headers are texts as the person typed them
 * until they are parsed by pb_message_envelope() or mime.
 */
#pragma once

#include "compose/address.h"
#include "compose/attachment.h"

typedef struct {
    char *from;                     /* one mailbox, as text */
    char *account;                  /* account chosen by the person, or NULL: by From */
    char *identity;                 /* id of the identity in use, or NULL */
    char *to, *cc, *bcc, *reply_to; /* lists as text, never NULL, may be "" */
    char *subject;                  /* never NULL */
    char *body;                     /* UTF-8 with "\n" line ends, never NULL */
    GPtrArray *attachments;         /* of PbAttachment */
    char *message_id;               /* with angle brackets; made by pb_message_ensure_id() */
    gint64 date;                    /* µs since the epoch; 0: now, when it is built */
    char *in_reply_to;              /* or NULL */
    char *references;               /* or NULL */
    char *organization;             /* or NULL */
    GPtrArray *extra_headers; /* of char* "Name: value", in order; only from trusted callers */
    gboolean flowed;          /* text/plain; format=flowed (RFC 3676) */
    char *dsn;                /* "failure,delay" …, or NULL: as the identity says */
} PbMessage;

PbMessage *pb_message_new(void);
PbMessage *pb_message_copy(const PbMessage *message);
void pb_message_free(PbMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbMessage, pb_message_free)

/* Replaces a text field: g_free() of the old one, NULL counts as "". */
void pb_message_set(char **field, const char *value);
/* Makes a Message-ID if there is none: random, domain of From, never the host name. While From
 * cannot be parsed there is no domain, and nothing happens. */
void pb_message_ensure_id(PbMessage *message);
gboolean pb_message_is_empty(const PbMessage *message);

/* The References of an answer to a message with these fields (RFC 5322 3.6.4); both may be NULL or
 * folded. Long chains keep their first and their last ids. NULL if `message_id` has no id. */
char *pb_message_references_for_reply(const char *references, const char *message_id);

/* What goes into the SMTP envelope: IDN domains as A-labels where SMTPUTF8 is not needed. */
typedef struct {
    char *reverse_path;    /* addr-spec of From, or "" */
    GPtrArray *recipients; /* of char* addr-spec, To then Cc then Bcc, each once */
} PbEnvelope;

void pb_envelope_free(PbEnvelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbEnvelope, pb_envelope_free)
/* Errors: PB_ERROR_DATA: a field cannot be parsed ("To, column 14: …"), no recipient at all. */
PbEnvelope *pb_message_envelope(const PbMessage *message, GError **error);
