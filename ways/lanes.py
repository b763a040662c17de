"""Further connections to the deployment's mail server, beside the first."""

import logging

from django.conf import settings

from ways.errors import SendError
from ways.smtp import SmtpTransport

logger = logging.getLogger(__name__)


class Lanes:
    """Opened once the first has let a message go, and not again in the same round where the server would have no more of them."""

    def __init__(self, first: SmtpTransport) -> None:
        self.first = first
        self.further = [first.beside() for _ in range(settings.SMTP_CONNECTIONS - 1)]

    def open(self) -> list[SmtpTransport]:
        """All that can be used now, the first of them first; alone where there is nobody yet to be beside."""
        if self.first.connection is None:
            return [self.first]
        for lane in list(self.further):
            try:
                lane.let_in()
            except SendError as error:
                logger.info("No further connection: %s", error.answer)
                self.further = [each for each in self.further if each.connection]
                break
        return [self.first, *self.further]

    def give_up(self, lane: SmtpTransport) -> None:
        """For as long as the round lasts. The first is whoever else's too."""
        if lane in self.further:
            self.further.remove(lane)
            lane.drop()
