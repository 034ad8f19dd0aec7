#include "ui/widget/when.h"

#include "accounts/pb-error.h"

#include <glib/gi18n-lib.h>

#include <langinfo.h>
#include <stdio.h>
#include <string.h>

/* Without a time of day: when a working day begins. */
#define DEFAULT_HOUR 8
/* Nobody plans further ahead, and it keeps the arithmetic in range. */
#define DAYS_MAX 3660

static const nl_item day_names[] = {DAY_1, DAY_2, DAY_3, DAY_4, DAY_5, DAY_6, DAY_7};
static const nl_item month_names[] = {MON_1, MON_2, MON_3, MON_4,  MON_5,  MON_6,
                                      MON_7, MON_8, MON_9, MON_10, MON_11, MON_12};
static const char *const english_days[] = {"sunday",   "monday", "tuesday", "wednesday",
                                           "thursday", "friday", "saturday"};
static const char *const english_months[] = {"january",   "february", "march",    "april",
                                             "may",       "june",     "july",     "august",
                                             "september", "october",  "november", "december"};

typedef struct {
    int hour, minute;
    gboolean has_time;
    GDateTime *day; /* midnight of the day meant, NULL: none named */
} Parts;

static gboolean is_prefix(const char *word, const char *name) {
    g_autofree char *folded = g_utf8_casefold(name, -1);
    return g_utf8_strlen(word, -1) >= 2 && g_str_has_prefix(folded, word);
}

/* 0 … count-1, or -1. `word` is case-folded. */
static int find_name(const char *word, const char *const *english, const nl_item *local,
                     int count) {
    g_autofree char *bare = g_strdup(word);
    if (g_str_has_suffix(bare, "."))
        bare[strlen(bare) - 1] = '\0';
    for (int i = 0; i < count; i++) {
        if (is_prefix(bare, english[i]) || is_prefix(bare, nl_langinfo(local[i])))
            return i;
    }
    return -1;
}

static GDateTime *midnight(GDateTime *of) {
    return g_date_time_new_local(g_date_time_get_year(of), g_date_time_get_month(of),
                                 g_date_time_get_day_of_month(of), 0, 0, 0);
}

static void set_day(Parts *parts, GDateTime *today, int days_ahead) {
    g_autoptr(GDateTime) day = g_date_time_add_days(today, days_ahead);
    g_clear_pointer(&parts->day, g_date_time_unref);
    parts->day = midnight(day);
}

