#include "accounts/pb-text.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <string.h>
#include <time.h>

#define SECOND ((gint64) G_USEC_PER_SEC)

static void use_utf8(void) {
    cr_assert_not_null(setlocale(LC_CTYPE, "C.UTF-8"));
    g_setenv("TZ", "Europe/Berlin", TRUE);
}

TestSuite(pb_text, .init = use_utf8);

static void expect(char *text, const char *wanted) {
    cr_expect_str_eq(text, wanted, "got “%s”, wanted “%s”", text, wanted);
    g_free(text);
}

Test(pb_text, sanitise_makes_controls_visible) {
    expect(pb_text_sanitise("a\033[31mb", -1, 100, FALSE), "a␛[31mb");
    expect(pb_text_sanitise("a\033[31mb", -1, 100, TRUE), "a^[[31mb");
    expect(pb_text_sanitise("\177\a", -1, 100, FALSE), "␡␇");
    expect(pb_text_sanitise("\177\a", -1, 100, TRUE), "^?^G");
    expect(pb_text_sanitise("a\0b", 3, 100, FALSE), "a␀b");
    expect(pb_text_sanitise("\xc2\x9b"
                            "31m",
                            -1, 100, FALSE),
           "␛[31m");
    expect(pb_text_sanitise("\xc2\x9b"
                            "31m",
                            -1, 100, TRUE),
           "^[[31m");
}

Test(pb_text, sanitise_replaces_each_byte_that_is_not_utf8) {
    expect(pb_text_sanitise("gr\xfc\xdf e", -1, 100, FALSE), "gr\xef\xbf\xbd\xef\xbf\xbd e");
    expect(pb_text_sanitise("gr\xfc", -1, 100, TRUE), "gr?");
    expect(pb_text_sanitise("\xc0\xaf", -1, 100, TRUE), "??");
    expect(pb_text_sanitise("\xed\xa0\x80", -1, 100, TRUE), "???");
    expect(pb_text_sanitise("cut \xe2\x82", -1, 100, TRUE), "cut ??");
    expect(pb_text_sanitise("\xe2\x82\xac", 2, 100, TRUE), "??");
}

Test(pb_text, sanitise_removes_bidi_controls) {
    expect(pb_text_sanitise("a\u202eb\u2066c\u200fd\u061ce", -1, 100, FALSE), "abcde");
}

Test(pb_text, sanitise_makes_one_line) {
    expect(pb_text_sanitise("a\r\nb\nc\rd\te\u2028f\xc2\x85g", -1, 100, FALSE), "a b c d e f g");
}

Test(pb_text, sanitise_lines_keeps_line_ends) {
    expect(pb_text_sanitise_lines("a\r\nb\nc\rd\te", -1, 100, FALSE), "a\nb\nc\nd e");
    expect(pb_text_sanitise_lines("a\033\nb", -1, 100, FALSE), "a␛\nb");
}

Test(pb_text, sanitise_is_bounded_and_never_cuts_a_character) {
    expect(pb_text_sanitise("abcdef", -1, 3, FALSE), "abc");
    expect(pb_text_sanitise("ab€", -1, 4, FALSE), "ab");
    expect(pb_text_sanitise("ab€", -1, 5, FALSE), "ab€");
    expect(pb_text_sanitise("", -1, 0, FALSE), "");
    expect(pb_text_sanitise("x", -1, 0, FALSE), "");
}

Test(pb_text, width_counts_columns) {
    cr_expect_eq(pb_text_width("abc"), 3);
    cr_expect_eq(pb_text_width("日本"), 4);
    cr_expect_eq(pb_text_width("e\u0301"), 1);
    cr_expect_eq(pb_text_width("😀"), 2);
    cr_expect_eq(pb_text_width(""), 0);
    cr_expect_eq(pb_text_width("a\xff"), 2, "a byte that is not UTF-8 counts as one");
}

Test(pb_text, width_never_becomes_negative_in_the_c_locale) {
    setlocale(LC_CTYPE, "C");
    cr_expect_eq(pb_text_char_width(0xe9), 1);
    cr_expect_eq(pb_text_char_width(0x301), 0);
    cr_expect_eq(pb_text_char_width(0x65e5), 2);
    expect(pb_text_clip_end("日本語", 5, FALSE), "日本…");
}

