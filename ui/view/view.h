/* A view is a struct of functions; the application knows no view by name.
 *
 * All functions run on the UI thread and must not block: disk writes, secrets
 * and the network go through pb_app_run_async(). NULL members are allowed
 * except `draw`.
 */
#pragma once

#include "transport/dispatch/event.h"
#include "ui/term/draw.h"
#include "ui/term/keys.h"

typedef struct PbApp PbApp;
typedef struct PbView PbView;

typedef struct {
    const char *scope; /* "outbox": key tables and [keys outbox] */
    const PbBindingTable *const
        *tables;         /* own tables first, ends with NULL; "everywhere" is added */
    gboolean text_entry; /* TRUE: characters are typed, not looked up ("everywhere" keys are off) */
    /* Rows under the body that the view takes for itself: the composer's text reaches down to the
     * notice row, the review screen keeps one explain row. */
    gboolean no_explain, one_explain, no_status;
    void (*free)(PbView *view);
    /* Title row for views that are not tabs ("Outbox › Agenda"); g_free(). NULL: the tabs are
     * shown. */
    char *(*title)(PbView *view);
    /* Right end of the title row ("draft saved 14:30"); g_free(); NULL: online / offline / SANDBOX.
     */
    char *(*status)(PbView *view);
    void (*draw)(PbView *view, const PbArea *body);
    /* The two explain rows; each g_free(), may be NULL. */
    void (*explain)(PbView *view, char *lines_out[2]);
    /* On large screens (110x30) in place of the explain rows; NULL: explain rows always. */
    void (*detail)(PbView *view, const PbArea *area);
    /* "12 of 340" at the right of the notice row; g_free(); may give NULL. */
    char *(*position)(PbView *view);
    /* Names of bindings in the order of the key rows; what is not named follows behind "More".
     * NULL: the order of the tables. */
    const char *const *key_rows;
    /* Draws the key rows itself; NULL: as above. */
    void (*draw_keys)(PbView *view, const PbArea *area);
    /* Puts the cursor on an entry or draft. */
    void (*select)(PbView *view, const char *id);
    /* Raw key before bindings; TRUE: taken. */
    gboolean (*key)(PbView *view, const PbKey *key);
    /* An action of one of the view's own tables. FALSE: not possible now (a notice was given). */
    gboolean (*act)(PbView *view, int id);
    /* Something happened in a lane. */
    void (*event)(PbView *view, const PbEvent *event);
    /* Outbox, drafts or accounts changed: reload what is shown, keep cursor and place. */
    void (*changed)(PbView *view);
    /* A second passed while something on the screen counts down; TRUE asks for a redraw. */
    gboolean (*tick)(PbView *view);
    /* Before the application quits or the view is left for good: FALSE vetoes (a question was put).
     */
    gboolean (*may_close)(PbView *view);
} PbViewClass;

struct PbView {
    const PbViewClass *class;
    PbApp *app;
};
