/* Opening a session:
 *
 *   connect ─► [tls] ─► greeting ─► EHLO ─► [STARTTLS ─► tls ─► EHLO] ─► [AUTH] ─► open
 *
 * Each arrow is one function of the table below; each either succeeds or sets the error, and the
 * stage it failed at is that of its row. Invariants:
 * 1. Before TLS is verified nothing but EHLO and STARTTLS is said (security tls and starttls).
 * 2. What was offered before TLS is forgotten (RFC 3207 4.2).
 * 3. A session without TLS exists only with this machine as peer, and never signs in.
 */
#include "transport/smtp/session.h"

#include "accounts/pb-error.h"
#include "accounts/pb-text.h"
#include "transport/smtp/commands.h"
#include "transport/smtp/session-private.h"
#include "transport/smtp/sign-in.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define CONNECT_SECONDS 60
#define QUIT_SECONDS    2

/* What the steps of opening share. */
typedef struct {
    PbSmtpSession *session;
    const PbAccount *account;
    const PbSecret *secret;
    const PbSmtpFlow *flow;
    gpointer user_data;
    GCancellable *cancellable;
    PbEvidence *refusal; /* the server's words, when it was the server */
} Opening;

static GPrivate last_transcript = G_PRIVATE_INIT(g_free);

static void tell_step(const Opening *opening, PbStage stage, gboolean ok, const char *text) {
    if (opening->flow != NULL && opening->flow->step != NULL)
        opening->flow->step(stage, ok, text, opening->user_data);
}

static void set_refused(Opening *opening, const PbReply *reply, PbStage stage, PbError code,
                        const char *what, GError **error) {
    g_clear_pointer(&opening->refusal, pb_evidence_free);
    opening->refusal = pb_reply_evidence(reply, stage, opening->account->host);
    g_autofree char *words = pb_evidence_line(opening->refusal);
    g_set_error(error, PB_ERROR, (gint) code, "%s: %s", what, words);
}

/* --- connect and TLS -------------------------------------------------------------------------- */

static gboolean check_loopback(Opening *opening, GError **error) {
    if (opening->account->security != PB_SECURITY_NONE ||
        pb_stream_is_loopback(opening->session->dialogue->stream))
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                _("“%s” is another computer, and mail goes there only over TLS; set security to "
                  "tls or starttls"),
                opening->account->host);
    return FALSE;
}

static gboolean step_connect(Opening *opening, GError **error) {
    const PbAccount *account = opening->account;
    PbSmtpSession *session = opening->session;
    guint seconds = MIN(CONNECT_SECONDS, MAX(account->timeout, 1));
    PbStream *stream =
        pb_stream_connect(account->host, account->port, seconds, opening->cancellable, error);
    if (stream == NULL)
        return FALSE;
    session->dialogue->stream = stream;
    pb_stream_set_cancellable(stream, opening->cancellable);
    session->facts.peer_address = pb_stream_peer_address(stream);
    if (!check_loopback(opening, error))
        return FALSE;
    g_autofree char *text = g_strdup_printf(
        _("connected to %s (%s), port %u"), account->host,
        session->facts.peer_address != NULL ? session->facts.peer_address : "?", account->port);
    pb_transcript_note(session->dialogue->transcript, text);
    tell_step(opening, PB_STAGE_CONNECT, TRUE, text);
    return TRUE;
}

static void take_tls_facts(PbSmtpFacts *facts, const PbTlsFacts *tls) {
    facts->tls_version = g_strdup(tls->version);
    facts->tls_cipher = g_strdup(tls->cipher);
    facts->certificate_name = g_strdup(tls->name);
    facts->certificate_issuer = g_strdup(tls->issuer);
    facts->certificate_expires = tls->expires;
}

