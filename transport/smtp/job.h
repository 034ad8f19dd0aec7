/* One transaction in work: what is known of each recipient, and the results
 * given so far. Each recipient gets exactly one; a second is dropped.
 */
#pragma once

#include "transport/smtp/data.h"
#include "transport/smtp/session-private.h"

typedef struct {
    gboolean accepted; /* its RCPT was taken */
    gboolean resolved; /* its result was given */
} PbJobRecipient;

typedef struct {
    PbTransaction *transaction;
    const PbSmtpFlow *flow;
    gpointer user_data;
    PbDataReader *reader;
    PbJobRecipient *recipients;
    gboolean utf8; /* SMTPUTF8 is needed and offered */
    /* The envelope: see envelope.c. */
    gboolean *asked; /* by command number */
    guint said, heard;
    gboolean mail_accepted;
    gboolean mail_refused;
    int data_code; /* reply to DATA, 0: none */
    guint accepted;
    gboolean past_end; /* end_of_data was recorded: the final dot may have left */
    gint64 last_progress;
} PbJob;

/* The next transaction that can be sent, pulled from the flow; those that cannot (too big, file
 * missing, needs what is not offered) get their results here and are done. NULL: none is due. */
PbJob *pb_job_take(PbSmtpSession *session, const PbSmtpFlow *flow, gpointer user_data);

/* The result of recipient `index`, unless it has one. */
void pb_job_resolve(PbJob *job, guint index, PbResult result, const PbEvidence *evidence,
                    const char *queue_id);
/* Of all that have none; with `accepted_only` of those whose RCPT was taken. */
void pb_job_resolve_rest(PbJob *job, gboolean accepted_only, PbResult result,
                         const PbEvidence *evidence, const char *queue_id);
/* Tells the flow that all is said, and frees. Every recipient must have its result. */
void pb_job_done(PbJob *job);
/* At most ten a second, and at the end. */
void pb_job_progress(PbJob *job);

/* ACCEPTED, DEFERRED or REFUSED by the class of `reply`. */
PbResult pb_job_result_of(const PbReply *reply);
