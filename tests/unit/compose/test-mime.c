#include "accounts/pb-error.h"
#include "compose/gmime-init-private.h"
#include "compose/mime.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *folder;

static void make_folder(void) {
    folder = g_dir_make_tmp("postbag-test-XXXXXX", NULL);
    cr_assert_not_null(folder);
    pb_gmime_init();
}

TestSuite(mime, .init = make_folder);

static char *in_folder(const char *name) {
    return g_build_filename(folder, name, NULL);
}

static PbMessage *make(const char *body) {
    PbMessage *message = pb_message_new();

    pb_message_set(&message->from, "Anna Berg <anna@example.org>");
    pb_message_set(&message->to, "bob@example.org");
    pb_message_set(&message->subject, "Minutes");
    pb_message_set(&message->body, body);
    return message;
}

static void attach(PbMessage *message, const char *name, const char *bytes, gsize length) {
    g_autofree char *path = in_folder(name);
    GError *error = NULL;
    PbAttachment *attachment;

    cr_assert(g_file_set_contents(path, bytes, (gssize) length, NULL));
    attachment = pb_attachment_new(path, &error);
    cr_assert_not_null(attachment, "%s", error != NULL ? error->message : "");
    g_ptr_array_add(message->attachments, attachment);
}

/* Canonical: CRLF only, no line over 998, no NUL. */
static void check_canonical(const char *bytes, gsize length) {
    gsize line = 0;

    for (gsize i = 0; i < length; i++) {
        cr_assert_neq(bytes[i], '\0');
        cr_assert(bytes[i] != '\r' || (i + 1 < length && bytes[i + 1] == '\n'), "bare CR");
        cr_assert(bytes[i] != '\n' || (i > 0 && bytes[i - 1] == '\r'), "bare LF");
        line = bytes[i] == '\n' ? 0 : line + 1;
        cr_assert(line <= 999);
    }
    cr_assert_str_eq(bytes + length - 2, "\r\n");
}

static char *build(PbMessage *message, PbMimeFacts *facts) {
    g_autofree char *path = in_folder("out");
    g_autoptr(GError) error = NULL;
    char *bytes = NULL;
    gsize length = 0;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

    cr_assert_geq(fd, 0);
    cr_assert(pb_mime_write(message, fd, NULL, facts, &error), "%s",
              error != NULL ? error->message : "");
    close(fd);
    cr_assert(g_file_get_contents(path, &bytes, &length, NULL));
    cr_assert_eq(facts->size, length);
    check_canonical(bytes, length);
    cr_assert_eq(facts->eight_bit || facts->utf8_headers, !g_str_is_ascii(bytes));
    return bytes;
}

static GMimeMessage *parse(const char *bytes) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, strlen(bytes));
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

    g_object_unref(parser);
    g_object_unref(stream);
    cr_assert_not_null(message);
    return message;
}

/* The decoded content of part `index` (0: the text). */
static GByteArray *content(GMimeMessage *message, int index, GMimePart **part_out) {
    GMimeObject *body = g_mime_message_get_mime_part(message);
    GMimeStream *stream = g_mime_stream_mem_new();
    GByteArray *bytes;
    GMimePart *part;

    if (GMIME_IS_MULTIPART(body))
        body = g_mime_multipart_get_part(GMIME_MULTIPART(body), index);
    part = GMIME_PART(body);
    g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(part), stream);
    bytes = g_byte_array_ref(g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream)));
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
    g_object_unref(stream);
    if (part_out != NULL)
        *part_out = part;
    return bytes;
}

static char *text_of(GMimeMessage *message) {
    GByteArray *bytes = content(message, 0, NULL);

    g_byte_array_append(bytes, (const guint8 *) "", 1);
    return (char *) g_byte_array_free(bytes, FALSE);
}

