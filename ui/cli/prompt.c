#include "ui/cli/prompt.h"

#include "accounts/pb-error.h"
#include "accounts/pb-text.h"

#include <glib/gi18n-lib.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* OAuth tokens are the longest things anybody pastes here. */
#define SECRET_MAX 4096

static void wipe(char *buffer, gsize length) {
    explicit_bzero(buffer, length);
}

/* One line of `fd`, without its end, byte by byte so that what follows stays unread. -1: nothing
 * could be read, or it is too long. */
static gssize read_line(int fd, char *buffer, gsize size) {
    gsize length = 0;

    for (;;) {
        char c;
        ssize_t got = read(fd, &c, 1);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0 || c == '\n')
            break;
        if (length == size)
            return -1;
        buffer[length++] = c;
    }
    if (length > 0 && buffer[length - 1] == '\r')
        length--;
    return (gssize) length;
}

static PbSecret *read_secret(int fd, GError **error) {
    char buffer[SECRET_MAX];
    gssize length = read_line(fd, buffer, sizeof buffer);
    PbSecret *secret = NULL;

    if (length > 0)
        secret = pb_secret_new(buffer, length);
    else
        g_set_error_literal(error, PB_ERROR, PB_ERROR_CREDENTIALS, _("no password was given"));
    wipe(buffer, sizeof buffer);
    return secret;
}

PbSecret *pb_prompt_secret_from_stdin(GError **error) {
    return read_secret(STDIN_FILENO, error);
}

static void put(int tty, const char *text) {
    gsize length = strlen(text);

    while (length > 0) {
        ssize_t written = write(tty, text, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        text += written;
        length -= (gsize) written;
    }
}

PbSecret *pb_prompt_secret(const char *question, GError **error) {
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    g_autofree char *clean = pb_text_sanitise(question, -1, 1024, FALSE);
    struct termios before, silent;
    PbSecret *secret;

    if (tty < 0 || tcgetattr(tty, &before) != 0) {
        if (tty >= 0)
            close(tty);
        g_set_error_literal(error, PB_ERROR, PB_ERROR_CREDENTIALS,
                            _("there is no terminal to ask for the password"));
        return NULL;
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t) ECHO;
    silent.c_lflag |= ICANON | ISIG;
    tcsetattr(tty, TCSAFLUSH, &silent);
    put(tty, clean);
    put(tty, " ");
    secret = read_secret(tty, error);
    put(tty, "\n");
    tcsetattr(tty, TCSAFLUSH, &before);
    close(tty);
    return secret;
}

static PbSecret *ask(const PbAccount *account, gpointer user_data, GError **error) {
    g_autofree char *question =
        g_strdup_printf(_("Password of %s for account “%s”:"), account->username, account->name);

    (void) user_data;
    return pb_prompt_secret(question, error);
}

void pb_prompt_allow_ask(void) {
    pb_secret_set_ask(ask, NULL);
}
