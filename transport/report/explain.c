#include "transport/report/explain.h"

#include "transport/report/explain-words.h"
#include "transport/report/status.h"

#include <glib/gi18n-lib.h>

#include <string.h>

typedef struct {
    const char *name;
    const char *sentence; /* `{domain}` is the recipient's domain */
    const char *plain;    /* the same without it; NULL: the sentence names none */
    const char *advice;   /* for a final refusal */
} CategoryRow;

static const CategoryRow categories[] = {
    [PB_CATEGORY_UNKNOWN] = {"unknown", N_("The server gave no reason that postbag knows."), NULL,
                             N_("Read the server's own words below.")},
    [PB_CATEGORY_NO_SUCH_USER] = {"no-such-user",
                                  N_("There is no mailbox with this name at {domain}."),
                                  N_("There is no mailbox with this name."),
                                  N_("Check the spelling and correct the address.")},
    [PB_CATEGORY_USER_MOVED] = {"user-moved", N_("The mailbox has moved away from {domain}."),
                                N_("The mailbox has moved."),
                                N_("Ask the person for the new address.")},
    [PB_CATEGORY_USER_DISABLED] = {"user-disabled", N_("The mailbox at {domain} is switched off."),
                                   N_("The mailbox is switched off."),
                                   N_("Reach the person in another way.")},
    [PB_CATEGORY_MAILBOX_FULL] = {"mailbox-full", N_("The mailbox at {domain} is full."),
                                  N_("The mailbox is full."),
                                  N_("Tell the person in another way, then send it again.")},
    [PB_CATEGORY_MESSAGE_TOO_BIG] = {"message-too-big",
                                     N_("The message is bigger than the server accepts."), NULL,
                                     N_("Make the attachments smaller, or share them as a link.")},
    [PB_CATEGORY_DOMAIN_NOT_FOUND] = {"domain-not-found", N_("There is no mail domain {domain}."),
                                      N_("The domain of the address takes no mail."),
                                      N_("Check the spelling behind the “@” and correct it.")},
    [PB_CATEGORY_RECIPIENT_REFUSED] = {"recipient-refused",
                                       N_("The server at {domain} does not take mail for this "
                                          "recipient."),
                                       N_("The server does not take mail for this recipient."),
                                       N_("Check the address, or ask the person to let you in.")},
    [PB_CATEGORY_SENDER_REJECTED] = {"sender-rejected",
                                     N_("The server does not accept the sender address."), NULL,
                                     N_("Send with a From address that belongs to your account.")},
    [PB_CATEGORY_HOST_BLOCKED] = {"host-blocked",
                                  N_("The sending server is on a blocklist or has a bad name."),
                                  NULL,
                                  N_("Tell your mail provider; send through another account if it "
                                     "is urgent.")},
    [PB_CATEGORY_BLOCKED_BY_POLICY] = {"blocked-by-policy",
                                       N_("A rule of the server at {domain} refuses the message."),
                                       N_("A rule of the server refuses the message."),
                                       N_("Read the server's own words, and ask its postmaster.")},
    [PB_CATEGORY_AUTH_FAILURE] = {"auth-failure",
                                  N_("The server could not prove that the message comes from the "
                                     "sender's domain."),
                                  NULL,
                                  N_("Send through the server of your From address; its owner has "
                                     "to set up SPF and DKIM.")},
    [PB_CATEGORY_SPAM_REJECTED] = {"spam-rejected",
                                   N_("The server at {domain} takes the message for spam."),
                                   N_("The server takes the message for spam."),
                                   N_("Change the text or the links, or ask the person to expect "
                                      "it.")},
    [PB_CATEGORY_CONTENT_REJECTED] = {"content-rejected",
                                      N_("The server does not accept what is in the message."),
                                      NULL,
                                      N_("Leave out or pack the attachment, and send it again.")},
    [PB_CATEGORY_RATE_LIMITED] = {"rate-limited",
                                  N_("The server accepts no more messages from you for a while."),
                                  NULL, N_("Wait some time, then send it again.")},
    [PB_CATEGORY_TRY_LATER] = {"try-later",
                               N_("The server asks to be tried again later, as many do with "
                                  "senders they do not know yet."),
                               NULL, N_("Send it again in an hour.")},
    [PB_CATEGORY_RELAY_DENIED] = {"relay-denied",
                                  N_("The server does not pass on mail to {domain}."),
                                  N_("The server does not pass on mail to this address."),
                                  N_("Check host, user name and password of the account.")},
    [PB_CATEGORY_TLS_REQUIRED] = {"tls-required",
                                  N_("The encrypted connection is missing or failed."), NULL,
                                  N_("Check security, port and certificate of the account.")},
    [PB_CATEGORY_LOGIN_REQUIRED] = {"login-required",
                                    N_("The server did not accept the sign-in, or wants one."),
                                    NULL,
                                    N_("Check user name and password of the account; some services "
                                       "want an app password.")},
    [PB_CATEGORY_UNREACHABLE] = {"unreachable", N_("The mail server could not be reached."), NULL,
                                 N_("Check the network and the address, then send it again.")},
    [PB_CATEGORY_MAIL_LOOP] = {"mail-loop",
                               N_("The message went round in a circle between mail servers."), NULL,
                               N_("Tell the postmaster of the recipient's domain.")},
    [PB_CATEGORY_SYSTEM_ERROR] = {"system-error", N_("The mail system of {domain} has a fault."),
                                  N_("The mail system of the server has a fault."),
                                  N_("Send it again later, or tell the postmaster.")},
    [PB_CATEGORY_PROTOCOL_ERROR] = {"protocol-error",
                                    N_("Client and server did not understand each other."), NULL,
                                    N_("Look at the transcript; it shows the command that was "
                                       "refused.")},
    [PB_CATEGORY_SUPPRESSED] = {"suppressed",
                                N_("Your sending service holds this address back after earlier "
                                   "bounces."),
                                NULL, N_("Take the address off the list at your sending service.")},
    [PB_CATEGORY_DELIVERED] = {"delivered", N_("The message has arrived at {domain}."),
                               N_("The message has arrived."), ""},
};

