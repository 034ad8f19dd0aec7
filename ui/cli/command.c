#include "ui/cli/command.h"

#include <sysexits.h>

int pb_command_main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "";
    for (const PbCommand *command = pb_commands; command->name != NULL; command++) {
        if (g_strcmp0(command->name, name) == 0)
            return command->run(argc - 1, argv + 1);
    }
    return EX_USAGE;
}
