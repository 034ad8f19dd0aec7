#include "accounts/pb-text.h"
#include "ui/app-private.h"
#include "ui/frame.h"
#include "ui/practice.h"
#include "ui/term/screen.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* Sizes of SCREENS 2. */
#define SMALL_HEIGHT  20
#define TINY_HEIGHT   12
#define DETAIL_WIDTH  110
#define DETAIL_HEIGHT 30

typedef struct {
    int explain, status, keys; /* rows */
    gboolean detail;           /* the explain rows are a detail pane */
} Layout;

static Layout layout_for(PbApp *app, const PbArea *screen) {
    const PbViewClass *class = pb_app_top_view(app)->class;
    Layout layout = {.explain = 2, .status = 1, .keys = 2};
    if (screen->height < SMALL_HEIGHT)
        layout.explain = layout.keys = 1;
    if (screen->height < TINY_HEIGHT)
        layout.explain = 0;
    if (class->one_explain)
        layout.explain = MIN(layout.explain, 1);
    if (class->no_explain)
        layout.explain = 0;
    if (class->no_status)
        layout.status = 0;
    layout.detail =
        class->detail != NULL && screen->width >= DETAIL_WIDTH && screen->height >= DETAIL_HEIGHT;
    if (layout.detail)
        layout.explain = screen->height / 3;
    return layout;
}

/* --- title ---------------------------------------------------------------------------------- */

static const char *tab_label(PbTab tab) {
    switch (tab) {
    case PB_TAB_OUTBOX:
        return _("Outbox");
    case PB_TAB_DRAFTS:
        return _("Drafts");
    case PB_TAB_SENT:
        return _("Sent");
    case PB_TAB_PROBLEMS:
        return _("Problems");
    default:
        return _("Accounts");
    }
}

/* `level` 0: all; 1: without the program; 2: only this view and Problems; 3: no counts. */
static char *tabs_text(PbApp *app, int level) {
    GString *text = g_string_new(level == 0 ? " postbag " : " ");
    for (int tab = PB_TAB_OUTBOX; tab <= PB_TAB_ACCOUNTS; tab++) {
        gboolean active = app->tab == (PbTab) tab;
        if (level >= 2 && !active && tab != PB_TAB_PROBLEMS)
            continue;
        g_string_append_c(text, active ? '[' : ' ');
        g_string_append_printf(text, "%d %s", tab, tab_label((PbTab) tab));
        if (level < 3 && app->counts[tab] > 0)
            g_string_append_printf(text, " %" G_GINT64_FORMAT, app->counts[tab]);
        g_string_append_c(text, active ? ']' : ' ');
    }
    return g_string_free(text, FALSE);
}

static char *connection_text(PbApp *app, gboolean room) {
    if (pb_app_in_sandbox(app))
        return g_strdup(room ? _("SANDBOX: stays on this computer") : _("SANDBOX"));
    if (app->offline)
        return g_strdup(_("offline by you"));
    return g_strdup(pb_dispatcher_is_online(app->dispatcher) ? _("online") : _("offline"));
}

static void draw_bold_part(const PbArea *row, const char *text) {
    const char *open = strchr(text, '[');
    const char *close = open != NULL ? strchr(open, ']') : NULL;
    int column = 0;
    if (close == NULL) {
        pb_draw_text(row, 0, 0, PB_ROLE_NORMAL, text);
        return;
    }
    g_autofree char *before = g_strndup(text, (gsize) (open - text));
    g_autofree char *active = g_strndup(open, (gsize) (close - open) + 1);
    column = pb_draw_text(row, 0, column, PB_ROLE_NORMAL, before);
    column = pb_draw_text(row, 0, column, PB_ROLE_TITLE, active);
    pb_draw_text(row, 0, column, PB_ROLE_NORMAL, close + 1);
}

static void draw_tabs(PbApp *app, const PbArea *row) {
    PbRole role = pb_app_in_sandbox(app) ? PB_ROLE_UNTRUSTED : PB_ROLE_NORMAL;
    for (int step = 0; step < 8; step++) {
        /* The long form of the sandbox's name only where everything fits. */
        g_autofree char *right = connection_text(app, step == 0);
        g_autofree char *left = tabs_text(app, MAX(step - 1, 0));
        if (step < 7 && pb_text_width(left) + pb_text_width(right) + 1 > row->width)
            continue;
        draw_bold_part(row, left);
        pb_draw_right(row, 0, row->width, role, right);
        return;
    }
}

static void draw_title(PbApp *app, const PbArea *row) {
    PbView *view = pb_app_top_view(app);
    if (view->class->title == NULL) {
        draw_tabs(app, row);
        return;
    }
    g_autofree char *title = view->class->title(view);
    g_autofree char *own = view->class->status != NULL ? view->class->status(view) : NULL;
    g_autofree char *right = own != NULL ? g_steal_pointer(&own) : connection_text(app, FALSE);
    int room = row->width - pb_text_width(right) - 1;
    int column = row->width >= 60 ? pb_draw_text(row, 0, 0, PB_ROLE_NORMAL, " postbag  ") : 1;
    g_autofree char *clipped = pb_text_clip_end(title, MAX(room - column, 1), pb_draw_ascii());
    pb_draw_text(row, 0, column, PB_ROLE_TITLE, clipped);
    pb_draw_right(row, 0, row->width, PB_ROLE_NORMAL, right);
}

