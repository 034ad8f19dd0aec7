/* One act on several messages: between entry-acts.c and the sheets. */
#pragma once

#include "ui/view/entry-acts.h"

typedef struct {
    char *id, *subject, *draft, *account;
    gint64 version; /* as seen */
    gint64 after;   /* version after the act; 0: it was not done */
    PbHold hold;    /* before the act */
    gint64 not_before;
    PbEntryState state;
} PbTarget;

typedef struct PbBatch PbBatch;
typedef gboolean (*PbTargetAct)(PbOutbox *outbox, PbTarget *target, PbBatch *batch, GError **error);

struct PbBatch {
    GPtrArray *targets; /* of PbTarget */
    PbTargetAct act;
    PbTargetAct undo;            /* or NULL */
    const char *one;             /* N_() with %s: the subject */
    const char *many;            /* N_() with %u */
    PbHold hold;                 /* for holding */
    gint64 moment;               /* undo_until or not_before */
    int undo_seconds;            /* of an undo window that is put back */
    gboolean arrived;            /* for settling */
    char *address, *new_address; /* for correcting */
    GError *first_error;         /* why one could not take part */
    void (*then)(PbApp *app, PbBatch *batch);
};

PbBatch *pb_batch_new(PbApp *app, GPtrArray *ids, PbTargetAct act, PbTargetAct undo,
                      const char *one, const char *many);
void pb_batch_free(PbBatch *batch);
/* Takes over the batch. */
void pb_batch_run(PbApp *app, PbBatch *batch);
/* An array with one id in it. */
GPtrArray *pb_batch_one(const char *id);
