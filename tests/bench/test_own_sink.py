import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.mail import own_sink
from bench.mail.sink import wait_for
from ops.valkey import free_port


@pytest.fixture
def port() -> Iterator[int]:
    port = free_port()
    with subprocess.Popen([sys.executable, own_sink.__file__, str(port)]) as process:
        wait_for(port, process)
        yield port
        process.terminate()


def test_own_sink_answers_each_of_what_is_sent_at_once(port: int) -> None:
    said = (
        b"EHLO here\r\nMAIL FROM:<a@here.example>\r\nRCPT TO:<b@there.example>\r\nDATA\r\nSubject: DATA\r\n\r\n..\r\nQUIT\r\n.\r\n"
        b"MAIL FROM:<a@here.example>\r\nRCPT TO:<b@there.example>\r\nDATA\r\n.\r\nQUIT\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(said)
        answers = b"".join(iter(lambda: connection.recv(4096), b"")).decode().splitlines()

    assert [answer[:4] for answer in answers] == [
        "220 ",
        *["250-"] * 3,
        "250 ",
        "250 ",
        "250 ",
        "354 ",
        *["250 "] * 3,
        "354 ",
        "250 ",
        "221 ",
    ]
