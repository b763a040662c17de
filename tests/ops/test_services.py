import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from ops import launcher
from ops.processes import Crew
from ops.services import BASE, Services, held, held_test_folder, running_services
from ops.stopping import StopFlag, Trouble
from tests.ops.waiting import is_free, wait_until


@contextmanager
def services(folder: Path, *, durable: bool = False) -> Iterator[Services]:
    with running_services(Crew(folder), durable=durable, stop=StopFlag(), given={}) as running:
        yield running


def answer(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def holds_nothing(folder: Path) -> bool:
    """Whether every program that was started in the folder, and every child of it, has ended."""
    return all(is_free(file) for file in folder.glob("*.pid"))


def test_services_give_the_two_roles_what_each_may(tmp_path: Path) -> None:
    with services(tmp_path) as running:
        with psycopg.connect(running.owner_url, autocommit=True) as owner:
            owner.execute("CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY, name text)")
            owner.execute("CREATE FUNCTION secret() RETURNS int LANGUAGE sql AS 'SELECT 1'")
            owner.execute("CREATE DATABASE another")
        with psycopg.connect(running.database_url, autocommit=True) as app:
            app.execute("INSERT INTO item (name) VALUES ('one')")
            assert app.execute("SELECT rolsuper OR rolbypassrls OR rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone() == (
                False,
            )
            for refused in ("CREATE TABLE mine (id int)", "SELECT secret()", "TRUNCATE item", "CREATE DATABASE mine"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(refused.encode())


def test_services_sort_and_compare_as_in_production(tmp_path: Path) -> None:
    with services(tmp_path) as running:
        query = "SELECT concat_ws(' ', datlocprovider, datlocale, pg_encoding_to_char(encoding)) FROM pg_database WHERE datname = 'relance'"
        assert answer(running.database_url, query) == "b C.UTF-8 UTF8"


def test_services_leave_nothing_running(tmp_path: Path) -> None:
    with services(tmp_path) as running:
        client = redis.Redis.from_url(running.redis_url)
        assert client.ping() is True
        client.close()
    assert holds_nothing(tmp_path)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(running.database_url)


def test_services_find_their_data_again(tmp_path: Path) -> None:
    with services(tmp_path, durable=True) as first, psycopg.connect(first.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 42 AS n")
    with services(tmp_path, durable=True) as second:
        assert answer(second.database_url, "SELECT n FROM kept") == 42


def test_services_work_below_a_path_too_long_for_a_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20) / ("longer" * 10)
    with services(folder) as running:
        assert answer(running.database_url, "SELECT 1") == 1
        place = Path(running.database_url.partition("host=")[2])
    assert not place.exists()


def test_services_clear_away_the_socket_folder_of_a_run_that_was_killed(tmp_path: Path) -> None:
    folder, left = tmp_path / ("long" * 20) / ("longer" * 10), tmp_path / "left"
    left.mkdir()
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "run").symlink_to(left)
    with services(folder) as running:
        assert answer(running.database_url, "SELECT 1") == 1
    assert not left.exists()


def test_services_start_beside_an_old_process_number_that_is_somebody_elses(tmp_path: Path) -> None:
    with services(tmp_path):
        pass
    data = tmp_path / "postgres" / "data"
    (data / "postmaster.pid").write_text(f"{os.getppid()}\n{data}\n1700000000\n5432\n{tmp_path}\n\n")
    with services(tmp_path, durable=True) as running:
        assert answer(running.database_url, "SELECT 1") == 1


def test_services_for_tests_begin_anew_when_their_data_is_broken(tmp_path: Path) -> None:
    with services(tmp_path):
        pass
    (tmp_path / "postgres" / "data" / "global" / "pg_control").write_bytes(b"")
    with services(tmp_path) as running:
        assert answer(running.database_url, "SELECT 1") == 1


def test_services_refuse_the_data_of_another_version(tmp_path: Path) -> None:
    with services(tmp_path, durable=True):
        pass
    (tmp_path / "postgres" / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(Trouble, match="is PostgreSQL 14's, but 18 is installed"), services(tmp_path, durable=True):
        pass


def test_services_start_where_only_nobody_may_run_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that allows no user namespaces. Whoever is not root starts them plainly either way."""
    monkeypatch.setattr(launcher, "MAPPED", ("false",))
    for _ in range(2):
        with services(tmp_path) as running:
            assert answer(running.database_url, "SELECT 1") == 1
    launcher.remove_home(tmp_path)
    assert not (tmp_path / "postgres").exists()


def test_services_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    """At once on Linux; the next start finds its data and sees to it elsewhere."""
    script = "print('up', flush=True); input()"
    command = [sys.executable, "-m", "ops.services", "--durable", "--folder", str(tmp_path), "--", sys.executable, "-c", script]
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    with subprocess.Popen(command, cwd=BASE, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: sys.platform != "linux" or holds_nothing(tmp_path))
    with services(tmp_path, durable=True) as running:
        assert answer(running.database_url, "SELECT 1") == 1


def test_services_that_the_environment_names_are_not_started(tmp_path: Path) -> None:
    given = {
        "DATABASE_URL": "postgres://app@db/relance",
        "DATABASE_OWNER_URL": "postgres://owner@db/relance",
        "REDIS_URL": "redis://broker/0",
    }
    folder = tmp_path / "services"
    with running_services(Crew(folder), durable=True, stop=StopFlag(), given=given) as running:
        assert running.environment() == given
    assert list(folder.iterdir()) == []


def test_a_database_without_its_owner_is_refused(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgres://app@db/relance"}
    with (
        pytest.raises(Trouble, match="DATABASE_OWNER_URL is not"),
        running_services(Crew(tmp_path), durable=True, stop=StopFlag(), given=given),
    ):
        pass


def test_two_runs_of_the_tests_take_two_folders(tmp_path: Path) -> None:
    with held_test_folder(tmp_path / "test") as first, held_test_folder(tmp_path / "test") as second:
        assert (first.name, second.name) == ("test", "test-2")
    with held(tmp_path / "test") as ours:
        assert ours
