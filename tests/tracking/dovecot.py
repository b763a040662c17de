"""A Dovecot of one test's own, without privileges and in a folder of its own: the mailbox that tests/tracking/imap.py stands for."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from ops.processes import POLL_SECONDS, Child, Program
from ops.stopping import Deadline, StopFlag, Trouble
from ops.valkey import free_port
from tests.tracking.imap import PASSWORD, USER, Box

START_SECONDS = 15.0
VERSION = "2.3"  # the settings below are this one's; 2.4 has others
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail
rawlog_dir = {folder}/rawlog
passdb {{
  driver = passwd-file
  args = scheme=plain {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


def find_dovecot() -> str | None:
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        return None
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    return found if version.startswith(VERSION) else None


@dataclass
class RealBox(Box):
    """E-mails come as a delivery agent brings them: as files in the folder of what is new."""

    folder: Path = field(default_factory=Path)
    owner: int = 0

    def put(self, mail: bytes) -> int:
        number = super().put(mail)
        self.deliver(number)
        return number

    def deliver(self, number: int) -> None:
        draft = self.maildir("tmp") / f"{number:05}.M1P1.relance"
        draft.write_bytes(self.mails[number])
        os.chown(draft, self.owner, -1)
        draft.rename(self.maildir("new") / draft.name)

    def maildir(self, part: str) -> Path:
        place = self.folder / "mail" / part
        for each in (place.parent, place):
            each.mkdir(mode=0o700, exist_ok=True)
            os.chown(each, self.owner, -1)
        return place

    def make_anew(self) -> None:
        """As after a backup was restored: the same e-mails under a new UIDVALIDITY, which Dovecot counts on from the last one."""
        for file in [*self.maildir("cur").iterdir(), *self.maildir("new").iterdir(), *(self.folder / "mail").glob("dovecot*")]:
            if not file.name.startswith("dovecot-uidvalidity"):
                file.unlink()
        for number in self.mails:
            self.deliver(number)

    def commands(self) -> list[str]:
        """All that was asked after the login, without the tags."""
        lines = [line for file in sorted((self.folder / "rawlog").glob("*.in")) for line in file.read_text("latin-1").splitlines()]
        return [line.split(" ", 2)[2] for line in lines]


@contextmanager
def serving_dovecot() -> Iterator[RealBox]:
    """Under `TMPDIR`; as nobody where root starts it, for Dovecot reads no mail of root's."""
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    folder = Path(mkdtemp(prefix="dovecot-"))
    box = RealBox(port=free_port(), folder=folder, owner=account.pw_uid)
    try:
        write_settings(box, account)
        child = Child(program(folder, account), folder / "crew")
        try:
            wait_until_it_answers(child, box)
            yield box
        finally:
            child.ask_to_stop()
            child.end(Deadline(10))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_settings(box: RealBox, account: pwd.struct_passwd) -> None:
    group = subprocess.run(["id", "-gn", account.pw_name], capture_output=True, text=True, check=True).stdout.strip()
    (box.folder / "rawlog").mkdir()
    (box.folder / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="ascii")
    settings = SETTINGS.format(folder=box.folder, user=account.pw_name, group=group, port=box.port)
    (box.folder / "dovecot.conf").write_text(settings, encoding="ascii")
    for each in (box.folder, *box.folder.iterdir()):
        os.chown(each, account.pw_uid, account.pw_gid)
    box.maildir("cur")


def program(folder: Path, account: pwd.struct_passwd) -> Program:
    found = find_dovecot()
    assert found, "Dovecot is missing."
    user = account.pw_uid if os.geteuid() == 0 else None
    return Program("dovecot", (found, "-F", "-c", folder / "dovecot.conf"), user=user, directory=folder)


def wait_until_it_answers(child: Child, box: RealBox) -> None:
    deadline, pause = Deadline(START_SECONDS), StopFlag()
    while child.poll() is None and not deadline.has_passed:
        try:
            with socket.create_connection(("127.0.0.1", box.port), timeout=2) as connection:
                if connection.recv(4) == b"* OK":
                    return
        except OSError:
            pause.wait(POLL_SECONDS)
    log = box.folder / "log"
    raise Trouble(f"Dovecot did not start:\n{child.last_lines()}\n{log.read_text() if log.exists() else ''}")
