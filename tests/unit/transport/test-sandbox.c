#include "accounts/pb-error.h"
#include "transport/sandbox/sandbox.h"

#include <criterion/criterion.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <gsasl.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A client of a few lines, of its own on purpose: it must not share faults with the real one. */
typedef struct {
    GSocketConnection *connection;
    int fd;
    gnutls_session_t tls;
    gnutls_certificate_credentials_t credentials;
    GString *in;
} Client;

static char *folder;

static void setup(void) {
    folder = g_dir_make_tmp("pb-sandbox-XXXXXX", NULL);
    cr_assert_not_null(folder);
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

static void teardown(void) {
    remove_all(folder);
    g_free(folder);
}

TestSuite(sandbox, .init = setup, .fini = teardown, .timeout = 60);

static PbSandbox *start(const char *script) {
    g_autofree char *path = NULL;
    if (script != NULL) {
        path = g_build_filename(folder, "script", NULL);
        cr_assert(g_file_set_contents(path, script, -1, NULL));
    }
    g_autoptr(GError) error = NULL;
    PbSandbox *sandbox =
        pb_sandbox_start(&(PbSandboxOptions){.folder = folder, .script_file = path}, &error);
    cr_assert_not_null(sandbox, "%s", error != NULL ? error->message : "");
    return sandbox;
}

static void dial(Client *client, guint16 port) {
    g_autoptr(GSocketClient) dialler = g_socket_client_new();
    *client = (Client){.in = g_string_new(NULL)};
    client->connection = g_socket_client_connect_to_host(dialler, "127.0.0.1", port, NULL, NULL);
    cr_assert_not_null(client->connection);
    GSocket *socket = g_socket_connection_get_socket(client->connection);
    g_socket_set_blocking(socket, TRUE);
    client->fd = dup(g_socket_get_fd(socket));
    (void) fcntl(client->fd, F_SETFL, 0);
}

static void secure(Client *client, PbSandbox *sandbox, const char *host) {
    gnutls_certificate_allocate_credentials(&client->credentials);
    cr_assert_gt(gnutls_certificate_set_x509_trust_file(
                     client->credentials, pb_sandbox_ca_file(sandbox), GNUTLS_X509_FMT_PEM),
                 0);
    gnutls_init(&client->tls, GNUTLS_CLIENT);
    gnutls_set_default_priority(client->tls);
    gnutls_credentials_set(client->tls, GNUTLS_CRD_CERTIFICATE, client->credentials);
    gnutls_session_set_verify_cert(client->tls, host, 0);
    gnutls_transport_set_int(client->tls, client->fd);
    int result;
    while ((result = gnutls_handshake(client->tls)) < 0 && !gnutls_error_is_fatal(result))
        continue;
    cr_assert_eq(result, GNUTLS_E_SUCCESS, "%s", gnutls_strerror(result));
}

static void say(Client *client, const char *text) {
    gsize length = strlen(text);
    gssize sent = client->tls != NULL ? gnutls_record_send(client->tls, text, length)
                                      : write(client->fd, text, length);
    cr_assert_eq(sent, (gssize) length);
}

/* One reply, all its lines; NULL at the end of the connection. */
static char *hear(Client *client) {
    g_autoptr(GString) reply = g_string_new(NULL);
    for (;;) {
        char *newline = strchr(client->in->str, '\n');
        if (newline != NULL) {
            gsize length = (gsize) (newline + 1 - client->in->str);
            gboolean last = length < 4 || client->in->str[3] != '-';
            g_string_append_len(reply, client->in->str, (gssize) length);
            g_string_erase(client->in, 0, (gssize) length);
            if (last)
                return g_string_free(g_steal_pointer(&reply), FALSE);
            continue;
        }
        char bytes[4096];
        gssize got = client->tls != NULL ? gnutls_record_recv(client->tls, bytes, sizeof bytes)
                                         : read(client->fd, bytes, sizeof bytes);
        if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED)
            continue;
        if (got <= 0)
            return NULL;
        g_string_append_len(client->in, bytes, got);
    }
}

static void expect(Client *client, const char *start_of_reply) {
    g_autofree char *reply = hear(client);
    cr_assert_not_null(reply, "connection ended, expected %s", start_of_reply);
    cr_assert(g_str_has_prefix(reply, start_of_reply), "%s, expected %s", reply, start_of_reply);
}

