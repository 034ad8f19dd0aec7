#include "ui/term/bindings.h"

#include <glib/gi18n-lib.h>

#include <string.h>

static const PbBinding everywhere_rows[] = {
    {PB_ACT_COMPOSE, "compose", "m C", N_("Write"), N_("write a message")},
    {PB_ACT_UNDO, "undo", "u", N_("Undo"), N_("take the last act back")},
    {PB_ACT_FLUSH, "flush", "$", N_("Send due"),
     N_("send now what is due or waits for the network")},
    {PB_ACT_HELP, "help", "? F1", N_("Help"), N_("the keys of this view")},
    {PB_ACT_OTHER_KEYS, "other-keys", "O", N_("More"), N_("show the other key rows")},
    {PB_ACT_BACK, "back", "q < Left", N_("Back"), N_("leave this view; at the top, quit")},
    {PB_ACT_RECALL, "recall", "R", N_("Newest draft"), N_("go on with the newest draft")},
    {PB_ACT_PALETTE, "palette", ":", N_("Commands"), N_("all commands by name")},
    {PB_ACT_VIEW_OUTBOX, "view-outbox", "1", NULL, N_("what is on its way")},
    {PB_ACT_VIEW_DRAFTS, "view-drafts", "2", NULL, N_("texts that are not sent yet")},
    {PB_ACT_VIEW_SENT, "view-sent", "3", NULL, N_("what was sent")},
    {PB_ACT_VIEW_PROBLEMS, "view-problems", "4", NULL, N_("what needs you")},
    {PB_ACT_VIEW_ACCOUNTS, "view-accounts", "5", NULL, N_("accounts and their servers")},
    {PB_ACT_VIEW_LOG, "view-log", "L 7", N_("Log"), N_("what happened, line by line")},
    {PB_ACT_NEXT_VIEW, "next-view", "]", NULL, N_("the view to the right")},
    {PB_ACT_PREVIOUS_VIEW, "previous-view", "[", NULL, N_("the view to the left")},
    {PB_ACT_OFFLINE, "offline", "", NULL, N_("keep everything here, or go online again")},
    {PB_ACT_SANDBOX, "sandbox", "", NULL, N_("the practice server; nothing leaves this computer")},
    {PB_ACT_SHELL, "shell", "!", NULL, N_("a shell; exit comes back")},
    {PB_ACT_REDRAW, "redraw", "^L", NULL, N_("draw the screen anew")},
    {PB_ACT_SUSPEND, "suspend", "^Z", NULL, N_("stop postbag; fg comes back")},
    {PB_ACT_QUIT, "quit", "Q", N_("Quit"), N_("end postbag; the outbox is kept")},
    {0, NULL, NULL, NULL, NULL},
};

#define MOVING_ROWS                                                                                \
    {PB_LIST_ACT_DOWN, "down", "j Down ^N", NULL, N_("next row")},                                 \
        {PB_LIST_ACT_UP, "up", "k Up ^P", NULL, N_("row before")},                                 \
        {PB_LIST_ACT_FIRST, "first", "g Home", NULL, N_("first row")},                             \
        {PB_LIST_ACT_LAST, "last", "G End", NULL, N_("last row")},                                 \
        {PB_LIST_ACT_PAGE_DOWN, "page-down", "PgDn ^F", NULL, N_("a screen down")},                \
        {PB_LIST_ACT_PAGE_UP, "page-up", "PgUp ^B", NULL, N_("a screen up")},                      \
        {PB_LIST_ACT_HALF_DOWN, "half-down", "^D", NULL, N_("half a screen down")}, {              \
        PB_LIST_ACT_HALF_UP, "half-up", "^U", NULL, N_("half a screen up")                         \
    }

static const PbBinding moving_rows[] = {
    MOVING_ROWS,
    {0, NULL, NULL, NULL, NULL},
};

