"""What stops the start, in one sentence each: driven as an operator would, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.database import with_database

BASE = Path(__file__).resolve().parents[2]
WEB = [sys.executable, "-c", "import config.wsgi"]
WORKER = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo"]
BEAT = [sys.executable, "-m", "celery", "-A", "config", "beat"]


def start(command: list[str], **changes: str | None) -> tuple[int, str]:
    """The exit code and the last line that a process says when started with this environment."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    for name, value in changes.items():
        environment.pop(name, None)
        if value is not None:
            environment[name] = value
    done = subprocess.run(command, cwd=BASE, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, (done.stderr.strip().splitlines() or [""])[-1]


def test_unknown_setting_stops_the_start_and_offers_the_nearest() -> None:
    code, said = start(WEB, RELANCE_SMPT_URL="smtp://localhost")
    assert (code, said) == (1, "Relance does not know the setting RELANCE_SMPT_URL. Did you mean RELANCE_SMTP_URL?")


def test_missing_setting_stops_the_start() -> None:
    code, said = start(WEB, RELANCE_SECRET_KEY=None)
    assert (code, said) == (1, "Relance cannot start: the setting RELANCE_SECRET_KEY is missing. See .env.example.")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RELANCE_HTTPS", "enabled", "the setting RELANCE_HTTPS must be true or false, not enabled."),
        ("RELANCE_SMTP_URL", "smtp://mail:587?tls=yes", "tls in RELANCE_SMTP_URL must be none, starttls or implicit, not yes."),
        (
            "RELANCE_BOUNCES_IMAP_URL",
            "imap://u:hidden@mail.example/INBOX",
            "RELANCE_BOUNCES_IMAP_URL must be imaps://user:password@host/INBOX.",
        ),
        ("RELANCE_BOUNCES_ADDRESS", "bounces", "RELANCE_BOUNCES_ADDRESS must be an e-mail address without +, not bounces."),
        ("RELANCE_PROXIES", "-1", "the setting RELANCE_PROXIES must be a whole number, not -1."),
    ],
)
def test_setting_that_says_nothing_we_understand_stops_the_start(name: str, value: str, said: str) -> None:
    assert start(WEB, **{name: value}) == (1, f"Relance cannot start: {said}")


@pytest.mark.parametrize("command", [WEB, WORKER, BEAT], ids=["web", "worker", "beat"])
def test_unreachable_database_stops_the_start_with_one_sentence(command: list[str], tmp_path: Path) -> None:
    schedule = ["--schedule", str(tmp_path / "schedule")] if command is BEAT else []  # a file that beat replaces when it likes
    code, said = start([*command, *schedule], DATABASE_URL="postgres://relance_app@127.0.0.1:1/relance")
    assert code == 1
    assert "Relance cannot reach its database: " in said


def test_a_role_that_owns_the_tables_is_refused(transactional_db: None) -> None:
    from django.db import connection  # only here: the name of this worker's clone

    owner = with_database(os.environ["DATABASE_OWNER_URL"], str(connection.settings_dict["NAME"]))
    code, said = start(WEB, DATABASE_URL=owner)
    assert (code, said) == (1, "Relance refuses to run as relance_owner: this role owns tables. Use relance_app.")
