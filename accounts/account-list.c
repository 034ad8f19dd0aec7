#include "accounts/account-list.h"

#include "accounts/account-choice-private.h"
#include "accounts/paths.h"
#include "accounts/pb-error.h"

#include <glib/gi18n-lib.h>

struct PbAccountList {
    PbSettings *settings;
    GPtrArray *accounts;   /* PbAccount */
    GPtrArray *identities; /* PbIdentity */
};

static gboolean load_accounts(PbAccountList *list, GError **error) {
    g_auto(GStrv) names = pb_settings_names(list->settings, "account");
    const char *marked = NULL;
    for (char **name = names; *name != NULL; name++) {
        PbAccount *account = pb_account_from_settings(list->settings, *name, error);
        if (account == NULL)
            return FALSE;
        g_ptr_array_add(list->accounts, account);
        if (!account->is_default)
            continue;
        if (marked != NULL) {
            g_autofree char *group = g_strconcat("account ", *name, NULL);
            g_autofree char *where = pb_settings_where(list->settings, group, "default");
            g_set_error(error, PB_ERROR, PB_ERROR_CONFIG,
                        _("%s: only one account can be the default, and “%s” is it already"), where,
                        marked);
            return FALSE;
        }
        marked = account->name;
    }
    return TRUE;
}

static gboolean load_identities(PbAccountList *list, GError **error) {
    g_auto(GStrv) ids = pb_settings_names(list->settings, "identity");
    for (char **id = ids; *id != NULL; id++) {
        PbIdentity *identity = pb_identity_from_settings(list->settings, *id, error);
        if (identity == NULL)
            return FALSE;
        g_ptr_array_add(list->identities, identity);
        if (pb_account_list_find(list, identity->account) != NULL)
            continue;
        g_autofree char *group = g_strconcat("identity ", *id, NULL);
        g_autofree char *where = pb_settings_where(list->settings, group, "account");
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG,
                    _("%s: there is no [account %s] for the identity “%s”"), where,
                    identity->account, *id);
        return FALSE;
    }
    return TRUE;
}

PbAccountList *pb_account_list_new(PbSettings *settings, GError **error) {
    g_autoptr(PbAccountList) list = g_new0(PbAccountList, 1);
    list->settings = settings;
    list->accounts = g_ptr_array_new_with_free_func((GDestroyNotify) pb_account_free);
    list->identities = g_ptr_array_new_with_free_func((GDestroyNotify) pb_identity_free);
    if (!load_accounts(list, error) || !load_identities(list, error))
        return NULL;
    return g_steal_pointer(&list);
}

PbAccountList *pb_account_list_load(GError **error) {
    g_autofree char *path = pb_paths_config_file();
    PbSettings *settings = pb_settings_load(path, error);
    return settings != NULL ? pb_account_list_new(settings, error) : NULL;
}

void pb_account_list_free(PbAccountList *list) {
    if (list == NULL)
        return;
    g_ptr_array_unref(list->identities);
    g_ptr_array_unref(list->accounts);
    pb_settings_free(list->settings);
    g_free(list);
}

PbSettings *pb_account_list_settings(PbAccountList *list) {
    return list->settings;
}

guint pb_account_list_count(PbAccountList *list) {
    return list->accounts->len;
}

const PbAccount *pb_account_list_at(PbAccountList *list, guint index) {
    return list->accounts->pdata[index];
}

PbAccount *pb_account_list_peek(PbAccountList *list, const char *name) {
    for (guint i = 0; i < list->accounts->len; i++) {
        PbAccount *account = list->accounts->pdata[i];
        if (g_str_equal(account->name, name))
            return account;
    }
    return NULL;
}

const PbAccount *pb_account_list_find(PbAccountList *list, const char *name) {
    return pb_account_list_peek(list, name);
}

