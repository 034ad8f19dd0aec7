#include "accounts/pb-error.h"
#include "accounts/pb-file.h"
#include "transport/sandbox/sandbox-private.h"
#include "transport/sandbox/sandbox-session.h"
#include "transport/sandbox/sandbox-tls.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* More than any test or person needs, and a bound on threads. */
#define CONNECTIONS_MAX 100
/* How long a report waits: see pb_sandbox_report_later(). */
#define REPORT_DELAY_MICROSECONDS G_USEC_PER_SEC

enum { PORT_TLS, PORT_STARTTLS };

typedef struct {
    PbSandbox *sandbox;
    GSocket *socket;
    gboolean implicit_tls;
    GThread *thread;
    gint finished; /* atomic */
} Connection;

typedef struct {
    gint64 due; /* monotonic */
    char *text; /* NULL: the reporter ends */
} MailBack;

void pb_sandbox_tally_add(PbSandboxTally *tally, guint64 *field, guint64 n) {
    g_mutex_lock(&tally->lock);
    *field += n;
    g_mutex_unlock(&tally->lock);
}

/* --- reports ---------------------------------------------------------------------------------- */

static void mail_back_free(gpointer data) {
    MailBack *mail = data;
    g_free(mail->text);
    g_free(mail);
}

static void mail_back_push(PbSandbox *sandbox, char *text) {
    MailBack *mail = g_new0(MailBack, 1);
    mail->due = g_get_monotonic_time() + REPORT_DELAY_MICROSECONDS;
    mail->text = text;
    g_async_queue_push(sandbox->mail_back, mail);
}

void pb_sandbox_report_later(PbSandbox *sandbox, char *text) {
    mail_back_push(sandbox, text);
}

static void wait_until(GCancellable *stop, gint64 due) {
    GPollFD fd;
    gint64 left = due - g_get_monotonic_time();
    if (left <= 0 || !g_cancellable_make_pollfd(stop, &fd))
        return;
    (void) g_poll(&fd, 1, (gint) (left / 1000 + 1));
    g_cancellable_release_fd(stop);
}

/* Reports that are still waiting when the sandbox stops are written at once: what was promised
 * comes. */
static gpointer report(gpointer data) {
    PbSandbox *sandbox = data;
    for (;;) {
        MailBack *mail = g_async_queue_pop(sandbox->mail_back);
        gboolean last = mail->text == NULL;
        if (!last) {
            wait_until(sandbox->stop, mail->due);
            g_autoptr(PbSandboxDelivery) delivery = pb_sandbox_delivery_new(sandbox->reports, NULL);
            if (delivery == NULL ||
                !pb_sandbox_delivery_write(delivery, mail->text, strlen(mail->text), NULL) ||
                !pb_sandbox_delivery_commit(delivery, NULL))
                g_debug("sandbox: a report could not be written");
        }
        mail_back_free(mail);
        if (last)
            return NULL;
    }
}

/* --- connections ------------------------------------------------------------------------------ */

static gpointer serve(gpointer data) {
    Connection *connection = data;
    pb_sandbox_session_serve(connection->sandbox, connection->socket, connection->implicit_tls);
    g_atomic_int_set(&connection->finished, 1);
    return NULL;
}

static void connection_free(gpointer data) {
    Connection *connection = data;
    if (connection->thread != NULL)
        g_thread_join(connection->thread);
    g_object_unref(connection->socket);
    g_free(connection);
}

/* With the lock held. */
static void reap(PbSandbox *sandbox) {
    for (guint i = sandbox->connections->len; i > 0; i--) {
        Connection *connection = g_ptr_array_index(sandbox->connections, i - 1);
        if (g_atomic_int_get(&connection->finished))
            g_ptr_array_remove_index_fast(sandbox->connections, i - 1);
    }
}

static void take_connection(PbSandbox *sandbox, GSocket *socket, gboolean implicit_tls) {
    g_mutex_lock(&sandbox->lock);
    reap(sandbox);
    if (sandbox->connections->len < CONNECTIONS_MAX) {
        Connection *connection = g_new0(Connection, 1);
        connection->sandbox = sandbox;
        connection->socket = g_object_ref(socket);
        connection->implicit_tls = implicit_tls;
        g_ptr_array_add(sandbox->connections, connection);
        connection->thread = g_thread_new("sandbox", serve, connection);
    }
    g_mutex_unlock(&sandbox->lock);
}

static void accept_all(PbSandbox *sandbox, guint which) {
    while (!g_cancellable_is_cancelled(sandbox->stop)) {
        g_autoptr(GSocket) socket = g_socket_accept(sandbox->listeners[which], sandbox->stop, NULL);
        if (socket != NULL)
            take_connection(sandbox, socket, which == PORT_TLS);
        else /* out of descriptors: not a reason to spin */
            wait_until(sandbox->stop, g_get_monotonic_time() + G_USEC_PER_SEC / 10);
    }
}

static gpointer accept_tls(gpointer data) {
    accept_all(data, PORT_TLS);
    return NULL;
}

static gpointer accept_starttls(gpointer data) {
    accept_all(data, PORT_STARTTLS);
    return NULL;
}

/* --- lifetime --------------------------------------------------------------------------------- */

static gboolean cannot_listen(guint16 port, const GError *why, GError **error) {
    g_set_error(error, PB_ERROR, PB_ERROR_UNAVAILABLE,
                _("the sandbox cannot listen on port %u of this computer: %s"), port, why->message);
    return FALSE;
}

