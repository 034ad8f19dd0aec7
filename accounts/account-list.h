/* All accounts and identities, and the choice among them by From.
 *
 * Immutable after loading except through the add/remove functions, which
 * change the settings; the caller saves. Safe to read from several threads
 * as long as nobody changes it (lanes get copies of their account).
 */
#pragma once

#include "accounts/account.h"
#include "accounts/identity.h"

typedef struct PbAccountList PbAccountList;

/* Takes ownership of `settings`, also on failure. Errors: PB_ERROR_CONFIG: a faulty account or
 * identity, an identity of an unknown account, two defaults. */
PbAccountList *pb_account_list_new(PbSettings *settings, GError **error);
/* pb_settings_load(pb_paths_config_file()) and new. */
PbAccountList *pb_account_list_load(GError **error);
void pb_account_list_free(PbAccountList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbAccountList, pb_account_list_free)

PbSettings *pb_account_list_settings(PbAccountList *list);

guint pb_account_list_count(PbAccountList *list);
const PbAccount *pb_account_list_at(PbAccountList *list, guint index);
/* NULL if there is none. */
const PbAccount *pb_account_list_find(PbAccountList *list, const char *name);
/* Changeable, for filling in where the sandbox listens; NULL if there is none. */
PbAccount *pb_account_list_peek(PbAccountList *list, const char *name);
/* The default account: the one marked, else the first; NULL without accounts. */
const PbAccount *pb_account_list_default(PbAccountList *list);

guint pb_account_list_identity_count(PbAccountList *list);
const PbIdentity *pb_account_list_identity_at(PbAccountList *list, guint index);
/* The first identity of an account, or NULL. */
const PbIdentity *pb_account_list_identity_of(PbAccountList *list, const char *account);

typedef enum {
    PB_CHOICE_EXPLICIT, /* the caller named the account */
    PB_CHOICE_ADDRESS,  /* From equals the identity's address */
    PB_CHOICE_ALIAS,    /* From matches an alias glob or the plus form of the address */
    PB_CHOICE_DEFAULT,  /* nothing matched: the default account */
} PbChoiceReason;

typedef struct {
    const PbAccount *account;   /* owned by the list */
    const PbIdentity *identity; /* owned by the list; NULL if the account has none */
    PbChoiceReason reason;
    const char *alias; /* the glob that matched, or NULL */
} PbChoice;

/* The account for a message from addr-spec `from` (NULL: the default), or the one named
 * `account_name` (NULL: none named). Errors: PB_ERROR_NO_INPUT (no such account), PB_ERROR_CONFIG
 * (no account at all). */
gboolean pb_account_list_choose(PbAccountList *list, const char *account_name, const char *from,
                                PbChoice *choice_out, GError **error);
/* The reason as the composer shows it ("your default account"). Translated; g_free(). */
char *pb_choice_reason_text(const PbChoice *choice);

/* Adds or (with `replace`) replaces an account with its first identity (or NULL); an identity
 * without id gets the one it replaces, or a new one. The first account becomes the default. Errors:
 * PB_ERROR_USAGE (name taken), PB_ERROR_CONFIG. */
gboolean pb_account_list_add(PbAccountList *list, const PbAccount *account,
                             const PbIdentity *identity, gboolean replace, GError **error);
/* A free id for a further identity of `account`: "work", "work-2" … g_free(). */
char *pb_account_list_new_identity_id(PbAccountList *list, const char *account);
/* Adds or replaces (same id) one identity. */
gboolean pb_account_list_add_identity(PbAccountList *list, const PbIdentity *identity,
                                      gboolean replace, GError **error);
/* Removes the account and its identities. Errors: PB_ERROR_NO_INPUT. */
gboolean pb_account_list_remove(PbAccountList *list, const char *name, GError **error);
gboolean pb_account_list_remove_identity(PbAccountList *list, const char *id, GError **error);
gboolean pb_account_list_set_default(PbAccountList *list, const char *name, GError **error);