const PbAccount *pb_account_list_default(PbAccountList *list) {
    for (guint i = 0; i < list->accounts->len; i++)
        if (pb_account_list_at(list, i)->is_default)
            return pb_account_list_at(list, i);
    return list->accounts->len > 0 ? pb_account_list_at(list, 0) : NULL;
}

guint pb_account_list_identity_count(PbAccountList *list) {
    return list->identities->len;
}

const PbIdentity *pb_account_list_identity_at(PbAccountList *list, guint index) {
    return list->identities->pdata[index];
}

const PbIdentity *pb_account_list_identity_of(PbAccountList *list, const char *account) {
    for (guint i = 0; i < list->identities->len; i++)
        if (g_str_equal(pb_account_list_identity_at(list, i)->account, account))
            return pb_account_list_identity_at(list, i);
    return NULL;
}

static const PbIdentity *find_identity(PbAccountList *list, const char *id, guint *index_out) {
    for (guint i = 0; i < list->identities->len; i++) {
        const PbIdentity *identity = pb_account_list_identity_at(list, i);
        if (!g_str_equal(identity->id, id))
            continue;
        if (index_out != NULL)
            *index_out = i;
        return identity;
    }
    return NULL;
}

static gboolean no_such_account(PbAccountList *list, const char *name, GError **error) {
    g_autoptr(GString) known = g_string_new(NULL);
    for (guint i = 0; i < list->accounts->len; i++)
        g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", pb_account_list_at(list, i)->name);
    if (known->len > 0)
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT,
                    _("there is no account “%s”; there are: %s"), name, known->str);
    else
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT,
                    _("there is no account “%s”, nor any other; run: postbag account add"), name);
    return FALSE;
}

gboolean pb_account_list_choose(PbAccountList *list, const char *account_name, const char *from,
                                PbChoice *choice_out, GError **error) {
    PbChoice choice = {.reason = PB_CHOICE_DEFAULT};
    if (account_name != NULL) {
        choice.account = pb_account_list_find(list, account_name);
        choice.reason = PB_CHOICE_EXPLICIT;
        if (choice.account == NULL)
            return no_such_account(list, account_name, error);
    } else if (list->accounts->len == 0) {
        g_set_error(error, PB_ERROR, PB_ERROR_CONFIG,
                    _("no account is set up yet; run: postbag account add"));
        return FALSE;
    }
    PbMatch match = pb_account_match(list, account_name, from);
    if (account_name == NULL && match.identity != NULL) {
        choice.account = pb_account_list_find(list, match.identity->account);
        choice.reason = match.reason;
    }
    if (choice.account == NULL)
        choice.account = pb_account_list_default(list);
    choice.identity = match.identity != NULL
                          ? match.identity
                          : pb_account_list_identity_of(list, choice.account->name);
    choice.alias = choice.reason == PB_CHOICE_ALIAS ? match.alias : NULL;
    *choice_out = choice;
    return TRUE;
}

char *pb_account_list_new_identity_id(PbAccountList *list, const char *account) {
    g_autofree char *id = g_strdup(account);
    for (guint n = 2; find_identity(list, id, NULL) != NULL; n++) {
        g_free(id);
        id = g_strdup_printf("%s-%u", account, n);
    }
    return g_steal_pointer(&id);
}

gboolean pb_account_list_add_identity(PbAccountList *list, const PbIdentity *identity,
                                      gboolean replace, GError **error) {
    guint index;
    const PbIdentity *old = find_identity(list, identity->id, &index);
    if (pb_account_list_find(list, identity->account) == NULL)
        return no_such_account(list, identity->account, error);
    if (old != NULL && (!replace || !g_str_equal(old->account, identity->account))) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE,
                    _("there is already an identity “%s”, on the account “%s”"), old->id,
                    old->account);
        return FALSE;
    }
    if (!pb_identity_to_settings(identity, list->settings, error))
        return FALSE;
    g_ptr_array_insert(list->identities, old != NULL ? (int) index : -1,
                       pb_identity_copy(identity));
    if (old != NULL)
        g_ptr_array_remove_index(list->identities, index + 1);
    return TRUE;
}

