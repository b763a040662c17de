"""Several messages of one firm on their way at once, each over a connection of its own.

They are handed over in one round trip, said one after the other, then heard: nobody waits for database and server once for each message.
What became of all of them is recorded before any other is handed over, so that each connection leaves one in doubt at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from lib.clock import machine_now
from notifications.dispatch.lease import hand_over_several, may_still_be_said
from notifications.dispatch.making import Made
from notifications.dispatch.posting import Posting
from templates_email.render import Rendered
from ways.accepted import Accepted
from ways.errors import ErrorKind, SendError, Step
from ways.pacing import relay_of
from ways.rules import Told, told_by
from ways.smtp import ENVELOPE, SmtpTransport

ROW_WAITS = 5.0  # seconds, for all its envelopes that are not answered yet
AT_LEAST = 0.1  # seconds, for one whose answers are here


@dataclass(slots=True)
class Going:
    """A message, the connection that it leaves by, and what leaves there after it. `is_further`: there is another to go by."""

    made: Made
    by: SmtpTransport
    following: Rendered | None
    is_further: bool
    text: bytes = b""


@dataclass(slots=True)
class Became:
    """What became of a row, also where something raises in its midst.

    Of what is `alone` nothing has left: somebody has to look at it, or it goes by another connection. What is `too_late` another worker
    may have by now.
    """

    taken: list[tuple[Going, Accepted]] = field(default_factory=list)
    refused: list[tuple[Going, SendError]] = field(default_factory=list)
    alone: list[Made] = field(default_factory=list)
    too_late: list[Made] = field(default_factory=list)
    given_up: list[SmtpTransport] = field(default_factory=list)


def post_abreast(posting: Posting, row: Sequence[Going], became: Became) -> None:
    """As `Posting.post` for each of them. No two by the same connection."""
    began = machine_now()
    try:
        waiting = _wait_for_servers(posting, row, became)
        at = machine_now()
        said = _say(posting, _hand_over(posting, waiting, at, became), at, became)
        _hear(posting, said, became)
    except BaseException:
        for going in row:  # a server that waits for a message learns so that there is none
            going.by.drop()
        raise
    if said:
        posting.took = machine_now() - began
    _tell(posting, became)


def _wait_for_servers(posting: Posting, row: Sequence[Going], became: Became) -> list[Going]:
    """Those whose server waits for their text."""
    try:
        if not all(going.by.is_ready_for(going.made.rendered) for going in row):
            posting.ledger.settle()
        return _open(posting, [going for going in row if posting.may_go(going.made, going.by)], became)
    except Exception:
        became.alone += [going.made for going in row if going.made not in became.alone]  # what was put back is nobody's, and stays so
        raise


def _open(posting: Posting, row: Sequence[Going], became: Became) -> list[Going]:
    """Where one is long in coming nobody waits for the next."""
    waiting, until = list[Going](), monotonic() + ROW_WAITS
    for going in row:
        left = until - monotonic()
        if left <= 0 and not going.by.is_ready_for(going.made.rendered):
            became.alone.append(going.made)
            continue
        try:
            going.text = going.by.open_for(going.made.rendered, within=max(left, AT_LEAST))
            waiting.append(going)
        except SendError as error:
            if _is_about(going, error):
                posting.tried += 1
                became.refused.append((going, error))
            else:
                became.alone.append(going.made)
                became.given_up.append(going.by)
    return waiting


def _is_about(going: Going, error: SendError) -> bool:
    """Whether it says something of the message, or of the way for all: not of this connection alone. Nothing of the message has left."""
    return error.kind is ErrorKind.NEVER or (error.step in ENVELOPE and not _is_one_too_many(going, error))


def _hand_over(posting: Posting, waiting: Sequence[Going], at: datetime, became: Became) -> list[Going]:
    """Those about which nothing has changed since they were claimed."""
    claims = [going.made.claimed for going in waiting]
    handed = list[Going]()
    for going, is_handed in zip(waiting, hand_over_several(posting.ledger, claims, posting.clock(), at), strict=True):
        if is_handed:
            handed.append(going)
        else:
            going.by.drop()
            became.alone.append(going.made)
    return handed


def _say(posting: Posting, handed: Sequence[Going], at: datetime, became: Became) -> list[Going]:
    """Those of which an answer is to come."""
    said = list[Going]()
    for going in handed:
        if not may_still_be_said(at):
            going.by.drop()
            became.too_late.append(going.made)
            continue
        posting.tried += 1
        try:
            going.by.say(going.text, posting.announced(going.by, going.following))
            said.append(going)
        except SendError as error:
            became.refused.append((going, error))
    return said


def _hear(posting: Posting, said: Sequence[Going], became: Became) -> None:
    """All answers, and only then anything else, for a connection that is not read is in doubt."""
    for going in said:
        try:
            accepted = going.by.hear()
        except SendError as error:
            became.refused.append((going, error))
            continue
        posting.taken(going.made, going.by, accepted)
        became.taken.append((going, accepted))


def _tell(posting: Posting, became: Became) -> None:
    """What was taken is written now, unless another hand-over is near."""
    others = [*became.refused, *became.alone, *became.too_late]
    if others or not all(accepted.follows for _, accepted in became.taken):
        posting.ledger.settle()
    for made in became.too_late:
        posting.lost(made.claimed)
    for going, _ in became.taken:
        posting.pacer.went_well(relay_of(going.by), going.made.rendered.recipient_address)
    for going, error in became.refused:
        if _is_one_too_many(going, error):
            became.given_up.append(going.by)
            posting.put_off(going.made, error)
        else:
            posting.refused(going.made, going.by, error)


def _is_one_too_many(going: Going, error: SendError) -> bool:
    """What a server says against a further connection may be just that: no other need rest for it. Its sender is that of all others."""
    told = told_by(error.kind, error.answer, answered=error.answered, step=error.step)
    return going.is_further and (error.step is Step.MAIL or told is Told.SLOW_RELAY)
