#include "accounts/pb-error.h"
#include "compose/address-private.h"
#include "compose/header-fields-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define LINE_MAX_SOFT 78 /* RFC 5322 2.1.1 */
#define ENCODED_MAX   75 /* one encoded word, RFC 2047 2 */
#define ENCODED_LINE  76 /* a line with one, ibid. */
/* A plain word longer than this is encoded too: it could not be folded. */
#define PLAIN_WORD_MAX 70
#define ENCODED_START  "=?UTF-8?Q?"
#define ENCODED_END    "?="
#define ENCODED_FRAME  12 /* both without the text; B is as long */
/* Below this a new line is better than a stub of an encoded word; one character of 4 bytes in Q
 * needs 12. */
#define ENCODED_ROOM_MIN (ENCODED_FRAME + 16)

/* A field being written. */
typedef struct {
    GString *out;
    gsize line;     /* where the current line begins in `out` */
    gboolean empty; /* nothing behind the name yet */
} Field;

static Field begin(GString *out, const char *name) {
    Field field = {.out = out, .line = out->len, .empty = TRUE};

    g_string_append(out, name);
    g_string_append_c(out, ':');
    return field;
}

static gsize column(const Field *field) {
    return field->out->len - field->line;
}

static void fold(Field *field) {
    g_string_append(field->out, "\r\n");
    field->line = field->out->len;
}

/* One word with a space before it. */
static void put_word(Field *field, const char *word, gsize length) {
    if (!field->empty && column(field) + 1 + length > LINE_MAX_SOFT)
        fold(field);
    g_string_append_c(field->out, ' ');
    g_string_append_len(field->out, word, (gssize) length);
    field->empty = FALSE;
}

static void end(Field *field) {
    g_string_append(field->out, "\r\n");
}

/* RFC 2047 5 (3), the narrowest set, good in every place. */
static gboolean is_q_plain(char c) {
    return g_ascii_isalnum(c) || (c != '\0' && strchr("!*+-/", c) != NULL);
}

static gsize q_length(const char *text, gsize length) {
    gsize result = 0;

    for (gsize i = 0; i < length; i++)
        result += is_q_plain(text[i]) || text[i] == ' ' ? 1 : 3;
    return result;
}

static gsize b_length(gsize length) {
    return (length + 2) / 3 * 4;
}

static void append_q(GString *out, const char *text, gsize length) {
    for (gsize i = 0; i < length; i++) {
        if (text[i] == ' ')
            g_string_append_c(out, '_');
        else if (is_q_plain(text[i]))
            g_string_append_c(out, text[i]);
        else
            g_string_append_printf(out, "=%02X", (guchar) text[i]);
    }
}

/* As much of `text` as fits into `room` bytes encoded: whole characters, and a base character keeps
 * its combining ones where that is possible. Base64 is cut at groups of three bytes if it can be:
 * GMime 3.2 loses what follows padding in the middle (measured), and others may. */
static gsize fitting(const char *text, gsize length, gsize room, gboolean base64) {
    gsize best[4] = {0}; /* by how good the place is */

    for (gsize at = 0; at < length;) {
        gsize next = (gsize) (g_utf8_next_char(text + at) - text);
        gsize cost = base64 ? b_length(next) : q_length(text, next);
        gboolean at_group = !base64 || next % 3 == 0;
        gboolean at_base = next >= length || !g_unichar_iszerowidth(g_utf8_get_char(text + next));

        if (cost > room)
            break;
        if (next >= length)
            return length;
        best[(at_group ? 2 : 0) + (at_base ? 1 : 0)] = next;
        at = next;
    }
    for (int i = 3; i > 0; i--)
        if (best[i] > 0)
            return best[i];
    return best[0];
}

/* `text` as encoded words, each on the room its line has left. */
static void put_encoded(Field *field, const char *text, gsize length) {
    /* Q stays readable as long as most of the text is ASCII. */
    gboolean base64 = q_length(text, length) > 2 * length;

    while (length > 0) {
        gsize used = column(field) + 1;
        gsize room;
        gsize part;

        if (used + ENCODED_ROOM_MIN > ENCODED_LINE && !field->empty) {
            fold(field);
            used = 1;
        }
        room = MIN(ENCODED_MAX, ENCODED_LINE - MIN(used, ENCODED_LINE - ENCODED_ROOM_MIN));
        part = fitting(text, length, room - ENCODED_FRAME, base64);
        g_string_append(field->out, base64 ? " =?UTF-8?B?" : " " ENCODED_START);
        if (base64) {
            g_autofree char *encoded = g_base64_encode((const guchar *) text, part);
            g_string_append(field->out, encoded);
        } else {
            append_q(field->out, text, part);
        }
        g_string_append(field->out, ENCODED_END);
        field->empty = FALSE;
        text += part;
        length -= part;
        if (length > 0)
            fold(field);
    }
}

static gboolean is_plain_word(const char *word, gsize length) {
    if (length == 0 || length > PLAIN_WORD_MAX || g_strstr_len(word, (gssize) length, "=?") != NULL)
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isgraph(word[i]))
            return FALSE;
    return TRUE;
}

