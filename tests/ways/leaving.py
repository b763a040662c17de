"""A mail server that leaves: it closes its first connection, once it has taken a message over it unless told otherwise."""

import socket
from dataclasses import dataclass

from tests.ways.dribbling import ANSWERS, Dribbler, When

SEVERAL = b"250-leaving.example\r\n250 PIPELINING\r\n"


@dataclass
class Leaving(Dribbler):
    """At `leaves_at`, which is at once for the text: with a `goodbye`, perhaps an empty one; without any it is silent from then on."""

    leaves_at: When = When.TEXT
    goodbye: bytes | None = b""
    after: int = 1  # messages
    taken: int = 0

    def _answer(self, connection: socket.socket, when: When) -> bool:
        if self.visits == 1 and self.taken == self.after and when is self.leaves_at:
            return self._leave(connection)
        goes_on = super()._answer(connection, when)
        if when is When.TEXT:
            self.taken += 1
        return self._leave(connection) if when is When.TEXT is self.leaves_at and self.visits == 1 else goes_on

    def _leave(self, connection: socket.socket) -> bool:
        if self.goodbye is None:
            self._dribble(connection, b"")
        else:
            connection.sendall(self.goodbye)
        return False


def leaving(*, leaves_at: When = When.TEXT, goodbye: bytes | None = b"", after: int = 1, takes_several: bool = True) -> Leaving:
    answers = {**ANSWERS, When.EHLO: SEVERAL} if takes_several else dict(ANSWERS)
    return Leaving(None, answers=answers, leaves_at=leaves_at, goodbye=goodbye, after=after)
