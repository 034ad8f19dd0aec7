#include "transport/outbox/retry.h"

#include <criterion/criterion.h>

#define NOW ((gint64) 1790000000 * G_USEC_PER_SEC)

static double wait_seconds(guint attempts, guint32 seed) {
    return (double) (pb_retry_next(attempts, NOW, seed) - NOW) / G_USEC_PER_SEC;
}

Test(retry, doubles_from_a_minute_to_an_hour_within_twenty_percent) {
    static const double expected[] = {60, 120, 240, 480, 960, 1920, 3600, 3600, 3600};
    for (guint seed = 0; seed < 200; seed++) {
        for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
            const double wait = wait_seconds(i + 1, seed);
            cr_expect(wait >= expected[i] * 0.8 && wait <= expected[i] * 1.2,
                      "try %u, seed %u: %f s", i + 1, seed, wait);
        }
    }
}

Test(retry, spreads_by_seed_and_repeats_for_the_same) {
    guint same = 0;
    for (guint seed = 1; seed < 100; seed++)
        same += wait_seconds(3, seed) == wait_seconds(3, seed - 1);
    cr_expect_lt(same, 5);
    cr_expect_eq(wait_seconds(3, 42), wait_seconds(3, 42));
}

Test(retry, stays_at_an_hour_for_absurd_counts) {
    cr_expect(wait_seconds(G_MAXUINT, 7) <= 3600 * 1.2);
    cr_expect(wait_seconds(0, 7) <= 60 * 1.2);
}

Test(retry, gives_up_after_the_lifetime_only) {
    const gint64 life = (gint64) PB_QUEUE_LIFETIME_SECONDS * G_USEC_PER_SEC;
    cr_expect_not(pb_retry_expired(NOW, NOW + life - 1));
    cr_expect(pb_retry_expired(NOW, NOW + life));
    cr_expect_not(pb_retry_expired(NOW, NOW - life), "a clock set back expires nothing");
}
