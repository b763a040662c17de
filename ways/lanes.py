"""Further connections to the deployment's mail server, beside the first."""

import logging
from time import monotonic

from django.conf import settings

from ways.errors import SendError
from ways.smtp import SmtpTransport

logger = logging.getLogger(__name__)
NOT_AGAIN = 300  # seconds in which this process asks a server for no more that did not let one in
_full = dict[str, float]()  # by server, until when
SHORT_ENTRY = 3  # seconds


def beside(first: SmtpTransport) -> SmtpTransport:
    """Another connection to the deployment's server, not opened yet, which is not waited for as long as the only one is."""
    another = SmtpTransport(first.url.geturl(), first.sender, comes_back_to=first.comes_back_to, patience=first.patience)
    another.enters_within = min(first.patience, SHORT_ENTRY)
    return another


class Lanes:
    """Those of one round. They are opened once some connection stands; where the server refuses one, none is opened for a while."""

    def __init__(self, first: SmtpTransport) -> None:
        self.first = first
        self.further = [beside(first) for _ in range(settings.SMTP_CONNECTIONS - 1)]

    def open(self) -> list[SmtpTransport]:
        """The first, and those others that stand by now. Takes twice `SHORT_ENTRY` at most."""
        if any(lane.connection for lane in (self.first, *self.further)):
            self._open_further(until=monotonic() + SHORT_ENTRY)
        return [self.first, *(lane for lane in self.further if lane.connection)]

    def give_up(self, lane: SmtpTransport) -> set[SmtpTransport]:
        """Those that are not used any more in this round. With the first go all: the server may have no room for it beside them."""
        gone = {lane, *self.further} if lane is self.first else {lane}
        for each in gone:
            each.drop()
        self.further = [each for each in self.further if each not in gone]
        return gone

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
