/* What is found after processes died: each test kills a child at one point of the order of writes
 * and opens the outbox anew. */
#include "tests/unit/transport/outbox-fixture.h"
#include "transport/outbox/outbox-files-private.h"
#include "transport/outbox/outbox-private.h"

#include <glib/gstdio.h>

#include <signal.h>
#include <sys/wait.h>
#include <utime.h>

static char *folder;

static void set_up(void) {
    folder = fixture_folder();
}

static void tear_down(void) {
    fixture_remove(folder);
    g_free(folder);
}

TestSuite(outbox_crash, .init = set_up, .fini = tear_down);

static void die(void) {
    kill(getpid(), SIGKILL);
}

/* Runs `child` in a process of its own and waits until it was killed. */
static void run_and_die(void (*child)(void)) {
    const pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        child();
        _exit(3);
    }
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "status %d", status);
}

static PbEntry *only_entry(PbOutbox *outbox) {
    g_autoptr(GPtrArray) entries = pb_outbox_list(outbox, &(PbQuery){.kind = PB_LIST_ALL}, NULL);
    cr_assert_eq(entries->len, 1, "%u entries", entries->len);
    const PbEntry *entry = g_ptr_array_index(entries, 0);
    return fixture_get(outbox, entry->id);
}

static void write_half(void) {
    PbOutbox *outbox = fixture_open(folder);
    fixture_writer(outbox, "half a mess");
    die();
}

Test(outbox_crash, forgets_a_message_that_was_never_finished) {
    run_and_die(write_half);
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    cr_expect_eq(fixture_count(outbox, PB_LIST_ALL), 0);
}

static void file_then_die(void) {
    PbOutbox *outbox = fixture_open(folder);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, (gpointer) "ann@x.org");
    const PbNewEntry entry = {.account = "work",
                              .reverse_path = "me@x.org",
                              .subject = "Agenda",
                              .recipients = recipients};
    pb_outbox_write_envelope(outbox->incoming, "abcdefghijklmnop", &entry, 1000, NULL);
    g_autofree char *path = g_build_filename(outbox->incoming, "abcdefghijklmnop.eml", NULL);
    g_file_set_contents(path, FIXTURE_BYTES, -1, NULL);
    die();
}

Test(outbox_crash, brings_a_file_without_a_row_back_held) {
    run_and_die(file_then_die);
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    g_autoptr(PbEntry) entry = only_entry(outbox);
    cr_expect_str_eq(entry->id, "abcdefghijklmnop");
    cr_expect_eq(entry->state, PB_ENTRY_HELD);
    cr_expect_eq(entry->hold, PB_HOLD_DECISION);
    cr_expect_not_null(entry->hold_note);
    cr_expect_str_eq(entry->subject, "Agenda");
    cr_expect_str_eq(fixture_recipient(entry, 0)->address, "ann@x.org");
    cr_expect_null(pb_outbox_claim_next(outbox, "work", NULL), "never silently sent");
    cr_expect_eq(pb_outbox_sweep(outbox, NULL), 0, "once");
    cr_assert(pb_outbox_release(outbox, entry->id, 0, 0, NULL));
    g_autoptr(PbEntry) claimed = pb_outbox_claim_next(outbox, "work", NULL);
    cr_expect_not_null(claimed);
}

static void add_then_die(void) {
    PbOutbox *outbox = fixture_open(folder);
    fixture_add(outbox, "Agenda", "ann@x.org");
    die();
}

Test(outbox_crash, keeps_what_was_called_queued) {
    run_and_die(add_then_die);
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    g_autoptr(PbEntry) entry = only_entry(outbox);
    cr_expect_eq(entry->state, PB_ENTRY_QUEUED);
}

static void claim_then_die(void) {
    PbOutbox *outbox = fixture_open(folder);
    fixture_add(outbox, "Agenda", "ann@x.org,ben@x.org");
    PbEntry *entry = pb_outbox_claim_next(outbox, "work", NULL);
    cr_assert_not_null(entry);
    fixture_result(outbox, entry, 1, PB_RCPT_REFUSED, 550, "no");
    die();
}

