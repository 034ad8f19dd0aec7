#include "ui/view/external-text.h"

#include "accounts/pb-error.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* Known by its start, whatever language the rest is in. */
#define MARK "# ----"

typedef struct {
    const char *name;
    gsize offset;
} Header;

static const Header headers[] = {
    {"From", G_STRUCT_OFFSET(PbMessage, from)},
    {"To", G_STRUCT_OFFSET(PbMessage, to)},
    {"Cc", G_STRUCT_OFFSET(PbMessage, cc)},
    {"Bcc", G_STRUCT_OFFSET(PbMessage, bcc)},
    {"Reply-To", G_STRUCT_OFFSET(PbMessage, reply_to)},
    {"Subject", G_STRUCT_OFFSET(PbMessage, subject)},
};

static char **field_of(PbMessage *message, guint i) {
    return G_STRUCT_MEMBER_P(message, headers[i].offset);
}

char *pb_external_text_write(const PbMessage *message) {
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        const char *value = *field_of((PbMessage *) message, i);
        g_autofree char *line = g_strdup(value != NULL ? value : "");
        g_string_append_printf(text, "%s: %s\n", headers[i].name, g_strdelimit(line, "\r\n", ' '));
    }
    g_string_append_printf(text, "%s %s\n%s", MARK,
                           _("the text begins below this line; leave the line as it is"),
                           message->body);
    return g_string_free(text, FALSE);
}

static int header_at(const char *line) {
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        gsize length = strlen(headers[i].name);
        if (g_ascii_strncasecmp(line, headers[i].name, length) == 0 && line[length] == ':')
            return (int) i;
    }
    return -1;
}

/* One line of the head into `values`. */
static gboolean read_line(char *line, guint number, char **values, GError **error) {
    int at = header_at(line);
    if (line[strspn(line, " \t\r")] == '\0')
        return TRUE;
    if (at < 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("line %u is not a header that can be edited here: “%s”"), number, line);
        return FALSE;
    }
    g_free(values[at]);
    values[at] = g_strdup(g_strstrip(strchr(line, ':') + 1));
    return TRUE;
}

gboolean pb_external_text_read(const char *text, PbMessage *message, GError **error) {
    char *values[G_N_ELEMENTS(headers) + 1] = {NULL};
    gboolean ok = TRUE;
    guint number = 1;
    const char *at = text;
    for (; ok && *at != '\0' && !g_str_has_prefix(at, MARK); number++) {
        const char *end = strchrnul(at, '\n');
        g_autofree char *line = g_strndup(at, (gsize) (end - at));
        ok = read_line(line, number, values, error);
        at = *end == '\n' ? end + 1 : end;
    }
    if (ok && *at == '\0') {
        ok = FALSE;
        g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                    _("the line that begins with “%s” is missing; it divides headers and text"),
                    MARK);
    }
    if (ok) {
        const char *end = strchrnul(at, '\n');
        for (guint i = 0; i < G_N_ELEMENTS(headers); i++)
            pb_message_set(field_of(message, i), values[i]);
        pb_message_set(&message->body, *end == '\n' ? end + 1 : end);
    }
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++)
        g_free(values[i]);
    return ok;
}
