#include "transport/sandbox/sandbox-replies.h"

#include "accounts/pb-file.h"

#include <glib/gstdio.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const PbSandboxBehaviour behaviours[] = {
    {.name = "refuse", .refusal = "550 5.1.1 There is no such mailbox here"},
    {.name = "full", .refusal = "452 4.2.2 The mailbox is full", .second_try = TRUE},
    {.name = "later",
     .refusal = "451 4.7.1 Greylisted, please try again later",
     .second_try = TRUE},
    {.name = "slow", .delay_seconds = 20},
    {.name = "silent", .silent = TRUE},
    {.name = "bounce", .reports = PB_SANDBOX_REPORT_FAILED},
    {.name = "read", .reports = PB_SANDBOX_REPORT_DELIVERED | PB_SANDBOX_REPORT_READ},
    {.name = NULL},
};

const PbSandboxBehaviour *pb_sandbox_behaviours(void) {
    return behaviours;
}

const PbSandboxBehaviour *pb_sandbox_behaviour(const char *address) {
    gsize length = strcspn(address, "+@");
    const PbSandboxBehaviour *row = behaviours;
    for (; row->name != NULL; row++) {
        if (strlen(row->name) == length && g_ascii_strncasecmp(row->name, address, length) == 0)
            break;
    }
    return row;
}

gboolean pb_sandbox_first_try(const char *folder, const PbSandboxEnvelope *envelope,
                              const char *recipient) {
    g_autofree char *tries = g_build_filename(folder, "tries", NULL);
    if (!pb_file_private_folder(tries, NULL))
        return FALSE;
    /* The envelope id names the message; clients that give none are told apart by sender. */
    const char *message = envelope->envid != NULL ? envelope->envid : envelope->sender;
    g_autofree char *key = g_strdup_printf("%s\n%s", message, recipient);
    g_autofree char *name = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);
    g_autofree char *path = g_build_filename(tries, name, NULL);
    int fd = g_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        (void) close(fd);
        return TRUE;
    }
    (void) g_unlink(path);
    return FALSE;
}

guint pb_sandbox_reports_due(const PbSandboxEnvelope *envelope,
                             const PbSandboxRecipient *recipient) {
    guint due = pb_sandbox_behaviour(recipient->address)->reports;
    /* RFC 3461 section 5.2: no report about a report; none where none is wanted. */
    if (envelope->sender[0] == '\0')
        return PB_SANDBOX_REPORT_NONE;
    guint notify = recipient->notify;
    if ((due & PB_SANDBOX_REPORT_FAILED) != 0) {
        gboolean wanted = notify == 0 || (notify & PB_SANDBOX_NOTIFY_FAILURE) != 0;
        return wanted ? PB_SANDBOX_REPORT_FAILED : PB_SANDBOX_REPORT_NONE;
    }
    if ((notify & PB_SANDBOX_NOTIFY_SUCCESS) != 0)
        due |= PB_SANDBOX_REPORT_DELIVERED;
    return due;
}
