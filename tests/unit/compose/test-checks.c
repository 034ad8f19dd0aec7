#include "compose/checks-private.h"
#include "compose/checks.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <string.h>

static PbMessage *make(void) {
    PbMessage *message = pb_message_new();

    pb_message_set(&message->from, "Anna <anna@example.org>");
    pb_message_set(&message->to, "bob@example.org");
    pb_message_set(&message->subject, "Minutes");
    pb_message_set(&message->body, "Hello Bob\n");
    return message;
}

static PbFinding *find(GPtrArray *findings, const char *field, const char *part) {
    for (guint i = 0; i < findings->len; i++) {
        PbFinding *finding = findings->pdata[i];

        if (strcmp(finding->field, field) == 0 && strstr(finding->text, part) != NULL)
            return finding;
    }
    return NULL;
}

Test(checks, nothing_is_said_about_a_good_message) {
    g_autoptr(PbMessage) message = make();
    g_autoptr(GPtrArray) findings = pb_checks_run(message, 25000000);

    cr_assert_eq(findings->len, 0, "%s",
                 findings->len > 0 ? ((PbFinding *) findings->pdata[0])->text : "");
}

typedef struct {
    const char *to, *cc, *bcc, *subject, *body;
    gboolean blocking;
    const char *field, *part;
} Row;

static const Row rows[] = {
    {"", "", "", "s", "t", TRUE, "to", "no recipient"},
    {"bob", "", "", "s", "t", TRUE, "to", "To, column 1: “@” is missing"},
    {"a@x.org", "b c", "", "s", "t", TRUE, "cc", "Cc, column 1"},
    {"a@x.org", "", "b@", "s", "t", TRUE, "bcc", "Bcc, column 3"},
    {"a@x.org", "", "", " ", "t", FALSE, "subject", "subject is empty"},
    {"a@x.org", "", "", "s", " \n", FALSE, "body", "no text"},
    {"a@x.org", "", "", "s", "> quoted\n-- \nme\n", FALSE, "body", "no text"},
    {"a@x.org", "", "", "s", "see the attached file\n", FALSE, "attach", "“attached”"},
    {"a@x.org", "", "", "Rechnung anbei", "x\n", FALSE, "attach", "“anbei”"},
    {"a@x.org", "", "", "s", "Im ANHANG findest du\n", FALSE, "attach", "anhang"},
    {"a@x.org", "", "", "s", "Veuillez trouver ci-joint\n", FALSE, "attach", "“ci-joint”"},
    {"", "a@x.org", "", "s", "t", FALSE, "to", "nobody stands in To"},
    {"a@x.org", "", "a@X.ORG", "s", "t", FALSE, "bcc", "a@X.ORG is there twice"},
    {"a@gmial.com", "", "", "s", "t", FALSE, "to", "gmial.com looks like gmail.com. t edits To"},
    {"x@y.org", "a@exmaple.org", "", "s", "t", FALSE, "cc", "looks like example.org"},
    {"1@x.org,2@x.org,3@x.org,4@x.org,5@x.org,6@x.org,7@x.org,8@x.org",
     "9@x.org,10@x.org,11@x.org,12@x.org,13@x.org,14@x.org,15@x.org,16@x.org", "", "s", "t", FALSE,
     "cc", "16 recipients can see each other"},
};

Test(checks, every_slip_is_found_with_its_field) {
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PbMessage) message = make();
        g_autoptr(GPtrArray) findings = NULL;
        PbFinding *finding;

        pb_message_set(&message->to, rows[i].to);
        pb_message_set(&message->cc, rows[i].cc);
        pb_message_set(&message->bcc, rows[i].bcc);
        pb_message_set(&message->subject, rows[i].subject);
        pb_message_set(&message->body, rows[i].body);
        findings = pb_checks_run(message, 0);
        cr_assert_eq(findings->len, 1, "row %zu: %u findings", i, findings->len);
        finding = find(findings, rows[i].field, rows[i].part);
        cr_assert_not_null(finding, "row %zu: %s", i, ((PbFinding *) findings->pdata[0])->text);
        cr_assert_eq(finding->blocking, rows[i].blocking);
    }
}

Test(checks, blocking_ones_come_first) {
    g_autoptr(PbMessage) message = make();
    g_autoptr(GPtrArray) findings = NULL;

    pb_message_set(&message->subject, "");
    pb_message_set(&message->from, "");
    pb_message_set(&message->reply_to, "x y");
    findings = pb_checks_run(message, 0);
    cr_assert_eq(findings->len, 3);
    cr_assert_str_eq(((PbFinding *) findings->pdata[0])->field, "from");
    cr_assert_str_eq(((PbFinding *) findings->pdata[1])->field, "reply-to");
    cr_assert_not(((PbFinding *) findings->pdata[2])->blocking);
}

Test(checks, quoted_text_and_signature_do_not_speak_of_attachments) {
    g_autoptr(PbMessage) message = make();
    g_autoptr(GPtrArray) findings = NULL;

    pb_message_set(&message->body, "thanks\n> see attached\n-- \nattached to my cat\n");
    findings = pb_checks_run(message, 0);
    cr_assert_eq(findings->len, 0);
}

Test(checks, files_and_size_are_looked_at) {
    g_autofree char *folder = g_dir_make_tmp("postbag-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.bin", NULL);
    g_autoptr(PbMessage) message = make();
    g_autoptr(GPtrArray) over = NULL;
    g_autoptr(GPtrArray) near = NULL;
    g_autoptr(GPtrArray) changed = NULL;
    g_autoptr(GPtrArray) gone = NULL;
    g_autofree char *bytes = g_strnfill(100000, 'x');

    cr_assert(g_file_set_contents(path, bytes, 100000, NULL));
    g_ptr_array_add(message->attachments, pb_attachment_new(path, NULL));
    over = pb_checks_run(message, 120000);
    cr_assert(find(over, "attach", "the server takes")->blocking);
    near = pb_checks_run(message, 140000);
    cr_assert_not(find(near, "attach", "near the limit")->blocking);
    cr_assert(g_file_set_contents(path, "y", 1, NULL));
    changed = pb_checks_run(message, 0);
    cr_assert_not(find(changed, "attach", "changed since")->blocking);
    cr_assert_eq(g_unlink(path), 0);
    gone = pb_checks_run(message, 0);
    cr_assert(find(gone, "attach", "not there any more")->blocking);
}

Test(checks, lookalikes_are_slips_and_not_neighbours) {
    static const struct {
        const char *domain, *known;
    } domains[] = {
        {"gmail.com", NULL},
        {"GMAIL.com", NULL},
        {"gmal.com", "gmail.com"},
        {"gmail.con", "gmail.com"},
        {"gnail.com", "gmail.com"},
        {"hotmial.com", "hotmail.com"},
        {"outlok.com", "outlook.com"},
        {"yaho.com", "yahoo.com"},
        {"gmx.ed", "gmx.de"},
        {"mail.com", NULL},
        {"bob.org", NULL},
        {"gmx.com", NULL},
        {"company.example", NULL},
        {"iclould.com", "icloud.com"},
        {"[192.0.2.1]", NULL},
        {"bücher.example", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(domains); i++) {
        const char *known = pb_checks_lookalike(domains[i].domain);

        cr_assert_eq(g_strcmp0(known, domains[i].known), 0, "%s gave %s", domains[i].domain,
                     known != NULL ? known : "nothing");
    }
}
