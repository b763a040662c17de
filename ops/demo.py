"""The demo: everything that Relance consists of, on this machine, until Ctrl-C.

    python -m ops.demo [--folder var/demo] [--port 8000]

Data, logs and caught e-mails lie in the folder; `<folder>.json` says where to go once all is ready, and exists only while it is.
"""

import argparse
import http.client
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from ops.demo_programs import HOST, Sockets, beat, demo_environment, mail_catcher, manage, open_sockets, web, worker
from ops.processes import POLL_SECONDS, Child, Crew, run_to_end
from ops.services import BASE, held, running_services
from ops.stopping import Deadline, StopFlag, Stopped, Trouble, run_command

WEB_SECONDS = 60.0
LIVES_AT_LEAST = 10.0  # seconds; what ends sooner would only end again


def main(stop: StopFlag) -> int:
    chosen = arguments()
    with held(chosen.folder) as ours:
        if not ours:
            raise Trouble(f"The demo is already running; {ready_file(chosen.folder)} says where.")
        try:
            run(chosen.folder.resolve(), chosen.port, stop)
        except Stopped:
            print("\nRelance has stopped. `make demo` goes on where you left; `make demo-reset` begins anew.")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ops.demo")
    parser.add_argument("--folder", type=Path, default=BASE / "var" / "demo")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000", help="0 for any free one")
    return parser.parse_args()


def run(folder: Path, port: int, stop: StopFlag) -> None:
    """Runs until somebody asks for the end, which arrives as `Stopped`."""
    ready_file(folder).unlink(missing_ok=True)
    sockets, crew = open_sockets(port), Crew(folder)
    with running_services(crew, durable=True, stop=stop) as services:
        environment = demo_environment(folder, sockets, services.environment())
        with running_mail_catcher(crew, sockets, environment):
            prepare(folder, environment, stop)
            with running_programs(crew, sockets, environment):
                wait_for_web(crew, sockets, stop)
                with announced(folder, sockets):
                    keep_running(crew, stop)


def prepare(folder: Path, environment: Mapping[str, str], stop: StopFlag) -> None:
    """Migrates, and fills an empty demo. The mark that it is filled goes by the database, which the environment may name."""
    run_to_end(manage("migrate", environment, "migrate", "--verbosity=1"), folder, stop)
    database = os.environ.get("DATABASE_URL", "embedded")
    filled = folder / f"filled-{sha256(database.encode()).hexdigest()[:8]}"
    if not filled.exists():
        print("Filling the demo firm.", flush=True)
        run_to_end(manage("seed", environment, "seed_demo"), folder, stop)
        filled.touch()


@contextmanager
def running_mail_catcher(crew: Crew, sockets: Sockets, environment: Mapping[str, str]) -> Iterator[None]:
    """Starts first, for the demo's past has e-mails too, and stops last, so that nothing under way is refused."""
    try:
        crew.start(mail_catcher(crew.folder, sockets, environment))
        yield
    finally:
        crew.stop("mail")


@contextmanager
def running_programs(crew: Crew, sockets: Sockets, environment: Mapping[str, str]) -> Iterator[None]:
    """Web, worker and beat."""
    try:
        crew.start(web(sockets, environment))
        crew.start(worker(environment))
        crew.start(beat(crew.folder, environment))
        yield
    finally:
        crew.stop("web", "beat", "worker")


def wait_for_web(crew: Crew, sockets: Sockets, stop: StopFlag) -> None:
    deadline = Deadline(WEB_SECONDS)
    while not answers(sockets):
        for child in crew.dead():
            raise Trouble(f"{child.program.name} ended while starting ({child.log}):\n{child.last_lines()}")
        if deadline.has_passed:
            raise Trouble(f"The web server does not answer; see {crew.folder / 'logs' / 'web.log'}.")
        stop.wait(POLL_SECONDS)


def answers(sockets: Sockets) -> bool:
    connection = http.client.HTTPConnection(HOST, sockets.web.getsockname()[1], timeout=2)
    try:
        connection.request("GET", "/", headers={"Host": sockets.url.removeprefix("http://")})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def announced(folder: Path, sockets: Sockets) -> Iterator[None]:
    """Says where everything is, on the terminal and in `<folder>.json`, until the end."""
    file = ready_file(folder)
    logins = read_logins(folder)
    facts = {"url": sockets.url, **logins, "mail_dir": str(folder / "mail"), "clock_url": f"{sockets.url}/demo/clock/"}
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(file)
    print(banner(folder, sockets.url, logins), flush=True)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def ready_file(folder: Path) -> Path:
    return folder.with_suffix(".json")


def read_logins(folder: Path) -> dict[str, Any]:
    """What `seed_demo` wrote: `staff` and `client`, each a list of email, password, name and role."""
    logins: dict[str, Any] = json.loads((folder / "logins.json").read_text(encoding="utf-8"))
    return {side: logins[side] for side in ("staff", "client")}


def banner(folder: Path, url: str, logins: Mapping[str, Any]) -> str:
    people = [(side, person) for side in ("staff", "client") for person in logins[side]]
    rows = [f"  {side:<8}{person['email']:<42}{person['password']:<18}{person['name']}, {person['role']}" for side, person in people]
    return "\n".join(
        [
            "",
            f"Relance runs at {url}    Ctrl-C stops it.",
            "",
            *rows,
            "",
            f"  E-mails and the clock: {url}/demo/    Logs: {folder / 'logs'}",
            "",
        ]
    )


def keep_running(crew: Crew, stop: StopFlag) -> None:
    """Starts again what ends by itself, and says so."""
    while True:
        stop.wait(0.5)
        for child in crew.dead():
            report_death(child)
            crew.start(child.program)


def report_death(child: Child) -> None:
    said = f"{child.program.name} has ended ({child.log}):\n{child.last_lines()}\n"
    if child.age < LIVES_AT_LEAST:
        raise Trouble(f"{said}It lived for {child.age:.0f} seconds only, so everything stops.")
    print(f"{said}It is started again.", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(run_command(main))
