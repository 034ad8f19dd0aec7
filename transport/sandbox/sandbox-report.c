#include "transport/sandbox/sandbox-report.h"

#include "transport/sandbox/sandbox-private.h"

#include <string.h>

typedef struct {
    PbSandboxReportKind kind;
    const char *subject, *text, *action, *status, *diagnostic;
} Wording;

static const Wording wordings[] = {
    {PB_SANDBOX_REPORT_FAILED, "Undelivered Mail Returned to Sender",
     "Your message could not be delivered to:", "failed", "5.1.1",
     "550 5.1.1 There is no such mailbox here"},
    {PB_SANDBOX_REPORT_DELIVERED, "Successful Mail Delivery Report",
     "Your message was delivered to:", "delivered", "2.0.0", "250 2.0.0 Delivered"},
    {PB_SANDBOX_REPORT_READ, "Read: your message", "Your message was displayed by:", NULL, NULL,
     NULL},
};

static const Wording *wording_of(PbSandboxReportKind kind) {
    for (guint i = 0; i < G_N_ELEMENTS(wordings); i++) {
        if (wordings[i].kind == kind)
            return &wordings[i];
    }
    return &wordings[0];
}

char *pb_sandbox_header(const char *headers, const char *name) {
    gsize length = strlen(name);
    for (const char *line = headers; line != NULL && *line != '\0';) {
        const char *next = strchr(line, '\n');
        if (g_ascii_strncasecmp(line, name, length) != 0 || line[length] != ':') {
            line = next != NULL ? next + 1 : NULL;
            continue;
        }
        while (next != NULL && (next[1] == ' ' || next[1] == '\t'))
            next = strchr(next + 1, '\n');
        const char *value = line + length + 1;
        char *unfolded = next != NULL ? g_strndup(value, (gsize) (next - value)) : g_strdup(value);
        for (char *c = unfolded; *c != '\0'; c++) {
            if (*c == '\r' || *c == '\n' || *c == '\t')
                *c = ' ';
        }
        return g_strstrip(unfolded);
    }
    return NULL;
}

/* RFC 5322 3.3 in English whatever the locale. */
static char *date_now(void) {
    static const char days[] = "MonTueWedThuFriSatSun";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *zone = g_date_time_format(now, "%z");
    return g_strdup_printf(
        "%.3s, %d %.3s %d %02d:%02d:%02d %s", days + (g_date_time_get_day_of_week(now) - 1) * 3,
        g_date_time_get_day_of_month(now), months + (g_date_time_get_month(now) - 1) * 3,
        g_date_time_get_year(now), g_date_time_get_hour(now), g_date_time_get_minute(now),
        g_date_time_get_second(now), zone);
}

static gboolean is_ascii(const char *text) {
    return text == NULL || g_str_is_ascii(text);
}

/* RFC 6533 types where an address needs them. */
static gboolean is_global(const PbSandboxEnvelope *envelope, const PbSandboxRecipient *recipient) {
    return !is_ascii(recipient->address) || !is_ascii(recipient->original) ||
           !is_ascii(envelope->sender);
}

static void add_delivery_status(GString *text, const Wording *wording,
                                const PbSandboxEnvelope *envelope,
                                const PbSandboxRecipient *recipient, const char *date) {
    gboolean global = is_global(envelope, recipient);
    const char *type = global ? "utf-8" : "rfc822";
    g_string_append_printf(text, "Content-Type: message/%s\r\n\r\nReporting-MTA: dns; %s\r\n",
                           global ? "global-delivery-status" : "delivery-status", PB_SANDBOX_HOST);
    if (envelope->envid != NULL)
        g_string_append_printf(text, "Original-Envelope-Id: %s\r\n", envelope->envid);
    g_string_append_printf(text, "Arrival-Date: %s\r\n\r\n", date);
    if (recipient->original != NULL)
        g_string_append_printf(text, "Original-Recipient: %s; %s\r\n", type, recipient->original);
    g_string_append_printf(text,
                           "Final-Recipient: %s; %s\r\nAction: %s\r\nStatus: %s\r\n"
                           "Remote-MTA: dns; mx.%s\r\nDiagnostic-Code: smtp; %s\r\n\r\n",
                           type, recipient->address, wording->action, wording->status,
                           PB_SANDBOX_HOST, wording->diagnostic);
}

static void add_disposition(GString *text, const PbSandboxRecipient *recipient,
                            const char *headers) {
    gboolean global = !is_ascii(recipient->address) || !is_ascii(recipient->original);
    const char *type = global ? "utf-8" : "rfc822";
    g_autofree char *id = pb_sandbox_header(headers, "Message-ID");
    g_string_append_printf(text,
                           "Content-Type: message/%s\r\n\r\n"
                           "Reporting-UA: %s; postbag sandbox\r\n",
                           global ? "global-disposition-notification" : "disposition-notification",
                           PB_SANDBOX_HOST);
    if (recipient->original != NULL)
        g_string_append_printf(text, "Original-Recipient: %s; %s\r\n", type, recipient->original);
    g_string_append_printf(text, "Final-Recipient: %s; %s\r\n", type, recipient->address);
    if (id != NULL)
        g_string_append_printf(text, "Original-Message-ID: %s\r\n", id);
    g_string_append(text, "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n");
}

static void add_head(GString *text, const Wording *wording, const PbSandboxEnvelope *envelope,
                     const PbSandboxRecipient *recipient, const char *boundary, const char *date) {
    gboolean mdn = wording->kind == PB_SANDBOX_REPORT_READ;
    g_string_append_printf(
        text,
        "From: %s <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%08x%08x@%s>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=%s;\r\n\tboundary=\"%s\"\r\n\r\n",
        mdn ? "Reader" : "Mail Delivery System",
        mdn ? recipient->address : "MAILER-DAEMON@" PB_SANDBOX_HOST, envelope->sender,
        wording->subject, date, g_random_int(), g_random_int(), PB_SANDBOX_HOST,
        mdn ? "disposition-notification" : "delivery-status", boundary);
}

char *pb_sandbox_report(PbSandboxReportKind kind, const PbSandboxEnvelope *envelope,
                        const PbSandboxRecipient *recipient, const char *headers) {
    const Wording *wording = wording_of(kind);
    g_autofree char *date = date_now();
    g_autofree char *boundary = g_strdup_printf("=_%08x%08x", g_random_int(), g_random_int());
    g_autoptr(GString) text = g_string_new(NULL);
    add_head(text, wording, envelope, recipient, boundary, date);
    g_string_append_printf(text,
                           "--%s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                           "%s\r\n\r\n  <%s>\r\n\r\n"
                           "This is the practice server inside postbag; nothing left your "
                           "computer.\r\n\r\n--%s\r\n",
                           boundary, wording->text, recipient->address, boundary);
    if (kind == PB_SANDBOX_REPORT_READ)
        add_disposition(text, recipient, headers);
    else
        add_delivery_status(text, wording, envelope, recipient, date);
    g_string_append_printf(text, "--%s\r\nContent-Type: %s\r\n\r\n%s\r\n--%s--\r\n", boundary,
                           is_global(envelope, recipient) ? "message/global-headers"
                                                          : "text/rfc822-headers",
                           headers, boundary);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
