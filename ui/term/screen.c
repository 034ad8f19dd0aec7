#include "ui/term/screen.h"

#include "accounts/pb-error.h"
#include "ui/term/draw-private.h"
#include "ui/term/theme.h"

#include <curses.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

/* curses reads the rest of a key's sequence for at most this long; longer waits for Alt are ours,
 * so that the main loop goes on. */
#define CURSES_ESCDELAY_MS 25
/* Keys read in one go before timers and events get their turn. */
#define BATCH_MAX 4096

static struct {
    gboolean on;
    PbScreenOptions options;
    PbInput *input;
    WINDOW *reader; /* a pad: reading from it never refreshes the screen */
    SCREEN *screen;
    guint stdin_id, winch_id, term_id, hup_id, esc_id;
    gboolean cursor_shown;
} self;

static void write_raw(const char *sequence) {
    fputs(sequence, stdout);
    fflush(stdout);
}

static gboolean on_esc_timeout(gpointer data) {
    (void) data;
    self.esc_id = 0;
    pb_input_flush_esc(self.input);
    return G_SOURCE_REMOVE;
}

static void arm_esc(void) {
    g_clear_handle_id(&self.esc_id, g_source_remove);
    if (!pb_input_esc_pending(self.input))
        return;
    self.esc_id =
        g_timeout_add(self.options.esc_delay(self.options.user_data), on_esc_timeout, NULL);
}

typedef struct {
    gboolean is_code;
    guint32 value;
} RawKey;

static void read_batch(GArray *batch) {
    wint_t c = 0;
    int kind = 0;
    while (batch->len < BATCH_MAX && (kind = wget_wch(self.reader, &c)) != ERR) {
        RawKey raw = {kind == KEY_CODE_YES, (guint32) c};
        g_array_append_val(batch, raw);
    }
}

static gboolean on_stdin(gint fd, GIOCondition condition, gpointer data) {
    (void) fd;
    (void) data;
    g_autoptr(GArray) batch = g_array_new(FALSE, FALSE, sizeof(RawKey));
    read_batch(batch);
    if (batch->len == 0 && (condition & (G_IO_HUP | G_IO_ERR)) != 0) {
        self.stdin_id = 0;
        self.options.ended(self.options.user_data);
        return G_SOURCE_REMOVE;
    }
    for (guint i = 0; i < batch->len && self.on; i++) {
        RawKey raw = g_array_index(batch, RawKey, i);
        pb_input_feed(self.input, raw.is_code, raw.value, batch->len == 1);
    }
    if (self.on)
        arm_esc();
    return G_SOURCE_CONTINUE;
}

static void adopt_size(void) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
}

static gboolean on_winch(gpointer data) {
    (void) data;
    adopt_size();
    self.options.resize(self.options.user_data);
    return G_SOURCE_CONTINUE;
}

static gboolean on_end_signal(gpointer data) {
    (void) data;
    self.options.ended(self.options.user_data);
    return G_SOURCE_CONTINUE;
}

static gboolean locale_is_ascii(void) {
    if (g_strcmp0(g_getenv("TERM"), "linux") == 0)
        return TRUE;
    return g_strcmp0(nl_langinfo(CODESET), "UTF-8") != 0 || wcwidth(L'─') != 1;
}

static void set_up_modes(void) {
    raw();
    noecho();
    nonl();
    set_escdelay(CURSES_ESCDELAY_MS);
    self.reader = newpad(1, 1);
    keypad(self.reader, TRUE);
    nodelay(self.reader, TRUE);
    define_key("\033[200~", PB_CODE_PASTE_START);
    define_key("\033[201~", PB_CODE_PASTE_END);
    leaveok(stdscr, FALSE);
    if (self.options.mouse) {
        mousemask(BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED,
                  NULL);
        mouseinterval(150);
    }
}

static void set_up_theme(void) {
    gboolean colours = has_colors();
    if (colours) {
        start_color();
        use_default_colors();
    }
    pb_theme_apply(pb_theme_choose(self.options.theme, colours ? COLORS : 0, g_getenv("NO_COLOR"),
                                   g_getenv("COLORFGBG")));
}

