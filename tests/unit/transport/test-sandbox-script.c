#include "accounts/pb-error.h"
#include "transport/sandbox/sandbox-script.h"

#include <criterion/criterion.h>

#include <string.h>

static PbSandboxScript *parse(const char *text) {
    g_autoptr(GError) error = NULL;
    PbSandboxScript *script = pb_sandbox_script_parse(text, strlen(text), &error);
    cr_assert_not_null(script, "%s: %s", text, error != NULL ? error->message : "");
    return script;
}

Test(sandbox_script, an_empty_script_leaves_all_as_usual) {
    g_autoptr(PbSandboxScript) script = parse("\n# nothing\n   \n");
    for (int event = PB_SCRIPT_CONNECT; event <= PB_SCRIPT_END; event++) {
        PbScriptPlay play = pb_sandbox_script_play(script, (PbScriptEvent) event, "x");
        cr_assert_eq(play.action, PB_SCRIPT_USUAL);
        cr_assert_eq(play.delay_milliseconds, 0);
    }
    cr_assert_null(pb_sandbox_script_greeting(script));
    cr_assert(pb_sandbox_script_offers(script, "SIZE 25"));
    cr_assert_null(pb_sandbox_script_extras(script)[0]);
}

Test(sandbox_script, rules_are_looked_at_in_order_and_delays_add_up) {
    g_autoptr(PbSandboxScript) script = parse("on rcpt *@a.example delay 2\r\n"
                                              "on RCPT delay 3\n"
                                              "on RCPT bo@* stall\n"
                                              "on RCPT reply 550 no\n");
    PbScriptPlay bo = pb_sandbox_script_play(script, PB_SCRIPT_RCPT, "BO@a.example");
    cr_assert_eq(bo.action, PB_SCRIPT_STALL);
    cr_assert_eq(bo.delay_milliseconds, 5000);
    PbScriptPlay cy = pb_sandbox_script_play(script, PB_SCRIPT_RCPT, "cy@b.example");
    cr_assert_eq(cy.action, PB_SCRIPT_REPLY);
    cr_assert_str_eq(cy.text, "550 no");
    cr_assert_eq(cy.delay_milliseconds, 3000);
    cr_assert_eq(pb_sandbox_script_play(script, PB_SCRIPT_MAIL, "bo@a").action, PB_SCRIPT_USUAL);
}

Test(sandbox_script, once_is_used_up) {
    g_autoptr(PbSandboxScript) script = parse("on DATA once drop\n");
    cr_assert_eq(pb_sandbox_script_play(script, PB_SCRIPT_DATA, "").action, PB_SCRIPT_DROP);
    cr_assert_eq(pb_sandbox_script_play(script, PB_SCRIPT_DATA, "").action, PB_SCRIPT_USUAL);
}

Test(sandbox_script, raw_has_escapes) {
    g_autoptr(PbSandboxScript) script = parse("on EHLO raw \"250-x\\r\\n250 \\\"y\\\"\\r\\n\"\n");
    cr_assert_str_eq(pb_sandbox_script_play(script, PB_SCRIPT_EHLO, "c").text,
                     "250-x\r\n250 \"y\"\r\n");
}

Test(sandbox_script, without_names_whole_extensions) {
    g_autoptr(PbSandboxScript) script = parse("without size PIPELINING\n");
    cr_assert_not(pb_sandbox_script_offers(script, "SIZE 25000000"));
    cr_assert_not(pb_sandbox_script_offers(script, "PIPELINING"));
    cr_assert(pb_sandbox_script_offers(script, "SIZES"));
}

Test(sandbox_script, faults_name_the_line_and_what_is_allowed) {
    static const struct {
        const char *text, *line, *hint;
    } cases[] = {
        {"\nfoo\n", "line 2:", "greeting"},
        {"on FOO drop", "line 1:", "RCPT"},
        {"on RCPT a@b flop", "line 1:", "reply, raw, drop, stall, delay"},
        {"on RCPT", "line 1:", "reply, raw, drop, stall, delay"},
        {"on RCPT reply", "line 1:", "550"},
        {"on RCPT reply 99 x", "line 1:", "550"},
        {"on RCPT raw 250", "line 1:", "double quotes"},
        {"on RCPT delay 5s", "line 1:", "3600"},
        {"on RCPT delay 99999", "line 1:", "3600"},
        {"# ok\n\non END drop now", "line 3:", "drop"},
        {"greeting hello", "line 1:", "550"},
        {"without", "line 1:", "PIPELINING"},
        {"offer", "line 1:", "EHLO"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PbSandboxScript) script =
            pb_sandbox_script_parse(cases[i].text, strlen(cases[i].text), &error);
        cr_assert_null(script, "%s", cases[i].text);
        cr_assert(g_error_matches(error, PB_ERROR, PB_ERROR_DATA));
        cr_assert(g_str_has_prefix(error->message, cases[i].line), "%s", error->message);
        cr_assert_not_null(strstr(error->message, cases[i].hint), "%s", error->message);
    }
}

Test(sandbox_script, bytes_that_are_no_text_are_refused) {
    cr_assert_null(pb_sandbox_script_parse("on\0x", 4, NULL));
    cr_assert_null(pb_sandbox_script_parse("\xff", 1, NULL));
    g_autofree char *huge = g_strnfill(PB_SANDBOX_SCRIPT_MAX_BYTES + 1, '\n');
    cr_assert_null(pb_sandbox_script_parse(huge, PB_SANDBOX_SCRIPT_MAX_BYTES + 1, NULL));
}