/* Loopback only: what is taken here must never come from elsewhere. */
static gboolean listen_on(PbSandbox *sandbox, guint which, guint16 port, GError **error) {
    g_autoptr(GError) why = NULL;
    g_autoptr(GSocket) socket =
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &why);
    if (socket == NULL)
        return cannot_listen(port, why, error);
    g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new(loopback, port);
    if (!g_socket_bind(socket, address, TRUE, &why) || !g_socket_listen(socket, &why))
        return cannot_listen(port, why, error);
    g_autoptr(GSocketAddress) local = g_socket_get_local_address(socket, &why);
    if (local == NULL)
        return cannot_listen(port, why, error);
    sandbox->ports[which] = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(local));
    sandbox->listeners[which] = g_steal_pointer(&socket);
    return TRUE;
}

static gboolean prepare(PbSandbox *sandbox, const PbSandboxOptions *options, GError **error) {
    g_autofree char *inbox = g_build_filename(options->folder, "Maildir", NULL);
    g_autofree char *reports = g_build_filename(options->folder, "reports", NULL);
    if (options->script_file != NULL) {
        pb_sandbox_script_free(sandbox->script);
        sandbox->script = pb_sandbox_script_load(options->script_file, error);
        if (sandbox->script == NULL)
            return FALSE;
    }
    return pb_file_private_folder(options->folder, error) &&
           (sandbox->inbox = pb_sandbox_maildir_new(inbox, error)) != NULL &&
           (sandbox->reports = pb_sandbox_maildir_new(reports, error)) != NULL &&
           pb_sandbox_tls_prepare(options->folder, &sandbox->credentials, error) &&
           listen_on(sandbox, PORT_TLS, options->port, error) &&
           listen_on(sandbox, PORT_STARTTLS, options->starttls_port, error);
}

PbSandbox *pb_sandbox_start(const PbSandboxOptions *options, GError **error) {
    g_autoptr(PbSandbox) sandbox = g_new0(PbSandbox, 1);
    g_mutex_init(&sandbox->tally.lock);
    g_mutex_init(&sandbox->lock);
    sandbox->folder = g_strdup(options->folder);
    sandbox->ca_file = pb_sandbox_tls_ca_file(options->folder);
    sandbox->stop = g_cancellable_new();
    sandbox->script = pb_sandbox_script_new();
    sandbox->connections = g_ptr_array_new_with_free_func(connection_free);
    sandbox->mail_back = g_async_queue_new_full(mail_back_free);
    if (!prepare(sandbox, options, error))
        return NULL;
    sandbox->reporter = g_thread_new("sandbox-mail", report, sandbox);
    sandbox->acceptors[PORT_TLS] = g_thread_new("sandbox-tls", accept_tls, sandbox);
    sandbox->acceptors[PORT_STARTTLS] = g_thread_new("sandbox-start", accept_starttls, sandbox);
    return g_steal_pointer(&sandbox);
}

static void stop_threads(PbSandbox *sandbox) {
    g_cancellable_cancel(sandbox->stop);
    for (guint i = 0; i < G_N_ELEMENTS(sandbox->acceptors); i++) {
        if (sandbox->acceptors[i] != NULL)
            g_thread_join(sandbox->acceptors[i]);
    }
    /* Joins each; nobody adds any more. */
    g_ptr_array_unref(sandbox->connections);
    if (sandbox->reporter != NULL) {
        mail_back_push(sandbox, NULL);
        g_thread_join(sandbox->reporter);
    }
}

void pb_sandbox_stop(PbSandbox *sandbox) {
    if (sandbox == NULL)
        return;
    stop_threads(sandbox);
    for (guint i = 0; i < G_N_ELEMENTS(sandbox->listeners); i++)
        g_clear_object(&sandbox->listeners[i]);
    if (sandbox->credentials != NULL)
        gnutls_certificate_free_credentials(sandbox->credentials);
    pb_sandbox_maildir_free(sandbox->inbox);
    pb_sandbox_maildir_free(sandbox->reports);
    pb_sandbox_script_free(sandbox->script);
    g_async_queue_unref(sandbox->mail_back);
    g_object_unref(sandbox->stop);
    g_mutex_clear(&sandbox->tally.lock);
    g_mutex_clear(&sandbox->lock);
    g_free(sandbox->folder);
    g_free(sandbox->ca_file);
    g_free(sandbox);
}

guint16 pb_sandbox_port(PbSandbox *sandbox) {
    return sandbox->ports[PORT_TLS];
}

guint16 pb_sandbox_starttls_port(PbSandbox *sandbox) {
    return sandbox->ports[PORT_STARTTLS];
}

const char *pb_sandbox_ca_file(PbSandbox *sandbox) {
    return sandbox->ca_file;
}

const char *pb_sandbox_maildir(PbSandbox *sandbox) {
    return pb_sandbox_maildir_folder(sandbox->inbox);
}

const char *pb_sandbox_reports(PbSandbox *sandbox) {
    return pb_sandbox_maildir_folder(sandbox->reports);
}

void pb_sandbox_counts(PbSandbox *sandbox, PbSandboxCounts *counts_out) {
    g_mutex_lock(&sandbox->tally.lock);
    *counts_out = sandbox->tally.counts;
    g_mutex_unlock(&sandbox->tally.lock);
}
