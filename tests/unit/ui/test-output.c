#include "ui/cli/output.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

static void redirect(void) {
    setlocale(LC_ALL, "C.UTF-8");
    cr_redirect_stdout();
}

Test(output_json, prints_one_line_with_keys_in_order, .init = redirect) {
    json_t *object = json_object();

    json_object_set_new(object, "z", pb_output_json_text("Grüße\nan alle"));
    json_object_set_new(object, "a", pb_output_json_text(""));
    pb_output_json(object);
    fflush(stdout);
    cr_assert_stdout_eq_str("{\"z\":\"Grüße\\nan alle\",\"a\":null}\n");
}

Test(output_json, replaces_bytes_that_are_no_utf8) {
    json_t *text = pb_output_json_text("a\xff"
                                       "b");

    cr_assert_str_eq(json_string_value(text), "a\357\277\275b");
    json_decref(text);
}

Test(output_json, writes_times_as_rfc3339_and_zero_as_null) {
    json_t *when = pb_output_json_time(G_GINT64_CONSTANT(1700000000) * G_USEC_PER_SEC);
    json_t *never = pb_output_json_time(0);

    cr_assert_str_eq(json_string_value(when), "2023-11-14T22:13:20Z");
    cr_assert(json_is_null(never));
    json_decref(when);
    json_decref(never);
}

Test(output_json, writes_a_missing_list_as_an_empty_one) {
    json_t *list = pb_output_json_list(NULL);

    cr_assert(json_is_array(list));
    cr_assert_eq(json_array_size(list), 0);
    json_decref(list);
}

Test(output_line, shows_control_characters_instead_of_sending_them, .init = redirect) {
    pb_output_line("%s", "bell\a and \033[31mred");
    fflush(stdout);
    cr_assert_stdout_eq_str("bell␇ and ␛[31mred\n");
}

Test(output_row, never_gets_wider_than_80_columns, .init = redirect) {
    g_autofree char *endless = g_strnfill(300, 'x');
    const PbCell cells[] = {{16, "abcd"}, {10, "état"}, {0, endless}};
    char expected[128];

    pb_output_row(cells, G_N_ELEMENTS(cells));
    fflush(stdout);
    g_snprintf(expected, sizeof expected, "%-16s  état        %.49s…\n", "abcd", endless);
    cr_assert_stdout_eq_str(expected);
}

Test(output_row, has_no_blanks_at_the_end, .init = redirect) {
    const PbCell cells[] = {{16, "abcd"}, {10, ""}};

    pb_output_row(cells, G_N_ELEMENTS(cells));
    fflush(stdout);
    cr_assert_stdout_eq_str("abcd\n");
}
