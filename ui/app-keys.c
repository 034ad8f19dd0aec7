#include "ui/app-private.h"
#include "ui/term/screen.h"

#include <glib/gi18n-lib.h>

/* A notice stays at least this long, whatever is pressed. */
#define NOTICE_MINIMUM (5 * G_USEC_PER_SEC)
#define TABLES_MAX     8

void pb_app_tables(PbApp *app, const PbBindingTable *tables_out[9]) {
    PbView *view = pb_app_top_view(app);
    int count = 0;
    for (const PbBindingTable *const *table = view->class->tables; table != NULL && *table != NULL;
         table++) {
        if (count < TABLES_MAX - 1)
            tables_out[count++] = *table;
    }
    if (!view->class->text_entry)
        tables_out[count++] = &pb_bindings_everywhere;
    tables_out[count] = NULL;
}

void pb_app_run_binding(PbApp *app, const PbBindingTable *table, const PbBinding *row) {
    PbView *view = pb_app_top_view(app);
    if (table == &pb_bindings_everywhere)
        pb_app_act(app, row->id);
    else if (view->class->act != NULL)
        view->class->act(view, row->id);
}

static void tell_unknown(PbApp *app, const PbKey *key, const PbBindingTable *const *tables) {
    g_autofree char *name = pb_key_to_string(key);
    PbKey other = *key;
    if (key->kind == PB_KEY_CHAR && !key->ctrl) {
        other.c = g_unichar_isupper(key->c) ? g_unichar_tolower(key->c) : g_unichar_toupper(key->c);
        const PbBinding *row = other.c != key->c ? pb_bindings_find(tables, &other, NULL) : NULL;
        if (row != NULL) {
            g_autofree char *other_name = pb_key_to_string(&other);
            pb_app_notice(app, _("No key for %s; %s is “%s”."), name, other_name, row->name);
            return;
        }
    }
    pb_app_notice(app, _("No key for %s. ? shows the keys."), name);
}

static gboolean is_moving(const PbBinding *row) {
    return row != NULL && row->id >= PB_LIST_ACT_DOWN && row->id <= PB_LIST_ACT_HALF_UP;
}

static void age_notice(PbApp *app) {
    if (app->notice.text != NULL && g_get_monotonic_time() - app->notice.at > NOTICE_MINIMUM)
        g_clear_pointer(&app->notice.text, g_free);
}

/* Keys that work even while text is typed. */
static gboolean text_view_key(PbApp *app, const PbKey *key) {
    if (key->kind == PB_KEY_FUNCTION && key->c == 1)
        return pb_app_act(app, PB_ACT_HELP);
    if (pb_key_is(key, "Alt-x"))
        return pb_app_act(app, PB_ACT_PALETTE);
    if (pb_key_is(key, "^L"))
        return pb_app_act(app, PB_ACT_REDRAW);
    if (pb_key_is(key, "^Z"))
        return pb_app_act(app, PB_ACT_SUSPEND);
    return FALSE;
}

static void view_key(PbApp *app, const PbKey *key) {
    PbView *view = pb_app_top_view(app);
    if (view->class->key != NULL && view->class->key(view, key)) {
        age_notice(app);
        return;
    }
    const PbBindingTable *tables[9];
    const PbBindingTable *table = NULL;
    pb_app_tables(app, tables);
    const PbBinding *row = pb_bindings_find(tables, key, &table);
    if (!is_moving(row))
        age_notice(app);
    if (row != NULL) {
        pb_app_run_binding(app, table, row);
        return;
    }
    if (key->kind == PB_KEY_ESC && app->stack->len > 0 && !view->class->text_entry)
        pb_app_act(app, PB_ACT_BACK);
    /* mutt's ";" before a key: tags act anyway. */
    else if (key->kind != PB_KEY_ESC && key->kind != PB_KEY_PASTE && key->kind != PB_KEY_MOUSE &&
             !pb_key_is(key, ";") && !text_view_key(app, key))
        tell_unknown(app, key, tables);
}

static gboolean is_too_small(void) {
    PbArea area = pb_screen_area();
    return area.height < 5 || area.width < 20;
}

void pb_app_key(const PbKey *key, gpointer data) {
    PbApp *app = data;
    if (app->ended || app->away)
        return;
    if (is_too_small()) {
        if (pb_key_is(key, "q"))
            pb_app_quit(app);
    } else if (app->sheet != NULL) {
        app->sheet->class->key(app->sheet, key);
    } else {
        view_key(app, key);
    }
    pb_app_free_dead(app);
    pb_app_redraw(app);
}
