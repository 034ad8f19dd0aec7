#include "transport/sandbox/sandbox-replies.h"
#include "transport/sandbox/sandbox-report.h"
#include "transport/sandbox/sandbox-session-private.h"

#include <string.h>

/* What is kept of the header block, for reports. */
#define HEADERS_MAX 65536

/* The text of one message while it comes in: straight to the Maildir's tmp/, at any size. */
typedef struct {
    PbSandboxDelivery *delivery;
    GString *headers;
    gboolean in_headers;
    guint64 size;
    gboolean failed; /* disk trouble */
} Text;

static void text_clear(Text *text) {
    g_clear_pointer(&text->delivery, pb_sandbox_delivery_free);
    if (text->headers != NULL)
        g_string_free(text->headers, TRUE);
    text->headers = NULL;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Text, text_clear)

static void keep_bytes(Text *text, const char *bytes, gsize length, gboolean line_start) {
    if (line_start && (bytes[0] == '\r' || bytes[0] == '\n'))
        text->in_headers = FALSE;
    if (text->in_headers && text->headers->len + length <= HEADERS_MAX)
        g_string_append_len(text->headers, bytes, (gssize) length);
    text->size += length;
    if (text->size <= PB_SANDBOX_SIZE_LIMIT && !text->failed)
        text->failed = !pb_sandbox_delivery_write(text->delivery, bytes, length, NULL);
}

/* Trace fields as a final server adds them; the bytes behind them are what came over the wire. */
static void write_trace(PbSandboxSession *session, Text *text) {
    g_autoptr(GString) trace = g_string_new(NULL);
    g_string_append_printf(trace, "Return-Path: <%s>\r\n", session->envelope->sender);
    for (guint i = 0; i < session->envelope->recipients->len; i++) {
        PbSandboxRecipient *recipient = g_ptr_array_index(session->envelope->recipients, i);
        g_string_append_printf(trace, "Delivered-To: %s\r\n", recipient->address);
    }
    text->failed = !pb_sandbox_delivery_write(text->delivery, trace->str, trace->len, NULL);
}

/* What the script wants when the text begins; FALSE: the connection ended. */
static gboolean play_text(PbSandboxSession *session) {
    PbScriptPlay play = pb_sandbox_session_play(session, PB_SCRIPT_TEXT, NULL);
    if (play.action != PB_SCRIPT_USUAL)
        (void) pb_sandbox_session_give(session, &play, "");
    return !session->over;
}

/* Reads up to the final dot. Only CR LF "." CR LF ends the text: a bare LF never does, else a
 * second message could be smuggled in. */
static gboolean read_text(PbSandboxSession *session, Text *text) {
    const char *bytes;
    gsize length;
    gboolean line_start = TRUE, first = TRUE;
    while (pb_sandbox_io_read(session->io, &bytes, &length)) {
        if (line_start && length == 3 && memcmp(bytes, ".\r\n", 3) == 0)
            return TRUE;
        if (line_start && bytes[0] == '.') {
            bytes++;
            length--;
        }
        if (length > 0)
            keep_bytes(text, bytes, length, line_start);
        line_start = length >= 2 && memcmp(bytes + length - 2, "\r\n", 2) == 0;
        if (first && !play_text(session))
            return FALSE;
        first = FALSE;
    }
    return FALSE;
}

static void send_reports(PbSandboxSession *session, const char *headers) {
    static const PbSandboxReportKind kinds[] = {
        PB_SANDBOX_REPORT_FAILED, PB_SANDBOX_REPORT_DELIVERED, PB_SANDBOX_REPORT_READ};
    for (guint i = 0; i < session->envelope->recipients->len; i++) {
        PbSandboxRecipient *recipient = g_ptr_array_index(session->envelope->recipients, i);
        guint due = pb_sandbox_reports_due(session->envelope, recipient);
        for (guint k = 0; k < G_N_ELEMENTS(kinds); k++) {
            if ((due & kinds[k]) != 0)
                pb_sandbox_report_later(
                    session->sandbox,
                    pb_sandbox_report(kinds[k], session->envelope, recipient, headers));
        }
    }
}

/* The longest delay and the silence that the recipients ask for. */
static gboolean hold_answer(PbSandboxSession *session, gboolean *silent_out) {
    guint seconds = 0;
    gboolean silent = FALSE;
    for (guint i = 0; i < session->envelope->recipients->len; i++) {
        PbSandboxRecipient *recipient = g_ptr_array_index(session->envelope->recipients, i);
        const PbSandboxBehaviour *behaviour = pb_sandbox_behaviour(recipient->address);
        seconds = MAX(seconds, behaviour->delay_seconds);
        silent = silent || behaviour->silent;
    }
    *silent_out = silent;
    return seconds == 0 || pb_sandbox_io_wait(session->io, seconds * 1000);
}

static gboolean take_message(PbSandboxSession *session, Text *text) {
    if (!pb_sandbox_delivery_commit(text->delivery, NULL))
        return FALSE;
    pb_sandbox_tally_add(&session->sandbox->tally, &session->sandbox->tally.counts.deliveries, 1);
    send_reports(session, text->headers->str);
    return TRUE;
}

static void end_text(PbSandboxSession *session, Text *text) {
    gboolean silent = FALSE;
    if (!hold_answer(session, &silent)) {
        session->over = TRUE;
        return;
    }
    g_autofree char *reply =
        g_strdup_printf("250 2.0.0 Ok: queued as %s", pb_sandbox_delivery_id(text->delivery));
    gboolean good = text->size <= PB_SANDBOX_SIZE_LIMIT && !text->failed;
    PbScriptPlay play = pb_sandbox_session_play(session, PB_SCRIPT_END, session->envelope->sender);
    /* In the Maildir before the answer: who was told 250 may look at once. */
    if (good && pb_sandbox_session_code(&play, reply) / 100 == 2)
        good = take_message(session, text);
    if (silent && good)
        play.action = PB_SCRIPT_DROP;
    const char *usual = reply;
    if (text->size > PB_SANDBOX_SIZE_LIMIT)
        usual = "552 5.3.4 Message size exceeds the limit of 25000000 bytes";
    else if (!good)
        usual = "452 4.3.1 The disk of the sandbox is full";
    (void) pb_sandbox_session_give(session, &play, usual);
}

void pb_sandbox_session_data(PbSandboxSession *session, const char *argument) {
    const char *reply = "354 Send the message, end with a dot on its own line";
    g_auto(Text) text = {.in_headers = TRUE};
    if (argument[0] != '\0')
        reply = "501 5.5.4 DATA takes no argument";
    else if (session->envelope->sender == NULL)
        reply = "503 5.5.1 MAIL comes first";
    else if (session->envelope->recipients->len == 0)
        reply = "554 5.5.1 No valid recipients";
    else if ((text.delivery = pb_sandbox_delivery_new(session->sandbox->inbox, NULL)) == NULL)
        reply = "452 4.3.1 The disk of the sandbox is full";
    int code = pb_sandbox_session_answer(session, PB_SCRIPT_DATA, argument, reply);
    if (code == 354 && text.delivery != NULL) {
        text.headers = g_string_new(NULL);
        write_trace(session, &text);
        if (read_text(session, &text))
            end_text(session, &text);
        else
            session->over = TRUE;
    }
    pb_sandbox_envelope_reset(session->envelope);
}
