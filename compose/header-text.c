#include "compose/header-text.h"

#include <string.h>

/* One "=?charset?B?text?=" taken apart; the pointers point into the field. */
typedef struct {
    char *charset;
    char encoding;
    const char *text;
    gsize length;
    const char *end; /* behind "?=" */
} Word;

static gboolean read_word(const char *p, Word *word) {
    gsize charset;
    const char *text;
    const char *end;

    if (p[0] != '=' || p[1] != '?')
        return FALSE;
    p += 2;
    charset = strcspn(p, "? \t");
    if (charset == 0 || charset > 60 || p[charset] != '?' || p[charset + 1] == '\0' ||
        p[charset + 2] != '?')
        return FALSE;
    word->encoding = g_ascii_toupper(p[charset + 1]);
    text = p + charset + 3;
    end = strstr(text, "?=");
    if (end == NULL || (word->encoding != 'B' && word->encoding != 'Q'))
        return FALSE;
    /* Spaces are forbidden in there but were seen in Q; the text of B must be whole. */
    if (word->encoding == 'B' && strcspn(text, " \t") < (gsize) (end - text))
        return FALSE;
    word->text = text;
    word->length = (gsize) (end - text);
    word->end = end + 2;
    /* RFC 2231 5: "charset*language". */
    word->charset = g_strndup(p, MIN(charset, strcspn(p, "*")));
    return TRUE;
}

static void decode_q(const Word *word, GString *out) {
    for (gsize i = 0; i < word->length; i++) {
        char c = word->text[i];

        if (c == '=' && i + 2 < word->length && g_ascii_isxdigit(word->text[i + 1]) &&
            g_ascii_isxdigit(word->text[i + 2])) {
            g_string_append_c(out, (char) (g_ascii_xdigit_value(word->text[i + 1]) * 16 +
                                           g_ascii_xdigit_value(word->text[i + 2])));
            i += 2;
        } else {
            g_string_append_c(out, c == '_' ? ' ' : c);
        }
    }
}

static void decode_word(const Word *word, GString *out) {
    g_autofree char *copy = NULL;
    g_autofree guchar *bytes = NULL;
    gsize length = 0;

    if (word->encoding == 'Q') {
        decode_q(word, out);
        return;
    }
    copy = g_strndup(word->text, word->length);
    bytes = g_base64_decode(copy, &length);
    g_string_append_len(out, (const char *) bytes, (gssize) length);
}

static void append_converted(GString *out, GString *bytes, const char *charset) {
    g_autofree char *text = NULL;

    if (g_ascii_strcasecmp(charset, "utf-8") != 0)
        text = g_convert_with_fallback(bytes->str, (gssize) bytes->len, "UTF-8", charset, "\uFFFD",
                                       NULL, NULL, NULL);
    if (text == NULL)
        text = g_utf8_make_valid(bytes->str, (gssize) bytes->len);
    g_string_append(out, text);
    g_string_truncate(bytes, 0);
}

/* A run of encoded words with only white space between them, which is dropped (RFC 2047 6.2). Bytes
 * of one charset are joined first: some programs cut characters. Returns where the run ends. */
static const char *decode_run(const Word *first, GString *out) {
    g_autoptr(GString) bytes = g_string_new(NULL);
    g_autofree char *charset = first->charset;
    Word word = *first;

    for (;;) {
        Word next;

        decode_word(&word, bytes);
        if (!read_word(word.end + strspn(word.end, " \t"), &next))
            break;
        if (g_ascii_strcasecmp(charset, next.charset) != 0)
            append_converted(out, bytes, charset);
        g_free(charset);
        charset = next.charset;
        word = next;
    }
    append_converted(out, bytes, charset);
    return word.end;
}

static char *unfold(const char *value) {
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    GString *out = g_string_new(NULL);

    for (const char *c = valid; *c != '\0'; c++)
        if (*c != '\r' && *c != '\n')
            g_string_append_c(out, *c);
    return g_string_free(out, FALSE);
}

char *pb_header_decode(const char *value) {
    g_autofree char *line = unfold(value);
    g_autoptr(GString) out = g_string_new(NULL);
    const char *p = g_strstrip(line);

    while (*p != '\0') {
        Word word;

        if (read_word(p, &word))
            p = decode_run(&word, out);
        else
            g_string_append_c(out, *p++);
    }
    for (gsize i = 0; i < out->len; i++)
        if (out->str[i] == '\r' || out->str[i] == '\n' || out->str[i] == '\0')
            out->str[i] = ' ';
    return g_string_free(g_steal_pointer(&out), FALSE);
}