static const PbBinding list_rows[] = {
    {PB_LIST_ACT_FIND, "find", "/ W", N_("Find"), N_("find words in this list")},
    {PB_LIST_ACT_TAG, "tag", "t Space", N_("Tag"), N_("tag this row; keys then act on all tagged")},
    {PB_LIST_ACT_LIMIT, "limit", "l", N_("Limit"), N_("show only rows with these words")},
    {PB_LIST_ACT_AGAIN, "find-again", "n", NULL, N_("find the next")},
    {PB_LIST_ACT_AGAIN_BACK, "find-back", "N", NULL, N_("find the one before")},
    {PB_LIST_ACT_ORDER, "order", "o", N_("Order"), N_("newest or oldest first")},
    {PB_LIST_ACT_TAG_MATCHING, "tag-matching", "T", NULL, N_("tag all rows with these words")},
    {PB_LIST_ACT_UNTAG, "untag", "", NULL, N_("take all tags away")},
    MOVING_ROWS,
    {0, NULL, NULL, NULL, NULL},
};

const PbBindingTable pb_bindings_everywhere = {"everywhere", N_("Everywhere"), everywhere_rows};
const PbBindingTable pb_bindings_moving = {"moving", N_("Moving"), moving_rows};
const PbBindingTable pb_bindings_list = {"list", N_("Lists"), list_rows};

/* "SCOPE name" → keys, from [keys SCOPE]. */
static GHashTable *overrides;

static void load_row(PbSettings *settings, const PbBindingTable *table, const PbBinding *row) {
    g_autofree char *group = g_strconcat("keys ", table->scope, NULL);
    g_autofree char *keys = pb_settings_string(settings, group, row->name);
    if (keys == NULL)
        return;
    g_hash_table_replace(overrides, g_strdup_printf("%s %s", table->scope, row->name),
                         g_steal_pointer(&keys));
}

void pb_bindings_load(PbSettings *settings) {
    static const PbBindingTable *const tables[] = {&pb_bindings_everywhere, &pb_bindings_moving,
                                                   &pb_bindings_list};
    g_clear_pointer(&overrides, g_hash_table_unref);
    if (settings == NULL)
        return;
    overrides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const PbBinding *row = tables[i]->rows; row->name != NULL; row++)
            load_row(settings, tables[i], row);
    }
}

const char *pb_binding_keys(const PbBindingTable *table, const PbBinding *row) {
    if (overrides != NULL) {
        g_autofree char *id = g_strdup_printf("%s %s", table->scope, row->name);
        const char *keys = g_hash_table_lookup(overrides, id);
        if (keys != NULL)
            return keys;
    }
    return row->keys;
}

char *pb_binding_first_key(const PbBindingTable *table, const PbBinding *row) {
    const char *keys = pb_binding_keys(table, row);
    return g_strndup(keys, strcspn(keys, " "));
}

static gboolean row_has_key(const PbBindingTable *table, const PbBinding *row, const PbKey *key) {
    g_auto(GStrv) names = g_strsplit(pb_binding_keys(table, row), " ", -1);
    for (guint i = 0; names[i] != NULL; i++) {
        if (pb_key_is(key, names[i]))
            return TRUE;
    }
    return FALSE;
}

const PbBinding *pb_bindings_find(const PbBindingTable *const *tables, const PbKey *key,
                                  const PbBindingTable **table_out) {
    for (; tables != NULL && *tables != NULL; tables++) {
        for (const PbBinding *row = (*tables)->rows; row->name != NULL; row++) {
            if (row_has_key(*tables, row, key)) {
                if (table_out != NULL)
                    *table_out = *tables;
                return row;
            }
        }
    }
    return NULL;
}

const PbBinding *pb_bindings_by_name(const PbBindingTable *const *tables, const char *name,
                                     const PbBindingTable **table_out) {
    for (; tables != NULL && *tables != NULL; tables++) {
        for (const PbBinding *row = (*tables)->rows; row->name != NULL; row++) {
            if (g_strcmp0(row->name, name) == 0) {
                if (table_out != NULL)
                    *table_out = *tables;
                return row;
            }
        }
    }
    return NULL;
}