static char *tls_text(const PbSmtpFacts *facts) {
    g_autoptr(GDateTime) expires =
        g_date_time_new_from_unix_local(facts->certificate_expires / G_USEC_PER_SEC);
    g_autofree char *date = expires != NULL ? g_date_time_format(expires, "%Y-%m-%d") : NULL;
    return g_strdup_printf(_("%s with %s; certificate of %s, issued by %s, valid until %s"),
                           facts->tls_version, facts->tls_cipher,
                           facts->certificate_name != NULL ? facts->certificate_name : "?",
                           facts->certificate_issuer != NULL ? facts->certificate_issuer : "?",
                           date != NULL ? date : "?");
}

static gboolean step_tls(Opening *opening, GError **error) {
    PbDialogue *dialogue = opening->session->dialogue;
    pb_dialogue_begin(dialogue, PB_STEP_GREETING);
    if (!pb_stream_start_tls(dialogue->stream, opening->account, error))
        return FALSE;
    PbSmtpFacts *facts = &opening->session->facts;
    take_tls_facts(facts, pb_stream_tls_facts(dialogue->stream));
    g_autofree char *text = tls_text(facts);
    pb_transcript_note(dialogue->transcript, text);
    tell_step(opening, PB_STAGE_TLS, TRUE, text);
    return TRUE;
}

/* --- greeting and EHLO ------------------------------------------------------------------------ */

static gboolean step_greeting(Opening *opening, GError **error) {
    g_autoptr(PbReply) reply =
        pb_dialogue_hear(opening->session->dialogue, PB_STEP_GREETING, error);
    if (reply == NULL)
        return FALSE;
    if (reply->code != 220) {
        int kind = pb_reply_class(reply);
        PbError code = kind == 4   ? PB_ERROR_NOT_NOW
                       : kind == 5 ? PB_ERROR_REFUSED
                                   : PB_ERROR_PROTOCOL;
        g_autofree char *what =
            g_strdup_printf(_("“%s” does not want to talk to us"), opening->account->host);
        set_refused(opening, reply, PB_STAGE_GREETING, code, what, error);
        return FALSE;
    }
    g_free(opening->session->facts.greeting);
    opening->session->facts.greeting = g_strdup(reply->text);
    g_autofree char *shown = pb_text_sanitise(reply->text, -1, 512, FALSE);
    tell_step(opening, PB_STAGE_GREETING, TRUE, shown);
    return TRUE;
}

/* RFC 5321 4.1.3: an address literal where there is no name; never the name of this computer, which
 * is nobody's business. */
static char *hello_name(const Opening *opening) {
    if (opening->account->ehlo_name != NULL && *opening->account->ehlo_name != '\0')
        return g_strdup(opening->account->ehlo_name);
    g_autofree char *address = pb_stream_local_address(opening->session->dialogue->stream);
    if (address == NULL)
        return g_strdup("[127.0.0.1]");
    return g_strdup_printf(strchr(address, ':') != NULL ? "[IPv6:%s]" : "[%s]", address);
}

static PbReply *say_hello(Opening *opening, const char *verb, GError **error) {
    g_autofree char *name = hello_name(opening);
    g_autofree char *line = pb_command_hello(verb, name, error);
    if (line == NULL)
        return NULL;
    return pb_dialogue_ask(opening->session->dialogue, line, PB_STEP_COMMAND, error);
}

/* HELO gives neither STARTTLS nor AUTH, so it only helps where none is needed. */
static gboolean may_use_helo(const Opening *opening, const PbReply *refusal) {
    gboolean needs_starttls = opening->account->security == PB_SECURITY_STARTTLS &&
                              opening->session->facts.tls_version == NULL;
    return (refusal->code == 500 || refusal->code == 502 || refusal->code == 504) &&
           !needs_starttls && opening->account->username == NULL;
}

static void take_capabilities(PbSmtpSession *session, const char *text) {
    PbSmtpFacts *facts = &session->facts;
    PbCapabilities *offered = pb_capabilities_parse(text);
    pb_capabilities_free(session->capabilities);
    session->capabilities = offered;
    g_strfreev(facts->extensions);
    facts->extensions = g_strdupv(offered->lines);
    facts->size_limit = offered->size_limit;
    facts->pipelining = offered->pipelining;
    facts->eight_bit_mime = offered->eight_bit_mime;
    facts->dsn = offered->dsn;
    facts->smtputf8 = offered->smtputf8;
    facts->chunking = offered->chunking;
    facts->enhanced_status = offered->enhanced_status;
}