Test(pb_text, grapheme_holds_its_combining_characters) {
    int width;
    cr_expect_eq(pb_text_grapheme("e\u0301\u0302x", &width), 5);
    cr_expect_eq(width, 1);
    cr_expect_eq(pb_text_grapheme("日本", &width), 3);
    cr_expect_eq(width, 2);
    cr_expect_eq(pb_text_grapheme("\u0301a", &width), 2);
    cr_expect_eq(width, 0);
    cr_expect_eq(pb_text_grapheme("", &width), 0);
    cr_expect_eq(pb_text_grapheme("x", NULL), 1);
}

Test(pb_text, clip_end_keeps_what_fits) {
    expect(pb_text_clip_end("Minutes", 7, FALSE), "Minutes");
    expect(pb_text_clip_end("Minutes", 6, FALSE), "Minut…");
    expect(pb_text_clip_end("Minutes", 6, TRUE), "Minut~");
    expect(pb_text_clip_end("Minutes", 1, FALSE), "…");
    expect(pb_text_clip_end("Minutes", 0, FALSE), "");
    expect(pb_text_clip_end("Minutes", -3, FALSE), "");
}

Test(pb_text, clip_end_splits_neither_wide_nor_combined_characters) {
    expect(pb_text_clip_end("日本語", 5, FALSE), "日本…");
    expect(pb_text_clip_end("日本語", 4, FALSE), "日…");
    expect(pb_text_clip_end("😀😀😀", 4, FALSE), "😀…");
    expect(pb_text_clip_end("e\u0301e\u0301e\u0301", 2, FALSE), "e\u0301…");
    expect(pb_text_clip_end("日本", 2, FALSE), "…");
}

Test(pb_text, clip_middle_keeps_both_ends) {
    expect(pb_text_clip_middle("~/Documents/minutes.pdf", 23, FALSE), "~/Documents/minutes.pdf");
    expect(pb_text_clip_middle("~/Documents/minutes.pdf", 12, FALSE), "~/Doc…es.pdf");
    expect(pb_text_clip_middle("~/Documents/minutes.pdf", 12, TRUE), "~/Doc~es.pdf");
    expect(pb_text_clip_middle("日本語日本語", 6, FALSE), "日…語");
    expect(pb_text_clip_middle("abc", 1, FALSE), "…");
    expect(pb_text_clip_middle("abc", 0, FALSE), "");
}

Test(pb_text, clip_address_cuts_the_local_part) {
    expect(pb_text_clip_address("verylongname@example.org", 19, FALSE), "verylo…@example.org");
    expect(pb_text_clip_address("verylongname@example.org", 24, FALSE), "verylongname@example.org");
    expect(pb_text_clip_address("verylongname@example.org", 13, FALSE), "…@example.org");
    expect(pb_text_clip_address("verylongname@example.org", 10, FALSE), "…@example…");
    expect(pb_text_clip_address("no domain here", 6, FALSE), "no do…");
    expect(pb_text_clip_address("verylongname@example.org", 19, TRUE), "verylo~@example.org");
}

