#include "tests/unit/transport/outbox-fixture.h"
#include "transport/dispatch/dispatcher.h"

#include "smtp-peer.h"

#define PATIENCE_SECONDS 30

#define HELLO   "S: 220 mx ready\nC: EHLO\nS: 250-mx\nS: 250 8BITMIME\n"
#define MAIL    "C: MAIL FROM:<anna@example.org>\nS: 250 ok\n"
#define RCPT    "C: RCPT TO:\nS: 250 ok\n"
#define MESSAGE "C: DATA\nS: 354 go\nM\n"
#define QUIT    "C: QUIT\nS: 221 bye\n"

static char *folder;
static PbOutbox *outbox;
static PbAccountList *accounts;
static PbDispatcher *dispatcher;
static GString *told; /* what the events said, a word each */
static gboolean idle;
static const char *stop_at_sending; /* entry to be stopped as soon as it is sent */
static gboolean stopped;
static GThread *home;

static void set_up(void) {
    folder = fixture_folder();
    outbox = fixture_open(folder);
    told = g_string_new(NULL);
    home = g_thread_self();
}

static void tear_down(void) {
    g_clear_pointer(&dispatcher, pb_dispatcher_free);
    g_clear_pointer(&accounts, pb_account_list_free);
    pb_outbox_free(outbox);
    g_string_free(told, TRUE);
    fixture_remove(folder);
    g_free(folder);
}

TestSuite(dispatcher, .init = set_up, .fini = tear_down);

static void on_event(PbEvent *event, gpointer user_data) {
    (void) user_data;
    static const char *const words[] = {"started", "idle", "connected", "sending", "",
                                        "result",  "done", "paused",    "trouble", "all-idle"};
    cr_assert_eq(g_thread_self(), home, "events come on the thread of the dispatcher");
    if (event->kind != PB_EVENT_PROGRESS)
        g_string_append_printf(told, "%s ", words[event->kind]);
    if (event->kind == PB_EVENT_SENDING && g_strcmp0(event->entry, stop_at_sending) == 0)
        stopped = pb_dispatcher_stop_entry(dispatcher, event->entry);
    idle |= event->kind == PB_EVENT_ALL_IDLE;
    pb_event_free(event);
}

static void start(guint16 port, const char *more) {
    g_autofree char *path = g_build_filename(folder, "config", NULL);
    g_autofree char *text =
        g_strdup_printf("[postbag]\nversion = 1\n[account work]\nhost = 127.0.0.1\nport = %u\n"
                        "security = none\nauth = auto\n%s",
                        port, more);
    cr_assert(g_file_set_contents(path, text, -1, NULL));
    g_autoptr(GError) error = NULL;
    PbSettings *settings = pb_settings_load(path, &error);
    cr_assert_not_null(settings, "%s", error != NULL ? error->message : "");
    accounts = pb_account_list_new(settings, &error);
    cr_assert_not_null(accounts, "%s", error != NULL ? error->message : "");
    dispatcher = pb_dispatcher_new(folder, accounts, on_event, NULL);
}

static gboolean gives_up(gpointer data) {
    *(gboolean *) data = TRUE;
    return G_SOURCE_CONTINUE;
}

static void run_until_idle(void) {
    gboolean late = FALSE;
    const guint limit = g_timeout_add_seconds(PATIENCE_SECONDS, gives_up, &late);
    while (!idle && !late)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(limit);
    cr_assert_not(late, "still busy: %s", told->str);
    idle = FALSE;
}

