/* Scripts for the sandbox: any dialogue a server could hold, in lines of words.
 *
 *   # a comment
 *   greeting 554 5.3.2 closed today          instead of 220; several lines: raw
 *   without PIPELINING 8BITMIME              EHLO does not offer these
 *   offer LIMITS RCPTMAX=5                   EHLO offers this line as well
 *   on RCPT cy@* reply 550 5.1.1 no          instead of the usual answer
 *   on RCPT first@* once reply 450 4.2.0 greylisted
 *   on EHLO raw "250-x\r\n250 AUTH PLAIN\r\n"
 *   on END delay 5                           five seconds before the answer
 *   on DATA drop                             the connection ends without an answer
 *   on MAIL stall                            no answer ever comes
 *
 * `on EVENT [PATTERN] [once] ACTION`. Events: CONNECT (before the greeting or
 * the TLS handshake), the commands EHLO HELO STARTTLS AUTH MAIL RCPT DATA RSET
 * NOOP VRFY QUIT, TEXT (the first line of the message has come), END (the
 * final dot has come). PATTERN is a glob with * and ? over the address of
 * MAIL and RCPT, else over the argument; letters of either case. Rules are
 * looked at in order; `delay` goes on to the next, any other action decides.
 * The server believes its own answers: 250 to a RCPT takes the recipient, 550
 * does not. Parsing is pure; playing is safe from several threads.
 */
#pragma once

#include <glib.h>

#define PB_SANDBOX_SCRIPT_MAX_BYTES 65536

typedef struct PbSandboxScript PbSandboxScript;

typedef enum {
    PB_SCRIPT_CONNECT,
    PB_SCRIPT_EHLO,
    PB_SCRIPT_HELO,
    PB_SCRIPT_STARTTLS,
    PB_SCRIPT_AUTH,
    PB_SCRIPT_MAIL,
    PB_SCRIPT_RCPT,
    PB_SCRIPT_DATA,
    PB_SCRIPT_RSET,
    PB_SCRIPT_NOOP,
    PB_SCRIPT_VRFY,
    PB_SCRIPT_QUIT,
    PB_SCRIPT_TEXT,
    PB_SCRIPT_END,
} PbScriptEvent;

typedef enum {
    PB_SCRIPT_USUAL, /* no rule decided */
    PB_SCRIPT_REPLY, /* text: one line without its end */
    PB_SCRIPT_RAW,   /* text: bytes as they are */
    PB_SCRIPT_DROP,
    PB_SCRIPT_STALL,
} PbScriptAction;

typedef struct {
    PbScriptAction action;
    const char *text;         /* owned by the script; NULL unless REPLY or RAW */
    guint delay_milliseconds; /* before it */
} PbScriptPlay;

/* Errors: PB_ERROR_DATA with the line and what is allowed there. */
PbSandboxScript *pb_sandbox_script_parse(const char *text, gsize length, GError **error);
/* Errors: also PB_ERROR_NO_INPUT. The message names the file. */
PbSandboxScript *pb_sandbox_script_load(const char *path, GError **error);
PbSandboxScript *pb_sandbox_script_new(void); /* empty: all as usual */
void pb_sandbox_script_free(PbSandboxScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSandboxScript, pb_sandbox_script_free)

/* What the script wants at `event`; `once` rules are used up by it. */
PbScriptPlay pb_sandbox_script_play(PbSandboxScript *script, PbScriptEvent event,
                                    const char *argument);
/* NULL: the usual greeting. */
const char *pb_sandbox_script_greeting(const PbSandboxScript *script);
gboolean pb_sandbox_script_offers(const PbSandboxScript *script, const char *extension);
/* Further EHLO lines, NULL-terminated. */
const char *const *pb_sandbox_script_extras(const PbSandboxScript *script);
