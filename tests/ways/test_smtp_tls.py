"""Nobody between us and the mail server reads a password or a code."""

import smtplib
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from ways.errors import ErrorKind, SendError
from ways.smtp import SmtpTransport

HOST = "127.0.0.1"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of nobody anybody trusts, with its key."""
    key, certificate, both = tmp_path / "key.pem", tmp_path / "certificate.pem", tmp_path / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out", str(certificate)]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, capture_output=True, check=True)
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both


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