static char *field(const char *bytes, const char *name) {
    g_autofree char *start = g_strdup_printf("\r\n%s: ", name);
    g_autofree char *all = g_strconcat("\r\n", bytes, NULL);
    const char *found = strstr(all, start);
    const char *end;

    if (found == NULL || found > strstr(all, "\r\n\r\n"))
        return NULL;
    found += strlen(start);
    for (end = strstr(found, "\r\n"); end[2] == ' ' || end[2] == '\t';)
        end = strstr(end + 2, "\r\n");
    return g_strndup(found, (gsize) (end - found));
}

Test(mime, simple_message_has_the_fields_and_nothing_of_bcc) {
    g_autoptr(PbMessage) message = make("Hello Bob\n-- \nAnna\n");
    g_autofree char *bytes = NULL;
    g_autofree char *text = NULL;
    g_autofree char *id = NULL;
    g_autofree char *agent = NULL;
    GMimeMessage *parsed;
    PbMimeFacts facts;

    pb_message_set(&message->bcc, "Secret <hidden@example.net>");
    pb_message_set(&message->organization, "Größe e.V.");
    message->in_reply_to = g_strdup("<1@a> junk");
    message->references = g_strdup("<0@a>\r\n <1@a>");
    g_ptr_array_add(message->extra_headers, g_strdup("X-Test: ü"));
    bytes = build(message, &facts);
    cr_assert_null(strcasestr(bytes, "bcc"));
    cr_assert_null(strstr(bytes, "hidden"));
    cr_assert_not(facts.eight_bit);
    cr_assert_not(facts.utf8_headers);
    cr_assert_not_null(strstr(bytes, "\r\nIn-Reply-To: <1@a>\r\n"));
    cr_assert_not_null(strstr(bytes, "\r\nReferences: <0@a> <1@a>\r\n"));
    cr_assert_not_null(strstr(bytes, "\r\nX-Test: =?UTF-8?"));
    cr_assert_not_null(strstr(bytes, "\r\nHello Bob\r\n-- \r\nAnna\r\n"));
    id = field(bytes, "Message-ID");
    cr_assert_str_eq(id, message->message_id);
    agent = field(bytes, "User-Agent");
    cr_assert_str_eq(agent, "postbag/" PB_VERSION);
    cr_assert_neq(message->date, 0);
    parsed = parse(bytes);
    cr_assert_str_eq(g_mime_message_get_subject(parsed), "Minutes");
    text = text_of(parsed);
    cr_assert_str_eq(text, "Hello Bob\r\n-- \r\nAnna\r\n");
    g_object_unref(parsed);
}

Test(mime, bodies_survive_whatever_they_hold) {
    g_autofree char *long_ascii = g_strnfill(3000, 'x');
    g_autofree char *long_line = g_strconcat("= \t", long_ascii, "\nshort \nend\n", NULL);
    const char *const bodies[] = {
        "plain\n",
        "Grüße aus Köln, wo es regnet und regnet\n",
        "Привет, мир\n",
        "中文\n",
        long_line,
        "From here\n.\n..dots\n",
        "trailing \t\n",
        "a=b é\n",
        "é \nspace at end \n",
        "",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(PbMessage) message = make(bodies[i]);
        g_autofree char *bytes = NULL;
        g_autofree char *text = NULL;
        g_auto(GStrv) parts = NULL;
        g_autofree char *plain = NULL;
        GMimeMessage *parsed;
        PbMimeFacts facts;

        message->flowed = FALSE;
        bytes = build(message, &facts);
        parsed = parse(bytes);
        text = text_of(parsed);
        parts = g_strsplit(text, "\r\n", -1);
        plain = g_strjoinv("\n", parts);
        cr_assert_str_eq(plain, bodies[i], "%s", bytes);
        g_object_unref(parsed);
    }
}

