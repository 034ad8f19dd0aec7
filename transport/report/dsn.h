/* Delivery reports as RFC 3464 (RFC 6533) and receipts as RFC 8098 write them.
 *
 * Pure: bytes of one message in, a struct out; every size is bounded before
 * anything is looked at. Only a message that is itself a multipart/report is a
 * report: one that quotes, forwards or attaches a report is not.
 */
#pragma once

#include "transport/evidence.h"

/* What stands behind is not looked at: the returned message may be of any size, the parts that
 * count stand in front of it. */
#define PB_REPORT_MAX_BYTES      (1024 * 1024)
#define PB_REPORT_MAX_RECIPIENTS 1000

typedef enum {
    PB_REPORT_NONE,    /* not a report */
    PB_REPORT_FAILURE, /* at least one recipient failed */
    PB_REPORT_DELAY,   /* none failed, at least one is still being tried */
    PB_REPORT_SUCCESS, /* delivered, relayed, expanded only */
    PB_REPORT_RECEIPT, /* RFC 8098 */
} PbReportKind;

typedef enum {
    PB_ACTION_FAILED,
    PB_ACTION_DELAYED,
    PB_ACTION_DELIVERED,
    PB_ACTION_RELAYED,
    PB_ACTION_EXPANDED,
    PB_ACTION_DISPLAYED, /* receipt: was shown */
    PB_ACTION_DISPOSED, /* receipt: deleted, dispatched, processed, denied … unread as far as known
                         */
} PbReportAction;

typedef struct {
    char *address;       /* as we wrote it: Original-Recipient, else Final-Recipient */
    char *final_address; /* Final-Recipient, or NULL */
    PbReportAction action;
    char status[16];  /* "" if none; the more telling one of Status and diagnostic */
    int code;         /* SMTP reply code of the diagnostic, 0 if none */
    char *diagnostic; /* what the server said, codes included; or NULL */
    char *remote_mta; /* or NULL */
} PbReportRecipient;

typedef struct {
    PbReportKind kind;
    char *envid;           /* Original-Envelope-Id, or NULL */
    char *message_id;      /* of the message it is about, with <>, or NULL */
    char *reporting_mta;   /* or NULL */
    GPtrArray *recipients; /* of PbReportRecipient; empty if kind is NONE */
} PbReport;

/* Never NULL. */
PbReport *pb_report_parse(const char *bytes, gsize length);
void pb_report_free(PbReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbReport, pb_report_free)

/* What the report says about one recipient, as evidence of stage REPORT. */
PbEvidence *pb_report_evidence(const PbReport *report, const PbReportRecipient *recipient);
const char *
pb_report_kind_to_string(PbReportKind kind); /* "failure", "delay" … for JSON and logs */
