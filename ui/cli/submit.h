/* Submitting from the command line: a dispatcher on a main loop for as long as
 * there is something to do. The outbox holds the truth; what is counted and
 * told here is only what happened meanwhile.
 */
#pragma once

#include "accounts/account-list.h"
#include "transport/dispatch/event.h"
#include "transport/outbox/outbox.h"

typedef struct {
    const char *entry; /* end as soon as this one does not wait any more; NULL: when all is done */
    gboolean everything; /* also what is deferred to later or waits for the network */
    guint patience;      /* seconds without any news; 0: no bound */
    guint limit;         /* seconds in all; 0: no bound */
    /* Every event, on the calling thread; may be NULL. */
    void (*tell)(const PbEvent *event, gpointer user_data);
    gpointer user_data;
} PbSubmitOptions;

typedef struct {
    guint accepted, deferred, refused, unsure; /* recipients */
    gboolean trouble;                          /* a server could not be reached */
    gboolean timed_out;                        /* patience or limit was over */
} PbSubmitResult;

/* Uses all accounts of `accounts`, starting the practice server if one of them needs it. */
gboolean pb_submit_run(PbOutbox *outbox, PbAccountList *accounts, const PbSubmitOptions *options,
                       PbSubmitResult *result_out, GError **error);
/* Leaves only the accounts named (NULL-ended) in the list, in memory. Errors: PB_ERROR_NO_INPUT:
 * no such account. */
gboolean pb_submit_keep_accounts(PbAccountList *accounts, const char *const *names, GError **error);

/* One recipient's result as a line, or a JSON object. */
void pb_submit_print_event(const PbEvent *event, gboolean json);
/* One line per recipient, with explanation where it was not accepted. */
void pb_submit_print_entry(const PbEntry *entry);
