/* A Maildir as the sandbox writes it: tmp/, then renamed into new/. */
#pragma once

#include <glib.h>

typedef struct PbSandboxMaildir PbSandboxMaildir;
typedef struct PbSandboxDelivery PbSandboxDelivery;

/* Makes folder, tmp/, new/ and cur/ (0700). Errors: PB_ERROR_CREATE. */
PbSandboxMaildir *pb_sandbox_maildir_new(const char *folder, GError **error);
void pb_sandbox_maildir_free(PbSandboxMaildir *maildir);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSandboxMaildir, pb_sandbox_maildir_free)
const char *pb_sandbox_maildir_folder(PbSandboxMaildir *maildir);

/* A message being written; nothing is seen in new/ before the commit. Errors: PB_ERROR_CREATE. */
PbSandboxDelivery *pb_sandbox_delivery_new(PbSandboxMaildir *maildir, GError **error);
gboolean pb_sandbox_delivery_write(PbSandboxDelivery *delivery, const char *bytes, gsize length,
                                   GError **error);
/* Moves what was written into new/. */
gboolean pb_sandbox_delivery_commit(PbSandboxDelivery *delivery, GError **error);
/* The name of the file; stands in the reply as queue id. */
const char *pb_sandbox_delivery_id(PbSandboxDelivery *delivery);
/* Also removes what was not committed. */
void pb_sandbox_delivery_free(PbSandboxDelivery *delivery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbSandboxDelivery, pb_sandbox_delivery_free)
