/* One side of the talk with a server: commands out, replies in, both noted in
 * the transcript, every wait within its step.
 *
 * Used by session.c (opening) and engine.c (messages). What is said is
 * buffered until the next pb_dialogue_hear() or pb_dialogue_flush(), so that
 * pipelined commands leave in one flight.
 */
#pragma once

#include "transport/smtp/reply.h"
#include "transport/smtp/stream.h"
#include "transport/smtp/transcript.h"

/* Upper bounds of RFC 5321 4.5.3.2, in seconds; the account's timeout caps them. */
#define PB_STEP_GREETING    300
#define PB_STEP_COMMAND     300
#define PB_STEP_DATA        120
#define PB_STEP_BLOCK       180
#define PB_STEP_END_OF_DATA 600

typedef struct {
    PbStream *stream;         /* owned */
    PbTranscript *transcript; /* owned */
    PbReplyParser *parser;    /* owned */
    GString *line;            /* owned */
    char *host;               /* as configured: who said it, in evidence */
    guint timeout;            /* of the account */
    gboolean unsent;          /* something was said and not flushed */
    gboolean challenge_is_secret;
} PbDialogue;

PbDialogue *pb_dialogue_new(const PbAccount *account);
void pb_dialogue_free(PbDialogue *dialogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbDialogue, pb_dialogue_free)

/* A new step of at most `limit` seconds (one of PB_STEP_*) begins. */
void pb_dialogue_begin(PbDialogue *dialogue, guint limit);
/* `line` ends in CRLF. Errors: as pb_stream_write(). */
gboolean pb_dialogue_say(PbDialogue *dialogue, const char *line, GError **error);
/* The same; only `shown` goes into the transcript. */
gboolean pb_dialogue_say_secret(PbDialogue *dialogue, const char *line, const char *shown,
                                GError **error);
gboolean pb_dialogue_flush(PbDialogue *dialogue, GError **error);
/* Sends what is unsent, then waits for one reply. Errors: as pb_stream_read_line(), and
 * PB_ERROR_PROTOCOL for what is not a reply. */
PbReply *pb_dialogue_hear(PbDialogue *dialogue, guint limit, GError **error);
/* Says and hears. */
PbReply *pb_dialogue_ask(PbDialogue *dialogue, const char *line, guint limit, GError **error);

/* A failure of the line as evidence: no code; 4.4.2 (RFC 3463: bad connection) unless we cancelled.
 */
PbEvidence *pb_dialogue_failure_evidence(const PbDialogue *dialogue, PbStage stage,
                                         const GError *failure);
