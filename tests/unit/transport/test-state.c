#include "transport/outbox/state.h"

#include <criterion/criterion.h>

typedef struct {
    const char *recipients; /* one letter each, see state_of() */
    PbHold hold;
    gboolean claimed;
    PbEntryState expected;
} Case;

static PbRecipientState state_of(char letter) {
    static const struct {
        char letter;
        PbRecipientState state;
    } letters[] = {
        {'q', PB_RCPT_QUEUED},    {'a', PB_RCPT_ACCEPTED}, {'d', PB_RCPT_DEFERRED},
        {'r', PB_RCPT_REFUSED},   {'u', PB_RCPT_UNSURE},   {'c', PB_RCPT_CANCELLED},
        {'D', PB_RCPT_DELIVERED}, {'l', PB_RCPT_DELAYED},  {'b', PB_RCPT_BOUNCED},
        {'R', PB_RCPT_READ},      {'x', PB_RCPT_EXPANDED}, {'y', PB_RCPT_RELAYED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(letters); i++) {
        if (letters[i].letter == letter)
            return letters[i].state;
    }
    cr_assert_fail("unknown letter %c", letter);
    return PB_RCPT_QUEUED;
}

static const Case cases[] = {
    {"q", PB_HOLD_NONE, FALSE, PB_ENTRY_QUEUED},
    {"q", PB_HOLD_UNDO, FALSE, PB_ENTRY_HELD},
    {"qq", PB_HOLD_USER, TRUE, PB_ENTRY_SENDING},
    {"d", PB_HOLD_USER, FALSE, PB_ENTRY_HELD},
    {"qd", PB_HOLD_NONE, FALSE, PB_ENTRY_DEFERRED},
    {"ad", PB_HOLD_NONE, FALSE, PB_ENTRY_DEFERRED},
    {"al", PB_HOLD_NONE, FALSE, PB_ENTRY_DEFERRED},
    {"aa", PB_HOLD_NONE, FALSE, PB_ENTRY_SENT},
    {"aa", PB_HOLD_USER, FALSE, PB_ENTRY_SENT},
    {"aD", PB_HOLD_NONE, FALSE, PB_ENTRY_SENT},
    {"xy", PB_HOLD_NONE, FALSE, PB_ENTRY_SENT},
    {"DR", PB_HOLD_NONE, FALSE, PB_ENTRY_DELIVERED},
    {"Dc", PB_HOLD_NONE, FALSE, PB_ENTRY_DELIVERED},
    {"ac", PB_HOLD_NONE, FALSE, PB_ENTRY_SENT},
    {"cc", PB_HOLD_NONE, FALSE, PB_ENTRY_CANCELLED},
    {"r", PB_HOLD_NONE, FALSE, PB_ENTRY_FAILED},
    {"rc", PB_HOLD_NONE, FALSE, PB_ENTRY_FAILED},
    {"rb", PB_HOLD_NONE, FALSE, PB_ENTRY_FAILED},
    {"ra", PB_HOLD_NONE, FALSE, PB_ENTRY_PARTIAL},
    {"rd", PB_HOLD_NONE, FALSE, PB_ENTRY_PARTIAL},
    {"rq", PB_HOLD_USER, FALSE, PB_ENTRY_PARTIAL},
    {"rba", PB_HOLD_NONE, FALSE, PB_ENTRY_PARTIAL},
    {"ba", PB_HOLD_NONE, FALSE, PB_ENTRY_BOUNCED},
    {"bd", PB_HOLD_NONE, FALSE, PB_ENTRY_BOUNCED},
    {"u", PB_HOLD_NONE, FALSE, PB_ENTRY_UNSURE},
    {"uraqdb", PB_HOLD_DECISION, FALSE, PB_ENTRY_UNSURE},
    {"u", PB_HOLD_NONE, TRUE, PB_ENTRY_SENDING},
    {"", PB_HOLD_DECISION, FALSE, PB_ENTRY_HELD},
    {"", PB_HOLD_NONE, FALSE, PB_ENTRY_FAILED},
};

Test(state, of_an_entry_is_that_of_its_worst_recipient) {
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PbRecipientState states[16];
        guint count = 0;
        for (const char *c = cases[i].recipients; *c != '\0'; c++)
            states[count++] = state_of(*c);
        const PbEntryState got =
            pb_entry_state_derive(states, count, cases[i].hold, cases[i].claimed);
        cr_expect_str_eq(pb_entry_state_to_string(got), pb_entry_state_to_string(cases[i].expected),
                         "case %zu: \"%s\"", i, cases[i].recipients);
    }
}

Test(state, words_read_back_as_what_they_were) {
    for (int i = PB_RCPT_QUEUED; i <= PB_RCPT_READ; i++) {
        PbRecipientState state;
        cr_assert(pb_recipient_state_from_string(pb_recipient_state_to_string(i), &state));
        cr_expect_eq((int) state, i);
    }
    for (int i = PB_ENTRY_HELD; i <= PB_ENTRY_CANCELLED; i++) {
        PbEntryState state;
        cr_assert(pb_entry_state_from_string(pb_entry_state_to_string(i), &state));
        cr_expect_eq((int) state, i);
    }
    for (int i = PB_HOLD_NONE; i <= PB_HOLD_DECISION; i++) {
        PbHold hold;
        cr_assert(pb_hold_from_string(pb_hold_to_string(i), &hold));
        cr_expect_eq((int) hold, i);
    }
}

Test(state, unknown_words_leave_the_output_alone) {
    PbEntryState state = PB_ENTRY_PARTIAL;
    cr_expect_not(pb_entry_state_from_string("lost", &state));
    cr_expect_not(pb_entry_state_from_string(NULL, &state));
    cr_expect_eq(state, PB_ENTRY_PARTIAL);
}

Test(state, no_entry_is_final_and_a_problem_at_once) {
    for (int i = PB_ENTRY_HELD; i <= PB_ENTRY_CANCELLED; i++)
        cr_expect_not(pb_entry_state_is_final(i) && pb_entry_state_needs_person(i));
}
