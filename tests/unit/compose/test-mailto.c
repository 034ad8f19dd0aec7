#include "accounts/pb-error.h"
#include "compose/mailto.h"

#include <criterion/criterion.h>

#include <string.h>

static const struct {
    const char *url, *to, *cc, *bcc, *subject, *body;
} rows[] = {
    {"mailto:", "", "", "", "", ""},
    {"mailto:bob@example.org", "bob@example.org", "", "", "", ""},
    {"MAILTO:a@x.org,b@x.org?to=c@x.org&CC=d@x.org&cc=e@x.org&bcc=f@x.org",
     "a@x.org, b@x.org, c@x.org", "d@x.org, e@x.org", "f@x.org", "", ""},
    {"mailto:list@x.org?subject=In%20reply%20to%20a+b", "list@x.org", "", "", "In reply to a+b",
     ""},
    {"mailto:?body=line%0D%0Atwo%0Athree", "", "", "", "", "line\ntwo\nthree\n"},
    {"mailto:gorby%25kremvax@example.com", "gorby%kremvax@example.com", "", "", "", ""},
    {"mailto:%22not%40me%22@example.org", "\"not@me\"@example.org", "", "", "", ""},
    {"mailto:j%C3%BCrgen@example.org?subject=Gr%C3%B6%C3%9Fe", "jürgen@example.org", "", "",
     "Größe", ""},
    {"mailto:a@x.org?subject=x&amp;body=y", "a@x.org", "", "", "x", "y\n"},
    {"mailto:a@x.org?subject=a%26b%3Dc=d#fragment", "a@x.org", "", "", "a&b=c=d", ""},
    {"mailto:a@x.org?body=bell%07%1b[31m", "a@x.org", "", "", "", "bell[31m\n"},
    {"mailto:a@x.org?subject=", "a@x.org", "", "", "", ""},
    {"mailto:a@x.org?&&subject", "a@x.org", "", "", "", ""},
};

Test(mailto, fills_the_allowed_fields) {
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PbMessage) message = pb_message_new();
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) ignored = NULL;

        cr_assert(pb_mailto_parse(rows[i].url, message, &ignored, &error), "%s: %s", rows[i].url,
                  error != NULL ? error->message : "");
        cr_assert_str_eq(message->to, rows[i].to);
        cr_assert_str_eq(message->cc, rows[i].cc);
        cr_assert_str_eq(message->bcc, rows[i].bcc);
        cr_assert_str_eq(message->subject, rows[i].subject);
        cr_assert_str_eq(message->body, rows[i].body);
        cr_assert_eq(g_strv_length(ignored), 0);
    }
}

Test(mailto, everything_else_is_dropped_and_named) {
    g_autoptr(PbMessage) message = pb_message_new();
    g_auto(GStrv) ignored = NULL;
    g_autofree char *names = NULL;

    cr_assert(pb_mailto_parse("mailto:a@x.org?attach=/etc/passwd&From=x@y&attachment=z&X-H=1"
                              "&attach=2&subject=s",
                              message, &ignored, NULL));
    names = g_strjoinv(",", ignored);
    cr_assert_str_eq(names, "attach,from,attachment,x-h");
    cr_assert_eq(message->attachments->len, 0);
    cr_assert_eq(message->extra_headers->len, 0);
    cr_assert_str_eq(message->from, "");
    cr_assert_str_eq(message->subject, "s");
}

Test(mailto, adds_to_what_is_there) {
    g_autoptr(PbMessage) message = pb_message_new();

    pb_message_set(&message->to, "first@x.org");
    pb_message_set(&message->body, "\n-- \nAnna\n");
    cr_assert(
        pb_mailto_parse("mailto:a@x.org?body=hi&in-reply-to=%3C1@a%3E&references=x%20%3C0@a%3E",
                        message, NULL, NULL));
    cr_assert_str_eq(message->to, "first@x.org, a@x.org");
    cr_assert_str_eq(message->body, "hi\n\n-- \nAnna\n");
    cr_assert_str_eq(message->in_reply_to, "<1@a>");
    cr_assert_str_eq(message->references, "<0@a>");
}

Test(mailto, faults_change_nothing) {
    static const char *const bad[] = {
        "http://example.org",        "bob@example.org",         "mailto:a%0d%0aBcc:b@x.org",
        "mailto:a@x?subject=a%0Ab",  "mailto:a@x?cc=b%0D%0Ac",  "mailto:a@x?subject=%zz",
        "mailto:a@x?subject=%4",     "mailto:a@x?subject=%00x", "mailto:a@x?body=%FF",
        "mailto:a@x?%0a=1&body=%ff",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(PbMessage) message = pb_message_new();
        g_autoptr(GError) error = NULL;

        cr_assert_not(pb_mailto_parse(bad[i], message, NULL, &error), "%s", bad[i]);
        cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
        cr_assert(pb_message_is_empty(message));
    }
}
