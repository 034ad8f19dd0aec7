#include "accounts/pb-error.h"
#include "transport/smtp/session.h"

#include "smtp-peer.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#define HELLO     "S: 220 mx ready\nC: EHLO\nS: 250-mx\n"
#define PIPELINED HELLO "S: 250-PIPELINING\nS: 250-8BITMIME\nS: 250 SIZE 1000000\n"
#define ENVELOPE  "C: MAIL FROM:<a@b.test>\nC: RCPT TO:<one@b.test>\nC: DATA\n"
#define ACCEPTING "S: 250 ok\nS: 250 ok\nS: 354 go\n"
#define QUIT      "C: QUIT\nS: 221 bye\n"

/* A client: what it has to send, and what it was told. */
typedef struct {
    char *folder;
    GPtrArray *waiting; /* of PbTransaction */
    GString *log;       /* "e1/0 accepted end-of-data 250 Q1" a line */
    guint done;
    gboolean stop_at_end; /* end_of_data says no */
    GCancellable *cancel; /* cancelled at end_of_data */
    guint progress;
    Peer *peer;
    PbAccount account;
    PbSmtpSession *session;
    GError *error;
} Client;

static PbTransaction *next(gpointer data) {
    Client *client = data;
    return client->waiting->len > 0 ? g_ptr_array_steal_index(client->waiting, 0) : NULL;
}

static gboolean end_of_data(PbTransaction *transaction, gpointer data) {
    Client *client = data;
    g_string_append_printf(client->log, "%s end\n", transaction->id);
    if (client->cancel != NULL)
        g_cancellable_cancel(client->cancel);
    return !client->stop_at_end;
}

static void result(PbTransaction *transaction, guint recipient, PbResult what,
                   const PbEvidence *evidence, const char *queue_id, gpointer data) {
    static const char *const names[] = {"accepted", "deferred", "refused", "unsure"};
    Client *client = data;
    g_string_append_printf(client->log, "%s/%u %s %s %d%s%s%s%s\n", transaction->id, recipient,
                           names[what], pb_stage_to_string(evidence->stage), evidence->code,
                           evidence->status[0] != '\0' ? " " : "", evidence->status,
                           queue_id != NULL ? " " : "", queue_id != NULL ? queue_id : "");
}

static void progress(PbTransaction *transaction, guint64 sent, gpointer data) {
    Client *client = data;
    cr_assert_leq(sent, MAX(transaction->size, 2000000));
    client->progress++;
}

static void done(PbTransaction *transaction, gpointer data) {
    Client *client = data;
    g_string_append_printf(client->log, "%s done\n", transaction->id);
    client->done++;
}

static const PbSmtpFlow flow = {next, end_of_data, result, progress, done, NULL};

static Client *client_new(const char *script) {
    Client *client = g_new0(Client, 1);
    client->folder = g_dir_make_tmp("pb-session-XXXXXX", NULL);
    client->waiting = g_ptr_array_new_with_free_func((GDestroyNotify) pb_transaction_free);
    client->log = g_string_new(NULL);
    client->peer = peer_start(script);
    client->account = (PbAccount){.host = (char *) "127.0.0.1",
                                  .port = client->peer->port,
                                  .security = PB_SECURITY_NONE,
                                  .auth = (char *) "auto",
                                  .timeout = 20};
    return client;
}

/* Queues entry `id` with `content` for the comma separated recipients. */
static PbTransaction *give(Client *client, const char *id, const char *to, const char *content) {
    PbTransaction *transaction = g_new0(PbTransaction, 1);
    transaction->id = g_strdup(id);
    transaction->reverse_path = g_strdup("a@b.test");
    transaction->recipients = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) all = g_strsplit(to, ",", -1);
    for (guint i = 0; all[i] != NULL; i++)
        g_ptr_array_add(transaction->recipients, g_strdup(all[i]));
    transaction->path = g_build_filename(client->folder, id, NULL);
    cr_assert(g_file_set_contents(transaction->path, content, -1, NULL));
    transaction->size = strlen(content);
    g_ptr_array_add(client->waiting, transaction);
    return transaction;
}

static gboolean open_session(Client *client) {
    g_clear_error(&client->error);
    client->session =
        pb_smtp_session_open(&client->account, NULL, &flow, client, NULL, NULL, &client->error);
    return client->session != NULL;
}

static gboolean run(Client *client) {
    cr_assert(open_session(client), "%s", client->error != NULL ? client->error->message : "");
    return pb_smtp_session_run(client->session, &flow, client, client->cancel, &client->error);
}

