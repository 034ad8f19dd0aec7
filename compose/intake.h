/* Finished messages from other programs (`postbag sendmail`): bytes in, canonical bytes out.
 *
 * Streams from a descriptor with constant memory. Headers (bounded at 1 MiB) are looked at; the
 * body is passed on untouched except for line ends: LF, CRLF and bare CR all become CRLF. Nothing
 * is re-encoded: a line over 998 bytes or a NUL is an error that names the line. A first line "From
 * " of mbox is dropped. Bcc, Resent-Bcc and Return-Path are removed, missing Date, Message-ID and
 * From are added, X-Postbag-Account is read and removed. A From without "@", as cron writes it,
 * counts as missing when there is a default. With `recipients_from_headers` (-t) To, Cc, Bcc (or
 * the newest Resent- block) are the recipients.
 */
#pragma once

#include <gio/gio.h>

typedef struct {
    gboolean recipients_from_headers; /* -t */
    gboolean dot_ends;                /* a line with one dot ends the message (no -i) */
    const char *default_from;         /* addr-spec or mailbox for a missing From; NULL: an error */
    const char *full_name;            /* -F: name for a From that is made here, or NULL */
} PbIntakeOptions;

typedef struct {
    char *from;         /* From field as text, UTF-8 */
    char *from_address; /* addr-spec of the first mailbox of Resent-From, else From */
    char *subject;      /* decoded */
    char *message_id;
    char *account;         /* X-Postbag-Account, or NULL */
    GPtrArray *recipients; /* of char*, each once; from headers with -t, else empty */
    guint64 size;
    gboolean eight_bit;
    gboolean utf8_headers;
} PbIntake;

/* Reads `in` to its end (with `dot_ends` to the dot), writes canonical bytes to `out`. Errors:
 * PB_ERROR_DATA (empty, no header, an address that cannot be parsed, header too long, header not
 * UTF-8, NUL, a line over 998 bytes), PB_ERROR_IO (reading), PB_ERROR_CREATE (writing). */
PbIntake *pb_intake_read(int in, int out, const PbIntakeOptions *options, GError **error);
void pb_intake_free(PbIntake *intake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbIntake, pb_intake_free)
