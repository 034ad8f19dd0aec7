#include "accounts/pb-log.h"
#include "accounts/secret.h"
#include "ui/cli/command.h"
#include "ui/cli/output.h"

#include <glib/gi18n-lib.h>

#include <locale.h>
#include <signal.h>

static void use_translations(void) {
    const char *folder = g_getenv("POSTBAG_LOCALEDIR");

    setlocale(LC_ALL, "");
    bindtextdomain(GETTEXT_PACKAGE, folder != NULL ? folder : PB_LOCALEDIR);
    bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
    textdomain(GETTEXT_PACKAGE);
}

int main(int argc, char **argv) {
    use_translations();
    pb_log_init(pb_command_take_debug(&argc, argv));
    pb_secret_harden_process();
    /* A reader that goes away shows up as EPIPE where it was written to. */
    signal(SIGPIPE, SIG_IGN);
    return pb_output_finish(pb_command_main(argc, argv));
}
