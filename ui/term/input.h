/* From what curses hands out to PbKey: Alt prefix, bracketed paste, ^J.
 *
 * Pure of the terminal, so that tests feed it. The caller feeds codes as
 * wget_wch() gives them; when pb_input_esc_pending() it starts a timer and
 * calls pb_input_flush_esc() when nothing followed in time.
 */
#pragma once

#include "ui/term/keys.h"

/* Codes that screen.c defines for the paste brackets; above curses' own. */
#define PB_CODE_PASTE_START 0x10001
#define PB_CODE_PASTE_END   0x10002
/* A paste longer than this is cut: nobody pastes more by hand. */
#define PB_PASTE_MAX (8u << 20)

typedef void (*PbInputFunc)(const PbKey *key, gpointer user_data);
typedef struct PbInput PbInput;

PbInput *pb_input_new(PbInputFunc func, gpointer user_data);
void pb_input_free(PbInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbInput, pb_input_free)
/* `is_code`: a KEY_… of curses or a PB_CODE_…, else a character. `alone`: nothing else was in the
 * same burst; only then ^J is a key and not a line end. */
void pb_input_feed(PbInput *input, gboolean is_code, guint32 value, gboolean alone);
/* An Esc came and may be the prefix of an Alt key. */
gboolean pb_input_esc_pending(PbInput *input);
/* Nothing followed in time: it was Esc itself. */
void pb_input_flush_esc(PbInput *input);
