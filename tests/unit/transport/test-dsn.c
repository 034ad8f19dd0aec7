#include "accounts/pb-error.h"
#include "transport/outbox/outbox.h"
#include "transport/pickup/maildir.h"
#include "transport/report/dsn.h"
#include "transport/report/match.h"
#include "transport/sandbox/sandbox-report.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

#define TWO_RECIPIENTS                                                                             \
    "From: MAILER-DAEMON@mx.example.net\r\n"                                                       \
    "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"a;b\"\r\n"       \
    "\r\n"                                                                                         \
    "preamble\r\n--a;b\r\nContent-Type: text/plain\r\n\r\nwords\r\n--a;b\r\n"                      \
    "Content-Type: message/delivery-status\r\n\r\n"                                                \
    "Reporting-MTA: dns; mx.example.net\r\nOriginal-Envelope-Id: QQ1\r\n\r\n"                      \
    "Original-Recipient: rfc822;Cy@Example.org\r\nFinal-Recipient: rfc822; cy@inner.example\r\n"   \
    "Action: failed\r\nStatus: 5.0.0 (permanent)\r\n"                                              \
    "Diagnostic-Code: smtp; 550 5.1.1\r\n  no such user\r\nRemote-MTA: dns; in.example\r\n\r\n"    \
    "Final-Recipient: rfc822; <bo@example.org>\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n"        \
    "--a;b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <m1@b.example>\r\n--a;b--\r\n"

static PbReport *parse(const char *text) {
    return pb_report_parse(text, strlen(text));
}

static const PbReportRecipient *nth(const PbReport *report, guint n) {
    cr_assert_lt(n, report->recipients->len);
    return g_ptr_array_index(report->recipients, n);
}

Test(dsn, tells_each_recipient_of_a_report_apart) {
    g_autoptr(PbReport) report = parse(TWO_RECIPIENTS);
    cr_assert_eq(report->kind, PB_REPORT_FAILURE);
    cr_assert_str_eq(report->envid, "QQ1");
    cr_assert_str_eq(report->message_id, "<m1@b.example>");
    cr_assert_str_eq(report->reporting_mta, "mx.example.net");
    cr_assert_eq(report->recipients->len, 2);
    const PbReportRecipient *cy = nth(report, 0), *bo = nth(report, 1);
    cr_assert_str_eq(cy->address, "Cy@Example.org");
    cr_assert_str_eq(cy->final_address, "cy@inner.example");
    cr_assert_eq(cy->action, PB_ACTION_FAILED);
    cr_assert_str_eq(cy->status, "5.1.1"); /* 5.0.0 says less */
    cr_assert_eq(cy->code, 550);
    cr_assert_str_eq(cy->diagnostic, "550 5.1.1  no such user");
    cr_assert_str_eq(cy->remote_mta, "in.example");
    cr_assert_str_eq(bo->address, "bo@example.org");
    cr_assert_eq(bo->action, PB_ACTION_DELAYED);
    cr_assert_str_eq(bo->status, "4.4.1");
    cr_assert_eq(bo->code, 0);
    g_autoptr(PbEvidence) evidence = pb_report_evidence(report, cy);
    cr_assert_eq(evidence->stage, PB_STAGE_REPORT);
    cr_assert_str_eq(evidence->who, "in.example");
    cr_assert_str_eq(evidence->text, "no such user");
}

Test(dsn, a_message_that_is_no_report_is_never_called_one) {
    static const char *const others[] = {
        "",
        "\r\n",
        "Content-Type: text/plain\r\n\r\n550 5.1.1 user unknown\r\n",
        "Content-Type: multipart/report\r\n\r\nno boundary",
        "Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n"
        "Action: failed\r\nFinal-Recipient: rfc822; a@b\r\n--x--\r\n",
        /* forwarded as an attachment */
        "Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Final-Recipient: rfc822; a@b\r\nAction: failed\r\n--y--\r\n",
        /* no action, no address */
        "Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Final-Recipient: rfc822; a@b\r\nStatus: 5.1.1\r\n\r\n"
        "Final-Recipient: rfc822; nobody\r\nAction: failed\r\n--x--\r\n",
    };
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(PbReport) report = parse(others[i]);
        cr_assert_eq(report->kind, PB_REPORT_NONE, "%s", others[i]);
        cr_assert_eq(report->recipients->len, 0);
    }
}

