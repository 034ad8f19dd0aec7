#include "transport/sandbox/sandbox.h"

#include "accounts/paths.h"
#include "ui/cli/command.h"
#include "ui/cli/options.h"
#include "ui/cli/output.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include <signal.h>
#include <stdio.h>
#include <sysexits.h>

static void print_counts(PbSandbox *sandbox) {
    PbSandboxCounts counts;
    json_t *object = json_object();

    pb_sandbox_counts(sandbox, &counts);
    json_object_set_new(object, "connections", json_integer((json_int_t) counts.connections));
    json_object_set_new(object, "commands", json_integer((json_int_t) counts.commands));
    json_object_set_new(object, "deliveries", json_integer((json_int_t) counts.deliveries));
    json_object_set_new(object, "bytes_in", json_integer((json_int_t) counts.bytes_in));
    json_object_set_new(object, "flights", json_integer((json_int_t) counts.flights));
    pb_output_json(object);
    fflush(stdout);
}

static gboolean on_counts(gpointer sandbox) {
    print_counts(sandbox);
    return G_SOURCE_CONTINUE;
}

static gboolean on_stop(gpointer loop) {
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

static void print_json(PbSandbox *sandbox) {
    json_t *object = json_object();

    json_object_set_new(object, "host", pb_output_json_text("127.0.0.1"));
    json_object_set_new(object, "port", json_integer(pb_sandbox_port(sandbox)));
    json_object_set_new(object, "starttls_port", json_integer(pb_sandbox_starttls_port(sandbox)));
    json_object_set_new(object, "ca_file", pb_output_json_text(pb_sandbox_ca_file(sandbox)));
    json_object_set_new(object, "user", pb_output_json_text(PB_SANDBOX_USER));
    json_object_set_new(object, "password", pb_output_json_text(PB_SANDBOX_PASSWORD));
    json_object_set_new(object, "maildir", pb_output_json_text(pb_sandbox_maildir(sandbox)));
    pb_output_json(object);
}

static void print_text(PbSandbox *sandbox) {
    static const struct {
        const char *address, *meaning;
    } special[] = {
        {"anyone@sandbox.test", N_("is accepted")},
        {"refuse@sandbox.test", N_("is refused: 550 5.1.1, no such user")},
        {"full@sandbox.test", N_("has a full mailbox: 452 4.2.2, taken at the second try")},
        {"later@sandbox.test", N_("is asked to wait: 451 4.7.1, greylisting")},
        {"slow@sandbox.test", N_("takes 20 seconds")},
        {"silent@sandbox.test", N_("breaks off after the text: maybe sent")},
        {"bounce@sandbox.test", N_("is accepted, and a failure report follows")},
        {"read@sandbox.test", N_("is delivered, and read")},
    };

    pb_output_line(_("The practice server runs; nothing leaves this computer. ^C stops it."));
    pb_output_line("%-12s  127.0.0.1:%u", "TLS", pb_sandbox_port(sandbox));
    pb_output_line("%-12s  127.0.0.1:%u", "STARTTLS", pb_sandbox_starttls_port(sandbox));
    pb_output_line("%-12s  %s", _("CA file"), pb_sandbox_ca_file(sandbox));
    pb_output_line("%-12s  %s", _("user"), PB_SANDBOX_USER);
    pb_output_line("%-12s  %s", _("password"), PB_SANDBOX_PASSWORD);
    pb_output_line("%-12s  %s", _("Maildir"), pb_sandbox_maildir(sandbox));
    for (gsize i = 0; i < G_N_ELEMENTS(special); i++)
        pb_output_line("  %-20s  %s", special[i].address, _(special[i].meaning));
}

typedef struct {
    int port, starttls_port;
    char *folder, *script;
    gboolean json, counts;
} SandboxFlags;

static void sandbox_flags_clear(SandboxFlags *flags) {
    g_free(flags->folder);
    g_free(flags->script);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SandboxFlags, sandbox_flags_clear)

static int serve(const SandboxFlags *flags) {
    g_autofree char *usual = pb_paths_sandbox();
    g_autofree char *chosen =
        flags->folder == NULL ? NULL : g_canonicalize_filename(flags->folder, NULL);
    const PbSandboxOptions options = {
        .folder = chosen != NULL ? chosen : usual,
        .port = (guint16) flags->port,
        .starttls_port = (guint16) flags->starttls_port,
        .script_file = flags->script,
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(PbSandbox) sandbox = pb_sandbox_start(&options, &error);
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);

    if (sandbox == NULL)
        return pb_cli_fail(error);
    g_unix_signal_add(SIGINT, on_stop, loop);
    g_unix_signal_add(SIGTERM, on_stop, loop);
    g_unix_signal_add(SIGUSR1, on_counts, sandbox);
    if (flags->json)
        print_json(sandbox);
    else
        print_text(sandbox);
    /* Whoever started us reads the ports from a pipe, and we stay. */
    fflush(stdout);
    g_main_loop_run(loop);
    if (flags->counts)
        print_counts(sandbox);
    return EX_OK;
}

int pb_command_sandbox(int argc, char **argv) {
    g_auto(SandboxFlags) flags = {0};
    const GOptionEntry entries[] = {
        {"port", 0, 0, G_OPTION_ARG_INT, &flags.port,
         N_("port for TLS from the start (default: any free one)"), N_("PORT")},
        {"starttls-port", 0, 0, G_OPTION_ARG_INT, &flags.starttls_port,
         N_("port for STARTTLS (default: any free one)"), N_("PORT")},
        {"dir", 0, 0, G_OPTION_ARG_FILENAME, &flags.folder,
         N_("folder for the certificate and the Maildir"), N_("DIR")},
        {"script", 0, 0, G_OPTION_ARG_FILENAME, &flags.script, N_("play this dialogue instead"),
         N_("FILE")},
        {"counts-on-exit", 0, 0, G_OPTION_ARG_NONE, &flags.counts,
         N_("print what was counted at the end; SIGUSR1 prints it at once"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &flags.json, N_("print JSON"), NULL},
        {NULL},
    };
    const PbOptionsAbout about = {
        "sandbox", NULL, _("Runs the practice server on 127.0.0.1 until it is stopped."),
        NULL,      0,    0};
    int exit_code;

    if (!pb_options_parse(&argc, &argv, entries, &about, &exit_code))
        return exit_code;
    if (flags.port < 0 || flags.port > G_MAXUINT16 || flags.starttls_port < 0 ||
        flags.starttls_port > G_MAXUINT16)
        return pb_cli_usage(_("a port is a number from 1 to 65535"));
    return serve(&flags);
}
