"""Messages submitted by the command line to a real Postfix with Dovecot sign-in."""
import email
import email.policy
import json
import os
import shutil
import subprocess
import unittest

from tests.support import mailserver
from tests.support.keyring import Keyring, skip_reason as keyring_missing
from tests.support.mailserver import MailServer
from tests.support.program import Home, program, wait_for


def parsed(data):
    return email.message_from_bytes(data, policy=email.policy.default)


@unittest.skipIf(mailserver.skip_reason(), mailserver.skip_reason())
class Submission(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(MailServer())

    def setUp(self):
        self.home = self.enterContext(Home())

    def add(self, name="work", user="alice", security="tls", *more, test=True):
        port = self.server.submissions if security == "tls" else self.server.submission
        return self.home.add_account(name, self.server.address(user), "localhost", port, security, user,
                                     mailserver.USERS[user], *more, ca=self.server.ca, test=test)

    def arrived(self, user, subject):
        def look():
            return [m for m in self.server.mail(user) if parsed(m)["Subject"] == subject]
        return wait_for(look, f"“{subject}” in {user}'s Maildir")

    def test_account_test_names_every_step(self):
        self.add()
        said = self.home.run("account", "test", "work").stdout
        for words in ("mx.example.test ESMTP", "TLS1.3", "signed in as “alice” with SCRAM-SHA-256"):
            self.assertIn(words, said.replace("TLS 1.3", "TLS1.3"))

    def test_each_mechanism_and_port_signs_in(self):
        for number, (security, auth) in enumerate((s, a) for s in ("tls", "starttls")
                                                  for a in ("plain", "login", "scram-sha-256", "auto")):
            with self.subTest(security=security, auth=auth):
                self.add(f"a{number}", "alice", security, "--auth", auth, "--replace")

    def test_wrong_password_is_told_and_nothing_is_saved(self):
        done = self.home.run("account", "add", "--name", "work", "--address", "alice@example.test", "--host", "localhost",
                             "--port", str(self.server.submissions), "--security", "tls", "--username", "alice",
                             "--password", self.home.password_file("work", "wrong"), "--no-discovery",
                             "--ca-file", str(self.server.ca), code=77)
        self.assertIn("535", done.stderr + done.stdout)
        self.assertEqual(self.home.json("account", "list", "--json"), [])

    def test_message_arrives_byte_for_byte(self):
        self.add()
        attachment = self.home.path / "Übersicht – 日本.txt"
        attachment.write_bytes(b"first\nsecond without end")
        self.home.run("compose", "--to", "Bob <bob@example.test>", "--bcc", "carol@example.test", "-s", "Grüße 🌍",
                      "-a", str(attachment), "--body", "-", "--send", stdin="Hallo Bob,\n\n.\n..zwei Punkte\n-- \nAlice\n")
        for user in ("bob", "carol"):
            data = self.arrived(user, "Grüße 🌍")[0]
            self.assertNotIn(b"carol@example.test", data.split(b"\n\n", 1)[0].split(b"Received:", 1)[1].split(b"From:")[1])
            message = parsed(data)
            self.assertEqual(message.get_body().get_content().replace("\r\n", "\n").split("-- \n")[0], "Hallo Bob,\n\n.\n..zwei Punkte\n")
            part = next(message.iter_attachments())
            self.assertEqual(part.get_filename(), "Übersicht – 日本.txt")
            self.assertEqual(part.get_payload(decode=True), b"first\nsecond without end")
        entry = self.home.entries()[0]
        self.assertEqual(entry["state"], "sent")
        stored = (self.home.outbox / f"{entry['id']}.eml").read_bytes().replace(b"\r\n", b"\n")
        self.assertTrue(self.arrived("bob", "Grüße 🌍")[0].endswith(stored))
        for recipient in entry["recipients"]:
            self.assertEqual((recipient["state"], recipient["code"]), ("accepted", 250))
            self.assertIn(recipient["queue_id"], self.server.log())

    def test_one_refused_recipient_does_not_stop_the_others(self):
        self.add()
        self.home.run("compose", "--to", "bob@example.test, nobody@example.test", "--cc", "carol@example.test",
                      "-s", "three", "--body", "-", "--send", stdin="x\n", code=67)
        self.arrived("bob", "three")
        self.arrived("carol", "three")
        entry = self.home.entries()[0]
        self.assertEqual(entry["state"], "partial")
        refused = [r for r in entry["recipients"] if r["state"] == "refused"]
        self.assertEqual([r["address"] for r in refused], ["nobody@example.test"])
        self.assertEqual((refused[0]["code"], refused[0]["status"], refused[0]["category"]), (550, "5.1.1", "no-such-user"))
        self.assertIn("User unknown", refused[0]["text"])
        self.assertIn("example.test", refused[0]["explanation"])

    def test_git_send_email_sends_a_series(self):
        self.add()
        repository = self.home.path / "repo"
        run = lambda *a: subprocess.run(["git", *a], cwd=repository, check=True, capture_output=True, text=True,
                                        env={**self.home.environment, "GIT_CONFIG_GLOBAL": str(self.home.path / "gitconfig")})
        repository.mkdir()
        run("init", "-q")
        run("config", "user.name", "Alice Ä.")
        run("config", "user.email", "alice@example.test")
        for number in (0, 1, 2):
            (repository / "file").write_text(f"zeile {number} ü\n", encoding="utf-8")
            run("add", "file")
            run("commit", "-qm", f"file: change {number}")
        run("format-patch", "-2", "-o", "out")
        done = run("send-email", "--to", "bob@example.test", "--cc", "carol@example.test", "--confirm", "never", "--8bit-encoding", "UTF-8",
                   f"--sendmail-cmd={program()} sendmail", *map(str, sorted((repository / "out").iterdir())))
        self.assertIn("Result: OK", done.stdout)
        for user in ("bob", "carol"):
            first, second = self.arrived(user, "[PATCH 1/2] file: change 1")[0], self.arrived(user, "[PATCH 2/2] file: change 2")[0]
            self.assertEqual(parsed(second)["In-Reply-To"], parsed(first)["Message-ID"])

    def test_mail_piped_as_cron_and_mutt_do(self):
        self.add()
        self.home.run("sendmail", "-t", "-i", stdin="To: bob@example.test\nBcc: carol@example.test\nSubject: piped\n\nbody\n.\nmore\n")
        self.assertEqual(parsed(self.arrived("bob", "piped")[0]).get_content(), "body\n.\nmore\n")
        self.assertNotIn(b"Bcc", self.arrived("carol", "piped")[0])
        self.home.run("sendmail", "-oi", "-f", "alice@example.test", "--", "bob@example.test",
                      stdin="From: Alice <alice@example.test>\nTo: carol@example.test\nSubject: as mutt\n\nx\n")
        self.arrived("bob", "as mutt")
        self.assertFalse([m for m in self.server.mail("carol") if parsed(m)["Subject"] == "as mutt"])

    def test_large_attachment_needs_little_memory(self):
        self.add()
        big = self.home.path / "big.bin"
        with open(big, "wb") as file:
            for _ in range(40):
                file.write(os.urandom(1 << 20))
        peak = self.home.path / "peak"
        program_, env = program(), self.home.environment
        subprocess.run(["/usr/bin/python3", "-c",
                        "import resource,subprocess,sys\n"
                        "subprocess.run(sys.argv[2:],check=True,stdin=subprocess.DEVNULL,stdout=subprocess.DEVNULL)\n"
                        "open(sys.argv[1],'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))",
                        str(peak), program_, "compose", "--to", "bob@example.test", "-s", "big", "-a", str(big),
                        "--body", "/dev/null", "--send"], env=env, check=True, timeout=120)
        part = next(parsed(self.arrived("bob", "big")[0]).iter_attachments())
        self.assertEqual(part.get_payload(decode=True), big.read_bytes())
        if "asan" not in subprocess.run(["ldd", program_], capture_output=True, text=True, check=True).stdout:
            self.assertLess(int(peak.read_text()), 64 * 1024, "KiB resident")


@unittest.skipIf(mailserver.skip_reason(), mailserver.skip_reason())
class Certificates(unittest.TestCase):
    """Nothing is handed to a server that cannot prove its name; the mail waits and the account says why."""

    def refused(self, certificate, words):
        with MailServer(certificate=certificate) as server, Home() as home:
            home.add_account("work", server.address("alice"), "localhost", server.submissions, "tls", "alice",
                             "alice-secret", ca=server.ca)
            home.run("compose", "--to", "bob@example.test", "-s", certificate, "--body", "-", "--send", "--queue-only",
                     stdin="x\n")
            done = home.run("flush", code=77)
            self.assertRegex(done.stdout + done.stderr, words)
            entry = home.entries()[0]
            self.assertEqual((entry["state"], entry["reason"]), ("queued", "account-paused"))
            self.assertEqual([r["state"] for r in entry["recipients"]], ["queued"])
            account = home.json("account", "list", "--json")[0]
            self.assertEqual((account["paused"]["reason"], account["paused"]["waiting"]), ("certificate", 1))
            self.assertNotIn("sasl_username", server.log())
            self.assertEqual(server.mail("bob"), [])
            # The same for STARTTLS.
            done = home.run("account", "edit", "work", "--port", str(server.submission), "--security", "starttls", "--no-test", code=0)
            done = home.run("account", "test", "work", code=77)
            self.assertRegex(done.stdout + done.stderr, words)
            self.assertNotIn("sasl_username", server.log())

    def test_expired(self):
        self.refused("expired", "expired")

    def test_self_signed(self):
        self.refused("selfsigned", "self-signed|signed by itself|not signed by|unknown")

    def test_wrong_host(self):
        self.refused("wrongname", "other\\.test")


@unittest.skipIf(mailserver.skip_reason() or keyring_missing(), mailserver.skip_reason() or keyring_missing())
class KeyringAndServer(unittest.TestCase):
    def test_password_goes_to_the_keyring_and_nowhere_else(self):
        with MailServer() as server, Home() as home, Keyring(home) as keyring:
            home.run("account", "add", "--name", "work", "--address", "alice@example.test", "--host", "localhost",
                     "--port", str(server.submissions), "--security", "tls", "--username", "alice", "--ca-file",
                     str(server.ca), "--no-discovery", "--password", "secret-service", "--password-stdin",
                     stdin="alice-secret\n")
            self.assertIn("alice-secret", keyring.secrets("account", "work"))
            done = home.run("compose", "--to", "bob@example.test", "-s", "from the keyring", "--body", "-", "--send",
                            "--debug=smtp", stdin="x\n")
            wait_for(lambda: server.mail("bob"), "mail")
            self.assertNotIn("alice-secret", done.stderr)
            home.run("outbox", "list", "--json")
            secret = [b"alice-secret", b"YWxpY2Utc2VjcmV0", b"AGFsaWNlAGFsaWNlLXNlY3JldA"]
            for path in home.path.rglob("*"):
                if path.is_file() and "keyrings" not in path.parts:
                    data = path.read_bytes()
                    for one in secret:
                        self.assertNotIn(one, data, path)
            keyring.lock()
            home.run("compose", "--to", "bob@example.test", "-s", "locked", "--body", "-", "--send", "--queue-only", stdin="x\n")
            done = home.run("flush", code=77)
            self.assertIn("locked", done.stderr + done.stdout)
            self.assertEqual(home.entries()[0]["reason"], "account-paused")


if __name__ == "__main__":
    unittest.main()
