#include "transport/report/dsn.h"

#include "transport/report/explain.h"
#include "transport/report/mime-scan.h"
#include "transport/report/status.h"

#include <string.h>

#define ADDRESS_MAX 512

typedef enum { PART_OTHER, PART_STATUS, PART_DISPOSITION, PART_ORIGINAL } PartKind;

static const struct {
    const char *type;
    PartKind kind;
} part_types[] = {
    {"message/delivery-status", PART_STATUS},
    {"message/global-delivery-status", PART_STATUS},
    {"message/disposition-notification", PART_DISPOSITION},
    {"message/global-disposition-notification", PART_DISPOSITION},
    {"text/rfc822-headers", PART_ORIGINAL},
    {"message/rfc822", PART_ORIGINAL},
    {"message/global", PART_ORIGINAL},
    {"message/global-headers", PART_ORIGINAL},
};

static const struct {
    const char *word;
    PbReportAction action;
} actions[] = {
    {"failed", PB_ACTION_FAILED},   {"failure", PB_ACTION_FAILED}, /* seen, not in the RFC */
    {"delayed", PB_ACTION_DELAYED}, {"delivered", PB_ACTION_DELIVERED},
    {"relayed", PB_ACTION_RELAYED}, {"expanded", PB_ACTION_EXPANDED},
};

/* The fields of one group of a status part; freed with it. */
typedef struct {
    char *original, *final, *action, *status, *diagnostic, *remote;
} Group;

static void group_clear(Group *group) {
    g_free(group->original);
    g_free(group->final);
    g_free(group->action);
    g_free(group->status);
    g_free(group->diagnostic);
    g_free(group->remote);
    *group = (Group){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Group, group_clear)

static void recipient_free(gpointer data) {
    PbReportRecipient *recipient = data;
    g_free(recipient->address);
    g_free(recipient->final_address);
    g_free(recipient->diagnostic);
    g_free(recipient->remote_mta);
    g_free(recipient);
}

void pb_report_free(PbReport *report) {
    if (report == NULL)
        return;
    g_free(report->envid);
    g_free(report->message_id);
    g_free(report->reporting_mta);
    g_ptr_array_unref(report->recipients);
    g_free(report);
}

const char *pb_report_kind_to_string(PbReportKind kind) {
    static const char *const names[] = {"none", "failure", "delay", "success", "receipt"};
    g_return_val_if_fail((guint) kind < G_N_ELEMENTS(names), "none");
    return names[kind];
}

/* The first word of a Content-Type or Action, lower case: comments and parameters cut off. */
static char *first_word(const char *value) {
    return g_ascii_strdown(value, (gssize) strcspn(value, " \t;("));
}

/* "dns; mx.example.net (comment)" -> "mx.example.net"; the type is optional in real reports. */
static char *typed_value(const char *value) {
    const char *semicolon = strchr(value, ';');
    char *text = g_strdup(semicolon != NULL ? semicolon + 1 : value);
    return g_strstrip(text);
}

/* RFC 6533 section 3: \x{HEX} stands for a character of a utf-8 address. */
static char *decode_utf8_xtext(const char *text) {
    g_autoptr(GString) decoded = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        gunichar c = 0;
        gsize digits =
            g_str_has_prefix(text, "\\x{") ? strspn(text + 3, "0123456789ABCDEFabcdef") : 0;
        if (digits >= 2 && digits <= 6 && text[3 + digits] == '}')
            c = (gunichar) g_ascii_strtoull(text + 3, NULL, 16);
        if (c >= 0x20 && g_unichar_validate(c)) {
            g_string_append_unichar(decoded, c);
            text += 3 + digits;
        } else {
            g_string_append_c(decoded, *text);
        }
    }
    return g_string_free(g_steal_pointer(&decoded), FALSE);
}

/* "rfc822; <a@b> (Anna)" -> "a@b"; NULL if that is no address. */
static char *address_of(const char *value) {
    if (value == NULL)
        return NULL;
    g_autofree char *typed = typed_value(value);
    g_autofree char *text =
        g_ascii_strncasecmp(value, "utf-8", 5) == 0 ? decode_utf8_xtext(typed) : g_strdup(typed);
    const char *start = text;
    gsize length = strcspn(start, " \t");
    if (*start == '<' && strchr(start, '>') != NULL) {
        start++;
        length = strcspn(start, ">");
    }
    if (length == 0 || length > ADDRESS_MAX || memchr(start, '@', length) == NULL)
        return NULL;
    return g_strndup(start, length);
}

