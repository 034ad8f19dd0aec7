/* States of a session, and what leads on:
 *
 *   greeted --EHLO--> known --STARTTLS--> greeted (secure) --EHLO--> known
 *   known (secure) --AUTH--> signed in --MAIL--> in transaction --RCPT*, DATA, text--> signed in
 *
 * Invariants: no AUTH before TLS, no MAIL before AUTH; a script's reply counts like our own; the
 * text goes straight to the Maildir's tmp/, only its header block (bounded) is kept in memory.
 */
#include "transport/sandbox/sandbox-session.h"

#include "transport/sandbox/sandbox-auth.h"
#include "transport/sandbox/sandbox-replies.h"
#include "transport/sandbox/sandbox-session-private.h"

#include <string.h>

#define RECIPIENTS_MAX 1000
#define ERRORS_MAX     50

typedef struct {
    const char *verb;
    void (*run)(PbSandboxSession *session, const char *argument);
} Command;

static void write_line(PbSandboxSession *session, const char *line) {
    pb_sandbox_io_write(session->io, line, strlen(line));
    pb_sandbox_io_write(session->io, "\r\n", 2);
}

int pb_sandbox_session_code(const PbScriptPlay *play, const char *usual) {
    if (play->action == PB_SCRIPT_REPLY || play->action == PB_SCRIPT_RAW)
        usual = play->text;
    else if (play->action != PB_SCRIPT_USUAL)
        return 0;
    return (int) g_ascii_strtoull(usual, NULL, 10);
}

int pb_sandbox_session_give(PbSandboxSession *session, const PbScriptPlay *play,
                            const char *usual) {
    int code = pb_sandbox_session_code(play, usual);
    if (code >= 500)
        session->errors++;
    switch (play->action) {
    case PB_SCRIPT_USUAL:
        write_line(session, usual);
        return code;
    case PB_SCRIPT_REPLY:
        write_line(session, play->text);
        return code;
    case PB_SCRIPT_RAW:
        pb_sandbox_io_write(session->io, play->text, strlen(play->text));
        return code;
    case PB_SCRIPT_STALL:
        pb_sandbox_io_stall(session->io);
        break;
    case PB_SCRIPT_DROP:
        /* Earlier replies of the same flight were given; only this one is withheld. */
        (void) pb_sandbox_io_flush(session->io);
        pb_sandbox_io_drop(session->io);
        break;
    }
    session->over = TRUE;
    return code;
}

PbScriptPlay pb_sandbox_session_play(PbSandboxSession *session, PbScriptEvent event,
                                     const char *argument) {
    PbScriptPlay play = pb_sandbox_script_play(session->sandbox->script, event, argument);
    if (play.delay_milliseconds > 0 && !pb_sandbox_io_wait(session->io, play.delay_milliseconds))
        play.action = PB_SCRIPT_DROP;
    return play;
}

int pb_sandbox_session_answer(PbSandboxSession *session, PbScriptEvent event, const char *argument,
                              const char *usual) {
    PbScriptPlay play = pb_sandbox_session_play(session, event, argument);
    return pb_sandbox_session_give(session, &play, usual);
}

static void forget_transaction(PbSandboxSession *session) {
    pb_sandbox_envelope_reset(session->envelope);
}

/* --- EHLO, HELO, STARTTLS --------------------------------------------------------------------- */

static void add_extension(PbSandboxSession *session, GPtrArray *lines, const char *line) {
    if (pb_sandbox_script_offers(session->sandbox->script, line))
        g_ptr_array_add(lines, g_strdup(line));
}

