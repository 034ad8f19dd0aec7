/* Roles to what the terminal shows (SCREENS 5): four columns of one table.
 *
 * The choice is pure and tested; pb_theme_apply() makes the colour pairs.
 */
#pragma once

#include "ui/term/draw.h"

typedef enum {
    PB_THEME_MONO,
    PB_THEME_BASIC, /* 16 colours, or background unknown */
    PB_THEME_DARK,  /* 256 colours on a dark background */
    PB_THEME_LIGHT,
} PbTheme;

#define PB_LOOK_BOLD      (1u << 0)
#define PB_LOOK_DIM       (1u << 1)
#define PB_LOOK_REVERSE   (1u << 2)
#define PB_LOOK_UNDERLINE (1u << 3)

typedef struct {
    short colour; /* -1: the terminal's own */
    guint look;
} PbLook;

/* `no_color`, `colorfgbg`: values of the environment, NULL if unset. `name`: "mono", "dark",
 * "light", "auto" or NULL. */
PbTheme pb_theme_choose(const char *name, int colours, const char *no_color, const char *colorfgbg);
PbLook pb_theme_look(PbTheme theme, PbRole role);
/* For the terminal that curses has open. */
void pb_theme_apply(PbTheme theme);
/* curses attributes of a role after pb_theme_apply(). */
unsigned int pb_theme_attributes(PbRole role);
