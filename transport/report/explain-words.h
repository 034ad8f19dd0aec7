/* What servers mean by their words: an ordered table of phrases.
 *
 * Pure. The first phrase found decides; precise ones stand before vague ones.
 */
#pragma once

#include "transport/report/explain.h"

typedef struct {
    PbCategory category;
    /* Lower-case words with one space between them, as normalised text has them; " * " stands for
     * any words in between. */
    const char *phrase;
} PbWordsRow;

/* The category the words of `text` point to, or PB_CATEGORY_UNKNOWN. Mail addresses in it are
 * ignored: a mailbox named spam@ says nothing about spam. */
PbCategory pb_explain_words(const char *text);
/* Lower-case words of `text` with single spaces, one at each end; no addresses, no punctuation.
 * At most PB_EVIDENCE_TEXT_MAX bytes are read. g_free(). */
char *pb_explain_normalise(const char *text);

const PbWordsRow *pb_explain_words_rows(guint *count_out);