Test(dsn, every_cut_of_a_report_is_survived) {
    g_autofree char *text = g_strdup(TWO_RECIPIENTS);
    for (gsize length = 0; length < strlen(text); length++) {
        g_autofree char *exact = g_memdup2(text, length);
        g_autoptr(PbReport) report = pb_report_parse(exact, length);
        cr_assert_leq(report->recipients->len, 2);
    }
}

Test(dsn, encoded_and_international_parts_are_read) {
    g_autoptr(PbReport) report = parse(
        "content-type: MULTIPART/REPORT; boundary=x\n\n--x\n"
        "Content-Type: message/global-delivery-status\n"
        "Content-Transfer-Encoding: quoted-printable\n\nReporting-MTA: dns; m=\nx\n\n"
        "Final-Recipient: utf-8; d\\x{E4}ne@b=C3=BCcher.example\nAction: DELIVERED (ok)\n--x--\n");
    cr_assert_eq(report->kind, PB_REPORT_SUCCESS);
    cr_assert_str_eq(report->reporting_mta, "mx");
    cr_assert_str_eq(nth(report, 0)->address, "däne@bücher.example");
    static const char plain[] =
        "Reporting-MTA: dns; q\n\nFinal-Recipient: rfc822; a@b\nAction: relayed\n";
    g_autofree char *body = g_base64_encode((const guchar *) plain, strlen(plain));
    g_autofree char *text = g_strdup_printf("Content-Type: multipart/report; boundary=x\n\n--x\n"
                                            "Content-Type: message/delivery-status\n"
                                            "Content-Transfer-Encoding: base64\n\n%s\n--x--\n",
                                            body);
    g_autoptr(PbReport) encoded = parse(text);
    cr_assert_eq(encoded->kind, PB_REPORT_SUCCESS);
}

static PbSandboxEnvelope *envelope(const char *envid) {
    PbSandboxEnvelope *made = pb_sandbox_envelope_new();
    g_autofree char *mail = g_strdup_printf("FROM:<me@b.example> ENVID=%s", envid);
    cr_assert_null(pb_sandbox_envelope_mail(made, mail));
    return made;
}

static PbSandboxRecipient *recipient(const PbSandboxEnvelope *of, const char *address) {
    g_autofree char *rcpt = g_strdup_printf("TO:<%s> ORCPT=rfc822;%s", address, address);
    PbSandboxRecipient *made = NULL;
    cr_assert_null(pb_sandbox_envelope_rcpt(of, rcpt, &made));
    return made;
}

Test(dsn, the_reports_of_the_sandbox_are_understood) {
    static const struct {
        PbSandboxReportKind made;
        PbReportKind read;
        PbReportAction action;
    } kinds[] = {
        {PB_SANDBOX_REPORT_FAILED, PB_REPORT_FAILURE, PB_ACTION_FAILED},
        {PB_SANDBOX_REPORT_DELIVERED, PB_REPORT_SUCCESS, PB_ACTION_DELIVERED},
        {PB_SANDBOX_REPORT_READ, PB_REPORT_RECEIPT, PB_ACTION_DISPLAYED},
    };
    g_autoptr(PbSandboxEnvelope) of = envelope("e1");
    g_autoptr(PbSandboxRecipient) to = recipient(of, "read@sandbox.test");
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *text =
            pb_sandbox_report(kinds[i].made, of, to, "Message-ID: <m1@b.example>\r\n");
        g_autoptr(PbReport) report = parse(text);
        cr_assert_eq(report->kind, kinds[i].read);
        cr_assert_str_eq(report->message_id, "<m1@b.example>");
        cr_assert_eq(nth(report, 0)->action, kinds[i].action);
        cr_assert_str_eq(nth(report, 0)->address, "read@sandbox.test");
        if (kinds[i].made != PB_SANDBOX_REPORT_READ)
            cr_assert_str_eq(report->envid, "e1");
    }
}

