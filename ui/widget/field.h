/* One line of text being edited: pico's keys, UTF-8 by grapheme, scrolls sideways. Pure of views.
 */
#pragma once

#include "ui/term/draw.h"
#include "ui/term/keys.h"

typedef struct PbField PbField;

PbField *pb_field_new(const char *text, gboolean echo);
void pb_field_free(PbField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbField, pb_field_free)
const char *pb_field_text(PbField *field);
void pb_field_set(PbField *field, const char *text);
/* Types `text` at the point; line ends become spaces. */
void pb_field_insert(PbField *field, const char *text);
/* FALSE: dots instead of the text (^R in password fields). */
void pb_field_set_echo(PbField *field, gboolean echo);
gboolean pb_field_echo(PbField *field);
/* Byte offset of the insertion point. */
gsize pb_field_point(PbField *field);
void pb_field_set_point(PbField *field, gsize point);
/* TRUE: the key was an editing key and is taken. */
gboolean pb_field_key(PbField *field, const PbKey *key);
/* Draws into columns `column` … `column + width` of `row`; `focused` places the cursor;
 * `placeholder` is shown dim when empty. */
void pb_field_draw(PbField *field, const PbArea *area, int row, int column, int width,
                   gboolean focused, const char *placeholder);
