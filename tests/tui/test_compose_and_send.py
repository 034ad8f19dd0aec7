"""A message typed with keys in a real terminal, sent to a real server, seen in every view."""
import email
import email.policy
import signal
import unittest

from tests.support import mailserver
from tests.support.keyring import Keyring, skip_reason as keyring_missing
from tests.support.mailserver import MailServer
from tests.support.program import Home, wait_for
from tests.support.terminal import Terminal

REASON = mailserver.skip_reason() or keyring_missing()


def parsed(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def focus(terminal, field):
    """Tab until the cursor stands in the field of that name."""
    for _ in range(12):
        if terminal.screen.display[terminal.cursor()[0]].lstrip().startswith(field):
            return
        terminal.keys("Tab")
    raise AssertionError(f"Tab never comes to {field}:\n{terminal.text()}")


def write(terminal, to, subject, body, bcc=None, attach=None):
    """Fills the composer with keys and ends on the review screen."""
    terminal.keys("m")
    terminal.wait("New message")
    terminal.type(to)
    if bcc:
        terminal.keys("^R")
        terminal.wait("Bcc")
        focus(terminal, "Bcc")
        terminal.type(bcc)
    focus(terminal, "Subject")
    terminal.type(subject)
    if attach:
        terminal.keys("^J")
        terminal.wait("Path")
        terminal.type(str(attach))
        terminal.keys("Enter")
        terminal.wait("Attach +1 ")
        terminal.gone("Path ")
    terminal.keys("^X")
    terminal.wait("nothing has been sent")
    terminal.keys("n")
    terminal.wait("draft|New message")
    terminal.type(body)
    terminal.keys("^X")
    terminal.wait("y sends it")


@unittest.skipIf(REASON, REASON)
class ComposeAndSend(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(MailServer())

    def setUp(self):
        self.home = self.enterContext(Home())
        self.keyring = self.enterContext(Keyring(self.home))
        for name, user, port, security in (("work", "alice", self.server.submissions, "tls"),
                                           ("home", "carol", self.server.submission, "starttls")):
            self.home.run("account", "add", "--name", name, "--address", self.server.address(user), "--full-name",
                          user.title(), "--host", "localhost", "--port", str(port), "--security", security,
                          "--username", user, "--ca-file", str(self.server.ca), "--no-discovery", "--password",
                          "secret-service", "--password-stdin", stdin=mailserver.USERS[user])

    def mail(self, user, subject):
        return wait_for(lambda: [m for m in self.server.mail(user) if parsed(m)["Subject"] == subject],
                        f"“{subject}” for {user}")[0]

    def test_typed_message_arrives_byte_for_byte(self):
        attachment = self.home.path / "Größe – 漢字.txt"
        attachment.write_bytes("Zeile ü\n".encode())
        with Terminal(self.home) as terminal:
            terminal.wait("Nothing is on its way")
            write(terminal, "Bob <bob@example.test>", "Grüße an Bob", "Hallo Bob,\nschönen Tag. 日本\n",
                  bcc="carol@example.test", attach=attachment)
            terminal.keys("y")
            terminal.wait("Sending “Grüße an Bob” in")
            terminal.keys("r")
            terminal.wait("✓ sent", 20)
            terminal.keys("Enter")
            queue_id = terminal.wait(r"queued as (\w+)").group(1)
            self.assertIn(queue_id, self.server.log())
            terminal.wait(r"✓ bob@example\.test +accepted")
            terminal.wait(r"✓ carol@example\.test +accepted")
            terminal.keys("q", "3")
            terminal.wait("Grüße an Bob")
            terminal.wait("sent")
            # The second account, by STARTTLS, chosen with Alt-n.
            terminal.keys("1", "m")
            terminal.wait("From +Alice")
            terminal.keys("Alt-n")
            terminal.wait("From +Carol")
            terminal.type("bob@example.test")
            focus(terminal, "Subject")
            terminal.type("from home")
            terminal.keys("^X")
            terminal.wait("y sends it")
            terminal.keys("y")
            terminal.wait("Sending “from home” in")
            terminal.keys("r")
            second = self.mail("bob", "from home")
            terminal.keys("q")
            terminal.wait_exit()
        first = self.mail("bob", "Grüße an Bob")
        blind = self.mail("carol", "Grüße an Bob")
        self.assertIn(b"Return-Path: <alice@example.test>", first)
        self.assertIn(b"Return-Path: <carol@example.test>", second)
        self.assertNotIn("carol@example.test", str(parsed(first)["To"]) + str(parsed(first)["Cc"] or ""))
        self.assertIsNone(parsed(first)["Bcc"])
        entries = {entry["subject"]: entry for entry in self.home.entries()}
        stored = (self.home.outbox / f"{entries['Grüße an Bob']['id']}.eml").read_bytes().replace(b"\r\n", b"\n")
        self.assertTrue(first.endswith(stored) and blind.endswith(stored))
        self.assertEqual((entries["Grüße an Bob"]["account"], entries["from home"]["account"]), ("work", "home"))
        part = next(parsed(first).iter_attachments())
        self.assertEqual((part.get_filename(), part.get_payload(decode=True)), (attachment.name, attachment.read_bytes()))
        self.assertIn("schönen Tag. 日本", parsed(first).get_body().get_content())

    def test_refused_recipient_is_explained(self):
        with Terminal(self.home) as terminal:
            terminal.wait("Nothing is on its way")
            write(terminal, "bob@example.test, nobody@example.test, carol@example.test", "three of us", "x\n")
            terminal.keys("y")
            terminal.wait("Sending “three of us”")
            terminal.keys("r")
            terminal.wait("! 2 of 3 sent", 20)
            terminal.keys("Enter")
            terminal.wait(r"✗ nobody@example\.test +refused")
            terminal.wait("550 5.1.1")
            terminal.keys("j")
            terminal.wait("User unknown")
            terminal.keys("q", "4")
            terminal.wait("“three of us”")
        self.mail("bob", "three of us")
        self.mail("carol", "three of us")

    def test_killed_between_queueing_and_sending_loses_nothing(self):
        with Terminal(self.home) as terminal:
            terminal.wait("Nothing is on its way")
            write(terminal, "bob@example.test", "survivor", "still here\n")
            terminal.keys("y")
            terminal.wait("Sending “survivor” in")
            terminal.kill(signal.SIGKILL)
        entry = self.home.entries()[0]
        self.assertEqual((entry["state"], entry["reason"]), ("held", "undo"))
        with Terminal(self.home) as terminal:
            terminal.wait("survivor")
            terminal.wait("✓ sent", 30)
        self.mail("bob", "survivor")
        self.assertEqual(len([m for m in self.server.mail("bob") if parsed(m)["Subject"] == "survivor"]), 1)

    def test_undo_brings_the_text_back(self):
        with Terminal(self.home) as terminal:
            terminal.wait("Nothing is on its way")
            write(terminal, "bob@example.test", "too early", "half a thought\n")
            terminal.keys("y")
            terminal.wait("Sending “too early” in")
            terminal.keys("u")
            terminal.wait("half a thought")
            terminal.wait("is back as a draft, nothing was sent|New message|too early")
        self.assertEqual([m for m in self.server.mail("bob") if parsed(m)["Subject"] == "too early"], [])

    def test_text_survives_a_crash_while_writing(self):
        with Terminal(self.home) as terminal:
            terminal.wait("Nothing is on its way")
            terminal.keys("m")
            terminal.wait("New message")
            terminal.type("bob@example.test")
            terminal.keys("Tab", "Tab")
            terminal.type("unfinished")
            terminal.wait(r"draft saved \d\d:\d\d")
            terminal.kill(signal.SIGKILL)
        with Terminal(self.home) as terminal:
            terminal.wait("1 text was not finished: “unfinished”")
            terminal.keys("Enter")
            terminal.wait("bob@example.test")


@unittest.skipIf(REASON, REASON)
class NetworkDown(unittest.TestCase):
    def test_waits_and_is_flushed_when_the_server_is_back(self):
        server = MailServer()
        with Home() as home:
            home.add_account("work", "alice@example.test", "localhost", server.submissions, "tls", "alice",
                             "alice-secret", ca=server.ca)
            with Terminal(home) as terminal:
                terminal.wait("Nothing is on its way")
                write(terminal, "bob@example.test", "on the train", "later\n")
                terminal.keys("y")
                terminal.wait("Sending “on the train” in")
                terminal.keys("r")
                terminal.wait("- waiting")
                with server:
                    terminal.keys("$")
                    terminal.wait("✓ sent", 20)
                    wait_for(lambda: server.mail("bob"), "mail")


if __name__ == "__main__":
    unittest.main()
