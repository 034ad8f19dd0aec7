#include "ui/view/composer-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define MAX_ANSWERS 9

/* The addr-spec of the message's From, or NULL. */
static PbAddress *from_address(PbComposer *self) {
    const char *from = self->message->from;
    return from != NULL && *from != '\0' ? pb_address_parse(from, NULL) : NULL;
}

static gboolean choose(PbComposer *self, PbChoice *choice_out) {
    g_autoptr(PbAddress) from = from_address(self);
    return pb_account_list_choose(pb_app_accounts(self->view.app), self->message->account,
                                  from != NULL && !self->own_from ? from->address : NULL,
                                  choice_out, NULL);
}

char *pb_composer_from_reason(PbComposer *self) {
    PbChoice choice;
    if (!choose(self, &choice))
        return g_strdup(_("no account yet"));
    g_autofree char *reason = pb_choice_reason_text(&choice);
    /* TRANSLATORS: account name and why it was chosen */
    return g_strdup_printf(_("%s: %s"), choice.account->name, reason);
}

guint64 pb_composer_size_limit(PbComposer *self) {
    PbChoice choice;
    PbOutbox *outbox = pb_app_outbox(self->view.app);
    if (outbox == NULL || !choose(self, &choice))
        return 0;
    return pb_outbox_size_limit(outbox, choice.account->name, choice.account->host);
}

/* --- signature -------------------------------------------------------------------------------- */

static char *signature_block(const PbIdentity *identity) {
    if (identity == NULL || identity->signature == NULL || *identity->signature == '\0')
        return NULL;
    const char *end = g_str_has_suffix(identity->signature, "\n") ? "" : "\n";
    /* RFC 3676, 4.3: dash dash space. */
    return g_strconcat("-- \n", identity->signature, end, NULL);
}

static gboolean has_signature(const char *text) {
    return g_str_has_prefix(text, "-- \n") || strstr(text, "\n-- \n") != NULL;
}

/* Replaces the block that was put there before, unless it was edited. */
static void swap_signature(PbComposer *self, const PbIdentity *identity) {
    g_autofree char *text = pb_editor_text(self->editor);
    g_autofree char *block = signature_block(identity);
    gsize length = strlen(text);
    if (self->signature != NULL) {
        if (!g_str_has_suffix(text, self->signature))
            return;
        length -= strlen(self->signature);
    } else if (block == NULL || has_signature(text)) {
        return;
    }
    GString *with = g_string_new_len(text, (gssize) length);
    if (self->signature == NULL)
        g_string_append(with, g_str_has_suffix(text, "\n") ? "\n" : "\n\n");
    g_string_append(with, block != NULL ? block : "");
    gsize point = pb_editor_point(self->editor);
    pb_editor_set_text(self->editor, with->str);
    pb_editor_set_point(self->editor, MIN(point, length));
    g_free(self->signature);
    self->signature = g_steal_pointer(&block);
    g_string_free(with, TRUE);
}

/* --- identities ------------------------------------------------------------------------------- */

static void set_reply_to(PbComposer *self, const PbIdentity *old, const PbIdentity *identity) {
    PbField *field = self->fields[PB_COMPOSE_REPLY_TO];
    const char *before = old != NULL && old->reply_to != NULL ? old->reply_to : "";
    if (strcmp(pb_field_text(field), before) != 0)
        return;
    pb_field_set(field, identity->reply_to != NULL ? identity->reply_to : "");
}

static const PbIdentity *identity_by_id(PbComposer *self, const char *id) {
    PbAccountList *accounts = pb_app_accounts(self->view.app);
    for (guint i = 0; i < pb_account_list_identity_count(accounts); i++) {
        const PbIdentity *identity = pb_account_list_identity_at(accounts, i);
        if (g_strcmp0(identity->id, id) == 0)
            return identity;
    }
    return NULL;
}

/* What follows the identity: its signature, its Reply-To, its organisation. */
static void use_identity(PbComposer *self, const PbIdentity *identity) {
    const PbIdentity *old = identity_by_id(self, self->message->identity);
    set_reply_to(self, old, identity);
    g_free(self->message->identity);
    self->message->identity = g_strdup(identity->id);
    g_free(self->message->organization);
    self->message->organization = g_strdup(identity->organization);
    swap_signature(self, identity);
}