static void watch_signals(void) {
    /* After newterm(), so that curses' own handlers, which write to the terminal, are replaced. */
    signal(SIGTSTP, SIG_DFL);
    self.winch_id = g_unix_signal_add(SIGWINCH, on_winch, NULL);
    self.term_id = g_unix_signal_add(SIGTERM, on_end_signal, NULL);
    self.hup_id = g_unix_signal_add(SIGHUP, on_end_signal, NULL);
    self.stdin_id = g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, NULL);
}

static gboolean open_terminal(GError **error) {
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        self.screen = newterm(NULL, stdout, stdin);
        if (self.screen != NULL && cursor_address != NULL)
            return TRUE;
    }
    if (self.screen != NULL) {
        endwin();
        g_clear_pointer(&self.screen, delscreen);
    }
    g_set_error_literal(error, PB_ERROR, PB_ERROR_UNAVAILABLE,
                        _("the screen needs a terminal with cursor addressing; ‘postbag compose "
                          "--send’ and ‘postbag outbox list’ work without one"));
    return FALSE;
}

gboolean pb_screen_start(const PbScreenOptions *options, GError **error) {
    g_return_val_if_fail(!self.on, FALSE);
    if (!open_terminal(error))
        return FALSE;
    self.options = *options;
    self.input = pb_input_new(options->key, options->user_data);
    self.cursor_shown = TRUE;
    pb_draw_set_ascii(options->ascii || locale_is_ascii());
    set_up_modes();
    set_up_theme();
    watch_signals();
    write_raw("\033[?2004h");
    self.on = TRUE;
    return TRUE;
}

void pb_screen_end(void) {
    if (!self.on)
        return;
    self.on = FALSE;
    g_clear_handle_id(&self.esc_id, g_source_remove);
    g_clear_handle_id(&self.stdin_id, g_source_remove);
    g_clear_handle_id(&self.winch_id, g_source_remove);
    g_clear_handle_id(&self.term_id, g_source_remove);
    g_clear_handle_id(&self.hup_id, g_source_remove);
    write_raw("\033[?2004l");
    curs_set(1);
    endwin();
    g_clear_pointer(&self.reader, delwin);
    g_clear_pointer(&self.screen, delscreen);
    g_clear_pointer(&self.input, pb_input_free);
}

gboolean pb_screen_is_on(void) {
    return self.on;
}

PbArea pb_screen_area(void) {
    return (PbArea){0, 0, LINES, COLS};
}

void pb_screen_flush(void) {
    int y = 0;
    int x = 0;
    gboolean visible = pb_draw_take_cursor(&y, &x);
    if (visible != self.cursor_shown) {
        curs_set(visible ? 1 : 0);
        self.cursor_shown = visible;
    }
    move(y, x);
    wnoutrefresh(stdscr);
    doupdate();
}

void pb_screen_copy(const char *text) {
    if (!self.on)
        return;
    g_autofree char *base64 = g_base64_encode((const guchar *) text, strlen(text));
    g_autofree char *sequence = g_strconcat("\033]52;c;", base64, "\007", NULL);
    write_raw(sequence);
}

void pb_screen_invalidate(void) {
    clearok(curscr, TRUE);
}

void pb_screen_release(void) {
    g_clear_handle_id(&self.stdin_id, g_source_remove);
    g_clear_handle_id(&self.esc_id, g_source_remove);
    write_raw("\033[?2004l");
    curs_set(1);
    def_prog_mode();
    endwin();
}

void pb_screen_take_back(void) {
    reset_prog_mode();
    adopt_size();
    self.cursor_shown = TRUE;
    write_raw("\033[?2004h");
    pb_screen_invalidate();
    if (self.stdin_id == 0)
        self.stdin_id = g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, NULL);
    self.options.resize(self.options.user_data);
}

void pb_screen_suspend(void) {
    pb_screen_release();
    kill(0, SIGTSTP);
    pb_screen_take_back();
}
