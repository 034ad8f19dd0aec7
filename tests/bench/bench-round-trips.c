/* Round trips per message, the unit of speed: counted by the client and by the sandbox.
 *
 * Prints a table and fails above the limits: 7 from connect to the final reply
 * with TLS and AUTH PLAIN, for 1 or 20 recipients, and one more for each
 * further message of the queue.
 */
#include "transport/sandbox/sandbox.h"
#include "transport/smtp/session.h"

#include <glib/gstdio.h>

#include <stdio.h>
#include <string.h>

#define TEXT "From: <me@b.example>\r\nSubject: bench\r\nMessage-ID: <1@b.example>\r\n\r\nx\r\n"

typedef struct {
    const char *file;
    guint messages, recipients; /* to be sent, and of each */
    guint given, accepted;
} Queue;

static PbTransaction *next(gpointer data) {
    Queue *queue = data;
    if (queue->given == queue->messages)
        return NULL;
    PbTransaction *transaction = g_new0(PbTransaction, 1);
    transaction->id = g_strdup_printf("bench%011u", queue->given++);
    transaction->reverse_path = g_strdup("me@b.example");
    transaction->recipients = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < queue->recipients; i++)
        g_ptr_array_add(transaction->recipients, g_strdup_printf("r%u@example.org", i));
    transaction->path = g_strdup(queue->file);
    transaction->size = strlen(TEXT);
    transaction->notify = g_strdup("FAILURE,DELAY");
    return transaction;
}

static gboolean end_of_data(PbTransaction *transaction, gpointer data) {
    (void) transaction;
    (void) data;
    return TRUE;
}

static void result(PbTransaction *transaction, guint recipient, PbResult outcome,
                   const PbEvidence *evidence, const char *queue_id, gpointer data) {
    (void) transaction;
    (void) recipient;
    (void) evidence;
    (void) queue_id;
    if (outcome == PB_RESULT_ACCEPTED)
        ((Queue *) data)->accepted++;
}

static void progress(PbTransaction *transaction, guint64 sent, gpointer data) {
    (void) transaction;
    (void) sent;
    (void) data;
}

static void done(PbTransaction *transaction, gpointer data) {
    (void) transaction;
    (void) data;
}

static PbAccount *account_for(PbSandbox *sandbox, gboolean starttls) {
    PbAccount *account = pb_account_new("bench");
    g_free(account->host);
    account->host = g_strdup("localhost");
    account->port = starttls ? pb_sandbox_starttls_port(sandbox) : pb_sandbox_port(sandbox);
    account->security = starttls ? PB_SECURITY_STARTTLS : PB_SECURITY_TLS;
    g_free(account->username);
    account->username = g_strdup(PB_SANDBOX_USER);
    g_free(account->auth);
    account->auth = g_strdup("plain");
    g_free(account->ca_file);
    account->ca_file = g_strdup(pb_sandbox_ca_file(sandbox));
    return account;
}

/* Sends the queue over one connection; the client's own count, 0 on failure. */
static guint submit(const PbAccount *account, Queue *queue) {
    static const PbSmtpFlow flow = {next, end_of_data, result, progress, done, NULL};
    g_autoptr(PbSecret) secret = pb_secret_new(PB_SANDBOX_PASSWORD, -1);
    g_autoptr(GError) error = NULL;
    g_autoptr(PbSmtpSession) session =
        pb_smtp_session_open(account, secret, &flow, queue, NULL, NULL, &error);
    if (session == NULL || !pb_smtp_session_run(session, &flow, queue, NULL, &error)) {
        fprintf(stderr, "bench: %s\n", error->message);
        return 0;
    }
    return pb_smtp_session_facts(session)->round_trips;
}

static gboolean measure(PbSandbox *sandbox, const char *file, gboolean starttls, guint messages,
                        guint recipients, guint limit) {
    PbSandboxCounts before, after;
    Queue queue = {.file = file, .messages = messages, .recipients = recipients};
    g_autoptr(PbAccount) account = account_for(sandbox, starttls);
    pb_sandbox_counts(sandbox, &before);
    guint client = submit(account, &queue);
    pb_sandbox_counts(sandbox, &after);
    guint64 server = after.flights - before.flights;
    gboolean good =
        client > 0 && client <= limit && server <= limit && queue.accepted == messages * recipients;
    printf("%-9s %3u messages x %2u recipients: client %3u, sandbox %3" G_GUINT64_FORMAT
           ", at most %3u  %s\n",
           starttls ? "STARTTLS" : "TLS", messages, recipients, client, server, limit,
           good ? "ok" : "TOO MANY");
    return good;
}

static void remove_all(const char *path) {
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_all(child);
    }
    (void) g_remove(path);
}

static gboolean run(const char *folder) {
    g_autofree char *file = g_build_filename(folder, "message", NULL);
    g_autofree char *sandbox_folder = g_build_filename(folder, "sandbox", NULL);
    g_autoptr(GError) error = NULL;
    if (!g_file_set_contents(file, TEXT, -1, &error)) {
        fprintf(stderr, "bench: %s\n", error->message);
        return FALSE;
    }
    g_autoptr(PbSandbox) sandbox =
        pb_sandbox_start(&(PbSandboxOptions){.folder = sandbox_folder}, &error);
    if (sandbox == NULL) {
        fprintf(stderr, "bench: %s\n", error->message);
        return FALSE;
    }
    gboolean good = measure(sandbox, file, FALSE, 1, 1, 7);
    good = measure(sandbox, file, FALSE, 1, 20, 7) && good;
    good = measure(sandbox, file, FALSE, 50, 1, 57) && good;
    /* STARTTLS costs a second EHLO and the command itself. */
    good = measure(sandbox, file, TRUE, 1, 1, 9) && good;
    return good;
}

int main(void) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("pb-bench-XXXXXX", &error);
    if (folder == NULL) {
        fprintf(stderr, "bench: %s\n", error->message);
        return 1;
    }
    gboolean good = run(folder);
    remove_all(folder);
    return good ? 0 : 1;
}
