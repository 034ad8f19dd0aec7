/* The options of a sendmail command as real callers give them: bundled ("-ti"),
 * with values attached ("-fanna@example.org", "-oi") or apart. Pure.
 *
 * What only makes sense for a mail server's own sendmail is taken and ignored;
 * what would change what happens to the message and is not done is an error.
 */
#pragma once

#include <glib.h>

typedef enum {
    PB_SENDMAIL_SUBMIT, /* a message on stdin */
    PB_SENDMAIL_LIST,   /* -bp: the outbox */
    PB_SENDMAIL_FLUSH,  /* -q */
    PB_SENDMAIL_HELP,
} PbSendmailMode;

typedef struct {
    PbSendmailMode mode;
    gboolean recipients_from_headers; /* -t */
    gboolean ignore_dots;             /* -i, -oi */
    gboolean verbose;                 /* -v */
    gboolean queue_only;              /* --queue-only, -odq */
    char *sender;                     /* -f, -r: addr-spec, "" for <>; or NULL */
    char *full_name;                  /* -F, or NULL */
    char *notify;                     /* -N, or NULL */
    char *account;                    /* --account, or NULL */
    GPtrArray *addresses;             /* of char*, as given */
} PbSendmailOptions;

/* Errors: PB_ERROR_USAGE: unknown option, missing value, a mode that is not done. */
PbSendmailOptions *pb_sendmail_options_parse(int argc, char *const *argv, GError **error);
void pb_sendmail_options_free(PbSendmailOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSendmailOptions, pb_sendmail_options_free)
