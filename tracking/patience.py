"""An IMAP connection on which each exchange has a deadline, and each answer an end.

imaplib's time-out holds for each read: a server that says a byte now and then would keep a worker for good.
"""

import imaplib
import io
import socket
import ssl
from contextlib import suppress
from time import monotonic
from typing import Any

from lib.outgoing import addresses_of, connect_to_first

MOST_SAID = 4 * 1024 * 1024  # bytes of one answer
LONGEST_LINE = 1024 * 1024


class SaysTooMuch(OSError):
    """An answer without an end."""


class PatientImap(imaplib.IMAP4):
    """`seconds` are for a whole exchange: the first from looking up the name on, each further one from `begin`.

    Whatever is asked raises OSError, TimeoutError among them, or imaplib.IMAP4.error. `tls`: from the start.
    """

    def __init__(self, host: str, port: int, *, seconds: float, tls: ssl.SSLContext | None) -> None:
        self.seconds = seconds
        self.tls = tls
        self.begin()
        super().__init__(host, port)

    def begin(self) -> None:
        self.ends_at = monotonic() + self.seconds
        self.said = 0

    def left(self) -> float:
        """Seconds. Raises TimeoutError."""
        left = self.ends_at - monotonic()
        if left <= 0:
            raise self.too_late()
        return left

    def too_late(self) -> TimeoutError:
        return TimeoutError(f"The server has not answered to the end within {self.seconds:g} seconds.")

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Instead of imaplib's, as are those that follow."""
        self.host, self.port = host, port
        self.sock = connect_to_first(addresses_of(host, port, self.left()), port, self.left())
        if self.tls:
            self.sock.settimeout(self.left())
            self.sock = self.tls.wrap_socket(self.sock, server_hostname=host)
        self.answers = io.BufferedReader(Heard(self))

    def read(self, size: int) -> bytes:
        return self.answers.read(size)

    def readline(self) -> bytes:
        line = self.answers.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise SaysTooMuch("The server says too much in one line.")
        return line

    def send(self, data: Any) -> None:
        self.sock.settimeout(self.left())
        self.sock.sendall(data)

    def shutdown(self) -> None:
        with suppress(OSError):  # the server may have left
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()


class Heard(io.RawIOBase):
    """What a server says, byte for byte, until the deadline."""

    def __init__(self, connection: PatientImap) -> None:
        self.connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.connection.sock.settimeout(self.connection.left())
        try:
            count = self.connection.sock.recv_into(buffer)
        except TimeoutError:
            raise self.connection.too_late() from None
        self.connection.said += count
        if self.connection.said > MOST_SAID:
            raise SaysTooMuch("The server says too much in one answer.")
        return count
