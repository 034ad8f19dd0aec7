#include "accounts/pb-error.h"
#include "ui/widget/when.h"

#include <criterion/criterion.h>

#include <locale.h>

/* Tuesday 24 November 2026, 14:32 UTC. */
#define NOW (G_GINT64_CONSTANT(1795530720) * G_USEC_PER_SEC)

static void set_up(void) {
    setlocale(LC_ALL, "C.UTF-8");
    g_setenv("TZ", "UTC", TRUE);
}

TestSuite(when, .init = set_up);

static void check(const char *text, const char *expected) {
    gint64 when = 0;
    g_autoptr(GError) error = NULL;
    cr_assert(pb_when_parse(text, NOW, &when, &error), "“%s” was not understood", text);
    g_autoptr(GDateTime) moment = g_date_time_new_from_unix_utc(when / G_USEC_PER_SEC);
    g_autofree char *shown = g_date_time_format(moment, "%F %H:%M");
    cr_expect_str_eq(shown, expected, "“%s” gave %s, not %s", text, shown, expected);
}

Test(when, understands_what_people_write) {
    check("18:00", "2026-11-24 18:00");
    check("in 2h", "2026-11-24 16:32");
    check("in 90 min", "2026-11-24 16:02");
    check("tomorrow 8", "2026-11-25 08:00");
    check("tomorrow", "2026-11-25 08:00");
    check("fri 9", "2026-11-27 09:00");
    check("Friday at 9:30", "2026-11-27 09:30");
    check("24 Nov 18:30", "2026-11-24 18:30");
    check("Dec 3 8pm", "2026-12-03 20:00");
    check("24 Nov 2027 8:30", "2027-11-24 08:30");
    check("2026-11-25T08:00", "2026-11-25 08:00");
    check("2026-11-25 08:00", "2026-11-25 08:00");
    check("2026-11-25T08:00+01:00", "2026-11-25 07:00");
    check("2026-11-25", "2026-11-25 08:00");
    check("now", "2026-11-24 14:32");
    check("tonight", "2026-11-24 18:00");
}

Test(when, a_bare_time_that_has_passed_is_tomorrow) {
    check("9", "2026-11-25 09:00");
    check("14:00", "2026-11-25 14:00");
}

Test(when, the_day_of_today_is_the_one_in_a_week) {
    check("tue 9", "2026-12-01 09:00");
}

Test(when, a_month_that_has_passed_is_next_year) {
    check("3 Jan 8", "2027-01-03 08:00");
}

Test(when, a_date_that_has_passed_stays_in_the_past) {
    check("2026-11-24T14:29", "2026-11-24 14:29");
    g_autofree char *text = pb_when_describe(NOW - 3 * 60 * G_USEC_PER_SEC, NOW);
    cr_expect_str_eq(text, "That is 3 min ago: it would leave now.");
}

Test(when, nonsense_is_refused_and_changes_nothing) {
    const char *texts[] = {"", "soon", "25:00", "18:75", "31 Feb 8", "in 5 parsecs", "8 9", "in h"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        gint64 when = 7;
        g_autoptr(GError) error = NULL;
        cr_expect_not(pb_when_parse(texts[i], NOW, &when, &error), "“%s” was taken", texts[i]);
        cr_expect(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
        cr_expect_eq(when, 7);
    }
}

Test(when, describes_with_the_day_and_the_span) {
    g_autofree char *text =
        pb_when_describe(NOW + (17 * 60 + 28) * 60 * (gint64) G_USEC_PER_SEC, NOW);
    cr_expect_str_eq(text, "Wednesday 25 November 2026, 08:00, in 17 h 28 min");
}
