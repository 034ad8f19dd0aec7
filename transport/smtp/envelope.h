/* The commands in front of a message: [RSET] MAIL RCPT… DATA, said in flights
 * and answered one by one, each reply mapped to its own command.
 *
 * Commands are numbered in this order; job->said and job->heard are the
 * numbers of the next one to say and to hear. A command that turned out to be
 * unwanted (its recipient was refused here, MAIL was refused) is passed over.
 */
#pragma once

#include "transport/smtp/job.h"

/* RFC 5321 4.5.3.1.8: every server takes 100 recipients; also keeps the replies to one flight
 * small enough for any socket buffer, so that nobody blocks on a full pipe. */
#define PB_ENVELOPE_WINDOW 102

/* How many there are for this job. */
guint pb_envelope_commands(const PbJob *job);
/* What the next unanswered one is: the stage of a failure now. */
PbStage pb_envelope_stage(const PbJob *job);
/* Says as many as may fly together (one without PIPELINING); does not flush. Errors: those of the
 * line. */
gboolean pb_envelope_say(PbJob *job, PbSmtpSession *session, GError **error);
/* Says and hears until all are answered. A reply that ends the session is left in `parting_out`.
 * Errors: those of the line, PB_ERROR_NOT_NOW (421), PB_ERROR_CREDENTIALS (530),
 * PB_ERROR_PROTOCOL. */
gboolean pb_envelope_run(PbJob *job, PbSmtpSession *session, PbEvidence **parting_out,
                         GError **error);
/* `reply` ends the session: sets the error and `parting_out`. */
void pb_envelope_part(PbSmtpSession *session, const PbReply *reply, PbStage stage,
                      PbEvidence **parting_out, GError **error);
