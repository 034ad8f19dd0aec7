/* Any bytes as a message that may be a report. */
#include "transport/report/dsn.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size) {
    g_autoptr(PbReport) report = pb_report_parse((const char *) data, size);
    g_assert((report->kind == PB_REPORT_NONE) == (report->recipients->len == 0));
    g_assert(report->recipients->len <= PB_REPORT_MAX_RECIPIENTS);
    for (guint i = 0; i < report->recipients->len; i++) {
        const PbReportRecipient *recipient = g_ptr_array_index(report->recipients, i);
        g_assert(g_utf8_validate(recipient->address, -1, NULL));
        g_autoptr(PbEvidence) evidence = pb_report_evidence(report, recipient);
        g_assert(evidence->stage == PB_STAGE_REPORT);
    }
    return 0;
}
