#include "transport/smtp/sign-in.h"

#include "accounts/pb-error.h"
#include "transport/smtp/sasl.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* RFC 4954 4: a longer initial response waits for the 334. */
#define COMMAND_MAX 512
/* More than any mechanism needs; a server that goes on is not signing anybody in. */
#define ROUNDS_MAX 8

/* --- the words for a refusal ------------------------------------------------------------------ */

static char *refusal_text(const PbReply *reply, const char *host, const char *user,
                          const char *words) {
    switch (reply->code) {
    case 535:
        return g_strdup_printf(_("“%s” does not accept user name and password of “%s” (%s); check "
                                 "both, some providers want an app password"),
                               host, user, words);
    case 534:
        return g_strdup_printf(_("“%s” wants a stronger way to sign in, or an app password, for "
                                 "“%s” (%s)"),
                               host, user, words);
    case 432:
        return g_strdup_printf(_("“%s” wants the password of “%s” to be changed first (%s)"), host,
                               user, words);
    case 454:
        return g_strdup_printf(_("“%s” cannot check the password of “%s” now (%s); it will be "
                                 "tried again"),
                               host, user, words);
    case 530:
    case 538:
        return g_strdup_printf(_("“%s” wants encryption, or something else, before “%s” signs in "
                                 "(%s); check security and port"),
                               host, user, words);
    default:
        break;
    }
    return pb_reply_class(reply) == 4
               ? g_strdup_printf(_("“%s” does not let “%s” sign in now (%s); it will be tried "
                                   "again"),
                                 host, user, words)
               : g_strdup_printf(_("“%s” does not let “%s” sign in (%s); check username, password "
                                   "and auth"),
                                 host, user, words);
}

static PbError refusal_code(const PbReply *reply) {
    if (reply->code == 432)
        return PB_ERROR_CREDENTIALS;
    if (pb_reply_class(reply) == 4)
        return PB_ERROR_NOT_NOW;
    /* A 2yz or 3yz that was not due. */
    return pb_reply_class(reply) == 5 ? PB_ERROR_CREDENTIALS : PB_ERROR_PROTOCOL;
}

static void set_refused(const PbDialogue *dialogue, const char *user, const PbReply *reply,
                        PbEvidence **refusal_out, GError **error) {
    g_autoptr(PbEvidence) evidence = pb_reply_evidence(reply, PB_STAGE_AUTH, dialogue->host);
    g_autofree char *words = pb_evidence_line(evidence);
    g_autofree char *text = refusal_text(reply, dialogue->host, user, words);
    g_set_error_literal(error, PB_ERROR, (gint) refusal_code(reply), text);
    *refusal_out = g_steal_pointer(&evidence);
}

/* --- the exchange ----------------------------------------------------------------------------- */

static PbReply *ask_secret(PbDialogue *dialogue, const char *words, const char *response,
                           GError **error) {
    char *line = g_strconcat(words, *words != '\0' && response != NULL ? " " : "",
                             response != NULL ? response : "", "\r\n", NULL);
    gboolean said = response != NULL ? pb_dialogue_say_secret(dialogue, line, words, error)
                                     : pb_dialogue_say(dialogue, line, error);
    pb_sasl_wipe(line);
    return said ? pb_dialogue_hear(dialogue, PB_STEP_COMMAND, error) : NULL;
}

/* AUTH with the initial response if it fits; else `pending_out` keeps it for the first 334. */
static PbReply *start(PbDialogue *dialogue, PbSasl *sasl, char **pending_out, GError **error) {
    g_autofree char *words = g_strconcat("AUTH ", pb_sasl_mechanism(sasl), NULL);
    char *initial = pb_sasl_initial(sasl);
    if (initial != NULL && strlen(words) + strlen(initial) + 3 > COMMAND_MAX)
        *pending_out = g_steal_pointer(&initial);
    PbReply *reply = ask_secret(dialogue, words, initial, error);
    pb_sasl_wipe(initial);
    return reply;
}

/* Tells the server that we stop (RFC 4954 4: a line with "*"); what it says to that is not of
 * interest. */
static void give_up(PbDialogue *dialogue) {
    g_autoptr(PbReply) ignored G_GNUC_UNUSED =
        pb_dialogue_ask(dialogue, "*\r\n", PB_STEP_COMMAND, NULL);
}

static PbReply *answer(PbDialogue *dialogue, PbSasl *sasl, const PbReply *challenge, char **pending,
                       GError **error) {
    char *response =
        *pending != NULL ? g_steal_pointer(pending) : pb_sasl_respond(sasl, challenge->text, error);
    if (response == NULL) {
        give_up(dialogue);
        return NULL;
    }
    PbReply *reply = ask_secret(dialogue, "", response, error);
    pb_sasl_wipe(response);
    return reply;
}

static PbReply *exchange(PbDialogue *dialogue, PbSasl *sasl, GError **error) {
    char *pending = NULL;
    g_autoptr(PbReply) reply = start(dialogue, sasl, &pending, error);
    for (guint round = 0; reply != NULL && reply->code == 334 && round < ROUNDS_MAX; round++) {
        PbReply *next = answer(dialogue, sasl, reply, &pending, error);
        pb_reply_free(reply);
        reply = next;
    }
    pb_sasl_wipe(pending);
    return g_steal_pointer(&reply);
}

static gboolean check_success(const PbDialogue *dialogue, const PbSasl *sasl, const char *user,
                              const PbReply *reply, PbEvidence **refusal_out, GError **error) {
    if (reply->code != 235) {
        set_refused(dialogue, user, reply, refusal_out, error);
        return FALSE;
    }
    if (!pb_sasl_may_succeed(sasl)) {
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("“%s” says that “%s” is signed in, but did not prove that it knows the "
                      "password; this may not be the right server"),
                    dialogue->host, user);
        return FALSE;
    }
    return TRUE;
}

const char *pb_sign_in(PbDialogue *dialogue, const PbAccount *account, const PbSecret *secret,
                       char *const *offered, PbEvidence **refusal_out, GError **error) {
    g_autoptr(PbSasl) sasl =
        pb_sasl_new(account, secret, offered, pb_stream_proof(dialogue->stream), error);
    if (sasl == NULL)
        return NULL;
    pb_transcript_guard(dialogue->transcript, account->username, pb_secret_peek(secret));
    dialogue->challenge_is_secret = TRUE;
    g_autoptr(PbReply) reply = exchange(dialogue, sasl, error);
    gboolean signed_in = reply != NULL && check_success(dialogue, sasl, account->username, reply,
                                                        refusal_out, error);
    dialogue->challenge_is_secret = FALSE;
    pb_transcript_unguard(dialogue->transcript);
    return signed_in ? g_intern_string(pb_sasl_mechanism(sasl)) : NULL;
}
