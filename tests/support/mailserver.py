"""A real Postfix with Dovecot (SASL, IMAP, LMTP) below one temporary folder, on high loopback ports.

    with MailServer(strict=True) as server: server.submissions, server.ca, server.mail("bob")

Needs root, since both switch users; skip_reason() says what is missing. Nothing of the packages' own
configuration is used, so several may run at once beside whatever else is there.
"""
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

DOMAIN, HOST = "example.test", "mx.example.test"
USERS = {"alice": "alice-secret", "bob": "bob-secret", "carol": "carol-secret"}
LOGINS = list(USERS)


def skip_reason():
    """Why real servers cannot run here, or None."""
    missing = [name for name in ("postfix", "dovecot", "openssl") if not shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")]
    if missing:
        return f"needs {', '.join(missing)}"
    return None if os.getuid() == 0 else "needs root: Postfix and Dovecot switch users"


def free_ports(count):
    """The first of `count` loopback ports in a row that are free, below the kernel's range for clients."""
    for _ in range(200):
        base = random.randrange(20000, 32000 - count)
        sockets = []
        try:
            for port in range(base, base + count):
                sockets.append(socket.socket())
                sockets[-1].bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
        finally:
            for one in sockets:
                one.close()
    raise OSError("no free ports")


def make_certificates(folder):
    """A CA, and certificates server, expired, wrongname, selfsigned, each NAME.pem and NAME.key."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    def key(name):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")

    names = f"DNS:localhost,DNS:{HOST},IP:127.0.0.1"
    key("ca")
    openssl("req", "-x509", "-new", "-key", "ca.key", "-days", "3650", "-subj", "/CN=postbag test CA",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", "ca.pem")
    for name, alternatives, days in (("server", names, "400"), ("wrongname", "DNS:other.test", "400"), ("expired", names, "-1")):
        key(name)
        common = "other.test" if name == "wrongname" else "localhost"
        openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={common}", "-out", f"{name}.csr")
        (folder / f"{name}.ext").write_text(
            f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n", encoding="ascii")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-extfile", f"{name}.ext", "-days", days, "-out", f"{name}.pem")
    key("selfsigned")
    openssl("req", "-x509", "-new", "-key", "selfsigned.key", "-days", "400", "-subj", "/CN=localhost",
            "-addext", f"subjectAltName={names}", "-out", "selfsigned.pem")


class MailServer:
    def __init__(self, certificate="server", strict=True, size=60_000_000):
        """certificate: server, expired, wrongname or selfsigned. strict: unknown users are refused at RCPT."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="postbag-mail-"))
        self.certificate, self.strict, self.size = certificate, strict, size
        base = free_ports(3)
        self.submission, self.submissions, self.imap = base, base + 1, base + 2
        self.ca = self.folder / "ca" / "ca.pem"
        self.processes = []

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, user):
        return f"{user}@{DOMAIN}"

    def mail(self, user):
        """The messages in a user's Maildir as bytes, oldest first."""
        return [path.read_bytes() for path in sorted((self.folder / "mail" / user / "Maildir" / "new").glob("*"))]

    def log(self):
        path = self.folder / "log" / "postfix"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    # ---- start

    def _start(self):
        d = self.folder
        d.chmod(0o711)  # the mail users must be able to walk in
        for name in ("ca", "etc/postfix", "spool", "lib", "log", "mail", "dovecot"):
            (d / name).mkdir(parents=True)
        (d / "log").chmod(0o777)
        make_certificates(d / "ca")
        self._write_dovecot()
        self._write_postfix()
        mail = pwd.getpwnam("mail")
        for user in LOGINS:
            for sub in ("new", "cur", "tmp"):
                (d / "mail" / user / "Maildir" / sub).mkdir(parents=True)
        for path in [d / "mail", *(d / "mail").rglob("*")]:
            os.chown(path, mail.pw_uid, mail.pw_gid)
        self._spawn("dovecot", "dovecot", "-F", "-c", str(d / "etc" / "dovecot.conf"))
        daemons = subprocess.run(["postconf", "-h", "daemon_directory"], check=True, text=True,
                                 capture_output=True).stdout.strip()
        self._spawn("master", f"{daemons}/master", "-c", str(d / "etc" / "postfix"), "-d")
        self._await_greeting(self.submission)
        self._await_greeting(self.imap)

    def _spawn(self, name, *command):
        with open(self.folder / "log" / f"{name}.out", "wb") as out:
            self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                                   start_new_session=True))

    def _await_greeting(self, port):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", port), 2) as connection:
                    connection.settimeout(5)
                    if connection.recv(100):
                        return
            except OSError:
                pass
            time.sleep(0.05)
        logs = "\n".join(path.read_text(errors="replace")[-2000:] for path in (self.folder / "log").iterdir())
        raise AssertionError(f"the mail server did not come up on port {port}\n{logs}")

    def _write_dovecot(self):
        d = self.folder
        (d / "etc" / "users").write_text(
            "".join(f"{user}:{{PLAIN}}{USERS[user]}::::::\n" for user in LOGINS), encoding="utf-8")
        (d / "etc" / "dovecot.conf").write_text(f"""
protocols = imap
listen = 127.0.0.1
base_dir = {d}/dovecot
state_dir = {d}/dovecot
log_path = {d}/log/dovecot
ssl = yes
ssl_cert = <{d}/ca/{self.certificate}.pem
ssl_key = <{d}/ca/{self.certificate}.key
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
auth_username_format = %Ln
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = username_format=%n {d}/etc/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%n {d}/etc/users
  override_fields = uid=mail gid=mail home={d}/mail/%n
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    # else failed sign-ins from one address are answered later and later
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service auth {{
  unix_listener sasl {{
    mode = 0666
  }}
}}
""", encoding="utf-8")

    def _write_postfix(self):
        d, e = self.folder, self.folder / "etc" / "postfix"
        postfix, mail = pwd.getpwnam("postfix"), pwd.getpwnam("mail")
        strict = "yes" if self.strict else "no"
        (e / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {d}/spool
data_directory = {d}/lib
maillog_file = {d}/log/postfix
maillog_file_prefixes = {d}
myhostname = {HOST}
mydomain = {DOMAIN}
mydestination =
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_base = {d}/mail
virtual_mailbox_maps = texthash:{e}/mailboxes
virtual_mailbox_limit = 0
virtual_minimum_uid = 1
virtual_uid_maps = static:{mail.pw_uid}
virtual_gid_maps = static:{mail.pw_gid}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
alias_maps =
alias_database =
append_dot_mydomain = no
recipient_delimiter = +
smtp_dns_support_level = disabled
message_size_limit = {self.size}
mailbox_size_limit = 0
smtpd_tls_cert_file = {d}/ca/{self.certificate}.pem
smtpd_tls_key_file = {d}/ca/{self.certificate}.key
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {d}/dovecot/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
""", encoding="utf-8")
        options = (f"  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_reject_unlisted_recipient={strict}\n"
                   "  -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n")
        services = [f"127.0.0.1:{self.submission} inet n - n - - smtpd\n  -o smtpd_tls_security_level=encrypt\n{options}",
                    f"127.0.0.1:{self.submissions} inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n{options}"]
        services += [f"{name} unix {rest}\n" for name, rest in (
            ("cleanup", "n - n - 0 cleanup"), ("qmgr", "n - n 1 1 qmgr"), ("tlsmgr", "- - n 1000? 1 tlsmgr"),
            ("rewrite", "- - n - - trivial-rewrite"), ("bounce", "- - n - 0 bounce"), ("defer", "- - n - 0 bounce"),
            ("trace", "- - n - 0 bounce"), ("proxymap", "- - n - - proxymap"), ("smtp", "- - n - - smtp"),
            ("error", "- - n - - error"), ("retry", "- - n - - error"), ("virtual", "- n n - - virtual"),
            ("anvil", "- - n - 1 anvil"), ("showq", "n - n - - showq"))]
        services.append("postlog unix-dgram n - n - 1 postlogd\n")
        (e / "master.cf").write_text("".join(services), encoding="utf-8")
        (e / "mailboxes").write_text(
            "".join(f"{user}@{DOMAIN} {user}/Maildir/\n" for user in LOGINS), encoding="utf-8")
        # Postfix waits until its configuration is older than a second.
        for path in e.iterdir():
            os.utime(path, (time.time() - 60,) * 2)
        os.chown(d / "lib", postfix.pw_uid, -1)
        for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"):
            (d / "spool" / name).mkdir(mode=0o700)
            os.chown(d / "spool" / name, postfix.pw_uid, -1)
        for name in ("pid", "public", "maildrop"):
            (d / "spool" / name).mkdir()
        for name, mode in (("public", 0o2710), ("maildrop", 0o1730)):
            shutil.chown(d / "spool" / name, "postfix", "postdrop")
            (d / "spool" / name).chmod(mode)