Test(outbox_crash, queues_again_what_was_claimed_before_the_end_of_data) {
    run_and_die(claim_then_die);
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    g_autoptr(PbEntry) entry = only_entry(outbox);
    cr_expect_eq(fixture_recipient(entry, 0)->state, PB_RCPT_QUEUED);
    cr_expect_eq(fixture_recipient(entry, 1)->state, PB_RCPT_REFUSED);
    g_autoptr(PbEntry) again = pb_outbox_claim_next(outbox, "work", NULL);
    cr_assert_not_null(again);
    cr_expect_eq(again->recipients->len, 1);
}

static void mark_then_die(void) {
    PbOutbox *outbox = fixture_open(folder);
    fixture_add(outbox, "Agenda", "ann@x.org,ben@x.org");
    PbEntry *entry = pb_outbox_claim_next(outbox, "work", NULL);
    fixture_result(outbox, entry, 1, PB_RCPT_DEFERRED, 451, "later");
    cr_assert(pb_outbox_mark_end_of_data(outbox, entry->id, NULL));
    die();
}

Test(outbox_crash, is_unsure_about_what_was_past_the_end_of_data) {
    run_and_die(mark_then_die);
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    g_autoptr(PbEntry) entry = only_entry(outbox);
    cr_expect_eq(entry->state, PB_ENTRY_UNSURE);
    cr_expect_eq(fixture_recipient(entry, 0)->state, PB_RCPT_UNSURE);
    cr_expect_not_null(fixture_recipient(entry, 0)->evidence);
    cr_expect_eq(fixture_recipient(entry, 1)->state, PB_RCPT_DEFERRED, "it had its answer");
    cr_expect_null(pb_outbox_claim_next(outbox, "work", NULL));
}

Test(outbox_crash, leaves_the_claims_of_the_living_alone) {
    g_autoptr(PbOutbox) sender = fixture_open(folder);
    g_autofree char *id = fixture_add(sender, "Agenda", "ann@x.org");
    g_autoptr(PbEntry) entry = pb_outbox_claim_next(sender, "work", NULL);
    g_autoptr(PbOutbox) other = fixture_open(folder);
    cr_expect_eq(pb_outbox_sweep(other, NULL), 0);
    cr_expect_str_eq(fixture_state(other, id), "sending");
    cr_expect_null(pb_outbox_claim_next(other, "work", NULL));
}

Test(outbox_crash, leaves_a_message_that_is_being_put_in_alone) {
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    g_autoptr(PbOutboxWriter) writer = fixture_writer(outbox, FIXTURE_BYTES);
    g_autoptr(GDir) incoming = g_dir_open(outbox->incoming, 0, NULL);
    const char *name = g_dir_read_name(incoming);
    g_autofree char *from = g_build_filename(outbox->incoming, name, NULL);
    g_autofree char *to = g_build_filename(outbox->incoming, "abcdefghijklmnop.eml", NULL);
    cr_assert_eq(g_rename(from, to), 0);
    g_autoptr(PbOutbox) other = fixture_open(folder);
    cr_expect_eq(fixture_count(other, PB_LIST_ALL), 0, "its writer lives");
    g_clear_pointer(&writer, pb_outbox_writer_free);
    cr_expect_eq(pb_outbox_sweep(other, NULL), 1);
    cr_expect_eq(fixture_count(other, PB_LIST_ALL), 1);
}

Test(outbox_crash, says_that_a_message_file_is_missing) {
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    g_autofree char *swept = fixture_add(outbox, "one", "ann@x.org");
    g_autofree char *path = pb_outbox_message_path(outbox, swept);
    cr_assert_eq(g_unlink(path), 0);
    cr_expect_eq(pb_outbox_sweep(outbox, NULL), 1);
    g_autoptr(PbEntry) entry = fixture_get(outbox, swept);
    cr_expect_eq(entry->state, PB_ENTRY_FAILED);
    cr_expect_eq(fixture_recipient(entry, 0)->evidence->stage, PB_STAGE_LOCAL);

    g_autofree char *claimed = fixture_add(outbox, "two", "ann@x.org");
    g_autofree char *good = fixture_add(outbox, "three", "ann@x.org");
    g_autofree char *gone = pb_outbox_message_path(outbox, claimed);
    cr_assert_eq(g_unlink(gone), 0);
    g_autoptr(PbEntry) next = pb_outbox_claim_next(outbox, "work", NULL);
    cr_assert_not_null(next);
    cr_expect_str_eq(next->id, good, "a bad one never blocks the next");
    cr_expect_str_eq(fixture_state(outbox, claimed), "failed");
}

