"""What becomes of a message that does not simply go out; called inside the firm's transaction."""

import random
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from actions.models import Action
from firms.actors import Actor
from firms.enums import FailedTaskKind
from firms.models import Firm
from firms.services import raise_failed_task
from notifications.dispatch.look import write_verdict
from notifications.enums import Outcome, SuppressionReason, Verdict
from notifications.errors import ErrorKind, SendError
from notifications.models import Message, Notice
from notifications.rules import Decision
from notifications.services import suppress_address

TRIES = 6
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=8)  # six tries end within 24 hours


def put_off(message: Message, notice: Notice, decision: Decision, now: datetime, machine_now: datetime) -> None:
    """The look says no: cancelled, or, where it is only too early, waiting until then.

    What no server has heard of yet is taken apart again: the notice waits by the product's clock, like any other that is held.
    """
    write_verdict(notice, decision)
    later = decision.verdict == Verdict.HOLD and decision.until
    if later and message.tries == 1:
        notice.message = None
        notice.save(update_fields=["message"])
        message.delete()
        return
    message.outcome = Outcome.WAITING if later else Outcome.CANCELLED
    message.next_try_at = machine_now + (decision.until - now) if later and decision.until else None
    message.lease_until = None
    message.save(update_fields=["outcome", "next_try_at", "lease_until"])


def wait_or_fail(message: Message, notice: Notice, error: SendError, now: datetime, machine_now: datetime) -> None:
    """After a refusal: another try with a full-jitter wait, or a failed task for the office."""
    message.answer, message.lease_until = error.answer, None
    if error.kind == ErrorKind.ADDRESS:
        _bounce(message, notice, error, now)
    elif error.kind == ErrorKind.DOUBT:
        _doubt(message, notice, now, machine_now)
    elif error.kind == ErrorKind.NEVER or message.tries >= TRIES:
        _fail(message, notice, FailedTaskKind.NOT_SENT, now)
    else:
        if error.kind == ErrorKind.SENDER:
            _tell_office(message, notice, FailedTaskKind.SENDER_BROKEN, now, key="sender")
        message.outcome, message.next_try_at = Outcome.WAITING, machine_now + wait_before(message.tries)
    message.save(update_fields=["answer", "lease_until", "outcome", "next_try_at", "in_doubt"])


def wait_before(tries: int) -> timedelta:
    """Full jitter: anything from a second to the doubled bound."""
    bound = min(LONGEST_WAIT, FIRST_WAIT * 4 ** (tries - 1))
    return timedelta(seconds=random.uniform(1, bound.total_seconds()))


def give_up_in_doubt(firm: Firm, message: Message, notice: Notice, now: datetime) -> None:
    """Handed over once, never answered, and not to be tried again: staff are told."""
    message.firm = firm
    _fail(message, notice, FailedTaskKind.UNCONFIRMED, now, outcome=Outcome.UNCONFIRMED)
    message.lease_until = None
    message.save(update_fields=["lease_until", "outcome", "next_try_at"])


def may_go_twice(message: Message, notice: Notice) -> bool:
    """In doubt: a first notice is tried once more under the same Message-ID; a reminder never is."""
    return notice.number == 0 and not message.in_doubt


def _doubt(message: Message, notice: Notice, now: datetime, machine_now: datetime) -> None:
    if may_go_twice(message, notice):
        message.in_doubt = True
        message.outcome, message.next_try_at = Outcome.WAITING, machine_now + wait_before(message.tries)
        _tell_office(message, notice, FailedTaskKind.UNCONFIRMED, now, key=f"doubt:{message.pk}")
    else:
        _fail(message, notice, FailedTaskKind.UNCONFIRMED, now, outcome=Outcome.UNCONFIRMED)


def _bounce(message: Message, notice: Notice, error: SendError, now: datetime) -> None:
    _fail(message, notice, FailedTaskKind.BOUNCED, now, outcome=Outcome.BOUNCED)
    if notice.address_id is not None:
        suppress_address(
            firm=message.firm,
            address_id=notice.address_id,
            reason=SuppressionReason.NO_SUCH_ADDRESS,
            detail=error.answer,
            by=Actor.system(),
            now=now,
        )


def _fail(message: Message, notice: Notice, kind: FailedTaskKind, now: datetime, *, outcome: Outcome = Outcome.FAILED) -> None:
    message.outcome, message.next_try_at = outcome, None
    _tell_office(message, notice, kind, now, key=f"message:{message.pk}")


def _about(message: Message, notice: Notice) -> str:
    """Whose address it is, where no request says so; in the firm's language, for the office reads it."""
    if notice.copy_of_id is None:
        return message.answer
    with translation.override(message.firm.language):
        return _("The address for copies of e-mails to clients: %(answer)s") % {"answer": message.answer}


def _tell_office(message: Message, notice: Notice, kind: FailedTaskKind, now: datetime, *, key: str) -> None:
    action = Action.objects.filter(firm=message.firm, pk=notice.action_id).first() if notice.action_id else None
    raise_failed_task(
        firm=message.firm,
        kind=kind,
        key=key,
        subject=message.to_email,
        detail=f"{action.title}: {message.answer}" if action else _about(message, notice),
        account_id=notice.account_id,
        action_id=notice.action_id,
        now=now,
    )
