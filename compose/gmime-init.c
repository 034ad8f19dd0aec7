#include "compose/gmime-init-private.h"

static gpointer init_once(G_GNUC_UNUSED gpointer data) {
    g_mime_init();
    return NULL;
}

void pb_gmime_init(void) {
    static GOnce once = G_ONCE_INIT;

    g_once(&once, init_once, NULL);
}
