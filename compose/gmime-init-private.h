/* GMime needs one g_mime_init() per process before anything else of it is used. Every module that
 * calls GMime calls this first; it is cheap and may run on any thread. */
#pragma once

#include <gmime/gmime.h>

void pb_gmime_init(void);

/* GMime 3.2 has none of its own. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeContentType, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeContentDisposition, g_object_unref)
