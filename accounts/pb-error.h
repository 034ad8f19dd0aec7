/* The one error domain of postbag.
 *
 * Every fallible function takes a GError last and sets an error of this
 * domain. The code says what kind of trouble it is and decides the exit code
 * of the command line; the message is a whole translated sentence (lower
 * case, no full stop) that names the thing and what to do. Library errors
 * (GIOError, GKeyFileError …) are turned into this domain where they arise.
 */
#pragma once

#include <glib.h>

#define PB_ERROR pb_error_quark()

typedef enum {
    PB_ERROR_USAGE,       /* the call is wrong: unknown option, missing argument (64) */
    PB_ERROR_DATA,        /* the input cannot be understood: address, message, date (65) */
    PB_ERROR_NO_INPUT,    /* a named file, entry, account does not exist (66) */
    PB_ERROR_REFUSED,     /* the server refused this for good, 5yz (67) */
    PB_ERROR_UNAVAILABLE, /* network, host or service cannot be reached (69) */
    PB_ERROR_INTERNAL,    /* a fault of ours or of a library (70) */
    PB_ERROR_CREATE,      /* cannot create or write a file: disk full, permissions (73) */
    PB_ERROR_IO,          /* reading or a connection failed half-way (74) */
    PB_ERROR_NOT_NOW,     /* try later: 4yz, time-out, locked by another process (75) */
    PB_ERROR_PROTOCOL,    /* the peer broke the protocol, or lacks a needed extension (76) */
    PB_ERROR_CREDENTIALS, /* password missing, refused, or keyring locked (77) */
    PB_ERROR_CERTIFICATE, /* the server's certificate or TLS is not acceptable (77) */
    PB_ERROR_CONFIG,      /* the configuration file is wrong (78) */
    PB_ERROR_CANCELLED,   /* the GCancellable was cancelled */
    PB_ERROR_CONFLICT,    /* the thing changed since the person saw it; nothing was done (75) */
} PbError;

GQuark pb_error_quark(void);

/* The sysexits.h code for `error`; 0 for NULL, EX_SOFTWARE for a foreign domain. */
int pb_error_exit_code(const GError *error);