static void assert_log(Client *client, const char *expected) {
    cr_expect_str_eq(client->log->str, expected, "results were:\n%s", client->log->str);
}

/* Closes; what the server took. */
static char *client_finish(Client *client) {
    pb_smtp_session_free(client->session);
    char *taken = peer_finish(client->peer);
    g_autoptr(GDir) folder = g_dir_open(client->folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *path = g_build_filename(client->folder, name, NULL);
        g_unlink(path);
    }
    g_rmdir(client->folder);
    g_free(client->folder);
    g_ptr_array_unref(client->waiting);
    g_string_free(client->log, TRUE);
    g_clear_object(&client->cancel);
    g_clear_error(&client->error);
    g_free(client);
    return taken;
}

static void assert_error(Client *client, PbError code) {
    cr_assert(g_error_matches(client->error, PB_ERROR, (gint) code), "error %d: %s",
              client->error != NULL ? client->error->code : -1,
              client->error != NULL ? client->error->message : "none");
}

/* Opens against `script`, which must fail with `code`; what the server took. */
static char *fails_to_open(const char *script, PbSecurity security, PbError code) {
    Client *client = client_new(script);
    client->account.security = security;
    cr_assert_not(open_session(client), "opened: %s", script);
    assert_error(client, code);
    return client_finish(client);
}

/* Sends e1 to one@b.test against `script`; the log, and the error in `client_out`. */
static Client *sends_one(const char *script) {
    Client *client = client_new(script);
    give(client, "e1", "one@b.test", "Subject: x\r\n\r\nhello\r\n");
    run(client);
    return client;
}

/* --- the good way ----------------------------------------------------------------------------- */

Test(session_run, two_messages_share_flights) {
    Client *client = client_new(PIPELINED ENVELOPE ACCEPTING
                                "M\n" ENVELOPE "S: 250 2.0.0 Ok: queued as Q1A2\n" ACCEPTING
                                "M\nS: 250 Ok: queued as Q2A2\n" QUIT);
    give(client, "e1", "one@b.test", "Subject: x\r\n\r\n.dot\r\n");
    give(client, "e2", "one@b.test", "Subject: y\r\n\r\nopen end");
    cr_assert(run(client), "%s", client->error != NULL ? client->error->message : "");
    assert_log(client, "e1 end\ne1/0 accepted end-of-data 250 2.0.0 Q1A2\ne1 done\n"
                       "e2 end\ne2/0 accepted end-of-data 250 Q2A2\ne2 done\n");
    /* TCP, greeting, EHLO, envelope, message and envelope, message. */
    cr_expect_eq(pb_smtp_session_facts(client->session)->round_trips, 6);
    cr_expect_eq(client->progress, 2);
    g_autofree char *taken = client_finish(client);
    cr_assert_null(strstr(taken, "expected"), "%s", taken);
    cr_assert_not_null(strstr(taken, "| ..dot\r\n| .\r\n"), "%s", taken);
    cr_assert_not_null(strstr(taken, "| open end\r\n| .\r\n"), "%s", taken);
    cr_assert_not_null(strstr(taken, "EHLO [127.0.0.1]\n"), "%s", taken);
}

Test(session_run, without_pipelining_goes_step_by_step) {
    Client *client = client_new(HELLO "S: 250 HELP\n"
                                      "C: MAIL\nS: 250 ok\nC: RCPT TO:<one@\nS: 550 5.1.1 no\n"
                                      "C: RCPT TO:<two@\nS: 250 ok\nC: DATA\nS: 354 go\nM\n"
                                      "S: 250 ok\nC: MAIL\nS: 250 ok\nC: RCPT\nS: 550 no\n" QUIT);
    give(client, "e1", "one@b.test,two@b.test", "x\r\n");
    give(client, "e2", "one@b.test", "x\r\n");
    cr_assert(run(client));
    assert_log(client, "e1/0 refused rcpt 550 5.1.1\ne1 end\ne1/1 accepted end-of-data 250\n"
                       "e1 done\ne2/0 refused rcpt 550\ne2 done\n");
    g_autofree char *taken = client_finish(client);
    cr_assert_null(strstr(taken, "expected"), "%s", taken);
}