static char *ehlo_reply(PbSandboxSession *session) {
    static const char *const always[] = {"PIPELINING",          "SIZE 25000000", "8BITMIME",
                                         "ENHANCEDSTATUSCODES", "DSN",           "SMTPUTF8"};
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(lines, g_strdup(PB_SANDBOX_HOST " greets you"));
    for (guint i = 0; i < G_N_ELEMENTS(always); i++)
        add_extension(session, lines, always[i]);
    add_extension(session, lines, session->secure ? "AUTH " PB_SANDBOX_MECHANISMS : "STARTTLS");
    const char *const *extras = pb_sandbox_script_extras(session->sandbox->script);
    for (guint i = 0; extras[i] != NULL; i++)
        g_ptr_array_add(lines, g_strdup(extras[i]));
    g_autoptr(GString) reply = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(reply, "250%s%s%s", i + 1 < lines->len ? "-" : " ",
                               (char *) g_ptr_array_index(lines, i),
                               i + 1 < lines->len ? "\r\n" : "");
    return g_string_free(g_steal_pointer(&reply), FALSE);
}

static void run_ehlo(PbSandboxSession *session, const char *argument) {
    g_autofree char *reply =
        argument[0] != '\0' ? ehlo_reply(session) : g_strdup("501 5.5.4 EHLO needs a name");
    if (pb_sandbox_session_answer(session, PB_SCRIPT_EHLO, argument, reply) / 100 == 2) {
        session->known = TRUE;
        forget_transaction(session);
    }
}

static void run_helo(PbSandboxSession *session, const char *argument) {
    const char *reply =
        argument[0] != '\0' ? "250 " PB_SANDBOX_HOST : "501 5.5.4 HELO needs a name";
    if (pb_sandbox_session_answer(session, PB_SCRIPT_HELO, argument, reply) / 100 == 2) {
        session->known = TRUE;
        forget_transaction(session);
    }
}

static void run_starttls(PbSandboxSession *session, const char *argument) {
    const char *reply = "220 2.0.0 Ready to start TLS";
    if (session->secure)
        reply = "503 5.5.1 TLS is active already";
    else if (argument[0] != '\0')
        reply = "501 5.5.4 STARTTLS takes no argument";
    else if (!pb_sandbox_script_offers(session->sandbox->script, "STARTTLS"))
        reply = "502 5.5.1 STARTTLS is not offered";
    if (pb_sandbox_session_answer(session, PB_SCRIPT_STARTTLS, argument, reply) != 220)
        return;
    /* RFC 3207 section 4.2: everything learnt before is forgotten. */
    pb_sandbox_tally_add(&session->sandbox->tally, &session->sandbox->tally.counts.flights, 1);
    session->secure = pb_sandbox_io_start_tls(session->io, session->sandbox->credentials);
    session->over = !session->secure;
    session->known = FALSE;
    forget_transaction(session);
}

/* --- AUTH ------------------------------------------------------------------------------------- */

/* One line without its end; FALSE at the end of the connection or if it is too long. */
static gboolean read_line(PbSandboxSession *session, char **line_out) {
    const char *bytes;
    gsize length;
    if (!pb_sandbox_io_read(session->io, &bytes, &length))
        return FALSE;
    gsize text = length;
    if (text > 0 && bytes[text - 1] == '\n')
        text--;
    else
        return FALSE;
    if (text > 0 && bytes[text - 1] == '\r')
        text--;
    *line_out = g_strndup(bytes, text);
    return TRUE;
}

static const char *talk_sasl(PbSandboxSession *session, PbSandboxAuth *auth, char *response) {
    g_autofree char *line = response;
    for (guint rounds = 0; rounds < 10; rounds++) {
        g_autofree char *challenge = NULL;
        switch (pb_sandbox_auth_step(auth, line, &challenge)) {
        case PB_SANDBOX_AUTH_DONE:
            return "235 2.7.0 Signed in";
        case PB_SANDBOX_AUTH_REFUSED:
            return "535 5.7.8 User name and password not accepted; the password is \"sandbox\"";
        case PB_SANDBOX_AUTH_BROKEN:
            return "501 5.5.2 This is not what the mechanism wants";
        case PB_SANDBOX_AUTH_MORE:
            break;
        }
        g_autofree char *prompt = g_strconcat("334 ", challenge, NULL);
        write_line(session, prompt);
        g_clear_pointer(&line, g_free);
        if (!read_line(session, &line)) {
            session->over = TRUE;
            return NULL;
        }
        if (strcmp(line, "*") == 0)
            return "501 5.7.0 Sign-in cancelled";
    }
    return "501 5.5.2 Too many rounds";
}

