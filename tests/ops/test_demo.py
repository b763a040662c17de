"""The demo's supervisor, with a product small enough to start in a second."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from ops.demo import keep_running
from ops.processes import Crew, Program
from ops.stopping import StopFlag, Stopped
from tests.ops.waiting import is_free, wait_until

BASE = Path(__file__).resolve().parents[2]
CELERY = "from celery import Celery\napp = Celery('small')\napp.conf.broker_url = __import__('os').environ['REDIS_URL']\n"
WSGI = "def application(environ, start):\n    start('200 OK', [])\n    return [b'hello']\n"
MANAGE = """
import json, os, pathlib, sys
folder = pathlib.Path(os.environ["RELANCE_DEMO_DIR"])
with (folder / "commands").open("a") as commands:
    print(sys.argv[1], file=commands)
if sys.argv[1] == "seed_demo":
    nadia = {"email": "nadia@lefevre.example", "password": "secret", "name": "Nadia", "role": "client"}
    (folder / "logins.json").write_text(json.dumps({"staff": [], "client": [nadia]}))
"""
NOT_OURS = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PORT", "DJANGO_SETTINGS_MODULE"}
NADIA = {"email": "nadia@lefevre.example", "password": "secret", "name": "Nadia", "role": "client"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    shutil.copytree(BASE / "ops", project / "ops", ignore=shutil.ignore_patterns("__pycache__"))
    (project / "config").mkdir()
    for name, text in {"config/__init__.py": CELERY, "config/wsgi.py": WSGI, "manage.py": MANAGE}.items():
        (project / name).write_text(text, encoding="utf-8")
    return project


def start(project: Path, *arguments: str, module: str = "ops.demo", **environment: str) -> "subprocess.Popen[str]":
    ours = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=project,
        env=ours | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(project: Path) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    ready = project / "var" / "demo.json"
    ready.unlink(missing_ok=True)
    with start(project, "--port", "0") as demo:
        wait_until(lambda: ready.exists() or demo.poll() is not None, seconds=60)
        assert ready.exists(), demo.communicate()
        try:
            yield demo, json.loads(ready.read_text(encoding="utf-8"))
        finally:
            demo.terminate()


def ended(demo: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = demo.communicate(timeout=60)
    return demo.returncode, out, err


def nothing_runs(project: Path) -> bool:
    return all(is_free(file) for file in (project / "var" / "demo").glob("*.pid"))


def commands(project: Path) -> list[str]:
    return (project / "var" / "demo" / "commands").read_text().split()


def number_of(project: Path, name: str) -> int:
    return int((project / "var" / "demo" / f"{name}.pid").read_text() or "0")


def test_demo_tells_where_it_is_and_stops_in_order(project: Path) -> None:
    with running(project) as (demo, facts):
        assert {name: facts[name] for name in ("staff", "client", "mail_dir", "clock_url")} == {
            "staff": [],
            "client": [NADIA],
            "mail_dir": str(project / "var" / "demo" / "mail"),
            "clock_url": facts["url"] + "/demo/clock/",
        }
        with urlopen(facts["url"], timeout=10) as page:
            assert page.read() == b"hello"
        demo.send_signal(signal.SIGINT)
        code, printed, complaints = ended(demo)
    assert (code, complaints) == (0, "")
    assert [line.split() for line in printed.splitlines() if "nadia" in line] == [["client", NADIA["email"], "secret", "Nadia,", "client"]]
    assert not (project / "var" / "demo.json").exists()
    assert nothing_runs(project)


def test_demo_stops_and_says_why_when_a_program_dies_at_once(project: Path) -> None:
    with running(project) as (demo, _):
        os.kill(number_of(project, "mail"), signal.SIGKILL)
        code, _, complaints = ended(demo)
    assert (code, complaints.splitlines()[0].startswith("mail has ended"), nothing_runs(project)) == (1, True, True)


def test_demo_starts_again_what_dies_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.demo.LIVES_AT_LEAST", 0.0)
    starts = tmp_path / "starts"

    class UntilTheThirdStart(StopFlag):
        def wait(self, seconds: float) -> None:
            if starts.exists() and len(starts.read_text()) >= 3:
                raise Stopped
            super().wait(0.01)

    crew = Crew(tmp_path)
    crew.start(Program("short", (sys.executable, "-c", f"open({str(starts)!r}, 'a').write('x')")))
    with pytest.raises(Stopped):
        keep_running(crew, UntilTheThirdStart())
    crew.stop("short")


def test_demo_leaves_nothing_behind_when_it_is_killed(project: Path) -> None:
    with running(project) as (demo, _):
        demo.kill()
        ended(demo)
    wait_until(lambda: sys.platform != "linux" or nothing_runs(project))
    with running(project) as (_, facts):
        assert facts["client"] == [NADIA]
    assert commands(project) == ["migrate", "seed_demo", "migrate"]


def test_demo_says_that_its_port_is_taken(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with start(project, PORT=port) as demo:
            code, printed, complaints = ended(demo)
    assert (code, printed, complaints) == (1, "", f"Port {port} is in use; choose another one, for example: make demo PORT=8001\n")


def test_demo_runs_once_in_a_folder_and_is_not_reset_meanwhile(project: Path) -> None:
    with running(project) as (demo, _):
        with start(project, "--port", "0") as second:
            code, _, complaints = ended(second)
            assert (code, complaints.startswith("The demo is already running")) == (1, True)
        with start(project, module="ops.demo_reset", YES="1") as reset:
            code, _, complaints = ended(reset)
            assert (code, complaints.startswith("The demo is running")) == (1, True)
        demo.terminate()
        assert ended(demo)[2] == ""


def test_reset_removes_everything_but_only_when_told_to(project: Path, tmp_path: Path) -> None:
    folder, moved = project / "var" / "demo", tmp_path / "moved"
    (folder / "mail").mkdir(parents=True)
    moved.mkdir()
    (folder / "postgres").symlink_to(moved)
    with start(project, module="ops.demo_reset") as reset:
        assert ended(reset)[0] == 1
    assert moved.exists()
    with start(project, module="ops.demo_reset", YES="1") as reset:
        assert ended(reset)[0] == 0
    assert ([path.name for path in folder.parent.iterdir()], moved.exists()) == ([], False)
