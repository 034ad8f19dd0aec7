#include "accounts/pb-error.h"
#include "compose/header-fields-private.h"
#include "compose/intake-header-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

static void free_field(gpointer data) {
    PbIntakeField *field = data;

    g_free(field->name);
    g_string_free(field->raw, TRUE);
    g_free(field);
}

/* "Name:" or, as old programs write it, "Name :". */
static char *dup_name(const char *line) {
    gsize length = strcspn(line, ":");
    gsize name = length;

    if (line[length] != ':')
        return NULL;
    while (name > 0 && (line[name - 1] == ' ' || line[name - 1] == '\t'))
        name--;
    return pb_header_name_is_valid(line, name) ? g_strndup(line, name) : NULL;
}

static gboolean fail_no_field(const PbLineReader *reader, GError **error) {
    g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                _("line %" G_GUINT64_FORMAT " is not a header field (“Name: value”); an empty line "
                  "must stand before the text"),
                pb_line_reader_number(reader));
    return FALSE;
}

static gboolean add_line(GPtrArray *fields, const PbLineReader *reader, const char *line,
                         GError **error) {
    g_autofree char *name = NULL;
    PbIntakeField *field;

    if (*line == ' ' || *line == '\t') {
        if (fields->len == 0)
            return fail_no_field(reader, error);
        /* A line of spaces only is taken for the end of the header by some relays. */
        if (line[strspn(line, " \t")] == '\0')
            return TRUE;
        field = fields->pdata[fields->len - 1];
        g_string_append_printf(field->raw, "\r\n%s", line);
        return TRUE;
    }
    name = dup_name(line);
    if (name == NULL)
        return fail_no_field(reader, error);
    field = g_new0(PbIntakeField, 1);
    field->raw = g_string_new(NULL);
    g_string_append_printf(field->raw, "%s:%s", name, strchr(line, ':') + 1);
    field->name = g_steal_pointer(&name);
    g_ptr_array_add(fields, field);
    return TRUE;
}

static gboolean check_field(const PbIntakeField *field, GError **error) {
    if (g_utf8_validate(field->raw->str, (gssize) field->raw->len, NULL))
        return TRUE;
    g_set_error(error, PB_ERROR, PB_ERROR_DATA,
                _("the header field “%s” is neither ASCII nor UTF-8; encode it (RFC 2047)"),
                field->name);
    return FALSE;
}

GPtrArray *pb_intake_header_read(PbLineReader *reader, gboolean dot_ends, gboolean *body_out,
                                 GError **error) {
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func(free_field);
    g_autoptr(GError) failure = NULL;
    gsize total = 0;
    gsize length;
    const char *line;

    while ((line = pb_line_reader_next(reader, &length, &failure)) != NULL && length > 0) {
        if (dot_ends && strcmp(line, ".") == 0) {
            line = NULL;
            break;
        }
        if (pb_line_reader_number(reader) == 1 && g_str_has_prefix(line, "From "))
            continue;
        total += length + 2;
        if (total > PB_INTAKE_HEADER_MAX) {
            g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("the header is longer than %d bytes"),
                        PB_INTAKE_HEADER_MAX);
            return NULL;
        }
        if (!add_line(fields, reader, line, error))
            return NULL;
    }
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    for (guint i = 0; i < fields->len; i++)
        if (!check_field(fields->pdata[i], error))
            return NULL;
    *body_out = line != NULL;
    return g_steal_pointer(&fields);
}

const PbIntakeField *pb_intake_header_find(GPtrArray *fields, const char *name) {
    for (guint i = 0; i < fields->len; i++) {
        const PbIntakeField *field = fields->pdata[i];

        if (g_ascii_strcasecmp(field->name, name) == 0)
            return field;
    }
    return NULL;
}

char *pb_intake_field_value(const PbIntakeField *field) {
    GString *out = g_string_new(NULL);

    for (const char *c = strchr(field->raw->str, ':') + 1; *c != '\0'; c++)
        if (*c != '\r' && *c != '\n')
            g_string_append_c(out, *c);
    return g_strstrip(g_string_free(out, FALSE));
}

GHashTable *pb_intake_header_resent(GPtrArray *fields) {
    GHashTable *block = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < fields->len; i++) {
        PbIntakeField *field = fields->pdata[i];
        g_autofree char *name = g_ascii_strdown(field->name, -1);

        /* The newest block stands first; it ends where a trace or the next block begins. */
        if (g_str_has_prefix(name, "resent-")) {
            if (!g_hash_table_add(seen, g_steal_pointer(&name)))
                break;
            g_hash_table_add(block, field);
        } else if (g_hash_table_size(block) > 0 &&
                   (strcmp(name, "received") == 0 || strcmp(name, "return-path") == 0)) {
            break;
        }
    }
    return block;
}