Test(pb_text, sizes_are_decimal) {
    static const struct {
        guint64 bytes;
        const char *text;
    } cases[] = {
        {0, "0 B"},          {812, "812 B"},         {999, "999 B"},
        {1000, "1.0 kB"},    {12345, "12 kB"},       {42000, "42 kB"},
        {214300, "214 kB"},  {999400, "999 kB"},     {999500, "1.0 MB"},
        {3400000, "3.4 MB"}, {9949999, "9.9 MB"},    {9990000, "10 MB"},
        {25000000, "25 MB"}, {1500000000, "1.5 GB"}, {2000000000000, "2.0 TB"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        expect(pb_text_size(cases[i].bytes), cases[i].text);
}

Test(pb_text, durations_round_up_to_seconds) {
    static const struct {
        gint64 microseconds;
        const char *text;
    } cases[] = {
        {-5, "0 s"},
        {1, "1 s"},
        {7200000, "8 s"},
        {59 * SECOND, "59 s"},
        {60 * SECOND, "1 min"},
        {3599 * SECOND, "59 min"},
        {12540 * SECOND, "3 h 29 min"},
        {7200 * SECOND, "2 h"},
        {3 * 86400 * SECOND, "3 days"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        expect(pb_text_duration(cases[i].microseconds), cases[i].text);
}

/* A local time as µs since the epoch. */
static gint64 at(int year, int month, int day, int hour, int minute, int second) {
    g_autoptr(GDateTime) time = g_date_time_new_local(year, month, day, hour, minute, second);
    return g_date_time_to_unix(time) * SECOND;
}

Test(pb_text, times_follow_the_table_of_words) {
    gint64 now = at(2026, 11, 24, 14, 31, 0); /* a Tuesday */
    const struct {
        gint64 when;
        const char *text;
    } cases[] = {
        {now + 8 * SECOND, "8 s"},
        {now - 8 * SECOND, "8 s"},
        {now - 8 * SECOND - 400000, "8 s"},
        {now + 7 * SECOND + 400000, "8 s"},
        {now, "0 s"},
        {now + 12 * 60 * SECOND, "12 min"},
        {now - 59 * 60 * SECOND, "59 min"},
        {at(2026, 11, 24, 18, 0, 0), "18:00"},
        {at(2026, 11, 24, 9, 12, 0), "09:12"},
        {at(2026, 11, 25, 8, 0, 0), "tomorrow 08:00"},
        {at(2026, 11, 23, 17, 40, 0), "yesterday 17:40"},
        {at(2026, 11, 27, 8, 0, 0), "Fri 08:00"},
        {at(2026, 11, 30, 23, 59, 0), "Mon 23:59"},
        {at(2026, 11, 18, 0, 0, 0), "Wed 00:00"},
        {at(2026, 12, 1, 0, 0, 0), "1 Dec"},
        {at(2026, 10, 12, 10, 0, 0), "12 Oct"},
        {at(2025, 10, 12, 10, 0, 0), "12 Oct 2025"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        expect(pb_text_time(cases[i].when, now), cases[i].text);
}

Test(pb_text, clock_tells_near_moments_too) {
    gint64 now = at(2026, 11, 24, 14, 31, 0);
    expect(pb_text_clock(at(2026, 11, 24, 14, 21, 8), now), "14:21");
    expect(pb_text_clock(at(2026, 11, 25, 0, 5, 0), at(2026, 11, 24, 23, 58, 0)), "tomorrow 00:05");
}

Test(pb_text, exact_times_have_seconds) {
    gint64 now = at(2026, 11, 24, 14, 31, 0);
    expect(pb_text_time_exact(at(2026, 11, 24, 14, 21, 8), now), "14:21:08");
    expect(pb_text_time_exact(at(2026, 11, 23, 14, 21, 8), now), "yesterday 14:21:08");
    expect(pb_text_time_exact(at(2026, 11, 12, 14, 21, 8), now), "12 Nov 14:21:08");
    expect(pb_text_time_exact(at(2025, 10, 12, 14, 21, 8), at(2026, 8, 24, 14, 31, 0)),
           "12 Oct 2025 14:21:08");
}

Test(pb_text, a_change_of_zone_is_said) {
    /* Summer time ends on 25 October 2026. */
    gint64 now = at(2026, 10, 24, 20, 0, 0);
    expect(pb_text_time(at(2026, 10, 25, 8, 0, 0), now), "tomorrow 08:00 CET");
    expect(pb_text_time(at(2026, 10, 24, 8, 0, 0), now), "08:00");
}

Test(pb_text, times_follow_the_zone_of_the_person) {
    gint64 now = at(2026, 11, 24, 23, 50, 0);
    gint64 later = now + 2 * 3600 * SECOND;
    expect(pb_text_time(later, now), "tomorrow 01:50");
    g_setenv("TZ", "UTC", TRUE);
    expect(pb_text_time(later, now), "tomorrow 00:50");
    g_setenv("TZ", "America/New_York", TRUE);
    expect(pb_text_time(later, now), "19:50");
}

Test(pb_text, times_outside_all_calendars_are_harmless) {
    g_autofree char *far = pb_text_time(G_MAXINT64, 0);
    g_autofree char *early = pb_text_time(G_MININT64 / 2, 0);
    cr_expect_not_null(far);
    cr_expect_not_null(early);
}
