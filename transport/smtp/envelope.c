#include "transport/smtp/envelope.h"

#include "accounts/pb-error.h"
#include "transport/smtp/commands.h"

#include <glib/gi18n-lib.h>

#include <string.h>

enum { COMMAND_RSET, COMMAND_MAIL, COMMAND_FIRST_RCPT };

static guint recipient_count(const PbJob *job) {
    return job->transaction->recipients->len;
}

static guint data_number(const PbJob *job) {
    return COMMAND_FIRST_RCPT + recipient_count(job);
}

guint pb_envelope_commands(const PbJob *job) {
    return data_number(job) + 1;
}

static PbStage stage_of(const PbJob *job, guint number) {
    if (number <= COMMAND_MAIL)
        return PB_STAGE_MAIL;
    return number < data_number(job) ? PB_STAGE_RCPT : PB_STAGE_DATA;
}

PbStage pb_envelope_stage(const PbJob *job) {
    return stage_of(job, job->heard);
}

/* --- saying ----------------------------------------------------------------------------------- */

static gboolean has_unanswered_recipient(const PbJob *job) {
    for (guint i = MAX(job->heard, COMMAND_FIRST_RCPT); i < data_number(job); i++)
        if (job->asked[i])
            return TRUE;
    return FALSE;
}

static gboolean is_wanted(const PbJob *job, const PbSmtpSession *session, guint number) {
    if (number == COMMAND_RSET)
        return session->needs_reset;
    if (number == COMMAND_MAIL)
        return TRUE;
    if (job->mail_refused)
        return FALSE;
    if (number < data_number(job))
        return !job->recipients[number - COMMAND_FIRST_RCPT].resolved;
    return job->accepted > 0 || has_unanswered_recipient(job);
}

static char *command_line(const PbJob *job, const PbSmtpSession *session, guint number,
                          GError **error) {
    const PbTransaction *transaction = job->transaction;
    if (number == COMMAND_RSET)
        return g_strdup("RSET\r\n");
    if (number == COMMAND_MAIL)
        return pb_command_mail(transaction, pb_data_reader_size(job->reader), job->utf8,
                               session->capabilities, error);
    if (number == data_number(job))
        return g_strdup("DATA\r\n");
    const char *address = g_ptr_array_index(transaction->recipients, number - COMMAND_FIRST_RCPT);
    return pb_command_rcpt(address, transaction->notify, job->utf8, session->capabilities, error);
}

static gboolean say_one(PbJob *job, PbSmtpSession *session, guint number, GError **error) {
    g_autofree char *line = command_line(job, session, number, error);
    if (line == NULL || !pb_dialogue_say(session->dialogue, line, error))
        return FALSE;
    job->asked[number] = TRUE;
    if (number == COMMAND_RSET)
        session->needs_reset = FALSE;
    return TRUE;
}

gboolean pb_envelope_say(PbJob *job, PbSmtpSession *session, GError **error) {
    guint window = session->capabilities->pipelining ? PB_ENVELOPE_WINDOW : 1;
    guint flight = 0;
    while (job->said < pb_envelope_commands(job) && flight < window) {
        guint number = job->said;
        if (is_wanted(job, session, number)) {
            if (!say_one(job, session, number, error))
                return FALSE;
            flight++;
        }
        job->said++;
    }
    return TRUE;
}

/* --- hearing ---------------------------------------------------------------------------------- */

static gboolean set_odd_reply(const PbSmtpSession *session, const PbReply *reply,
                              const char *command, GError **error) {
    g_set_error(error, PB_ERROR, PB_ERROR_PROTOCOL,
                _("“%s” answered %s with %d, which makes no sense there"), session->facts.host,
                command, reply->code);
    return FALSE;
}

/* RFC 5321 4.5.3.1.10: older servers say 552 where 452 is meant, "too many recipients". A full
 * mailbox is 552 as well, but comes with 5.2.2. */
static gboolean means_too_many(const PbJob *job, const PbReply *reply) {
    return reply->code == 552 && job->accepted > 0 &&
           (reply->status[0] == '\0' || strcmp(reply->status, "5.5.3") == 0);
}