Test(mime, lines_around_the_limit_of_998_stay_within_it) {
    for (gsize length = 996; length <= 1001; length++) {
        g_autofree char *line = g_strnfill(length, 'x');
        g_autofree char *body = g_strconcat(line, "\n", line, NULL);
        g_autoptr(PbMessage) message = make(body);
        g_autofree char *bytes = NULL;
        g_autofree char *text = NULL;
        GMimeMessage *parsed;
        PbMimeFacts facts;

        message->flowed = FALSE;
        bytes = build(message, &facts);
        parsed = parse(bytes);
        text = text_of(parsed);
        cr_assert_eq(strncmp(text, body, length), 0);
        g_object_unref(parsed);
    }
}

Test(mime, subject_of_300_characters_is_folded_and_decoded_the_same) {
    g_autoptr(PbMessage) message = make("x\n");
    GString *subject = g_string_new("Protokoll: ");
    g_autofree char *bytes = NULL;
    GMimeMessage *parsed;
    PbMimeFacts facts;

    while (g_utf8_strlen(subject->str, -1) < 300)
        g_string_append(subject, "Größe 😀 中文, ");
    pb_message_set(&message->subject, g_strchomp(subject->str));
    g_string_free(subject, TRUE);
    bytes = build(message, &facts);
    parsed = parse(bytes);
    cr_assert_str_eq(g_mime_message_get_subject(parsed), message->subject);
    g_object_unref(parsed);
}

Test(mime, attachments_keep_bytes_and_names) {
    static const char *const names[] = {
        "plain.pdf",
        "a, \"b\" 'c'.txt",
        "new\nline.txt",
        "Prüfbericht über die sehr lange Größenordnung der Straßenverhältnisse in Österreich "
        "😀 Teil 2 von 17.bin",
    };
    g_autoptr(PbMessage) message = make("see attachment\n");
    g_autofree char *bytes = NULL;
    guint8 data[5000];
    GMimeMessage *parsed;
    PbMimeFacts facts;

    for (gsize i = 0; i < sizeof data; i++)
        data[i] = (guint8) (i * 7 + i / 256);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        attach(message, names[i], (char *) data, sizeof data - i);
    bytes = build(message, &facts);
    parsed = parse(bytes);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        GMimePart *part;
        g_autoptr(GByteArray) got = content(parsed, (int) i + 1, &part);
        g_auto(GStrv) pieces = g_strsplit(names[i], "\n", -1);
        g_autofree char *name = g_strjoinv("_", pieces);

        cr_assert_eq(got->len, sizeof data - i);
        cr_assert_arr_eq(got->data, data, got->len);
        cr_assert_str_eq(g_mime_part_get_filename(part), name);
        cr_assert_str_eq(g_mime_object_get_disposition(GMIME_OBJECT(part)), "attachment");
    }
    g_object_unref(parsed);
}

Test(mime, text_attachment_travels_byte_for_byte) {
    static const char text[] = "one\ntwo\r\nthree \xe4 \n-- \nno end";
    g_autoptr(PbMessage) message = make("x\n");
    g_autofree char *bytes = NULL;
    g_autoptr(GByteArray) got = NULL;
    GMimeMessage *parsed;
    PbMimeFacts facts;

    attach(message, "a.txt", text, strlen(text));
    attach(message, "empty.txt", "", 0);
    bytes = build(message, &facts);
    parsed = parse(bytes);
    got = content(parsed, 1, NULL);
    cr_assert_eq(got->len, strlen(text));
    cr_assert_arr_eq(got->data, text, got->len);
    g_object_unref(parsed);
}

