#include "transport/smtp/transcript.h"

#include "accounts/pb-log.h"
#include "accounts/pb-text.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* Shorter secrets would blot out half of the dialogue, and base64 of them is masked by state. */
#define GUARD_MIN 4
#define SHOWN_MAX 4096

struct PbTranscript {
    GString *text;
    gint64 started;
    gboolean full;
    GPtrArray *guarded; /* of char*, wiped when freed; longest first */
};

static void wipe_string(gpointer data) {
    explicit_bzero(data, strlen(data));
    g_free(data);
}

PbTranscript *pb_transcript_new(void) {
    PbTranscript *transcript = g_new0(PbTranscript, 1);
    transcript->text = g_string_new(NULL);
    transcript->started = g_get_monotonic_time();
    transcript->guarded = g_ptr_array_new_with_free_func(wipe_string);
    return transcript;
}

void pb_transcript_free(PbTranscript *transcript) {
    if (transcript == NULL)
        return;
    g_string_free(transcript->text, TRUE);
    g_ptr_array_unref(transcript->guarded);
    g_free(transcript);
}

static gint longer_first(gconstpointer a, gconstpointer b) {
    gsize left = strlen(*(char *const *) a);
    gsize right = strlen(*(char *const *) b);
    return left < right ? 1 : left > right ? -1 : 0;
}

static void guard_base64(PbTranscript *transcript, const guchar *bytes, gsize length) {
    g_ptr_array_add(transcript->guarded, g_base64_encode(bytes, length));
}

void pb_transcript_guard(PbTranscript *transcript, const char *username, const char *secret) {
    gsize length = strlen(secret);
    if (length < GUARD_MIN)
        return;
    g_ptr_array_add(transcript->guarded, g_strdup(secret));
    guard_base64(transcript, (const guchar *) secret, length);
    /* PLAIN (RFC 4616): NUL, user, NUL, password. Sized beforehand: growing would leave a copy. */
    gsize user = strlen(username);
    GByteArray *plain = g_byte_array_sized_new((guint) (user + length + 2));
    g_byte_array_append(plain, (const guint8 *) "", 1);
    g_byte_array_append(plain, (const guint8 *) username, (guint) user);
    g_byte_array_append(plain, (const guint8 *) "", 1);
    g_byte_array_append(plain, (const guint8 *) secret, (guint) length);
    guard_base64(transcript, plain->data, plain->len);
    explicit_bzero(plain->data, plain->len);
    g_byte_array_unref(plain);
    g_ptr_array_sort(transcript->guarded, longer_first);
}

void pb_transcript_unguard(PbTranscript *transcript) {
    g_ptr_array_set_size(transcript->guarded, 0);
}

char *pb_transcript_scrub(PbTranscript *transcript, const char *text) {
    char *clean = g_strdup(text);
    for (guint i = 0; i < transcript->guarded->len; i++) {
        const char *secret = g_ptr_array_index(transcript->guarded, i);
        if (strstr(clean, secret) == NULL)
            continue;
        g_auto(GStrv) parts = g_strsplit(clean, secret, -1);
        wipe_string(clean);
        clean = g_strjoinv(PB_TRANSCRIPT_MASK, parts);
    }
    return clean;
}

static void add(PbTranscript *transcript, const char *who, const char *line) {
    double seconds = (double) (g_get_monotonic_time() - transcript->started) / G_USEC_PER_SEC;
    pb_log_topic("smtp", "%7.3f %s%s", seconds, who, line);
    if (transcript->full)
        return;
    if (transcript->text->len + strlen(line) + 64 > PB_TRANSCRIPT_MAX) {
        transcript->full = TRUE;
        g_string_append_printf(transcript->text, "%7.3f %s\n", seconds,
                               _("(the rest is not kept)"));
        return;
    }
    g_string_append_printf(transcript->text, "%7.3f %s%s\n", seconds, who, line);
}

static void add_foreign(PbTranscript *transcript, const char *who, const char *line, gsize length) {
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        length--;
    g_autofree char *shown = pb_text_sanitise(line, (gssize) length, SHOWN_MAX, FALSE);
    char *clean = pb_transcript_scrub(transcript, shown);
    add(transcript, who, clean);
    g_free(clean);
}

void pb_transcript_client(PbTranscript *transcript, const char *line) {
    add_foreign(transcript, "C: ", line, strlen(line));
}

void pb_transcript_server(PbTranscript *transcript, const char *line, gsize length) {
    add_foreign(transcript, "S: ", line, length);
}

static void add_masked(PbTranscript *transcript, const char *who, const char *shown) {
    g_autofree char *line = g_strconcat(shown, *shown != '\0' ? " " : "", PB_TRANSCRIPT_MASK, NULL);
    add(transcript, who, line);
}

void pb_transcript_client_secret(PbTranscript *transcript, const char *shown) {
    add_masked(transcript, "C: ", shown);
}

void pb_transcript_server_secret(PbTranscript *transcript, const char *shown) {
    add_masked(transcript, "S: ", shown);
}

void pb_transcript_note(PbTranscript *transcript, const char *text) {
    g_autofree char *shown = pb_text_sanitise(text, -1, SHOWN_MAX, FALSE);
    add(transcript, "", shown);
}

char *pb_transcript_text(PbTranscript *transcript) {
    return g_strdup(transcript->text->str);
}
