"""A session bus of its own with a real gnome-keyring, unlocked, for as long as the `with` lasts."""
import shutil
import signal
import subprocess



def skip_reason():
    missing = [name for name in ("dbus-daemon", "gnome-keyring-daemon", "gdbus", "secret-tool") if not shutil.which(name)]
    return f"needs {', '.join(missing)}" if missing else None


class Keyring:
    """Puts DBUS_SESSION_BUS_ADDRESS into the home's environment."""

    def __init__(self, home):
        self.home = home
        self.bus = None

    def __enter__(self):
        environment = self.home.environment
        environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        self.bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"], text=True,
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        environment["DBUS_SESSION_BUS_ADDRESS"] = self.bus.stdout.readline().strip()
        # The keyring's password without a newline: it would become part of it.
        subprocess.run(["gnome-keyring-daemon", "--unlock", "--components=secrets"], input=b"test-password", check=True,
                       env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(["gdbus", "wait", "--session", "--timeout", "10", "org.freedesktop.secrets"], check=True,
                       env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *unused):
        self.bus.send_signal(signal.SIGTERM)  # the keyring goes with its bus
        self.bus.wait(10)
        self.bus.stdout.close()

    def secrets(self, *attributes):
        """What `secret-tool search` says about items with these attributes."""
        return subprocess.run(["secret-tool", "search", "--all", *attributes], env=self.home.environment, text=True,
                              capture_output=True, check=False).stdout

    def lock(self):
        subprocess.run(["gdbus", "call", "--session", "-d", "org.freedesktop.secrets", "-o", "/org/freedesktop/secrets",
                        "-m", "org.freedesktop.Secret.Service.Lock",
                        "[objectpath \"/org/freedesktop/secrets/collection/login\"]"],
                       env=self.home.environment, check=True, stdout=subprocess.DEVNULL)
