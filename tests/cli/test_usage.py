"""Help, mistakes in the call, and what a reply means."""
import unittest

from cli import Case

COMMANDS = ["account", "compose", "config", "explain", "flush", "identity", "outbox", "sandbox", "sendmail"]


class Usage(Case):
    def test_version_names_program_and_number(self):
        self.assertRegex(self.check("--version").out, r"^postbag \d+\.\d+\.\d+\n$")

    def test_help_lists_every_command(self):
        out = self.check("--help").out
        for command in COMMANDS:
            self.assertRegex(out, rf"(?m)^  {command} ")
            self.assertIn(command, self.check(command, "--help").out)

    def test_help_fits_80_columns(self):
        for arguments in (["--help"], ["account", "--help"], ["outbox", "--help"], ["sendmail", "--help"]):
            for line in self.check(*arguments).out.splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_unknown_command_names_the_nearest(self):
        run = self.check("outbix", code=64)
        self.assertEqual(run.out, "")
        self.assertTrue(run.err.startswith("postbag: "))
        self.assertIn("did you mean “outbox”", run.err)
        self.assertIn("did you mean “list”", self.check("outbox", "lsit", code=64).err)

    def test_unknown_option_names_the_nearest(self):
        self.assertIn("did you mean “--json”", self.check("outbox", "list", "--jsno", code=64).err)
        self.assertIn("did you mean “--subject”", self.check("compose", "--subjct", "x", code=64).err)

    def test_group_without_command_is_a_usage_error(self):
        for group in ("account", "identity", "config", "outbox"):
            self.check(group, code=64)

    def test_argument_too_many_and_too_few(self):
        self.check("account", "list", "x", code=64)
        self.check("account", "show", code=64)

    def test_bytes_that_are_no_utf8_are_refused_by_name(self):
        self.assertIn("not UTF-8", self.check("outbox", "list", "--search", "a\udcff", code=64).err)

    def test_error_text_cannot_reach_the_terminal_as_control_characters(self):
        run = self.check("\033[2Jx", code=64)
        self.assertNotIn("\033", run.err)

    def test_interface_without_terminal_fails_cleanly(self):
        run = self.postbag()
        self.assertNotEqual(run.code, 0)
        self.assertTrue(run.err.startswith("postbag: "), run.err)


class Explain(Case):
    def test_json_has_category_and_sentence(self):
        told = self.check("explain", "--json", "550 5.1.1 <jo@example.org>: user unknown").object
        self.assertEqual((told["code"], told["status"], told["category"]), (550, "5.1.1", "no-such-user"))
        self.assertTrue(told["explanation"])

    def test_words_without_quotes_are_one_reply(self):
        self.assertEqual(self.check("explain", "550", "5.1.1", "unknown").out,
                         self.check("explain", "550 5.1.1 unknown").out)

    def test_text_without_code_is_bad_data(self):
        self.check("explain", "hello there", code=65)


if __name__ == "__main__":
    unittest.main()