Test(session_run, many_recipients_go_in_several_flights) {
    g_autoptr(GString) script = g_string_new(PIPELINED "C: MAIL\n");
    g_autoptr(GString) to = g_string_new("r0@b.test");
    for (guint i = 1; i < 150; i++)
        g_string_append_printf(to, ",r%u@b.test", i);
    for (guint i = 0; i < 101; i++)
        g_string_append(script, "C: RCPT\n");
    for (guint i = 0; i < 102; i++)
        g_string_append(script, "S: 250 ok\n");
    for (guint i = 0; i < 49; i++)
        g_string_append(script, "C: RCPT\n");
    g_string_append(script, "C: DATA\n");
    for (guint i = 0; i < 49; i++)
        g_string_append(script, "S: 250 ok\n");
    g_string_append(script, "S: 354 go\nM\nS: 250 ok\n" QUIT);
    Client *client = client_new(script->str);
    give(client, "e1", to->str, "x\r\n");
    cr_assert(run(client));
    cr_assert_not_null(strstr(client->log->str, "e1/149 accepted"));
    g_autofree char *taken = client_finish(client);
    cr_assert_null(strstr(taken, "expected"), "%s", taken);
}

Test(session_open, falls_back_to_helo_where_nothing_is_needed) {
    Client *client = client_new("S: 220 mx\nC: EHLO\nS: 502 what?\nC: HELO\nS: 250 mx\n" QUIT);
    cr_assert(open_session(client));
    cr_assert_not(pb_smtp_session_facts(client->session)->pipelining);
    g_autofree char *taken = client_finish(client);
    cr_assert_null(strstr(taken, "expected"), "%s", taken);
}

/* --- refusals --------------------------------------------------------------------------------- */

Test(session_run, a_refused_recipient_does_not_stop_the_others) {
    Client *client = client_new(
        PIPELINED "C: MAIL\nC: RCPT\nC: RCPT\nC: RCPT\nC: DATA\nS: 250 ok\nS: 250 ok\n"
                  "S: 550 5.1.1 no\nS: 452 4.5.3 too many\nS: 354 go\nM\nS: 250 ok\n" QUIT);
    give(client, "e1", "one@b.test,two@b.test,three@b.test", "x\r\n");
    cr_assert(run(client));
    assert_log(client, "e1/1 refused rcpt 550 5.1.1\ne1/2 deferred rcpt 452 4.5.3\ne1 end\n"
                       "e1/0 accepted end-of-data 250\ne1 done\n");
    g_free(client_finish(client));
}

Test(session_run, a_354_for_nobody_gets_an_empty_message) {
    Client *client =
        client_new(PIPELINED ENVELOPE "S: 250 ok\nS: 550 no\nS: 354 go\nC: .\n" ENVELOPE
                                      "S: 554 nobody\n" ACCEPTING "M\nS: 250 ok\n" QUIT);
    give(client, "e1", "one@b.test", "secret text\r\n");
    give(client, "e2", "one@b.test", "x\r\n");
    cr_assert(run(client));
    assert_log(client, "e1/0 refused rcpt 550\ne1 done\ne2 end\n"
                       "e2/0 accepted end-of-data 250\ne2 done\n");
    g_autofree char *taken = client_finish(client);
    cr_assert_null(strstr(taken, "expected"), "%s", taken);
    cr_assert_null(strstr(taken, "secret"));
}

Test(session_run, an_open_transaction_is_reset_before_the_next) {
    Client *client =
        client_new(PIPELINED ENVELOPE "S: 250 ok\nS: 550 no\nS: 554 nobody\nC: RSET\n" ENVELOPE
                                      "S: 250 ok\n" ACCEPTING "M\nS: 250 ok\n" QUIT);
    give(client, "e1", "one@b.test", "x\r\n");
    give(client, "e2", "one@b.test", "x\r\n");
    cr_assert(run(client));
    g_autofree char *taken = client_finish(client);
    cr_assert_null(strstr(taken, "expected"), "%s", taken);
}

Test(session_run, a_refused_sender_counts_for_all_recipients) {
    Client *client =
        client_new(PIPELINED "C: MAIL\nC: RCPT\nC: RCPT\nC: DATA\nS: 553 5.7.1 not you\n"
                             "S: 503 mail first\nS: 503 mail first\nS: 503 mail first\n" QUIT);
    give(client, "e1", "one@b.test,two@b.test", "x\r\n");
    cr_assert(run(client));
    assert_log(client, "e1/0 refused mail 553 5.7.1\ne1/1 refused mail 553 5.7.1\ne1 done\n");
    g_autofree char *taken = client_finish(client);
    cr_assert_null(strstr(taken, "expected"), "%s", taken);
}