/* Said when no server said anything: the step that failed tells what happened. */
typedef struct {
    PbStage stage;
    PbCategory category;
    const char *sentence, *advice;
} StageRow;

static const StageRow stage_rows[] = {
    {PB_STAGE_LOCAL, PB_CATEGORY_UNKNOWN, N_("postbag itself stopped this message."),
     N_("The reason stands beside it.")},
    {PB_STAGE_CONNECT, PB_CATEGORY_UNREACHABLE, N_("The server could not be reached."),
     N_("Check the network, and host and port of the account.")},
    {PB_STAGE_TLS, PB_CATEGORY_TLS_REQUIRED,
     N_("No trustworthy encrypted connection to the server came about."),
     N_("Check security, port and certificate of the account.")},
    {PB_STAGE_END_OF_DATA, PB_CATEGORY_UNREACHABLE,
     N_("The connection broke before the server said whether it has the message."),
     N_("Ask whether it arrived before you send it again.")},
    {PB_STAGE_PERSON, PB_CATEGORY_UNKNOWN, N_("You settled this yourself."), ""},
};

static const char *const accepted_sentence =
    N_("The server accepted the message and is responsible for it now.");
static const char *const broken_sentence = N_("The connection broke before the server answered.");
static const char *const later_advice = N_("Nothing has to be done: it is tried again by itself.");

void pb_explanation_free(PbExplanation *explanation) {
    if (explanation == NULL)
        return;
    g_free(explanation->sentence);
    g_free(explanation->advice);
    g_free(explanation);
}

const char *pb_category_to_string(PbCategory category) {
    g_return_val_if_fail((guint) category < G_N_ELEMENTS(categories), "unknown");
    return categories[category].name;
}

PbCategory pb_category_from_string(const char *text) {
    for (guint i = 0; i < G_N_ELEMENTS(categories); i++) {
        if (g_strcmp0(text, categories[i].name) == 0)
            return (PbCategory) i;
    }
    return PB_CATEGORY_UNKNOWN;
}

/* What stands behind the last "@", if it can stand in a sentence: addresses of reports are foreign.
 */
