#include "transport/report/explain-words.h"

#include <string.h>

/* Facts gathered from the replies of real servers and services; each line is one way of saying it.
 * A phrase matches whole words only. */
static const PbWordsRow words_rows[] = {
    /* Loops and sign-in first: such replies also name mailboxes, users and policies. */
    {PB_CATEGORY_MAIL_LOOP, "too many hops"},
    {PB_CATEGORY_MAIL_LOOP, "hop count exceeded"},
    {PB_CATEGORY_MAIL_LOOP, "hop limit"},
    {PB_CATEGORY_MAIL_LOOP, "routing loop"},
    {PB_CATEGORY_MAIL_LOOP, "mail loop"},
    {PB_CATEGORY_MAIL_LOOP, "loops back to myself"},
    {PB_CATEGORY_MAIL_LOOP, "mail forwarding loop"},
    {PB_CATEGORY_MAIL_LOOP, "too many received headers"},
    {PB_CATEGORY_MAIL_LOOP, "looping"},
    {PB_CATEGORY_TLS_REQUIRED, "must issue a starttls command"},
    {PB_CATEGORY_TLS_REQUIRED, "tls required"},
    {PB_CATEGORY_TLS_REQUIRED, "tls is required"},
    {PB_CATEGORY_TLS_REQUIRED, "starttls is required"},
    {PB_CATEGORY_TLS_REQUIRED, "encryption required"},
    {PB_CATEGORY_TLS_REQUIRED, "requires encryption"},
    {PB_CATEGORY_TLS_REQUIRED, "tls not available"},
    {PB_CATEGORY_TLS_REQUIRED, "certificate"},
    {PB_CATEGORY_TLS_REQUIRED, "cannot start tls"},
    {PB_CATEGORY_TLS_REQUIRED, "tls handshake"},
    {PB_CATEGORY_LOGIN_REQUIRED, "authentication required"},
    {PB_CATEGORY_LOGIN_REQUIRED, "authentication is required"},
    {PB_CATEGORY_LOGIN_REQUIRED, "requires authentication"},
    {PB_CATEGORY_LOGIN_REQUIRED, "authenticate first"},
    {PB_CATEGORY_LOGIN_REQUIRED, "must authenticate"},
    {PB_CATEGORY_LOGIN_REQUIRED, "not authenticated"},
    {PB_CATEGORY_LOGIN_REQUIRED, "authentication failed"},
    {PB_CATEGORY_LOGIN_REQUIRED, "authentication failure"},
    {PB_CATEGORY_LOGIN_REQUIRED, "authentication unsuccessful"},
    {PB_CATEGORY_LOGIN_REQUIRED, "authentication credentials invalid"},
    {PB_CATEGORY_LOGIN_REQUIRED, "invalid credentials"},
    {PB_CATEGORY_LOGIN_REQUIRED, "bad credentials"},
    {PB_CATEGORY_LOGIN_REQUIRED, "username and password not accepted"},
    {PB_CATEGORY_LOGIN_REQUIRED, "application specific password"},
    {PB_CATEGORY_LOGIN_REQUIRED, "smtp auth"},
    {PB_CATEGORY_LOGIN_REQUIRED, "invalid login"},
    {PB_CATEGORY_LOGIN_REQUIRED, "login failed"},
    {PB_CATEGORY_LOGIN_REQUIRED, "sign in with your web browser"},
    {PB_CATEGORY_LOGIN_REQUIRED, "log in * before sending"},
    {PB_CATEGORY_SUPPRESSED, "suppression list"},
    {PB_CATEGORY_SUPPRESSED, "suppressed"},

    /* Proofs of origin. */
    {PB_CATEGORY_AUTH_FAILURE, "spf"},
    {PB_CATEGORY_AUTH_FAILURE, "dkim"},
    {PB_CATEGORY_AUTH_FAILURE, "dmarc"},
    {PB_CATEGORY_AUTH_FAILURE, "sender policy framework"},
    {PB_CATEGORY_AUTH_FAILURE, "unauthenticated email"},
    {PB_CATEGORY_AUTH_FAILURE, "sender is unauthenticated"},
    {PB_CATEGORY_AUTH_FAILURE, "authentication checks"},

    /* Blocklists name spam too, so they stand before spam. */
    {PB_CATEGORY_HOST_BLOCKED, "spamhaus"},
    {PB_CATEGORY_HOST_BLOCKED, "spamcop"},
    {PB_CATEGORY_HOST_BLOCKED, "barracudacentral"},
    {PB_CATEGORY_HOST_BLOCKED, "barracuda reputation"},
    {PB_CATEGORY_HOST_BLOCKED, "sorbs"},
    {PB_CATEGORY_HOST_BLOCKED, "uceprotect"},
    {PB_CATEGORY_HOST_BLOCKED, "proofpoint * blocked"},
    {PB_CATEGORY_HOST_BLOCKED, "cloudmark * csi"},
    {PB_CATEGORY_HOST_BLOCKED, "blocklist"},
    {PB_CATEGORY_HOST_BLOCKED, "block list"},
    {PB_CATEGORY_HOST_BLOCKED, "blocklisted"},
    {PB_CATEGORY_HOST_BLOCKED, "blacklist"},
    {PB_CATEGORY_HOST_BLOCKED, "blacklisted"},
    {PB_CATEGORY_HOST_BLOCKED, "black list"},
    {PB_CATEGORY_HOST_BLOCKED, "rbl"},
    {PB_CATEGORY_HOST_BLOCKED, "dnsbl"},
    {PB_CATEGORY_HOST_BLOCKED, "banned sending ip"},
    {PB_CATEGORY_HOST_BLOCKED, "poor reputation"},
    {PB_CATEGORY_HOST_BLOCKED, "bad reputation"},
    {PB_CATEGORY_HOST_BLOCKED, "low reputation"},
    {PB_CATEGORY_HOST_BLOCKED, "reverse dns"},
    {PB_CATEGORY_HOST_BLOCKED, "ptr record"},
    {PB_CATEGORY_HOST_BLOCKED, "no ptr"},
    {PB_CATEGORY_HOST_BLOCKED, "cannot find your hostname"},
    {PB_CATEGORY_HOST_BLOCKED, "cannot find your reverse hostname"},
    {PB_CATEGORY_HOST_BLOCKED, "client host rejected"},
    {PB_CATEGORY_HOST_BLOCKED, "your host * blocked"},
    {PB_CATEGORY_HOST_BLOCKED, "your ip * blocked"},
    {PB_CATEGORY_HOST_BLOCKED, "ip address * blocked"},
    {PB_CATEGORY_HOST_BLOCKED, "your network * blocked"},
    {PB_CATEGORY_HOST_BLOCKED, "weren t sent * part of their network is on our block"},
    {PB_CATEGORY_HOST_BLOCKED, "connection refused by policy"},
    {PB_CATEGORY_HOST_BLOCKED, "access denied * ip"},
    {PB_CATEGORY_HOST_BLOCKED, "dynamic ip"},
    {PB_CATEGORY_HOST_BLOCKED, "you are not allowed to connect"},
    {PB_CATEGORY_HOST_BLOCKED, "no smtp service here"},

    /* Later, before the mailbox phrases: "recipient address rejected: greylisted". */
    {PB_CATEGORY_TRY_LATER, "greylist"},
    {PB_CATEGORY_TRY_LATER, "greylisted"},
    {PB_CATEGORY_TRY_LATER, "greylisting"},
    {PB_CATEGORY_TRY_LATER, "graylist"},
    {PB_CATEGORY_TRY_LATER, "graylisted"},
    {PB_CATEGORY_TRY_LATER, "grey listed"},
    {PB_CATEGORY_TRY_LATER, "grey listing"},
    {PB_CATEGORY_RATE_LIMITED, "rate limit"},
    {PB_CATEGORY_RATE_LIMITED, "rate limited"},
    {PB_CATEGORY_RATE_LIMITED, "ratelimit"},
    {PB_CATEGORY_RATE_LIMITED, "rate that"},
    {PB_CATEGORY_RATE_LIMITED, "throttled"},
    {PB_CATEGORY_RATE_LIMITED, "throttling"},
    {PB_CATEGORY_RATE_LIMITED, "too many messages"},
    {PB_CATEGORY_RATE_LIMITED, "too many mails"},
    {PB_CATEGORY_RATE_LIMITED, "too many emails"},
    {PB_CATEGORY_RATE_LIMITED, "too many connections"},
    {PB_CATEGORY_RATE_LIMITED, "too many concurrent"},
    {PB_CATEGORY_RATE_LIMITED, "too many recipients"},
    {PB_CATEGORY_RATE_LIMITED, "too many sessions"},
    {PB_CATEGORY_RATE_LIMITED, "too much mail"},
    {PB_CATEGORY_RATE_LIMITED, "too frequent"},
    {PB_CATEGORY_RATE_LIMITED, "too fast"},
    {PB_CATEGORY_RATE_LIMITED, "sending limit"},
    {PB_CATEGORY_RATE_LIMITED, "daily limit"},
    {PB_CATEGORY_RATE_LIMITED, "daily * quota exceeded"},
    {PB_CATEGORY_RATE_LIMITED, "daily user sending"},
    {PB_CATEGORY_RATE_LIMITED, "message rate"},
    {PB_CATEGORY_RATE_LIMITED, "unusual rate"},

    /* Size before quota: "message size exceeds quota". */
    {PB_CATEGORY_MESSAGE_TOO_BIG, "message size exceeds"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "message too large"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "message too big"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "message is too large"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "message is too big"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "message file too big"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "message length exceeds"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "exceeded message size"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "exceeds size limit"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "exceeds * maximum message size"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "exceeds * size limit"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "maximum message size exceeded"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "larger than the * limit"},
    {PB_CATEGORY_MESSAGE_TOO_BIG, "exceeds fixed maximum"},
    {PB_CATEGORY_MAILBOX_FULL, "mailbox full"},
    {PB_CATEGORY_MAILBOX_FULL, "mailbox is full"},
    {PB_CATEGORY_MAILBOX_FULL, "mailbox * full"},
    {PB_CATEGORY_MAILBOX_FULL, "inbox is full"},
    {PB_CATEGORY_MAILBOX_FULL, "account is full"},
    {PB_CATEGORY_MAILBOX_FULL, "mail box full"},
    {PB_CATEGORY_MAILBOX_FULL, "maildir full"},
    {PB_CATEGORY_MAILBOX_FULL, "over quota"},
    {PB_CATEGORY_MAILBOX_FULL, "overquota"},
    {PB_CATEGORY_MAILBOX_FULL, "over the quota"},
    {PB_CATEGORY_MAILBOX_FULL, "over its quota"},
    {PB_CATEGORY_MAILBOX_FULL, "quota exceeded"},
    {PB_CATEGORY_MAILBOX_FULL, "quota full"},
    {PB_CATEGORY_MAILBOX_FULL, "exceeded * quota"},
    {PB_CATEGORY_MAILBOX_FULL, "exceeds * quota"},
    {PB_CATEGORY_MAILBOX_FULL, "out of storage"},
    {PB_CATEGORY_MAILBOX_FULL, "exceeded storage allocation"},
    {PB_CATEGORY_MAILBOX_FULL, "mailbox has exceeded"},
    {PB_CATEGORY_MAILBOX_FULL, "not enough * space"},
    {PB_CATEGORY_MAILBOX_FULL, "user is over"},
    {PB_CATEGORY_MAILBOX_FULL, "disk quota"},

    {PB_CATEGORY_RELAY_DENIED, "relay access denied"},
    {PB_CATEGORY_RELAY_DENIED, "relaying denied"},
    {PB_CATEGORY_RELAY_DENIED, "relay denied"},
    {PB_CATEGORY_RELAY_DENIED, "relay not permitted"},
    {PB_CATEGORY_RELAY_DENIED, "relaying not permitted"},
    {PB_CATEGORY_RELAY_DENIED, "not permitted to relay"},
    {PB_CATEGORY_RELAY_DENIED, "unable to relay"},
    {PB_CATEGORY_RELAY_DENIED, "relaying not allowed"},
    {PB_CATEGORY_RELAY_DENIED, "relaying is not allowed"},
    {PB_CATEGORY_RELAY_DENIED, "relaying prohibited"},
    {PB_CATEGORY_RELAY_DENIED, "we do not relay"},
    {PB_CATEGORY_RELAY_DENIED, "not a gateway"},
    {PB_CATEGORY_RELAY_DENIED, "that domain isn t in my list of allowed rcpthosts"},

    /* The sender, before "domain not found" and "user unknown" said of him. */
    {PB_CATEGORY_SENDER_REJECTED, "sender address rejected"},
    {PB_CATEGORY_SENDER_REJECTED, "sender rejected"},
    {PB_CATEGORY_SENDER_REJECTED, "sender denied"},
    {PB_CATEGORY_SENDER_REJECTED, "sender domain"},
    {PB_CATEGORY_SENDER_REJECTED, "domain of sender address"},
    {PB_CATEGORY_SENDER_REJECTED, "sender verify failed"},
    {PB_CATEGORY_SENDER_REJECTED, "sender unknown"},
    {PB_CATEGORY_SENDER_REJECTED, "invalid sender"},
    {PB_CATEGORY_SENDER_REJECTED, "not allowed to send"},
    {PB_CATEGORY_SENDER_REJECTED, "not owned by user"},
    {PB_CATEGORY_SENDER_REJECTED, "not authorized to send"},
    {PB_CATEGORY_SENDER_REJECTED, "from address * not verified"},
    {PB_CATEGORY_SENDER_REJECTED, "sendasdenied"},

    {PB_CATEGORY_USER_DISABLED, "account disabled"},
    {PB_CATEGORY_USER_DISABLED, "account is disabled"},
    {PB_CATEGORY_USER_DISABLED, "account that you tried to reach is disabled"},
    {PB_CATEGORY_USER_DISABLED, "account * disabled"},
    {PB_CATEGORY_USER_DISABLED, "mailbox disabled"},
    {PB_CATEGORY_USER_DISABLED, "mailbox is disabled"},
    {PB_CATEGORY_USER_DISABLED, "mailbox is inactive"},
    {PB_CATEGORY_USER_DISABLED, "account is inactive"},
    {PB_CATEGORY_USER_DISABLED, "inactive user"},
    {PB_CATEGORY_USER_DISABLED, "account suspended"},
    {PB_CATEGORY_USER_DISABLED, "account has been suspended"},
    {PB_CATEGORY_USER_DISABLED, "account is suspended"},
    {PB_CATEGORY_USER_DISABLED, "user suspended"},
    {PB_CATEGORY_USER_DISABLED, "account locked"},
    {PB_CATEGORY_USER_DISABLED, "mailbox currently suspended"},
    {PB_CATEGORY_USER_DISABLED, "user is inactive"},
    {PB_CATEGORY_USER_MOVED, "has moved"},
    {PB_CATEGORY_USER_MOVED, "user moved"},
    {PB_CATEGORY_USER_MOVED, "mailbox moved"},
    {PB_CATEGORY_USER_MOVED, "new address"},
    {PB_CATEGORY_USER_MOVED, "no longer at this address"},

    {PB_CATEGORY_NO_SUCH_USER, "user unknown"},
    {PB_CATEGORY_NO_SUCH_USER, "unknown user"},
    {PB_CATEGORY_NO_SUCH_USER, "user not found"},
    {PB_CATEGORY_NO_SUCH_USER, "user doesn t exist"},
    {PB_CATEGORY_NO_SUCH_USER, "user does not exist"},
    {PB_CATEGORY_NO_SUCH_USER, "no such user"},
    {PB_CATEGORY_NO_SUCH_USER, "nosuchuser"},
    {PB_CATEGORY_NO_SUCH_USER, "no such recipient"},
    {PB_CATEGORY_NO_SUCH_USER, "no such mailbox"},
    {PB_CATEGORY_NO_SUCH_USER, "no such address"},
    {PB_CATEGORY_NO_SUCH_USER, "no such person"},
    {PB_CATEGORY_NO_SUCH_USER, "no such local user"},
    {PB_CATEGORY_NO_SUCH_USER, "no mailbox"},
    {PB_CATEGORY_NO_SUCH_USER, "mailbox not found"},
    {PB_CATEGORY_NO_SUCH_USER, "mailbox unknown"},
    {PB_CATEGORY_NO_SUCH_USER, "unknown mailbox"},
    {PB_CATEGORY_NO_SUCH_USER, "mailbox does not exist"},
    {PB_CATEGORY_NO_SUCH_USER, "invalid mailbox"},
    {PB_CATEGORY_NO_SUCH_USER, "invalid recipient"},
    {PB_CATEGORY_NO_SUCH_USER, "recipient unknown"},
    {PB_CATEGORY_NO_SUCH_USER, "unknown recipient"},
    {PB_CATEGORY_NO_SUCH_USER, "recipientnotfound"},
    {PB_CATEGORY_NO_SUCH_USER, "recipient not found"},
    {PB_CATEGORY_NO_SUCH_USER, "recipient does not exist"},
    {PB_CATEGORY_NO_SUCH_USER, "recipient address rejected undeliverable address"},
    {PB_CATEGORY_NO_SUCH_USER, "address does not exist"},
    {PB_CATEGORY_NO_SUCH_USER, "address unknown"},
    {PB_CATEGORY_NO_SUCH_USER, "unknown address"},
    {PB_CATEGORY_NO_SUCH_USER, "unknown local part"},
    {PB_CATEGORY_NO_SUCH_USER, "unrouteable address"},
    {PB_CATEGORY_NO_SUCH_USER, "account that you tried to reach does not exist"},
    {PB_CATEGORY_NO_SUCH_USER, "account does not exist"},
    {PB_CATEGORY_NO_SUCH_USER, "account doesn t exist"},
    {PB_CATEGORY_NO_SUCH_USER, "not a known user"},
    {PB_CATEGORY_NO_SUCH_USER, "not a valid mailbox"},
    {PB_CATEGORY_NO_SUCH_USER, "is not a valid user"},
    {PB_CATEGORY_NO_SUCH_USER, "not our customer"},
    {PB_CATEGORY_NO_SUCH_USER, "doesn t have a * account"},
    {PB_CATEGORY_NO_SUCH_USER, "does not have an account here"},
    {PB_CATEGORY_NO_SUCH_USER, "user invalid"},
    {PB_CATEGORY_NO_SUCH_USER, "bad destination mailbox"},

    {PB_CATEGORY_DOMAIN_NOT_FOUND, "host not found"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "host unknown"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "domain not found"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "domain does not exist"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "domain doesn t exist"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "no such domain"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "unknown domain"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "name service error"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "couldn t find any host"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "null mx"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "nullmx"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "does not accept mail"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "no mx"},
    {PB_CATEGORY_DOMAIN_NOT_FOUND, "nxdomain"},

    /* What is in it. */
    {PB_CATEGORY_CONTENT_REJECTED, "virus"},
    {PB_CATEGORY_CONTENT_REJECTED, "malware"},
    {PB_CATEGORY_CONTENT_REJECTED, "attachment"},
    {PB_CATEGORY_CONTENT_REJECTED, "content rejected"},
    {PB_CATEGORY_CONTENT_REJECTED, "message content"},
    {PB_CATEGORY_CONTENT_REJECTED, "security risk"},
    {PB_CATEGORY_CONTENT_REJECTED, "prohibited content"},
    {PB_CATEGORY_SPAM_REJECTED, "spam"},
    {PB_CATEGORY_SPAM_REJECTED, "unsolicited"},
    {PB_CATEGORY_SPAM_REJECTED, "junk mail"},
    {PB_CATEGORY_SPAM_REJECTED, "bulk mail"},

    {PB_CATEGORY_UNREACHABLE, "connection timed out"},
    {PB_CATEGORY_UNREACHABLE, "timed out"},
    {PB_CATEGORY_UNREACHABLE, "connection refused"},
    {PB_CATEGORY_UNREACHABLE, "connection reset"},
    {PB_CATEGORY_UNREACHABLE, "connection closed"},
    {PB_CATEGORY_UNREACHABLE, "lost connection"},
    {PB_CATEGORY_UNREACHABLE, "network is unreachable"},
    {PB_CATEGORY_UNREACHABLE, "no route to host"},
    {PB_CATEGORY_UNREACHABLE, "timeout"},
    {PB_CATEGORY_UNREACHABLE, "retry time not reached"},
    {PB_CATEGORY_UNREACHABLE, "retry timeout exceeded"},
    {PB_CATEGORY_UNREACHABLE, "delivery time expired"},
    {PB_CATEGORY_UNREACHABLE, "message expired"},
    {PB_CATEGORY_UNREACHABLE, "in the queue too long"},

    {PB_CATEGORY_SYSTEM_ERROR, "insufficient system storage"},
    {PB_CATEGORY_SYSTEM_ERROR, "no space left"},
    {PB_CATEGORY_SYSTEM_ERROR, "internal error"},
    {PB_CATEGORY_SYSTEM_ERROR, "internal server error"},
    {PB_CATEGORY_SYSTEM_ERROR, "system error"},
    {PB_CATEGORY_SYSTEM_ERROR, "configuration error"},
    {PB_CATEGORY_SYSTEM_ERROR, "local error"},
    {PB_CATEGORY_SYSTEM_ERROR, "cannot write"},

    /* The vague ones last. */
    {PB_CATEGORY_TRY_LATER, "try again later"},
    {PB_CATEGORY_TRY_LATER, "try later"},
    {PB_CATEGORY_TRY_LATER, "come back later"},
    {PB_CATEGORY_TRY_LATER, "temporarily deferred"},
    {PB_CATEGORY_TRY_LATER, "temporarily unavailable"},
    {PB_CATEGORY_TRY_LATER, "service not available"},
    {PB_CATEGORY_TRY_LATER, "service unavailable try"},
};

