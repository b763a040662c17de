"""What the demo consists of, besides PostgreSQL and Valkey."""

import errno
import secrets
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.environments import clean_environment
from ops.processes import Program
from ops.services import BASE
from ops.stopping import Trouble

HOST = "127.0.0.1"
WEB_WORKERS, WEB_THREADS = 2, 4
GRACEFUL_SECONDS = 3  # what a request that is under way gets when the demo stops


@dataclass(frozen=True)
class Sockets:
    """Opened before anything else starts: a port that is taken is known at once, and a program that is started anew finds its own."""

    web: socket.socket
    mail: socket.socket

    @property
    def url(self) -> str:
        return f"http://localhost:{self.web.getsockname()[1]}"

    @property
    def smtp_url(self) -> str:
        return f"smtp://{HOST}:{self.mail.getsockname()[1]}"


def open_sockets(port: int) -> Sockets:
    """`port` 0 stands for any free one. Raises `Trouble` when it cannot be had."""
    try:
        web = listening_socket(port)
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "is in use" if taken else "cannot be used here"
        raise Trouble(f"Port {port} {why}; choose another one, for example: make demo PORT=8001") from None
    return Sockets(web, listening_socket(0))


def listening_socket(port: int) -> socket.socket:
    opened = socket.create_server((HOST, port), backlog=128)
    opened.set_inheritable(True)
    return opened


def demo_environment(folder: Path, sockets: Sockets, services: Mapping[str, str]) -> dict[str, str]:
    return {
        **clean_environment(),
        **services,
        "PYTHONUNBUFFERED": "1",
        "RELANCE_DEMO": "true",
        "RELANCE_DEMO_DIR": str(folder),
        "RELANCE_MAIL_FROM": "notifications@relance.example",
        "RELANCE_MEDIA_ROOT": str(folder / "media"),
        "RELANCE_SECRET_KEY": secret_key(folder / "secret-key"),
        "RELANCE_SITE_URL": sockets.url,
        "RELANCE_SMTP_URL": sockets.smtp_url,
    }


def secret_key(file: Path) -> str:
    """Made once: links in e-mails that are already sent depend on it."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return file.read_text(encoding="ascii")


def manage(name: str, environment: Mapping[str, str], *arguments: str) -> Program:
    return Program(name, (sys.executable, "manage.py", *arguments), environment, directory=BASE)


def mail_catcher(folder: Path, sockets: Sockets, environment: Mapping[str, str]) -> Program:
    number = sockets.mail.fileno()
    arguments = (sys.executable, "-m", "ops.catch_mail", "--into", folder / "mail", "--socket", str(number))
    return Program("mail", arguments, environment, descriptors=(number,), directory=BASE)


def web(sockets: Sockets, environment: Mapping[str, str]) -> Program:
    number = sockets.web.fileno()
    options = {
        "bind": f"fd://{number}",
        "workers": WEB_WORKERS,
        "worker-class": "gthread",
        "threads": WEB_THREADS,
        "graceful-timeout": GRACEFUL_SECONDS,
        "access-logfile": "-",
    }
    arguments = (sys.executable, "-m", "gunicorn", "config.wsgi", "--no-control-socket", *(f"--{name}={options[name]}" for name in options))
    return Program("web", arguments, environment, descriptors=(number,), directory=BASE)


def worker(environment: Mapping[str, str]) -> Program:
    options = ("--concurrency=3", "--without-gossip", "--without-mingle", "--loglevel=INFO")
    return Program("worker", (sys.executable, "-m", "celery", "-A", "config", "worker", *options), environment, directory=BASE)


def beat(folder: Path, environment: Mapping[str, str]) -> Program:
    options = (f"--schedule={folder / 'beat-schedule'}", "--pidfile=", "--loglevel=INFO")
    return Program("beat", (sys.executable, "-m", "celery", "-A", "config", "beat", *options), environment, directory=BASE)
