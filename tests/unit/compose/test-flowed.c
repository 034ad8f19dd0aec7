#include "compose/flowed-private.h"

#include <criterion/criterion.h>

#include <string.h>

/* RFC 3676 as a reader does it: unstuff, join flowed lines of one depth. */
static char *unflow(const char *wire) {
    GString *out = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(wire, "\n", -1);
    gboolean flowing = FALSE;
    gsize last_depth = 0;

    for (char **line = lines; *line != NULL && (line[1] != NULL || **line != '\0'); line++) {
        gsize depth = strspn(*line, ">");
        const char *text = *line + depth;
        gboolean signature;

        if (*text == ' ')
            text++;
        signature = strcmp(text, "-- ") == 0;
        if (!flowing || depth != last_depth || signature) {
            if (flowing)
                g_string_append_c(out, '\n');
            for (gsize i = 0; i < depth; i++)
                g_string_append_c(out, '>');
            if (depth > 0 && *text != '\0')
                g_string_append_c(out, ' ');
        }
        g_string_append(out, text);
        flowing = !signature && g_str_has_suffix(text, " ");
        last_depth = depth;
        if (!flowing)
            g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static void check_width(const char *wire) {
    g_auto(GStrv) lines = g_strsplit(wire, "\n", -1);

    for (char **line = lines; *line != NULL; line++)
        cr_assert(g_utf8_strlen(*line, -1) <= 78 || strchr(*line, ' ') == NULL ||
                      strchr(*line, ' ')[1] == '\0',
                  "%s", *line);
}

static const struct {
    const char *text, *wire;
} rows[] = {
    {"", ""},
    {"one", "one\n"},
    {"one\r\ntwo\rthree\n", "one\ntwo\nthree\n"},
    {"\n\nx\n", "\n\nx\n"},
    {"trailing   \nnext\n", "trailing\nnext\n"},
    {"   \n", "\n"},
    {"-- \nAnna\n", "-- \nAnna\n"},
    {"> -- \n", "> -- \n"},
    {" indented\n", "  indented\n"},
    {"From here\n", " From here\n"},
    {">From here\n", "> From here\n"},
    {"> quoted\n>> deeper\n> > deeper too\n", "> quoted\n>> deeper\n>> deeper too\n"},
    {">\n", ">\n"},
    {"-->\n", "-->\n"},
};

Test(flowed, lines_are_stuffed_and_signature_is_kept) {
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *wire = pb_flowed_wrap(rows[i].text);

        cr_assert_str_eq(wire, rows[i].wire, "%s gave %s", rows[i].text, wire);
    }
}

Test(flowed, paragraphs_are_wrapped_and_come_back_whole) {
    static const char *const texts[] = {
        "The quick brown fox jumps over the lazy dog, and then it does so again, and again, until "
        "the line is much longer than seventy-eight characters and must be wrapped twice.\n",
        "> The quick brown fox jumps over the lazy dog, and then it does so again, and again, "
        "until the line is longer than seventy-eight characters.\n",
        ">> Größe ist nicht alles, sagte der Bär zur Ameise, und sie glaubte ihm nicht, denn sie "
        "hatte den Elefanten gesehen.\nmore\n",
        "-- is a dash here and the paragraph goes on so long that it has to be wrapped somewhere "
        "after it\n",
        "https://example.org/a/very/long/url/that/is/longer/than/the/line/and/must/not/be/broken/"
        "anywhere/at/all and text\n",
        "a  double  spaced  paragraph  that  is  long  enough  to  be  wrapped  somewhere  in  "
        "between  these  words\n",
        "ends here\n\n    code that is indented and also so long that it will have to be wrapped "
        "by "
        "the writer\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *wire = pb_flowed_wrap(texts[i]);
        g_autofree char *back = unflow(wire);

        check_width(wire);
        cr_assert_null(strstr(wire, "\n-- \n"), "%s", wire);
        cr_assert_str_eq(back, texts[i], "%s gave %s", wire, back);
    }
}

Test(flowed, words_from_after_a_break_are_stuffed) {
    g_autofree char *filler = g_strnfill(74, 'x');
    g_autofree char *text = g_strconcat(filler, " From here and >so on\n", NULL);
    g_autofree char *wire = pb_flowed_wrap(text);
    g_autofree char *expected = g_strconcat(filler, " \n From here and >so on\n", NULL);

    cr_assert_str_eq(wire, expected);
}

Test(flowed, plain_lines_keep_everything_else) {
    g_autofree char *plain = pb_flowed_plain_lines("a  \r\n From x\r> y");

    cr_assert_str_eq(plain, "a  \n From x\n> y\n");
}
