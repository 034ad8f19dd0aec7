/* What a person types to limit a list: "state:deferred account:work lunch". Pure. */
#pragma once

#include "transport/outbox/outbox.h"

typedef struct {
    char *all;  /* as typed, NULL: no limit */
    char *text; /* the words without the fields, NULL if none */
    char *state, *account;
} PbMailLimit;

void pb_mail_limit_set(PbMailLimit *limit, const char *text);
void pb_mail_limit_clear(PbMailLimit *limit);
void pb_mail_limit_apply(const PbMailLimit *limit, PbQuery *query);
