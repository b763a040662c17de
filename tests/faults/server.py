"""An SMTP server that writes down each message that it takes before it says so, and behaves as badly as its dice say.

python -m tests.faults.server PORT FILE SEED BADLY PAUSE

`FILE` gets a line for each message taken, synced to disk before the answer: its Message-ID, its only recipient, and the second since 1970.
`BADLY` is the share of messages, from 0 to 1, at which it misbehaves in one of the ways of `Misdeed`; it takes `PAUSE` seconds over each
message. After SIGUSR1 it answers nobody, and hears nothing; after SIGUSR2 it speaks again, with whoever comes then.
"""

import asyncio
import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

END = b"\r\n.\r\n"
EHLO = b"250-faults\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
GO_ON, TAKEN = b"354 go on\r\n", b"250 2.0.0 Taken\r\n"
SLOW = 0.2  # seconds


class Misdeed(Enum):
    BUSY_AT_RCPT = b"451 4.3.0 Busy\r\n"
    FULL_AT_RCPT = b"452 4.2.2 Mailbox full\r\n"
    UNKNOWN = b"550 5.1.1 No such user\r\n"
    LEAVES = b"421 4.3.2 Going down\r\n"
    REFUSES_TEXT = b"451 4.3.0 Not now\r\n"
    SLOWLY = TAKEN
    CUT_WITH_IT = b""  # the message is taken, and nobody is told
    CUT_WITHOUT_IT = b" "
    SILENT_AT_RCPT = b"at RCPT"  # from here on it says nothing, and the connection stays open
    SILENT_WITH_IT = b"after it has taken the message"
    SILENT_WITHOUT_IT = b"after it has thrown the message away"


REFUSED_AT_RCPT = {Misdeed.BUSY_AT_RCPT, Misdeed.FULL_AT_RCPT, Misdeed.UNKNOWN}
SILENT_AFTER_TEXT = {Misdeed.SILENT_WITH_IT, Misdeed.SILENT_WITHOUT_IT}


@dataclass
class Manner:
    """How it deals with everybody."""

    badly: float
    pause: float
    silent: bool = False

    def fall_silent(self) -> None:
        self.silent = True

    def speak_again(self) -> None:
        self.silent = False


class Book:
    """What was taken."""

    def __init__(self, file: Path) -> None:
        self.out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, text: bytes, to: bytes) -> None:
        head = text.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
        ids = [line.partition(b":")[2].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:")]
        os.write(self.out, b"%s %s %.3f\n" % (ids[0], to, time.time()))
        os.fsync(self.out)


class Session(asyncio.Protocol):
    """Answers whatever has arrived whole, so that commands may be pipelined."""

    def __init__(self, book: Book, dice: random.Random, manner: Manner) -> None:
        self.book, self.dice, self.manner = book, dice, manner
        self.arrived = bytearray()
        self.in_data, self.busy, self.deaf = False, False, False
        self.to = b""
        self.misdeed: Misdeed | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.deaf = self.manner.silent
        if not self.deaf:
            transport.write(b"220 faults ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.deaf = self.deaf or self.manner.silent
        if not self.deaf:
            self.arrived += data
            self.go_on()

    def go_on(self) -> None:
        while not (self.busy or self.deaf or self.transport.is_closing()):
            end = self.arrived.find(END if self.in_data else b"\r\n")
            if end < 0:
                return
            line = bytes(self.arrived[: end + 2])
            del self.arrived[: end + len(END if self.in_data else b"\r\n")]
            self.take(line) if self.in_data else self.answer(line)

    def answer(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            self.transport.write(EHLO)
        elif verb == b"MAIL":
            self.misdeed = self.dice.choice(list(Misdeed)) if self.dice.random() < self.manner.badly else None
            self.to = b""
            self.transport.write(TAKEN)
        elif verb == b"RCPT":
            self.receive(line)
        elif verb == b"DATA":
            self.in_data = bool(self.to)
            self.transport.write(GO_ON if self.to else b"503 5.5.1 Nobody to send to\r\n")
        elif verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        else:
            self.transport.write(TAKEN)

    def receive(self, line: bytes) -> None:
        if self.misdeed in REFUSED_AT_RCPT:
            self.transport.write(self.misdeed.value)
            return
        if self.misdeed is Misdeed.SILENT_AT_RCPT:
            self.deaf = True
            return
        self.to = line[line.index(b"<") + 1 : line.index(b">")]
        self.transport.write(TAKEN)

    def take(self, text: bytes) -> None:
        self.in_data = False
        if self.misdeed in (Misdeed.LEAVES, Misdeed.CUT_WITHOUT_IT):
            if self.misdeed is Misdeed.LEAVES:
                self.transport.write(self.misdeed.value)
            self.transport.close()
        elif self.misdeed is Misdeed.REFUSES_TEXT:
            self.transport.write(self.misdeed.value)
        elif self.misdeed is Misdeed.CUT_WITH_IT:
            self.book.write(text, self.to)
            self.transport.abort()
        elif self.misdeed in SILENT_AFTER_TEXT:
            self.deaf = True
            if self.misdeed is Misdeed.SILENT_WITH_IT:
                self.book.write(text, self.to)
        elif wait := max(self.manner.pause, SLOW * (self.misdeed is Misdeed.SLOWLY)):
            self.busy = True
            asyncio.get_running_loop().call_later(wait, self.take_at_last, text)
        else:
            self.book.write(text, self.to)
            self.transport.write(TAKEN)

    def take_at_last(self, text: bytes) -> None:
        self.busy, self.deaf = False, self.deaf or self.manner.silent
        if self.deaf:
            return
        self.book.write(text, self.to)
        if not self.transport.is_closing():
            self.transport.write(TAKEN)
            self.go_on()


async def serve(port: int, file: Path, seed: int, manner: Manner) -> None:
    book, dice, loop = Book(file), random.Random(seed), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, manner.fall_silent)
    loop.add_signal_handler(signal.SIGUSR2, manner.speak_again)
    server = await loop.create_server(lambda: Session(book, dice, manner), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    how = Manner(badly=float(sys.argv[4]), pause=float(sys.argv[5]))
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), how))
