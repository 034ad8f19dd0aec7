/* What the files of a sandbox session share. */
#pragma once

#include "transport/sandbox/sandbox-envelope.h"
#include "transport/sandbox/sandbox-io.h"

typedef struct {
    PbSandbox *sandbox;
    PbSandboxIo *io;
    PbSandboxEnvelope *envelope;
    gboolean secure, known, signed_in, over;
    guint errors;
} PbSandboxSession;

/* What the script wants at `event`, its delay waited for. */
PbScriptPlay pb_sandbox_session_play(PbSandboxSession *session, PbScriptEvent event,
                                     const char *argument);
/* The code that giving this answer would give; 0 for drop and stall. */
int pb_sandbox_session_code(const PbScriptPlay *play, const char *usual);
/* Answers as `play` says, else with `usual` (lines joined by CRLF). Returns the code. */
int pb_sandbox_session_give(PbSandboxSession *session, const PbScriptPlay *play, const char *usual);
/* play() and give() in one. */
int pb_sandbox_session_answer(PbSandboxSession *session, PbScriptEvent event, const char *argument,
                              const char *usual);

/* DATA with the text behind it; in sandbox-data.c. */
void pb_sandbox_session_data(PbSandboxSession *session, const char *argument);
