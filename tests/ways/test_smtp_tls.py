"""Nobody between us and the mail server reads a password or a code."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from tests.certificates import make_certificate
from ways.errors import ErrorKind, SendError
from ways.smtp import SmtpTransport

HOST = "127.0.0.1"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path)


@pytest.fixture
def server(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server((HOST, 0)) as free:
        port: int = free.getsockname()[1]
    controller = Controller(Sink(), hostname=HOST, port=port, tls_context=context, require_starttls=True)
    controller.start()
    yield port
    controller.stop()


def connected(port: int) -> smtplib.SMTP:
    return SmtpTransport(f"smtp://{HOST}:{port}?tls=starttls", "a@relance.example")._open_for(b"MAIL FROM:<a@relance.example>\r\n")


def test_server_that_nobody_vouches_for_is_told_nothing(server: int) -> None:
    with pytest.raises(SendError) as refused:
        connected(server)
    assert (refused.value.kind, "CERTIFICATE_VERIFY_FAILED" in str(refused.value.answer)) == (ErrorKind.SOON, True)


def test_server_that_the_operator_vouches_for_is_believed(server: int, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with closing(connected(server)) as connection:
        assert isinstance(connection.sock, ssl.SSLSocket)