Test(session_run, a_refused_message_is_refused_for_those_who_were_taken) {
    Client *client = sends_one(PIPELINED ENVELOPE ACCEPTING "M\nS: 554 5.6.0 spam\n" QUIT);
    cr_assert_null(client->error);
    assert_log(client, "e1 end\ne1/0 refused end-of-data 554 5.6.0\ne1 done\n");
    g_free(client_finish(client));
}

Test(session_run, asking_for_a_sign_in_is_trouble_of_the_account) {
    Client *client = sends_one(PIPELINED ENVELOPE "S: 530 5.7.0 sign in\nW");
    assert_error(client, PB_ERROR_CREDENTIALS);
    assert_log(client, "e1/0 deferred mail 530 5.7.0\ne1 done\n");
    g_free(client_finish(client));
}

Test(session_run, what_the_server_cannot_take_is_not_sent) {
    Client *client = client_new(HELLO "S: 250 SIZE 10\n" QUIT);
    give(client, "e1", "one@b.test", "Subject: longer than ten\r\n");
    give(client, "e2", "one@b.test", "x\r\n")->eight_bit = TRUE;
    give(client, "e3", "jürgen@b.test", "x\r\n");
    give(client, "e4", "one@b.test\r\nRCPT TO:<two@b.test>", "x\r\n");
    PbTransaction *gone = give(client, "e5", "one@b.test", "x\r\n");
    g_unlink(gone->path);
    cr_assert(run(client));
    assert_log(client, "e1/0 refused local 552 5.3.4\ne1 done\n"
                       "e2/0 refused local 554 5.6.3\ne2 done\n"
                       "e3/0 refused local 553 5.6.7\ne3 done\n"
                       "e4/0 refused local 553 5.1.3\ne4 done\n"
                       "e5/0 refused local 0\ne5 done\n");
    g_autofree char *taken = client_finish(client);
    cr_assert_null(strstr(taken, "expected"), "%s", taken);
}

/* --- broken lines ----------------------------------------------------------------------------- */

Test(session_run, a_421_defers_all_that_is_in_hand) {
    Client *client = client_new(PIPELINED "C: MAIL\nC: RCPT\nC: RCPT\nC: DATA\nS: 250 ok\n"
                                          "S: 550 no\nS: 421 4.3.2 closing\nW");
    give(client, "e1", "one@b.test,two@b.test", "x\r\n");
    give(client, "e2", "one@b.test", "x\r\n");
    cr_assert_not(run(client));
    assert_error(client, PB_ERROR_NOT_NOW);
    assert_log(client, "e1/0 refused rcpt 550\ne1/1 deferred rcpt 421 4.3.2\ne1 done\n");
    cr_assert_eq(client->waiting->len, 1);
    g_autoptr(GError) again = NULL;
    cr_assert_not(pb_smtp_session_run(client->session, &flow, client, NULL, &again));
    cr_assert(g_error_matches(again, PB_ERROR, PB_ERROR_UNAVAILABLE));
    g_free(client_finish(client));
}

Test(session_run, a_421_to_the_message_is_no_doubt) {
    Client *client = client_new(PIPELINED ENVELOPE ACCEPTING "M\nS: 421 4.3.2 closing\nW");
    give(client, "e1", "one@b.test", "x\r\n");
    give(client, "e2", "one@b.test", "x\r\n");
    cr_assert_not(run(client));
    assert_log(client, "e1 end\ne1/0 deferred end-of-data 421 4.3.2\ne1 done\n"
                       "e2/0 deferred end-of-data 421 4.3.2\ne2 done\n");
    g_free(client_finish(client));
}

Test(session_run, a_line_broken_before_the_end_is_tried_again) {
    Client *client = sends_one(PIPELINED ENVELOPE "S: 250 ok\n");
    assert_error(client, PB_ERROR_UNAVAILABLE);
    assert_log(client, "e1/0 deferred rcpt 0 4.4.2\ne1 done\n");
    g_free(client_finish(client));
}

Test(session_run, a_line_broken_after_the_end_leaves_doubt) {
    Client *client = client_new(PIPELINED ENVELOPE ACCEPTING "M\n");
    give(client, "e1", "one@b.test", "x\r\n");
    give(client, "e2", "one@b.test", "x\r\n");
    cr_assert_not(run(client));
    assert_log(client, "e1 end\ne1/0 unsure end-of-data 0 4.4.2\ne1 done\n"
                       "e2/0 deferred mail 0 4.4.2\ne2 done\n");
    g_free(client_finish(client));
}

