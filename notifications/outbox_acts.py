"""What staff and operators do with an e-mail in the outbox. Each locks its row: what a worker has taken is left alone."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import Firm
from firms.services import settle_failed_task, write_activity
from lib.clock import machine_now
from lib.jobs import wake
from notifications.enums import Outcome, Priority
from notifications.models import READY, Message, Notice
from notifications.outbox import Entry, may_be_cancelled, may_be_tried_again
from notifications.rendering import language_of, message_id_of
from notifications.samples import EVENT_TITLES
from notifications.services import DISPATCH
from notifications.verdicts import Reason, Verdict
from templates_email.enums import EmailEvent

FAILURES = (FailedTaskKind.NOT_SENT, FailedTaskKind.UNCONFIRMED)


@transaction.atomic
def retry_message(*, firm: Firm, entry: Entry, by: Actor, now: datetime) -> bool:
    """One more try under the same Message-ID, after a fresh look; False where it is no longer one that failed."""
    message = _locked(firm, entry.message)
    if message is None or not may_be_tried_again(Entry(message, entry.notices)):
        return False
    message.outcome, message.next_try_at = Outcome.WAITING, machine_now()
    message.save(update_fields=["outcome", "next_try_at"])
    _say_yes(firm, message, now)
    for kind in FAILURES:
        settle_failed_task(firm=firm, kind=kind, key=f"message:{message.pk}", now=now)
    _log(firm, Verb.MAIL_RETRIED, message, entry.notices, by, now)
    wake(DISPATCH, firm_id=firm.pk)
    return True


def _say_yes(firm: Firm, message: Message, now: datetime) -> None:
    """To what the message tells: it is late no more, and holds up nothing (M33). Reminders are looked at one by one."""
    told = Notice.objects.filter(firm=firm, message=message).exclude(Q(verdict=Verdict.SKIP) | Q(priority=Priority.REMINDER))
    told.update(not_before=now)


@transaction.atomic
def cancel_mail(*, firm: Firm, entry: Entry, by: Actor, now: datetime) -> bool:
    """It never goes; False where it is on the way, or went, or was cancelled before."""
    if entry.message is None:
        return _cancel_notice(firm, entry.notices[0], by, now)
    message = _locked(firm, entry.message)
    if message is None or not may_be_cancelled(Entry(message, entry.notices)):
        return False
    message.outcome, message.next_try_at = Outcome.CANCELLED, None
    message.save(update_fields=["outcome", "next_try_at"])
    notices = list(Notice.objects.filter(firm=firm, message=message).order_by("pk"))
    _call_off(firm, notices, message)
    _log(firm, Verb.MAIL_CANCELLED, message, notices, by, now)
    return True


def _cancel_notice(firm: Firm, shown: Notice, by: Actor, now: datetime) -> bool:
    """It becomes a message that never went: what is cancelled stays in the outbox, and is ready for no worker."""
    notice = Notice.objects.select_for_update(of=("self",)).select_related("copy_of").filter(READY, firm=firm, pk=shown.pk).first()
    if notice is None:
        return False
    message = Message.objects.create(
        firm=firm,
        audience=notice.audience,
        priority=notice.priority,
        message_id=message_id_of(firm.pk, f"cancelled:{notice.key}"),  # its own stays free
        to_email=notice.email,
        language=language_of((notice.copy_of or notice).values, firm),
        outcome=Outcome.CANCELLED,
        created_at=now,
    )
    _call_off(firm, [notice], message)
    _log(firm, Verb.MAIL_CANCELLED, message, [notice], by, now)
    return True


def _call_off(firm: Firm, notices: Sequence[Notice], message: Message) -> None:
    of_it = Notice.objects.filter(firm=firm, pk__in=[notice.pk for notice in notices])
    of_it.update(message=message, verdict=Verdict.SKIP, reason=Reason.CALLED_OFF, not_before=None)


def _locked(firm: Firm, message: Message | None) -> Message | None:
    return Message.objects.select_for_update().filter(firm=firm, pk=message.pk).first() if message else None


def _log(firm: Firm, verb: Verb, message: Message, notices: Sequence[Notice], by: Actor, now: datetime) -> None:
    first = notices[0] if notices else None
    with translation.override(firm.language):  # whoever acts reads another, perhaps
        told = str(EVENT_TITLES[EmailEvent(first.event)]) if first else ""
    write_activity(
        firm=firm,
        by=by,
        verb=verb,
        now=now,
        subject=message.subject or told,
        detail=message.to_email,
        account_id=first.account_id if first else None,
        action_id=first.action_id if first else None,
    )
