#include "ui/cli/sendmail-options.h"

#include "accounts/pb-error.h"
#include "ui/cli/suggest.h"

#include <glib/gi18n-lib.h>

#include <string.h>

void pb_sendmail_options_free(PbSendmailOptions *options) {
    if (options == NULL)
        return;
    g_free(options->sender);
    g_free(options->full_name);
    g_free(options->notify);
    g_free(options->account);
    g_ptr_array_unref(options->addresses);
    g_free(options);
}

/* --- values of single options ----------------------------------------------------------------- */

static void replace(char **field, const char *value) {
    g_free(*field);
    *field = g_strdup(value);
}

/* "-f <a@b>" and "-f a@b" are the same; "<>" is the empty sender of reports. */
static void set_sender(PbSendmailOptions *options, const char *value) {
    gsize length = strlen(value);

    g_free(options->sender);
    if (length >= 2 && value[0] == '<' && value[length - 1] == '>')
        options->sender = g_strndup(value + 1, length - 2);
    else
        options->sender = g_strdup(value);
}

static gboolean set_mode(PbSendmailOptions *options, const char *value, GError **error) {
    if (strcmp(value, "m") == 0)
        return TRUE;
    if (strcmp(value, "p") == 0) {
        options->mode = PB_SENDMAIL_LIST;
        return TRUE;
    }
    g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                _("“-b%s” is not done by postbag; a message on standard input (-bm) and the "
                  "outbox as a list (-bp) are"),
                value);
    return FALSE;
}

/* "-oi", "-oem", "-odq" …: only these two mean something here. */
static void set_old_option(PbSendmailOptions *options, const char *value) {
    if (strcmp(value, "i") == 0)
        options->ignore_dots = TRUE;
    else if (strcmp(value, "dq") == 0)
        options->queue_only = TRUE;
}

static gboolean set_valued(PbSendmailOptions *options, char letter, const char *value,
                           GError **error) {
    switch (letter) {
    case 'f':
    case 'r':
        set_sender(options, value);
        return TRUE;
    case 'F':
        replace(&options->full_name, value);
        return TRUE;
    case 'N':
        replace(&options->notify, value);
        return TRUE;
    case 'b':
        return set_mode(options, value, error);
    case 'o':
        set_old_option(options, value);
        return TRUE;
    default:
        return TRUE;
    }
}

static gboolean set_plain(PbSendmailOptions *options, char letter, GError **error) {
    switch (letter) {
    case 't':
        options->recipients_from_headers = TRUE;
        return TRUE;
    case 'i':
        options->ignore_dots = TRUE;
        return TRUE;
    case 'v':
        options->verbose = TRUE;
        return TRUE;
    case 'm': /* me too, no aliases, gateway, initial submission: for a mail server */
    case 'n':
    case 'U':
    case 'G':
        return TRUE;
    default:
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("“-%c” is not an option of ‘postbag sendmail’; its --help lists them"),
                    letter);
        return FALSE;
    }
}

/* --- words ------------------------------------------------------------------------------------ */

/* One word of bundled short options. `next`: the word behind it, or NULL. TRUE in `*took_out`: it
 * was used as a value. */
static gboolean parse_short(PbSendmailOptions *options, const char *word, const char *next,
                            gboolean *took_out, GError **error) {
    for (const char *letter = word + 1; *letter != '\0'; letter++) {
        const char *value = letter[1] != '\0' ? letter + 1 : next;

        if (strchr("eq", *letter) != NULL) {
            /* Only ever attached: "-em", "-q", "-q30m". */
            if (*letter == 'q')
                options->mode = PB_SENDMAIL_FLUSH;
            return TRUE;
        }
        if (strchr("fFrNRVBobOChLpdXA", *letter) == NULL) {
            if (!set_plain(options, *letter, error))
                return FALSE;
            continue;
        }
        if (value == NULL) {
            g_set_error(error, PB_ERROR, PB_ERROR_USAGE, _("“-%c” needs a value"), *letter);
            return FALSE;
        }
        *took_out = letter[1] == '\0';
        return set_valued(options, *letter, value, error);
    }
    return TRUE;
}

static gboolean unknown_long(const char *word, GError **error) {
    static const char *const known[] = {"--account", "--queue-only", "--help", "--verbose", NULL};
    const char *nearest = pb_suggest(word, known);

    if (nearest == NULL)
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("“%s” is not an option of ‘postbag sendmail’; its --help lists them"), word);
    else
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("“%s” is not an option of ‘postbag sendmail’; did you mean “%s”?"), word,
                    nearest);
    return FALSE;
}

static gboolean parse_long(PbSendmailOptions *options, const char *word, const char *next,
                           gboolean *took_out, GError **error) {
    if (strcmp(word, "--help") == 0)
        options->mode = PB_SENDMAIL_HELP;
    else if (strcmp(word, "--verbose") == 0)
        options->verbose = TRUE;
    else if (strcmp(word, "--queue-only") == 0)
        options->queue_only = TRUE;
    else if (g_str_has_prefix(word, "--account="))
        replace(&options->account, word + strlen("--account="));
    else if (strcmp(word, "--account") == 0 && next != NULL) {
        replace(&options->account, next);
        *took_out = TRUE;
    } else if (strcmp(word, "--account") == 0) {
        g_set_error_literal(error, PB_ERROR, PB_ERROR_USAGE, _("“--account” needs a value"));
        return FALSE;
    } else
        return unknown_long(word, error);
    return TRUE;
}

static gboolean parse_words(PbSendmailOptions *options, int argc, char *const *argv,
                            GError **error) {
    gboolean options_ended = FALSE;

    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        const char *next = i + 1 < argc ? argv[i + 1] : NULL;
        gboolean took = FALSE;

        if (!options_ended && strcmp(word, "--") == 0) {
            options_ended = TRUE;
        } else if (options_ended || word[0] != '-' || word[1] == '\0') {
            g_ptr_array_add(options->addresses, g_strdup(word));
        } else if (word[1] == '-' ? !parse_long(options, word, next, &took, error)
                                  : !parse_short(options, word, next, &took, error)) {
            return FALSE;
        }
        if (took)
            i++;
    }
    return TRUE;
}

PbSendmailOptions *pb_sendmail_options_parse(int argc, char *const *argv, GError **error) {
    PbSendmailOptions *options = g_new0(PbSendmailOptions, 1);

    options->addresses = g_ptr_array_new_with_free_func(g_free);
    if (parse_words(options, argc, argv, error))
        return options;
    pb_sendmail_options_free(options);
    return NULL;
}
