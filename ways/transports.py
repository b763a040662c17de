"""The ways out: that of the deployment, and each firm's own where it has one."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lib.sealing import CannotUnseal
from templates_email.render import Rendered
from tenancy.context import firm_context
from ways.accepted import Accepted
from ways.enums import Provider
from ways.errors import ErrorKind, SendError, Step, words_of
from ways.lanes import Lanes
from ways.models import Way
from ways.outside import open_server
from ways.providers import AnymailTransport, open_provider
from ways.queries import find_way_in_use
from ways.smtp import TIMEOUT, SmtpTransport

MOST_KEPT = 50  # connections of firms at a time; the one used longest ago goes
TURNED_AWAY = 3  # recipients in a row that were refused as if the way were broken: then it is


class Transport(Protocol):
    def send(self, rendered: Rendered, *, before_data: Callable[[], None], following: Rendered | None = None) -> Accepted:
        """Hands one message over and gives what the server said. `before_data` runs at the last moment and may raise.

        `following` is the next message, where that is known. Raises `SendError`.
        """

    def is_ready_for(self, rendered: Rendered) -> bool:
        """Whether this message can be handed over without waiting for the server."""

    def close(self) -> None: ...


def open_transport() -> Transport:
    """The way out that the deployment has configured."""
    if settings.ANYMAIL_BACKEND:
        return AnymailTransport(settings.ANYMAIL_BACKEND)
    return SmtpTransport(settings.SMTP_URL, settings.MAIL_FROM, comes_back_to=settings.BOUNCES_ADDRESS)


class FirmTransport:
    """By a firm's own way: from its own address where it gave one. Once refused for what only the firm can mend, it is tried no more."""

    def __init__(self, way: Way, patience: float = TIMEOUT) -> None:
        """`patience`, in seconds, is of each exchange with a mail server, and of a provider's whole call."""
        self.way = way
        self.patience = patience
        self.opened: Transport | None = None
        self.refused: SendError | None = None
        self.turned_away = 0  # recipients in a row

    def send(self, rendered: Rendered, *, before_data: Callable[[], None], following: Rendered | None = None) -> Accepted:
        if self.refused:
            raise self.refused
        try:
            self.opened = self.opened or open_way(self.way, self.patience)
            accepted = self.opened.send(rendered.sent_from(self.way.sender), before_data=before_data, following=following)
            self.turned_away = 0
            return replace(accepted, answer=hidden(accepted.answer, self.way), sender=self.way.sender)
        except SendError as error:
            told = SendError(error.kind, hidden(error.whole_answer, self.way), answered=error.answered, step=error.step)
            told.way = (self.way.pk, self.way.version)
            if told.kind == ErrorKind.SENDER:
                self._learn(told)
            raise told from None  # what it came from may show what opens the way

    def _learn(self, told: SendError) -> None:
        """A refused recipient may be the only one of its kind. Whoever comes after what is kept here was not asked about (no `step`)."""
        self.turned_away += 1
        if told.step is not Step.RCPT or self.turned_away >= TURNED_AWAY:
            self.refused = SendError(told.kind, told.whole_answer, answered=told.answered)
            self.refused.way = told.way

    def is_ready_for(self, rendered: Rendered) -> bool:
        return self.opened is not None and self.opened.is_ready_for(rendered)

    def close(self) -> None:
        if self.opened:
            self.opened.close()


def hidden(answer: str, way: Way) -> str:
    """Without anything that opens the way: a server may say back what it was told, whether it takes a message or not."""
    whole = answer.replace("\0", "")  # in the midst of a word it would hide that from us, and is not kept
    try:
        return way.credentials.hidden_in(whole)
    except CannotUnseal:
        return whole


def open_way(way: Way, patience: float = TIMEOUT) -> Transport:
    """Raises `SendError` where its credentials cannot be read any more, or nothing can be opened with what is stored.

    In the demo whatever leaves is caught.
    """
    if settings.DEMO:
        return open_transport()
    try:
        return open_server(way, patience) if way.provider == Provider.SMTP else open_provider(way, patience)
    except CannotUnseal as error:
        raise SendError(ErrorKind.SENDER, str(error)) from error
    except (ImproperlyConfigured, LookupError, ValueError) as error:  # a region that is no more, a port out of range
        raise SendError(ErrorKind.SENDER, words_of(error)) from error


class WaysOut:
    """The transports of a worker's round: each is opened once, kept from firm to firm, and closed at the end."""

    def __init__(self) -> None:
        self.of_deployment: Transport | None = None
        self.beside: Lanes | None = None
        self.of_firms = OrderedDict[tuple[int, int], FirmTransport]()
        self.left = list[FirmTransport]()  # replaced by others, and closed once nothing leaves by them any more

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def of(self, firm_id: int) -> "Ways":
        """By which ways the firm's messages leave now; one query."""
        with firm_context(firm_id):
            own = find_way_in_use(firm_id)
        deployment, kept = self.default(), self._kept(own) if own and not own.is_stopped else None
        return Ways(deployment, kept, stopped=bool(own and own.is_stopped), beside=self.beside)

    def default(self) -> Transport:
        if self.of_deployment is None:
            self.of_deployment = open_transport()
            self.beside = Lanes(self.of_deployment) if isinstance(self.of_deployment, SmtpTransport) else None
        return self.of_deployment

    def _kept(self, way: Way) -> FirmTransport:
        key = (way.pk, way.version)
        transport = self.of_firms.pop(key, None) or FirmTransport(way)
        transport.way = way  # what does not change how one sends, such as its pace, may have changed
        self.of_firms[key] = transport
        for earlier in [each for each in self.of_firms if each[0] == way.pk and each != key]:
            self.left.append(self.of_firms.pop(earlier))
        while len(self.of_firms) > MOST_KEPT:
            self.left.append(self.of_firms.popitem(last=False)[1])
        return transport

    def close_left(self, *, but: Transport | None = None) -> None:
        """By whoever sends, between two turns; the one that is about to be used is closed after that."""
        left, self.left = self.left, [each for each in self.left if each is but]
        for transport in left:
            if transport is not but:
                _close(transport)

    def close(self) -> None:
        self.close_left()
        for transport in [self.of_deployment, *self.of_firms.values()]:
            if transport:
                _close(transport)
        if self.beside:
            self.beside.close()
        self.of_deployment = self.beside = None
        self.of_firms.clear()


def _close(transport: Transport) -> None:
    with suppress(OSError):
        transport.close()


class Ways:
    """Of one firm, at one moment: `own` carries what its clients get, unless it is `stopped`; the rest goes by the deployment's."""

    def __init__(self, deployment: Transport, own: Transport | None = None, *, stopped: bool = False, beside: Lanes | None = None) -> None:
        self.deployment = deployment
        self.beside = beside
        self.own = own
        self.stopped = stopped

    @property
    def all(self) -> list[Transport]:
        return [self.deployment, self.own] if self.own else [self.deployment]

    def of(self, by_own_way: bool) -> Transport:
        return self.own if self.own and by_own_way else self.deployment
