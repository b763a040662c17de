"""Several messages of one firm on their way at once, each over a connection of its own.

They are handed over in one round trip, said one after the other, then heard: nobody waits for database and server once for each message.
What became of all of them is recorded before any other is handed over, so that each connection leaves one in doubt at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib.clock import machine_now
from notifications.dispatch.lease import hand_over_several, may_still_be_said
from notifications.dispatch.making import Made
from notifications.dispatch.posting import Posting
from templates_email.render import Rendered
from ways.accepted import Accepted
from ways.errors import SendError
from ways.pacing import relay_of
from ways.rules import Told, told_by
from ways.smtp import ENVELOPE, SmtpTransport

A_LONG_WAIT = timedelta(seconds=5)


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
    """`alone`: of these nothing has left; each needs somebody to look at it, or another connection than those that are `closed`."""

    taken: list[tuple[Going, Accepted]] = field(default_factory=list)
    alone: list[Made] = field(default_factory=list)
    closed: list[SmtpTransport] = field(default_factory=list)
    refused: list[tuple[Going, SendError]] = field(default_factory=list)


def post_abreast(posting: Posting, row: Sequence[Going]) -> Became:
    """As `Posting.post` for each of them. No two by the same connection."""
    became = Became()
    if not all(going.by.is_ready_for(going.made.rendered) for going in row):
        posting.ledger.settle()
    may_go, began = [going for going in row if posting.may_go(going.made, going.by)], machine_now()
    try:
        waiting = _open(may_go, began, became)
        at = machine_now()
        said = _say(posting, _hand_over(posting, waiting, at, became), at, became)
        _hear(posting, said, became)
    except BaseException:
        for going in row:  # a server that waits for a message learns so that there is none
            going.by.drop()
        raise
    posting.took = machine_now() - began
    _tell(posting, became)
    return became


def _open(row: Sequence[Going], began: datetime, became: Became) -> list[Going]:
    """Those whose server waits for their text. Where one was long in coming nobody waits for the next."""
    waiting = list[Going]()
    for going in row:
        if machine_now() - began > A_LONG_WAIT and not going.by.is_ready_for(going.made.rendered):
            became.alone.append(going.made)
            continue
        try:
            going.text = going.by.open_for(going.made.rendered)
            waiting.append(going)
        except SendError as error:
            if error.step in ENVELOPE and not _is_one_too_many(going, error):
                became.refused.append((going, error))
            else:
                became.alone.append(going.made)
                became.closed.append(going.by)
    return waiting


def _hand_over(posting: Posting, waiting: Sequence[Going], at: datetime, became: Became) -> list[Going]:
    """Those about which nothing has changed since they were claimed."""
    claims = [going.made.claimed for going in waiting]
    handed = hand_over_several(posting.ledger, claims, posting.clock(), at) if claims else []
    for going, is_handed in zip(waiting, handed, strict=True):
        if not is_handed:
            going.by.drop()
            became.alone.append(going.made)
    return [going for going, is_handed in zip(waiting, handed, strict=True) if is_handed]


def _say(posting: Posting, handed: Sequence[Going], at: datetime, became: Became) -> list[Going]:
    """Those of which an answer is to come."""
    said = list[Going]()
    for going in handed:
        posting.tried += 1
        if not may_still_be_said(at):
            going.by.drop()
            posting.lost(going.made.claimed)
            continue
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
    """Written now, unless another hand-over is near."""
    if became.refused or became.alone or not all(accepted.follows for _, accepted in became.taken):
        posting.ledger.settle()
    for going, _ in became.taken:
        posting.pacer.went_well(relay_of(going.by), going.made.rendered.recipient_address)
    for going, error in became.refused:
        if _is_one_too_many(going, error):
            became.closed.append(going.by)
            posting.put_off(going.made, error)
        else:
            posting.refused(going.made, going.by, error)


def _is_one_too_many(going: Going, error: SendError) -> bool:
    """What is too much for a server by a further connection may be just that: it need not rest for it."""
    return going.is_further and told_by(error.kind, error.answer, answered=error.answered, step=error.step) is Told.SLOW_RELAY