Test(mime, attached_message_is_not_encoded) {
    static const char good[] = "From: a@b\nSubject: x\n\nGr\xc3\xbc\xc3\x9f"
                               "e\n";
    g_autofree char *filler = g_strnfill(2000, 'y');
    g_autofree char *wide = g_strconcat(good, filler, "\n", NULL);
    g_autoptr(PbMessage) message = make("x\n");
    g_autoptr(PbMessage) second = make("x\n");
    g_autofree char *bytes = NULL;
    g_autofree char *other = NULL;
    PbMimeFacts facts;

    attach(message, "a.eml", good, strlen(good));
    g_free(((PbAttachment *) message->attachments->pdata[0])->content_type);
    ((PbAttachment *) message->attachments->pdata[0])->content_type = g_strdup("message/rfc822");
    bytes = build(message, &facts);
    cr_assert(facts.eight_bit);
    cr_assert_not_null(strstr(bytes, "\r\n\r\nFrom: a@b\r\nSubject: x\r\n\r\nGrüße\r\n"));
    attach(second, "b.eml", wide, strlen(wide));
    g_free(((PbAttachment *) second->attachments->pdata[0])->content_type);
    ((PbAttachment *) second->attachments->pdata[0])->content_type = g_strdup("message/rfc822");
    other = build(second, &facts);
    cr_assert_not(facts.eight_bit);
    cr_assert_not_null(strstr(other, "application/octet-stream"));
}

Test(mime, attached_message_with_a_bare_cr_keeps_its_bytes_as_a_file) {
    static const char bare[] = "From: a@b\n\none\rtwo\n\r";
    g_autoptr(PbMessage) message = make("x\n");
    g_autoptr(GByteArray) got = NULL;
    g_autofree char *bytes = NULL;
    PbAttachment *attachment;
    GMimeMessage *parsed;
    PbMimeFacts facts;

    attach(message, "a.eml", bare, strlen(bare));
    attachment = message->attachments->pdata[0];
    g_free(attachment->content_type);
    attachment->content_type = g_strdup("message/rfc822");
    bytes = build(message, &facts);
    parsed = parse(bytes);
    got = content(parsed, 1, NULL);
    cr_assert_eq(got->len, strlen(bare));
    cr_assert_arr_eq(got->data, bare, got->len);
    g_object_unref(parsed);
}

Test(mime, long_message_id_stands_whole) {
    g_autoptr(PbMessage) message = make("x\n");
    g_autofree char *letters = g_strnfill(120, 'a');
    g_autofree char *line = NULL;
    g_autofree char *bytes = NULL;
    PbMimeFacts facts;

    line = g_strdup_printf("<%s$x+y@[10.0.0.1]>", letters);
    pb_message_set(&message->message_id, line);
    message->in_reply_to = g_strdup(line);
    bytes = build(message, &facts);
    cr_assert_not_null(strstr(bytes, line), "%s", bytes);
    cr_assert_not_null(strstr(strstr(bytes, line) + 1, line), "%s", bytes);
}

Test(mime, odd_ids_of_other_programs_stay_whole) {
    static const char ids[] = "<a..b@c> <a@b@c> <2026(x)@y> <z@[::1]:80> <last@example.org>";
    g_autoptr(PbMessage) message = make("x\n");
    g_autofree char *bytes = NULL;
    g_autofree char *got = NULL;
    PbMimeFacts facts;

    message->in_reply_to = g_strdup("<a@b@c>");
    message->references = g_strdup(ids);
    bytes = build(message, &facts);
    got = field(bytes, "References");
    cr_assert_str_eq(got, ids);
    cr_assert_not_null(strstr(bytes, "\r\nIn-Reply-To: <a@b@c>\r\n"));
}

