/* The tables of keys that work in many views, and looking keys up in tables.
 *
 * One row feeds bindings, key rows, help and palette. [keys SCOPE] of the
 * settings replaces a row's keys; pb_binding_keys() is the one that knows.
 */
#pragma once

#include "accounts/settings.h"
#include "ui/term/keys.h"

/* Actions of the application. */
enum {
    PB_ACT_VIEW_OUTBOX = 1,
    PB_ACT_VIEW_DRAFTS,
    PB_ACT_VIEW_SENT,
    PB_ACT_VIEW_PROBLEMS,
    PB_ACT_VIEW_ACCOUNTS,
    PB_ACT_VIEW_LOG,
    PB_ACT_NEXT_VIEW,
    PB_ACT_PREVIOUS_VIEW,
    PB_ACT_PALETTE,
    PB_ACT_HELP,
    PB_ACT_COMPOSE,
    PB_ACT_RECALL,
    PB_ACT_UNDO,
    PB_ACT_FLUSH,
    PB_ACT_OTHER_KEYS,
    PB_ACT_SHELL,
    PB_ACT_REDRAW,
    PB_ACT_SUSPEND,
    PB_ACT_OFFLINE,
    PB_ACT_SANDBOX,
    PB_ACT_BACK,
    PB_ACT_QUIT,
};

/* Actions of a list; the numbers are above those of views, which count from 1. */
enum {
    PB_LIST_ACT_DOWN = 1000,
    PB_LIST_ACT_UP,
    PB_LIST_ACT_FIRST,
    PB_LIST_ACT_LAST,
    PB_LIST_ACT_PAGE_DOWN,
    PB_LIST_ACT_PAGE_UP,
    PB_LIST_ACT_HALF_DOWN,
    PB_LIST_ACT_HALF_UP,
    PB_LIST_ACT_OPEN,
    PB_LIST_ACT_FIND,
    PB_LIST_ACT_AGAIN,
    PB_LIST_ACT_AGAIN_BACK,
    PB_LIST_ACT_LIMIT,
    PB_LIST_ACT_ORDER,
    PB_LIST_ACT_TAG,
    PB_LIST_ACT_TAG_MATCHING,
    PB_LIST_ACT_UNTAG,
};

extern const PbBindingTable pb_bindings_everywhere;
extern const PbBindingTable pb_bindings_moving; /* no tags, no search: forms, help, entry */
extern const PbBindingTable pb_bindings_list;

/* Takes over [keys SCOPE] of the settings; call again after a reload. */
void pb_bindings_load(PbSettings *settings);
/* The keys that are in force for a row, space separated. Owned by the table or the settings. */
const char *pb_binding_keys(const PbBindingTable *table, const PbBinding *row);
/* The first of them as shown ("r"); g_free(). */
char *pb_binding_first_key(const PbBindingTable *table, const PbBinding *row);
/* The row of `tables` (ends with NULL) that the key is bound to, or NULL. */
const PbBinding *pb_bindings_find(const PbBindingTable *const *tables, const PbKey *key,
                                  const PbBindingTable **table_out);
const PbBinding *pb_bindings_by_name(const PbBindingTable *const *tables, const char *name,
                                     const PbBindingTable **table_out);
