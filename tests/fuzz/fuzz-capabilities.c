/* Any text as the text of an EHLO reply. */
#include "transport/smtp/capabilities.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    g_autofree char *text = g_strndup((const char *) data, size);
    g_autoptr(PbCapabilities) capabilities = pb_capabilities_parse(text);
    for (guint i = 0; capabilities->mechanisms[i] != NULL; i++)
        g_assert(strlen(capabilities->mechanisms[i]) <= 20 &&
                 strpbrk(capabilities->mechanisms[i], " \t\r\n") == NULL);
    g_assert(capabilities->size || capabilities->size_limit == 0);
    return 0;
}
