"""A mail server that delivers nothing: each message becomes an .eml file, with its envelope in two header lines in front.

    python -m ops.catch_mail --into FOLDER --socket NUMBER

`--socket` is a listening socket that the caller opened: mail can be handed in before this program runs, and while it is started anew.
"""

import argparse
import asyncio
import signal
import socket
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MESSAGE = 64 * 1024 * 1024  # bytes


class Catcher:
    """Writes what arrives. Names sort by time of arrival; nobody ever sees half a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        header = f"X-MailFrom: {envelope.mail_from}\r\nX-RcptTo: {', '.join(envelope.rcpt_tos)}\r\n"
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{next(self._numbers):06}.eml"
        draft = self._folder / f".{name}.part"
        draft.write_bytes(header.encode() + content)
        draft.rename(self._folder / name)
        return "250 OK"


async def catch(listening: socket.socket, folder: Path) -> None:
    """Takes mail until SIGTERM or SIGINT."""
    catcher, asked = Catcher(folder), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    await loop.create_server(
        lambda: SMTP(catcher, enable_SMTPUTF8=True, hostname="localhost", ident="Relance demo", data_size_limit=LARGEST_MESSAGE),
        sock=listening,
    )
    await asked.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ops.catch_mail")
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--socket", type=int, required=True, metavar="NUMBER")
    chosen = parser.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    asyncio.run(catch(socket.socket(fileno=chosen.socket), chosen.into))


if __name__ == "__main__":
    main()
