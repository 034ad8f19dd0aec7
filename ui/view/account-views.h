/* Views about one account that only the accounts view opens. */
#pragma once

#include "ui/app.h"

/* Connects, negotiates TLS, signs in and quits, step by step; sends nothing. */
PbView *pb_view_account_test_new(PbApp *app, const char *account);
