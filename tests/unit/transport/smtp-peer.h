/* The other side of a session test: a thread on a loopback port that plays one script.
 *
 * A script is text, one act a line:
 *   S: TEXT    sends TEXT and CRLF        B: TEXT  sends TEXT alone, "\n" in it as CRLF
 *   C: TEXT    takes a line that begins with TEXT
 *   M          takes lines up to the final dot
 *   L N        sends N times "x"          D        drips "2" until the client is gone
 *   W          waits until the client is gone
 * and then it hangs up. What was taken is in peer_finish().
 */
#pragma once

#include <gio/gio.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    GSocket *listener;
    guint16 port;
    const char *script;
    GThread *thread;
    GString *taken; /* lines of the client; a wrong one behind "expected" */
} Peer;

static inline gboolean peer_take(FILE *in, GString *taken, const char *expected) {
    char line[8192];
    if (fgets(line, sizeof line, in) == NULL) {
        g_string_append(taken, "EOF\n");
        return FALSE;
    }
    g_strchomp(line);
    gboolean fits = g_str_has_prefix(line, expected);
    if (!fits)
        g_string_append_printf(taken, "expected “%s” got ", expected);
    g_string_append_printf(taken, "%s\n", line);
    return fits;
}

static inline gboolean peer_take_message(FILE *in, GString *taken) {
    char line[8192];
    while (fgets(line, sizeof line, in) != NULL) {
        g_string_append_printf(taken, "| %s", line);
        if (strcmp(line, ".\r\n") == 0)
            return TRUE;
    }
    g_string_append(taken, "EOF\n");
    return FALSE;
}

static inline gboolean peer_send(int fd, const char *bytes, gsize length) {
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return FALSE;
        bytes += sent;
        length -= (gsize) sent;
    }
    return TRUE;
}

static inline void peer_wait(FILE *in, GString *taken) {
    char line[8192];
    while (fgets(line, sizeof line, in) != NULL)
        g_string_append_printf(taken, "+ %s", line);
}

static inline void peer_drip(int fd) {
    while (peer_send(fd, "2", 1))
        g_usleep(20000);
}

static inline gboolean peer_act(int fd, FILE *in, GString *taken, const char *act) {
    const char *text = strlen(act) > 3 ? act + 3 : "";
    g_autofree char *line = NULL;
    switch (act[0]) {
    case 'S':
        line = g_strconcat(text, "\r\n", NULL);
        return peer_send(fd, line, strlen(line));
    case 'B': {
        g_auto(GStrv) parts = g_strsplit(text, "\\n", -1);
        line = g_strjoinv("\r\n", parts);
        return peer_send(fd, line, strlen(line));
    }
    case 'C':
        return peer_take(in, taken, text);
    case 'M':
        return peer_take_message(in, taken);
    case 'L':
        line = g_strnfill(strtoul(act + 2, NULL, 10), 'x');
        return peer_send(fd, line, strlen(line));
    case 'D':
        peer_drip(fd);
        return FALSE;
    default:
        peer_wait(in, taken);
        return FALSE;
    }
}

static inline gpointer peer_main(gpointer data) {
    Peer *peer = data;
    g_autoptr(GSocket) socket = g_socket_accept(peer->listener, NULL, NULL);
    g_assert(socket != NULL);
    /* GSocket only plays blocking; stdio needs the real thing. */
    int fd = g_socket_get_fd(socket);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    FILE *in = fdopen(dup(fd), "r");
    g_auto(GStrv) acts = g_strsplit(peer->script, "\n", -1);
    for (guint i = 0; acts[i] != NULL; i++)
        if (*acts[i] != '\0' && !peer_act(fd, in, peer->taken, acts[i]))
            break;
    fclose(in);
    return NULL;
}

static inline Peer *peer_start(const char *script) {
    Peer *peer = g_new0(Peer, 1);
    peer->script = script;
    peer->taken = g_string_new(NULL);
    peer->listener =
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string("127.0.0.1", 0);
    g_assert(g_socket_bind(peer->listener, any, TRUE, NULL));
    g_assert(g_socket_listen(peer->listener, NULL));
    g_autoptr(GSocketAddress) bound = g_socket_get_local_address(peer->listener, NULL);
    peer->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
    peer->thread = g_thread_new("peer", peer_main, peer);
    return peer;
}

/* Joins; what the client said. */
static inline char *peer_finish(Peer *peer) {
    g_thread_join(peer->thread);
    g_object_unref(peer->listener);
    char *taken = g_string_free(peer->taken, FALSE);
    g_free(peer);
    return taken;
}
