/* The lines a client sends, built and checked: nothing from a message, an
 * address book or a configuration file can add a command or an argument.
 *
 * Every string returned ends in CRLF and holds no other CR, LF or NUL. Pure.
 */
#pragma once

#include "transport/smtp/capabilities.h"
#include "transport/smtp/session.h"

/* The address as it goes between "<" and ">": a domain in another script becomes A-labels when the
 * local part is ASCII, so that SMTPUTF8 is needed only where nothing else works. Errors:
 * PB_ERROR_DATA (CR, LF, NUL, space, brackets, controls, too long, not UTF-8, empty). */
char *pb_command_path(const char *address, GError **error);
/* TRUE if `path` (as returned above) needs SMTPUTF8. */
gboolean pb_command_path_needs_utf8(const char *path);

/* "EHLO name" or "HELO name". Errors: PB_ERROR_CONFIG (name cannot be sent). */
char *pb_command_hello(const char *verb, const char *name, GError **error);
/* MAIL with the parameters that are offered. `size`: bytes of the file; `utf8`: the transaction
 * needs SMTPUTF8. Errors as pb_command_path(); "" is the null reverse path. */
char *pb_command_mail(const PbTransaction *transaction, guint64 size, gboolean utf8,
                      const PbCapabilities *capabilities, GError **error);
/* RCPT for `address`, with NOTIFY and ORCPT where DSN is offered. */
char *pb_command_rcpt(const char *address, const char *notify, gboolean utf8,
                      const PbCapabilities *capabilities, GError **error);
/* RFC 3461 4: everything outside "!" to "~" and "+", "=" as +XX. g_free(). */
char *pb_command_xtext(const char *text);
