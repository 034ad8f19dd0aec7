/* Where things lie: the XDG folders of postbag.
 *
 * Every path comes from here, so that a test with its own XDG_* variables
 * runs in a folder of its own. Nothing is created; see pb_file_private_folder().
 * Returned strings are owned by the caller.
 */
#pragma once

#include <glib.h>

char *pb_paths_config_file(void); /* $XDG_CONFIG_HOME/postbag/config */
char *pb_paths_outbox(void);      /* $XDG_DATA_HOME/postbag/outbox */
char *pb_paths_drafts(void);      /* $XDG_DATA_HOME/postbag/drafts */
char *pb_paths_sandbox(void);     /* $XDG_DATA_HOME/postbag/sandbox */
char *pb_paths_log_file(void);    /* $XDG_STATE_HOME/postbag/log */
char *pb_paths_runtime(void); /* $XDG_RUNTIME_DIR/postbag, else a private folder below the cache */
/* `~` and `~/…` expanded; anything else copied. */
char *pb_paths_expand(const char *path);
