"""The program under test, with home, XDG folders and locale of its own."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def program():
    """The built program: $POSTBAG, as `meson test` sets it, or the usual build folders."""
    named = os.environ.get("POSTBAG")
    if named:
        return named
    for build in ("build-check", "build"):
        path = ROOT / build / "ui" / "postbag"
        if path.exists():
            return str(path)
    raise FileNotFoundError("no postbag is built: ./run --build-only")


def wait_for(condition, what, seconds=20.0, step=0.05):
    """The first true value of condition(); fails with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(step)


class Home:
    """A person's folders. `with Home() as home: home.run("account", "list")`."""

    def __init__(self, **environment):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="postbag-test-"))
        (self.path / "run").mkdir(mode=0o700)
        self.environment = {
            "HOME": str(self.path),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "xterm-256color",
            "XDG_CONFIG_HOME": str(self.path / "config"),
            "XDG_DATA_HOME": str(self.path / "data"),
            "XDG_STATE_HOME": str(self.path / "state"),
            "XDG_CACHE_HOME": str(self.path / "cache"),
            "XDG_RUNTIME_DIR": str(self.path / "run"),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0"),
            "UBSAN_OPTIONS": os.environ.get("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1"),
        }
        for name in ("DBUS_SESSION_BUS_ADDRESS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.environment.update(environment)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def outbox(self):
        return self.path / "data" / "postbag" / "outbox"

    def run(self, *arguments, stdin=None, code=0, timeout=60, environment=None):
        """Runs the program; `code` None accepts any exit code. Text in, CompletedProcess with text out."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run([program(), *arguments], input=data if data is not None else b"",
                              capture_output=True, timeout=timeout,
                              env={**self.environment, **(environment or {})}, check=False)
        done.stdout, done.stderr = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        if code is not None and done.returncode != code:
            raise AssertionError(f"postbag {' '.join(arguments)}: exit {done.returncode}, wanted {code}\n"
                                 f"{done.stdout}{done.stderr}")
        return done

    def json(self, *arguments, **more):
        """The JSON lines that the program prints."""
        return [json.loads(line) for line in self.run(*arguments, **more).stdout.splitlines() if line.strip()]

    def entries(self):
        return self.json("outbox", "list", "--json")

    def password_file(self, name, password):
        """A `command:` source for a password that is in no argument list."""
        path = self.path / f"password-{name}"
        path.write_text(password + "\n", encoding="utf-8")
        path.chmod(0o600)
        return f"command:cat {path}"

    def add_account(self, name, address, host, port, security, username, password, *more, ca=None, test=False):
        arguments = ["account", "add", "--name", name, "--address", address, "--host", host, "--port", str(port),
                     "--security", security, "--username", username,
                     "--password", self.password_file(name, password), "--no-discovery"]
        if ca:
            arguments += ["--ca-file", str(ca)]
        if not test:
            arguments += ["--no-test"]
        return self.run(*arguments, *more)
