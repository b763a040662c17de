"""Further connections to the deployment's mail server, beside the first."""

import logging
from time import monotonic

from django.conf import settings

from ways.errors import SendError
from ways.smtp import SHORT_ENTRY, SmtpTransport

logger = logging.getLogger(__name__)
NOT_AGAIN = 300  # seconds in which this process asks a server for no more that did not let one in
_full = dict[str, float]()  # by server, until when


class Lanes:
    """Those of one round. Opened once there is one; none more for a while where the server would have no more of them."""

    def __init__(self, first: SmtpTransport) -> None:
        self.first = first
        self.further = [first.beside() for _ in range(settings.SMTP_CONNECTIONS - 1)]

    def open(self) -> list[SmtpTransport]:
        """All that can be used now, the first of them first; it alone where none is open. Takes some seconds at most."""
        if any(lane.connection for lane in (self.first, *self.further)):
            self._open_further(until=monotonic() + SHORT_ENTRY)
        return [self.first, *(lane for lane in self.further if lane.connection)]

    def give_up(self, lane: SmtpTransport) -> None:
        """For as long as the round lasts. What is said of the first is for whoever sends by it to learn."""
        if lane in self.further:
            self.further.remove(lane)
            lane.drop()

    def close(self) -> None:
        """The first is closed by whom it was opened."""
        for lane in self.further:
            lane.drop()

    def _open_further(self, *, until: float) -> None:
        server = self.first.url.netloc
        for lane in self.further:
            now = monotonic()
            if lane.connection or now >= until or now < _full.get(server, now):
                continue
            try:
                lane.let_in()
            except SendError as error:
                logger.info("No further connection: %s", error.answer)
                _full[server] = now + NOT_AGAIN
