/* One SMTP session of the sandbox, from greeting to QUIT. */
#pragma once

#include "transport/sandbox/sandbox-private.h"

/* Serves `socket` until it ends; blocking. `implicit_tls`: the handshake comes before the greeting.
 */
void pb_sandbox_session_serve(PbSandbox *sandbox, GSocket *socket, gboolean implicit_tls);
