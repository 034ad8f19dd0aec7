#include "ui/view/mail-limit.h"

#include <string.h>

void pb_mail_limit_clear(PbMailLimit *limit) {
    g_clear_pointer(&limit->all, g_free);
    g_clear_pointer(&limit->text, g_free);
    g_clear_pointer(&limit->state, g_free);
    g_clear_pointer(&limit->account, g_free);
}

static gboolean take_field(const char *word, const char *name, char **field) {
    if (!g_str_has_prefix(word, name))
        return FALSE;
    g_free(*field);
    *field = g_strdup(word + strlen(name));
    return TRUE;
}

void pb_mail_limit_set(PbMailLimit *limit, const char *text) {
    pb_mail_limit_clear(limit);
    if (*text == '\0')
        return;
    limit->all = g_strdup(text);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    g_autoptr(GString) rest = g_string_new(NULL);
    for (guint i = 0; words[i] != NULL; i++) {
        const char *word = words[i];
        if (*word == '\0' || take_field(word, "state:", &limit->state) ||
            take_field(word, "account:", &limit->account))
            continue;
        /* Recipients and reply codes are part of the words that the outbox looks at. */
        const char *bare = g_str_has_prefix(word, "to:")     ? word + 3
                           : g_str_has_prefix(word, "code:") ? word + 5
                                                             : word;
        g_string_append_printf(rest, "%s%s", rest->len > 0 ? " " : "", bare);
    }
    if (rest->len > 0)
        limit->text = g_strdup(rest->str);
}

void pb_mail_limit_apply(const PbMailLimit *limit, PbQuery *query) {
    query->text = limit->text;
    query->state = limit->state;
    query->account = limit->account;
}
