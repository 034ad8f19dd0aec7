/* SMTP replies (RFC 5321 4.2) as data: lines in, one PbReply out.
 *
 * Pure and bounded. Feed complete lines without their line end until
 * PB_REPLY_DONE; a reply that breaks the grammar or the limits is
 * PB_REPLY_BROKEN and the connection is of no further use. Bytes over 127 and
 * controls are kept as they came (whoever shows them sanitises); NUL becomes
 * U+FFFD, since the text is a C string.
 */
#pragma once

#include "transport/evidence.h"

/* RFC 5321 4.5.3.1.5 allows 512 bytes a line; real servers send more. */
#define PB_REPLY_LINE_MAX  4096
#define PB_REPLY_LINES_MAX 100
#define PB_REPLY_BYTES_MAX 65536

typedef struct {
    int code;        /* 200 … 599 */
    char status[16]; /* enhanced status code of the first line (RFC 2034), "" if none */
    char *text;      /* lines joined by "\n", without codes and enhanced status codes */
} PbReply;

typedef enum { PB_REPLY_MORE, PB_REPLY_DONE, PB_REPLY_BROKEN } PbReplyProgress;

typedef struct PbReplyParser PbReplyParser;

PbReplyParser *pb_reply_parser_new(void);
void pb_reply_parser_free(PbReplyParser *parser);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbReplyParser, pb_reply_parser_free)

/* One line without CRLF. After DONE the reply waits in pb_reply_parser_steal() and the parser is
 * ready for the next one; after BROKEN it stays broken. */
PbReplyProgress pb_reply_parser_feed(PbReplyParser *parser, const char *line, gsize length);
/* The finished reply; NULL if there is none. */
PbReply *pb_reply_parser_steal(PbReplyParser *parser);

void pb_reply_free(PbReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbReply, pb_reply_free)

/* 2 for 250 … */
int pb_reply_class(const PbReply *reply);
/* The statement `who` made at `stage`. */
PbEvidence *pb_reply_evidence(const PbReply *reply, PbStage stage, const char *who);
