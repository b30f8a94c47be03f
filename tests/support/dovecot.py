"""A real mailbox server of the tests' own: Debian's Dovecot, as one process tree in a folder that goes away.

Mail is put into the folder as a delivery agent does (Maildir: written aside, then renamed), so arrival needs
no server between.
"""

import grp
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from alliance.settings import MailServer
from tests.support.authority import Certificate
from tests.support.companies import free_port
from tests.support.eventually import eventually

PASSWORD = "geheim42"
EXTENSIONS = "IMAP4rev1 LITERAL+ ENABLE IDLE NAMESPACE UIDPLUS MOVE SASL-IR ID"

CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_login_user = {stranger}
default_internal_user = {inner}
default_internal_group = {inner_group}
mail_location = maildir:{folder}/mail
mail_uid = {owner}
mail_gid = {owner_group}
first_valid_uid = 1
ssl = {ssl}
{certificate}
disable_plaintext_auth = {secret_only}
auth_failure_delay = 0
{capability}
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = .
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass
class MailboxServer:
    """One mailbox; `server` is how settings name it, `mail` its Maildir."""

    server: MailServer
    tls: MailServer
    mail: Path
    log: Path
    owner: pwd.struct_passwd

    def deliver(self, message: bytes) -> None:
        """A mail arrives."""
        name = f"{secrets.token_hex(8)}.tests"
        aside = self.mail / "tmp" / name
        aside.write_bytes(message)
        os.chown(aside, self.owner.pw_uid, self.owner.pw_gid)
        aside.rename(self.mail / "new" / name)

    def inbox(self) -> list[bytes]:
        """What lies in the inbox."""
        return _mails(self.mail)

    def folder(self, name: str) -> list[bytes]:
        """What lies in another folder."""
        return _mails(self.mail / f".{name}")


@asynccontextmanager
async def mailbox_server(
    folder: Path, certificate: Certificate | None = None, *, prefix: str = "", without: str = ""
) -> AsyncIterator[MailboxServer]:
    """A mailbox of `answers`; folders begin with `prefix`. `without`: an extension that it does not have.

    With a certificate it wants TLS, from the start or by STARTTLS.
    """
    made = _configured(folder, certificate, prefix, without)
    process = subprocess.Popen(
        [
            str(shutil.which("dovecot", path="/usr/sbin:/usr/bin:/usr/local/sbin")),
            "-F",
            "-c",
            folder / "conf",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await eventually(lambda: _greets(made.server.port))
        yield made
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _configured(folder: Path, certificate: Certificate | None, prefix: str, without: str) -> MailboxServer:
    port, tls_port = free_port(), free_port()
    inner, stranger, owner = _users()
    words = [word for word in EXTENSIONS.split() if word != without]
    conf = CONF.format(
        folder=folder,
        stranger=stranger.pw_name,
        inner=inner.pw_name,
        inner_group=grp.getgrgid(inner.pw_gid).gr_name,
        owner=owner.pw_name,
        owner_group=grp.getgrgid(owner.pw_gid).gr_name,
        ssl="required" if certificate else "no",
        certificate=f"ssl_cert = <{certificate.chain}\nssl_key = <{certificate.key}" if certificate else "",
        secret_only="yes" if certificate else "no",
        capability=f"imap_capability = {' '.join(words)}" if without else "",
        prefix=prefix,
        password=PASSWORD,
        port=port,
        tls_port=tls_port if certificate else 0,
    )
    (folder / "conf").write_text(conf, encoding="utf-8")
    for name in ("mail", "mail/tmp", "mail/new", "mail/cur", "home"):
        (folder / name).mkdir()
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    for above in (folder, *folder.parents):
        mode = above.stat().st_mode
        if os.geteuid() == 0 and mode & 0o011 != 0o011:
            above.chmod(mode | 0o011)
    host, kind = ("localhost", "starttls") if certificate else ("127.0.0.1", "none")
    return MailboxServer(
        MailServer(host, port, kind, "answers", PASSWORD),
        MailServer(host, tls_port, "tls", "answers", PASSWORD),
        folder / "mail",
        folder / "log",
        owner,
    )


def _users() -> tuple[pwd.struct_passwd, pwd.struct_passwd, pwd.struct_passwd]:
    """Whom Dovecot runs as, lets strangers in as and keeps mail as: Debian's own users, where we are root."""
    if os.geteuid() != 0:
        oneself = pwd.getpwuid(os.geteuid())
        return oneself, oneself, oneself
    return pwd.getpwnam("dovecot"), pwd.getpwnam("dovenull"), pwd.getpwnam("mail")


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            return line.recv(4) == b"* OK"
    except OSError:
        return False


def _mails(maildir: Path) -> list[bytes]:
    found = [*(maildir / "new").glob("*"), *(maildir / "cur").glob("*")]
    return [file.read_bytes() for file in sorted(found, key=lambda file: file.stat().st_mtime_ns)]
