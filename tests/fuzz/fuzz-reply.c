/* Any bytes, cut into lines, as replies: parser, queue id, capabilities of what came out. */
#include "transport/smtp/queue-id.h"
#include "transport/smtp/reply.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void use(PbReply *reply) {
    g_autoptr(PbEvidence) evidence = pb_reply_evidence(reply, PB_STAGE_RCPT, "mx.example.org");
    g_assert(strlen(evidence->text) <= PB_EVIDENCE_TEXT_MAX);
    g_assert(reply->code >= 200 && reply->code <= 599);
    g_autofree char *id = pb_queue_id_from_reply(reply->text);
    g_assert(id == NULL || strpbrk(id, "\r\n ") == NULL);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    g_autoptr(PbReplyParser) parser = pb_reply_parser_new();
    const char *line = (const char *) data;
    gsize left = size;
    while (left > 0) {
        const char *end = memchr(line, '\n', left);
        gsize length = end != NULL ? (gsize) (end - line) : left;
        PbReplyProgress progress = pb_reply_parser_feed(parser, line, length);
        g_autoptr(PbReply) reply = pb_reply_parser_steal(parser);
        g_assert((reply != NULL) == (progress == PB_REPLY_DONE));
        if (reply != NULL)
            use(reply);
        length += end != NULL ? 1 : 0;
        line += length;
        left -= length;
    }
    return 0;
}
