/* The key rows of the composer: two rows in shared columns, each as wide as it must be.
 *
 * Texts are typed here, so the rows name keys of the application too ("^Z",
 * "Alt-x") that are in no table of the view.
 */
#pragma once

#include "ui/term/bindings.h"
#include "ui/term/draw.h"

/* `names`: binding names of both rows, ends with NULL; "KEY LABEL" (with a space) is shown as it
 * is and must be translated already. In one row what fits is shown, and always `help`. */
void pb_compose_draw_keys(const PbArea *area, const PbBindingTable *const *tables,
                          const char *const *first, const char *const *second, const char *help);
