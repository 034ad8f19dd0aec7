#include "ui/term/theme.h"

#include <criterion/criterion.h>

Test(theme, no_color_wins_over_everything) {
    cr_expect_eq(pb_theme_choose("dark", 256, "1", "15;0"), PB_THEME_MONO);
    cr_expect_eq(pb_theme_choose(NULL, 256, "", "15;0"), PB_THEME_DARK);
}

Test(theme, background_comes_from_the_terminal_or_stays_unknown) {
    cr_expect_eq(pb_theme_choose("auto", 256, NULL, "15;0"), PB_THEME_DARK);
    cr_expect_eq(pb_theme_choose("auto", 256, NULL, "0;15"), PB_THEME_LIGHT);
    cr_expect_eq(pb_theme_choose("auto", 256, NULL, "0;default;15"), PB_THEME_LIGHT);
    cr_expect_eq(pb_theme_choose("auto", 256, NULL, "0;default"), PB_THEME_BASIC);
    cr_expect_eq(pb_theme_choose("auto", 256, NULL, NULL), PB_THEME_BASIC);
    cr_expect_eq(pb_theme_choose("light", 256, NULL, "15;0"), PB_THEME_LIGHT);
}

Test(theme, few_colours_give_the_plain_columns) {
    cr_expect_eq(pb_theme_choose("dark", 16, NULL, "15;0"), PB_THEME_BASIC);
    cr_expect_eq(pb_theme_choose(NULL, 0, NULL, NULL), PB_THEME_MONO);
}

Test(theme, mono_has_no_colour_at_all) {
    for (int role = 0; role < PB_ROLE_COUNT; role++)
        cr_expect_eq(pb_theme_look(PB_THEME_MONO, (PbRole) role).colour, -1);
}

Test(theme, sixteen_colours_use_only_red_and_magenta) {
    for (int role = 0; role < PB_ROLE_COUNT; role++) {
        short colour = pb_theme_look(PB_THEME_BASIC, (PbRole) role).colour;
        cr_expect(colour == -1 || colour == 1 || colour == 5, "role %d uses %d", role, colour);
    }
}

Test(theme, states_that_need_a_person_stand_out_without_colour) {
    cr_expect((pb_theme_look(PB_THEME_MONO, PB_ROLE_ASK).look & PB_LOOK_BOLD) != 0);
    cr_expect((pb_theme_look(PB_THEME_MONO, PB_ROLE_BAD).look & PB_LOOK_BOLD) != 0);
    cr_expect((pb_theme_look(PB_THEME_MONO, PB_ROLE_CURSOR).look & PB_LOOK_REVERSE) != 0);
}
