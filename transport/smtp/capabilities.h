/* What a server offers: the lines of an EHLO reply (RFC 5321 4.1.1.1). Pure. */
#pragma once

#include <glib.h>

typedef struct {
    gboolean pipelining;
    gboolean eight_bit_mime;
    gboolean dsn;
    gboolean smtputf8;
    gboolean chunking;
    gboolean enhanced_status;
    gboolean starttls;
    gboolean size;      /* the SIZE extension is there */
    guint64 size_limit; /* 0: no limit announced */
    char **mechanisms;  /* SASL names, upper case, each once; never NULL */
    char **lines;       /* all lines after the first, as they came; never NULL */
} PbCapabilities;

/* `text` is the text of the reply: the first line is the server's name. A reply to HELO gives empty
 * capabilities. Never NULL. */
PbCapabilities *pb_capabilities_parse(const char *text);
void pb_capabilities_free(PbCapabilities *capabilities);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbCapabilities, pb_capabilities_free)