/* --- with an outbox --------------------------------------------------------------------------- */

static char *folder;

static void setup(void) {
    folder = g_dir_make_tmp("pb-report-XXXXXX", NULL);
}

static void remove_all(const char *path) {
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_all(child);
    }
    (void) g_remove(path);
}

static void teardown(void) {
    remove_all(folder);
    g_free(folder);
}

TestSuite(report_match, .init = setup, .fini = teardown, .timeout = 60);

static PbOutbox *open_outbox(void) {
    g_autofree char *path = g_build_filename(folder, "outbox", NULL);
    g_autoptr(GError) error = NULL;
    PbOutbox *outbox = pb_outbox_open(path, &error);
    cr_assert_not_null(outbox, "%s", error != NULL ? error->message : "");
    return outbox;
}

/* One message to cy@ and bo@, accepted for both. */
static char *add_accepted(PbOutbox *outbox) {
    static const char text[] = "Message-ID: <m1@b.example>\r\n\r\nx\r\n";
    g_autoptr(PbOutboxWriter) writer = pb_outbox_writer_new(outbox, NULL);
    cr_assert_eq(write(pb_outbox_writer_fd(writer), text, strlen(text)), (ssize_t) strlen(text));
    g_autoptr(GPtrArray) to = g_ptr_array_new();
    g_ptr_array_add(to, (char *) "cy@example.org");
    g_ptr_array_add(to, (char *) "bo@example.org");
    PbNewEntry entry = {.account = "a",
                        .from = "me@b.example",
                        .reverse_path = "me@b.example",
                        .message_id = "<m1@b.example>",
                        .recipients = to};
    g_autoptr(GError) error = NULL;
    char *id = pb_outbox_add(outbox, writer, &entry, &error);
    cr_assert_not_null(id, "%s", error != NULL ? error->message : "");
    g_autoptr(PbEntry) claimed = pb_outbox_claim_next(outbox, "a", NULL);
    cr_assert_not_null(claimed);
    cr_assert(pb_outbox_mark_end_of_data(outbox, id, NULL));
    g_autoptr(PbEvidence) evidence =
        pb_evidence_new(PB_STAGE_END_OF_DATA, 250, "2.0.0", "Ok", "mx");
    for (guint i = 0; i < claimed->recipients->len; i++) {
        PbRecipient *each = g_ptr_array_index(claimed->recipients, i);
        cr_assert(
            pb_outbox_record_result(outbox, id, each->id, PB_RCPT_ACCEPTED, evidence, NULL, NULL));
    }
    cr_assert(pb_outbox_release_claim(outbox, id, NULL));
    return id;
}

static PbRecipientState state_of(PbOutbox *outbox, const char *id, guint n) {
    g_autoptr(PbEntry) entry = pb_outbox_get(outbox, id, NULL);
    cr_assert_not_null(entry);
    return ((PbRecipient *) g_ptr_array_index(entry->recipients, n))->state;
}

Test(report_match, finds_by_message_id_and_records_each_recipient) {
    g_autoptr(PbOutbox) outbox = open_outbox();
    g_autofree char *id = add_accepted(outbox);
    g_autoptr(PbReport) report = parse(TWO_RECIPIENTS); /* its envelope id is not ours */
    g_autofree char *found = pb_report_record(outbox, report, NULL);
    cr_assert_str_eq(found, id);
    cr_assert_eq(state_of(outbox, id, 0), PB_RCPT_BOUNCED);
    cr_assert_eq(state_of(outbox, id, 1), PB_RCPT_DELAYED);
    g_autoptr(PbEntry) entry = pb_outbox_get(outbox, id, NULL);
    PbRecipient *cy = g_ptr_array_index(entry->recipients, 0);
    cr_assert_eq(cy->evidence->code, 550);
    cr_assert_eq(entry->state, PB_ENTRY_BOUNCED);
}