Test(session_run, silence_ends_at_the_time_limit) {
    gint64 started = g_get_monotonic_time();
    Client *client = client_new(PIPELINED ENVELOPE ACCEPTING "M\nW");
    client->account.timeout = 1;
    give(client, "e1", "one@b.test", "x\r\n");
    cr_assert_not(run(client));
    assert_error(client, PB_ERROR_NOT_NOW);
    assert_log(client, "e1 end\ne1/0 unsure end-of-data 0 4.4.2\ne1 done\n");
    cr_assert_lt(g_get_monotonic_time() - started, 10 * G_USEC_PER_SEC);
    g_free(client_finish(client));
}

Test(session_open, dripping_bytes_do_not_stretch_the_time_limit) {
    gint64 started = g_get_monotonic_time();
    Client *client = client_new("B: 220 \nD");
    client->account.timeout = 1;
    cr_assert_not(open_session(client));
    assert_error(client, PB_ERROR_NOT_NOW);
    cr_assert_lt(g_get_monotonic_time() - started, 10 * G_USEC_PER_SEC);
    g_free(client_finish(client));
}

Test(session_run, cancel_while_waiting_for_the_last_reply_leaves_doubt) {
    Client *client = client_new(PIPELINED ENVELOPE ACCEPTING "W");
    client->cancel = g_cancellable_new();
    give(client, "e1", "one@b.test", "x\r\n");
    cr_assert_not(run(client));
    assert_error(client, PB_ERROR_CANCELLED);
    assert_log(client, "e1 end\ne1/0 unsure end-of-data 0\ne1 done\n");
    g_free(client_finish(client));
}

static gpointer cancel_soon(gpointer cancellable) {
    g_usleep(50000);
    g_cancellable_cancel(cancellable);
    return NULL;
}

Test(session_open, cancel_wakes_a_silent_connection) {
    Client *client = client_new("W");
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    GThread *thread = g_thread_new("cancel", cancel_soon, cancellable);
    cr_assert_null(pb_smtp_session_open(&client->account, NULL, NULL, NULL, cancellable, NULL,
                                        &client->error));
    assert_error(client, PB_ERROR_CANCELLED);
    g_thread_join(thread);
    g_free(client_finish(client));
}

Test(session_run, a_stopped_message_never_gets_its_dot) {
    Client *client = client_new(PIPELINED ENVELOPE ACCEPTING "M\n");
    client->stop_at_end = TRUE;
    give(client, "e1", "one@b.test", "x\r\n");
    cr_assert_not(run(client));
    assert_log(client, "e1 end\ne1/0 deferred local 0\ne1 done\n");
    g_autofree char *taken = client_finish(client);
    cr_assert_not_null(strstr(taken, "EOF"), "%s", taken);
    cr_assert_null(strstr(taken, "| .\r\n"), "%s", taken);
}

Test(session_run, a_broken_file_never_gets_its_dot) {
    Client *client = client_new(PIPELINED ENVELOPE ACCEPTING "M\n");
    give(client, "e1", "one@b.test", "x\r\n\n.\r\nMAIL FROM:<evil@b.test>\r\n");
    cr_assert_not(run(client));
    assert_log(client, "e1/0 refused local 0 5.6.0\ne1 done\n");
    g_autofree char *taken = client_finish(client);
    cr_assert_null(strstr(taken, "| .\r\n"), "%s", taken);
}

Test(session_run, an_answer_before_the_end_is_not_believed) {
    Client *client = sends_one(PIPELINED ENVELOPE "B: 250 ok\\n250 ok\\n354 go\\n250 queued\\n\nW");
    assert_error(client, PB_ERROR_PROTOCOL);
    assert_log(client, "e1/0 deferred data 0 4.4.2\ne1 done\n");
    g_autofree char *taken = client_finish(client);
    cr_assert_null(strstr(taken, "+ .\r\n"), "%s", taken);
}

Test(session_run, a_refusal_while_uploading_is_kept) {
    g_autofree char *line = g_strnfill(70, 'y');
    g_autoptr(GString) content = g_string_new(NULL);
    for (guint i = 0; i < 12000; i++)
        g_string_append_printf(content, "%s\r\n", line);
    Client *client = client_new(PIPELINED ENVELOPE ACCEPTING "C: yyy\nS: 552 5.3.4 too big\n");
    give(client, "e1", "one@b.test", content->str);
    cr_assert_not(run(client));
    assert_error(client, PB_ERROR_NOT_NOW);
    assert_log(client, "e1/0 refused data 552 5.3.4\ne1 done\n");
    g_free(client_finish(client));
}

