/* The masked dialogue of one session: what the Transcript page and
 * `--debug=smtp` show.
 *
 * Masking is by protocol state: whoever writes a line says whether it carries
 * a secret, and then only its first words are kept. Besides, while secrets are
 * announced with pb_transcript_guard(), any line that repeats one (servers
 * quote commands they do not know) has it replaced. Bounded: when it is full,
 * one line says so and no more is taken. Lines are sanitised, one entry each:
 * "  0.123 C: MAIL FROM:<a@b>".
 */
#pragma once

#include <glib.h>

#define PB_TRANSCRIPT_MAX (256 * 1024)
/* What stands for a secret. */
#define PB_TRANSCRIPT_MASK "********"

typedef struct PbTranscript PbTranscript;

PbTranscript *pb_transcript_new(void);
void pb_transcript_free(PbTranscript *transcript);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbTranscript, pb_transcript_free)

/* A line of ours or of the server, with or without CRLF. */
void pb_transcript_client(PbTranscript *transcript, const char *line);
void pb_transcript_server(PbTranscript *transcript, const char *line, gsize length);
/* A line of which only `shown` may be seen: "AUTH PLAIN" becomes "AUTH PLAIN ********". */
void pb_transcript_client_secret(PbTranscript *transcript, const char *shown);
void pb_transcript_server_secret(PbTranscript *transcript, const char *shown);
/* Something that is not a line: "connected to …", "(12345 bytes of message)". */
void pb_transcript_note(PbTranscript *transcript, const char *text);

/* From now on `secret` and its base64 never appear, alone or with `username` as PLAIN sends them.
 * The copies are wiped by pb_transcript_unguard(). */
void pb_transcript_guard(PbTranscript *transcript, const char *username, const char *secret);
void pb_transcript_unguard(PbTranscript *transcript);
/* `text` without what is guarded. g_free(). */
char *pb_transcript_scrub(PbTranscript *transcript, const char *text);

/* All of it so far. g_free(). */
char *pb_transcript_text(PbTranscript *transcript);