Test(report_match, a_report_about_a_stranger_changes_nothing) {
    g_autoptr(PbOutbox) outbox = open_outbox();
    g_autofree char *id = add_accepted(outbox);
    g_autofree char *text = g_strdup(TWO_RECIPIENTS);
    memcpy(strstr(text, "<m1@"), "<m2@", 4);
    g_autoptr(PbReport) report = parse(text);
    cr_assert_null(pb_report_record(outbox, report, NULL));
    cr_assert_eq(state_of(outbox, id, 0), PB_RCPT_ACCEPTED);
}

Test(report_match, a_better_fact_is_not_overwritten) {
    static const PbRecipientState told[] = {PB_RCPT_DELAYED,   PB_RCPT_RELAYED, PB_RCPT_DELAYED,
                                            PB_RCPT_DELIVERED, PB_RCPT_BOUNCED, PB_RCPT_DELIVERED,
                                            PB_RCPT_READ,      PB_RCPT_BOUNCED};
    static const PbRecipientState kept[] = {PB_RCPT_DELAYED,   PB_RCPT_RELAYED, PB_RCPT_RELAYED,
                                            PB_RCPT_DELIVERED, PB_RCPT_BOUNCED, PB_RCPT_BOUNCED,
                                            PB_RCPT_READ,      PB_RCPT_READ};
    g_autoptr(PbOutbox) outbox = open_outbox();
    g_autofree char *id = add_accepted(outbox);
    g_autoptr(PbEvidence) evidence = pb_evidence_new(PB_STAGE_REPORT, 0, "", "x", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(told); i++) {
        cr_assert(pb_outbox_record_report(outbox, id, "cy@example.org", told[i], evidence, NULL));
        cr_assert_eq(state_of(outbox, id, 0), kept[i], "step %u", i);
    }
    cr_assert_eq(state_of(outbox, id, 1), PB_RCPT_ACCEPTED);
    g_autoptr(GPtrArray) timeline = pb_outbox_timeline(outbox, id, NULL);
    cr_assert_geq(timeline->len, G_N_ELEMENTS(told));
    g_autoptr(GError) error = NULL;
    cr_assert_not(
        pb_outbox_record_report(outbox, "nosuchentry", "x@y", PB_RCPT_BOUNCED, evidence, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_NO_INPUT));
}

Test(report_match, a_maildir_gives_up_only_our_reports) {
    g_autoptr(PbOutbox) outbox = open_outbox();
    guint count = 99;
    cr_assert(pb_pickup_maildir_scan(outbox, folder, &count, NULL));
    cr_assert_eq(count, 0);
    g_autofree char *id = add_accepted(outbox);
    g_autofree char *new = g_build_filename(folder, "new", NULL);
    g_autofree char *cur = g_build_filename(folder, "cur", NULL);
    g_mkdir(new, 0700);
    g_mkdir(cur, 0700);
    g_autofree char *ours = g_build_filename(new, "1.ours", NULL);
    g_autofree char *other = g_build_filename(new, "2.other", NULL);
    g_autofree char *link = g_build_filename(new, "3.link", NULL);
    cr_assert(g_file_set_contents(ours, TWO_RECIPIENTS, -1, NULL));
    cr_assert(g_file_set_contents(other, "Subject: hello\r\n\r\nx\r\n", -1, NULL));
    cr_assert_eq(symlink(ours, link), 0);
    for (guint i = 0; i < 2; i++) {
        cr_assert(pb_pickup_maildir_scan(outbox, folder, &count, NULL));
        cr_assert_eq(count, i == 0 ? 1 : 0);
    }
    cr_assert_eq(state_of(outbox, id, 0), PB_RCPT_BOUNCED);
    g_autofree char *seen = g_build_filename(cur, "1.ours:2,S", NULL);
    cr_assert(g_file_test(seen, G_FILE_TEST_EXISTS));
    cr_assert_not(g_file_test(ours, G_FILE_TEST_EXISTS));
    cr_assert(g_file_test(other, G_FILE_TEST_EXISTS));
}
