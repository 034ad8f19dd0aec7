/* Any bytes as an address list: accepted ones must be the same after writing and reading. */
#include "compose/address.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_list(GPtrArray *list) {
    g_autofree char *text = pb_address_list_to_string(list);
    g_autoptr(GPtrArray) back = pb_address_list_parse(text, NULL);

    if (back == NULL || back->len != list->len)
        abort();
    for (guint i = 0; i < list->len; i++) {
        const PbAddress *one = list->pdata[i];
        const PbAddress *two = back->pdata[i];

        if (strcmp(one->address, two->address) != 0 || g_strcmp0(one->name, two->name) != 0 ||
            !pb_address_spec_is_valid(one->address) || strpbrk(one->address, "\r\n") != NULL)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autofree char *text = g_strndup((const char *) data, size);
    g_autoptr(GError) error = NULL;
    gsize offset = 0;
    g_autoptr(GPtrArray) list = pb_address_list_parse_at(text, &offset, &error);

    if (list != NULL)
        check_list(list);
    else if (error == NULL || offset > strlen(text))
        abort();
    return 0;
}