static gboolean step_hello(Opening *opening, GError **error) {
    g_autoptr(PbReply) reply = say_hello(opening, "EHLO", error);
    gboolean plain = reply != NULL && may_use_helo(opening, reply);
    if (plain) {
        pb_reply_free(reply);
        reply = say_hello(opening, "HELO", error);
    }
    if (reply == NULL)
        return FALSE;
    if (reply->code != 250) {
        g_autofree char *what =
            g_strdup_printf(_("“%s” does not accept our greeting"), opening->account->host);
        set_refused(opening, reply, PB_STAGE_EHLO,
                    pb_reply_class(reply) == 4 ? PB_ERROR_NOT_NOW : PB_ERROR_PROTOCOL, what, error);
        return FALSE;
    }
    take_capabilities(opening->session, plain ? "" : reply->text);
    g_autofree char *joined = g_strjoinv(", ", opening->session->capabilities->lines);
    g_autofree char *shown = pb_text_sanitise(joined, -1, 1024, FALSE);
    tell_step(opening, PB_STAGE_EHLO, TRUE, shown);
    return TRUE;
}

/* --- STARTTLS and AUTH ------------------------------------------------------------------------ */

static gboolean step_starttls(Opening *opening, GError **error) {
    PbSmtpSession *session = opening->session;
    const char *host = opening->account->host;
    if (!session->capabilities->starttls) {
        g_set_error(error, PB_ERROR, PB_ERROR_CERTIFICATE,
                    _("“%s” does not offer STARTTLS, so nothing was sent; check port and security "
                      "(465 goes with tls), or somebody is in between"),
                    host);
        return FALSE;
    }
    g_autoptr(PbReply) reply =
        pb_dialogue_ask(session->dialogue, "STARTTLS\r\n", PB_STEP_COMMAND, error);
    if (reply == NULL)
        return FALSE;
    if (reply->code != 220) {
        g_autofree char *what = g_strdup_printf(_("“%s” does not start TLS now"), host);
        set_refused(opening, reply, PB_STAGE_STARTTLS,
                    pb_reply_class(reply) == 4 ? PB_ERROR_NOT_NOW : PB_ERROR_CERTIFICATE, what,
                    error);
        return FALSE;
    }
    g_clear_pointer(&session->capabilities, pb_capabilities_free);
    return TRUE;
}

static gboolean step_sign_in(Opening *opening, GError **error) {
    PbSmtpSession *session = opening->session;
    const char *mechanism = pb_sign_in(session->dialogue, opening->account, opening->secret,
                                       session->capabilities->mechanisms, &opening->refusal, error);
    if (mechanism == NULL)
        return FALSE;
    session->facts.auth_mechanism = g_strdup(mechanism);
    g_autofree char *text =
        g_strdup_printf(_("signed in as “%s” with %s"), opening->account->username, mechanism);
    tell_step(opening, PB_STAGE_AUTH, TRUE, text);
    return TRUE;
}

/* --- the sequence ----------------------------------------------------------------------------- */

static gboolean is_always(const PbAccount *account) {
    (void) account;
    return TRUE;
}

static gboolean is_implicit_tls(const PbAccount *account) {
    return account->security == PB_SECURITY_TLS;
}

static gboolean is_starttls(const PbAccount *account) {
    return account->security == PB_SECURITY_STARTTLS;
}

static gboolean has_user(const PbAccount *account) {
    return account->username != NULL && *account->username != '\0';
}

