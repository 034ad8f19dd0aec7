#include "tests/unit/transport/outbox-fixture.h"
#include "transport/outbox/outbox-private.h"
#include "transport/outbox/retry.h"

#include <glib/gstdio.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;
static PbOutbox *outbox;

static void set_up(void) {
    folder = fixture_folder();
    outbox = fixture_open(folder);
}

static void tear_down(void) {
    pb_outbox_free(outbox);
    fixture_remove(folder);
    g_free(folder);
}

TestSuite(outbox, .init = set_up, .fini = tear_down);

static PbEntry *claim(const char *account) {
    g_autoptr(GError) error = NULL;
    PbEntry *entry = pb_outbox_claim_next(outbox, account, &error);
    cr_assert_null(error, "%s", error != NULL ? error->message : "");
    return entry;
}

static void cr_assert_ok(gboolean ok, GError *error) {
    cr_assert(ok, "%s", error != NULL ? error->message : "no error set");
}

static char *kinds(const char *id) {
    g_autoptr(GPtrArray) items = pb_outbox_timeline(outbox, id, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < items->len; i++) {
        const PbTimelineItem *item = g_ptr_array_index(items, i);
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", item->kind);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* What another process sees: 1 if somebody has a lock on the file. */
static int is_locked_for_others(const char *path) {
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        const int fd = open(path, O_RDWR | O_CLOEXEC);
        _exit(fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? 1 : 0);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    return WEXITSTATUS(status);
}

Test(outbox, another_handle_of_the_process_leaves_the_locks_of_the_first_alone) {
    g_autofree char *path = g_build_filename(folder, "outbox.db", NULL);
    cr_assert(is_locked_for_others(path));
    g_autoptr(PbOutbox) other = fixture_open(folder);
    pb_outbox_free(g_steal_pointer(&other));
    cr_expect(is_locked_for_others(path));
}

Test(outbox, keeps_what_was_put_in_and_lets_nobody_else_read_it) {
    g_autofree char *id = fixture_add_like(outbox,
                                           &(PbNewEntry){.subject = "Agenda",
                                                         .to = "Ann +1",
                                                         .message_id = "<1@x>",
                                                         .notify = "NEVER",
                                                         .draft = "d1",
                                                         .eight_bit = TRUE},
                                           "ann@example.org,ben@example.org");
    g_autoptr(PbEntry) entry = fixture_get(outbox, id);
    cr_expect_str_eq(entry->subject, "Agenda");
    cr_expect_str_eq(entry->to, "Ann +1");
    cr_expect_str_eq(entry->notify, "NEVER");
    cr_expect_str_eq(entry->draft, "d1");
    cr_expect(entry->eight_bit && !entry->utf8_headers);
    cr_expect_eq(entry->size, strlen(FIXTURE_BYTES));
    cr_expect_eq(entry->recipients->len, 2);
    cr_expect_str_eq(fixture_recipient(entry, 1)->address, "ben@example.org");
    cr_expect_eq(entry->state, PB_ENTRY_QUEUED);

    g_autofree char *path = pb_outbox_message_path(outbox, id);
    g_autofree char *bytes = NULL;
    cr_assert(g_file_get_contents(path, &bytes, NULL, NULL));
    cr_expect_str_eq(bytes, FIXTURE_BYTES);
    static const char *const names[] = {"outbox.db", "outbox.db-wal"};
    GStatBuf facts;
    cr_assert_eq(g_stat(path, &facts), 0);
    cr_expect_eq(facts.st_mode & 0777, 0600);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *file = g_build_filename(folder, names[i], NULL);
        cr_assert_eq(g_stat(file, &facts), 0);
        cr_expect_eq(facts.st_mode & 0777, 0600, "%s", names[i]);
    }
}

Test(outbox, refuses_bytes_that_are_not_canonical_and_keeps_nothing_of_them) {
    static const char *const bad[] = {"a\n", "a\rb\r\n", "a\r\n\n", "no end", "end in cr\r", ""};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *id =
            fixture_try_add(outbox, &(PbNewEntry){0}, "a@example.org", bad[i], &error);
        cr_expect_null(id, "case %zu", i);
        cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_DATA), "case %zu", i);
    }
    g_autofree char *incoming = g_build_filename(folder, "incoming", NULL);
    g_autoptr(GDir) left = g_dir_open(incoming, 0, NULL);
    cr_expect_null(g_dir_read_name(left));
    cr_expect_eq(fixture_count(outbox, PB_LIST_ALL), 0);
}

