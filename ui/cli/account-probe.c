#include "ui/cli/account-probe.h"

#include "accounts/paths.h"
#include "accounts/pb-error.h"
#include "transport/outbox/outbox.h"
#include "transport/report/explain.h"
#include "transport/smtp/session.h"
#include "ui/cli/output.h"

#include <glib/gi18n-lib.h>

#include <stdio.h>

typedef struct {
    json_t *steps; /* borrowed; NULL: text */
} Probe;

static const char *stage_text(PbStage stage) {
    static const char *const texts[] = {
        [PB_STAGE_CONNECT] = N_("connect"),   [PB_STAGE_TLS] = N_("secure"),
        [PB_STAGE_GREETING] = N_("greeting"), [PB_STAGE_EHLO] = N_("introduce"),
        [PB_STAGE_STARTTLS] = N_("upgrade"),  [PB_STAGE_AUTH] = N_("sign in"),
        [PB_STAGE_QUIT] = N_("quit"),
    };
    const char *text = (gsize) stage < G_N_ELEMENTS(texts) ? texts[stage] : NULL;

    return text != NULL ? _(text) : pb_stage_to_string(stage);
}

static void on_step(PbStage stage, gboolean ok, const char *text, gpointer user_data) {
    Probe *probe = user_data;
    json_t *step;

    if (probe->steps == NULL) {
        const PbCell cells[] = {
            {6, ok ? _("ok") : _("failed")}, {9, stage_text(stage)}, {200, text}};

        pb_output_row(cells, G_N_ELEMENTS(cells));
        fflush(stdout);
        return;
    }
    step = json_object();
    json_object_set_new(step, "stage", pb_output_json_text(pb_stage_to_string(stage)));
    json_object_set_new(step, "ok", json_boolean(ok));
    json_object_set_new(step, "text", pb_output_json_text(text));
    json_array_append_new(probe->steps, step);
}

/* --- what was agreed on ----------------------------------------------------------------------- */

static void facts_to_json(const PbSmtpFacts *facts, json_t *json) {
    json_object_set_new(json, "host", pb_output_json_text(facts->host));
    json_object_set_new(json, "port", json_integer(facts->port));
    json_object_set_new(json, "peer", pb_output_json_text(facts->peer_address));
    json_object_set_new(json, "tls", pb_output_json_text(facts->tls_version));
    json_object_set_new(json, "cipher", pb_output_json_text(facts->tls_cipher));
    json_object_set_new(json, "certificate", pb_output_json_text(facts->certificate_name));
    json_object_set_new(json, "issuer", pb_output_json_text(facts->certificate_issuer));
    json_object_set_new(json, "expires", pb_output_json_time(facts->certificate_expires));
    json_object_set_new(json, "mechanism", pb_output_json_text(facts->auth_mechanism));
    json_object_set_new(json, "greeting", pb_output_json_text(facts->greeting));
    json_object_set_new(json, "extensions", pb_output_json_list(facts->extensions));
    json_object_set_new(json, "size_limit",
                        facts->size_limit == 0 ? json_null()
                                               : json_integer((json_int_t) facts->size_limit));
}

static void evidence_to_json(const PbEvidence *evidence, json_t *json) {
    g_autoptr(PbExplanation) explanation = evidence == NULL ? NULL : pb_explain(evidence, NULL);

    json_object_set_new(
        json, "stage",
        evidence == NULL ? json_null() : pb_output_json_text(pb_stage_to_string(evidence->stage)));
    json_object_set_new(json, "code",
                        evidence == NULL || evidence->code == 0 ? json_null()
                                                                : json_integer(evidence->code));
    json_object_set_new(json, "status",
                        pb_output_json_text(evidence == NULL ? NULL : evidence->status));
    json_object_set_new(json, "text",
                        pb_output_json_text(evidence == NULL ? NULL : evidence->text));
    json_object_set_new(json, "explanation",
                        pb_output_json_text(explanation == NULL ? NULL : explanation->sentence));
    json_object_set_new(json, "advice",
                        pb_output_json_text(explanation == NULL ? NULL : explanation->advice));
}

static void tell_failure(const PbEvidence *evidence, const GError *error, json_t *json) {
    if (json != NULL) {
        evidence_to_json(evidence, json);
        json_object_set_new(json, "error", pb_output_json_text(error->message));
        return;
    }
    if (evidence != NULL && *evidence->text != '\0') {
        g_autofree char *line = pb_evidence_line(evidence);
        g_autoptr(PbExplanation) explanation = pb_explain(evidence, NULL);

        pb_output_field(_("the server said"), line);
        pb_output_field(_("that means"), explanation->sentence);
        if (*explanation->advice != '\0')
            pb_output_field(_("what helps"), explanation->advice);
    }
}

/* --- the probe -------------------------------------------------------------------------------- */

static gboolean probe_with(const PbAccount *account, const PbSecret *secret, json_t *json,
                           GError **error) {
    Probe probe = {json == NULL ? NULL : json_object_get(json, "steps")};
    const PbSmtpFlow flow = {.step = on_step};
    g_autoptr(PbEvidence) evidence = NULL;
    g_autoptr(GError) fault = NULL;
    g_autoptr(PbSmtpSession) session =
        pb_smtp_session_open(account, secret, &flow, &probe, NULL, &evidence, &fault);

    if (session == NULL) {
        tell_failure(evidence, fault, json);
        g_propagate_error(error, g_steal_pointer(&fault));
        return FALSE;
    }
    if (json != NULL)
        facts_to_json(pb_smtp_session_facts(session), json);
    return TRUE;
}

gboolean pb_account_probe(const PbAccount *account, const PbSecret *secret, json_t *json,
                          GError **error) {
    g_autoptr(PbSecret) found = NULL;
    gboolean worked;

    if (json != NULL) {
        json_object_set_new(json, "account", pb_output_json_text(account->name));
        json_object_set_new(json, "ok", json_false());
        json_object_set_new(json, "steps", json_array());
    }
    if (secret == NULL && account->username != NULL) {
        found = pb_secret_lookup(account, NULL, error);
        if (found == NULL) {
            if (json != NULL && error != NULL)
                json_object_set_new(json, "error", pb_output_json_text((*error)->message));
            return FALSE;
        }
        secret = found;
    }
    worked = probe_with(account, secret, json, error);
    if (json != NULL)
        json_object_set_new(json, "ok", json_boolean(worked));
    return worked;
}

void pb_account_resume(const char *name) {
    g_autofree char *folder = pb_paths_outbox();
    g_autoptr(GError) error = NULL;
    g_autoptr(PbOutbox) outbox = NULL;

    if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        return;
    outbox = pb_outbox_open(folder, &error);
    if (outbox == NULL || !pb_outbox_resume_account(outbox, name, &error))
        g_debug("account “%s” stays as it is: %s", name, error->message);
}