static void run_auth(PbSandboxSession *session, const char *argument) {
    g_auto(GStrv) words = g_strsplit(argument, " ", 2);
    g_autoptr(PbSandboxAuth) auth = NULL;
    const char *reply = NULL;
    if (session->signed_in || !session->known)
        reply = "503 5.5.1 AUTH is not possible now";
    else if (!session->secure)
        reply = "538 5.7.11 Encryption is required for signing in";
    else if ((auth = pb_sandbox_auth_new(words[0] != NULL ? words[0] : "")) == NULL)
        reply = "504 5.5.4 This mechanism is not offered";
    else
        reply = talk_sasl(session, auth, g_strdup(words[1]));
    if (reply != NULL && pb_sandbox_session_answer(session, PB_SCRIPT_AUTH, words[0], reply) == 235)
        session->signed_in = TRUE;
}

/* --- MAIL, RCPT ------------------------------------------------------------------------------- */

static void run_mail(PbSandboxSession *session, const char *argument) {
    const char *reply = NULL;
    if (!session->secure)
        reply = "530 5.7.0 Must issue a STARTTLS command first";
    else if (!session->signed_in)
        reply = "530 5.7.0 Authentication required";
    else if (session->envelope->sender != NULL)
        reply = "503 5.5.1 A transaction is open already";
    else
        reply = pb_sandbox_envelope_mail(session->envelope, argument);
    gboolean good = reply == NULL;
    const char *sender = good ? session->envelope->sender : argument;
    int code =
        pb_sandbox_session_answer(session, PB_SCRIPT_MAIL, sender, good ? "250 2.1.0 Ok" : reply);
    if (good && code / 100 != 2)
        forget_transaction(session);
}

static const char *usual_rcpt_reply(PbSandboxSession *session, const char *address) {
    const PbSandboxBehaviour *behaviour = pb_sandbox_behaviour(address);
    if (behaviour->refusal == NULL)
        return "250 2.1.5 Ok";
    if (behaviour->second_try &&
        !pb_sandbox_first_try(session->sandbox->folder, session->envelope, address))
        return "250 2.1.5 Ok";
    return behaviour->refusal;
}

static void run_rcpt(PbSandboxSession *session, const char *argument) {
    g_autoptr(PbSandboxRecipient) recipient = NULL;
    const char *reply;
    if (session->envelope->sender == NULL)
        reply = "503 5.5.1 MAIL comes first";
    else if (session->envelope->recipients->len >= RECIPIENTS_MAX)
        reply = "452 4.5.3 Too many recipients";
    else
        reply = pb_sandbox_envelope_rcpt(session->envelope, argument, &recipient);
    if (recipient == NULL) {
        (void) pb_sandbox_session_answer(session, PB_SCRIPT_RCPT, argument, reply);
        return;
    }
    reply = usual_rcpt_reply(session, recipient->address);
    if (pb_sandbox_session_answer(session, PB_SCRIPT_RCPT, recipient->address, reply) / 100 == 2)
        g_ptr_array_add(session->envelope->recipients, g_steal_pointer(&recipient));
}

/* --- the rest --------------------------------------------------------------------------------- */

static void run_rset(PbSandboxSession *session, const char *argument) {
    forget_transaction(session);
    (void) pb_sandbox_session_answer(session, PB_SCRIPT_RSET, argument, "250 2.0.0 Ok");
}

static void run_noop(PbSandboxSession *session, const char *argument) {
    (void) pb_sandbox_session_answer(session, PB_SCRIPT_NOOP, argument, "250 2.0.0 Ok");
}

static void run_vrfy(PbSandboxSession *session, const char *argument) {
    (void) pb_sandbox_session_answer(session, PB_SCRIPT_VRFY, argument,
                                     "252 2.0.0 Send it and see");
}

