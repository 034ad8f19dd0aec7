/* Accounts and identities as JSON objects, never with a secret in them. */
#pragma once

#include "accounts/account-list.h"
#include "transport/outbox/outbox.h"

#include <jansson.h>

/* `pause` NULL: the account is not paused. */
json_t *pb_json_account(PbAccountList *accounts, const PbAccount *account, const PbPause *pause);
json_t *pb_json_identity(const PbIdentity *identity);
