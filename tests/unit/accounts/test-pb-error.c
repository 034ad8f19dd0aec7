#include "accounts/pb-error.h"

#include <criterion/criterion.h>

Test(pb_error, codes_become_sysexits) {
    static const struct {
        PbError code;
        int status;
    } cases[] = {
        {PB_ERROR_USAGE, 64},    {PB_ERROR_DATA, 65},        {PB_ERROR_NO_INPUT, 66},
        {PB_ERROR_REFUSED, 67},  {PB_ERROR_UNAVAILABLE, 69}, {PB_ERROR_INTERNAL, 70},
        {PB_ERROR_CREATE, 73},   {PB_ERROR_IO, 74},          {PB_ERROR_NOT_NOW, 75},
        {PB_ERROR_PROTOCOL, 76}, {PB_ERROR_CREDENTIALS, 77}, {PB_ERROR_CERTIFICATE, 77},
        {PB_ERROR_CONFIG, 78},   {PB_ERROR_CANCELLED, 75},   {PB_ERROR_CONFLICT, 75},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = g_error_new_literal(PB_ERROR, cases[i].code, "x");
        cr_expect_eq(pb_error_exit_code(error), cases[i].status, "code %d", cases[i].code);
    }
}

Test(pb_error, no_error_is_success_and_a_foreign_one_is_ours) {
    g_autoptr(GError) foreign = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "x");
    g_autoptr(GError) beyond = g_error_new_literal(PB_ERROR, 1000, "x");
    cr_expect_eq(pb_error_exit_code(NULL), 0);
    cr_expect_eq(pb_error_exit_code(foreign), 70);
    cr_expect_eq(pb_error_exit_code(beyond), 70);
}
