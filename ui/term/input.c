#include "ui/term/input.h"

#include <curses.h>

struct PbInput {
    PbInputFunc func;
    gpointer user_data;
    gboolean esc;    /* an Esc waits for what follows */
    GString *paste;  /* between the brackets, else NULL */
    gboolean was_cr; /* the paste's last character, so that CRLF is one line end */
};

PbInput *pb_input_new(PbInputFunc func, gpointer user_data) {
    PbInput *input = g_new0(PbInput, 1);
    input->func = func;
    input->user_data = user_data;
    return input;
}

void pb_input_free(PbInput *input) {
    if (input == NULL)
        return;
    if (input->paste != NULL)
        g_string_free(input->paste, TRUE);
    g_free(input);
}

static gboolean key_from_control(guint32 value, gboolean alone, PbKey *key) {
    switch (value) {
    case '\t':
        key->kind = PB_KEY_TAB;
        return TRUE;
    case '\r':
        key->kind = PB_KEY_ENTER;
        return TRUE;
    case '\n':
        if (!alone) {
            key->kind = PB_KEY_ENTER;
            return TRUE;
        }
        break;
    case 27:
        key->kind = PB_KEY_ESC;
        return TRUE;
    case 127:
        key->kind = PB_KEY_BACKSPACE;
        return TRUE;
    default:
        break;
    }
    key->kind = PB_KEY_CHAR;
    key->ctrl = TRUE;
    key->c = value + '@';
    return TRUE;
}

static gboolean key_from_char(guint32 value, gboolean alone, PbKey *key) {
    if (value < ' ' || value == 127)
        return key_from_control(value, alone, key);
    if (!g_unichar_validate(value) || (value >= 0x80 && value < 0xa0))
        return FALSE;
    key->kind = PB_KEY_CHAR;
    key->c = value;
    return TRUE;
}

static const struct {
    guint32 code;
    PbKeyKind kind;
    gboolean shift;
} code_keys[] = {
    {KEY_ENTER, PB_KEY_ENTER, FALSE},
    {KEY_BTAB, PB_KEY_BACKTAB, FALSE},
    {KEY_BACKSPACE, PB_KEY_BACKSPACE, FALSE},
    {KEY_DC, PB_KEY_DELETE, FALSE},
    {KEY_IC, PB_KEY_INSERT, FALSE},
    {KEY_UP, PB_KEY_UP, FALSE},
    {KEY_DOWN, PB_KEY_DOWN, FALSE},
    {KEY_LEFT, PB_KEY_LEFT, FALSE},
    {KEY_RIGHT, PB_KEY_RIGHT, FALSE},
    {KEY_SLEFT, PB_KEY_LEFT, TRUE},
    {KEY_SRIGHT, PB_KEY_RIGHT, TRUE},
    {KEY_SR, PB_KEY_UP, TRUE},
    {KEY_SF, PB_KEY_DOWN, TRUE},
    {KEY_HOME, PB_KEY_HOME, FALSE},
    {KEY_END, PB_KEY_END, FALSE},
    {KEY_PPAGE, PB_KEY_PGUP, FALSE},
    {KEY_NPAGE, PB_KEY_PGDN, FALSE},
};

static gboolean key_from_mouse(PbKey *key) {
    MEVENT event;
    if (getmouse(&event) != OK)
        return FALSE;
    key->kind = PB_KEY_MOUSE;
    key->y = event.y;
    key->x = event.x;
    if ((event.bstate & BUTTON1_DOUBLE_CLICKED) != 0)
        key->button = 2;
    else if ((event.bstate & (BUTTON1_CLICKED | BUTTON1_PRESSED)) != 0)
        key->button = 1;
    else if ((event.bstate & BUTTON4_PRESSED) != 0)
        key->button = 4;
    else if ((event.bstate & BUTTON5_PRESSED) != 0)
        key->button = 5;
    return key->button != 0;
}

static gboolean key_from_code(guint32 code, PbKey *key) {
    if (code == KEY_MOUSE)
        return key_from_mouse(key);
    if (code > KEY_F0 && code <= KEY_F(63)) {
        key->kind = PB_KEY_FUNCTION;
        key->c = code - KEY_F0;
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(code_keys); i++) {
        if (code_keys[i].code == code) {
            key->kind = code_keys[i].kind;
            key->shift = code_keys[i].shift;
            return TRUE;
        }
    }
    return FALSE;
}

static void feed_paste(PbInput *input, guint32 value) {
    gboolean follows_cr = input->was_cr;
    input->was_cr = value == '\r';
    if (value == '\n' && follows_cr)
        return;
    if (value == '\r')
        value = '\n';
    if (value != '\n' && value != '\t' && (value < ' ' || (value >= 0x7f && value < 0xa0)))
        return;
    if (g_unichar_validate(value) && input->paste->len < PB_PASTE_MAX)
        g_string_append_unichar(input->paste, value);
}

static void end_paste(PbInput *input) {
    g_autofree char *text = g_string_free(g_steal_pointer(&input->paste), FALSE);
    PbKey key = {.kind = PB_KEY_PASTE, .text = text};
    input->func(&key, input->user_data);
}

/* TRUE: it belonged to a paste. */
static gboolean feed_brackets(PbInput *input, gboolean is_code, guint32 value) {
    if (is_code && value == PB_CODE_PASTE_START) {
        if (input->paste == NULL)
            input->paste = g_string_new(NULL);
        input->was_cr = FALSE;
        return TRUE;
    }
    if (is_code && value == PB_CODE_PASTE_END) {
        if (input->paste != NULL)
            end_paste(input);
        return TRUE;
    }
    if (input->paste == NULL)
        return FALSE;
    if (!is_code)
        feed_paste(input, value);
    return TRUE;
}

void pb_input_feed(PbInput *input, gboolean is_code, guint32 value, gboolean alone) {
    if (feed_brackets(input, is_code, value)) {
        input->esc = FALSE;
        return;
    }
    PbKey key = {0};
    if (!(is_code ? key_from_code(value, &key) : key_from_char(value, alone, &key)))
        return;
    if (key.kind == PB_KEY_ESC) {
        /* A second Esc ends the wait of the first one: both are Esc. */
        pb_input_flush_esc(input);
        input->esc = TRUE;
        return;
    }
    if (input->esc && key.kind != PB_KEY_MOUSE) {
        input->esc = FALSE;
        key.alt = TRUE;
    }
    input->func(&key, input->user_data);
}

gboolean pb_input_esc_pending(PbInput *input) {
    return input->esc;
}

void pb_input_flush_esc(PbInput *input) {
    if (!input->esc)
        return;
    input->esc = FALSE;
    PbKey key = {.kind = PB_KEY_ESC};
    input->func(&key, input->user_data);
}
