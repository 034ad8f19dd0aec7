#include "transport/report/explain.h"

#include "ui/cli/command.h"
#include "ui/cli/options.h"
#include "ui/cli/output.h"

#include <glib/gi18n-lib.h>

#include <sysexits.h>

static void print_json(const PbEvidence *evidence, const PbExplanation *explanation) {
    json_t *object = json_object();

    json_object_set_new(object, "code",
                        evidence->code == 0 ? json_null() : json_integer(evidence->code));
    json_object_set_new(object, "status", pb_output_json_text(evidence->status));
    json_object_set_new(object, "text", pb_output_json_text(evidence->text));
    json_object_set_new(object, "category",
                        pb_output_json_text(pb_category_to_string(explanation->category)));
    json_object_set_new(object, "explanation", pb_output_json_text(explanation->sentence));
    json_object_set_new(object, "advice", pb_output_json_text(explanation->advice));
    pb_output_json(object);
}

int pb_command_explain(int argc, char **argv) {
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, N_("print JSON"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {
        "explain",
        _("REPLY"),
        _("Says in plain words what a server's reply means."),
        _("Example: postbag explain \"550 5.1.1 <jo@example.org>: user unknown\""),
        1,
        -1};
    g_autoptr(PbEvidence) evidence = NULL;
    g_autoptr(PbExplanation) explanation = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *reply = NULL;
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    /* Without quotes the shell has made several words of it. */
    reply = g_strjoinv(" ", argv + 1);
    evidence = pb_explain_parse(reply, &error);
    if (evidence == NULL)
        return pb_cli_fail(error);
    explanation = pb_explain(evidence, NULL);
    if (json) {
        print_json(evidence, explanation);
        return EX_OK;
    }
    pb_output_line("%s", explanation->sentence);
    if (*explanation->advice != '\0')
        pb_output_line("%s", explanation->advice);
    return EX_OK;
}
