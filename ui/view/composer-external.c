#include "accounts/paths.h"
#include "accounts/pb-file.h"
#include "ui/view/composer-private.h"
#include "ui/view/external-text.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <string.h>

#define TEXT_LIMIT (64 * 1024 * 1024)

typedef struct {
    PbComposer *self;
    char *path;
    char *given; /* what the editor got */
    gboolean with_headers;
} External;

static void external_free(External *external) {
    g_free(external->path);
    g_free(external->given);
    g_free(external);
}

/* Some editors add a line end that was not there; that is no change. */
static gboolean is_unchanged(const char *text, const char *given) {
    gsize length = strlen(given);
    return g_str_has_prefix(text, given) &&
           (text[length] == '\0' || strcmp(text + length, "\n") == 0);
}

/* What the file says becomes the message; the fields follow. */
static gboolean take_over(External *external, const char *text, GError **error) {
    PbComposer *self = external->self;
    if (!external->with_headers) {
        pb_editor_set_text(self->editor, text);
        return TRUE;
    }
    PbMessage *message = pb_composer_collect(self);
    g_autofree char *from = g_strdup(message->from);
    if (!pb_external_text_read(text, message, error))
        return FALSE;
    self->own_from = self->own_from && g_strcmp0(from, message->from) == 0;
    pb_field_set(self->fields[PB_COMPOSE_TO], message->to);
    pb_field_set(self->fields[PB_COMPOSE_CC], message->cc);
    pb_field_set(self->fields[PB_COMPOSE_BCC], message->bcc);
    pb_field_set(self->fields[PB_COMPOSE_REPLY_TO], message->reply_to);
    pb_field_set(self->fields[PB_COMPOSE_SUBJECT], message->subject);
    pb_editor_set_text(self->editor, message->body);
    return TRUE;
}

/* An empty file is a slip more often than a wish: the old text stays (SCREENS 7). */
static gboolean read_back(External *external, GError **error) {
    gsize length = 0;
    g_autofree char *bytes = pb_file_read(external->path, TEXT_LIMIT, &length, error);
    if (bytes == NULL)
        return FALSE;
    g_autofree char *text = g_utf8_make_valid(bytes, (gssize) length);
    if (text[strspn(text, " \t\r\n")] == '\0' || is_unchanged(text, external->given))
        return TRUE;
    if (!take_over(external, text, error))
        return FALSE;
    pb_composer_touch(external->self);
    return TRUE;
}

static void on_editor_done(PbApp *app, int status, gpointer data) {
    External *external = data;
    PbComposer *self = external->self;
    g_autoptr(GError) error = NULL;
    if (status != 0) {
        pb_app_notice(
            app, _("The editor ended with status %d: the text is as before; the new one is in %s."),
            status, external->path);
    } else if (!read_back(external, &error)) {
        pb_app_error(app, error);
        pb_app_notice(app, _("%s. The text is as before; the new one is in %s."), error->message,
                      external->path);
    } else {
        g_unlink(external->path);
    }
    self->seen_stamp = pb_editor_stamp(self->editor);
    pb_composer_show(self, PB_COMPOSER_REVIEW);
    external_free(external);
}

static char *temporary_path(GError **error) {
    g_autofree char *folder = pb_paths_runtime();
    if (!pb_file_private_folder(folder, error))
        return NULL;
    g_autofree char *name = g_strdup_printf("message-%08x.eml.txt", g_random_int());
    return g_build_filename(folder, name, NULL);
}

void pb_composer_external(PbComposer *self, gboolean with_headers) {
    PbApp *app = self->view.app;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = temporary_path(&error);
    PbMessage *message = pb_composer_collect(self);
    g_autofree char *text =
        with_headers ? pb_external_text_write(message) : g_strdup(message->body);
    if (path == NULL || !pb_file_replace(path, text, strlen(text), &error)) {
        pb_app_error(app, error);
        return;
    }
    External *external = g_new0(External, 1);
    external->self = self;
    external->path = g_steal_pointer(&path);
    external->given = g_steal_pointer(&text);
    external->with_headers = with_headers;
    /* Nothing is lost if the editor takes the machine down. */
    pb_compose_draft_save(self->draft);
    pb_app_run_editor(app, external->path, on_editor_done, external);
}