Test(mime, date_is_right_in_every_zone) {
    static const struct {
        const char *zone, *expected;
    } zones[] = {
        {"UTC", "Sun, 01 Nov 2026 12:34:56 +0000"},
        {"Asia/Kolkata", "Sun, 01 Nov 2026 18:04:56 +0530"},
        {"America/St_Johns", "Sun, 01 Nov 2026 09:04:56 -0330"},
        {"Asia/Kathmandu", "Sun, 01 Nov 2026 18:19:56 +0545"},
        {"Pacific/Marquesas", "Sun, 01 Nov 2026 03:04:56 -0930"},
        {"Europe/Berlin", "Sun, 01 Nov 2026 13:34:56 +0100"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(zones); i++) {
        g_autoptr(PbMessage) message = make("x\n");
        g_autofree char *bytes = NULL;
        g_autofree char *date = NULL;
        PbMimeFacts facts;

        g_setenv("TZ", zones[i].zone, TRUE);
        message->date = G_GINT64_CONSTANT(1793536496) * G_USEC_PER_SEC;
        bytes = build(message, &facts);
        date = field(bytes, "Date");
        cr_assert_str_eq(date, zones[i].expected);
    }
}

Test(mime, smtputf8_only_when_an_address_needs_it) {
    g_autoptr(PbMessage) idn = make("x\n");
    g_autoptr(PbMessage) local = make("x\n");
    g_autofree char *one = NULL;
    g_autofree char *two = NULL;
    PbMimeFacts facts;

    pb_message_set(&idn->to, "Jürgen <info@bücher.example>");
    one = build(idn, &facts);
    cr_assert_not(facts.utf8_headers);
    cr_assert_not_null(strstr(one, "<info@xn--bcher-kva.example>"));
    pb_message_set(&local->to, "jürgen@bücher.example");
    two = build(local, &facts);
    cr_assert(facts.utf8_headers);
    cr_assert_not_null(strstr(two, "To: jürgen@bücher.example\r\n"));
}

Test(mime, without_visible_recipient_an_empty_group_stands_in_to) {
    g_autoptr(PbMessage) message = make("x\n");
    g_autofree char *bytes = NULL;
    PbMimeFacts facts;

    pb_message_set(&message->to, "");
    pb_message_set(&message->bcc, "bob@example.org");
    bytes = build(message, &facts);
    cr_assert_not_null(strstr(bytes, "\r\nTo: undisclosed-recipients:;\r\n"));
}

static void expect_refused(PbMessage *message, int code) {
    g_autofree char *path = in_folder("refused");
    g_autoptr(GError) error = NULL;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

    cr_assert_not(pb_mime_write(message, fd, NULL, NULL, &error));
    cr_assert(g_error_matches(error, PB_ERROR, code), "%d %s", error->code, error->message);
    close(fd);
}

Test(mime, nothing_can_smuggle_a_header_field) {
    static const char *const extras[] = {"X: a\r\nBcc: b", "Bcc: x",         "no colon",
                                         "X Y: z",         "X: a\nb",        ": x",
                                         "bcc : x@y",      "content-type: x"};
    g_autoptr(PbMessage) subject = make("x\n");
    g_autoptr(PbMessage) id = make("x\n");

    for (gsize i = 0; i < G_N_ELEMENTS(extras); i++) {
        g_autoptr(PbMessage) message = make("x\n");

        g_ptr_array_add(message->extra_headers, g_strdup(extras[i]));
        expect_refused(message, PB_ERROR_DATA);
    }
    pb_message_set(&subject->subject, "a\r\nBcc: evil@example.org");
    expect_refused(subject, PB_ERROR_DATA);
    pb_message_set(&id->message_id, "<a@b>\r\nBcc: x@y");
    expect_refused(id, PB_ERROR_DATA);
}

Test(mime, faults_have_their_own_codes) {
    g_autoptr(PbMessage) to = make("x\n");
    g_autoptr(PbMessage) body = make("\xff\n");
    g_autoptr(PbMessage) gone = make("x\n");
    g_autofree char *path = in_folder("soon-gone");
    g_autoptr(GError) full = NULL;
    int fd = open("/dev/full", O_WRONLY);

    pb_message_set(&to->to, "bob example.org");
    expect_refused(to, PB_ERROR_DATA);
    expect_refused(body, PB_ERROR_DATA);
    attach(gone, "soon-gone", "x", 1);
    cr_assert_eq(g_unlink(path), 0);
    expect_refused(gone, PB_ERROR_NO_INPUT);
    pb_message_set(&to->to, "bob@example.org");
    cr_assert_not(pb_mime_write(to, fd, NULL, NULL, &full));
    cr_assert(g_error_matches(full, PB_ERROR, PB_ERROR_CREATE));
    close(fd);
}

Test(mime, cancelled_stops_and_says_so) {
    g_autoptr(PbMessage) message = make("x\n");
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autoptr(GError) error = NULL;
    int fd = open("/dev/null", O_WRONLY);

    attach(message, "a.bin", "x", 1);
    g_cancellable_cancel(cancellable);
    cr_assert_not(pb_mime_write(message, fd, cancellable, NULL, &error));
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_CANCELLED));
    close(fd);
}

