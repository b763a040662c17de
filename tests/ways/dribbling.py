"""A mail server that is in no hurry: from a chosen moment on it says one byte at a time, says no end, or takes nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

PACE = 0.02  # seconds from byte to byte
MOST = 1500  # bytes that it dribbles until it gives up: far longer than any deadline of the tests
FLOOD = b"250-and another thing\r\n" * 1000


class When(StrEnum):
    """What it has just heard."""

    CONNECTED = "connected"
    EHLO = "ehlo"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    TEXT = "text"


class How(StrEnum):
    DRIBBLES = "a byte now and then"
    FLOODS = "an answer without end"
    IS_SILENT = "nothing"
    TAKES_NOTHING = "reads nothing more"


ANSWERS = {
    When.CONNECTED: b"220 dribbling.example\r\n",
    When.EHLO: b"250-dribbling.example\r\n250-AUTH PLAIN\r\n250 OK\r\n",
    When.AUTH: b"235 2.7.0 Come in\r\n",
    When.MAIL: b"250 OK\r\n",
    When.RCPT: b"250 OK\r\n",
    When.DATA: b"354 Go on\r\n",
    When.TEXT: b"250 2.0.0 Kept\r\n",
}


@dataclass
class Dribbler:
    """`answers` may be changed; what goes wrong does so at `when`, and `left_to_itself` is true where it came to its own end of that."""

    when: When | None
    how: How = How.DRIBBLES
    answers: dict[When, bytes] = field(default_factory=lambda: dict(ANSWERS))
    port: int = 0
    heard: list[bytes] = field(default_factory=list)
    visits: int = 0
    left_to_itself: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    def serve(self, listening: socket.socket) -> None:
        while not self.over.is_set():
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    if not self.over.is_set():
                        self.visits += 1
                        self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        if not self._answer(connection, When.CONNECTED):
            return
        with connection.makefile("rb") as lines:
            while line := lines.readline():
                self.heard.append(line)
                if line == b"quit\r\n":
                    return
                when = When(line[:4].strip().lower().decode())
                if not self._answer(connection, when):
                    return
                if when is When.DATA:
                    while lines.readline() not in (b".\r\n", b""):
                        pass
                    if not self._answer(connection, When.TEXT):
                        return

    def _answer(self, connection: socket.socket, when: When) -> bool:
        if when is not self.when:
            connection.sendall(self.answers[when])
            return True
        match self.how:
            case How.DRIBBLES:
                self._dribble(connection, (b"250-" + b"x" * 400 + b"\r\n") * 10)
            case How.FLOODS:
                for _ in range(1000):
                    connection.sendall(FLOOD)
                self.left_to_itself = True
            case How.IS_SILENT:
                self._dribble(connection, b"")
            case How.TAKES_NOTHING:
                connection.sendall(self.answers[when])
                self.left_to_itself = not self.over.wait(MOST * PACE)
        return False

    def _dribble(self, connection: socket.socket, said: bytes) -> None:
        """Until the other side hangs up."""
        connection.settimeout(PACE)
        for at in range(MOST):
            connection.send(said[at : at + 1])
            with suppress(TimeoutError):
                if connection.recv(4096) == b"":
                    return
            if self.over.wait(PACE):
                return
        self.left_to_itself = True


class Where(StrEnum):
    """In an answer over HTTP."""

    STATUS = "status line"
    HEADERS = "headers"
    BODY = "body"


BEFORE = {
    Where.STATUS: b"HTTP/1.1 ",
    Where.HEADERS: b"HTTP/1.1 200 OK\r\n",
    Where.BODY: b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n",
}


@dataclass
class HttpDribbler(Dribbler):
    """The same over HTTP: it answers at once up to `where`. `hung_up`: the other side has left."""

    where: Where = Where.BODY
    hung_up: threading.Event = field(default_factory=threading.Event)

    def _talk(self, connection: socket.socket) -> None:
        self.heard.append(connection.recv(64))
        connection.sendall(BEFORE[self.where])
        try:
            self._dribble(connection, b"200 O" + b"K" * MOST if self.where is Where.STATUS else b"X-Word: yes\r\n" * 200)
        finally:
            if not self.left_to_itself and not self.over.is_set():
                self.hung_up.set()


@contextmanager
def dribbling(when: When | None, how: How = How.DRIBBLES) -> Iterator[Dribbler]:
    with served(Dribbler(when, how)) as server:
        yield server


@contextmanager
def served[D: Dribbler](server: D) -> Iterator[D]:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server.port = listening.getsockname()[1]
        thread = threading.Thread(target=server.serve, args=[listening], daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", server.port), 1).close()  # wakes it
            thread.join(30)