/* Without an id: the first identity of the account when replacing, else a new one. */
static PbIdentity *with_id(PbAccountList *list, const PbIdentity *identity, const char *account) {
    PbIdentity *copy = pb_identity_copy(identity);
    if (copy->account == NULL)
        copy->account = g_strdup(account);
    if (copy->id != NULL && *copy->id != '\0')
        return copy;
    const PbIdentity *first = pb_account_list_identity_of(list, account);
    g_free(copy->id);
    copy->id = first != NULL ? g_strdup(first->id) : pb_account_list_new_identity_id(list, account);
    return copy;
}

static void put_account(PbAccountList *list, PbAccount *account) {
    for (guint i = 0; i < list->accounts->len; i++)
        if (g_str_equal(pb_account_list_at(list, i)->name, account->name)) {
            pb_account_free(list->accounts->pdata[i]);
            list->accounts->pdata[i] = account;
            return;
        }
    g_ptr_array_add(list->accounts, account);
}

gboolean pb_account_list_add(PbAccountList *list, const PbAccount *account,
                             const PbIdentity *identity, gboolean replace, GError **error) {
    const PbAccount *old = pb_account_list_find(list, account->name);
    if (old != NULL && !replace) {
        g_set_error(error, PB_ERROR, PB_ERROR_USAGE, _("there is already an account “%s”"),
                    account->name);
        return FALSE;
    }
    g_autoptr(PbAccount) copy = pb_account_copy(account);
    g_autoptr(PbIdentity) first = identity != NULL ? with_id(list, identity, copy->name) : NULL;
    gboolean to_default = copy->is_default || list->accounts->len == 0;
    copy->is_default = old != NULL && old->is_default;
    /* Both are checked before either is written. */
    if ((first != NULL && !pb_identity_check(first, error)) ||
        !pb_account_to_settings(copy, list->settings, error))
        return FALSE;
    put_account(list, g_steal_pointer(&copy));
    if (first != NULL && !pb_account_list_add_identity(list, first, replace, error))
        return FALSE;
    return !to_default || pb_account_list_set_default(list, account->name, error);
}

gboolean pb_account_list_remove(PbAccountList *list, const char *name, GError **error) {
    PbAccount *account = pb_account_list_peek(list, name);
    if (account == NULL)
        return no_such_account(list, name, error);
    g_autofree char *group = g_strconcat("account ", name, NULL);
    for (guint i = list->identities->len; i > 0; i--) {
        const PbIdentity *identity = pb_account_list_identity_at(list, i - 1);
        if (g_str_equal(identity->account, name) &&
            !pb_account_list_remove_identity(list, identity->id, error))
            return FALSE;
    }
    pb_settings_remove(list->settings, group);
    g_ptr_array_remove(list->accounts, account);
    return TRUE;
}

gboolean pb_account_list_remove_identity(PbAccountList *list, const char *id, GError **error) {
    guint index;
    if (find_identity(list, id, &index) == NULL) {
        g_set_error(error, PB_ERROR, PB_ERROR_NO_INPUT, _("there is no identity “%s”"), id);
        return FALSE;
    }
    g_autofree char *group = g_strconcat("identity ", id, NULL);
    pb_settings_remove(list->settings, group);
    g_ptr_array_remove_index(list->identities, index);
    return TRUE;
}

gboolean pb_account_list_set_default(PbAccountList *list, const char *name, GError **error) {
    PbAccount *chosen = pb_account_list_peek(list, name);
    if (chosen == NULL)
        return no_such_account(list, name, error);
    for (guint i = 0; i < list->accounts->len; i++) {
        PbAccount *account = list->accounts->pdata[i];
        g_autofree char *group = g_strconcat("account ", account->name, NULL);
        account->is_default = account == chosen;
        if (!pb_settings_set(list->settings, group, "default", account == chosen ? "true" : NULL,
                             error))
            return FALSE;
    }
    return TRUE;
}
