/* What the tests of the outbox share: a folder of their own and messages to put in. */
#pragma once

#include "accounts/pb-error.h"
#include "transport/outbox/outbox.h"

#include <criterion/criterion.h>

#include <string.h>
#include <unistd.h>

static inline char *fixture_folder(void) {
    g_autofree char *base = g_dir_make_tmp("postbag-test-XXXXXX", NULL);
    cr_assert_not_null(base);
    return g_build_filename(base, "outbox", NULL);
}

static inline void fixture_remove(const char *folder) {
    g_autofree char *base = g_path_get_dirname(folder);
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", base);
    cr_assert_eq(system(command), 0);
}

static inline PbOutbox *fixture_open(const char *folder) {
    g_autoptr(GError) error = NULL;
    PbOutbox *outbox = pb_outbox_open(folder, &error);
    cr_assert_not_null(outbox, "%s", error != NULL ? error->message : "");
    return outbox;
}

#define FIXTURE_BYTES "Subject: x\r\n\r\nhello\r\n"

static inline PbOutboxWriter *fixture_writer(PbOutbox *outbox, const char *bytes) {
    g_autoptr(GError) error = NULL;
    PbOutboxWriter *writer = pb_outbox_writer_new(outbox, &error);
    cr_assert_not_null(writer, "%s", error != NULL ? error->message : "");
    cr_assert_eq(write(pb_outbox_writer_fd(writer), bytes, strlen(bytes)), (ssize_t) strlen(bytes));
    return writer;
}

/* `addresses`: separated by commas. NULL on error. */
static inline char *fixture_try_add(PbOutbox *outbox, const PbNewEntry *like, const char *addresses,
                                    const char *bytes, GError **error) {
    g_autoptr(PbOutboxWriter) writer = fixture_writer(outbox, bytes);
    g_auto(GStrv) list = g_strsplit(addresses, ",", -1);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    for (char **address = list; *address != NULL; address++)
        g_ptr_array_add(recipients, *address);
    PbNewEntry entry = *like;
    entry.account = like->account != NULL ? like->account : "work";
    entry.reverse_path = "anna@example.org";
    entry.from = "Anna Berg <anna@example.org>";
    entry.recipients = recipients;
    return pb_outbox_add(outbox, writer, &entry, error);
}

static inline char *fixture_add_like(PbOutbox *outbox, const PbNewEntry *like,
                                     const char *addresses) {
    g_autoptr(GError) error = NULL;
    char *id = fixture_try_add(outbox, like, addresses, FIXTURE_BYTES, &error);
    cr_assert_not_null(id, "%s", error != NULL ? error->message : "");
    return id;
}

static inline char *fixture_add(PbOutbox *outbox, const char *subject, const char *addresses) {
    return fixture_add_like(outbox, &(PbNewEntry){.subject = subject, .to = addresses}, addresses);
}

static inline PbEntry *fixture_get(PbOutbox *outbox, const char *id) {
    g_autoptr(GError) error = NULL;
    PbEntry *entry = pb_outbox_get(outbox, id, &error);
    cr_assert_not_null(entry, "%s", error != NULL ? error->message : "");
    return entry;
}

static inline const char *fixture_state(PbOutbox *outbox, const char *id) {
    g_autoptr(PbEntry) entry = fixture_get(outbox, id);
    return pb_entry_state_to_string(entry->state);
}

static inline PbRecipient *fixture_recipient(PbEntry *entry, guint index) {
    cr_assert_lt(index, entry->recipients->len);
    return g_ptr_array_index(entry->recipients, index);
}

static inline gint64 fixture_count(PbOutbox *outbox, PbListKind kind) {
    g_autoptr(GError) error = NULL;
    const gint64 count = pb_outbox_count(outbox, &(PbQuery){.kind = kind}, &error);
    cr_assert_null(error, "%s", error != NULL ? error->message : "");
    return count;
}

/* Records one result for recipient `index` of a claimed entry. */
static inline void fixture_result(PbOutbox *outbox, PbEntry *claimed, guint index,
                                  PbRecipientState state, int code, const char *text) {
    g_autoptr(GError) error = NULL;
    g_autoptr(PbEvidence) evidence =
        pb_evidence_new(PB_STAGE_RCPT, code, NULL, text, "mx.example.org");
    cr_assert(pb_outbox_record_result(outbox, claimed->id, fixture_recipient(claimed, index)->id,
                                      state, evidence, state == PB_RCPT_ACCEPTED ? "4F2C1" : NULL,
                                      &error),
              "%s", error != NULL ? error->message : "");
}
