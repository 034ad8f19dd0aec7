#include "ui/term/theme.h"

#include <curses.h>

#include <string.h>

#define OWN (-1)

/* SCREENS 5. Yellow, green, cyan and blue of the plain 16 fall below a contrast of 3 on one of the
 * two backgrounds, hence they are not used there. */
static const PbLook looks[PB_ROLE_COUNT][4] = {
    [PB_ROLE_NORMAL] = {{OWN, 0}, {OWN, 0}, {OWN, 0}, {OWN, 0}},
    [PB_ROLE_DIM] = {{OWN, PB_LOOK_DIM}, {OWN, PB_LOOK_DIM}, {247, 0}, {59, 0}},
    [PB_ROLE_TITLE] = {{OWN, PB_LOOK_BOLD},
                       {OWN, PB_LOOK_BOLD},
                       {OWN, PB_LOOK_BOLD},
                       {OWN, PB_LOOK_BOLD}},
    [PB_ROLE_KEY] = {{OWN, PB_LOOK_BOLD},
                     {OWN, PB_LOOK_BOLD},
                     {222, PB_LOOK_BOLD},
                     {55, PB_LOOK_BOLD}},
    [PB_ROLE_BUSY] = {{OWN, PB_LOOK_BOLD}, {OWN, PB_LOOK_BOLD}, {81, 0}, {24, 0}},
    [PB_ROLE_LATER] = {{OWN, 0}, {OWN, 0}, {111, 0}, {19, 0}},
    [PB_ROLE_GOOD] = {{OWN, 0}, {OWN, 0}, {114, 0}, {22, 0}},
    [PB_ROLE_ASK] = {{OWN, PB_LOOK_BOLD}, {COLOR_MAGENTA, PB_LOOK_BOLD}, {215, 0}, {94, 0}},
    [PB_ROLE_BAD] = {{OWN, PB_LOOK_BOLD}, {COLOR_RED, PB_LOOK_BOLD}, {210, 0}, {124, 0}},
    [PB_ROLE_CURSOR] = {{OWN, PB_LOOK_REVERSE},
                        {OWN, PB_LOOK_REVERSE},
                        {OWN, PB_LOOK_REVERSE},
                        {OWN, PB_LOOK_REVERSE}},
    [PB_ROLE_UNTRUSTED] = {{OWN, PB_LOOK_UNDERLINE},
                           {OWN, PB_LOOK_UNDERLINE},
                           {OWN, PB_LOOK_UNDERLINE},
                           {OWN, PB_LOOK_UNDERLINE}},
};

static unsigned int attributes[PB_ROLE_COUNT];

/* "15;0" (rxvt, konsole): foreground and background; 0 to 6 and 8 are dark backgrounds. */
static PbTheme from_colorfgbg(const char *colorfgbg) {
    const char *background = colorfgbg != NULL ? strrchr(colorfgbg, ';') : NULL;
    guint64 number = 0;
    if (background == NULL || !g_ascii_string_to_unsigned(background + 1, 10, 0, 15, &number, NULL))
        return PB_THEME_BASIC;
    return number < 7 || number == 8 ? PB_THEME_DARK : PB_THEME_LIGHT;
}

PbTheme pb_theme_choose(const char *name, int colours, const char *no_color,
                        const char *colorfgbg) {
    gboolean refused = no_color != NULL && *no_color != '\0';
    if (refused || g_strcmp0(name, "mono") == 0 || colours < 8)
        return PB_THEME_MONO;
    if (colours < 256)
        return PB_THEME_BASIC;
    if (g_strcmp0(name, "dark") == 0)
        return PB_THEME_DARK;
    if (g_strcmp0(name, "light") == 0)
        return PB_THEME_LIGHT;
    return from_colorfgbg(colorfgbg);
}

PbLook pb_theme_look(PbTheme theme, PbRole role) {
    g_return_val_if_fail(role < PB_ROLE_COUNT, ((PbLook){OWN, 0}));
    return looks[role][theme];
}

static unsigned int curses_look(guint look) {
    return ((look & PB_LOOK_BOLD) != 0 ? A_BOLD : 0) | ((look & PB_LOOK_DIM) != 0 ? A_DIM : 0) |
           ((look & PB_LOOK_REVERSE) != 0 ? A_REVERSE : 0) |
           ((look & PB_LOOK_UNDERLINE) != 0 ? A_UNDERLINE : 0);
}

void pb_theme_apply(PbTheme theme) {
    for (int role = 0; role < PB_ROLE_COUNT; role++) {
        PbLook look = pb_theme_look(theme, (PbRole) role);
        attributes[role] = curses_look(look.look);
        if (theme == PB_THEME_MONO || look.colour == OWN)
            continue;
        init_pair((short) (role + 1), look.colour, -1);
        attributes[role] |= (unsigned int) COLOR_PAIR(role + 1);
    }
}

unsigned int pb_theme_attributes(PbRole role) {
    return role < PB_ROLE_COUNT ? attributes[role] : 0;
}
