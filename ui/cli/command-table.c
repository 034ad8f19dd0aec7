#include "ui/cli/command.h"

#include <glib/gi18n-lib.h>

const PbCommand pb_commands[] = {
    {"account", N_("set up, test and change accounts"), pb_command_account},
    {"compose", N_("write a message, or send one without a screen"), pb_command_compose},
    {"config", N_("check the configuration file, or say where it is"), pb_command_config},
    {"explain", N_("say in plain words what a server's reply means"), pb_command_explain},
    {"flush", N_("submit what waits in the outbox now"), pb_command_flush},
    {"identity", N_("the addresses you write from"), pb_command_identity},
    {"outbox", N_("list what was queued and what became of it, and act on it"), pb_command_outbox},
    {"sandbox", N_("run the practice server; nothing leaves this computer"), pb_command_sandbox},
    {"sendmail", N_("take a finished message from another program"), pb_command_sendmail},
    {NULL, NULL, NULL},
};
