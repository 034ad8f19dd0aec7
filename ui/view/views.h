/* Constructors of all views; each lives in a file of its own name. */
#pragma once

#include "ui/app.h"

PbView *pb_view_outbox_new(PbApp *app);
PbView *pb_view_sent_new(PbApp *app);
PbView *pb_view_drafts_new(PbApp *app);
PbView *pb_view_problems_new(PbApp *app);
PbView *pb_view_accounts_new(PbApp *app);
PbView *pb_view_entry_new(PbApp *app, const char *entry_id);
/* Opens the part with the bytes of the message. */
void pb_view_entry_show_message(PbView *view);
PbView *pb_view_welcome_new(PbApp *app);
PbView *pb_view_help_new(PbApp *app, const PbViewClass *about);
PbView *pb_view_log_new(PbApp *app);
/* The form for a new or existing account (NULL: new). */
PbView *pb_view_account_form_new(PbApp *app, const char *account);
/* Takes over the message. `draft_id` NULL: a new draft. */
PbView *pb_view_composer_new(PbApp *app, PbMessage *message, const char *draft_id, gboolean review,
                             GError **error);