static const struct {
    PbStage stage;
    gboolean (*applies)(const PbAccount *account);
    gboolean (*run)(Opening *opening, GError **error);
} steps[] = {
    {PB_STAGE_CONNECT, is_always, step_connect},     {PB_STAGE_TLS, is_implicit_tls, step_tls},
    {PB_STAGE_GREETING, is_always, step_greeting},   {PB_STAGE_EHLO, is_always, step_hello},
    {PB_STAGE_STARTTLS, is_starttls, step_starttls}, {PB_STAGE_TLS, is_starttls, step_tls},
    {PB_STAGE_EHLO, is_starttls, step_hello},        {PB_STAGE_AUTH, has_user, step_sign_in},
};

static void report_failure(Opening *opening, PbStage stage, const GError *failure,
                           PbEvidence **evidence_out) {
    PbDialogue *dialogue = opening->session->dialogue;
    pb_transcript_note(dialogue->transcript, failure->message);
    tell_step(opening, stage, FALSE, failure->message);
    g_private_replace(&last_transcript, pb_transcript_text(dialogue->transcript));
    /* The server's own words, else ours. */
    if (evidence_out != NULL)
        *evidence_out = opening->refusal != NULL
                            ? g_steal_pointer(&opening->refusal)
                            : pb_evidence_new(stage, 0, "", failure->message, dialogue->host);
}

static gboolean run_steps(Opening *opening, PbEvidence **evidence_out, GError **error) {
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autoptr(GError) failure = NULL;
        if (!steps[i].applies(opening->account) || steps[i].run(opening, &failure))
            continue;
        report_failure(opening, steps[i].stage, failure, evidence_out);
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    return TRUE;
}

PbSmtpSession *pb_smtp_session_open(const PbAccount *account, const PbSecret *secret,
                                    const PbSmtpFlow *flow, gpointer user_data,
                                    GCancellable *cancellable, PbEvidence **evidence_out,
                                    GError **error) {
    g_autoptr(PbSmtpSession) session = g_new0(PbSmtpSession, 1);
    session->dialogue = pb_dialogue_new(account);
    session->facts.host = g_strdup(account->host);
    session->facts.port = account->port;
    Opening opening = {session, account, secret, flow, user_data, cancellable, NULL};
    gboolean opened = run_steps(&opening, evidence_out, error);
    pb_evidence_free(opening.refusal);
    if (session->dialogue->stream != NULL)
        pb_stream_set_cancellable(session->dialogue->stream, NULL);
    if (opened)
        return g_steal_pointer(&session);
    session->unusable = TRUE;
    return NULL;
}

/* --- facts, transcript, closing --------------------------------------------------------------- */

const PbSmtpFacts *pb_smtp_session_facts(PbSmtpSession *session) {
    session->facts.round_trips = pb_stream_round_trips(session->dialogue->stream);
    return &session->facts;
}

char *pb_smtp_session_transcript(PbSmtpSession *session) {
    return pb_transcript_text(session->dialogue->transcript);
}

char *pb_smtp_last_transcript(void) {
    return g_strdup(g_private_get(&last_transcript));
}

static void say_quit(PbSmtpSession *session) {
    PbDialogue *dialogue = session->dialogue;
    dialogue->timeout = QUIT_SECONDS;
    g_autoptr(PbReply) farewell G_GNUC_UNUSED =
        pb_dialogue_ask(dialogue, "QUIT\r\n", QUIT_SECONDS, NULL);
}

static void clear_facts(PbSmtpFacts *facts) {
    g_free(facts->host);
    g_free(facts->peer_address);
    g_free(facts->tls_version);
    g_free(facts->tls_cipher);
    g_free(facts->certificate_name);
    g_free(facts->certificate_issuer);
    g_free(facts->auth_mechanism);
    g_free(facts->greeting);
    g_strfreev(facts->extensions);
}

void pb_smtp_session_free(PbSmtpSession *session) {
    if (session == NULL)
        return;
    if (!session->unusable && session->dialogue->stream != NULL)
        say_quit(session);
    pb_dialogue_free(session->dialogue);
    pb_capabilities_free(session->capabilities);
    clear_facts(&session->facts);
    g_free(session);
}