typedef struct {
    int fd;
    const char *path;
} Reader;

/* The file changes after the first bytes came out and before the pipe lets the last ones in. */
static gpointer change_then_drain(gpointer data) {
    const Reader *reader = data;
    char buffer[4096];

    cr_assert_gt(read(reader->fd, buffer, 1), 0);
    cr_assert_eq(truncate(reader->path, 7), 0);
    while (read(reader->fd, buffer, sizeof buffer) > 0)
        continue;
    return NULL;
}

Test(mime, file_that_changes_while_it_is_read_is_a_conflict) {
    g_autoptr(PbMessage) message = make("x\n");
    g_autofree char *path = in_folder("moving.bin");
    g_autofree char *bytes = g_strnfill(1000 * 1000, 'x');
    g_autoptr(GError) error = NULL;
    int ends[2];
    Reader reader = {.path = path};
    GThread *thread;

    attach(message, "moving.bin", bytes, strlen(bytes));
    cr_assert_eq(pipe(ends), 0);
    reader.fd = ends[0];
    thread = g_thread_new("reader", change_then_drain, &reader);
    cr_assert_not(pb_mime_write(message, ends[1], NULL, NULL, &error));
    close(ends[1]);
    g_thread_join(thread);
    close(ends[0]);
    cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_CONFLICT), "%s", error->message);
}

static long high_water_kb(void) {
    g_autofree char *status = NULL;
    const char *line;

    cr_assert(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
    line = strstr(status, "VmHWM:");
    cr_assert_not_null(line);
    return strtol(line + strlen("VmHWM:"), NULL, 10);
}

/* Random bytes, since holes would cost nothing anyway. */
static void write_big_file(const char *path, gsize megabytes) {
    g_autofree guint32 *block = g_malloc(1024 * 1024);
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file);
    for (gsize i = 0; i < 1024 * 1024 / sizeof *block; i++)
        block[i] = g_rand_int(rand);
    for (gsize i = 0; i < megabytes; i++)
        cr_assert_eq(fwrite(block, 1, 1024 * 1024, file), (gsize) 1024 * 1024);
    cr_assert_eq(fclose(file), 0);
}

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif

Test(mime, attachment_of_50_mb_does_not_raise_memory) {
    g_autoptr(PbMessage) message = make("see attachment\n");
    g_autofree char *path = in_folder("big.bin");
    g_autofree char *out = in_folder("big.out");
    guint64 estimate;
    PbMimeFacts facts;
    long before;
    int fd;

    write_big_file(path, 50);
    g_ptr_array_add(message->attachments, pb_attachment_new(path, NULL));
    estimate = pb_mime_estimate_size(message);
    fd = open(out, O_RDWR | O_CREAT | O_TRUNC, 0600);
    before = high_water_kb();
    cr_assert(pb_mime_write(message, fd, NULL, &facts, NULL));
    cr_assert_gt(facts.size, (guint64) 50 * 1024 * 1024 * 4 / 3);
    cr_assert_lt(facts.size, estimate);
    cr_assert_gt(facts.size + 4096, estimate);
#ifndef UNDER_ASAN
    cr_assert_lt(high_water_kb() - before, 16 * 1024);
#else
    (void) before;
#endif
    close(fd);
    g_unlink(path);
    g_unlink(out);
}
