/* Which identity a From address belongs to; the part of account-list.h that
 * only reads. Pure: list and address in, match out.
 */
#pragma once

#include "accounts/account-list.h"

typedef struct {
    const PbIdentity *identity; /* NULL: none matches */
    PbChoiceReason reason;      /* PB_CHOICE_ADDRESS or PB_CHOICE_ALIAS */
    const char *alias;          /* the glob that matched, or NULL */
} PbMatch;

/* The best identity for `from` (NULL: no match), only of `account` unless that is NULL. In this
 * order: the same address; an alias without wildcards; the plus form; the longest glob. Among
 * equals the default account comes first. */
PbMatch pb_account_match(PbAccountList *list, const char *account, const char *from);
