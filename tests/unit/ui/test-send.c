#include "accounts/pb-error.h"
#include "tests/unit/ui/fixture.h"
#include "ui/send.h"

#include <criterion/criterion.h>

#include <string.h>

static const char *const config = "[account work]\n"
                                  "host = smtp.example.org\n"
                                  "username = anna\n"
                                  "[account home]\n"
                                  "host = mail.home.example\n"
                                  "username = anna\n"
                                  "[identity work]\n"
                                  "account = work\n"
                                  "address = anna@example.org\n"
                                  "bcc_self = copy@example.org\n"
                                  "[identity home]\n"
                                  "account = home\n"
                                  "address = anna@home.example\n";

typedef struct {
    PbAccountList *accounts;
    PbOutbox *outbox;
    PbMessage *message;
} World;

static World world;

static void set_up(void) {
    g_autoptr(GError) error = NULL;
    g_autofree char *path = pb_fixture_write("config", config);
    g_autofree char *folder = pb_fixture_path("outbox");
    PbSettings *settings = pb_settings_load(path, &error);

    cr_assert_not_null(settings, "%s", error != NULL ? error->message : "");
    world.accounts = pb_account_list_new(settings, &error);
    cr_assert_not_null(world.accounts, "%s", error != NULL ? error->message : "");
    world.outbox = pb_outbox_open(folder, &error);
    cr_assert_not_null(world.outbox, "%s", error != NULL ? error->message : "");
    world.message = pb_message_new();
    pb_message_set(&world.message->from, "Anna Berg <anna@example.org>");
    pb_message_set(&world.message->to, "Bob <bob@example.com>, cy@example.com");
    pb_message_set(&world.message->subject, "Grüße");
    pb_message_set(&world.message->body, "Hello\n");
}

static void tear_down(void) {
    pb_message_free(world.message);
    pb_outbox_free(world.outbox);
    pb_account_list_free(world.accounts);
    pb_fixture_remove();
}

TestSuite(send, .init = set_up, .fini = tear_down);

static PbEntry *send_it(GError **error) {
    g_autofree char *id =
        pb_send_message(world.outbox, world.accounts, world.message, NULL, NULL, error);

    return id == NULL ? NULL : pb_outbox_get(world.outbox, id, error);
}

Test(send, queues_under_the_account_of_from) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbEntry) entry = send_it(&error);

    cr_assert_not_null(entry, "%s", error != NULL ? error->message : "");
    cr_assert_str_eq(entry->account, "work");
    cr_assert_str_eq(entry->reverse_path, "anna@example.org");
    cr_assert_str_eq(entry->subject, "Grüße");
    cr_assert_str_eq(entry->to, "Bob +1");
    cr_assert_eq(entry->state, PB_ENTRY_QUEUED);
}

Test(send, adds_the_blind_copy_of_the_identity_to_the_envelope_only) {
    g_autoptr(PbEntry) entry = send_it(NULL);
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;
    const PbRecipient *last;

    cr_assert_not_null(entry);
    cr_assert_eq(entry->recipients->len, 3);
    last = g_ptr_array_index(entry->recipients, 2);
    cr_assert_str_eq(last->address, "copy@example.org");
    path = pb_outbox_message_path(world.outbox, entry->id);
    cr_assert(g_file_get_contents(path, &text, NULL, NULL));
    cr_assert_null(strstr(text, "copy@example.org"));
}

Test(send, follows_the_account_that_was_chosen) {
    g_autoptr(PbEntry) entry = NULL;

    world.message->account = g_strdup("home");
    entry = send_it(NULL);
    cr_assert_not_null(entry);
    cr_assert_str_eq(entry->account, "home");
}

Test(send, leaves_nothing_behind_when_an_address_is_wrong) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbEntry) entry = NULL;
    const PbQuery all = {.kind = PB_LIST_ALL};

    pb_message_set(&world.message->cc, "bob example.org");
    entry = send_it(&error);
    cr_assert_null(entry);
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
    cr_assert_eq(pb_outbox_count(world.outbox, &all, NULL), 0);
}

Test(send, queues_nothing_that_the_server_is_known_to_refuse) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbEntry) entry = NULL;
    g_autoptr(PbEntry) fitting = NULL;
    g_autofree char *text = g_strnfill(3000, 'x');
    const PbQuery all = {.kind = PB_LIST_ALL};

    cr_assert(pb_outbox_set_size_limit(world.outbox, "work", "smtp.example.org", 2500, NULL));
    pb_message_set(&world.message->body, text);
    entry = send_it(&error);
    cr_assert_null(entry);
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
    cr_assert_not_null(strstr(error->message, "smtp.example.org"), "%s", error->message);
    cr_assert_not_null(strstr(error->message, "2.5 kB"), "%s", error->message);
    cr_assert_eq(pb_outbox_count(world.outbox, &all, NULL), 0);
    pb_message_set(&world.message->body, "Hello\n");
    fitting = send_it(NULL);
    cr_assert_not_null(fitting);
}

Test(send, keeps_the_hold_that_was_asked_for) {
    const PbSendOptions options = {.hold = PB_HOLD_USER};
    g_autofree char *id =
        pb_send_message(world.outbox, world.accounts, world.message, &options, NULL, NULL);
    g_autoptr(PbEntry) entry = id == NULL ? NULL : pb_outbox_get(world.outbox, id, NULL);

    cr_assert_not_null(entry);
    cr_assert_eq(entry->state, PB_ENTRY_HELD);
}

Test(send_notify, is_upper_case_and_checked) {
    g_autofree char *both = NULL;
    g_autofree char *never = NULL;
    g_autoptr(GError) unknown = NULL;
    g_autoptr(GError) mixed = NULL;
    char *none = NULL;

    cr_assert(pb_send_notify("failure, delay", &both, NULL));
    cr_assert_str_eq(both, "FAILURE,DELAY");
    cr_assert(pb_send_notify("never", &never, NULL));
    cr_assert_str_eq(never, "NEVER");
    cr_assert(pb_send_notify(NULL, &none, NULL));
    cr_assert_null(none);
    cr_assert_not(pb_send_notify("often", &none, &unknown));
    cr_assert(g_error_matches(unknown, PB_ERROR, PB_ERROR_USAGE));
    cr_assert_not(pb_send_notify("never,delay", &none, &mixed));
    cr_assert(g_error_matches(mixed, PB_ERROR, PB_ERROR_USAGE));
}
