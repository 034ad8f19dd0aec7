#include "ui/term/bindings.h"
#include "ui/widget/list.h"

#include <criterion/criterion.h>

/* A source of numbered rows; what was fetched is counted. */
typedef struct {
    GPtrArray *ids;
    guint fetched;
} Source;

static gint64 count(gpointer source) {
    return ((Source *) source)->ids->len;
}

static GPtrArray *fetch(gpointer source, guint offset, guint limit) {
    Source *self = source;
    GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);
    for (guint i = offset; i < self->ids->len && i < offset + limit; i++)
        g_ptr_array_add(rows, g_strdup(self->ids->pdata[i]));
    self->fetched += rows->len;
    return rows;
}

static gint64 position(gpointer source, const char *id) {
    Source *self = source;
    for (guint i = 0; i < self->ids->len; i++) {
        if (g_str_equal(self->ids->pdata[i], id))
            return i;
    }
    return -1;
}

static const char *id_of(gpointer row) {
    return row;
}

static const PbListSource class = {
    .count = count, .fetch = fetch, .position = position, .id = id_of};

static Source *source_new(guint length) {
    Source *source = g_new0(Source, 1);
    source->ids = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < length; i++)
        g_ptr_array_add(source->ids, g_strdup_printf("m%u", i));
    return source;
}

static void source_free(Source *source) {
    g_ptr_array_unref(source->ids);
    g_free(source);
}

Test(list, the_cursor_stays_on_its_message_when_news_come_above) {
    Source *source = source_new(5);
    g_autoptr(PbList) list = pb_list_new(&class, source);
    pb_list_act(list, PB_LIST_ACT_DOWN);
    g_ptr_array_insert(source->ids, 0, g_strdup("new"));
    pb_list_reload(list);
    cr_expect_str_eq(pb_list_selected(list), "m1");
    cr_expect_eq(pb_list_index(list), 2);
    source_free(source);
}

Test(list, a_message_that_left_stays_until_the_cursor_leaves_it) {
    Source *source = source_new(5);
    g_autoptr(PbList) list = pb_list_new(&class, source);
    pb_list_select(list, "m2");
    g_ptr_array_remove_index(source->ids, 2);
    pb_list_reload(list);
    cr_expect(pb_list_is_leftover(list));
    cr_expect_str_eq(pb_list_row(list), "m2");
    cr_expect_eq(pb_list_count(list), 5);
    pb_list_reload(list);
    cr_expect_str_eq(pb_list_row(list), "m2");
    pb_list_act(list, PB_LIST_ACT_DOWN);
    cr_expect_not(pb_list_is_leftover(list));
    cr_expect_str_eq(pb_list_selected(list), "m3");
    cr_expect_eq(pb_list_count(list), 4);
    pb_list_act(list, PB_LIST_ACT_UP);
    cr_expect_str_eq(pb_list_selected(list), "m1");
    source_free(source);
}

Test(list, the_last_message_may_leave) {
    Source *source = source_new(1);
    g_autoptr(PbList) list = pb_list_new(&class, source);
    g_ptr_array_set_size(source->ids, 0);
    pb_list_reload(list);
    cr_expect_str_eq(pb_list_row(list), "m0");
    source_free(source);
}

Test(list, an_empty_list_has_no_row_and_takes_every_key) {
    Source *source = source_new(0);
    g_autoptr(PbList) list = pb_list_new(&class, source);
    for (int act = PB_LIST_ACT_DOWN; act <= PB_LIST_ACT_UNTAG; act++)
        pb_list_act(list, act);
    cr_expect_null(pb_list_row(list));
    g_autoptr(GPtrArray) targets = pb_list_targets(list);
    cr_expect_eq(targets->len, 0);
    source_free(source);
}

Test(list, a_hundred_thousand_rows_are_read_in_windows) {
    Source *source = source_new(100000);
    g_autoptr(PbList) list = pb_list_new(&class, source);
    pb_list_act(list, PB_LIST_ACT_LAST);
    cr_expect_str_eq(pb_list_selected(list), "m99999");
    pb_list_act(list, PB_LIST_ACT_FIRST);
    cr_expect_lt(source->fetched, 500);
    source_free(source);
}

Test(list, tags_are_the_targets_and_go_with_untag) {
    Source *source = source_new(4);
    g_autoptr(PbList) list = pb_list_new(&class, source);
    pb_list_act(list, PB_LIST_ACT_TAG);
    pb_list_act(list, PB_LIST_ACT_TAG);
    g_autoptr(GPtrArray) tagged = pb_list_targets(list);
    cr_expect_eq(tagged->len, 2);
    pb_list_act(list, PB_LIST_ACT_UNTAG);
    g_autoptr(GPtrArray) one = pb_list_targets(list);
    cr_assert_eq(one->len, 1);
    cr_expect_str_eq(one->pdata[0], "m2");
    source_free(source);
}
