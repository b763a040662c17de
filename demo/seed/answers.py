"""What a mail server says to some of the demo's e-mails, so that the outbox shows what else than "sent" there is."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from templates_email.render import Rendered
from ways.accepted import Accepted
from ways.errors import ErrorKind, SendError
from ways.transports import Transport

# Of an address, e-mail by e-mail; None for one that is taken, as all that follow are.
ANSWERS: Mapping[str, Sequence[tuple[ErrorKind, str] | None]] = MappingProxyType(
    {
        "benoit@osteo-girardin.example": [(ErrorKind.ADDRESS, "550 5.1.1 User unknown")],
        "mehdi@plomberie-rs.example": [(ErrorKind.NEVER, "554 5.7.1 Message refused by our content policy")],
        "franck@couvreur-maillard.example": [None, (ErrorKind.DOUBT, "Connection lost after the message was handed over")],
    }
)


class Answering:
    """A way out that answers so, and hands all else to `inner`."""

    def __init__(self, inner: Transport) -> None:
        self.inner = inner
        self.left = {address: list(answers) for address, answers in ANSWERS.items()}

    def send(self, rendered: Rendered, *, before_data: Callable[[], None], following: Rendered | None = None) -> Accepted:
        """Nobody is told of a `following` one, which may never come to the server. Raises `SendError`."""
        answers = self.left.get(rendered.recipient_address)
        answer = answers.pop(0) if answers else None
        if answer is None:
            return self.inner.send(rendered, before_data=before_data)
        if answer[0] is ErrorKind.DOUBT:
            before_data()
        raise SendError(*answer)

    def is_ready_for(self, rendered: Rendered) -> bool:
        return self.inner.is_ready_for(rendered)

    def close(self) -> None:
        self.inner.close()
