/* Any bytes as a script of the sandbox: parsed and played. */
#include "transport/sandbox/sandbox-script.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbSandboxScript) script = pb_sandbox_script_parse((const char *) data, size, &error);
    g_assert((script == NULL) == (error != NULL));
    for (int event = PB_SCRIPT_CONNECT; script != NULL && event <= PB_SCRIPT_END; event++) {
        PbScriptPlay play = pb_sandbox_script_play(script, (PbScriptEvent) event, "cy@example.org");
        g_assert((play.text != NULL) ==
                 (play.action == PB_SCRIPT_REPLY || play.action == PB_SCRIPT_RAW));
    }
    return 0;
}
