/* The text editor of the composer: a pure model plus drawing.
 *
 * UTF-8 text with "\n" line ends, soft wrap at the area's width, undo and redo
 * without limit (grouped by word), selection by mark, cut and paste, kill
 * line, search. All positions are byte offsets at grapheme borders.
 * Editing cost does not depend on the length of the text (gap buffer).
 */
#pragma once

#include "ui/term/draw.h"
#include "ui/term/keys.h"

typedef struct PbEditor PbEditor;

PbEditor *pb_editor_new(const char *text);
void pb_editor_free(PbEditor *editor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbEditor, pb_editor_free)
/* The whole text; g_free(). */
char *pb_editor_text(PbEditor *editor);
/* Replaces everything; can be undone. */
void pb_editor_set_text(PbEditor *editor, const char *text);
void pb_editor_insert(PbEditor *editor, const char *text);
gsize pb_editor_point(PbEditor *editor);
void pb_editor_set_point(PbEditor *editor, gsize point);
/* A number that changes with every change of the text. */
guint64 pb_editor_stamp(PbEditor *editor);
gboolean pb_editor_undo(PbEditor *editor);
gboolean pb_editor_redo(PbEditor *editor);
/* From the point, wrapping; FALSE: not found, nothing moved. `wrapped_out` NULL allowed. */
gboolean pb_editor_find(PbEditor *editor, const char *needle, gboolean backward,
                        gboolean *wrapped_out);
/* Re-fills the paragraph at the point to `columns`; quoted text keeps its ">" marks. */
void pb_editor_justify(PbEditor *editor, int columns);
/* TRUE: the key was an editing key and is taken. FALSE at the top edge for Up, so that the fields
 * above can take the focus. */
gboolean pb_editor_key(PbEditor *editor, const PbKey *key);
/* Draws and scrolls so that the point is visible. `placeholder` (NULL: none) stands in the first
 * line while that is empty. */
void pb_editor_draw(PbEditor *editor, const PbArea *area, gboolean focused,
                    const char *placeholder);
