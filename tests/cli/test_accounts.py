"""Accounts, identities and the configuration file, without any server."""
import os
import unittest

from cli import WORK, Case

FLAGS = ["--name", "work", "--address", "anna@example.org", "--full-name", "Anna Bergström", "--host", "smtp.example.org",
         "--port", "587", "--security", "starttls", "--username", "anna", "--auth", "plain",
         "--password", "command:printf secret", "--timeout", "60", "--ehlo-name", "anna.example.org",
         "--no-discovery", "--no-test"]


class Accounts(Case):
    def test_added_account_shows_every_flag(self):
        self.check("account", "add", *FLAGS)
        shown = self.check("account", "show", "work", "--json").object
        self.assertEqual([shown[key] for key in ("name", "address", "host", "port", "security", "username", "auth",
                                                 "timeout", "ehlo_name", "default", "paused")],
                         ["work", "anna@example.org", "smtp.example.org", 587, "starttls", "anna", "plain", 60,
                          "anna.example.org", True, None])
        self.assertEqual(shown["identities"][0]["name"], "Anna Bergström")
        self.assertEqual(self.config.stat().st_mode & 0o777, 0o600)
        self.assertIn("smtp.example.org", self.check("account", "show", "work").out)

    def test_life_of_two_accounts(self):
        self.check("account", "add", *FLAGS)
        self.check("account", "add", "--name", "home", "--address", "anna@home.example", "--host", "mail.home.example",
                   "--password", "command:printf secret", "--no-test")
        self.assertEqual([one["name"] for one in self.check("account", "list", "--json").objects], ["work", "home"])
        self.check("account", "default", "home")
        self.assertEqual([one["default"] for one in self.check("account", "list", "--json").objects], [False, True])
        self.check("account", "edit", "home", "--port", "587", "--no-test")
        shown = self.check("account", "show", "home", "--json").object
        self.assertEqual((shown["port"], shown["security"], len(shown["identities"])), (587, "starttls", 1))
        self.check("account", "remove", "work")
        self.assertEqual([one["name"] for one in self.check("account", "list", "--json").objects], ["home"])
        self.assertEqual([one["account"] for one in self.check("identity", "list", "--json").objects], ["home"])

    def test_name_that_is_taken_needs_replace(self):
        self.check("account", "add", *FLAGS)
        self.assertIn("--replace", self.check("account", "add", *FLAGS, code=64).err)
        self.check("account", "add", *FLAGS, "--replace", "--host", "other.example.org")
        self.assertEqual(self.check("account", "show", "work", "--json").object["host"], "other.example.org")

    def test_tls_on_465_is_the_usual_choice(self):
        self.check("account", "add", "--address", "a@example.org", "--host", "h.example.org", "--password", "ask",
                   "--no-test")
        shown = self.check("account", "show", "example.org", "--json").object
        self.assertEqual((shown["security"], shown["port"], shown["username"]), ("tls", 465, "a@example.org"))

    def test_unknown_account_names_the_nearest(self):
        self.check("account", "add", *FLAGS)
        self.assertIn("did you mean “work”", self.check("account", "show", "wrok", code=66).err)

    def test_mistakes_name_what_is_allowed(self):
        for change, word in ((["--security", "ssl"], "starttls"), (["--port", "99999"], "65535"),
                             (["--address", "anna"], "anna"), (["--pin", "12"], "pin")):
            run = self.postbag("account", "add", *FLAGS, *change)
            self.assertIn(run.code, (64, 65, 78), run.err)
            self.assertIn(word, run.err.lower())
        self.assertFalse(self.config.exists())

    def test_cleartext_to_another_computer_is_refused(self):
        run = self.postbag("account", "add", *FLAGS, "--security", "none")
        self.assertEqual(run.code, 78, run.err)
        self.assertFalse(self.config.exists())

    def test_password_without_terminal_or_keyring_is_an_error(self):
        run = self.check("account", "add", "--address", "a@example.org", "--host", "h.example.org", code=77)
        self.assertIn("example.org", run.err)
        self.assertFalse(self.config.exists())

    def test_password_of_a_command_is_not_kept_by_us(self):
        self.check("account", "add", *FLAGS)
        self.check("account", "password", "work", "--password-stdin", stdin="x\n", code=64)


class Identities(Case):
    def test_life_of_an_identity(self):
        self.write_config(WORK)
        self.check("identity", "add", "--account", "work", "--id", "list", "--address", "anna@lists.example.org",
                   "--name", "Änna", "--alias", "*@l.example.org", "--reply-to", "anna@example.org", "--dsn", "never")
        shown = self.check("identity", "show", "list", "--json").object
        self.assertEqual((shown["account"], shown["name"], shown["aliases"], shown["dsn"]),
                         ("work", "Änna", ["*@l.example.org"], "never"))
        self.assertEqual(len(self.check("identity", "list", "--json").objects), 3)
        self.check("identity", "remove", "list")
        self.check("identity", "show", "list", code=66)

    def test_identity_of_unknown_account_is_refused(self):
        self.write_config(WORK)
        self.check("identity", "add", "--account", "nowhere", "--address", "x@example.org", code=66)


class Config(Case):
    def test_path_is_below_xdg_config_home(self):
        self.assertEqual(self.check("config", "path").out.strip(), str(self.config))

    def test_missing_file_is_in_order(self):
        self.assertIn("account add", self.check("config", "check").out)

    def test_faults_name_file_line_and_nearest_key(self):
        self.write_config("[account work]\nhost = h.example.org\nprot = 465\n")
        run = self.check("config", "check", code=78)
        for part in ("postbag/config, line 3", "prot", "port"):
            self.assertIn(part, run.err)
        self.assertFalse(self.check("config", "check", "--json", code=78).object["ok"])
        self.check("account", "list", code=78)
        self.check("sendmail", "-t", stdin="To: a@b\n\nx\n", code=78)

    def test_comments_survive_a_change(self):
        self.write_config("# mine\n" + WORK)
        self.check("account", "default", "home")
        text = self.config.read_text(encoding="utf-8")
        self.assertTrue(text.startswith("# mine\n"))
        self.check("config", "check")

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_unreadable_file_is_named(self):
        self.write_config(WORK)
        self.config.chmod(0)
        self.assertIn(str(self.config), self.check("config", "check", code=78).err)


if __name__ == "__main__":
    unittest.main()
