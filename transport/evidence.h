/* Evidence: one dated statement about one recipient, or about a whole attempt.
 *
 * What was said is kept as it was said; it is explained only when shown
 * (report/explain.h). The text is foreign: bounded here, sanitised by
 * whoever shows it.
 */
#pragma once

#include <glib.h>

/* At most this many bytes of a reply are kept (RFC 5321 allows 512 a line; real ones have 20
 * lines). */
#define PB_EVIDENCE_TEXT_MAX 8192

typedef enum {
    PB_STAGE_LOCAL, /* decided here: cancelled, file missing, too big for the server */
    PB_STAGE_CONNECT,
    PB_STAGE_TLS,
    PB_STAGE_GREETING,
    PB_STAGE_EHLO,
    PB_STAGE_STARTTLS,
    PB_STAGE_AUTH,
    PB_STAGE_MAIL,
    PB_STAGE_RCPT,
    PB_STAGE_DATA,
    PB_STAGE_END_OF_DATA,
    PB_STAGE_QUIT,
    PB_STAGE_REPORT, /* said by a delivery report */
    PB_STAGE_PERSON, /* settled by a person */
} PbStage;

typedef struct {
    gint64 at; /* µs since the epoch */
    PbStage stage;
    int code;        /* SMTP reply code, 0 if none */
    char status[16]; /* enhanced status code "5.1.1", "" if none */
    char *text;      /* the full text, lines joined by "\n", without the codes; "" if none */
    char *who;       /* host that said it, or NULL */
} PbEvidence;

/* `text` is cut at PB_EVIDENCE_TEXT_MAX. at = now. */
PbEvidence *pb_evidence_new(PbStage stage, int code, const char *status, const char *text,
                            const char *who);
PbEvidence *pb_evidence_copy(const PbEvidence *evidence);
void pb_evidence_free(PbEvidence *evidence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbEvidence, pb_evidence_free)

const char *pb_stage_to_string(PbStage stage); /* "rcpt": for JSON and the database */
gboolean pb_stage_from_string(const char *text, PbStage *stage_out);
/* "550 5.1.1 <cy@…>: unknown", one line, sanitised for a terminal. g_free(). */
char *pb_evidence_line(const PbEvidence *evidence);