static void expect_end(Client *client) {
    g_autofree char *reply = hear(client);
    cr_assert_null(reply, "%s", reply);
}

static void hang_up(Client *client) {
    if (client->tls != NULL)
        gnutls_deinit(client->tls);
    if (client->credentials != NULL)
        gnutls_certificate_free_credentials(client->credentials);
    (void) close(client->fd);
    g_object_unref(client->connection);
    g_string_free(client->in, TRUE);
}

/* "\0you@sandbox.test\0sandbox" */
#define PLAIN "AGFAYi5leGFtcGxlAHNhbmRib3g="

static void sign_in(Client *client, PbSandbox *sandbox) {
    dial(client, pb_sandbox_port(sandbox));
    secure(client, sandbox, "localhost");
    expect(client, "220 ");
    say(client, "EHLO client.example\r\n");
    expect(client, "250-");
    say(client, "AUTH PLAIN " PLAIN "\r\n");
    expect(client, "235 ");
}

static void send_message(Client *client, const char *rcpt, const char *text) {
    g_autofree char *all =
        g_strdup_printf("MAIL FROM:<a@b.example> ENVID=e+2B1\r\nRCPT TO:%s\r\nDATA\r\n", rcpt);
    say(client, all);
    expect(client, "250 2.1.0");
    expect(client, "250 2.1.5");
    expect(client, "354 ");
    say(client, text);
}

