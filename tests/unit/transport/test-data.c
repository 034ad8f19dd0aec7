#include "accounts/pb-error.h"
#include "transport/smtp/data.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <string.h>

static char *folder;

static void setup(void) {
    folder = g_dir_make_tmp("pb-data-XXXXXX", NULL);
}

static void teardown(void) {
    g_autofree char *path = g_build_filename(folder, "m", NULL);
    g_unlink(path);
    g_rmdir(folder);
    g_free(folder);
}

static PbDataReader *reader_of(const char *bytes, gsize length) {
    g_autofree char *path = g_build_filename(folder, "m", NULL);
    cr_assert(g_file_set_contents(path, bytes, (gssize) length, NULL));
    PbDataReader *reader = pb_data_reader_open(path, NULL);
    cr_assert_not_null(reader);
    return reader;
}

/* Everything, read in pieces of `capacity`; NULL on error. */
static char *read_all(const char *bytes, gsize capacity, GError **error) {
    g_autoptr(PbDataReader) reader = reader_of(bytes, strlen(bytes));
    g_autoptr(GString) all = g_string_new(NULL);
    g_autofree char *buffer = g_malloc(capacity);
    gssize got;
    while ((got = pb_data_reader_read(reader, buffer, capacity, error)) > 0) {
        cr_assert_leq((gsize) got, capacity);
        g_string_append_len(all, buffer, got);
    }
    return got < 0 ? NULL : g_strdup(all->str);
}

TestSuite(data, .init = setup, .fini = teardown);

Test(data, dots_at_line_starts_are_doubled_whatever_the_buffer) {
    const struct {
        const char *file, *wire;
    } cases[] = {
        {"", ""},
        {"a\r\n", "a\r\n"},
        {".\r\n", "..\r\n"},
        {".a\r\n..\r\nb.\r\n", "..a\r\n...\r\nb.\r\n"},
        {"a", "a\r\n"},
        {".", "..\r\n"},
        {"a\r\n.", "a\r\n..\r\n"},
        {"a\r\n\r\n.\r\n\r\n", "a\r\n\r\n..\r\n\r\n"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        for (gsize capacity = 4; capacity < 20; capacity++) {
            g_autofree char *wire = read_all(cases[i].file, capacity, NULL);
            cr_expect_str_eq(wire, cases[i].wire, "case %u, buffer %zu", i, capacity);
        }
}

Test(data, a_bare_line_end_stops_the_reading) {
    const char *const cases[] = {"a\nb\r\n", "a\rb\r\n", "\n", "a\r\r\n", "a\r", "a\r\n\n.\r\n"};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *wire = read_all(cases[i], 16, &error);
        cr_expect_null(wire, "case %u", i);
        cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_DATA), "case %u", i);
    }
}

Test(data, lines_across_the_file_buffer_stay_whole) {
    g_autoptr(GString) file = g_string_new(NULL);
    g_autoptr(GString) expected = g_string_new(NULL);
    for (guint i = 0; i < 20000; i++) {
        g_string_append(file, i % 3 == 0 ? ".x\r\n" : "yz\r\n");
        g_string_append(expected, i % 3 == 0 ? "..x\r\n" : "yz\r\n");
    }
    g_autofree char *wire = read_all(file->str, 8192, NULL);
    cr_assert(strcmp(wire, expected->str) == 0);
}

Test(data, position_counts_bytes_of_the_file) {
    g_autoptr(PbDataReader) reader = reader_of("..\r\n", 4);
    char buffer[32];
    cr_assert_eq(pb_data_reader_size(reader), 4);
    cr_assert_eq(pb_data_reader_read(reader, buffer, sizeof buffer, NULL), 5);
    cr_assert_eq(pb_data_reader_position(reader), 4);
}

Test(data, a_missing_file_and_a_folder_are_errors) {
    g_autoptr(GError) missing = NULL;
    g_autofree char *path = g_build_filename(folder, "none", NULL);
    cr_assert_null(pb_data_reader_open(path, &missing));
    cr_assert(g_error_matches(missing, PB_ERROR, PB_ERROR_NO_INPUT));
    g_autoptr(GError) other = NULL;
    cr_assert_null(pb_data_reader_open(folder, &other));
    cr_assert(g_error_matches(other, PB_ERROR, PB_ERROR_NO_INPUT));
}