static gboolean action_of(const char *value, PbReportAction *action_out) {
    g_autofree char *word = first_word(value);
    for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (strcmp(word, actions[i].word) == 0) {
            *action_out = actions[i].action;
            return TRUE;
        }
    }
    return FALSE;
}

/* "5.0.0" says nothing: then the code in the server's own words is the better one. */
static void take_codes(PbReportRecipient *recipient, const Group *group) {
    int class = 0;
    guint16 subject = 0, detail = 0;
    if (group->status != NULL) {
        g_autofree char *status = first_word(group->status);
        if (pb_status_parse(status, &class, &subject, &detail))
            g_strlcpy(recipient->status, status, sizeof recipient->status);
    }
    if (group->diagnostic == NULL)
        return;
    recipient->diagnostic = typed_value(group->diagnostic);
    g_autoptr(PbEvidence) said = pb_explain_parse(recipient->diagnostic, NULL);
    if (said == NULL)
        return;
    recipient->code = said->code;
    gboolean vague = recipient->status[0] == '\0' || (subject == 0 && detail == 0);
    if (vague && said->status[0] != '\0')
        g_strlcpy(recipient->status, said->status, sizeof recipient->status);
}

static void add_recipient(PbReport *report, const Group *group, PbReportAction action) {
    g_autofree char *original = address_of(group->original);
    g_autofree char *final = address_of(group->final);
    if ((original == NULL && final == NULL) || report->recipients->len >= PB_REPORT_MAX_RECIPIENTS)
        return;
    PbReportRecipient *recipient = g_new0(PbReportRecipient, 1);
    recipient->address = g_strdup(original != NULL ? original : final);
    recipient->final_address = g_steal_pointer(&final);
    recipient->action = action;
    take_codes(recipient, group);
    if (group->remote != NULL)
        recipient->remote_mta = typed_value(group->remote);
    g_ptr_array_add(report->recipients, recipient);
}

/* Keeps the first value of a field: later ones are somebody's addition. */
static void keep(char **slot, char **value) {
    if (*slot == NULL && *value != NULL && (*value)[0] != '\0')
        *slot = g_steal_pointer(value);
}

static void take_field(PbReport *report, Group *group, const char *name, char **value) {
    const struct {
        const char *name;
        char **slot;
    } slots[] = {
        {"original-recipient", &group->original},
        {"final-recipient", &group->final},
        {"action", &group->action},
        {"status", &group->status},
        {"diagnostic-code", &group->diagnostic},
        {"remote-mta", &group->remote},
        {"original-envelope-id", &report->envid},
        {"original-message-id", &report->message_id},
        /* RFC 8098 puts it where RFC 3464 has the action. */
        {"disposition", &group->action},
    };
    for (guint i = 0; i < G_N_ELEMENTS(slots); i++) {
        if (strcmp(name, slots[i].name) == 0)
            keep(slots[i].slot, value);
    }
    if (strcmp(name, "reporting-mta") == 0 && report->reporting_mta == NULL)
        report->reporting_mta = typed_value(*value);
}

static void read_group(PbReport *report, Group *group, PbSpan *span) {
    char *name = NULL, *value = NULL;
    while (pb_scan_field(span, &name, &value)) {
        g_autofree char *own_name = g_steal_pointer(&name);
        g_autofree char *own_value = g_steal_pointer(&value);
        take_field(report, group, own_name, &own_value);
    }
}

static void read_status(PbReport *report, PbSpan body) {
    while (body.start < body.end) {
        g_auto(Group) group = {0};
        PbReportAction action;
        read_group(report, &group, &body);
        if (group.action != NULL && action_of(group.action, &action))
            add_recipient(report, &group, action);
    }
}

/* "manual-action/MDN-sent-manually; displayed" */
static void read_disposition(PbReport *report, PbSpan body) {
    g_auto(Group) group = {0};
    read_group(report, &group, &body);
    if (group.action == NULL)
        return;
    g_autofree char *type = typed_value(group.action);
    gboolean displayed = g_ascii_strncasecmp(type, "displayed", 9) == 0;
    add_recipient(report, &group, displayed ? PB_ACTION_DISPLAYED : PB_ACTION_DISPOSED);
}

