/* Any bytes as a finished message: what comes out must be canonical and without Bcc. */
#include "compose/intake.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_output(int out, const PbIntake *intake) {
    g_autofree char *bytes = g_malloc(intake->size + 1);
    gsize line = 0;

    if (pread(out, bytes, intake->size + 1, 0) != (ssize_t) intake->size)
        abort();
    for (gsize i = 0; i < intake->size; i++) {
        char c = bytes[i];

        if (c == '\0' || (c == '\r' && (i + 1 == intake->size || bytes[i + 1] != '\n')) ||
            (c == '\n' && (i == 0 || bytes[i - 1] != '\r')))
            abort();
        line = c == '\n' ? 0 : line + 1;
        if (line > 1000)
            abort();
    }
    bytes[intake->size] = '\0';
    *strstr(bytes, "\r\n\r\n") = '\0';
    if (g_ascii_strncasecmp(bytes, "bcc:", 4) == 0 || strcasestr(bytes, "\nbcc:") != NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    PbIntakeOptions options = {.default_from = "anna@example.org"};
    int in = memfd_create("in", MFD_CLOEXEC);
    int out = memfd_create("out", MFD_CLOEXEC);

    if (size > 0) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PbIntake) intake = NULL;

        options.recipients_from_headers = (data[0] & 1) != 0;
        options.dot_ends = (data[0] & 2) != 0;
        if (write(in, data + 1, size - 1) != (ssize_t) size - 1 || lseek(in, 0, SEEK_SET) != 0)
            abort();
        intake = pb_intake_read(in, out, &options, &error);
        if ((intake == NULL) == (error == NULL))
            abort();
        if (intake != NULL)
            check_output(out, intake);
    }
    close(in);
    close(out);
    return 0;
}
