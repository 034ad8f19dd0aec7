#include "accounts/account-choice-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>

/* How near an alias or address is; a longer glob is nearer than a shorter one. */
enum { NO_MATCH = 0, GLOB = 1, PLUS = 100000, LITERAL_ALIAS, SAME_ADDRESS };

/* Local parts may be told apart by case (RFC 5321 2.4), but nobody has two mailboxes that differ
 * only in it. */
static gboolean same(const char *a, const char *b) {
    g_autofree char *folded_a = g_utf8_casefold(a, -1);
    g_autofree char *folded_b = g_utf8_casefold(b, -1);
    return g_str_equal(folded_a, folded_b);
}

/* "anna+list@example.org" for "anna@example.org" (RFC 5233). */
static gboolean is_plus_form(const char *from, const char *address) {
    const char *from_at = strrchr(from, '@'), *at = strrchr(address, '@');
    const char *plus = strchr(from, '+');
    if (from_at == NULL || at == NULL || plus == NULL || plus > from_at || plus == from)
        return FALSE;
    g_autofree char *user = g_strndup(from, (gsize) (plus - from));
    g_autofree char *without_tag = g_strconcat(user, from_at, NULL);
    return same(without_tag, address);
}

static int alias_nearness(const char *from, const char *alias) {
    g_autofree char *folded_from = g_utf8_casefold(from, -1);
    g_autofree char *folded_alias = g_utf8_casefold(alias, -1);
    if (!g_pattern_match_simple(folded_alias, folded_from))
        return NO_MATCH;
    if (strpbrk(alias, "*?") == NULL)
        return LITERAL_ALIAS;
    return GLOB + (int) MIN(strlen(alias), (gsize) 1000);
}

static int nearness(const PbIdentity *identity, const char *from, const char **alias_out) {
    *alias_out = NULL;
    if (same(identity->address, from))
        return SAME_ADDRESS;
    int best = is_plus_form(from, identity->address) ? PLUS : NO_MATCH;
    for (char **alias = identity->aliases; *alias != NULL; alias++) {
        int near = alias_nearness(from, *alias);
        if (near > best) {
            best = near;
            *alias_out = *alias;
        }
    }
    return best;
}

PbMatch pb_account_match(PbAccountList *list, const char *account, const char *from) {
    PbMatch match = {.reason = PB_CHOICE_DEFAULT};
    const PbAccount *preferred = pb_account_list_default(list);
    int best = NO_MATCH;
    for (guint i = 0; from != NULL && i < pb_account_list_identity_count(list); i++) {
        const PbIdentity *identity = pb_account_list_identity_at(list, i);
        const char *alias;
        if (account != NULL && !g_str_equal(identity->account, account))
            continue;
        int near = nearness(identity, from, &alias);
        gboolean wins_tie = near == best && near > NO_MATCH &&
                            g_str_equal(identity->account, preferred->name) &&
                            !g_str_equal(match.identity->account, preferred->name);
        if (near <= best && !wins_tie)
            continue;
        best = near;
        match.identity = identity;
        match.reason = near == SAME_ADDRESS ? PB_CHOICE_ADDRESS : PB_CHOICE_ALIAS;
        match.alias = alias;
    }
    return match;
}

static char *belongs_to(const char *pattern, const PbChoice *choice) {
    /* TRANSLATORS: “*@lists.example.org belongs to work”: an address and the name of an account. */
    return g_strdup_printf(_("%s belongs to %s"), pattern, choice->account->name);
}

static char *alias_text(const PbChoice *choice) {
    if (choice->alias != NULL)
        return belongs_to(choice->alias, choice);
    const char *address = choice->identity->address, *at = strrchr(address, '@');
    g_autofree char *pattern = at != NULL
                                   ? g_strdup_printf("%.*s+*%s", (int) (at - address), address, at)
                                   : g_strdup(address);
    return belongs_to(pattern, choice);
}

char *pb_choice_reason_text(const PbChoice *choice) {
    switch (choice->reason) {
    case PB_CHOICE_EXPLICIT:
        return g_strdup(_("chosen by you"));
    case PB_CHOICE_ADDRESS:
        return belongs_to(choice->identity->address, choice);
    case PB_CHOICE_ALIAS:
        return alias_text(choice);
    default:
        return g_strdup(_("your default account"));
    }
}
