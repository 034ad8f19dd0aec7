#include "accounts/pb-text.h"

#include <glib/gi18n-lib.h>

#include <string.h>
#include <wchar.h>

#define REPLACEMENT 0xfffd

static gboolean is_bidi_control(gunichar c) {
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

static gboolean is_line_end(gunichar c) {
    return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* C0 and DEL have pictures (U+2400…). A C1 control is shown as its 7-bit form, ESC and a letter
 * (ECMA-48 5.3), since that is what a terminal would have made of it. */
static void append_control(GString *out, gunichar c, gboolean ascii) {
    if (c >= 0x80) {
        append_control(out, 0x1b, ascii);
        g_string_append_c(out, (char) (c - 0x40));
    } else if (ascii) {
        g_string_append_c(out, '^');
        g_string_append_c(out, (char) (c ^ 0x40));
    } else {
        g_string_append_unichar(out, c == 0x7f ? 0x2421 : 0x2400 + c);
    }
}

/* The character at `p`, or REPLACEMENT for one byte that is not UTF-8. */
static gunichar next_char(const char *p, gsize left, gsize *length_out) {
    if (*p == '\0') {
        *length_out = 1;
        return 0;
    }
    gunichar c = g_utf8_get_char_validated(p, (gssize) left);
    if (c == (gunichar) -1 || c == (gunichar) -2) {
        *length_out = 1;
        return REPLACEMENT;
    }
    *length_out = (gsize) g_unichar_to_utf8(c, NULL);
    return c;
}

static void append_sanitised(GString *out, gunichar c, gboolean ascii, gboolean keep_lines) {
    if (c == '\n' && keep_lines)
        g_string_append_c(out, '\n');
    else if (c == '\t' || is_line_end(c))
        g_string_append_c(out, ' ');
    else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        append_control(out, c, ascii);
    else if (c == REPLACEMENT && ascii)
        g_string_append_c(out, '?');
    else if (!is_bidi_control(c))
        g_string_append_unichar(out, c);
}

static char *sanitise(const char *bytes, gssize length, gsize max_bytes, gboolean ascii,
                      gboolean keep_lines) {
    gsize left = length >= 0 ? (gsize) length : strlen(bytes);
    g_autoptr(GString) out = g_string_sized_new(MIN(left, max_bytes) + 1);
    while (left > 0) {
        gsize step, before = out->len;
        gunichar c = next_char(bytes, left, &step);
        /* CR LF is one line end. */
        if (c == '\r' && left > 1 && bytes[1] == '\n') {
            c = '\n';
            step = 2;
        } else if (c == '\r') {
            c = '\n';
        }
        append_sanitised(out, c, ascii, keep_lines);
        if (out->len > max_bytes) {
            g_string_truncate(out, before);
            break;
        }
        bytes += step;
        left -= step;
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *pb_text_sanitise(const char *bytes, gssize length, gsize max_bytes, gboolean ascii) {
    return sanitise(bytes, length, max_bytes, ascii, FALSE);
}

char *pb_text_sanitise_lines(const char *bytes, gssize length, gsize max_bytes, gboolean ascii) {
    return sanitise(bytes, length, max_bytes, ascii, TRUE);
}

int pb_text_char_width(gunichar c) {
    int width = wcwidth((wchar_t) c);
    if (width >= 0)
        return width;
    /* The C locale, or a character newer than the C library. */
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

gsize pb_text_grapheme(const char *text, int *width_out) {
    gsize length = 0, left = strlen(text);
    int width = 0;
    while (length < left) {
        gsize step;
        gunichar c = next_char(text + length, left - length, &step);
        int w = pb_text_char_width(c);
        if (length > 0 && w != 0)
            break;
        width += w;
        length += step;
    }
    if (width_out != NULL)
        *width_out = width;
    return length;
}

int pb_text_width(const char *text) {
    int width = 0;
    gsize left = strlen(text), step;
    for (; left > 0; text += step, left -= step)
        width += pb_text_char_width(next_char(text, left, &step));
    return width;
}

/* The bytes of the longest start of `text` that is at most `columns` wide. */
static gsize fitting_start(const char *text, int columns) {
    gsize length = 0, step;
    int width;
    while ((step = pb_text_grapheme(text + length, &width)) > 0 && width <= columns) {
        columns -= width;
        length += step;
    }
    return length;
}

/* The offset of the longest end of `text` that is at most `columns` wide. */
static gsize fitting_end(const char *text, int columns) {
    gsize offset = 0;
    int left = pb_text_width(text), width;
    while (left > columns) {
        offset += pb_text_grapheme(text + offset, &width);
        left -= width;
    }
    return offset;
}

static const char *ellipsis(gboolean ascii) {
    return ascii ? "~" : "…";
}

char *pb_text_clip_end(const char *text, int columns, gboolean ascii) {
    if (columns <= 0)
        return g_strdup("");
    if (pb_text_width(text) <= columns)
        return g_strdup(text);
    gsize length = fitting_start(text, columns - 1);
    return g_strdup_printf("%.*s%s", (int) length, text, ellipsis(ascii));
}

char *pb_text_clip_middle(const char *text, int columns, gboolean ascii) {
    if (columns <= 0)
        return g_strdup("");
    if (pb_text_width(text) <= columns)
        return g_strdup(text);
    /* The end of a path tells more than its start, so it gets the odd column. */
    int head = (columns - 1) / 2;
    gsize length = fitting_start(text, head);
    gsize offset = fitting_end(text, columns - 1 - head);
    return g_strdup_printf("%.*s%s%s", (int) length, text, ellipsis(ascii), text + offset);
}

char *pb_text_clip_address(const char *text, int columns, gboolean ascii) {
    const char *at = strrchr(text, '@');
    if (at == NULL || columns < 4 || pb_text_width(text) <= columns)
        return pb_text_clip_end(text, columns, ascii);
    /* A domain that is too long for itself loses its end. */
    g_autofree char *domain = pb_text_clip_end(at, columns - 1, ascii);
    g_autofree char *local = g_strndup(text, (gsize) (at - text));
    int left = columns - pb_text_width(domain);
    g_autofree char *clipped = pb_text_clip_end(local, left, ascii);
    return g_strconcat(clipped, domain, NULL);
}

/* One decimal below ten, none above: "3.4", "42". */
static char *short_number(double value) {
    return g_strdup_printf(value < 9.95 ? "%.1f" : "%.0f", value);
}

char *pb_text_size(guint64 bytes) {
    if (bytes < 1000)
        return g_strdup_printf(_("%u B"), (guint) bytes);
    /* 999.5 and more would be shown as 1000 of the smaller unit. */
    double value = (double) bytes / 1000;
    int unit = 0;
    for (; value >= 999.5 && unit < 3; unit++)
        value /= 1000;
    g_autofree char *number = short_number(value);
    switch (unit) {
    case 0:
        return g_strdup_printf(_("%s kB"), number);
    case 1:
        return g_strdup_printf(_("%s MB"), number);
    case 2:
        return g_strdup_printf(_("%s GB"), number);
    default:
        return g_strdup_printf(_("%s TB"), number);
    }
}

char *pb_text_duration(gint64 microseconds) {
    /* Rounded up, so that a countdown says 1 s until it is over. */
    gint64 seconds = (MAX(microseconds, 0) + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
    if (seconds < 60)
        return g_strdup_printf(_("%d s"), (int) seconds);
    if (seconds < 3600)
        return g_strdup_printf(_("%d min"), (int) (seconds / 60));
    int hours = (int) (seconds / 3600), minutes = (int) (seconds / 60 % 60);
    if (hours < 48 && minutes > 0)
        return g_strdup_printf(_("%d h %d min"), hours, minutes);
    if (hours < 48)
        return g_strdup_printf(_("%d h"), hours);
    return g_strdup_printf(g_dngettext(GETTEXT_PACKAGE, "%d day", "%d days", (gulong) (hours / 24)),
                           hours / 24);
}

static GDateTime *local_time(gint64 moment) {
    gint64 seconds = moment / G_USEC_PER_SEC - (moment % G_USEC_PER_SEC < 0 ? 1 : 0);
    GDateTime *time = g_date_time_new_from_unix_local(seconds);
    return time != NULL ? time : g_date_time_new_from_unix_utc(0);
}

/* Calendar days from `now` to `when`; 1 is tomorrow, whatever the hours. */
static int days_between(GDateTime *now, GDateTime *when) {
    int years[2], months[2], days[2];
    g_date_time_get_ymd(now, &years[0], &months[0], &days[0]);
    g_date_time_get_ymd(when, &years[1], &months[1], &days[1]);
    GDate from, to;
    g_date_clear(&from, 1);
    g_date_clear(&to, 1);
    g_date_set_dmy(&from, (GDateDay) days[0], months[0], (GDateYear) years[0]);
    g_date_set_dmy(&to, (GDateDay) days[1], months[1], (GDateYear) years[1]);
    return g_date_days_between(&from, &to);
}

/* A clock in another offset than today's names its zone: after a change to or from summer time
 * "08:00" alone would be ambiguous. */
static char *clock_text(GDateTime *when, GDateTime *now, gboolean exact) {
    gboolean same_zone = g_date_time_get_utc_offset(when) == g_date_time_get_utc_offset(now);
    if (exact)
        return g_date_time_format(when, same_zone ? "%H:%M:%S" : "%H:%M:%S %Z");
    return g_date_time_format(when, same_zone ? "%H:%M" : "%H:%M %Z");
}

static char *date_text(GDateTime *when, GDateTime *now) {
    if (g_date_time_get_year(when) == g_date_time_get_year(now)) {
        /* TRANSLATORS: a date of this year, as “12 Oct”; see the manual of GDateTime. */
        return g_date_time_format(when, _("%-d %b"));
    }
    /* TRANSLATORS: a date of another year, as “12 Oct 2025”; see the manual of GDateTime. */
    return g_date_time_format(when, _("%-d %b %Y"));
}

static char *moment_text(gint64 moment, gint64 seen_from, gboolean exact) {
    g_autoptr(GDateTime) when = local_time(moment);
    g_autoptr(GDateTime) now = local_time(seen_from);
    g_autofree char *clock = clock_text(when, now, exact);
    int days = days_between(now, when);
    if (days == 0)
        return g_steal_pointer(&clock);
    if (days == 1)
        return g_strdup_printf(_("tomorrow %s"), clock);
    if (days == -1)
        return g_strdup_printf(_("yesterday %s"), clock);
    if (ABS(days) <= 6) {
        g_autofree char *weekday = g_date_time_format(when, "%a");
        return g_strdup_printf("%s %s", weekday, clock);
    }
    g_autofree char *date = date_text(when, now);
    if (!exact)
        return g_steal_pointer(&date);
    return g_strdup_printf("%s %s", date, clock);
}

char *pb_text_time(gint64 when, gint64 now) {
    gint64 distance = when - now;
    if (ABS(distance) > 3599 * (gint64) G_USEC_PER_SEC)
        return moment_text(when, now, FALSE);
    /* The past is rounded down: “8 s” ago until the ninth second is over. */
    if (distance < 0)
        distance = -distance / G_USEC_PER_SEC * G_USEC_PER_SEC;
    return pb_text_duration(distance);
}

char *pb_text_clock(gint64 when, gint64 now) {
    return moment_text(when, now, FALSE);
}

char *pb_text_time_exact(gint64 when, gint64 now) {
    return moment_text(when, now, TRUE);
}
