#include "ui/cli/command.h"

#include <glib/gi18n-lib.h>

const PbCommand pb_commands[] = {
    {"explain", N_("say in plain words what a server's reply means"), pb_command_explain},
    {NULL, NULL, NULL},
};
