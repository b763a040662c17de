"""A small IMAP server over a real socket: one mailbox, one user, what a reader needs of RFC 3501 and nothing more."""

import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import sleep

PACE = 0.02  # seconds from byte to byte where it dribbles
MOST = 1500  # bytes until it gives that up: far longer than any deadline of the tests
CONNECTED = "CONNECTED"
USER, PASSWORD = "bounces", "s3cret of the mailbox"
FETCH = re.compile(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", re.IGNORECASE)
SEARCH = re.compile(r"UID SEARCH UID (\d+):\*", re.IGNORECASE)

type Oddity = Callable[[Session, str], bool]


@dataclass
class Box:
    """What it holds, by number; `port` is where it listens. `asked` are the commands that it was given, in order.

    `odd` is what it does in place of an answer, by what it was told; false hangs up. `left_to_itself`: it came to the end of its oddity.
    """

    mails: dict[int, bytes] = field(default_factory=dict)
    validity: int = 1
    port: int = 0
    asked: list[str] = field(default_factory=list)
    odd: dict[str, Oddity] = field(default_factory=dict)
    left_to_itself: bool = False

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/INBOX"

    def put(self, mail: bytes) -> int:
        number = max(self.mails, default=0) + 1
        self.mails[number] = mail
        return number

    def make_anew(self) -> None:
        """The same e-mails, whose numbers mean nothing any more."""
        self.validity += 1

    def commands(self) -> list[str]:
        return self.asked


class Session(socketserver.StreamRequestHandler):
    box: Box

    def handle(self) -> None:
        if odd := self.box.odd.get(CONNECTED):
            odd(self, "*")
            return
        self.say("* OK ready")
        for line in self.rfile:
            tag, _, command = line.decode("ascii").strip().partition(" ")
            self.box.asked.append(re.sub(r"LOGIN .*", "LOGIN", command))
            if not self.answer(tag, command):
                return

    def answer(self, tag: str, command: str) -> bool:
        """False once the client has left."""
        word, done = command.removeprefix("UID ").split(" ", maxsplit=1)[0].upper(), "OK done"
        if odd := self.box.odd.get(word):
            return odd(self, tag)
        if word == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif word == "LOGIN":
            done = "OK welcome" if command == f'LOGIN {USER} "{PASSWORD}"' else f"NO not with {command}"
        elif word == "EXAMINE":
            self.say(f"* {len(self.box.mails)} EXISTS", f"* OK [UIDVALIDITY {self.box.validity}] valid")
        elif found := SEARCH.match(command):
            self.say("* SEARCH " + " ".join(map(str, self.found(int(found[1])))))
        elif found := FETCH.match(command):
            self.fetch(int(found[1]), int(found[2]))
        elif word != "LOGOUT":
            done = "BAD what is this"
        self.say(f"{tag} {done}")
        return word != "LOGOUT"

    def found(self, start: int) -> list[int]:
        """As real ones: `*` is the last, and a range may run backwards."""
        last = max(self.box.mails, default=0)
        low, high = sorted((start, last))
        return [number for number in self.box.mails if low <= number <= high]

    def fetch(self, number: int, most: int) -> None:
        part = self.box.mails[number][:most]
        self.wfile.write(b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\n" % (number, number, len(part), part))

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode("ascii"))


def dribbles(session: Session, tag: str) -> bool:
    """An answer without an end, a byte now and then, until the other side hangs up."""
    with suppress(OSError):
        for byte in b"* OK " + b"x" * MOST:
            session.wfile.write(bytes([byte]))
            sleep(PACE)
        session.box.left_to_itself = True
    return False


def floods(session: Session, tag: str) -> bool:
    with suppress(OSError):
        for _ in range(1000):
            session.wfile.write(b"* OK " + b"x" * 65_000 + b"\r\n")
        session.box.left_to_itself = True
    return False


def says(answer: str) -> Oddity:
    def say(session: Session, tag: str) -> bool:
        session.say(f"{tag} {answer}")
        return True

    return say


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Box]:
    box = Box()
    handler = type("Own", (Session,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()  # ends as soon as it may
        try:
            yield box
        finally:
            server.shutdown()
