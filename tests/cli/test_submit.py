"""From the command line to a server and back: every state, through `postbag sandbox`."""
import email
import email.policy
import unittest

from cli import Case, Sandbox

MESSAGE = "From: you@sandbox.test\nTo: bob@sandbox.test\nSubject: by sendmail\n\nHello\n"


class Submit(Case):
    def setUp(self):
        super().setUp()
        self.sandbox = Sandbox(self)

    def send(self, *recipients, code=0, more=()):
        return self.check("compose", "--send", "--json", "-s", "Test", "--body", "-", *more, *recipients,
                          stdin="Hällo\n", code=code).object

    def recipient(self, entry, name):
        (one,) = [one for one in entry["recipients"] if one["address"] == f"{name}@sandbox.test"]
        return one

    def test_account_is_tested_before_it_is_saved(self):
        self.sandbox.add_account(self)
        tested = self.check("account", "test", "box", "--json").object
        self.assertTrue(tested["ok"])
        self.assertTrue(all(step["ok"] for step in tested["steps"]))
        self.assertTrue(tested["tls"].startswith("TLS"))
        self.assertIn("box", self.check("account", "test", "box").out)

    def test_starttls_works_too(self):
        self.sandbox.add_account(self, "box", security="starttls")
        self.assertEqual(self.send("bob@sandbox.test")["state"], "sent")

    def test_wrong_password_saves_nothing(self):
        run = self.postbag("account", "add", "--name", "box", "--address", "you@sandbox.test", "--host", "127.0.0.1",
                           "--port", self.sandbox.facts["port"], "--security", "tls", "--ca-file",
                           self.sandbox.facts["ca_file"], "--password", "command:printf wrong")
        self.assertEqual(run.code, 77, run.err)
        self.assertFalse(self.config.exists())
        self.assertNotIn("wrong", run.out + run.err)

    def test_certificate_nobody_vouches_for_is_refused(self):
        run = self.postbag("account", "add", "--name", "box", "--address", "you@sandbox.test", "--host", "127.0.0.1",
                           "--port", self.sandbox.facts["port"], "--security", "tls", "--password",
                           "command:printf sandbox")
        self.assertEqual(run.code, 77, run.err)
        self.assertFalse(self.config.exists())

    def test_accepted_message_arrives_byte_for_byte(self):
        self.sandbox.add_account(self)
        entry = self.send("Bob <bob@sandbox.test>", more=["--bcc", "cy@sandbox.test"])
        self.assertEqual(entry["state"], "sent")
        bob = self.recipient(entry, "bob")
        self.assertEqual((bob["state"], bob["code"]), ("accepted", 250))
        self.assertTrue(bob["queue_id"])
        caught = self.sandbox.caught()
        self.assertTrue(caught)
        message = email.message_from_bytes(caught[0], policy=email.policy.SMTP)
        self.assertEqual(message["Message-ID"], entry["message_id"])
        self.assertEqual(message.get_content().strip(), "Hällo")
        self.assertIsNone(message["Bcc"])

    def test_one_refused_recipient_does_not_stop_the_other(self):
        self.sandbox.add_account(self)
        entry = self.send("bob@sandbox.test", "refuse@sandbox.test", code=67)
        self.assertEqual(entry["state"], "partial")
        self.assertEqual(self.recipient(entry, "bob")["state"], "accepted")
        refused = self.recipient(entry, "refuse")
        self.assertEqual((refused["state"], refused["code"], refused["status"], refused["category"]),
                         ("refused", 550, "5.1.1", "no-such-user"))
        self.assertTrue(refused["explanation"])

    def test_deferred_goes_at_the_second_try(self):
        self.sandbox.add_account(self)
        entry = self.send("full@sandbox.test")
        self.assertEqual((entry["state"], self.recipient(entry, "full")["code"]), ("deferred", 452))
        self.assertTrue(entry["reason"])
        self.assertIsNotNone(entry["next_attempt"])
        self.check("flush", "--due", code=75)
        results = self.check("flush", "--json").objects
        self.assertEqual([(one["address"], one["state"]) for one in results], [("full@sandbox.test", "accepted")])
        self.assertEqual(self.check("outbox", "show", "--json", entry["id"]).object["state"], "sent")

    def test_silent_server_leaves_it_unsure_until_somebody_says(self):
        self.sandbox.add_account(self)
        entry = self.send("silent@sandbox.test")
        self.assertEqual(entry["state"], "unsure")
        self.check("flush")
        self.assertEqual(self.check("outbox", "show", "--json", entry["id"]).object["attempts"], 1)
        self.check("outbox", "settle", entry["id"], code=64)
        self.assertEqual(self.check("outbox", "settle", "--arrived", "--json", entry["id"]).object["state"], "sent")

    def test_sendmail_tells_what_happened_in_one_line(self):
        self.sandbox.add_account(self)
        run = self.check("sendmail", "-t", stdin=MESSAGE)
        self.assertEqual(run.out, "")
        self.assertEqual(len(run.err.splitlines()), 1)
        self.assertIn("sent", run.err)
        refused = self.check("sendmail", "-i", "refuse@sandbox.test", stdin=MESSAGE)
        self.assertEqual(len(refused.err.splitlines()), 1)
        self.assertIn("550", refused.err)

    def test_queue_without_server_goes_when_it_is_back(self):
        self.sandbox.add_account(self)
        port = self.sandbox.facts["port"]
        self.sandbox.stop()
        entry = self.send("bob@sandbox.test")
        self.assertIn(entry["state"], ("queued", "deferred"))
        self.check("flush", code=75)
        self.sandbox = Sandbox(self, "--port", port)
        self.check("flush")
        self.assertEqual(self.check("outbox", "show", "--json", entry["id"]).object["state"], "sent")

    def test_paused_account_keeps_the_mail(self):
        self.sandbox.add_account(self)
        self.check("account", "edit", "box", "--password", "command:printf wrong", "--no-test")
        entry = self.send("bob@sandbox.test")
        self.assertEqual((entry["state"], entry["reason"]), ("queued", "account-paused"))
        self.assertIn("box", self.check("flush", code=77).err)
        self.check("account", "edit", "box", "--password", "command:printf sandbox")
        self.check("flush")
        self.assertEqual(self.check("outbox", "show", "--json", entry["id"]).object["state"], "sent")

    def test_flush_of_one_account_leaves_the_other(self):
        self.sandbox.add_account(self, "one")
        self.sandbox.add_account(self, "two")
        first = self.send("bob@sandbox.test", more=["--queue-only", "--account", "one"])
        second = self.send("bob@sandbox.test", more=["--queue-only", "--account", "two"])
        self.check("flush", "--account", "two")
        states = {one["id"]: one["state"] for one in self.check("outbox", "list", "--json").objects}
        self.assertEqual((states[first["id"]], states[second["id"]]), ("queued", "sent"))
        self.check("flush", "--account", "three", code=66)

    def test_ten_messages_share_one_connection(self):
        self.sandbox.add_account(self, "box", "--no-test")
        for _ in range(10):
            self.check("sendmail", "-t", "--queue-only", stdin=MESSAGE)
        self.check("flush")
        counts = self.sandbox.stop()
        self.assertEqual((counts["deliveries"], counts["connections"]), (10, 1))

    def test_flush_with_nothing_to_do_is_fine(self):
        self.assertEqual(self.check("flush").out, "")


if __name__ == "__main__":
    unittest.main()
