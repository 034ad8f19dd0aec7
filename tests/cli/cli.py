"""What all tests of the command line share: the program, run in a home of its own."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

POSTBAG = os.environ["POSTBAG"]
LIMIT = 60  # seconds; nothing here takes a tenth of it


class Run:
    """One finished run of the program."""

    def __init__(self, process):
        self.code = process.returncode
        self.raw = process.stdout
        self.out = process.stdout.decode("utf-8", "replace")
        self.err = process.stderr.decode("utf-8", "replace")

    @property
    def objects(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def object(self):
        (one,) = self.objects
        return one


class Case(unittest.TestCase):
    """A test with its own XDG folders and without terminal, keyring and session bus."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="postbag-cli-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.env[name] = os.environ[name]
        for name in ("config", "data", "state", "cache", "runtime"):
            path = self.home / name
            path.mkdir(mode=0o700)
            self.env["XDG_RUNTIME_DIR" if name == "runtime" else f"XDG_{name.upper()}_HOME"] = str(path)
        self.config = self.home / "config" / "postbag" / "config"

    def postbag(self, *arguments, stdin=b"", program=POSTBAG, env=None):
        if isinstance(stdin, str):
            stdin = stdin.encode()
        return Run(subprocess.run([program, *map(str, arguments)], input=stdin, capture_output=True,
                                  timeout=LIMIT, start_new_session=True, cwd=self.home,
                                  env=dict(self.env, **(env or {}))))

    def check(self, *arguments, code=0, **options):
        run = self.postbag(*arguments, **options)
        self.assertEqual(run.code, code, f"{arguments}\nstdout: {run.out}\nstderr: {run.err}")
        return run

    def write_config(self, text):
        self.config.parent.mkdir(mode=0o700, exist_ok=True)
        self.config.write_text(text, encoding="utf-8")
        self.config.chmod(0o600)

    def link(self, name):
        """The program under another name, as /usr/sbin/sendmail would be."""
        path = self.home / name
        path.symlink_to(os.path.abspath(POSTBAG))
        return str(path)


WORK = """[account work]
host = smtp.example.org
port = 465
security = tls
username = anna
password = command:printf secret

[identity work]
account = work
name = Anna Berg
address = anna@example.org

[account home]
host = mail.home.example
port = 587
security = starttls
username = anna.home
password = command:printf secret

[identity home]
account = home
name = Anna
address = anna@home.example
aliases = *@lists.home.example
"""


class Sandbox:
    """`postbag sandbox` as a process of its own."""

    def __init__(self, case, *arguments):
        self.process = subprocess.Popen([POSTBAG, "sandbox", "--json", "--counts-on-exit", "--dir",
                                         str(case.home / "box"), *map(str, arguments)],
                                        stdout=subprocess.PIPE, env=case.env, cwd=case.home)
        case.addCleanup(self.stop)
        line = self.process.stdout.readline()
        case.assertTrue(line, "the sandbox did not start")
        self.facts = json.loads(line)
        self.counts = None

    def stop(self):
        """Ends it; what it counted."""
        if self.process.stdout.closed:
            return self.counts
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        rest = self.process.stdout.read()
        self.process.stdout.close()
        self.process.wait(timeout=LIMIT)
        if rest and self.counts is None:
            self.counts = json.loads(rest.splitlines()[-1])
        return self.counts

    def add_account(self, case, name="box", *more, security="tls"):
        port = self.facts["port" if security == "tls" else "starttls_port"]
        return case.check("account", "add", "--name", name, "--address", "You <you@sandbox.test>", "--host", "127.0.0.1",
                          "--port", port, "--security", security, "--username", self.facts["user"],
                          "--password", "command:printf sandbox", "--ca-file", self.facts["ca_file"],
                          "--no-discovery", *more)

    def caught(self):
        """The messages of its Maildir as bytes."""
        maildir = pathlib.Path(self.facts["maildir"])
        return [path.read_bytes() for path in sorted(maildir.glob("**/new/*")) + sorted(maildir.glob("**/cur/*"))]
