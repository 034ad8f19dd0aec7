#include "accounts/pb-file.h"
#include "ui/view/composer-private.h"
#include "ui/widget/file-picker.h"

#include <glib/gi18n-lib.h>

/* A text read into the message; more belongs into an attachment. */
#define READ_LIMIT (4 * 1024 * 1024)

static void refresh(PbComposer *self) {
    pb_composer_touch(self);
    if (self->view.class == &pb_review_class)
        pb_review_refresh(self);
    pb_app_redraw(self->view.app);
}

static void remember_folder(PbComposer *self, const GPtrArray *paths) {
    g_free(self->attach_folder);
    self->attach_folder = g_path_get_dirname(g_ptr_array_index(paths, paths->len - 1));
}

static void on_attach(PbApp *app, const GPtrArray *paths, gpointer user_data) {
    PbComposer *self = user_data;
    if (paths == NULL || paths->len == 0)
        return;
    for (guint i = 0; i < paths->len; i++) {
        g_autoptr(GError) error = NULL;
        PbAttachment *file = pb_attachment_new(g_ptr_array_index(paths, i), &error);
        if (file == NULL)
            pb_app_error(app, error);
        else
            g_ptr_array_add(self->message->attachments, file);
    }
    remember_folder(self, paths);
    refresh(self);
}

void pb_composer_ask_attach(PbComposer *self) {
    PbApp *app = self->view.app;
    pb_app_open_sheet(app,
                      pb_file_picker_new(app, _("Attach"), self->attach_folder, on_attach, self));
}

/* --- detaching, with its undo ----------------------------------------------------------------- */

typedef struct {
    char *draft;
    PbComposer *self; /* good while the composer with this draft is on the screen */
    PbAttachment *file;
} Detached;

static void detached_free(gpointer data) {
    Detached *detached = data;
    pb_attachment_free(detached->file);
    g_free(detached->draft);
    g_free(detached);
}

static gboolean undo_detach(PbApp *app, gpointer data) {
    Detached *detached = data;
    PbComposer *self = detached->self;
    if (!pb_composer_is_alive(self, detached->draft)) {
        pb_app_notice(app, "%s", _("Too late: that message is not open any more."));
        return FALSE;
    }
    g_ptr_array_add(self->message->attachments, g_steal_pointer(&detached->file));
    refresh(self);
    return TRUE;
}

void pb_composer_detach(PbComposer *self, guint index) {
    GPtrArray *files = self->message->attachments;
    if (index >= files->len)
        return;
    Detached *detached = g_new0(Detached, 1);
    detached->self = self;
    detached->draft = g_strdup(pb_compose_draft_id(self->draft));
    detached->file = pb_attachment_copy(g_ptr_array_index(files, index));
    g_ptr_array_remove_index(files, index);
    self->attachment = MIN(self->attachment, files->len > 0 ? files->len - 1 : 0);
    pb_app_push_undo(self->view.app, undo_detach, detached, detached_free);
    /* In the text "u" is a letter; on the review screen it undoes. */
    pb_app_notice(self->view.app,
                  self->view.class == &pb_review_class ? _("Detached %s.  u Undo")
                                                       : _("Detached %s."),
                  detached->file->name);
    refresh(self);
}

/* --- reading a file into the text ------------------------------------------------------------- */

static void on_read(PbApp *app, const GPtrArray *paths, gpointer user_data) {
    PbComposer *self = user_data;
    for (guint i = 0; paths != NULL && i < paths->len; i++) {
        g_autoptr(GError) error = NULL;
        gsize length = 0;
        g_autofree char *bytes =
            pb_file_read(g_ptr_array_index(paths, i), READ_LIMIT, &length, &error);
        if (bytes == NULL) {
            pb_app_error(app, error);
            continue;
        }
        g_autofree char *text = g_utf8_make_valid(bytes, (gssize) length);
        pb_editor_insert(self->editor, text);
        remember_folder(self, paths);
    }
    refresh(self);
}

void pb_composer_ask_read_file(PbComposer *self) {
    PbApp *app = self->view.app;
    pb_app_open_sheet(app, pb_file_picker_new(app, _("Read"), self->attach_folder, on_read, self));
}
