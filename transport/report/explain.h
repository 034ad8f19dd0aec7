/* Plain words for what a server said: category, one sentence, one next step.
 *
 * Pure. One vocabulary for SMTP replies and delivery reports. Looks at the
 * words first, then at the enhanced status code (RFC 3463, IANA), then at the
 * bare code (RFC 5321). Sentences are translated; the server's own text is
 * never part of them.
 */
#pragma once

#include "transport/evidence.h"

typedef enum {
    PB_CATEGORY_UNKNOWN, /* see the table of categories in report/explain.c */
    PB_CATEGORY_NO_SUCH_USER,
    PB_CATEGORY_USER_MOVED,
    PB_CATEGORY_USER_DISABLED,
    PB_CATEGORY_MAILBOX_FULL,
    PB_CATEGORY_MESSAGE_TOO_BIG,
    PB_CATEGORY_DOMAIN_NOT_FOUND,
    PB_CATEGORY_RECIPIENT_REFUSED,
    PB_CATEGORY_SENDER_REJECTED,
    PB_CATEGORY_HOST_BLOCKED,
    PB_CATEGORY_BLOCKED_BY_POLICY,
    PB_CATEGORY_AUTH_FAILURE,
    PB_CATEGORY_SPAM_REJECTED,
    PB_CATEGORY_CONTENT_REJECTED,
    PB_CATEGORY_RATE_LIMITED,
    PB_CATEGORY_TRY_LATER,
    PB_CATEGORY_RELAY_DENIED,
    PB_CATEGORY_TLS_REQUIRED,
    PB_CATEGORY_LOGIN_REQUIRED,
    PB_CATEGORY_UNREACHABLE,
    PB_CATEGORY_MAIL_LOOP,
    PB_CATEGORY_SYSTEM_ERROR,
    PB_CATEGORY_PROTOCOL_ERROR,
    PB_CATEGORY_SUPPRESSED,
    PB_CATEGORY_DELIVERED,
} PbCategory;

typedef struct {
    PbCategory category;
    char *sentence; /* "There is no mailbox with this name at example.org." */
    char *advice;   /* "Check the spelling; c corrects the address." never NULL, may be "" */
} PbExplanation;

void pb_explanation_free(PbExplanation *explanation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbExplanation, pb_explanation_free)

/* `address`: the recipient, or NULL; its domain is named in the sentence. Never NULL. */
PbExplanation *pb_explain(const PbEvidence *evidence, const char *address);
/* A reply as somebody pastes it: "550 5.1.1 <x@y>: unknown", several lines, "421-…". Errors:
 * PB_ERROR_DATA (no reply code or status in it). */
PbEvidence *pb_explain_parse(const char *text, GError **error);
const char *pb_category_to_string(PbCategory category); /* "no-such-user": for JSON */
PbCategory pb_category_from_string(const char *text);   /* UNKNOWN if not known */
