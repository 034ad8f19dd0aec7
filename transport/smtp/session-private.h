/* What session.c (opening, facts, closing) and engine.c (messages) share. */
#pragma once

#include "transport/smtp/capabilities.h"
#include "transport/smtp/dialogue.h"
#include "transport/smtp/session.h"

struct PbSmtpSession {
    PbDialogue *dialogue;
    PbCapabilities *capabilities; /* of the last EHLO; NULL before */
    PbSmtpFacts facts;
    gboolean unusable;    /* the line broke, or the server ended it */
    gboolean needs_reset; /* a transaction was left open: RSET before the next */
};
