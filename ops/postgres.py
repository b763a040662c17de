"""An embedded PostgreSQL with Relance's roles and database, on a unix socket in a folder that only we can enter."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import quote

import psycopg

from ops.launcher import Launcher, environment_of_postgres, find_launcher, remove_folder
from ops.processes import POLL_SECONDS, Child, Crew, run_to_end
from ops.stopping import Deadline, StopFlag, Trouble

ROLES = Path(__file__).resolve().parent / "roles.sql"
SOCKET_PATH_LIMIT = 107  # bytes that fit into the kernel's sockaddr_un
START_SECONDS = 60.0  # an unclean end may need a while to recover from
INITDB = ("--username=postgres", "--auth=trust", "--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8")
# As docs/operating.md advises: its own 128 MB are for a machine of another age.
FOR_WORK = ("shared_buffers=1GB", "jit=off")
FOR_TESTS = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB", "checkpoint_timeout=1h",
    "wal_level=minimal", "max_wal_senders=0", "jit=off",
)  # fmt: skip


@dataclass(frozen=True)
class Postgres:
    launcher: Launcher
    sockets: Path
    durable: bool

    @property
    def data(self) -> Path:
        return self.launcher.home / "data"

    def url(self, role: str, database: str = "relance") -> str:
        return f"postgres://{role}@/{database}?host={quote(str(self.sockets), safe='/')}"


@contextmanager
def running_postgres(crew: Crew, *, durable: bool, stop: StopFlag) -> Iterator[Postgres]:
    """Runs a server with its files in `<crew's folder>/postgres` for as long as the block does.

    A server that is not `durable` does not survive a crash of the machine and is made anew when it does not start.
    """
    launcher = find_launcher(crew.folder)
    with socket_folder(launcher) as sockets:
        postgres = Postgres(launcher, sockets, durable)
        try:
            start(postgres, crew, stop)
            create_roles(postgres)
            yield postgres
        finally:
            crew.stop("postgres", seconds=20)


def start(postgres: Postgres, crew: Crew, stop: StopFlag) -> None:
    try:
        make_cluster(postgres, crew.folder, stop)
        start_server(postgres, crew, stop)
    except Trouble:
        if postgres.durable:
            raise
        crew.stop("postgres")
        shutil.rmtree(postgres.data, ignore_errors=True)
        make_cluster(postgres, crew.folder, stop)
        start_server(postgres, crew, stop)


@contextmanager
def socket_folder(launcher: Launcher) -> Iterator[Path]:
    """A folder of our own whose path leaves room for the socket's name, which the kernel limits: `run` beside the data, or a short
    one that `run` points to, so that the next start finds what a killed one left there."""
    sockets = launcher.home / "run"
    remove_folder(sockets)
    if len(os.fsencode(sockets / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
        sockets.mkdir(mode=0o700)
        give(sockets, launcher)
        yield sockets
    else:
        short = Path(mkdtemp(prefix="relance-", dir="/tmp"))
        sockets.symlink_to(short)
        give(short, launcher)
        try:
            yield short
        finally:
            remove_folder(sockets)


def give(folder: Path, launcher: Launcher) -> None:
    if launcher.user is not None:
        os.chown(folder, launcher.user, launcher.user)


def make_cluster(postgres: Postgres, folder: Path, stop: StopFlag) -> None:
    """Creates the data folder; one cut short never looks like a whole one."""
    if postgres.data.exists():
        refuse_other_version(postgres)
        return
    draft = postgres.data.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    quick = () if postgres.durable else ("--no-sync",)
    run_to_end(postgres.launcher.program("initdb", *INITDB, *quick, "--pgdata", draft), folder, stop)
    draft.rename(postgres.data)


def refuse_other_version(postgres: Postgres) -> None:
    made_by = (postgres.data / "PG_VERSION").read_text(encoding="ascii").strip()
    printed = subprocess.run([postgres.launcher.binaries / "pg_config", "--version"], capture_output=True, text=True, check=True).stdout
    runs = printed.split()[1].split(".")[0]
    if made_by != runs:
        raise Trouble(f"The data in {postgres.data} is PostgreSQL {made_by}'s, but {runs} is installed: remove that folder to begin anew.")


def start_server(postgres: Postgres, crew: Crew, stop: StopFlag) -> None:
    """Starts it and waits until it answers. The crew's lock shows that no server runs here, so a process number left in
    `postmaster.pid` is an old one, even where another process now has that number."""
    settings = ["listen_addresses=", f"unix_socket_directories={postgres.sockets}", "unix_socket_permissions=0700", "max_connections=200"]
    settings += FOR_WORK if postgres.durable else FOR_TESTS
    options = [part for setting in settings for part in ("-c", setting)]
    stale = (postgres.data / "postmaster.pid", postgres.sockets / ".s.PGSQL.5432.lock")
    child = crew.start(postgres.launcher.program("postgres", "-D", postgres.data, *options, stale=stale))
    wait_until_it_answers(child, postgres.url("postgres", "postgres"), stop)


def wait_until_it_answers(child: Child, url: str, stop: StopFlag) -> None:
    deadline = Deadline(START_SECONDS)
    while not deadline.has_passed:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            if child.poll() is not None:
                break
            stop.wait(POLL_SECONDS)
        else:
            return
    raise Trouble(f"PostgreSQL did not start ({child.log}):\n{child.last_lines()}")


def create_roles(postgres: Postgres) -> None:
    """Roles, database and default privileges, as often as one likes: the one thing that a superuser does."""
    program = postgres.launcher.binaries / "psql"
    done = subprocess.run(
        [program, "--no-psqlrc", "--dbname", postgres.url("postgres", "postgres"), "--file", ROLES],
        env=environment_of_postgres(),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise Trouble(f"The roles of the database could not be created:\n{done.stderr.strip()}")
