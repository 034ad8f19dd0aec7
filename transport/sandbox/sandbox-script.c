#include "transport/sandbox/sandbox-script.h"

#include "accounts/pb-error.h"
#include "accounts/pb-file.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#define RULES_MAX         1000
#define DELAY_MAX_SECONDS 3600

typedef struct {
    PbScriptEvent event;
    GPatternSpec *pattern; /* lower case; NULL: any */
    gint uses_left;        /* atomic; -1: any number */
    PbScriptAction action; /* USUAL: only the delay */
    char *text;
    guint delay_milliseconds;
} Rule;

struct PbSandboxScript {
    GPtrArray *rules; /* of Rule */
    char *greeting;
    GPtrArray *without; /* of char* */
    GPtrArray *extras;  /* of char*, NULL-terminated once parsed */
};

static const char *const event_names[] = {
    [PB_SCRIPT_CONNECT] = "CONNECT",   [PB_SCRIPT_EHLO] = "EHLO", [PB_SCRIPT_HELO] = "HELO",
    [PB_SCRIPT_STARTTLS] = "STARTTLS", [PB_SCRIPT_AUTH] = "AUTH", [PB_SCRIPT_MAIL] = "MAIL",
    [PB_SCRIPT_RCPT] = "RCPT",         [PB_SCRIPT_DATA] = "DATA", [PB_SCRIPT_RSET] = "RSET",
    [PB_SCRIPT_NOOP] = "NOOP",         [PB_SCRIPT_VRFY] = "VRFY", [PB_SCRIPT_QUIT] = "QUIT",
    [PB_SCRIPT_TEXT] = "TEXT",         [PB_SCRIPT_END] = "END",
};

static const char action_names[] = "reply, raw, drop, stall, delay";

static void rule_free(gpointer data) {
    Rule *rule = data;
    if (rule == NULL)
        return;
    if (rule->pattern != NULL)
        g_pattern_spec_free(rule->pattern);
    g_free(rule->text);
    g_free(rule);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rule, rule_free)

PbSandboxScript *pb_sandbox_script_new(void) {
    PbSandboxScript *script = g_new0(PbSandboxScript, 1);
    script->rules = g_ptr_array_new_with_free_func(rule_free);
    script->without = g_ptr_array_new_with_free_func(g_free);
    script->extras = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(script->extras, NULL);
    return script;
}

void pb_sandbox_script_free(PbSandboxScript *script) {
    if (script == NULL)
        return;
    g_ptr_array_unref(script->rules);
    g_ptr_array_unref(script->without);
    g_ptr_array_unref(script->extras);
    g_free(script->greeting);
    g_free(script);
}

/* The next word of `*rest`, which moves behind it and the blanks after it; "" at the end. */
static char *next_word(const char **rest) {
    gsize length = strcspn(*rest, " \t");
    char *word = g_strndup(*rest, length);
    *rest += length;
    *rest += strspn(*rest, " \t");
    return word;
}

static gboolean complain(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean complain(GError **error, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, PB_ERROR, PB_ERROR_DATA, message);
    return FALSE;
}

static gboolean is_reply(const char *text) {
    return text[0] >= '2' && text[0] <= '5' && g_ascii_isdigit(text[1]) &&
           g_ascii_isdigit(text[2]) && (text[3] == ' ' || text[3] == '\0');
}

/* "…" with \r \n \t \\ \" and \xHH. */
static char *unquote(const char *text) {
    gsize length = strlen(text);
    if (length < 2 || text[0] != '"' || text[length - 1] != '"')
        return NULL;
    g_autofree char *inside = g_strndup(text + 1, length - 2);
    return g_strcompress(inside);
}

static gboolean read_delay(Rule *rule, const char *rest, GError **error) {
    guint64 seconds = 0;
    if (!g_ascii_string_to_unsigned(rest, 10, 0, DELAY_MAX_SECONDS, &seconds, NULL))
        return complain(error, _("“%s” is no delay; allowed are 0 to %d seconds"), rest,
                        DELAY_MAX_SECONDS);
    rule->delay_milliseconds = (guint) seconds * 1000;
    return TRUE;
}

