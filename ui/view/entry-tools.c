#include "ui/view/entry-tools.h"

#include "accounts/pb-text.h"
#include "ui/term/screen.h"
#include "ui/view/state-explain.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* --- copy ----------------------------------------------------------------------------------- */

enum { COPY_ADDRESS, COPY_REPLY, COPY_MESSAGE_ID, COPY_QUEUE_ID, COPY_COUNT };

static const struct {
    char letter;
    const char *name;
} copies[COPY_COUNT] = {
    [COPY_ADDRESS] = {'a', N_("Address")},
    [COPY_REPLY] = {'r', N_("Reply")},
    [COPY_MESSAGE_ID] = {'m', N_("Message-ID")},
    [COPY_QUEUE_ID] = {'i', N_("Queue id")},
};

static void copy_answered(PbApp *app, char letter, gpointer user_data) {
    char **texts = user_data;
    for (int i = 0; i < COPY_COUNT; i++) {
        if (copies[i].letter != letter || texts[i] == NULL)
            continue;
        pb_screen_copy(texts[i]);
        pb_app_notice(app, _("Copied: %s (if the terminal lets programs do so)."), texts[i]);
    }
}

static void texts_free(gpointer data) {
    char **texts = data;
    for (int i = 0; i < COPY_COUNT; i++)
        g_free(texts[i]);
    g_free(texts);
}

static char **copy_texts(const PbEntry *entry, const PbRecipient *recipient) {
    char **texts = g_new0(char *, COPY_COUNT);
    texts[COPY_MESSAGE_ID] =
        entry->message_id != NULL ? pb_text_sanitise(entry->message_id, -1, 400, FALSE) : NULL;
    if (recipient == NULL)
        return texts;
    texts[COPY_ADDRESS] = pb_text_sanitise(recipient->address, -1, 400, FALSE);
    texts[COPY_REPLY] = pb_state_server_words(recipient->evidence);
    texts[COPY_QUEUE_ID] =
        recipient->queue_id != NULL ? pb_text_sanitise(recipient->queue_id, -1, 400, FALSE) : NULL;
    return texts;
}

void pb_entry_copy_open(PbApp *app, const PbEntry *entry, const PbRecipient *recipient) {
    if (recipient == NULL && entry->recipients != NULL && entry->recipients->len > 0)
        recipient = entry->recipients->pdata[0];
    char **texts = copy_texts(entry, recipient);
    PbAnswer answers[COPY_COUNT];
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    guint count = 0;
    for (int i = 0; i < COPY_COUNT; i++) {
        if (texts[i] == NULL)
            continue;
        g_ptr_array_add(lines, g_strdup_printf("%-12s  %s", _(copies[i].name), texts[i]));
        answers[count] = (PbAnswer){copies[i].letter, lines->pdata[count]};
        count++;
    }
    PbSheet *sheet =
        pb_question_new(app, _("Copy"), NULL, answers, count, copy_answered, texts, texts_free);
    pb_question_set_closing(sheet, _("Copy nothing"));
    pb_app_open_sheet(app, sheet);
}

/* --- the server's words --------------------------------------------------------------------- */

static void words_closed(PbApp *app, char letter, gpointer user_data) {
    (void) app;
    (void) letter;
    (void) user_data;
}

void pb_entry_words_open(PbApp *app, const PbEvidence *evidence) {
    if (evidence == NULL || (evidence->code == 0 && *evidence->text == '\0')) {
        pb_app_notice(app, "%s", _("The server said nothing about this."));
        return;
    }
    g_autofree char *who = evidence->who != NULL
                               ? pb_text_sanitise(evidence->who, -1, 200, pb_draw_ascii())
                               : g_strdup(_("The server"));
    g_autofree char *when = pb_text_time_exact(evidence->at, g_get_real_time());
    g_autofree char *title = g_strdup_printf(_("%s said at %s"), who, when);
    g_autofree char *clean =
        pb_text_sanitise_lines(evidence->text, -1, PB_EVIDENCE_TEXT_MAX, pb_draw_ascii());
    g_autofree char *code = evidence->code > 0 ? g_strdup_printf("%d ", evidence->code) : NULL;
    g_autofree char *text = g_strdup_printf("%s%s%s%s", code != NULL ? code : "", evidence->status,
                                            *evidence->status != '\0' ? " " : "", clean);
    PbSheet *sheet = pb_question_new(app, title, text, NULL, 0, words_closed, NULL, NULL);
    pb_question_set_closing(sheet, _("Close"));
    pb_app_open_sheet(app, sheet);
}

/* --- pipe ----------------------------------------------------------------------------------- */

typedef struct {
    char *path;
    gboolean temporary;
} Pipe;

static void pipe_remove(gpointer data) {
    Pipe *pipe = data;
    if (pipe->temporary)
        g_unlink(pipe->path);
    g_free(pipe->path);
    g_free(pipe);
}

static Pipe *pipe_new(const char *path, gboolean temporary) {
    Pipe *pipe = g_new0(Pipe, 1);
    pipe->path = g_strdup(path);
    pipe->temporary = temporary;
    return pipe;
}

static void pipe_ended(PbApp *app, int status, gpointer data) {
    pipe_remove(data);
    if (status == 0)
        pb_app_notice(app, "%s", _("The command ended well."));
    else
        pb_app_notice(app, _("The command ended with status %d."), status);
}

static gboolean pipe_done(PbApp *app, PbSheet *sheet, const char *text, gpointer user_data) {
    (void) sheet;
    Pipe *pipe = user_data;
    if (text == NULL || *text == '\0')
        return TRUE;
    /* The sheet's own goes with the sheet; the file is left to the command. */
    Pipe *running = pipe_new(pipe->path, pipe->temporary);
    pipe->temporary = FALSE;
    pb_app_run_pipe(app, text, running->path, pipe_ended, running);
    return TRUE;
}

void pb_entry_pipe_open(PbApp *app, const char *path, gboolean temporary) {
    PbSheet *sheet = pb_prompt_new(app, _("Give it to a command"), _("Command"), "", TRUE,
                                   pipe_done, pipe_new(path, temporary), pipe_remove);
    pb_prompt_set_texts(sheet, NULL, _("Run"));
    pb_app_open_sheet(app, sheet);
}
