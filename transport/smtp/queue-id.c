#include "transport/smtp/queue-id.h"

#include <string.h>

/* Ids seen are 6 to 60 characters; longer "words" are not ids. */
#define ID_MAX 100

static gboolean is_id_byte(char c) {
    return g_ascii_isalnum(c) || strchr(".-_=@+/", c) != NULL;
}

/* The id at `start`, without the punctuation that ends the sentence around it. */
static char *id_at(const char *start) {
    gsize length = 0;
    while (start[length] != '\0' && is_id_byte(start[length]))
        length++;
    while (length > 0 && strchr(".,=", start[length - 1]) != NULL)
        length--;
    return length >= 3 && length <= ID_MAX ? g_strndup(start, length) : NULL;
}

static gboolean has_digit(const char *id) {
    return strpbrk(id, "0123456789") != NULL;
}

/* What stands before the id; compared without case, the first that fits wins. */
static const char *const markers[] = {
    "queued as ",      /* Postfix: "Ok: queued as 4F2B7C0123" */
    "queued with id ", /* several gateways */
    "queued. id=",     /* "Message queued. id=…" */
    "queued id ",
    "message queued (", /* Haraka: "Message Queued (UUID)" */
    " id=",             /* Exim: "OK id=1rABCD-0000xx-1Y" */
    "internal id ",
    "internalid=", /* Exchange: "<message-id> [InternalId=…, Hostname=…] Queued mail" */
    "queue id: ",
};

static char *by_marker(const char *text, const char *lower) {
    for (guint i = 0; i < G_N_ELEMENTS(markers); i++) {
        const char *found = strstr(lower, markers[i]);
        if (found == NULL)
            continue;
        const char *start = text + (found - lower) + strlen(markers[i]);
        g_autofree char *id = id_at(start + (*start == '<' || *start == '"'));
        if (id != NULL && has_digit(id))
            return g_steal_pointer(&id);
    }
    return NULL;
}

/* sendmail and OpenSMTPD put it first: "7ABCDEF01234 Message accepted for delivery". */
static char *before_accepted(const char *text, const char *lower) {
    const char *accepted = strstr(lower, " message accepted");
    if (accepted == NULL || strchr(lower, ' ') != accepted)
        return NULL;
    g_autofree char *id = id_at(text);
    return id != NULL && has_digit(id) ? g_steal_pointer(&id) : NULL;
}

static gboolean looks_like_token(const char *word, gsize length) {
    gboolean digit = FALSE;
    for (gsize i = 0; i < length; i++) {
        if (!is_id_byte(word[i]))
            return FALSE;
        digit = digit || g_ascii_isdigit(word[i]);
    }
    return digit && length >= 8 && length <= ID_MAX;
}

/* Gmail: "OK  1700000000 a640c23a62f3a-9e3…si123.45 - gsmtp"; qmail: "ok 1700000000 qp 1234". */
static char *after_ok_and_time(const char *text, const char *lower) {
    if (!g_str_has_prefix(lower, "ok "))
        return NULL;
    g_auto(GStrv) words = g_strsplit_set(text, " \t\n", 8);
    for (guint i = 1; words[i] != NULL; i++) {
        gsize length = strlen(words[i]);
        if (length == 0 || (length == 10 && strspn(words[i], "0123456789") == length))
            continue;
        if (strcmp(words[i], "qp") == 0 && words[i + 1] != NULL)
            return id_at(words[i + 1]);
        return looks_like_token(words[i], length) ? g_strdup(words[i]) : NULL;
    }
    return NULL;
}

char *pb_queue_id_from_reply(const char *text) {
    g_autofree char *lower = g_ascii_strdown(text, -1);
    char *id = before_accepted(text, lower);
    if (id == NULL)
        id = by_marker(text, lower);
    if (id == NULL)
        id = after_ok_and_time(text, lower);
    return id;
}
