"""`postbag compose --print` and `--draft`: what is written, read by another program's parser."""
import email
import email.policy
import unittest

from cli import WORK, Case


class Print(Case):
    def setUp(self):
        super().setUp()
        self.write_config(WORK)

    def print(self, *arguments, **options):
        run = self.check("compose", "--print", *arguments, **options)
        self.assertNotIn(b"\n", run.raw.replace(b"\r\n", b""))
        self.assertTrue(all(len(line) <= 998 for line in run.raw.split(b"\r\n")))
        return email.message_from_bytes(run.raw, policy=email.policy.SMTP)

    def test_fields_and_body_arrive(self):
        message = self.print("-s", "Grüße aus Łódź 🎈", "--cc", "Cy <cy@example.org>", "--reply-to", "r@example.org",
                             "--body", "-", "Jürgen Müller <j@example.com>", stdin="Hällo\nWelt\n")
        self.assertEqual(message["Subject"], "Grüße aus Łódź 🎈")
        self.assertEqual(message["To"].addresses[0].display_name, "Jürgen Müller")
        self.assertEqual(message["To"].addresses[0].addr_spec, "j@example.com")
        self.assertEqual(message["Cc"].addresses[0].addr_spec, "cy@example.org")
        self.assertEqual(message["Reply-To"].addresses[0].addr_spec, "r@example.org")
        self.assertEqual(message["From"].addresses[0].display_name, "Anna Berg")
        self.assertEqual(message.get_content().replace("\r\n", "\n").rstrip("\n"), "Hällo\nWelt")
        self.assertTrue(message["Message-ID"].rstrip(">").endswith("@example.org"))
        self.assertIsNotNone(message["Date"].datetime)

    def test_bcc_is_never_written(self):
        message = self.print("--bcc", "secret@example.org", "bob@example.com")
        self.assertNotIn("secret@example.org", str(message))

    def test_from_chooses_identity_and_name(self):
        self.assertEqual(str(self.print("--from", "anna@home.example", "b@example.com")["From"]),
                         "Anna <anna@home.example>")
        self.assertEqual(self.print("--from", "x@lists.home.example", "b@example.com")["From"].addresses[0].addr_spec,
                         "x@lists.home.example")
        self.assertEqual(self.print("--account", "home", "b@example.com")["From"].addresses[0].addr_spec,
                         "anna@home.example")

    def test_signature_follows_the_text(self):
        self.check("identity", "add", "--replace", "--id", "work", "--account", "work", "--address", "anna@example.org",
                   "--signature", "Anna, Berlin")
        message = self.print("--body", "-", "b@example.com", stdin="Hi\n")
        self.assertIn("Hi\n-- \nAnna, Berlin", message.get_content().replace("\r\n", "\n"))

    def test_attachments_keep_name_and_bytes(self):
        name = "Übersicht der Ergebnisse vom Frühjahr, sehr lang und mit “Zeichen” ☃.txt"
        data = "Zeile eins\nZeile zwei\n".encode() + b"\xff\xfe\n" + b"x" * 2000
        (self.home / name).write_bytes(data)
        message = self.print("-a", self.home / name, "--body", "-", "b@example.com", stdin="see file\n")
        (attached,) = message.iter_attachments()
        self.assertEqual(attached.get_filename(), name)
        self.assertEqual(attached.get_payload(decode=True), data)

    def test_missing_attachment_is_named(self):
        self.assertIn("gone.pdf", self.check("compose", "--print", "-a", "gone.pdf", "b@example.com", code=66).err)

    def test_mailto_takes_only_harmless_fields(self):
        run = self.check("compose", "--print",
                         "mailto:bob@example.com?subject=Hi%20there&body=a%0D%0Ab&attach=/etc/passwd&bcc=z@example.org")
        message = email.message_from_bytes(run.raw, policy=email.policy.SMTP)
        self.assertEqual(message["Subject"], "Hi there")
        self.assertEqual(list(message.iter_attachments()), [])
        self.assertIn("attach", run.err)

    def test_wrong_address_names_field_and_column(self):
        run = self.check("compose", "--print", "--to", "bob example.com", code=65)
        self.assertRegex(run.err, r"olumn \d+")

    def test_body_that_is_no_utf8_is_refused(self):
        self.check("compose", "--print", "--body", "-", "b@example.com", stdin=b"\xff\xfe", code=65)

    def test_actions_exclude_each_other(self):
        self.check("compose", "--print", "--send", "b@example.com", code=64)

    def test_draft_is_kept(self):
        draft = self.check("compose", "--draft", "--json", "-s", "Later", "b@example.com").object["draft"]
        folder = self.home / "data" / "postbag" / "drafts"
        kept = [path.read_text(encoding="utf-8") for path in folder.glob(f"{draft}*")]
        self.assertTrue(any("Later" in text and "b@example.com" in text for text in kept), kept)


if __name__ == "__main__":
    unittest.main()
