/* The terminal: curses from start to end, keys as a GSource, size, suspend.
 *
 * pb_screen_start() once, pb_screen_end() once. Keys come to `key` one by one,
 * `batch` after all that were waiting; `resize` after the size changed. Nothing
 * is written to the terminal except by pb_screen_flush(), once per batch.
 */
#pragma once

#include "ui/term/draw.h"
#include "ui/term/input.h"

typedef struct {
    PbInputFunc key;
    void (*resize)(gpointer user_data);
    void (*ended)(gpointer user_data); /* the terminal went away, SIGTERM, SIGHUP */
    /* How long an Esc may wait for the key after it, in ms. */
    guint (*esc_delay)(gpointer user_data);
    gpointer user_data;
    gboolean ascii;
    const char *theme; /* "auto", "mono", "dark", "light" or NULL */
    gboolean mouse;
} PbScreenOptions;

/* Errors: PB_ERROR_UNAVAILABLE: no terminal, or one without cursor addressing. */
gboolean pb_screen_start(const PbScreenOptions *options, GError **error);
void pb_screen_end(void);
gboolean pb_screen_is_on(void);
/* The whole screen. */
PbArea pb_screen_area(void);
/* Writes what changed since the last time: the only output. */
void pb_screen_flush(void);
/* Puts text on the clipboard of the terminal (OSC 52); terminals that do not know it ignore it. */
void pb_screen_copy(const char *text);
/* Everything is drawn anew at the next flush (^L). */
void pb_screen_invalidate(void);
/* Gives the terminal to a child process and takes it back. */
void pb_screen_release(void);
void pb_screen_take_back(void);
/* ^Z: stops the process group and comes back with `fg`. */
void pb_screen_suspend(void);