static const char *domain_of(const char *address) {
    const char *at = address != NULL ? strrchr(address, '@') : NULL;
    if (at == NULL || at[1] == '\0' || strlen(at + 1) > 255 || !g_utf8_validate(at + 1, -1, NULL))
        return NULL;
    for (const char *c = at + 1; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar letter = g_utf8_get_char(c);
        if (!g_unichar_isalnum(letter) && strchr("-.[]:_", (int) MIN(letter, 127)) == NULL)
            return NULL;
    }
    return at + 1;
}

static PbExplanation *make(PbCategory category, const char *sentence, const char *advice,
                           const char *address) {
    const CategoryRow *row = &categories[category];
    const char *domain = domain_of(address);
    if (sentence == NULL)
        sentence = row->sentence;
    if (domain == NULL && strstr(sentence, "{domain}") != NULL)
        sentence = row->plain != NULL ? row->plain : row->sentence;
    if (advice == NULL)
        advice = row->advice;

    g_autoptr(GString) text = g_string_new(_(sentence));
    if (domain != NULL)
        g_string_replace(text, "{domain}", domain, 0);
    PbExplanation *explanation = g_new0(PbExplanation, 1);
    explanation->category = category;
    explanation->sentence = g_string_free(g_steal_pointer(&text), FALSE);
    /* gettext("") would give the header of the catalogue. */
    explanation->advice = g_strdup(advice[0] != '\0' ? _(advice) : "");
    return explanation;
}

/* 2, 4 or 5: the reply code counts, the enhanced code only where there is none. 0: neither. */
static int class_of(const PbEvidence *evidence) {
    if (evidence->code >= 200 && evidence->code < 600)
        return evidence->code / 100;
    int class = 0;
    guint16 subject, detail;
    return pb_status_parse(evidence->status, &class, &subject, &detail) ? class : 0;
}

static PbExplanation *explain_silence(const PbEvidence *evidence, const char *address) {
    for (guint i = 0; i < G_N_ELEMENTS(stage_rows); i++) {
        const StageRow *row = &stage_rows[i];
        if (row->stage == evidence->stage)
            return make(row->category, row->sentence, row->advice, address);
    }
    if (evidence->stage == PB_STAGE_REPORT)
        return make(PB_CATEGORY_UNKNOWN, NULL, NULL, address);
    return make(PB_CATEGORY_UNREACHABLE, broken_sentence, later_advice, address);
}

static PbExplanation *explain_success(const PbEvidence *evidence, const char *address) {
    gboolean told = evidence->stage == PB_STAGE_REPORT;
    return make(PB_CATEGORY_DELIVERED, told ? NULL : accepted_sentence, NULL, address);
}

PbExplanation *pb_explain(const PbEvidence *evidence, const char *address) {
    int class = class_of(evidence);
    if (class == 2)
        return explain_success(evidence, address);
    /* What we wrote ourselves is a sentence already; its words are no server's. */
    if (evidence->stage == PB_STAGE_LOCAL || evidence->stage == PB_STAGE_PERSON)
        return explain_silence(evidence, address);

    const char *advice = class == 4 ? later_advice : NULL;
    PbCategory said = pb_explain_words(evidence->text);
    const PbStatusRow *status = pb_status_find(evidence->status);
    const PbCodeRow *code = pb_status_find_code(evidence->code, evidence->stage);
    if (said == PB_CATEGORY_UNREACHABLE && class == 0 && evidence->stage != PB_STAGE_REPORT)
        return explain_silence(evidence, address);
    if (status != NULL && (said == PB_CATEGORY_UNKNOWN || said == status->category))
        return make(status->category, status->sentence, advice != NULL ? advice : status->advice,
                    address);
    if (said != PB_CATEGORY_UNKNOWN)
        return make(said, NULL, advice, address);
    if (code != NULL)
        return make(code->category, code->sentence, advice != NULL ? advice : code->advice,
                    address);
    if (class == 0)
        return explain_silence(evidence, address);
    return make(class == 4 ? PB_CATEGORY_TRY_LATER : PB_CATEGORY_UNKNOWN, NULL, advice, address);
}
