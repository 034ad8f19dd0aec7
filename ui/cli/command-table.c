#include "ui/cli/command.h"

#include <glib/gi18n-lib.h>

const PbCommand pb_commands[] = {
    {NULL, NULL, NULL},
};