Test(dispatcher, sends_several_over_one_connection_and_tells_each) {
    g_autofree char *one = fixture_add(outbox, "one", "ann@x.org,cy@x.org");
    g_autofree char *two = fixture_add(outbox, "two", "ben@x.org");
    Peer *peer = peer_start(HELLO MAIL RCPT "C: RCPT TO:<cy@x.org>\nS: 550 5.1.1 unknown\n" MESSAGE
                                            "S: 250 2.0.0 Ok: queued as 4F2C1A\n" MAIL RCPT MESSAGE
                                            "S: 250 2.0.0 Ok: queued as 4F2C1B\n" QUIT);
    start(peer->port, "");
    pb_dispatcher_wake(dispatcher);
    cr_expect(pb_dispatcher_is_busy(dispatcher));
    run_until_idle();
    g_autofree char *taken = peer_finish(peer);
    cr_expect_null(strstr(taken, "expected"), "%s", taken);
    cr_expect_not(pb_dispatcher_is_busy(dispatcher));
    cr_expect_str_eq(told->str, "started connected sending result result done sending result done "
                                "idle all-idle ");
    g_autoptr(PbEntry) first = fixture_get(outbox, one);
    cr_expect_eq(first->state, PB_ENTRY_PARTIAL);
    cr_expect_str_eq(fixture_recipient(first, 0)->queue_id, "4F2C1A");
    cr_expect_eq(fixture_recipient(first, 1)->evidence->code, 550);
    cr_expect_str_eq(fixture_state(outbox, two), "sent");
    g_autoptr(GPtrArray) attempts = pb_outbox_attempts(outbox, two, NULL);
    cr_assert_eq(attempts->len, 1);
    const PbAttempt *attempt = g_ptr_array_index(attempts, 0);
    cr_expect_not_null(strstr(attempt->transcript, "4F2C1B"), "%s", attempt->transcript);
    cr_expect_null(strstr(attempt->transcript, "4F2C1A"), "its own lines: %s", attempt->transcript);
    cr_expect_not_null(strstr(attempt->transcript, "EHLO"), "and the beginning");
    g_autoptr(GPtrArray) timeline = pb_outbox_timeline(outbox, two, NULL);
    cr_expect_str_eq(((PbTimelineItem *) g_ptr_array_index(timeline, 1))->kind, "connected");
}

Test(dispatcher, remembers_the_size_the_server_takes) {
    g_free(fixture_add(outbox, "one", "ann@x.org"));
    Peer *peer = peer_start(
        "S: 220 mx ready\nC: EHLO\nS: 250-mx\nS: 250-SIZE 35882577\nS: 250 8BITMIME\n" MAIL RCPT
            MESSAGE "S: 250 queued as 4F2C1A\n" QUIT);
    start(peer->port, "");
    pb_dispatcher_wake(dispatcher);
    run_until_idle();
    g_free(peer_finish(peer));
    cr_expect_eq(pb_outbox_size_limit(outbox, "work", "127.0.0.1"), 35882577);
}

Test(dispatcher, is_unsure_when_the_line_breaks_before_the_last_word) {
    g_autofree char *id = fixture_add(outbox, "one", "ann@x.org");
    Peer *peer = peer_start(HELLO MAIL RCPT MESSAGE);
    start(peer->port, "");
    pb_dispatcher_wake(dispatcher);
    run_until_idle();
    g_free(peer_finish(peer));
    cr_expect_str_eq(fixture_state(outbox, id), "unsure");
    cr_expect_eq(pb_dispatcher_flush(dispatcher, NULL), 0, "never again by itself");
    cr_expect_not(pb_dispatcher_is_busy(dispatcher));
}

Test(dispatcher, keeps_the_account_back_when_nobody_answers) {
    g_autofree char *id = fixture_add(outbox, "one", "ann@x.org");
    Peer *peer = peer_start("S: 421 4.3.2 not now\n");
    start(peer->port, "");
    pb_dispatcher_wake(dispatcher);
    run_until_idle();
    g_free(peer_finish(peer));
    cr_expect_str_eq(fixture_state(outbox, id), "queued", "the message has no fault");
    g_autoptr(PbBackoff) backoff = pb_outbox_account_backoff(outbox, "work");
    cr_assert_not_null(backoff);
    cr_expect_gt(backoff->until, g_get_real_time());
    cr_expect_str_eq(told->str, "started trouble idle all-idle ");
    g_autoptr(GPtrArray) attempts = pb_outbox_attempts(outbox, id, NULL);
    cr_expect_eq(attempts->len, 1, "its dialogue can be read");
    pb_dispatcher_wake(dispatcher);
    cr_expect_not(pb_dispatcher_is_busy(dispatcher), "not before its time");
    cr_expect_eq(pb_dispatcher_flush(dispatcher, NULL), 1);
    cr_expect(pb_dispatcher_is_busy(dispatcher));
    run_until_idle();
}

Test(dispatcher, counts_no_try_for_what_the_server_did_not_look_at) {
    g_autofree char *one = fixture_add(outbox, "one", "ann@x.org");
    g_autofree char *two = fixture_add(outbox, "two", "ben@x.org");
    Peer *peer = peer_start(HELLO MAIL RCPT MESSAGE "S: 250 queued as 4F2C1A\n"
                                                    "C: MAIL\nS: 421 4.7.0 enough\n");
    start(peer->port, "");
    pb_dispatcher_wake(dispatcher);
    /* The lane comes back for the rest; nobody greets it then. */
    while (strstr(told->str, "done sending done") == NULL)
        g_main_context_iteration(NULL, TRUE);
    pb_dispatcher_shutdown(dispatcher, 0);
    g_free(peer_finish(peer));
    cr_expect_str_eq(fixture_state(outbox, one), "sent");
    cr_expect_str_eq(fixture_state(outbox, two), "queued");
}

