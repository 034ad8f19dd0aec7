#include "accounts/pb-error.h"

#include <sysexits.h>

G_DEFINE_QUARK(postbag_error, pb_error)

static const int exit_codes[] = {
    [PB_ERROR_USAGE] = EX_USAGE,
    [PB_ERROR_DATA] = EX_DATAERR,
    [PB_ERROR_NO_INPUT] = EX_NOINPUT,
    [PB_ERROR_REFUSED] = EX_NOUSER,
    [PB_ERROR_UNAVAILABLE] = EX_UNAVAILABLE,
    [PB_ERROR_INTERNAL] = EX_SOFTWARE,
    [PB_ERROR_CREATE] = EX_CANTCREAT,
    [PB_ERROR_IO] = EX_IOERR,
    [PB_ERROR_NOT_NOW] = EX_TEMPFAIL,
    [PB_ERROR_PROTOCOL] = EX_PROTOCOL,
    [PB_ERROR_CREDENTIALS] = EX_NOPERM,
    [PB_ERROR_CERTIFICATE] = EX_NOPERM,
    [PB_ERROR_CONFIG] = EX_CONFIG,
    [PB_ERROR_CANCELLED] = EX_TEMPFAIL,
    [PB_ERROR_CONFLICT] = EX_TEMPFAIL,
};

int pb_error_exit_code(const GError *error) {
    if (error == NULL)
        return EX_OK;
    if (error->domain != PB_ERROR || error->code < 0 ||
        error->code >= (int) G_N_ELEMENTS(exit_codes))
        return EX_SOFTWARE;
    return exit_codes[error->code];
}
