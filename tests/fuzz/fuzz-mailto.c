/* Any bytes as a mailto link: nothing but the allowed fields may change. */
#include "compose/mailto.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autofree char *rest = g_strndup((const char *) data, size);
    g_autofree char *url = g_strconcat("mailto:", rest, NULL);
    g_autoptr(PbMessage) message = pb_message_new();
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) ignored = NULL;

    if (!pb_mailto_parse(url, message, &ignored, &error)) {
        if (error == NULL || !pb_message_is_empty(message))
            abort();
        return 0;
    }
    if (message->attachments->len > 0 || message->extra_headers->len > 0 || *message->from != '\0')
        abort();
    if (strpbrk(message->to, "\r\n") != NULL || strpbrk(message->subject, "\r\n") != NULL ||
        !g_utf8_validate(message->body, -1, NULL))
        abort();
    return 0;
}