const PbWordsRow *pb_explain_words_rows(guint *count_out) {
    *count_out = G_N_ELEMENTS(words_rows);
    return words_rows;
}

/* Bytes above ASCII count as letters, so that words of other languages stay whole. */
static gboolean is_word_byte(char c) {
    return g_ascii_isalnum(c) || (guchar) c >= 0x80;
}

static gboolean is_blank(char c) {
    return g_ascii_isspace(c) || c == '<' || c == '>' || c == '(' || c == ')' || c == '"';
}

static void append_words(GString *words, const char *from, const char *end) {
    for (; from < end; from++) {
        if (is_word_byte(*from))
            g_string_append_c(words, g_ascii_tolower(*from));
        else if (words->str[words->len - 1] != ' ')
            g_string_append_c(words, ' ');
    }
}

char *pb_explain_normalise(const char *text) {
    g_autoptr(GString) words = g_string_new(" ");
    const char *limit = text + strnlen(text, PB_EVIDENCE_TEXT_MAX);
    while (text < limit) {
        const char *end = text;
        while (end < limit && !is_blank(*end))
            end++;
        if (memchr(text, '@', (gsize) (end - text)) == NULL)
            append_words(words, text, end);
        if (words->str[words->len - 1] != ' ')
            g_string_append_c(words, ' ');
        text = end < limit ? end + 1 : limit;
    }
    return g_string_free(g_steal_pointer(&words), FALSE);
}

/* Finds `part` (length bytes) as whole words; returns what is behind it. */
static const char *find_words(const char *words, const char *part, gsize length) {
    for (const char *at = words; (at = memmem(at, strlen(at), part, length)) != NULL; at++) {
        if (at > words && at[-1] == ' ' && at[length] == ' ')
            return at + length;
    }
    return NULL;
}

static gboolean matches(const char *words, const char *phrase) {
    const char *star;
    while ((star = strstr(phrase, " * ")) != NULL) {
        words = find_words(words, phrase, (gsize) (star - phrase));
        if (words == NULL)
            return FALSE;
        phrase = star + 3;
    }
    return find_words(words, phrase, strlen(phrase)) != NULL;
}

PbCategory pb_explain_words(const char *text) {
    g_autofree char *words = pb_explain_normalise(text);
    for (guint i = 0; i < G_N_ELEMENTS(words_rows); i++) {
        if (matches(words, words_rows[i].phrase))
            return words_rows[i].category;
    }
    return PB_CATEGORY_UNKNOWN;
}