static gboolean read_action(Rule *rule, const char *word, const char *rest, GError **error) {
    if (strcmp(word, "delay") == 0)
        return read_delay(rule, rest, error);
    if (strcmp(word, "reply") == 0) {
        if (!is_reply(rest))
            return complain(error, _("“%s” is no reply; it begins with a code such as 550"), rest);
        rule->action = PB_SCRIPT_REPLY;
        rule->text = g_strdup(rest);
        return TRUE;
    }
    if (strcmp(word, "raw") == 0) {
        rule->action = PB_SCRIPT_RAW;
        rule->text = unquote(rest);
        return rule->text != NULL ||
               complain(error, _("raw needs its bytes in double quotes, such as \"250 ok\\r\\n\""));
    }
    if (strcmp(word, "drop") != 0 && strcmp(word, "stall") != 0)
        return complain(error, _("“%s” is no action; allowed are %s"), word, action_names);
    if (rest[0] != '\0')
        return complain(error, _("“%s” stands behind “%s”, which takes nothing"), rest, word);
    rule->action = word[0] == 'd' ? PB_SCRIPT_DROP : PB_SCRIPT_STALL;
    return TRUE;
}

static gboolean is_action(const char *word) {
    static const char *const names[] = {"once", "reply", "raw", "drop", "stall", "delay", NULL};
    return g_strv_contains(names, word);
}

static gboolean read_event(const char *word, PbScriptEvent *event_out, GError **error) {
    for (guint i = 0; i < G_N_ELEMENTS(event_names); i++) {
        if (g_ascii_strcasecmp(word, event_names[i]) == 0) {
            *event_out = (PbScriptEvent) i;
            return TRUE;
        }
    }
    g_autoptr(GString) allowed = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(event_names); i++)
        g_string_append_printf(allowed, "%s%s", i > 0 ? ", " : "", event_names[i]);
    return complain(error, _("“%s” is no event; allowed are %s"), word, allowed->str);
}

static gboolean read_on(PbSandboxScript *script, const char *rest, GError **error) {
    g_autoptr(Rule) rule = g_new0(Rule, 1);
    rule->uses_left = -1;
    g_autofree char *event = next_word(&rest);
    if (!read_event(event, &rule->event, error))
        return FALSE;
    g_autofree char *word = next_word(&rest);
    if (word[0] != '\0' && !is_action(word) && rest[0] != '\0') {
        g_autofree char *lower = g_utf8_strdown(word, -1);
        rule->pattern = g_pattern_spec_new(lower);
        g_free(word);
        word = next_word(&rest);
    }
    if (strcmp(word, "once") == 0) {
        rule->uses_left = 1;
        g_free(word);
        word = next_word(&rest);
    }
    if (!read_action(rule, word, rest, error))
        return FALSE;
    if (script->rules->len >= RULES_MAX)
        return complain(error, _("there are more than %d rules"), RULES_MAX);
    g_ptr_array_add(script->rules, g_steal_pointer(&rule));
    return TRUE;
}

static gboolean read_without(PbSandboxScript *script, const char *rest, GError **error) {
    if (rest[0] == '\0')
        return complain(error, _("without needs the names of extensions, such as PIPELINING"));
    while (rest[0] != '\0')
        g_ptr_array_add(script->without, next_word(&rest));
    return TRUE;
}

static gboolean read_line(PbSandboxScript *script, const char *line, GError **error) {
    const char *rest = line;
    g_autofree char *word = next_word(&rest);
    if (word[0] == '\0' || word[0] == '#')
        return TRUE;
    if (strcmp(word, "on") == 0)
        return read_on(script, rest, error);
    if (strcmp(word, "without") == 0)
        return read_without(script, rest, error);
    if (strcmp(word, "offer") == 0) {
        if (rest[0] == '\0')
            return complain(error, _("offer needs the line that EHLO shows, such as LIMITS"));
        g_ptr_array_insert(script->extras, (gint) script->extras->len - 1, g_strdup(rest));
        return TRUE;
    }
    if (strcmp(word, "greeting") != 0)
        return complain(error, _("“%s” is not known; allowed are on, greeting, without, offer, #"),
                        word);
    if (!is_reply(rest))
        return complain(error, _("“%s” is no reply; it begins with a code such as 550"), rest);
    g_free(script->greeting);
    script->greeting = g_strdup(rest);
    return TRUE;
}

