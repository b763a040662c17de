"""What becomes of a message that does not simply go out; called inside the firm's transaction."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from actions.models import Action
from firms.enums import FailedTaskKind
from firms.models import Firm
from firms.services import raise_failed_task
from firms.told import titled
from notifications.bounces import record_bounce
from notifications.dispatch.look import Looked, write_verdicts
from notifications.enums import Outcome, SuppressionOrigin, SuppressionReason
from notifications.models import Message, Notice
from notifications.verdicts import Verdict
from ways.errors import ErrorKind, SendError, Step
from ways.services import stop_way

TRIES = 6
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=8)  # six tries end within 24 hours
DEPLOYMENT = "sender"  # key of the failed task that its mail server refuses us


def put_off(message: Message, looked: Looked, now: datetime, machine_now: datetime) -> None:
    """The look says no to all that the message tells: cancelled, or, where it is only too early, waiting until then.

    What was not tried yet is taken apart again: the notice waits by the product's clock, like any other that is held. Any other keeps its
    row, with what came of its tries and what is reported of it.
    """
    held = [(notice, decision) for notice, decision in looked if decision.verdict == Verdict.HOLD]
    tried = _was_tried(message)
    if len(held) == len(looked) and not tried:
        _take_apart(held)
        message.delete()
        return
    write_verdicts(looked)
    until = min((decision.until for _, decision in held if decision.until), default=None) if tried else None
    if until:
        leave_out([each for each in looked if each not in held])
    else:
        _take_apart(held, alone=True)
    message.in_doubt = message.in_doubt or (message.outcome == Outcome.SENDING and message.handed_at is not None)
    message.outcome = Outcome.WAITING if until else Outcome.CANCELLED
    message.next_try_at = machine_now + (until - now) if until else None
    message.lease_until = None
    message.save(update_fields=["outcome", "next_try_at", "lease_until", "in_doubt"])


def _was_tried(message: Message) -> bool:
    """Whether somebody may know of it. The try that is under way, or was when its worker died, is none before it is handed over;
    that a way was stopped before it came to this message is none either."""
    under_way = message.outcome == Outcome.SENDING and message.handed_at is None
    return message.in_doubt or message.tries > (1 if under_way else 0)


def leave_out(looked: Looked) -> None:
    """Takes out of a message what need not be told any more; what is told too early goes later, in a message of its own."""
    out = [(notice, decision) for notice, decision in looked if decision.verdict != Verdict.SEND]
    _take_apart(out, alone=True)


def _take_apart(looked: Looked, *, alone: bool = False) -> None:
    """`alone`: the message stays, and its id is not to be used a second time."""
    for notice, _decision in looked:
        notice.message, notice.bundle = None, "" if alone else notice.bundle
        notice.save(update_fields=["bundle"])
    write_verdicts(looked)


def wait_or_fail(message: Message, notices: Sequence[Notice], error: SendError, now: datetime, machine_now: datetime) -> None:
    """After a refusal: another try with a full-jitter wait, or a failed task for the office."""
    again = _is_refused_again(message, error)
    message.answer, message.error, message.lease_until = error.answer, error.kind, None
    if error.kind == ErrorKind.ADDRESS:
        _bounce(message, notices, error, now)
    elif error.kind == ErrorKind.DOUBT:
        _doubt(message, notices, now, machine_now)
    elif error.kind == ErrorKind.SENDER and error.way and not again:
        _stop(message, error, now, machine_now)
    elif error.kind == ErrorKind.NEVER or again or message.tries >= TRIES:
        _fail(message, notices, FailedTaskKind.NOT_SENT, now)
    else:
        if error.kind == ErrorKind.SENDER:
            _tell_office(message, notices, FailedTaskKind.SENDER_BROKEN, now, key=DEPLOYMENT)
        message.outcome, message.next_try_at = Outcome.WAITING, machine_now + wait_before(message.tries)
    message.save(update_fields=["answer", "error", "lease_until", "outcome", "next_try_at", "in_doubt", "tries"])


def _stop(message: Message, error: SendError, now: datetime, machine_now: datetime) -> None:
    """The firm's own way is broken: the message waits until somebody has seen to that. Its try counts only where its own recipient was
    refused."""
    assert error.way is not None
    way_id, version = error.way
    stop_way(firm=message.firm, way_id=way_id, version=version, answer=error.answer, now=now)
    message.tries -= 0 if error.step is Step.RCPT else 1
    message.outcome, message.next_try_at = Outcome.WAITING, machine_now


def _is_refused_again(message: Message, error: SendError) -> bool:
    """Whether a recipient is refused once more, although somebody has started the firm's own way since: that is not about the way, and
    stopping it again would keep all of the firm's e-mails behind this one. `message` still says what its last refusal was."""
    return error.way is not None and error.step is Step.RCPT and message.tries > 1 and message.error == error.kind == ErrorKind.SENDER


