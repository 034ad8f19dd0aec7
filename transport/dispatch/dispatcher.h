/* The dispatcher: one lane (thread) per account with something due.
 *
 * Lives on one GMainContext (the default one of the creating thread); the sink
 * is called there. It wakes by itself when the next entry becomes due, when
 * the network comes back, and when pb_dispatcher_wake() says that something
 * changed. Several dispatchers in several processes may work on one outbox;
 * claims keep them apart. Nothing here waits for a person.
 */
#pragma once

#include "accounts/account-list.h"
#include "transport/dispatch/event.h"

#include <gio/gio.h>

typedef struct PbDispatcher PbDispatcher;

/* Takes ownership of the event. */
typedef void (*PbEventSink)(PbEvent *event, gpointer user_data);

/* `outbox_folder` is opened by each lane. `accounts` is borrowed and read on the dispatcher's
 * thread only. */
PbDispatcher *pb_dispatcher_new(const char *outbox_folder, PbAccountList *accounts,
                                PbEventSink sink, gpointer user_data);
/* The accounts changed (added, new password): use these from now on. */
void pb_dispatcher_set_accounts(PbDispatcher *dispatcher, PbAccountList *accounts);
/* Looks at the outbox now and starts lanes for what is due; cheap. */
void pb_dispatcher_wake(PbDispatcher *dispatcher);
/* Makes everything that is deferred or waits for the network due now (`$`), for one account or all,
 * also when offline. Returns how many entries became due. */
guint pb_dispatcher_flush(PbDispatcher *dispatcher, const char *account);
/* Stops the transfer of an entry in this process: TRUE if a lane had it and it was before end of
 * data. The result is told by events. */
gboolean pb_dispatcher_stop_entry(PbDispatcher *dispatcher, const char *entry);
gboolean pb_dispatcher_is_busy(PbDispatcher *dispatcher);
/* Keep everything in the outbox on purpose (":offline"). */
void pb_dispatcher_set_offline(PbDispatcher *dispatcher, gboolean offline);
gboolean pb_dispatcher_is_online(PbDispatcher *dispatcher);
/* Ends all lanes: lets a transfer past its end of data wait for its answer up to `patience_ms`,
 * cuts the others. */
void pb_dispatcher_shutdown(PbDispatcher *dispatcher, guint patience_ms);
void pb_dispatcher_free(PbDispatcher *dispatcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbDispatcher, pb_dispatcher_free)