static guint count_files(const char *maildir) {
    g_autofree char *path = g_build_filename(maildir, "new", NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint count = 0;
    while (g_dir_read_name(dir) != NULL)
        count++;
    return count;
}

static char *only_file(const char *maildir) {
    g_autofree char *path = g_build_filename(maildir, "new", NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name = g_dir_read_name(dir);
    cr_assert_not_null(name);
    g_autofree char *file = g_build_filename(path, name, NULL);
    char *text = NULL;
    cr_assert(g_file_get_contents(file, &text, NULL, NULL));
    return text;
}

Test(sandbox, takes_a_message_and_keeps_its_very_bytes) {
    g_autoptr(PbSandbox) sandbox = start(NULL);
    Client client;
    sign_in(&client, sandbox);
    send_message(&client, "<cy@example.org>",
                 "Subject: x\r\n\r\n..dot\r\nlong\r\n\xc3\xa4\r\n.\r\n");
    expect(&client, "250 2.0.0 Ok: queued as ");
    g_autofree char *text = only_file(pb_sandbox_maildir(sandbox));
    cr_assert_str_eq(text, "Return-Path: <a@b.example>\r\nDelivered-To: cy@example.org\r\n"
                           "Subject: x\r\n\r\n.dot\r\nlong\r\n\xc3\xa4\r\n");
    say(&client, "QUIT\r\n");
    expect(&client, "221 ");
    expect_end(&client);
    hang_up(&client);
}

Test(sandbox, counts_seven_flights_for_a_message_with_data) {
    g_autoptr(PbSandbox) sandbox = start(NULL);
    Client client;
    sign_in(&client, sandbox);
    send_message(&client, "<cy@example.org>", "x: y\r\n\r\nz\r\n.\r\n");
    expect(&client, "250 2.0.0");
    say(&client, "QUIT\r\n");
    expect(&client, "221 ");
    expect_end(&client);
    PbSandboxCounts counts;
    pb_sandbox_counts(sandbox, &counts);
    cr_assert_eq(counts.flights, 7, "%" G_GUINT64_FORMAT, counts.flights);
    cr_assert_eq(counts.connections, 1);
    cr_assert_eq(counts.deliveries, 1);
    cr_assert_eq(counts.commands, 6);
    hang_up(&client);
}

Test(sandbox, offers_sign_in_only_after_starttls) {
    g_autoptr(PbSandbox) sandbox = start(NULL);
    Client client;
    dial(&client, pb_sandbox_starttls_port(sandbox));
    expect(&client, "220 ");
    say(&client, "EHLO client.example\r\n");
    g_autofree char *clear = hear(&client);
    cr_assert_not_null(strstr(clear, "STARTTLS"));
    cr_assert_null(strstr(clear, "AUTH"));
    say(&client, "AUTH PLAIN " PLAIN "\r\n");
    expect(&client, "538 5.7.11");
    say(&client, "MAIL FROM:<a@b.example>\r\n");
    expect(&client, "530 5.7.0");
    /* What is pipelined behind STARTTLS must not be believed. */
    say(&client, "STARTTLS\r\nMAIL FROM:<evil@b.example>\r\n");
    expect(&client, "220 ");
    secure(&client, sandbox, "sandbox.test");
    say(&client, "EHLO client.example\r\n");
    g_autofree char *secured = hear(&client);
    cr_assert_null(strstr(secured, "STARTTLS"));
    cr_assert_not_null(strstr(secured, "AUTH PLAIN LOGIN SCRAM-SHA-256"));
    hang_up(&client);
}

static const char *sasl(Client *client, const char *mechanism, const char *password) {
    static char last[1024];
    Gsasl *context = NULL;
    Gsasl_session *session = NULL;
    cr_assert_eq(gsasl_init(&context), GSASL_OK);
    cr_assert_eq(gsasl_client_start(context, mechanism, &session), GSASL_OK);
    gsasl_property_set(session, GSASL_AUTHID, "anna");
    gsasl_property_set(session, GSASL_PASSWORD, password);
    g_autofree char *command = g_strdup_printf("AUTH %s\r\n", mechanism);
    say(client, command);
    for (;;) {
        g_autofree char *reply = hear(client);
        cr_assert_not_null(reply);
        g_strlcpy(last, reply, sizeof last);
        if (!g_str_has_prefix(reply, "334 "))
            break;
        char *answer = NULL;
        g_strchomp(reply);
        int result = gsasl_step64(session, reply + 4, &answer);
        cr_assert(result == GSASL_OK || result == GSASL_NEEDS_MORE, "%s", gsasl_strerror(result));
        g_autofree char *line = g_strdup_printf("%s\r\n", answer != NULL ? answer : "");
        gsasl_free(answer);
        say(client, line);
    }
    gsasl_finish(session);
    gsasl_done(context);
    return last;
}

Test(sandbox, knows_three_ways_to_sign_in_and_one_password) {
    static const char *const mechanisms[] = {"PLAIN", "LOGIN", "SCRAM-SHA-256"};
    g_autoptr(PbSandbox) sandbox = start(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(mechanisms); i++) {
        Client client;
        dial(&client, pb_sandbox_port(sandbox));
        secure(&client, sandbox, "127.0.0.1");
        expect(&client, "220 ");
        say(&client, "EHLO client.example\r\n");
        expect(&client, "250-");
        const char *refused = sasl(&client, mechanisms[i], "wrong");
        cr_assert(g_str_has_prefix(refused, "535 5.7.8"), "%s: %s", mechanisms[i], refused);
        const char *good = sasl(&client, mechanisms[i], "sandbox");
        cr_assert(g_str_has_prefix(good, "235 "), "%s: %s", mechanisms[i], good);
        hang_up(&client);
    }
}

Test(sandbox, refuses_one_recipient_and_takes_the_others) {
    g_autoptr(PbSandbox) sandbox = start(NULL);
    Client client;
    sign_in(&client, sandbox);
    say(&client, "MAIL FROM:<a@b.example>\r\nRCPT TO:<refuse@x.example>\r\n"
                 "RCPT TO:<Refuse+tag@x.example>\r\nRCPT TO:<bo@x.example>\r\nDATA\r\n");
    expect(&client, "250 2.1.0");
    expect(&client, "550 5.1.1");
    expect(&client, "550 5.1.1");
    expect(&client, "250 2.1.5");
    expect(&client, "354 ");
    say(&client, "\r\n.\r\n");
    expect(&client, "250 2.0.0");
    hang_up(&client);
}

Test(sandbox, takes_full_and_later_at_the_second_try_of_another_sandbox) {
    static const char *const lines[][2] = {{"RCPT TO:<full@x.example>\r\n", "452 4.2.2"},
                                           {"RCPT TO:<later@x.example>\r\n", "451 4.7.1"}};
    for (guint try = 0; try < 2; try++) {
        g_autoptr(PbSandbox) sandbox = start(NULL);
        Client client;
        sign_in(&client, sandbox);
        say(&client, "MAIL FROM:<a@b.example> ENVID=one\r\n");
        expect(&client, "250 ");
        for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
            say(&client, lines[i][0]);
            expect(&client, try == 0 ? lines[i][1] : "250 2.1.5");
        }
        /* Another message starts anew. */
        say(&client, "RSET\r\nMAIL FROM:<a@b.example> ENVID=two\r\nRCPT TO:<full@x.example>\r\n");
        expect(&client, "250 ");
        expect(&client, "250 ");
        expect(&client, try == 0 ? "452 4.2.2" : "250 2.1.5");
        hang_up(&client);
    }
}

Test(sandbox, silent_takes_the_text_and_breaks_off) {
    g_autoptr(PbSandbox) sandbox = start(NULL);
    Client client;
    sign_in(&client, sandbox);
    send_message(&client, "<silent@x.example>", "x: y\r\n\r\nz\r\n.\r\n");
    expect_end(&client);
    cr_assert_eq(count_files(pb_sandbox_maildir(sandbox)), 1);
    hang_up(&client);
}

Test(sandbox, slow_is_cut_short_by_stop) {
    PbSandbox *sandbox = start(NULL);
    Client client;
    sign_in(&client, sandbox);
    send_message(&client, "<slow@x.example>", "x: y\r\n\r\nz\r\n.\r\n");
    gint64 before = g_get_monotonic_time();
    pb_sandbox_stop(sandbox);
    cr_assert_lt(g_get_monotonic_time() - before, 10 * G_USEC_PER_SEC);
    hang_up(&client);
}

Test(sandbox, bounce_sends_a_report_that_names_message_and_envelope) {
    PbSandbox *sandbox = start(NULL);
    g_autofree char *reports = g_strdup(pb_sandbox_reports(sandbox));
    Client client;
    sign_in(&client, sandbox);
    send_message(&client, "<bounce@x.example> NOTIFY=FAILURE,DELAY",
                 "Message-ID: <m1@b.example>\r\nSubject: x\r\n\r\nz\r\n.\r\n");
    expect(&client, "250 2.0.0");
    hang_up(&client);
    pb_sandbox_stop(sandbox);
    cr_assert_eq(count_files(reports), 1);
    g_autofree char *text = only_file(reports);
    cr_assert_not_null(strstr(text, "report-type=delivery-status"));
    cr_assert_not_null(strstr(text, "\r\nOriginal-Envelope-Id: e+1\r\n"));
    cr_assert_not_null(strstr(text, "\r\nFinal-Recipient: rfc822; bounce@x.example\r\n"));
    cr_assert_not_null(strstr(text, "\r\nStatus: 5.1.1\r\n"));
    cr_assert_not_null(strstr(text, "\r\nMessage-ID: <m1@b.example>\r\n"));
}

static guint reports_for(const char *rcpt) {
    PbSandbox *sandbox = start(NULL);
    g_autofree char *reports = g_strdup(pb_sandbox_reports(sandbox));
    guint before = count_files(reports);
    Client client;
    sign_in(&client, sandbox);
    send_message(&client, rcpt, "Message-ID: <m1@b.example>\r\n\r\nz\r\n.\r\n");
    expect(&client, "250 2.0.0");
    hang_up(&client);
    pb_sandbox_stop(sandbox);
    return count_files(reports) - before;
}

Test(sandbox, reports_follow_what_notify_asks) {
    cr_assert_eq(reports_for("<cy@x.example>"), 0);
    cr_assert_eq(reports_for("<cy@x.example> NOTIFY=SUCCESS"), 1);
    cr_assert_eq(reports_for("<bounce@x.example> NOTIFY=NEVER"), 0);
    cr_assert_eq(reports_for("<bounce@x.example>"), 1);
    cr_assert_eq(reports_for("<read@x.example>"), 2);
}

Test(sandbox, keeps_its_authority_and_files_private) {
    g_autofree char *first = NULL, *second = NULL;
    PbSandbox *sandbox = start(NULL);
    cr_assert(g_file_get_contents(pb_sandbox_ca_file(sandbox), &first, NULL, NULL));
    pb_sandbox_stop(sandbox);
    sandbox = start(NULL);
    cr_assert(g_file_get_contents(pb_sandbox_ca_file(sandbox), &second, NULL, NULL));
    pb_sandbox_stop(sandbox);
    cr_assert_str_eq(first, second);
    static const char *const files[] = {"ca.pem", "ca-key.pem", "server.pem"};
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i], NULL);
        GStatBuf info;
        cr_assert_eq(g_stat(path, &info), 0);
        cr_assert_eq(info.st_mode & 0777, 0600, "%s", files[i]);
    }
    /* A damaged authority is made anew, and the server certificate with it. */
    g_autofree char *ca = g_build_filename(folder, "ca.pem", NULL);
    cr_assert(g_file_set_contents(ca, "damaged", -1, NULL));
    sandbox = start(NULL);
    Client client;
    sign_in(&client, sandbox);
    hang_up(&client);
    pb_sandbox_stop(sandbox);
}