PbSandboxScript *pb_sandbox_script_parse(const char *text, gsize length, GError **error) {
    if (length > PB_SANDBOX_SCRIPT_MAX_BYTES || memchr(text, '\0', length) != NULL ||
        !g_utf8_validate(text, (gssize) length, NULL)) {
        complain(error, _("this is no script: it has to be UTF-8 text of at most %d bytes"),
                 PB_SANDBOX_SCRIPT_MAX_BYTES);
        return NULL;
    }
    g_autofree char *copy = g_strndup(text, length);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    g_autoptr(PbSandboxScript) script = pb_sandbox_script_new();
    for (guint i = 0; lines[i] != NULL; i++) {
        g_autoptr(GError) fault = NULL;
        if (!read_line(script, g_strstrip(lines[i]), &fault)) {
            complain(error, _("line %u: %s"), i + 1, fault->message);
            return NULL;
        }
    }
    return g_steal_pointer(&script);
}

PbSandboxScript *pb_sandbox_script_load(const char *path, GError **error) {
    gsize length = 0;
    g_autofree char *text = pb_file_read(path, PB_SANDBOX_SCRIPT_MAX_BYTES, &length, error);
    if (text == NULL)
        return NULL;
    g_autoptr(GError) fault = NULL;
    PbSandboxScript *script = pb_sandbox_script_parse(text, length, &fault);
    if (script == NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_DATA, _("script “%s”, %s"), path, fault->message);
    return script;
}

static gboolean matches(const Rule *rule, PbScriptEvent event, const char *argument) {
    if (rule->event != event)
        return FALSE;
    return rule->pattern == NULL || g_pattern_spec_match_string(rule->pattern, argument);
}

/* Two connections may meet at the last use. */
static gboolean take_use(Rule *rule) {
    for (;;) {
        gint left = g_atomic_int_get(&rule->uses_left);
        if (left < 0)
            return TRUE;
        if (left == 0)
            return FALSE;
        if (g_atomic_int_compare_and_exchange(&rule->uses_left, left, left - 1))
            return TRUE;
    }
}

PbScriptPlay pb_sandbox_script_play(PbSandboxScript *script, PbScriptEvent event,
                                    const char *argument) {
    g_autofree char *valid = g_utf8_make_valid(argument != NULL ? argument : "", -1);
    g_autofree char *lower = g_utf8_strdown(valid, -1);
    PbScriptPlay play = {.action = PB_SCRIPT_USUAL};
    for (guint i = 0; i < script->rules->len && play.action == PB_SCRIPT_USUAL; i++) {
        Rule *rule = g_ptr_array_index(script->rules, i);
        if (!matches(rule, event, lower) || !take_use(rule))
            continue;
        play.action = rule->action;
        play.text = rule->text;
        play.delay_milliseconds += rule->delay_milliseconds;
    }
    return play;
}

const char *pb_sandbox_script_greeting(const PbSandboxScript *script) {
    return script->greeting;
}

gboolean pb_sandbox_script_offers(const PbSandboxScript *script, const char *extension) {
    gsize length = strcspn(extension, " ");
    for (guint i = 0; i < script->without->len; i++) {
        const char *name = g_ptr_array_index(script->without, i);
        if (strlen(name) == length && g_ascii_strncasecmp(name, extension, length) == 0)
            return FALSE;
    }
    return TRUE;
}

const char *const *pb_sandbox_script_extras(const PbSandboxScript *script) {
    return (const char *const *) script->extras->pdata;
}
