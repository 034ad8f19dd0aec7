/* fill-outbox FOLDER COUNT : puts COUNT small held messages into an outbox, for benchmarks. */
#include "transport/outbox/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static gboolean add(PbOutbox *outbox, guint number, GError **error) {
    g_autofree char *subject = g_strdup_printf("Message %u", number);
    g_autofree char *message_id = g_strdup_printf("<%u@bench.test>", number);
    g_autofree char *text = g_strdup_printf("From: me@example.test\r\nTo: you@example.test\r\n"
                                            "Subject: %s\r\nMessage-ID: %s\r\n\r\ntext\r\n",
                                            subject, message_id);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, (gpointer) "you@example.test");
    g_autoptr(PbOutboxWriter) writer = pb_outbox_writer_new(outbox, error);
    if (writer == NULL || write(pb_outbox_writer_fd(writer), text, strlen(text)) < 0)
        return FALSE;
    PbNewEntry entry = {
        .account = "work",
        .from = "me@example.test",
        .reverse_path = "me@example.test",
        .to = "you@example.test",
        .subject = subject,
        .message_id = message_id,
        .recipients = recipients,
        .hold = PB_HOLD_USER,
    };
    g_autofree char *id = pb_outbox_add(outbox, writer, &entry, error);
    return id != NULL;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return EXIT_FAILURE;
    g_autoptr(GError) error = NULL;
    g_autoptr(PbOutbox) outbox = pb_outbox_open(argv[1], &error);
    guint count = (guint) g_ascii_strtoull(argv[2], NULL, 10);
    for (guint number = 1; outbox != NULL && number <= count && error == NULL; number++)
        add(outbox, number, &error);
    if (error != NULL)
        fprintf(stderr, "fill-outbox: %s\n", error->message);
    return error == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