static gsize word_length(const char *text) {
    return strcspn(text, " ");
}

/* The part of `text` from the first to the last word that must be encoded; FALSE: there is none.
 * All of it when there is an empty word (two spaces, one at an end), since folding would change
 * that. */
static gboolean find_encoded(const char *text, gsize *start_out, gsize *end_out) {
    gboolean found = FALSE;
    gsize at = 0;

    for (;;) {
        gsize length = word_length(text + at);

        if (length == 0) {
            *start_out = 0;
            *end_out = strlen(text);
            return TRUE;
        }
        if (!is_plain_word(text + at, length)) {
            if (!found)
                *start_out = at;
            *end_out = at + length;
            found = TRUE;
        }
        if (text[at + length] == '\0')
            return found;
        at += length + 1;
    }
}

static void put_words(Field *field, const char *text, gsize length) {
    gsize at = 0;

    while (at < length) {
        gsize word = MIN(word_length(text + at), length - at);

        if (word > 0)
            put_word(field, text + at, word);
        at += word + 1;
    }
}

/* RFC 2047 6.2 drops white space between encoded words only, so the plain words around them keep
 * their spaces. */
static void put_text(Field *field, const char *text) {
    gsize start = 0;
    gsize stop = 0;

    if (*text == '\0')
        return;
    if (!find_encoded(text, &start, &stop)) {
        put_words(field, text, strlen(text));
        return;
    }
    put_words(field, text, start);
    put_encoded(field, text + start, stop - start);
    put_words(field, text + stop, strlen(text + stop));
}

void pb_header_append_text(GString *out, const char *name, const char *text) {
    Field field = begin(out, name);

    put_text(&field, text);
    end(&field);
}

void pb_header_append_words(GString *out, const char *name, const char *words) {
    Field field = begin(out, name);

    if (g_str_is_ascii(words))
        put_words(&field, words, strlen(words));
    else
        put_text(&field, words);
    end(&field);
}

/* A name as atoms, as a quoted-string or encoded, whichever is the first that is possible. */
static void put_name(Field *field, const PbAddress *address) {
    PbAddress name_only = {.name = address->name, .address = (char *) "x"};
    g_autofree char *shown = pb_address_to_string(&name_only);
    gsize length = strlen(shown) - strlen(" <x>");
    gsize start;
    gsize stop;

    shown[length] = '\0';
    if (!g_str_is_ascii(shown) || strstr(shown, "=?") != NULL)
        put_encoded(field, address->name, strlen(address->name));
    else if (*shown == '"' && length <= PLAIN_WORD_MAX && strchr(shown, '\t') == NULL)
        put_word(field, shown, length);
    else if (*shown != '"' && !find_encoded(shown, &start, &stop))
        put_words(field, shown, length);
    else
        put_encoded(field, address->name, strlen(address->name));
}

void pb_header_append_addresses(GString *out, const char *name, GPtrArray *list) {
    Field field = begin(out, name);

    for (guint i = 0; i < list->len; i++) {
        const PbAddress *address = g_ptr_array_index(list, i);
        g_autofree char *wire = pb_address_to_wire(address->address);
        g_autofree char *word = g_strdup_printf(address->name != NULL ? "<%s>%s" : "%s%s", wire,
                                                i + 1 < list->len ? "," : "");

        if (address->name != NULL)
            put_name(&field, address);
        put_word(&field, word, strlen(word));
    }
    end(&field);
}

void pb_header_add_raw(GMimeObject *object, const char *field) {
    GMimeHeaderList *list = g_mime_object_get_header_list(object);
    const char *colon = strchr(field, ':');
    g_autofree char *name = g_strndup(field, (gsize) (colon - field));

    g_mime_header_list_append(list, name, "", NULL);
    g_mime_header_set_raw_value(
        g_mime_header_list_get_header_at(list, g_mime_header_list_get_count(list) - 1), colon + 1);
}

void pb_header_add_text(GMimeObject *object, const char *name, const char *text) {
    g_autoptr(GString) field = g_string_new(NULL);

    pb_header_append_text(field, name, text);
    pb_header_add_raw(object, field->str);
}

void pb_header_add_words(GMimeObject *object, const char *name, const char *words) {
    g_autoptr(GString) field = g_string_new(NULL);

    pb_header_append_words(field, name, words);
    pb_header_add_raw(object, field->str);
}

gboolean pb_header_name_is_valid(const char *name, gsize length) {
    if (length == 0 || length > PLAIN_WORD_MAX)
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isgraph(name[i]) || name[i] == ':')
            return FALSE;
    return TRUE;
}

gboolean pb_header_check(const char *name, const char *value, GError **error) {
    if (!g_utf8_validate(value, -1, NULL)) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("the header field “%s” is not UTF-8"), name);
        return FALSE;
    }
    for (const char *c = value; *c != '\0'; c = g_utf8_next_char(c)) {
        if (g_unichar_iscntrl(g_utf8_get_char(c)) && *c != '\t') {
            g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                        _("a line end or control character cannot stand in the header field “%s”"),
                        name);
            return FALSE;
        }
    }
    return TRUE;
}