static gboolean hear_mail(PbJob *job, PbSmtpSession *session, const PbReply *reply,
                          GError **error) {
    if (pb_reply_class(reply) == 3)
        return set_odd_reply(session, reply, "MAIL", error);
    job->mail_accepted = pb_reply_class(reply) == 2;
    job->mail_refused = !job->mail_accepted;
    if (job->mail_refused) {
        g_autoptr(PbEvidence) evidence =
            pb_reply_evidence(reply, PB_STAGE_MAIL, session->facts.host);
        pb_job_resolve_rest(job, FALSE, pb_job_result_of(reply), evidence, NULL);
    }
    return TRUE;
}

static gboolean hear_rcpt(PbJob *job, PbSmtpSession *session, guint index, const PbReply *reply,
                          GError **error) {
    if (pb_reply_class(reply) == 3)
        return set_odd_reply(session, reply, "RCPT", error);
    /* After a refused MAIL this is only an echo of it. */
    if (job->recipients[index].resolved)
        return TRUE;
    if (pb_reply_class(reply) == 2) {
        job->recipients[index].accepted = TRUE;
        job->accepted++;
        return TRUE;
    }
    g_autoptr(PbEvidence) evidence = pb_reply_evidence(reply, PB_STAGE_RCPT, session->facts.host);
    pb_job_resolve(job, index,
                   means_too_many(job, reply) ? PB_RESULT_DEFERRED : pb_job_result_of(reply),
                   evidence, NULL);
    return TRUE;
}

static gboolean hear_data(PbJob *job, PbSmtpSession *session, const PbReply *reply,
                          GError **error) {
    job->data_code = reply->code;
    /* A server that takes DATA for a MAIL it refused might take anything. */
    if ((reply->code != 354 && pb_reply_class(reply) < 4) ||
        (reply->code == 354 && job->mail_refused))
        return set_odd_reply(session, reply, "DATA", error);
    if (reply->code == 354)
        return TRUE;
    g_autoptr(PbEvidence) evidence = pb_reply_evidence(reply, PB_STAGE_DATA, session->facts.host);
    pb_job_resolve_rest(job, FALSE, pb_job_result_of(reply), evidence, NULL);
    return TRUE;
}

static gboolean ends_session(const PbReply *reply, guint number) {
    return reply->code == 421 ||
           ((reply->code == 530 || reply->code == 538) && number != COMMAND_RSET);
}

void pb_envelope_part(PbSmtpSession *session, const PbReply *reply, PbStage stage,
                      PbEvidence **parting_out, GError **error) {
    g_autoptr(PbEvidence) evidence = pb_reply_evidence(reply, stage, session->facts.host);
    g_autofree char *words = pb_evidence_line(evidence);
    if (reply->code == 530 || reply->code == 538)
        g_set_error(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                    _("“%s” takes mail only from who signs in (%s); set username and password"),
                    session->facts.host, words);
    else
        g_set_error(error, PB_ERROR, PB_ERROR_NOT_NOW, _("“%s” ended the session: %s"),
                    session->facts.host, words);
    if (*parting_out == NULL)
        *parting_out = g_steal_pointer(&evidence);
}

static gboolean hear_one(PbJob *job, PbSmtpSession *session, guint number, PbEvidence **parting_out,
                         GError **error) {
    guint limit = number == data_number(job) ? PB_STEP_DATA : PB_STEP_COMMAND;
    g_autoptr(PbReply) reply = pb_dialogue_hear(session->dialogue, limit, error);
    if (reply == NULL)
        return FALSE;
    if (ends_session(reply, number)) {
        pb_envelope_part(session, reply, stage_of(job, number), parting_out, error);
        return FALSE;
    }
    if (number == COMMAND_RSET)
        return pb_reply_class(reply) == 2 || set_odd_reply(session, reply, "RSET", error);
    if (number == COMMAND_MAIL)
        return hear_mail(job, session, reply, error);
    if (number < data_number(job))
        return hear_rcpt(job, session, number - COMMAND_FIRST_RCPT, reply, error);
    return hear_data(job, session, reply, error);
}

static gboolean hear_said(PbJob *job, PbSmtpSession *session, PbEvidence **parting_out,
                          GError **error) {
    while (job->heard < job->said) {
        if (job->asked[job->heard] && !hear_one(job, session, job->heard, parting_out, error))
            return FALSE;
        job->heard++;
    }
    return TRUE;
}

gboolean pb_envelope_run(PbJob *job, PbSmtpSession *session, PbEvidence **parting_out,
                         GError **error) {
    do {
        if (!hear_said(job, session, parting_out, error) || !pb_envelope_say(job, session, error))
            return FALSE;
    } while (job->heard < job->said);
    return TRUE;
}
