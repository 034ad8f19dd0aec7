#include "accounts/pb-error.h"
#include "ui/cli/command.h"

int main(int argc, char **argv) {
    return pb_command_main(argc, argv);
}