Test(outbox_crash, rebuilds_a_lost_index_from_the_files) {
    g_autofree char *first = NULL;
    {
        g_autoptr(PbOutbox) outbox = fixture_open(folder);
        first = fixture_add(outbox, "one", "ann@x.org,ben@x.org");
        g_autofree char *second = fixture_add(outbox, "two", "ann@x.org");
    }
    g_autofree char *command = g_strdup_printf("rm '%s'/outbox.db*", folder);
    cr_assert_eq(system(command), 0);
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    g_autoptr(GPtrArray) entries =
        pb_outbox_list(outbox, &(PbQuery){.kind = PB_LIST_ALL, .oldest_first = TRUE}, NULL);
    cr_assert_eq(entries->len, 2);
    const PbEntry *entry = g_ptr_array_index(entries, 0);
    cr_expect_str_eq(entry->id, first, "in the order of writing");
    cr_expect_eq(entry->state, PB_ENTRY_HELD);
    cr_expect_eq(entry->recipient_count, 2);
}

Test(outbox_crash, rebuilt_index_has_the_corrected_address) {
    g_autofree char *id = NULL;
    {
        g_autoptr(PbOutbox) outbox = fixture_open(folder);
        g_autoptr(GError) error = NULL;
        id = fixture_add(outbox, "one", "ann@x.org,ben@x.ogr");
        g_autoptr(PbEntry) claimed = pb_outbox_claim_next(outbox, "work", &error);
        cr_assert_not_null(claimed);
        fixture_result(outbox, claimed, 0, PB_RCPT_ACCEPTED, 250, "ok");
        fixture_result(outbox, claimed, 1, PB_RCPT_REFUSED, 550, "no such domain");
        cr_assert(pb_outbox_release_claim(outbox, id, &error));
        cr_assert(pb_outbox_correct(outbox, id, 0, "ben@x.ogr", "ben@x.org", &error));
        cr_expect_not(pb_outbox_correct(outbox, id, 0, "ann@x.org", "eve@x.org", &error));
    }
    g_autofree char *command = g_strdup_printf("rm '%s'/outbox.db*", folder);
    cr_assert_eq(system(command), 0);
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    g_autoptr(PbEntry) entry = fixture_get(outbox, id);
    cr_assert_eq(entry->recipients->len, 2);
    cr_expect_str_eq(fixture_recipient(entry, 0)->address, "ann@x.org");
    cr_expect_str_eq(fixture_recipient(entry, 1)->address, "ben@x.org");
    cr_expect_str_eq(entry->to, "ann@x.org,ben@x.org");
    cr_expect_str_eq(entry->from, "Anna Berg <anna@example.org>");
    cr_expect_str_eq(entry->reverse_path, "anna@example.org");
}

Test(outbox_crash, index_of_the_first_version_is_brought_up_to_date) {
    g_autofree char *id = NULL;
    {
        g_autoptr(PbOutbox) outbox = fixture_open(folder);
        id = fixture_add(outbox, "one", "ann@x.org");
        cr_assert(pb_db_run(outbox->db, NULL, "DROP TABLE server"));
        cr_assert(pb_db_run(outbox->db, NULL, "PRAGMA user_version = 1"));
    }
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    cr_expect_str_eq(fixture_state(outbox, id), "queued", "not taken for a new index");
    cr_assert(pb_outbox_set_size_limit(outbox, "work", "mx.x.org", 1000, NULL));
    cr_expect_eq(pb_outbox_size_limit(outbox, "work", "mx.x.org"), 1000);
}

Test(outbox_crash, says_clearly_that_the_index_is_damaged) {
    {
        g_autoptr(PbOutbox) outbox = fixture_open(folder);
        g_free(fixture_add(outbox, "one", "ann@x.org"));
    }
    g_autofree char *path = g_build_filename(folder, "outbox.db", NULL);
    g_autofree char *noise = g_strnfill(8192, 'x');
    cr_assert(g_file_set_contents(path, noise, 8192, NULL));
    g_autoptr(GError) error = NULL;
    cr_expect_null(pb_outbox_open(folder, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_IO), "%s", error->message);
    cr_expect_not_null(strstr(error->message, path));
}