def wait_before(tries: int) -> timedelta:
    """Full jitter: anything from a second to the doubled bound."""
    bound = min(LONGEST_WAIT, FIRST_WAIT * 4 ** (tries - 1))
    return timedelta(seconds=random.uniform(1, bound.total_seconds()))


def give_up_in_doubt(firm: Firm, message: Message, notices: Sequence[Notice], now: datetime) -> None:
    """Handed over once, never answered, and not to be tried again: staff are told."""
    message.firm = firm
    _fail(message, notices, FailedTaskKind.UNCONFIRMED, now, outcome=Outcome.UNCONFIRMED)
    message.lease_until, message.error = None, ErrorKind.DOUBT
    message.save(update_fields=["lease_until", "error", "outcome", "next_try_at"])


def may_go_twice(message: Message, notices: Sequence[Notice]) -> bool:
    """In doubt: a first notice is tried once more under the same Message-ID; a reminder never is."""
    return not message.in_doubt and all(notice.number == 0 for notice in notices)


def _doubt(message: Message, notices: Sequence[Notice], now: datetime, machine_now: datetime) -> None:
    if may_go_twice(message, notices):
        message.in_doubt = True
        message.outcome, message.next_try_at = Outcome.WAITING, machine_now + wait_before(message.tries)
        tell_of_doubt(message, notices, now)
    else:
        _fail(message, notices, FailedTaskKind.UNCONFIRMED, now, outcome=Outcome.UNCONFIRMED)


def tell_of_doubt(message: Message, notices: Sequence[Notice], now: datetime) -> None:
    """It may have gone once, and goes once more: it can arrive twice."""
    _tell_office(message, notices, FailedTaskKind.UNCONFIRMED, now, key=f"message:{message.pk}")


def _bounce(message: Message, notices: Sequence[Notice], error: SendError, now: datetime) -> None:
    record_bounce(
        firm=message.firm,
        message=message,
        address_ids={notice.address_id for notice in notices if notice.address_id is not None},
        reason=SuppressionReason.NO_SUCH_ADDRESS,
        origin=SuppressionOrigin.SMTP,
        detail=error.answer,
        at=now,
        now=now,
    )


def _fail(message: Message, notices: Sequence[Notice], kind: FailedTaskKind, now: datetime, *, outcome: Outcome = Outcome.FAILED) -> None:
    message.outcome, message.next_try_at = outcome, None
    _tell_office(message, notices, kind, now, key=f"message:{message.pk}")


def _about(message: Message, notices: Sequence[Notice]) -> str:
    """What the message told, or, where no request says so, whose address it is; in the firm's language, for the office reads it."""
    ids = {notice.action_id for notice in notices if notice.action_id}
    titles = Action.objects.filter(firm=message.firm, pk__in=ids).order_by("pk").values_list("title", flat=True) if ids else ()
    if titles:
        return titled(message.firm, ", ".join(titles), message.answer)
    if all(notice.copy_of_id is None for notice in notices):
        return message.answer
    with translation.override(message.firm.language):
        return _("The address for copies of e-mails to clients: %(answer)s") % {"answer": message.answer}


def _tell_office(message: Message, notices: Sequence[Notice], kind: FailedTaskKind, now: datetime, *, key: str) -> None:
    first = notices[0]
    raise_failed_task(
        firm=message.firm,
        kind=kind,
        key=key,
        subject=message.to_email,
        detail=_about(message, notices),
        account_id=first.account_id,
        action_id=first.action_id,
        now=now,
    )
