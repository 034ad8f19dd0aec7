/* Keys, and the one table form that feeds bindings, key rows, help and palette.
 *
 * A key is written as people read it: "y", "?", "^X", "Alt-n", "Enter",
 * "Esc", "Tab", "Shift-Tab", "Space", "Up", "PgDn", "Home", "Del", "F1".
 */
#pragma once

#include <glib.h>

typedef enum {
    PB_KEY_CHAR, /* a character, maybe with Ctrl or Alt */
    PB_KEY_ENTER,
    PB_KEY_ESC,
    PB_KEY_TAB,
    PB_KEY_BACKTAB,
    PB_KEY_BACKSPACE,
    PB_KEY_DELETE,
    PB_KEY_INSERT,
    PB_KEY_UP,
    PB_KEY_DOWN,
    PB_KEY_LEFT,
    PB_KEY_RIGHT,
    PB_KEY_HOME,
    PB_KEY_END,
    PB_KEY_PGUP,
    PB_KEY_PGDN,
    PB_KEY_FUNCTION, /* c is the number */
    PB_KEY_PASTE,    /* bracketed paste or a burst: text */
    PB_KEY_MOUSE,
} PbKeyKind;

typedef struct {
    PbKeyKind kind;
    gunichar c; /* CHAR: the character; with ctrl the upper-case letter or one of "@[\\]^_" */
    gboolean ctrl, alt, shift;
    char *text;       /* PASTE only; owned by the reader of keys, valid during the call */
    int y, x, button; /* MOUSE: 1 click, 2 double click, 4 wheel up, 5 wheel down */
} PbKey;

/* "^X" … into a key; FALSE if it is not one. Never a PASTE or MOUSE. */
gboolean pb_key_parse(const char *name, PbKey *key_out);
/* "^X", "Alt-n"; g_free(). */
char *pb_key_to_string(const PbKey *key);
gboolean pb_key_equal(const PbKey *a, const PbKey *b);
/* TRUE if it is the key of that name: pb_key_is(key, "^X"). */
gboolean pb_key_is(const PbKey *key, const char *name);
/* TRUE for a character that would be typed: no Ctrl, no Alt, printable. */
gboolean pb_key_is_text(const PbKey *key);

typedef struct {
    int id;            /* what the view's act() gets; unique within its scope */
    const char *name;  /* palette name, "send-now" */
    const char *keys;  /* space separated names, first one is shown */
    const char *label; /* N_("Send now"): key rows; NULL: not in the key rows */
    const char *help;  /* N_("let go what is held, or try again what is deferred") */
} PbBinding;

typedef struct {
    const char *scope;     /* "outbox", "list", "everywhere": also [keys SCOPE] */
    const char *title;     /* N_(): heading in help */
    const PbBinding *rows; /* ends with name NULL; order = order in key rows */
} PbBindingTable;
