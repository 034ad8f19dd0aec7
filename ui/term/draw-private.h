/* Between draw.c and screen.c: what the screen needs to know at a flush. */
#pragma once

#include "ui/term/draw.h"

void pb_draw_set_ascii(gboolean ascii);
/* Where the cursor was put since the last call; FALSE: invisible. */
gboolean pb_draw_take_cursor(int *y_out, int *x_out);
