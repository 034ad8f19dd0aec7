/* Any bytes as a pasted reply: parsed and explained, at every stage. */
#include "transport/report/explain.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    g_autofree char *text = g_strndup((const char *) data, size);
    g_autoptr(PbEvidence) evidence = pb_explain_parse(text, NULL);
    if (evidence == NULL)
        return 0;
    g_assert(strlen(evidence->text) <= PB_EVIDENCE_TEXT_MAX);
    for (int stage = PB_STAGE_LOCAL; stage <= PB_STAGE_PERSON; stage++) {
        evidence->stage = (PbStage) stage;
        g_autoptr(PbExplanation) said = pb_explain(evidence, text);
        g_assert(said->sentence[0] != '\0' && said->advice != NULL);
        g_assert(g_utf8_validate(said->sentence, -1, NULL));
    }
    return 0;
}