/* "18:00", "9", "8:30", "9am", "8pm" */
static gboolean parse_clock(const char *word, Parts *parts) {
    int hour = 0;
    int minute = 0;
    int used = 0;
    if (sscanf(word, "%2d:%2d%n", &hour, &minute, &used) != 2) {
        minute = 0;
        used = 0;
        if (sscanf(word, "%2d%n", &hour, &used) != 1)
            return FALSE;
    }
    const char *rest = word + used;
    if (g_str_equal(rest, "pm") && hour >= 1 && hour <= 12)
        hour = hour % 12 + 12;
    else if (g_str_equal(rest, "am") && hour >= 1 && hour <= 12)
        hour %= 12;
    else if (*rest != '\0' && !g_str_equal(rest, "h"))
        return FALSE;
    if (parts->has_time || hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return FALSE;
    parts->hour = hour;
    parts->minute = minute;
    parts->has_time = TRUE;
    return TRUE;
}

static gboolean parse_day_word(const char *word, GDateTime *today, Parts *parts) {
    if (g_str_equal(word, "today") || g_str_equal(word, "tonight")) {
        set_day(parts, today, 0);
        if (g_str_equal(word, "tonight") && !parts->has_time) {
            parts->hour = 18;
        }
        return TRUE;
    }
    if (g_str_equal(word, "tomorrow") || is_prefix(word, "tomorrow")) {
        set_day(parts, today, 1);
        return TRUE;
    }
    int day = find_name(word, english_days, day_names, 7);
    if (day < 0)
        return FALSE;
    int today_day = g_date_time_get_day_of_week(today) % 7;
    /* "fri" on a Friday is the one in a week. */
    set_day(parts, today, (day - today_day + 6) % 7 + 1);
    return TRUE;
}

/* "24 Nov", "Nov 24", "24 Nov 2027": returns how many words were used. */
static guint parse_date(char **words, guint count, GDateTime *today, Parts *parts) {
    if (count < 2)
        return 0;
    int month = find_name(words[1], english_months, month_names, 12);
    const char *day_word = words[0];
    if (month < 0) {
        month = find_name(words[0], english_months, month_names, 12);
        day_word = words[1];
    }
    guint64 day = 0;
    guint64 year = (guint64) g_date_time_get_year(today);
    g_autofree char *digits = g_strdup(day_word);
    g_strdelimit(digits, ".", '\0');
    if (month < 0 || !g_ascii_string_to_unsigned(digits, 10, 1, 31, &day, NULL))
        return 0;
    guint used = 2;
    if (count > 2 && strlen(words[2]) == 4 &&
        g_ascii_string_to_unsigned(words[2], 10, 1970, 2200, &year, NULL))
        used = 3;
    parts->day = g_date_time_new_local((int) year, month + 1, (int) day, 0, 0, 0);
    if (parts->day == NULL)
        return 0;
    /* "3 Jan" in November is next year's. */
    if (used == 2 && g_date_time_difference(today, parts->day) > 180 * G_TIME_SPAN_DAY) {
        GDateTime *next = g_date_time_add_years(parts->day, 1);
        g_date_time_unref(parts->day);
        parts->day = next;
    }
    return used;
}

/* "in 2h", "in 90 min", "in 3 days" */
static gboolean parse_span(const char *text, gint64 now, gint64 *when_out) {
    static const struct {
        const char *unit;
        gint64 seconds;
    } units[] = {{"s", 1},         {"sec", 1},       {"seconds", 1},  {"m", 60},
                 {"min", 60},      {"minute", 60},   {"minutes", 60}, {"h", 3600},
                 {"hour", 3600},   {"hours", 3600},  {"std", 3600},   {"d", 86400},
                 {"day", 86400},   {"days", 86400},  {"tage", 86400}, {"w", 604800},
                 {"week", 604800}, {"weeks", 604800}};
    char unit[16] = "";
    int number = 0;
    int used = 0;
    if (sscanf(text, "in %5d %15[a-z]%n", &number, unit, &used) != 2 || text[used] != '\0')
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        gint64 seconds = number * units[i].seconds;
        if (g_str_equal(unit, units[i].unit) && number >= 0 && seconds <= DAYS_MAX * 86400LL) {
            *when_out = now + seconds * G_USEC_PER_SEC;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean parse_iso(const char *text, gint64 *when_out) {
    if (strlen(text) < 10 || text[4] != '-')
        return FALSE;
    g_autofree char *iso = g_ascii_strup(text, -1);
    if (iso[10] == ' ')
        iso[10] = 'T';
    g_autoptr(GTimeZone) zone = g_time_zone_new_local();
    /* GLib wants seconds. */
    g_autofree char *full = strlen(iso) == 10   ? g_strconcat(iso, "T08:00:00", NULL)
                            : strlen(iso) == 16 ? g_strconcat(iso, ":00", NULL)
                                                : g_strdup(iso);
    g_autofree char *zoned = strlen(iso) > 16 && iso[16] != ':'
                                 ? g_strdup_printf("%.16s:00%s", iso, iso + 16)
                                 : g_strdup(full);
    g_autoptr(GDateTime) moment = g_date_time_new_from_iso8601(zoned, zone);
    if (moment == NULL)
        return FALSE;
    *when_out = g_date_time_to_unix(moment) * G_USEC_PER_SEC;
    return TRUE;
}

static gboolean parse_words(char **words, GDateTime *today, Parts *parts) {
    guint count = g_strv_length(words);
    for (guint i = 0; i < count;) {
        guint used = parts->day == NULL ? parse_date(words + i, count - i, today, parts) : 0;
        if (used > 0) {
            i += used;
            continue;
        }
        if (!(parts->day == NULL && parse_day_word(words[i], today, parts)) &&
            !parse_clock(words[i], parts))
            return FALSE;
        i++;
    }
    return parts->day != NULL || parts->has_time;
}

static gboolean finish(Parts *parts, GDateTime *today, gint64 now, gint64 *when_out) {
    gboolean bare = parts->day == NULL;
    g_autoptr(GDateTime) day = bare ? midnight(today) : g_date_time_ref(parts->day);
    if (!parts->has_time && parts->hour == 0)
        parts->hour = DEFAULT_HOUR;
    for (int pass = 0; pass < 2; pass++) {
        g_autoptr(GDateTime) base = g_date_time_add_days(day, pass);
        g_autoptr(GDateTime) moment = g_date_time_new_local(
            g_date_time_get_year(base), g_date_time_get_month(base),
            g_date_time_get_day_of_month(base), parts->hour, parts->minute, 0);
        if (moment == NULL)
            return FALSE;
        *when_out = g_date_time_to_unix(moment) * G_USEC_PER_SEC;
        if (!bare || *when_out > now)
            break;
    }
    return TRUE;
}

static gboolean parse_folded(const char *text, gint64 now, gint64 *when_out) {
    if (g_str_equal(text, "now")) {
        *when_out = now;
        return TRUE;
    }
    if (parse_span(text, now, when_out) || parse_iso(text, when_out))
        return TRUE;
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now / G_USEC_PER_SEC);
    g_autoptr(GDateTime) today = g_date_time_to_local(utc);
    g_auto(GStrv) words = g_strsplit_set(text, " ,", 8);
    GPtrArray *kept = g_ptr_array_new();
    for (guint i = 0; words[i] != NULL; i++) {
        if (*words[i] != '\0' && !g_str_equal(words[i], "at"))
            g_ptr_array_add(kept, words[i]);
    }
    g_ptr_array_add(kept, NULL);
    g_autofree char **list = (char **) g_ptr_array_free(kept, FALSE);
    Parts parts = {0};
    gboolean ok = parse_words(list, today, &parts) && finish(&parts, today, now, when_out);
    g_clear_pointer(&parts.day, g_date_time_unref);
    return ok;
}

gboolean pb_when_parse(const char *text, gint64 now, gint64 *when_out, GError **error) {
    g_autofree char *folded = g_utf8_casefold(text, 64);
    gint64 when = 0;
    g_strstrip(folded);
    if (strlen(text) <= 64 && *folded != '\0' && parse_folded(folded, now, &when)) {
        *when_out = when;
        return TRUE;
    }
    g_set_error_literal(error, PB_ERROR, PB_ERROR_DATA, _("not a time: try “fri 9:00” or “in 2h”"));
    return FALSE;
}

char *pb_when_span(gint64 span) {
    gint64 seconds = MAX(span, 0) / G_USEC_PER_SEC;
    if (seconds < 60)
        return g_strdup_printf(_("%d s"), (int) seconds);
    if (seconds < 3600)
        return g_strdup_printf(_("%d min"), (int) (seconds / 60));
    if (seconds < 86400)
        return g_strdup_printf(_("%d h %d min"), (int) (seconds / 3600),
                               (int) (seconds % 3600 / 60));
    return g_strdup_printf(_("%d d %d h"), (int) (seconds / 86400), (int) (seconds % 86400 / 3600));
}

char *pb_when_describe(gint64 when, gint64 now) {
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(when / G_USEC_PER_SEC);
    g_autoptr(GDateTime) local = g_date_time_to_local(utc);
    if (when < now) {
        g_autofree char *ago = pb_when_span(now - when);
        return g_strdup_printf(_("That is %s ago: it would leave now."), ago);
    }
    g_autofree char *moment = g_date_time_format(local, "%A %-d %B %Y, %H:%M");
    g_autofree char *span = pb_when_span(when - now);
    return g_strdup_printf(_("%s, in %s"), moment, span);
}
