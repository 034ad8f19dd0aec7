/* “did you mean”: the known word nearest to a mistyped one. Pure. */
#pragma once

#include <glib.h>

/* The nearest of `words` (ends with NULL) if it is near enough to have been meant, else NULL.
 * Owned by `words`. */
const char *pb_suggest(const char *typed, const char *const *words);