/* --- notice, explain and keys --------------------------------------------------------------- */

static char *leaving_text(PbApp *app, gboolean is_short) {
    gint64 left = app->leaving != NULL ? app->leaving->not_before - g_get_real_time() : 0;
    if (left <= 0)
        return NULL;
    app->wants_tick = TRUE;
    int seconds = (int) ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
    if (is_short)
        return g_strdup_printf(_("Sending in %d s.  u Undo"), seconds);
    g_autofree char *subject = pb_text_clip_end(app->leaving->subject, 40, pb_draw_ascii());
    return g_strdup_printf(_("Sending “%s” in %d s.  u Undo"), subject, seconds);
}

static void draw_notice(PbApp *app, const PbArea *area, int row) {
    g_autofree char *leaving = leaving_text(app, area->width < 60);
    const char *text = app->notice.text != NULL ? app->notice.text : leaving;
    PbRole role = app->notice.text != NULL ? app->notice.role : PB_ROLE_NORMAL;
    PbView *view = pb_app_top_view(app);
    g_autofree char *position = view->class->position != NULL ? view->class->position(view) : NULL;
    pb_draw_rule(area, row, role, text);
    if (position == NULL)
        return;
    g_autofree char *padded = g_strdup_printf(" %s ", position);
    if (text == NULL || pb_text_width(text) + pb_text_width(padded) + 10 < area->width)
        pb_draw_right(area, row, area->width - 2, PB_ROLE_DIM, padded);
}

static void draw_explain(PbApp *app, const PbArea *area) {
    PbView *view = pb_app_top_view(app);
    char *lines[2] = {NULL, NULL};
    if (view->class->explain != NULL)
        view->class->explain(view, lines);
    int row = 0;
    for (int i = 0; i < 2 && row < area->height; i++) {
        /* A long first line takes the second row when nothing else wants it. */
        gboolean wrap = lines[1] == NULL;
        if (lines[i] != NULL && wrap)
            row = pb_sheet_draw_wrapped(area, row, 1, PB_ROLE_NORMAL, lines[i]);
        else if (lines[i] != NULL)
            pb_draw_cell(area, row++, 1, MIN(area->width - 1, 100), PB_ROLE_NORMAL, lines[i]);
        else
            row++;
    }
    g_free(lines[0]);
    g_free(lines[1]);
}

static void draw_bottom(PbApp *app, const PbArea *screen, const Layout *layout, int top) {
    draw_notice(app, screen, top++);
    PbArea explain = pb_area_sub(screen, top, 0, layout->explain, screen->width);
    PbView *view = pb_app_top_view(app);
    if (layout->detail)
        view->class->detail(view, &explain);
    else
        draw_explain(app, &explain);
    top += layout->explain;
    if (layout->status > 0)
        pb_frame_draw_status(app, screen, top++);
    PbArea keys = pb_area_sub(screen, top, 0, layout->keys, screen->width);
    pb_frame_draw_keys(app, &keys);
}

static void draw_sheet(PbApp *app, const PbArea *screen, int rows) {
    PbArea area = pb_area_sub(screen, screen->height - rows, 0, rows, screen->width);
    pb_draw_clear(&area);
    pb_draw_rule(&area, 0, PB_ROLE_TITLE, app->sheet->title);
    PbArea inner = pb_area_sub(&area, 1, 0, rows - 1, area.width);
    app->sheet->class->draw(app->sheet, &inner);
}

static void draw_too_small(PbApp *app, const PbArea *screen) {
    pb_draw_format(screen, 0, 0, PB_ROLE_NORMAL, _("Too small (%dx%d)."), screen->width,
                   screen->height);
    pb_draw_format(screen, 1, 0, PB_ROLE_NORMAL, _("%u sending."),
                   pb_status_busy_count(app->status));
    pb_draw_text(screen, 2, 0, PB_ROLE_NORMAL, _("Enlarge; q quits."));
}

void pb_app_draw(PbApp *app) {
    PbArea screen = pb_screen_area();
    pb_draw_clear(&screen);
    pb_draw_cursor(&screen, screen.height - 1, 0, FALSE);
    app->wants_tick = FALSE;
    if (screen.height < 5 || screen.width < 20) {
        draw_too_small(app, &screen);
        return;
    }
    Layout layout = layout_for(app, &screen);
    int bottom = 1 + layout.explain + layout.status + layout.keys;
    int sheet = app->sheet != NULL ? app->sheet->class->height(app->sheet, screen.height) + 1 : 0;
    /* The sheet covers the rows below the list, and more of it only if it must. */
    if (sheet > 0)
        bottom = MIN(MAX(sheet, bottom), screen.height - 2);
    PbView *view = pb_app_top_view(app);
    PbArea body = pb_area_sub(&screen, 1, 0, screen.height - 1 - bottom, screen.width);
    view->class->draw(view, &body);
    draw_title(app, &screen);
    if (sheet > 0)
        draw_sheet(app, &screen, bottom);
    else
        draw_bottom(app, &screen, &layout, screen.height - bottom);
}
