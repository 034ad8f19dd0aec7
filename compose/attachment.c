#include "compose/attachment.h"

void pb_attachment_free(PbAttachment *attachment) {
    if (attachment == NULL)
        return;
    g_free(attachment->path);
    g_free(attachment->name);
    g_free(attachment->content_type);
    g_free(attachment->description);
    g_free(attachment);
}
