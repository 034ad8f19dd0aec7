#include "transport/evidence.h"

#include "accounts/pb-text.h"

#include <string.h>

static const char *const stage_names[] = {
    [PB_STAGE_LOCAL] = "local",
    [PB_STAGE_CONNECT] = "connect",
    [PB_STAGE_TLS] = "tls",
    [PB_STAGE_GREETING] = "greeting",
    [PB_STAGE_EHLO] = "ehlo",
    [PB_STAGE_STARTTLS] = "starttls",
    [PB_STAGE_AUTH] = "auth",
    [PB_STAGE_MAIL] = "mail",
    [PB_STAGE_RCPT] = "rcpt",
    [PB_STAGE_DATA] = "data",
    [PB_STAGE_END_OF_DATA] = "end-of-data",
    [PB_STAGE_QUIT] = "quit",
    [PB_STAGE_REPORT] = "report",
    [PB_STAGE_PERSON] = "person",
};

PbEvidence *pb_evidence_new(PbStage stage, int code, const char *status, const char *text,
                            const char *who) {
    PbEvidence *evidence = g_new0(PbEvidence, 1);
    evidence->at = g_get_real_time();
    evidence->stage = stage;
    evidence->code = code;
    g_strlcpy(evidence->status, status != NULL ? status : "", sizeof evidence->status);
    evidence->text = g_strndup(text != NULL ? text : "", PB_EVIDENCE_TEXT_MAX);
    evidence->who = g_strdup(who);
    return evidence;
}

PbEvidence *pb_evidence_copy(const PbEvidence *evidence) {
    if (evidence == NULL)
        return NULL;
    PbEvidence *copy = pb_evidence_new(evidence->stage, evidence->code, evidence->status,
                                       evidence->text, evidence->who);
    copy->at = evidence->at;
    return copy;
}

void pb_evidence_free(PbEvidence *evidence) {
    if (evidence == NULL)
        return;
    g_free(evidence->text);
    g_free(evidence->who);
    g_free(evidence);
}

const char *pb_stage_to_string(PbStage stage) {
    g_return_val_if_fail((guint) stage < G_N_ELEMENTS(stage_names), "local");
    return stage_names[stage];
}

gboolean pb_stage_from_string(const char *text, PbStage *stage_out) {
    for (guint i = 0; i < G_N_ELEMENTS(stage_names); i++) {
        if (g_strcmp0(text, stage_names[i]) == 0) {
            *stage_out = (PbStage) i;
            return TRUE;
        }
    }
    return FALSE;
}

char *pb_evidence_line(const PbEvidence *evidence) {
    g_autoptr(GString) line = g_string_new(NULL);
    if (evidence->code > 0)
        g_string_append_printf(line, "%03d ", evidence->code);
    if (evidence->status[0] != '\0')
        g_string_append_printf(line, "%s ", evidence->status);
    g_string_append(line, evidence->text);
    return pb_text_sanitise(line->str, -1, PB_EVIDENCE_TEXT_MAX, FALSE);
}