/* --- hostile and odd servers ------------------------------------------------------------------ */

Test(session_open, refuses_what_is_no_greeting) {
    const struct {
        const char *script;
        PbError code;
    } cases[] = {
        {"S: 554 5.7.1 go away\nW", PB_ERROR_REFUSED},
        {"S: 421 4.3.2 busy\nW", PB_ERROR_NOT_NOW},
        {"S: 250 hm\nW", PB_ERROR_PROTOCOL},
        {"S: SSH-2.0-OpenSSH_9.2\nW", PB_ERROR_PROTOCOL},
        {"L 1000000\nW", PB_ERROR_PROTOCOL},
        {"", PB_ERROR_UNAVAILABLE},
        {"S: 220 mx\nC: EHLO\nS: 550 no\nW", PB_ERROR_PROTOCOL},
        {"S: 220 mx\nC: EHLO\nS: 250-mx\nS: 251 mx\nW", PB_ERROR_PROTOCOL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_free(fails_to_open(cases[i].script, PB_SECURITY_NONE, cases[i].code));
}

Test(session_open, says_nothing_more_when_starttls_is_not_offered) {
    g_autofree char *taken =
        fails_to_open(PIPELINED "W", PB_SECURITY_STARTTLS, PB_ERROR_CERTIFICATE);
    cr_assert_str_eq(taken, "EHLO [127.0.0.1]\n");
}

Test(session_open, refuses_bytes_slipped_in_before_tls) {
    g_autofree char *taken =
        fails_to_open(HELLO "S: 250 STARTTLS\nC: STARTTLS\nB: 220 go\\n250 AUTH PLAIN\\n\nW",
                      PB_SECURITY_STARTTLS, PB_ERROR_PROTOCOL);
    cr_assert_str_eq(taken, "EHLO [127.0.0.1]\nSTARTTLS\n");
}

Test(session_open, tells_cleartext_from_tls) {
    g_free(fails_to_open("S: 220 mx ready, no TLS here\nW", PB_SECURITY_TLS, PB_ERROR_PROTOCOL));
}

Test(session_open, never_signs_in_without_tls) {
    Client *client = client_new(HELLO "S: 250 AUTH PLAIN LOGIN\nW");
    g_autoptr(PbSecret) secret = pb_secret_new("hunter22", -1);
    client->account.username = (char *) "anna";
    g_autoptr(PbEvidence) evidence = NULL;
    cr_assert_null(pb_smtp_session_open(&client->account, secret, NULL, NULL, NULL, &evidence,
                                        &client->error));
    assert_error(client, PB_ERROR_CREDENTIALS);
    cr_assert_eq(evidence->stage, PB_STAGE_AUTH);
    g_autofree char *transcript = pb_smtp_last_transcript();
    cr_assert_not_null(strstr(transcript, "C: EHLO"), "%s", transcript);
    g_autofree char *taken = client_finish(client);
    cr_assert_str_eq(taken, "EHLO [127.0.0.1]\n");
}

Test(session_open, nobody_listening_is_told) {
    /* A port that was just free. */
    Client *client = client_new("W");
    g_autoptr(GSocket) taken =
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string("127.0.0.1", 0);
    cr_assert(g_socket_bind(taken, any, FALSE, NULL));
    g_autoptr(GSocketAddress) bound = g_socket_get_local_address(taken, NULL);
    guint16 port = client->account.port;
    client->account.port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
    cr_assert_not(open_session(client));
    assert_error(client, PB_ERROR_UNAVAILABLE);
    /* Lets the peer's thread end. */
    client->account.port = port;
    client->account.timeout = 1;
    cr_assert_not(open_session(client));
    g_free(client_finish(client));
}

Test(session_run, odd_bytes_in_replies_are_kept_as_evidence) {
    Client *client = sends_one(PIPELINED ENVELOPE ACCEPTING "M\nS: 250 \xff\x1b[2J ok\n" QUIT);
    cr_assert_null(client->error);
    g_autofree char *transcript = pb_smtp_session_transcript(client->session);
    cr_assert(g_utf8_validate(transcript, -1, NULL));
    cr_assert_null(strchr(transcript, '\x1b'));
    cr_assert_not_null(strstr(transcript, "bytes of message)"), "%s", transcript);
    cr_assert_null(strstr(transcript, "hello"), "%s", transcript);
    g_free(client_finish(client));
}
