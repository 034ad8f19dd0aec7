#include "accounts/domain.h"

#include <criterion/criterion.h>

#include <string.h>

static void expect(const char *domain, const char *expected) {
    g_autofree char *ascii = pb_domain_to_ascii(domain);

    cr_expect_eq(g_strcmp0(ascii, expected), 0, "%s gave %s", domain, ascii);
}

Test(domain, sharp_s_stays_its_own_domain) {
    expect("straße.de", "xn--strae-oqa.de");
    expect("Straße.DE", "xn--strae-oqa.de");
    expect("strasse.de", "strasse.de");
}

Test(domain, other_scripts_become_a_labels) {
    expect("BÜCHER.example", "xn--bcher-kva.example");
    expect("日本。jp", "xn--wgv71a.jp");
    expect("bu\u0308cher.example", "xn--bcher-kva.example");
}

Test(domain, ascii_stays_as_it_is) {
    expect("Mail.Example.org", "Mail.Example.org");
    expect("r3---x.example", "r3---x.example");
    expect("", "");
}

Test(domain, what_idna_forbids_is_none) {
    expect("ü@x.de", NULL);
    expect(" ü.de", NULL);
    expect("\xff.de", NULL);
}
