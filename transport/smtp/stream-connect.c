#include "transport/smtp/stream-connect.h"

#include "accounts/pb-error.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>

static gboolean is_name_error(const GError *cause) {
    return cause->domain == G_RESOLVER_ERROR ||
           g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND);
}

static void set_connect_error(const GError *cause, const char *host, guint16 port, GError **error) {
    if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_set_error_literal(error, PB_ERROR, PB_ERROR_CANCELLED, _("cancelled"));
    else if (g_error_matches(cause, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE))
        g_set_error(error, PB_ERROR, PB_ERROR_UNAVAILABLE,
                    _("cannot look up “%s” now; is the network up?"), host);
    else if (is_name_error(cause))
        g_set_error(error, PB_ERROR, PB_ERROR_UNAVAILABLE,
                    _("there is no server named “%s”; check its spelling, and the network"), host);
    else if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
        g_set_error(error, PB_ERROR, PB_ERROR_UNAVAILABLE,
                    _("“%s” takes no connections on port %u; check the port"), host, port);
    else if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        g_set_error(error, PB_ERROR, PB_ERROR_UNAVAILABLE,
                    _("“%s” does not answer on port %u; a firewall may be in the way"), host, port);
    else
        g_set_error(error, PB_ERROR, PB_ERROR_UNAVAILABLE, _("cannot connect to “%s” port %u: %s"),
                    host, port, cause->message);
}

int pb_stream_connect_socket(const char *host, guint16 port, guint seconds,
                             GCancellable *cancellable, GError **error) {
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_socket_client_set_enable_proxy(client, FALSE);
    g_socket_client_set_timeout(client, seconds);
    g_autoptr(GSocketConnectable) target = g_network_address_new(host, port);
    g_autoptr(GError) cause = NULL;
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect(client, target, cancellable, &cause);
    if (connection == NULL) {
        set_connect_error(cause, host, port, error);
        return -1;
    }
    /* The connection closes its own descriptor when it goes; ours stays. */
    GSocket *socket = g_socket_connection_get_socket(connection);
    int fd = fcntl(g_socket_get_fd(socket), F_DUPFD_CLOEXEC, 3);
    if (fd < 0)
        g_set_error(error, PB_ERROR, PB_ERROR_UNAVAILABLE, _("cannot connect to “%s” port %u: %s"),
                    host, port, g_strerror(errno));
    return fd;
}
