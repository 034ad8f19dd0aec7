/* The two lowest parts of the frame: status row and key rows. */
#pragma once

#include "ui/app.h"

void pb_frame_draw_status(PbApp *app, const PbArea *area, int row);
void pb_frame_draw_keys(PbApp *app, const PbArea *area);
