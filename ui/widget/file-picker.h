/* A sheet that picks files: a path to type, and the folder below it to walk.
 *
 * Typing narrows the list, Tab completes, Down enters the list; there Space
 * chooses several, Right opens a folder, Left goes up. Enter takes what is
 * chosen and the file under the cursor.
 */
#pragma once

#include "ui/app.h"
#include "ui/widget/sheet.h"

/* `verb` is what Enter does ("Attach"), `folder` where to begin (NULL: the present one). `done`
 * gets absolute paths (GPtrArray of char*, owned by the sheet), or NULL when it was closed. */
PbSheet *pb_file_picker_new(PbApp *app, const char *verb, const char *folder,
                            void (*done)(PbApp *app, const GPtrArray *paths, gpointer user_data),
                            gpointer user_data);