Test(dispatcher, pauses_the_account_when_the_sign_in_is_refused) {
    g_autofree char *id = fixture_add(outbox, "one", "ann@x.org");
    Peer *peer = peer_start(HELLO "C: MAIL\nS: 530 5.7.0 sign in first\n" QUIT);
    start(peer->port, "");
    pb_dispatcher_wake(dispatcher);
    run_until_idle();
    g_free(peer_finish(peer));
    g_autoptr(PbPause) pause = pb_outbox_account_pause(outbox, "work");
    cr_assert_not_null(pause, "%s", told->str);
    cr_expect_str_eq(pause->reason, "password");
    cr_expect_eq(pause->waiting, 1);
    cr_expect_str_eq(fixture_state(outbox, id), "queued");
    cr_expect_not_null(strstr(told->str, "paused"));
    pb_dispatcher_wake(dispatcher);
    cr_expect_not(pb_dispatcher_is_busy(dispatcher));
}

Test(dispatcher, stops_one_entry_before_its_end_of_data_and_holds_it) {
    g_autofree char *id = fixture_add(outbox, "one", "ann@x.org");
    /* Says nothing to MAIL, so that only the stop ends it. */
    Peer *peer = peer_start(HELLO "C: MAIL\nW\n");
    start(peer->port, "");
    stop_at_sending = id;
    pb_dispatcher_wake(dispatcher);
    run_until_idle();
    g_free(peer_finish(peer));
    cr_expect(stopped);
    g_autoptr(PbEntry) entry = fixture_get(outbox, id);
    cr_expect_eq(entry->state, PB_ENTRY_HELD);
    cr_expect_eq(entry->hold, PB_HOLD_USER);
    cr_assert(pb_outbox_cancel(outbox, id, 0, NULL));
}

Test(dispatcher, stays_offline_on_purpose_unless_flushed) {
    g_autofree char *id = fixture_add(outbox, "one", "ann@x.org");
    Peer *peer = peer_start(HELLO MAIL RCPT MESSAGE "S: 250 queued as 4F2C1A\n" QUIT);
    start(peer->port, "");
    pb_dispatcher_set_offline(dispatcher, TRUE);
    pb_dispatcher_wake(dispatcher);
    cr_expect_not(pb_dispatcher_is_busy(dispatcher));
    cr_expect_not(pb_dispatcher_is_online(dispatcher));
    cr_expect_eq(pb_dispatcher_flush(dispatcher, NULL), 1);
    run_until_idle();
    g_free(peer_finish(peer));
    cr_expect_str_eq(fixture_state(outbox, id), "sent");
}

Test(dispatcher, wakes_by_itself_when_the_undo_window_ends) {
    Peer *peer = peer_start(HELLO MAIL RCPT MESSAGE "S: 250 queued as 4F2C1A\n" QUIT);
    start(peer->port, "");
    g_autofree char *id = fixture_add_like(
        outbox,
        &(PbNewEntry){.hold = PB_HOLD_UNDO, .not_before = g_get_real_time() + 300 * (gint64) 1000},
        "ann@x.org");
    pb_dispatcher_wake(dispatcher);
    cr_expect_not(pb_dispatcher_is_busy(dispatcher));
    run_until_idle();
    g_free(peer_finish(peer));
    cr_expect_str_eq(fixture_state(outbox, id), "sent");
}

Test(dispatcher, ends_at_shutdown_without_losing_what_was_in_hand) {
    g_autofree char *id = fixture_add(outbox, "one", "ann@x.org");
    Peer *peer = peer_start(HELLO "C: MAIL\nW\n");
    start(peer->port, "");
    pb_dispatcher_wake(dispatcher);
    while (strstr(told->str, "sending") == NULL)
        g_main_context_iteration(NULL, TRUE);
    pb_dispatcher_shutdown(dispatcher, 0);
    g_free(peer_finish(peer));
    cr_expect_not(pb_dispatcher_is_busy(dispatcher));
    cr_expect_str_eq(fixture_state(outbox, id), "queued");
}
