#include "accounts/pb-error.h"
#include "compose/mailto.h"
#include "ui/app.h"
#include "ui/cli/command.h"
#include "ui/cli/options.h"

#include <glib/gi18n-lib.h>

static char *ignored_notice(char **ignored) {
    g_autofree char *names = NULL;

    if (ignored == NULL || ignored[0] == NULL)
        return NULL;
    names = g_strjoinv(", ", ignored);
    return g_strdup_printf(_("The link also wanted to set: %s. That was left out."), names);
}

int pb_command_interface(int argc, char **argv) {
    gboolean ascii = FALSE, practice = FALSE;
    const GOptionEntry entries[] = {
        {"ascii", 0, 0, G_OPTION_ARG_NONE, &ascii,
         N_("draw the interface with ASCII characters only"), NULL},
        {"practice", 0, 0, G_OPTION_ARG_NONE, &practice,
         N_("open the interface with the practice server"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {
        "[mailto:URL]", NULL, _("Opens the interface, or the composer on a link."), NULL, 0, 1};
    g_autoptr(PbMessage) message = NULL;
    g_auto(GStrv) ignored = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *notice = NULL;
    PbAppOptions options;
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    if (argc > 1) {
        message = pb_message_new();
        if (!pb_mailto_parse(argv[1], message, &ignored, &error))
            return pb_cli_fail(error);
    }
    notice = ignored_notice(ignored);
    options = (PbAppOptions){
        .ascii = ascii,
        .practice = practice,
        .message = g_steal_pointer(&message),
        .notice = notice,
    };
    exit_code = pb_app_run(&options, &error);
    return error != NULL ? pb_cli_fail(error) : exit_code;
}