Test(sandbox, a_taken_port_is_an_error_that_names_it) {
    g_autoptr(PbSandbox) sandbox = start(NULL);
    g_autoptr(GError) error = NULL;
    PbSandboxOptions options = {.folder = folder, .port = pb_sandbox_port(sandbox)};
    cr_assert_null(pb_sandbox_start(&options, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_UNAVAILABLE));
    g_autofree char *number = g_strdup_printf("%u", options.port);
    cr_assert_not_null(strstr(error->message, number));
}

Test(sandbox, hostile_lines_are_refused_and_the_session_ends_in_time) {
    g_autoptr(PbSandbox) sandbox = start(NULL);
    Client client;
    sign_in(&client, sandbox);
    g_autofree char *filler = g_strnfill(9000, 'x');
    g_autofree char *longest = g_strconcat(filler, "\r\n", NULL);
    say(&client, longest);
    expect(&client, "500 5.5.6");
    say(&client, "NOOP\n");
    expect(&client, "500 5.5.2");
    static const char *const bad[] = {"MAIL FROM:a@b\r\n",
                                      "MAIL FROM:<a@b\r\n",
                                      "MAIL FROM:<a@b.example> SIZE=99999999999\r\n",
                                      "MAIL FROM:<a@b.example> ENVID=+0\r\n",
                                      "MAIL FROM:<\xc3\xa4@b.example>\r\n",
                                      "RCPT TO:<a@b>\r\n",
                                      "DATA\r\n",
                                      "BDAT 1 LAST\r\n"};
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        say(&client, bad[i]);
        expect(&client, "5");
    }
    for (guint i = 10; i < 50; i++) {
        say(&client, "WHAT\r\n");
        expect(&client, "500");
    }
    expect(&client, "421 ");
    expect_end(&client);
    hang_up(&client);
}

