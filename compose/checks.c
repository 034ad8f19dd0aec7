#include "compose/checks.h"

#include "accounts/pb-error.h"
#include "accounts/pb-text.h"
#include "compose/address-private.h"
#include "compose/checks-private.h"
#include "compose/mime.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* More visible recipients than this look like a list that was not meant to be seen. */
#define VISIBLE_MAX 15

/* One run: what was found, and what several checks need. */
typedef struct {
    const PbMessage *message;
    GPtrArray *blocking, *others;
    GPtrArray *lists[3]; /* To, Cc, Bcc parsed; NULL where it cannot be */
} Run;

static const struct {
    const char *field, *label;
} people[] = {{"to", "To"}, {"cc", "Cc"}, {"bcc", "Bcc"}};

void pb_finding_free(PbFinding *finding) {
    if (finding == NULL)
        return;
    g_free(finding->text);
    g_free(finding);
}

static void add(GPtrArray *list, gboolean blocking, const char *field, char *text) {
    PbFinding *finding = g_new0(PbFinding, 1);

    finding->blocking = blocking;
    finding->field = field;
    finding->text = text;
    g_ptr_array_add(list, finding);
}

static void block(Run *run, const char *field, char *text) {
    add(run->blocking, TRUE, field, text);
}

static void warn(Run *run, const char *field, char *text) {
    add(run->others, FALSE, field, text);
}

static gboolean is_blank(const char *text) {
    return text[strspn(text, " \t\r\n")] == '\0';
}

static const char *text_of(const PbMessage *message, gsize index) {
    const char *const texts[] = {message->to, message->cc, message->bcc};

    return texts[index];
}

/* What cannot be parsed blocks; without any such fault "no recipient" may be said. */
static void check_addresses(Run *run) {
    const PbMessage *message = run->message;
    g_autoptr(GError) from = NULL;
    g_autoptr(GError) reply = NULL;
    g_autoptr(PbAddress) sender = pb_address_parse_field("From", message->from, &from);
    g_autoptr(GPtrArray) replies =
        pb_address_list_parse_field("Reply-To", message->reply_to, NULL, &reply);
    gboolean faulty = FALSE;
    guint count = 0;

    if (sender == NULL)
        block(run, "from", g_strdup(from->message));
    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        g_autoptr(GError) error = NULL;

        run->lists[i] =
            pb_address_list_parse_field(people[i].label, text_of(message, i), NULL, &error);
        if (run->lists[i] != NULL)
            count += run->lists[i]->len;
        else
            block(run, people[i].field, g_strdup(error->message));
        faulty |= run->lists[i] == NULL;
    }
    if (count == 0 && !faulty)
        block(run, "to", g_strdup(_("no recipient. t adds one")));
    if (replies == NULL)
        block(run, "reply-to", g_strdup(reply->message));
}

static void check_files(Run *run) {
    for (guint i = 0; i < run->message->attachments->len; i++) {
        const PbAttachment *attachment = run->message->attachments->pdata[i];
        g_autoptr(GError) error = NULL;

        if (pb_attachment_check(attachment, &error))
            continue;
        if (g_error_matches(error, PB_ERROR, PB_ERROR_NO_INPUT))
            block(
                run, "attach",
                g_strdup_printf(_("“%s” is not there any more. D detaches it, a attaches another"),
                                attachment->path));
        else
            warn(run, "attach",
                 g_strdup_printf(_("“%s” changed since you attached it. y sends the new one, a "
                                   "attaches it anew"),
                                 attachment->path));
    }
}

static void check_size(Run *run, guint64 limit) {
    guint64 size = pb_mime_estimate_size(run->message);
    g_autofree char *size_text = pb_text_size(size);
    g_autofree char *limit_text = pb_text_size(limit);

    if (limit == 0)
        return;
    if (size > limit)
        block(run, "attach",
              g_strdup_printf(_("%s to send; the server takes %s. D detaches a file"), size_text,
                              limit_text));
    else if (size > limit / 10 * 9)
        warn(run, "attach",
             g_strdup_printf(_("%s to send; the server takes %s, so this is near the limit"),
                             size_text, limit_text));
}

static void check_lookalikes(Run *run) {
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        for (guint k = 0; run->lists[i] != NULL && k < run->lists[i]->len; k++) {
            const PbAddress *address = run->lists[i]->pdata[k];
            const char *domain = pb_address_domain(address->address);
            const char *known = pb_checks_lookalike(domain);

            if (known == NULL || !g_hash_table_add(told, g_ascii_strdown(domain, -1)))
                continue;
            warn(run, people[i].field,
                 /* TRANSLATORS: two domains, then a field of the message, with its key */
                 g_strdup_printf(_("%s looks like %s. %c edits %s"), domain, known,
                                 people[i].field[0], people[i].label));
        }
    }
}

static void check_twice(Run *run) {
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(people); i++) {
        for (guint k = 0; run->lists[i] != NULL && k < run->lists[i]->len; k++) {
            const PbAddress *address = run->lists[i]->pdata[k];

            if (!g_hash_table_add(seen, pb_address_key(address->address)) &&
                g_hash_table_add(told, pb_address_key(address->address)))
                warn(run, people[i].field,
                     g_strdup_printf(_("%s is there twice and gets the message once"),
                                     address->address));
        }
    }
}

static void check_visible(Run *run) {
    guint to = run->lists[0] != NULL ? run->lists[0]->len : 0;
    guint visible = to + (run->lists[1] != NULL ? run->lists[1]->len : 0);

    if (visible > VISIBLE_MAX)
        warn(run, to > VISIBLE_MAX ? "to" : "cc",
             g_strdup_printf(g_dngettext(GETTEXT_PACKAGE,
                                         "%u recipient can see all the others. b moves them to Bcc",
                                         "%u recipients can see each other. b moves them to Bcc",
                                         visible),
                             visible));
    if (run->lists[0] != NULL && to == 0 &&
        !(is_blank(run->message->cc) && is_blank(run->message->bcc)))
        warn(run, "to", g_strdup(_("nobody stands in To. t adds someone")));
}

static void check_words(Run *run) {
    const PbMessage *message = run->message;
    g_autofree char *own = pb_checks_own_text(message->body);
    g_autofree char *word = NULL;

    if (message->attachments->len == 0) {
        word = pb_checks_attachment_word(message->subject);
        if (word == NULL)
            word = pb_checks_attachment_word(own);
    }
    if (word != NULL)
        warn(run, "attach",
             g_strdup_printf(_("the text says “%s”, but nothing is attached. a attaches a file"),
                             word));
    if (is_blank(message->subject))
        warn(run, "subject", g_strdup(_("the subject is empty. s adds one")));
    if (is_blank(own) && message->attachments->len == 0)
        warn(run, "body", g_strdup(_("there is no text. e adds some")));
}

GPtrArray *pb_checks_run(const PbMessage *message, guint64 size_limit) {
    GPtrArray *result = g_ptr_array_new_with_free_func((GDestroyNotify) pb_finding_free);
    Run run = {.message = message, .blocking = result, .others = g_ptr_array_new()};

    check_addresses(&run);
    check_files(&run);
    check_size(&run, size_limit);
    check_lookalikes(&run);
    check_words(&run);
    check_visible(&run);
    check_twice(&run);
    g_ptr_array_extend_and_steal(result, run.others);
    for (gsize i = 0; i < G_N_ELEMENTS(run.lists); i++)
        if (run.lists[i] != NULL)
            g_ptr_array_unref(run.lists[i]);
    return result;
}