static char *identity_text(const PbIdentity *identity) {
    g_autoptr(PbAddress) address =
        pb_address_new(*identity->name != '\0' ? identity->name : NULL, identity->address);
    return pb_address_to_string(address);
}

/* A draft keeps From as text only; the default identity's was not chosen by anybody. */
static gboolean is_default_from(PbComposer *self) {
    PbChoice choice;
    if (self->message->account != NULL ||
        !pb_account_list_choose(pb_app_accounts(self->view.app), NULL, NULL, &choice, NULL) ||
        choice.identity == NULL)
        return FALSE;
    g_autofree char *text = identity_text(choice.identity);
    return g_strcmp0(text, self->message->from) == 0;
}

void pb_composer_init_from(PbComposer *self, gboolean is_new) {
    PbChoice choice;
    if (!choose(self, &choice) || choice.identity == NULL)
        return;
    if (self->message->from == NULL || *self->message->from == '\0') {
        g_free(self->message->from);
        self->message->from = identity_text(choice.identity);
    }
    self->own_from = is_default_from(self);
    if (is_new) {
        self->message->flowed = TRUE;
        use_identity(self, choice.identity);
        return;
    }
    /* A stored draft already has its signature; it follows From again if it is still there. */
    g_autofree char *block = signature_block(choice.identity);
    g_autofree char *text = pb_editor_text(self->editor);
    if (block != NULL && g_str_has_suffix(text, block))
        self->signature = g_steal_pointer(&block);
}

void pb_composer_set_identity(PbComposer *self, guint index) {
    PbAccountList *accounts = pb_app_accounts(self->view.app);
    if (index >= pb_account_list_identity_count(accounts))
        return;
    const PbIdentity *identity = pb_account_list_identity_at(accounts, index);
    use_identity(self, identity);
    self->own_from = FALSE;
    g_free(self->message->from);
    self->message->from = identity_text(identity);
    g_free(self->message->account);
    self->message->account = g_strdup(identity->account);
    pb_composer_touch(self);
}

static guint identity_index(PbComposer *self) {
    PbAccountList *accounts = pb_app_accounts(self->view.app);
    for (guint i = 0; i < pb_account_list_identity_count(accounts); i++)
        if (g_strcmp0(pb_account_list_identity_at(accounts, i)->id, self->message->identity) == 0)
            return i;
    return 0;
}

void pb_composer_step_identity(PbComposer *self, int step) {
    int count = (int) pb_account_list_identity_count(pb_app_accounts(self->view.app));
    if (count == 0) {
        pb_app_notice(self->view.app, "%s", _("There is no account yet. 5, then a makes one."));
        return;
    }
    if (count == 1) {
        pb_app_notice(self->view.app, "%s", _("There is only this one identity."));
        return;
    }
    pb_composer_set_identity(self, (guint) (((int) identity_index(self) + step + count) % count));
}

static void on_from_answer(PbApp *app, char letter, gpointer user_data) {
    PbComposer *self = user_data;
    if (letter != 0)
        pb_composer_set_identity(self, (guint) (letter - '1'));
    if (self->view.class == &pb_review_class)
        pb_review_refresh(self);
    pb_app_redraw(app);
}

void pb_composer_ask_from(PbComposer *self) {
    PbAccountList *accounts = pb_app_accounts(self->view.app);
    guint count = MIN(pb_account_list_identity_count(accounts), MAX_ANSWERS);
    if (count < 2) {
        pb_composer_step_identity(self, 1);
        return;
    }
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    PbAnswer answers[MAX_ANSWERS] = {0};
    for (guint i = 0; i < count; i++) {
        const PbIdentity *identity = pb_account_list_identity_at(accounts, i);
        g_autofree char *address = identity_text(identity);
        g_ptr_array_add(texts, g_strdup_printf(_("%s, account %s"), address, identity->account));
        answers[i] = (PbAnswer){(char) ('1' + i), g_ptr_array_index(texts, i)};
    }
    pb_app_open_sheet(self->view.app, pb_question_new(self->view.app, _("From"), NULL, answers,
                                                      count, on_from_answer, self, NULL));
}