static void run_quit(PbSandboxSession *session, const char *argument) {
    (void) pb_sandbox_session_answer(session, PB_SCRIPT_QUIT, argument, "221 2.0.0 Goodbye");
    session->over = TRUE;
}

static const Command commands[] = {
    {"EHLO", run_ehlo},
    {"HELO", run_helo},
    {"STARTTLS", run_starttls},
    {"AUTH", run_auth},
    {"MAIL", run_mail},
    {"RCPT", run_rcpt},
    {"DATA", pb_sandbox_session_data},
    {"RSET", run_rset},
    {"NOOP", run_noop},
    {"VRFY", run_vrfy},
    {"QUIT", run_quit},
};

static void refuse(PbSandboxSession *session, const char *reply) {
    write_line(session, reply);
    session->errors++;
}

static void run_command(PbSandboxSession *session, const char *line) {
    gsize length = strcspn(line, " ");
    const char *argument = line + length;
    argument += strspn(argument, " ");
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strlen(commands[i].verb) == length &&
            g_ascii_strncasecmp(commands[i].verb, line, length) == 0) {
            commands[i].run(session, argument);
            return;
        }
    }
    refuse(session, "500 5.5.2 Command not recognised");
}

/* One command; too long a line is read to its end and refused. */
static gboolean serve_command(PbSandboxSession *session) {
    const char *bytes;
    gsize length;
    gboolean whole = TRUE;
    do {
        if (!pb_sandbox_io_read(session->io, &bytes, &length))
            return FALSE;
        whole = whole && bytes[length - 1] == '\n';
    } while (bytes[length - 1] != '\n');
    pb_sandbox_tally_add(&session->sandbox->tally, &session->sandbox->tally.counts.commands, 1);
    g_autofree char *line = g_strndup(bytes, length);
    if (!whole || strlen(line) != length || length < 2 || bytes[length - 2] != '\r') {
        refuse(session, whole ? "500 5.5.2 Lines end with CR LF and have no NUL"
                              : "500 5.5.6 Line too long");
    } else {
        line[length - 2] = '\0';
        run_command(session, line);
    }
    if (session->errors >= ERRORS_MAX) {
        write_line(session, "421 4.7.0 Too many errors");
        session->over = TRUE;
    }
    return !session->over;
}

static gboolean greet(PbSandboxSession *session, gboolean implicit_tls) {
    PbScriptPlay play = pb_sandbox_session_play(session, PB_SCRIPT_CONNECT, NULL);
    gboolean speaks = play.action != PB_SCRIPT_STALL && play.action != PB_SCRIPT_DROP;
    if (speaks && implicit_tls) {
        session->secure = pb_sandbox_io_start_tls(session->io, session->sandbox->credentials);
        if (!session->secure)
            return FALSE;
    }
    const char *greeting = pb_sandbox_script_greeting(session->sandbox->script);
    if (greeting == NULL)
        greeting = "220 " PB_SANDBOX_HOST " ESMTP postbag sandbox, nothing leaves";
    (void) pb_sandbox_session_give(session, &play, greeting);
    return !session->over;
}

void pb_sandbox_session_serve(PbSandbox *sandbox, GSocket *socket, gboolean implicit_tls) {
    /* TCP's own handshake is the first round trip. */
    pb_sandbox_tally_add(&sandbox->tally, &sandbox->tally.counts.connections, 1);
    pb_sandbox_tally_add(&sandbox->tally, &sandbox->tally.counts.flights, 1);
    g_autoptr(PbSandboxIo) io = pb_sandbox_io_new(socket, &sandbox->tally, sandbox->stop);
    g_autoptr(PbSandboxEnvelope) envelope = pb_sandbox_envelope_new();
    PbSandboxSession session = {.sandbox = sandbox, .io = io, .envelope = envelope};
    if (!greet(&session, implicit_tls))
        return;
    while (serve_command(&session))
        continue;
}