Test(sandbox, a_bare_line_feed_does_not_end_the_text) {
    g_autoptr(PbSandbox) sandbox = start(NULL);
    Client client;
    sign_in(&client, sandbox);
    send_message(&client, "<cy@x.example>",
                 "x: y\r\n\r\nz\n.\nMAIL FROM:<evil@b.example>\r\n\n.\r\n.\r\n");
    expect(&client, "250 2.0.0");
    cr_assert_eq(count_files(pb_sandbox_maildir(sandbox)), 1);
    hang_up(&client);
}

Test(sandbox, a_script_plays_another_dialogue) {
    g_autoptr(PbSandbox) sandbox = start("greeting 220 hello there\n"
                                         "without DSN\n"
                                         "offer LIMITS RCPTMAX=5\n"
                                         "on RCPT cy@* reply 550 5.1.1 no\n"
                                         "on RCPT bo@* once reply 450 4.2.0 wait\n"
                                         "on NOOP raw \"250-a\\r\\n250 b\\r\\n\"\n"
                                         "on END reply 554 5.7.1 spam\n"
                                         "on VRFY drop\n");
    Client client;
    dial(&client, pb_sandbox_port(sandbox));
    secure(&client, sandbox, "localhost");
    expect(&client, "220 hello there");
    say(&client, "EHLO c.example\r\n");
    g_autofree char *offered = hear(&client);
    cr_assert_null(strstr(offered, "DSN"));
    cr_assert_not_null(strstr(offered, "250 LIMITS RCPTMAX=5"));
    say(&client, "AUTH PLAIN " PLAIN "\r\n");
    expect(&client, "235 ");
    say(&client, "NOOP\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<CY@x.example>\r\n"
                 "RCPT TO:<bo@x.example>\r\nRCPT TO:<bo@x.example>\r\nDATA\r\n");
    expect(&client, "250-a\r\n250 b");
    expect(&client, "250 2.1.0");
    expect(&client, "550 5.1.1 no");
    expect(&client, "450 4.2.0 wait");
    expect(&client, "250 2.1.5");
    expect(&client, "354 ");
    say(&client, "\r\n.\r\n");
    expect(&client, "554 5.7.1 spam");
    cr_assert_eq(count_files(pb_sandbox_maildir(sandbox)), 0);
    say(&client, "VRFY x\r\n");
    expect_end(&client);
    hang_up(&client);
}