static void read_original(PbReport *report, PbSpan body) {
    char *name = NULL, *value = NULL;
    while (pb_scan_field(&body, &name, &value)) {
        g_autofree char *own_name = g_steal_pointer(&name);
        g_autofree char *own_value = g_steal_pointer(&value);
        if (strcmp(own_name, "message-id") == 0)
            keep(&report->message_id, &own_value);
    }
}

/* Type and encoding of a header block, which is taken off `span`. */
static void read_head(PbSpan *span, char **type_out, char **encoding_out) {
    char *name = NULL, *value = NULL;
    while (pb_scan_field(span, &name, &value)) {
        g_autofree char *own_name = g_steal_pointer(&name);
        g_autofree char *own_value = g_steal_pointer(&value);
        if (strcmp(own_name, "content-type") == 0)
            keep(type_out, &own_value);
        else if (strcmp(own_name, "content-transfer-encoding") == 0)
            keep(encoding_out, &own_value);
    }
}

static PartKind part_kind(const char *content_type) {
    g_autofree char *type = first_word(content_type != NULL ? content_type : "");
    for (guint i = 0; i < G_N_ELEMENTS(part_types); i++) {
        if (strcmp(type, part_types[i].type) == 0)
            return part_types[i].kind;
    }
    return PART_OTHER;
}

static PartKind read_part(PbReport *report, PbSpan part) {
    g_autofree char *type = NULL, *encoding = NULL;
    read_head(&part, &type, &encoding);
    PartKind kind = part_kind(type);
    if (kind == PART_OTHER)
        return kind;
    gsize length = 0;
    g_autofree char *decoded = pb_scan_decode(part, encoding, &length);
    PbSpan body = {decoded, decoded + length};
    if (kind == PART_STATUS)
        read_status(report, body);
    else if (kind == PART_DISPOSITION)
        read_disposition(report, body);
    else
        read_original(report, body);
    return kind;
}

static PbReportKind kind_of(const PbReport *report) {
    gboolean failed = FALSE, delayed = FALSE;
    for (guint i = 0; i < report->recipients->len; i++) {
        const PbReportRecipient *recipient = g_ptr_array_index(report->recipients, i);
        if (recipient->action >= PB_ACTION_DISPLAYED)
            return PB_REPORT_RECEIPT;
        failed = failed || recipient->action == PB_ACTION_FAILED;
        delayed = delayed || recipient->action == PB_ACTION_DELAYED;
    }
    if (report->recipients->len == 0)
        return PB_REPORT_NONE;
    return failed ? PB_REPORT_FAILURE : delayed ? PB_REPORT_DELAY : PB_REPORT_SUCCESS;
}

static void read_parts(PbReport *report, PbSpan body, const char *boundary) {
    g_autoptr(GArray) parts = pb_scan_parts(body, boundary);
    gboolean told = FALSE; /* the part that makes it a report; a second one is somebody else's */
    for (guint i = 0; i < parts->len; i++) {
        PbSpan part = g_array_index(parts, PbSpan, i), peek = part;
        g_autofree char *type = NULL, *encoding = NULL;
        read_head(&peek, &type, &encoding);
        PartKind kind = part_kind(type);
        if (kind == PART_OTHER || (told && kind != PART_ORIGINAL))
            continue;
        (void) read_part(report, part);
        told = told || kind != PART_ORIGINAL;
    }
}

PbReport *pb_report_parse(const char *bytes, gsize length) {
    PbReport *report = g_new0(PbReport, 1);
    report->recipients = g_ptr_array_new_with_free_func(recipient_free);
    PbSpan span = {bytes, bytes + MIN(length, PB_REPORT_MAX_BYTES)};
    g_autofree char *type = NULL, *encoding = NULL;
    read_head(&span, &type, &encoding);
    g_autofree char *word = first_word(type != NULL ? type : "");
    g_autofree char *boundary =
        strcmp(word, "multipart/report") == 0 ? pb_scan_parameter(type, "boundary") : NULL;
    if (boundary != NULL)
        read_parts(report, span, boundary);
    report->kind = kind_of(report);
    return report;
}

PbEvidence *pb_report_evidence(const PbReport *report, const PbReportRecipient *recipient) {
    const char *who = recipient->remote_mta != NULL ? recipient->remote_mta : report->reporting_mta;
    g_autoptr(PbEvidence) said =
        recipient->diagnostic != NULL ? pb_explain_parse(recipient->diagnostic, NULL) : NULL;
    const char *text = said != NULL ? said->text : recipient->diagnostic;
    return pb_evidence_new(PB_STAGE_REPORT, recipient->code, recipient->status, text, who);
}