Test(outbox, finds_a_bare_line_end_across_a_chunk_border) {
    g_autoptr(GString) bytes = g_string_new(NULL);
    while (bytes->len < 64 * 1024 - 1)
        g_string_append_c(bytes, 'x');
    g_string_append(bytes, "\r\nrest\r\n");
    g_autofree char *good =
        fixture_try_add(outbox, &(PbNewEntry){0}, "a@example.org", bytes->str, NULL);
    cr_expect_not_null(good);
    bytes->str[64 * 1024 - 1] = 'x';
    g_autoptr(GError) error = NULL;
    g_autofree char *id =
        fixture_try_add(outbox, &(PbNewEntry){0}, "a@example.org", bytes->str, &error);
    cr_expect_null(id);
    cr_expect_not_null(strstr(error->message, "65536"), "%s", error->message);
}

Test(outbox, refuses_addresses_that_would_end_a_command) {
    static const char *const bad[] = {"a@b\r\nRCPT TO:<c@d>", "", "a@b\n", "<a@b>", "a@b> SIZE=1"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *list = g_strconcat("ok@example.org,", bad[i], NULL);
        g_autofree char *id =
            fixture_try_add(outbox, &(PbNewEntry){0}, list, FIXTURE_BYTES, &error);
        cr_expect_null(id, "case %zu", i);
        cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_DATA), "case %zu", i);
    }
}

