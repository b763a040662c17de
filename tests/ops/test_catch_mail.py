import email
import email.policy
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import pytest

from ops.demo_programs import listening_socket

BASE = Path(__file__).resolve().parents[2]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with listening_socket(0) as listening:
        number = str(listening.fileno())
        command = [sys.executable, "-m", "ops.catch_mail", "--into", str(tmp_path / "mail"), "--socket", number]
        with subprocess.Popen(command, cwd=BASE, pass_fds=(listening.fileno(),)) as catcher:
            yield listening.getsockname()[1]
            catcher.terminate()
            assert catcher.wait(10) == 0


def send(port: int, subject: str, body: str = "Bonjour", to: str = "nadia@lefevre.example") -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "firm@relance.example", to
    message.set_content(body)
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.send_message(message, to_addrs=[to, "copy@relance.example"])


def caught(folder: Path) -> list[list[str]]:
    return [file.read_text(encoding="utf-8").splitlines() for file in sorted((folder / "mail").iterdir())]


def test_catch_mail_writes_each_message_with_its_envelope_in_front(port: int, tmp_path: Path) -> None:
    send(port, "first")
    send(port, "second", body=".begins with a dot")
    first, second = caught(tmp_path)
    assert first[:3] == ["X-MailFrom: firm@relance.example", "X-RcptTo: nadia@lefevre.example, copy@relance.example", "Subject: first"]
    assert second[2] == "Subject: second"
    assert second[-1] == ".begins with a dot"


def test_catch_mail_loses_and_mixes_nothing_under_load(port: int, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: send(port, f"number {number}", body=f"{number} " * 2000), range(40)))
    messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in (tmp_path / "mail").iterdir()]
    bodies = {message["Subject"]: message.get_content().split() for message in messages}
    assert bodies == {f"number {number}": [str(number)] * 2000 for number in range(40)}


def test_catch_mail_leaves_no_drafts_behind(port: int, tmp_path: Path) -> None:
    send(port, "only")
    assert [file.suffix for file in (tmp_path / "mail").iterdir()] == [".eml"]