Test(outbox_crash, removes_temporary_files_of_the_dead_only_when_old) {
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    g_autofree char *old = g_build_filename(outbox->incoming, ".tmp-old", NULL);
    g_autofree char *young = g_build_filename(outbox->incoming, ".tmp-young", NULL);
    cr_assert(g_file_set_contents(old, "x", 1, NULL));
    cr_assert(g_file_set_contents(young, "x", 1, NULL));
    struct utimbuf times = {.actime = 1000, .modtime = 1000};
    cr_assert_eq(g_utime(old, &times), 0);
    cr_assert_geq(pb_outbox_sweep(outbox, NULL), 0);
    cr_expect_neq(g_access(old, F_OK), 0);
    cr_expect_eq(g_access(young, F_OK), 0);
}

/* --- many processes --------------------------------------------------------------------------- */

static pid_t fork_adder(int count) {
    const pid_t pid = fork();
    if (pid != 0)
        return pid;
    PbOutbox *outbox = fixture_open(folder);
    for (int i = 0; i < count; i++)
        g_free(fixture_add(outbox, "x", "ann@x.org"));
    pb_outbox_free(outbox);
    _exit(0);
}

/* Claims until told that no more come (the pipe `done` is closed) and nothing is left; writes the
 * ids it got to `out`. */
static pid_t fork_claimer(int done, int out) {
    const pid_t pid = fork();
    if (pid != 0)
        return pid;
    PbOutbox *outbox = fixture_open(folder);
    for (gboolean last = FALSE;;) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PbEntry) entry = pb_outbox_claim_next(outbox, "work", &error);
        if (error != NULL)
            _exit(4);
        if (entry == NULL && last)
            break;
        if (entry == NULL) {
            GPollFD poll = {.fd = done, .events = G_IO_IN};
            last = g_poll(&poll, 1, 5) > 0;
            continue;
        }
        fixture_result(outbox, entry, 0, PB_RCPT_ACCEPTED, 250, "ok");
        if (!pb_outbox_release_claim(outbox, entry->id, NULL) ||
            write(out, entry->id, PB_ID_LENGTH) != PB_ID_LENGTH)
            _exit(5);
    }
    pb_outbox_free(outbox);
    _exit(0);
}

static void wait_for_all(const pid_t *pids, gsize count) {
    for (gsize i = 0; i < count; i++) {
        int status;
        cr_assert_eq(waitpid(pids[i], &status, 0), pids[i]);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "process %zu: status %x", i,
                  (unsigned) status);
    }
}

Test(outbox_crash, gives_each_message_to_one_sender_while_four_put_in) {
    int done[2];
    int out[2];
    cr_assert(pipe(done) == 0 && pipe(out) == 0);
    pid_t adders[4];
    pid_t claimers[2];
    for (gsize i = 0; i < G_N_ELEMENTS(claimers); i++) {
        claimers[i] = fork_claimer(done[0], out[1]);
        cr_assert_gt(claimers[i], 0);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(adders); i++) {
        adders[i] = fork_adder(50);
        cr_assert_gt(adders[i], 0);
    }
    wait_for_all(adders, G_N_ELEMENTS(adders));
    cr_assert_eq(write(done[1], "x", 1), 1);
    wait_for_all(claimers, G_N_ELEMENTS(claimers));
    close(out[1]);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char id[PB_ID_LENGTH + 1] = "";
    guint count = 0;
    for (; read(out[0], id, PB_ID_LENGTH) == PB_ID_LENGTH; count++)
        cr_expect(g_hash_table_add(seen, g_strdup(id)), "%s twice", id);
    cr_expect_eq(count, 200);
    g_autoptr(PbOutbox) outbox = fixture_open(folder);
    cr_expect_eq(pb_outbox_count(outbox, &(PbQuery){.kind = PB_LIST_ALL, .state = "sent"}, NULL),
                 200);
}
