"""`postbag sendmail` into the outbox, and the outbox as commands show and change it."""
import unittest

from cli import WORK, Case

MESSAGE = """From: Anna Berg <anna@example.org>
To: Bob <bob@example.com>, cy@example.com
Bcc: hidden@example.com
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=

Hello
.
after the dot
"""
KEYS = ["id", "account", "from", "subject", "message_id", "created", "state", "reason", "not_before", "next_attempt",
        "attempts", "size", "recipients"]
RECIPIENT_KEYS = ["address", "state", "code", "status", "category", "text", "explanation", "advice", "remote_mta",
                  "queue_id", "at"]


class Base(Case):
    def setUp(self):
        super().setUp()
        self.write_config(WORK)

    def queue(self, *arguments, message=MESSAGE, **options):
        run = self.check("sendmail", "--queue-only", *arguments, stdin=message, **options)
        self.assertEqual(run.out, "")
        return self.entries()[0]

    def entries(self, *arguments):
        return self.check("outbox", "list", "--json", *arguments).objects

    def stored(self, entry):
        (path,) = [path for path in (self.home / "data" / "postbag" / "outbox").rglob(f"*{entry['id']}*")
                   if path.is_file() and b"Subject:" in path.read_bytes()]
        return path.read_bytes()


class Sendmail(Base):
    def test_recipients_from_headers_and_no_bcc(self):
        entry = self.queue("-t", "-i")
        self.assertEqual([one["address"] for one in entry["recipients"]],
                         ["bob@example.com", "cy@example.com", "hidden@example.com"])
        stored = self.stored(entry)
        self.assertNotIn(b"hidden@example.com", stored)
        self.assertIn(b"Hello\r\n.\r\nafter the dot\r\n", stored)
        self.assertIn(b"Message-ID:", stored)

    def test_json_has_exactly_the_promised_keys(self):
        entry = self.queue("-ti")
        self.assertEqual(list(entry), KEYS)
        self.assertEqual(list(entry["recipients"][0]), RECIPIENT_KEYS)
        self.assertEqual((entry["account"], entry["subject"], entry["state"], entry["attempts"]),
                         ("work", "Grüße", "queued", 0))
        self.assertRegex(entry["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_without_t_only_arguments_are_recipients(self):
        entry = self.queue("-i", "--", "dan@example.com")
        self.assertEqual([one["address"] for one in entry["recipients"]], ["dan@example.com"])
        self.assertNotIn(b"hidden@example.com", self.stored(entry))

    def test_dot_ends_without_i(self):
        self.assertNotIn(b"after the dot", self.stored(self.queue("-t")))

    def test_account_by_option_header_from_and_sender(self):
        self.assertEqual(self.queue("-t", "--account", "home")["account"], "home")
        self.assertEqual(self.queue("-t", message="X-Postbag-Account: home\n" + MESSAGE)["account"], "home")
        foreign = MESSAGE.replace("anna@example.org", "someone@elsewhere.example")
        self.assertEqual(self.queue("-t", message=foreign)["account"], "work")
        self.assertEqual(self.queue("-t", "-f", "anna@home.example", message=foreign)["account"], "home")

    def test_missing_from_is_made(self):
        entry = self.queue("-t", message="To: bob@example.com\nSubject: x\n\ny\n")
        self.assertIn("anna@example.org", entry["from"])

    def test_called_as_sendmail_and_mailq(self):
        self.check("-t", "--queue-only", stdin=MESSAGE, program=self.link("sendmail"))
        entry = self.entries()[0]
        self.assertIn(entry["id"], self.check(program=self.link("mailq")).out)
        self.assertIn(entry["id"], self.check("sendmail", "-bp").out)

    def test_mistakes_leave_nothing_behind(self):
        self.check("sendmail", stdin=MESSAGE, code=64)
        self.check("sendmail", "-Z", "a@example.com", stdin=MESSAGE, code=64)
        self.check("sendmail", "-t", stdin="Subject: nobody\n\nx\n", code=65)
        self.check("sendmail", "-i", "not an address", stdin=MESSAGE, code=65)
        self.check("sendmail", "-t", "--account", "nowhere", stdin=MESSAGE, code=66)
        self.assertEqual(self.entries("--all"), [])

    def test_no_account_at_all_is_a_configuration_error(self):
        self.config.unlink()
        self.check("sendmail", "-t", stdin=MESSAGE, code=78)


class Outbox(Base):
    def test_table_fits_80_columns(self):
        self.queue("-t", message=MESSAGE.replace("Hello", "x" * 500).replace("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "y" * 200))
        for line in self.check("outbox", "list").out.splitlines():
            self.assertLessEqual(len(line), 80)

    def test_hold_release_cancel_by_prefix(self):
        entry = self.queue("-t")
        prefix = entry["id"][:10]
        held = self.check("outbox", "hold", prefix, "--json").object
        self.assertEqual((held["state"], held["reason"]), ("held", "user"))
        self.assertEqual(self.entries("--state", "held")[0]["id"], entry["id"])
        self.assertEqual(self.check("outbox", "release", entry["id"], "--json").object["state"], "queued")
        self.assertEqual(self.check("outbox", "cancel", entry["id"], "--json").object["state"], "cancelled")
        self.assertEqual(self.entries("--state", "queued"), [])

    def test_hold_until_a_time(self):
        entry = self.queue("-t")
        held = self.check("outbox", "hold", "--until", "2099-01-02T08:00:00", entry["id"], "--json").object
        self.assertEqual((held["state"], held["reason"], held["not_before"]),
                         ("held", "send-at", "2099-01-02T08:00:00Z"))
        self.check("outbox", "hold", "--until", "soon", entry["id"], code=64)

    def test_act_on_all_of_a_state(self):
        ids = {self.queue("-t")["id"] for _ in range(3)}
        self.check("outbox", "hold", "--state", "queued")
        self.assertEqual({one["id"] for one in self.entries("--state", "held")}, ids)

    def test_show_says_everything(self):
        entry = self.queue("-t")
        out = self.check("outbox", "show", entry["id"]).out
        for word in ("Grüße", "bob@example.com", "work", entry["id"]):
            self.assertIn(word, out)
        self.assertEqual(self.check("outbox", "show", "--json", entry["id"]).object, entry)

    def test_mistakes_have_their_codes(self):
        self.check("outbox", "show", "zzzz", code=66)
        self.check("outbox", "hold", code=64)
        self.assertIn("deferred", self.check("outbox", "list", "--state", "lost", code=64).err)
        self.check("outbox", "release", self.queue("-t")["id"], code=64)


if __name__ == "__main__":
    unittest.main()