Test(outbox, tells_each_recipient_apart_over_a_whole_life) {
    g_autofree char *id = fixture_add(outbox, "Agenda", "ann@x.org,ben@x.org,cy@x.org");
    g_autoptr(PbEntry) first = claim("work");
    cr_assert_not_null(first);
    cr_expect_str_eq(fixture_state(outbox, id), "sending");
    cr_expect_null(claim("work"), "nothing is due while it is claimed");
    fixture_result(outbox, first, 2, PB_RCPT_REFUSED, 550, "no such user");
    g_autoptr(GError) error = NULL;
    cr_assert_ok(pb_outbox_mark_end_of_data(outbox, id, &error), error);
    fixture_result(outbox, first, 0, PB_RCPT_ACCEPTED, 250, "ok");
    fixture_result(outbox, first, 1, PB_RCPT_DEFERRED, 451, "later");
    cr_assert_ok(pb_outbox_release_claim(outbox, id, &error), error);

    g_autoptr(PbEntry) entry = fixture_get(outbox, id);
    cr_expect_eq(entry->state, PB_ENTRY_PARTIAL);
    cr_expect_eq(entry->accepted_count, 1);
    cr_expect_eq(entry->attempts, 1);
    cr_expect_str_eq(fixture_recipient(entry, 0)->queue_id, "4F2C1");
    cr_expect_eq(fixture_recipient(entry, 2)->evidence->code, 550);
    cr_expect_eq(fixture_recipient(entry, 2)->evidence->stage, PB_STAGE_RCPT);
    const gint64 wait = entry->next_attempt - g_get_real_time();
    cr_expect(wait > 40 * G_USEC_PER_SEC && wait <= 72 * G_USEC_PER_SEC);
    cr_expect_null(claim("work"), "not before its time");

    cr_assert_eq(pb_outbox_make_due(outbox, NULL, &error), 1);
    g_autoptr(PbEntry) second = claim("work");
    cr_assert_not_null(second);
    cr_assert_eq(second->recipients->len, 1, "only the due one");
    cr_expect_str_eq(fixture_recipient(second, 0)->address, "ben@x.org");
    fixture_result(outbox, second, 0, PB_RCPT_ACCEPTED, 250, "ok");
    cr_assert_ok(pb_outbox_release_claim(outbox, id, &error), error);

    cr_assert_ok(pb_outbox_correct(outbox, id, 0, "cy@x.org", "cy@y.org", &error), error);
    g_autoptr(PbEntry) third = claim("work");
    cr_assert_eq(third->recipients->len, 1);
    cr_expect_str_eq(fixture_recipient(third, 0)->address, "cy@y.org");
    fixture_result(outbox, third, 0, PB_RCPT_ACCEPTED, 250, "ok");
    cr_assert_ok(pb_outbox_release_claim(outbox, id, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "sent");
    g_autofree char *told = kinds(id);
    cr_expect_str_eq(told, "written refused accepted deferred accepted edited accepted");
}

Test(outbox, acts_on_what_the_person_saw_or_not_at_all) {
    g_autofree char *id = fixture_add(outbox, "Agenda", "ann@x.org");
    g_autoptr(PbEntry) seen = fixture_get(outbox, id);
    g_autoptr(GError) error = NULL;
    cr_assert_ok(pb_outbox_hold(outbox, id, seen->version, PB_HOLD_USER, 0, "later", &error),
                 error);
    g_autoptr(PbEntry) held = fixture_get(outbox, id);
    cr_expect_gt(held->version, seen->version);
    cr_expect_str_eq(held->hold_note, "later");
    cr_expect_not(pb_outbox_cancel(outbox, id, seen->version, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CONFLICT));
    cr_expect_str_eq(fixture_state(outbox, id), "held");
    g_clear_error(&error);
    cr_expect_not(pb_outbox_cancel(outbox, "nosuchentry00000", 0, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_NO_INPUT));
}

Test(outbox, holds_and_releases) {
    g_autofree char *id = fixture_add(outbox, "Agenda", "ann@x.org");
    g_autoptr(GError) error = NULL;
    cr_expect_not(pb_outbox_release(outbox, id, 0, 0, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_USAGE));
    g_clear_error(&error);
    cr_assert_ok(pb_outbox_hold(outbox, id, 0, PB_HOLD_USER, 0, NULL, &error), error);
    cr_expect_null(claim("work"));
    cr_expect_eq(pb_outbox_next_due(outbox, NULL), 0);
    const gint64 until = g_get_real_time() + 60 * G_USEC_PER_SEC;
    cr_assert_ok(pb_outbox_release(outbox, id, 0, until, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "held");
    cr_expect_eq(pb_outbox_next_due(outbox, "work"), until);
    cr_expect_null(claim("work"));
    cr_assert_ok(pb_outbox_release(outbox, id, 0, 0, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "queued");
    g_autoptr(PbEntry) entry = claim("work");
    cr_expect_not_null(entry);
}

Test(outbox, lets_a_timed_hold_go_by_itself) {
    const gint64 past = g_get_real_time() - 1;
    g_autofree char *undo = fixture_add_like(
        outbox, &(PbNewEntry){.hold = PB_HOLD_UNDO, .not_before = past}, "ann@x.org");
    g_autofree char *at = fixture_add_like(
        outbox,
        &(PbNewEntry){.hold = PB_HOLD_SEND_AT, .not_before = past + (gint64) 3600 * G_USEC_PER_SEC},
        "ben@x.org");
    cr_expect_str_eq(fixture_state(outbox, undo), "queued", "seen as let go before any write");
    cr_expect_str_eq(fixture_state(outbox, at), "held");
    g_auto(GStrv) due = pb_outbox_due_accounts(outbox, g_get_real_time());
    cr_assert_not_null(due[0]);
    cr_expect_str_eq(due[0], "work");
    g_autoptr(GPtrArray) held =
        pb_outbox_list(outbox, &(PbQuery){.kind = PB_LIST_ALL, .state = "held"}, NULL);
    cr_expect_eq(held->len, 1);
    g_autoptr(PbEntry) entry = claim("work");
    cr_expect_str_eq(entry->id, undo);
    cr_expect_null(claim("work"));
}

Test(outbox, brings_cancelled_ones_back_held) {
    g_autofree char *id = fixture_add(outbox, "Agenda", "ann@x.org");
    g_autoptr(GError) error = NULL;
    cr_assert_ok(pb_outbox_cancel(outbox, id, 0, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "cancelled");
    cr_expect_null(claim("work"));
    cr_expect_eq(fixture_count(outbox, PB_LIST_SENT), 1);
    cr_assert_ok(pb_outbox_uncancel(outbox, id, 0, &error), error);
    g_autoptr(PbEntry) entry = fixture_get(outbox, id);
    cr_expect_eq(entry->hold, PB_HOLD_USER);
    cr_expect_eq(entry->state, PB_ENTRY_HELD);
}

Test(outbox, stops_a_transfer_before_its_end_of_data_only) {
    g_autofree char *id = fixture_add(outbox, "Agenda", "ann@x.org");
    g_autoptr(PbEntry) entry = claim("work");
    g_autoptr(GError) error = NULL;
    cr_assert_ok(pb_outbox_cancel(outbox, id, 0, &error), error);
    cr_expect_not(pb_outbox_mark_end_of_data(outbox, id, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_CANCELLED));
    g_clear_error(&error);
    fixture_result(outbox, entry, 0, PB_RCPT_DEFERRED, 0, "cut");
    cr_assert_ok(pb_outbox_release_claim(outbox, id, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "cancelled");

    g_autofree char *other = fixture_add(outbox, "Other", "ann@x.org");
    g_autoptr(PbEntry) second = claim("work");
    cr_assert_ok(pb_outbox_mark_end_of_data(outbox, other, &error), error);
    g_autoptr(PbEntry) shown = fixture_get(outbox, other);
    cr_expect(shown->handed_over);
    cr_expect_not(pb_outbox_cancel(outbox, other, 0, &error));
    cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_USAGE));
    cr_expect_not(pb_outbox_hold(outbox, other, 0, PB_HOLD_USER, 0, NULL, NULL));
}

Test(outbox, never_sends_an_unsure_one_again_before_a_person_said_so) {
    g_autofree char *id = fixture_add(outbox, "Agenda", "ann@x.org");
    g_autoptr(PbEntry) entry = claim("work");
    g_autoptr(GError) error = NULL;
    cr_assert_ok(pb_outbox_mark_end_of_data(outbox, id, &error), error);
    fixture_result(outbox, entry, 0, PB_RCPT_UNSURE, 0, "line broke");
    cr_assert_ok(pb_outbox_release_claim(outbox, id, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "unsure");
    cr_expect_eq(pb_outbox_make_due(outbox, NULL, NULL), 0);
    cr_expect_not(pb_outbox_retry(outbox, id, 0, NULL));
    cr_expect_null(claim("work"));
    cr_assert_ok(pb_outbox_settle(outbox, id, 0, FALSE, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "queued");
    g_autoptr(PbEntry) again = claim("work");
    cr_expect_not_null(again);
}

Test(outbox, settles_as_arrived_or_puts_aside) {
    g_autofree char *id = fixture_add(outbox, "Agenda", "ann@x.org,ben@x.org");
    g_autoptr(PbEntry) entry = claim("work");
    fixture_result(outbox, entry, 0, PB_RCPT_UNSURE, 0, "line broke");
    fixture_result(outbox, entry, 1, PB_RCPT_REFUSED, 550, "no");
    g_autoptr(GError) error = NULL;
    cr_assert_ok(pb_outbox_release_claim(outbox, id, &error), error);
    cr_assert_ok(pb_outbox_settle(outbox, id, 0, TRUE, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "partial");
    cr_assert_ok(pb_outbox_settle(outbox, id, 0, TRUE, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "sent");
    g_autoptr(PbEntry) settled = fixture_get(outbox, id);
    cr_expect_eq(fixture_recipient(settled, 1)->state, PB_RCPT_REFUSED, "what was said is kept");
    cr_expect_eq(fixture_count(outbox, PB_LIST_PROBLEMS), 0);
    cr_expect_not(pb_outbox_settle(outbox, id, 0, TRUE, NULL));
}

Test(outbox, leaves_what_had_no_result_queued_or_unsure) {
    g_autofree char *before = fixture_add(outbox, "before", "ann@x.org");
    g_autofree char *after = fixture_add(outbox, "after", "ann@x.org");
    g_autoptr(PbEntry) first = claim("work");
    g_autoptr(PbEntry) second = claim("work");
    cr_assert(first != NULL && second != NULL, "several claims in one handle");
    g_autoptr(GError) error = NULL;
    cr_assert_ok(pb_outbox_mark_end_of_data(outbox, after, &error), error);
    cr_assert_ok(pb_outbox_release_claim(outbox, before, &error), error);
    cr_assert_ok(pb_outbox_release_claim(outbox, after, &error), error);
    cr_expect_str_eq(fixture_state(outbox, before), "queued");
    cr_expect_str_eq(fixture_state(outbox, after), "unsure");
    cr_expect_not(pb_outbox_release_claim(outbox, after, &error), "only once");
}

Test(outbox, gives_up_after_the_lifetime_and_keeps_the_evidence) {
    g_autofree char *id = fixture_add(outbox, "Agenda", "ann@x.org");
    g_autoptr(GError) error = NULL;
    cr_assert_ok(pb_db_run(outbox->db, &error, "UPDATE entry SET waiting_since = ?",
                           PB_I(g_get_real_time() -
                                (gint64) (PB_QUEUE_LIFETIME_SECONDS + 1) * G_USEC_PER_SEC)),
                 error);
    g_autoptr(PbEntry) entry = claim("work");
    fixture_result(outbox, entry, 0, PB_RCPT_DEFERRED, 451, "later");
    cr_assert_ok(pb_outbox_release_claim(outbox, id, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "failed");
    g_autoptr(PbEntry) failed = fixture_get(outbox, id);
    cr_expect_eq(fixture_recipient(failed, 0)->evidence->code, 451);
    cr_assert_ok(pb_outbox_retry(outbox, id, 0, &error), error);
    g_autoptr(PbEntry) again = claim("work");
    fixture_result(outbox, again, 0, PB_RCPT_DEFERRED, 451, "later");
    cr_assert_ok(pb_outbox_release_claim(outbox, id, &error), error);
    cr_expect_str_eq(fixture_state(outbox, id), "deferred", "a new life after retry");
}

Test(outbox, keeps_back_paused_accounts_and_says_why_once) {
    g_autofree char *work = fixture_add(outbox, "w", "ann@x.org");
    g_autofree char *home = fixture_add_like(outbox, &(PbNewEntry){.account = "home"}, "b@x.org");
    g_autoptr(PbEvidence) evidence = pb_evidence_new(PB_STAGE_AUTH, 535, "5.7.8", "no", "mx");
    g_autoptr(GError) error = NULL;
    gboolean fresh = FALSE;
    cr_assert_ok(
        pb_outbox_pause_account(outbox, "work", "password", "sign in", evidence, &fresh, &error),
        error);
    cr_expect(fresh);
    cr_assert_ok(pb_outbox_pause_account(outbox, "work", "password", "x", NULL, &fresh, &error),
                 error);
    cr_expect_not(fresh);
    g_autoptr(PbPause) pause = pb_outbox_account_pause(outbox, "work");
    cr_assert_not_null(pause);
    cr_expect_str_eq(pause->note, "sign in");
    cr_expect_eq(pause->waiting, 1);
    cr_expect_eq(pause->evidence->code, 535);
    cr_expect_null(claim("work"));
    g_auto(GStrv) due = pb_outbox_due_accounts(outbox, g_get_real_time());
    cr_expect_str_eq(due[0], "home");
    cr_expect_null(due[1]);
    cr_expect_eq(pb_outbox_next_due(outbox, "work"), 0);
    cr_assert_ok(pb_outbox_resume_account(outbox, "work", &error), error);
    cr_expect_null(pb_outbox_account_pause(outbox, "work"));
    g_autoptr(PbEntry) entry = claim("work");
    cr_expect_not_null(entry);
}

Test(outbox, keeps_back_accounts_whose_server_is_away) {
    g_autofree char *id = fixture_add(outbox, "w", "ann@x.org");
    g_autoptr(GError) error = NULL;
    gint64 first = 0;
    gint64 second = 0;
    cr_assert_ok(pb_outbox_back_off(outbox, "work", "cannot reach it", NULL, &first, &error),
                 error);
    cr_assert_ok(pb_outbox_back_off(outbox, "work", "cannot reach it", NULL, &second, &error),
                 error);
    cr_expect_gt(second, first + 20 * G_USEC_PER_SEC);
    g_autoptr(PbBackoff) backoff = pb_outbox_account_backoff(outbox, "work");
    cr_expect_eq(backoff->tries, 2);
    cr_expect_str_eq(backoff->note, "cannot reach it");
    cr_expect_null(claim("work"));
    cr_expect_eq(pb_outbox_next_due(outbox, NULL), second);
    cr_expect_str_eq(fixture_state(outbox, id), "queued", "the message itself has no fault");
    cr_expect_eq(pb_outbox_make_due(outbox, "work", NULL), 1);
    g_autoptr(PbEntry) entry = claim("work");
    cr_expect_not_null(entry);
}

Test(outbox, sends_in_the_order_of_putting_in) {
    g_autofree char *first = fixture_add(outbox, "1", "a@x.org");
    g_autofree char *second = fixture_add(outbox, "2", "a@x.org");
    g_autoptr(PbEntry) a = claim("work");
    g_autoptr(PbEntry) b = claim("work");
    cr_expect_str_eq(a->id, first);
    cr_expect_str_eq(b->id, second);
}

Test(outbox, sorts_finished_and_needy_ones_into_their_lists) {
    g_autofree char *queued = fixture_add(outbox, "queued", "a@x.org");
    g_autofree char *failed = fixture_add_like(outbox, &(PbNewEntry){.account = "b"}, "a@x.org");
    g_autofree char *sent = fixture_add_like(outbox, &(PbNewEntry){.account = "c"}, "a@x.org");
    g_autoptr(PbEntry) entry_b = claim("b");
    fixture_result(outbox, entry_b, 0, PB_RCPT_REFUSED, 550, "no");
    cr_assert(pb_outbox_release_claim(outbox, failed, NULL));
    g_autoptr(PbEntry) entry_c = claim("c");
    fixture_result(outbox, entry_c, 0, PB_RCPT_ACCEPTED, 250, "yes");
    cr_assert(pb_outbox_release_claim(outbox, sent, NULL));
    cr_expect_eq(fixture_count(outbox, PB_LIST_OUTBOX), 3, "sent stays for an hour");
    cr_expect_eq(fixture_count(outbox, PB_LIST_PROBLEMS), 1);
    cr_expect_eq(fixture_count(outbox, PB_LIST_SENT), 1);
    cr_assert(pb_db_run(outbox->db, NULL, "UPDATE entry SET changed = changed - ?",
                        PB_I((gint64) 2 * 3600 * G_USEC_PER_SEC)));
    cr_expect_eq(fixture_count(outbox, PB_LIST_OUTBOX), 2);
    cr_expect_eq(fixture_count(outbox, PB_LIST_ALL), 3);
}

Test(outbox, finds_by_words_of_recipients_subject_and_replies) {
    g_autofree char *one = fixture_add(outbox, "Größe of the offer", "carla@example.org");
    g_autofree char *two = fixture_add(outbox, "Lunch \"now\" (really)?", "jo@exmaple.org");
    g_autoptr(PbEntry) entry = claim("work");
    fixture_result(outbox, entry, 0, PB_RCPT_REFUSED, 550, "greylisted by moonshine");
    cr_assert(pb_outbox_release_claim(outbox, one, NULL));
    const struct {
        const char *text;
        gint64 expected;
    } cases[] = {
        {"carl", 1},        {"exmaple.org", 1}, {"jo@exm", 1},     {"grosse", 0},  {"größ", 1},
        {"grosz offer", 0}, {"offer carla", 1}, {"moonsh", 1},     {"\"now\"", 1}, {"(really", 1},
        {"anna", 2},        {"NEAR(", 0},       {"x OR carla", 0}, {"---", 2},     {"", 2},
        {"550", 1},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PbQuery query = {.kind = PB_LIST_ALL, .text = cases[i].text};
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) found = pb_outbox_list(outbox, &query, &error);
        cr_assert_not_null(found, "%s", error != NULL ? error->message : "");
        cr_expect_eq((gint64) found->len, cases[i].expected, "“%s”: %u", cases[i].text, found->len);
        cr_expect_eq(pb_outbox_count(outbox, &query, NULL), cases[i].expected);
    }
}

Test(outbox, keeps_the_last_attempts_with_their_transcripts) {
    g_autofree char *id = fixture_add(outbox, "x", "a@x.org");
    for (guint i = 1; i <= 25; i++) {
        PbAttempt attempt = {.started = i,
                             .finished = i + 1,
                             .host = (char *) "mx",
                             .port = 465,
                             .round_trips = 6,
                             .transcript = (char *) "S 220"};
        cr_assert(pb_outbox_record_attempt(outbox, id, &attempt, NULL));
    }
    g_autoptr(GPtrArray) attempts = pb_outbox_attempts(outbox, id, NULL);
    cr_assert_eq(attempts->len, 20);
    const PbAttempt *last = g_ptr_array_index(attempts, 19);
    cr_expect_eq(last->started, 25);
    cr_expect_str_eq(last->transcript, "S 220");
}

Test(outbox, shows_changes_of_other_handles) {
    g_autoptr(PbOutbox) other = fixture_open(folder);
    const gint64 before = pb_outbox_data_version(outbox);
    cr_expect_eq(pb_outbox_data_version(outbox), before);
    g_autofree char *id = fixture_add(other, "x", "a@x.org");
    cr_expect_neq(pb_outbox_data_version(outbox), before);
    g_autoptr(PbEntry) entry = fixture_get(outbox, id);
    cr_expect_not_null(entry);
}

Test(outbox, logs_over_all_entries_newest_last) {
    g_autofree char *one = fixture_add(outbox, "1", "a@x.org");
    g_autofree char *two = fixture_add(outbox, "2", "a@x.org");
    cr_assert(pb_outbox_note(outbox, one, "connected", NULL, NULL, "to mx", NULL));
    g_autoptr(GPtrArray) ids = NULL;
    g_autoptr(GPtrArray) items = pb_outbox_log(outbox, 2, &ids, NULL);
    cr_assert_eq(items->len, 2);
    cr_expect_str_eq(g_ptr_array_index(ids, 0), two);
    cr_expect_str_eq(g_ptr_array_index(ids, 1), one);
    cr_expect_str_eq(((PbTimelineItem *) g_ptr_array_index(items, 1))->note, "to mx");
}

/* --- many entries ----------------------------------------------------------------------------- */

/* Rows as they are after sending, without the files: lists read rows only. */
static void fill(int count) {
    g_autoptr(GError) error = NULL;
    cr_assert_ok(
        pb_db_run(outbox->db, &error,
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                  " INSERT INTO entry(id, account, reverse_path, subject, created, changed,"
                  " waiting_since, size, eight_bit, utf8_headers, hold, state, open, sent_list,"
                  " problem, recipient_count, accepted_count)"
                  " SELECT printf('%016d', i), 'work', 'a@x.org', 'Subject ' || i, i, i, i, 100, 0,"
                  " 0, 'none', iif(i % 100, 'sent', 'queued'), i % 100 = 0, i % 100 > 0, 0, 1, 1"
                  " FROM n",
                  PB_I(count)),
        error);
}

static guint64 work_of(const PbQuery *query, guint expected) {
    const guint64 before = pb_db_work(outbox->db);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = pb_outbox_list(outbox, query, &error);
    cr_assert_not_null(rows, "%s", error != NULL ? error->message : "");
    cr_assert_eq(rows->len, expected, "%u rows", rows->len);
    return pb_db_work(outbox->db) - before;
}

Test(outbox, works_no_harder_for_a_window_of_ten_thousand) {
    fill(2000);
    const PbListKind all_kinds[] = {PB_LIST_ALL, PB_LIST_SENT, PB_LIST_OUTBOX};
    guint64 small[G_N_ELEMENTS(all_kinds)];
    for (gsize i = 0; i < G_N_ELEMENTS(all_kinds); i++)
        small[i] = work_of(&(PbQuery){.kind = all_kinds[i], .limit = 20}, 20);
    cr_assert(pb_db_run(outbox->db, NULL, "DELETE FROM entry"));
    fill(10000);
    for (gsize i = 0; i < G_N_ELEMENTS(all_kinds); i++) {
        const guint64 large = work_of(&(PbQuery){.kind = all_kinds[i], .limit = 20}, 20);
        cr_expect(large <= small[i] + small[i] / 5,
                  "list %zu: %" G_GUINT64_FORMAT " after %" G_GUINT64_FORMAT, i, large, small[i]);
    }
    /* Skipping costs a few steps a row of the index, never a read of the row. */
    const guint64 deep = work_of(&(PbQuery){.kind = PB_LIST_ALL, .limit = 20, .offset = 9000}, 20);
    cr_expect_lt(deep, 9000 * 12);
}

Test(outbox, pages_through_a_list_without_gaps) {
    fill(1000);
    const PbListKind list_kinds[] = {PB_LIST_ALL, PB_LIST_SENT, PB_LIST_OUTBOX};
    for (gsize k = 0; k < G_N_ELEMENTS(list_kinds); k++) {
        PbQuery query = {.kind = list_kinds[k], .limit = 7};
        const gint64 count = pb_outbox_count(outbox, &query, NULL);
        gint64 seen = 0;
        gint64 last = G_MAXINT64;
        for (query.offset = 0; (gint64) query.offset < count; query.offset += query.limit) {
            g_autoptr(GPtrArray) page = pb_outbox_list(outbox, &query, NULL);
            for (guint i = 0; i < page->len; i++, seen++) {
                const PbEntry *entry = g_ptr_array_index(page, i);
                cr_assert_lt(entry->created, last);
                last = entry->created;
                cr_assert_eq(pb_outbox_position(outbox, &query, entry->id), seen);
            }
        }
        cr_expect_eq(seen, count);
    }
    cr_expect_eq(pb_outbox_position(outbox, &(PbQuery){.kind = PB_LIST_SENT}, "0000000000000100"),
                 -1, "not in that list");
    g_autoptr(GPtrArray) oldest = pb_outbox_list(
        outbox, &(PbQuery){.kind = PB_LIST_ALL, .limit = 1, .oldest_first = TRUE}, NULL);
    cr_expect_eq(((PbEntry *) g_ptr_array_index(oldest, 0))->created, 1);
    cr_expect_eq(pb_outbox_position(outbox, &(PbQuery){.kind = PB_LIST_ALL, .oldest_first = TRUE},
                                    "0000000000000003"),
                 2);
}

static gboolean count_until_three(const PbEntry *entry, gpointer user_data) {
    cr_assert_not_null(entry->recipients);
    return ++*(int *) user_data < 3;
}

Test(outbox, streams_with_recipients_until_told_to_stop) {
    for (int i = 0; i < 5; i++)
        g_free(fixture_add(outbox, "x", "a@x.org,b@x.org"));
    int seen = 0;
    cr_assert(
        pb_outbox_foreach(outbox, &(PbQuery){.kind = PB_LIST_ALL}, count_until_three, &seen, NULL));
    cr_expect_eq(seen, 3);
}

Test(outbox, size_limit_is_of_one_server_and_grows_old) {
    const gint64 day = G_TIME_SPAN_DAY;
    cr_expect_eq(pb_outbox_size_limit(outbox, "work", "mx.x.org"), 0);
    cr_assert(pb_outbox_set_size_limit(outbox, "work", "mx.x.org", 1000, NULL));
    cr_assert(pb_outbox_set_size_limit(outbox, "work", "mx.x.org", 2000, NULL));
    cr_expect_eq(pb_outbox_size_limit(outbox, "work", "mx.x.org"), 2000);
    cr_expect_eq(pb_outbox_size_limit(outbox, "work", "other.x.org"), 0);
    cr_expect_eq(pb_outbox_size_limit(outbox, "home", "mx.x.org"), 0);
    cr_assert(pb_db_run(outbox->db, NULL, "UPDATE server SET heard = heard - ?", PB_I(8 * day)));
    cr_expect_eq(pb_outbox_size_limit(outbox, "work", "mx.x.org"), 0);
    cr_assert(pb_outbox_set_size_limit(outbox, "work", "mx.x.org", 2000, NULL));
    cr_expect_eq(pb_outbox_size_limit(outbox, "work", "mx.x.org"), 2000);
    cr_assert(pb_outbox_set_size_limit(outbox, "work", "mx.x.org", 0, NULL));
    cr_expect_eq(pb_outbox_size_limit(outbox, "work", "mx.x.org"), 0);
    cr_assert(pb_outbox_set_size_limit(outbox, "work", "mx.x.org", G_MAXUINT64, NULL));
    cr_expect_eq(pb_outbox_size_limit(outbox, "work", "mx.x.org"), (guint64) G_MAXINT64);
}
