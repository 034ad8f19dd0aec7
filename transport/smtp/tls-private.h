/* What only tls.c and tests may make: the proof that a peer was verified. */
#pragma once

#include <glib.h>

struct PbTlsProof {
    gboolean verified;
};
