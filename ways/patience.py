"""A connection to a mail server on which each exchange has a deadline, and each answer an end.

smtplib's time-out holds for each read and each write: a server that says a byte now and then would keep a worker for good.
"""

import hmac
import io
import smtplib
import socket
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import cache
from time import monotonic
from typing import Any

from lib.outgoing import A_MOMENT, addresses_of, connect_to_first
from lib.within import within

MOST_SAID = 64 * 1024  # bytes of one answer
RECORD = 16 * 1024  # TLS seals so much at a time
MOST_CHALLENGES = 5
LATE = 0.1  # seconds in which an answer is read that has come while others were read
A_NAME = 5  # seconds to look up our own


class Unfinished(OSError):
    """The end of the text has not left: the server can not have taken the message."""


class SaysTooMuch(OSError):
    """An answer without an end."""


class Patient(smtplib.SMTP):
    """`timeout` is for a whole exchange: the first from looking up the name until the server lets us in, each further one from `begin`.

    What the look-up took is no more there to connect.
    """

    ends_at = 0.0
    waits = True
    said = 0  # bytes of the answer that is being read

    def begin(self, within: float | None = None) -> None:
        """`within` seconds, or the usual ones."""
        self.ends_at = monotonic() + (self.timeout if within is None else within)

    def turn_to(self) -> None:
        """Before an answer that may be here since long, while the time went to somebody else's."""
        self.ends_at = max(self.ends_at, monotonic() + LATE)

    def left(self) -> float:
        """Seconds. Raises TimeoutError."""
        left = self.ends_at - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def reach(self, host: str, port: int, timeout: float) -> socket.socket:
        addresses = addresses_of(host, port, self.left())
        return connect_to_first(addresses, port, self._at_least_a_moment())

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self.begin()
        opened = self.reach(host, port, timeout)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.settimeout(self._at_least_a_moment())
        return opened

    def send(self, s: Any) -> None:
        if self.sock:
            self.sock.settimeout(self.left())
        super().send(s)

    def send_text(self, said: bytes, *, ends: int) -> None:
        """`ends`: so many bytes are the message, with the dot alone; what follows is said beside it. Raises `Unfinished` or OSError."""
        assert self.sock is not None
        at_once = RECORD if isinstance(self.sock, ssl.SSLSocket) else len(said)
        unsealed = RECORD if isinstance(self.sock, ssl.SSLSocket) else 0  # TLS does not tell how much of it has left
        view, sent = memoryview(said), 0
        try:
            while sent < len(said):
                self.sock.settimeout(self.left())
                sent += self.sock.send(view[sent : sent + at_once])
        except OSError as error:
            self.close()
            if sent + unsealed < ends:
                raise Unfinished(str(error)) from error
            raise

    def getreply(self) -> tuple[int, bytes]:
        self.file = self.file or io.BufferedReader(Heard(self))
        self.said = 0
        answer = super().getreply()
        if self.sock:  # a handshake may follow
            self.sock.settimeout(self._at_least_a_moment())
        return answer

    def _at_least_a_moment(self) -> float:
        return max(self.ends_at - monotonic(), A_MOMENT)

    def heard_so_far(self) -> bytes:
        """Of answers, what is here already."""
        self.file = self.file or io.BufferedReader(Heard(self))
        self.waits = False
        try:
            return bytes(self.file.peek(1))
        finally:
            self.waits = True

    def auth(self, mechanism: str, authobject: Callable[..., str | None], *, initial_response_ok: bool = True) -> tuple[int, bytes]:
        """As smtplib's, which stumbles over a password that is not ASCII (RFC 4616 says UTF-8)."""
        said = authobject() if initial_response_ok else None
        code, answer = self.docmd("AUTH", f"{mechanism} {_in_base64(said)}" if said is not None else mechanism)
        self._auth_challenge_count = int(said is not None)
        while code == 334 and self._auth_challenge_count < MOST_CHALLENGES:
            self._auth_challenge_count += 1
            code, answer = self.docmd(_in_base64(authobject(b64decode(answer)) or ""))
        if code not in (235, 503):
            raise smtplib.SMTPAuthenticationError(code, answer)
        return code, answer

    def auth_cram_md5(self, challenge: bytes | None = None) -> str | None:  # type: ignore[override]
        if challenge is None:
            return None
        return f"{self.user} {hmac.new(self.password.encode(), challenge, 'md5').hexdigest()}"


class PatientOverTls(smtplib.SMTP_SSL, Patient):
    """TLS from the start."""


class Heard(io.RawIOBase):
    """What a server says, byte for byte, until the deadline."""

    def __init__(self, connection: Patient) -> None:
        self.connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        """None where nothing is here and nobody waits."""
        sock = self.connection.sock
        assert sock is not None
        sock.settimeout(self.connection.left() if self.connection.waits else 0)
        try:
            count = sock.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        self.connection.said += count
        if self.connection.said > MOST_SAID:
            raise SaysTooMuch("The server says too much in one answer")
        return count


def our_name() -> str:
    """As which this machine greets; finding it out may ask a name server, and without one this machine has its number alone for now."""
    try:
        return _our_name()
    except TimeoutError:
        return "[127.0.0.1]"


@cache
def _our_name() -> str:
    return within(A_NAME, lambda: smtplib.SMTP().local_hostname)


def _in_base64(said: str) -> str:
    return b64encode(said.encode()).decode()
