#include "accounts/domain.h"

#include <idn2.h>

char *pb_domain_to_ascii(const char *domain) {
    uint8_t *found = NULL;
    char *ascii;

    if (g_str_is_ascii(domain))
        return g_strdup(domain);
    if (idn2_lookup_u8((const uint8_t *) domain, &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
        IDN2_OK)
        return NULL;
    ascii = g_strdup((const char *) found);
    idn2_free(found);
    return ascii;
}
