#include "transport/smtp/transcript.h"

#include <criterion/criterion.h>

#include <string.h>

#define SECRET "correct horse"

static void assert_masked(PbTranscript *transcript) {
    g_autofree char *text = pb_transcript_text(transcript);
    g_autofree char *base64 = g_base64_encode((const guchar *) SECRET, strlen(SECRET));
    g_autofree char *plain =
        g_base64_encode((const guchar *) "\0anna\0" SECRET, 6 + strlen(SECRET));
    cr_assert_null(strstr(text, SECRET), "%s", text);
    cr_assert_null(strstr(text, base64), "%s", text);
    cr_assert_null(strstr(text, plain), "%s", text);
    cr_assert_not_null(strstr(text, PB_TRANSCRIPT_MASK), "%s", text);
}

Test(transcript, has_times_directions_and_notes) {
    g_autoptr(PbTranscript) transcript = pb_transcript_new();
    pb_transcript_note(transcript, "connected");
    pb_transcript_server(transcript, "220 hello\r\n", 11);
    pb_transcript_client(transcript, "EHLO me\r\n");
    g_autofree char *text = pb_transcript_text(transcript);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    cr_assert_eq(g_strv_length(lines), 4);
    cr_assert(g_str_has_suffix(lines[0], "0 connected") || strstr(lines[0], " connected") != NULL);
    cr_assert(g_str_has_suffix(lines[1], " S: 220 hello"), "%s", lines[1]);
    cr_assert(g_str_has_suffix(lines[2], " C: EHLO me"), "%s", lines[2]);
    cr_assert(g_ascii_isdigit(lines[1][2]), "%s", lines[1]);
}

Test(transcript, masks_by_state) {
    g_autoptr(PbTranscript) transcript = pb_transcript_new();
    pb_transcript_client_secret(transcript, "AUTH PLAIN");
    pb_transcript_client_secret(transcript, "");
    pb_transcript_server_secret(transcript, "334");
    g_autofree char *text = pb_transcript_text(transcript);
    cr_assert_not_null(strstr(text, "C: AUTH PLAIN " PB_TRANSCRIPT_MASK "\n"));
    cr_assert_not_null(strstr(text, "C: " PB_TRANSCRIPT_MASK "\n"));
    cr_assert_not_null(strstr(text, "S: 334 " PB_TRANSCRIPT_MASK "\n"));
}

Test(transcript, masks_a_secret_the_server_repeats) {
    const char *const lines[] = {
        "500 what is " SECRET "?",
        "500 unknown command AUTH PLAIN AGFubmEAY29ycmVjdCBob3JzZQ==",
        "500 Y29ycmVjdCBob3JzZQ==",
    };
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(PbTranscript) transcript = pb_transcript_new();
        pb_transcript_guard(transcript, "anna", SECRET);
        pb_transcript_server(transcript, lines[i], strlen(lines[i]));
        assert_masked(transcript);
        g_autofree char *clean = pb_transcript_scrub(transcript, lines[i]);
        cr_assert_not_null(strstr(clean, PB_TRANSCRIPT_MASK));
    }
}

Test(transcript, unguarded_text_is_left_alone) {
    g_autoptr(PbTranscript) transcript = pb_transcript_new();
    pb_transcript_guard(transcript, "anna", SECRET);
    pb_transcript_unguard(transcript);
    g_autofree char *clean = pb_transcript_scrub(transcript, "hello " SECRET);
    cr_assert_str_eq(clean, "hello " SECRET);
}

Test(transcript, is_fit_for_a_terminal) {
    g_autoptr(PbTranscript) transcript = pb_transcript_new();
    pb_transcript_server(transcript, "250 a\x1b[2J\nb\xff", 12);
    g_autofree char *text = pb_transcript_text(transcript);
    cr_assert_null(strchr(text, '\x1b'));
    cr_assert(g_utf8_validate(text, -1, NULL));
    cr_assert_eq(strchr(text, '\n'), text + strlen(text) - 1);
}

Test(transcript, is_bounded) {
    g_autoptr(PbTranscript) transcript = pb_transcript_new();
    g_autofree char *line = g_strnfill(4000, 'x');
    for (guint i = 0; i < 200; i++)
        pb_transcript_server(transcript, line, 4000);
    g_autofree char *text = pb_transcript_text(transcript);
    cr_assert_leq(strlen(text), PB_TRANSCRIPT_MAX);
}
