"""After a backup was restored: what this database believes unsent may have gone. None of it goes a second time without somebody's yes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import ngettext

from firms.enums import FailedTaskKind
from firms.models import Firm
from firms.services import raise_failed_task
from notifications.enums import Outcome, Priority
from notifications.models import READY, Message, Notice
from notifications.rendering import language_of, message_id_of
from notifications.several import bundle_key
from notifications.verdicts import Verdict
from tenancy.context import firm_context
from ways.errors import ErrorKind

BETWEEN_MARKS = timedelta(minutes=2)  # the file is written each minute: what went after the last time counts too
TRIED = Q(outcome__in=(Outcome.WAITING, Outcome.SENDING))


def doubtful_notices(firm: Firm, until: datetime) -> QuerySet[Notice]:
    """Ready then. Reminders are none of these: each waits for a yes by itself, like one that is too late (`Terms.unknown_until`)."""
    return Notice.objects.filter(READY, firm=firm, not_before__lte=until).exclude(priority=Priority.REMINDER)


def count_doubtful(firm_id: int, until: datetime) -> int:
    """How many e-mails of the firm may have gone; reminders that are ready among them."""
    with firm_context(firm_id):
        ready = Notice.objects.filter(READY, firm=firm_id, not_before__lte=until)
        return ready.count() + Message.objects.filter(TRIED, firm=firm_id).count()


def set_doubtful_aside(firm_id: int, until: datetime, now: datetime) -> int:
    """They become unconfirmed, for staff to decide; how many that are. Reminders that were due then wait for a yes of their own."""
    with firm_context(firm_id):
        firm = Firm.objects.select_for_update(no_key=True).get(pk=firm_id)
        firm.mail_unknown_until = until
        firm.save(update_fields=["mail_unknown_until"])
        aside = _doubt_messages(firm) + _doubt_notices(firm, until, now)
        if aside:
            _tell_office(firm, aside, now)
        return aside


def _doubt_messages(firm: Firm) -> int:
    doubted = {"outcome": Outcome.UNCONFIRMED, "in_doubt": True, "error": ErrorKind.DOUBT, "lease_until": None, "next_try_at": None}
    return Message.objects.filter(TRIED, firm=firm).update(**doubted)


def _doubt_notices(firm: Firm, until: datetime, now: datetime) -> int:
    """Each becomes the message that it would have been, under the Message-ID that it may have had."""
    ready = doubtful_notices(firm, until).select_related("copy_of").select_for_update(of=("self",))
    together = list(_as_messages(ready.order_by("email", "bundle", "pk")))
    for notices in together:
        message = _make_message(firm, notices, now)
        Notice.objects.filter(firm=firm, pk__in=[notice.pk for notice in notices]).update(message=message, verdict=Verdict.SEND)
    return len(together)


def _as_messages(notices: Iterable[Notice]) -> Iterable[list[Notice]]:
    """What is bundled for an address goes together, all else alone."""
    for _place, some in groupby(notices, key=lambda notice: (notice.email, notice.bundle or notice.pk)):
        yield list(some)


def _make_message(firm: Firm, notices: Sequence[Notice], now: datetime) -> Message:
    first = notices[0]
    return Message.objects.create(
        firm=firm, audience=first.audience, priority=first.priority,
        message_id=message_id_of(firm.pk, first.key if len(notices) == 1 else bundle_key(first.key)),
        to_email=first.email, language=language_of((first.copy_of or first).values, firm), outcome=Outcome.UNCONFIRMED, in_doubt=True,
        error=ErrorKind.DOUBT, created_at=now,
    )  # fmt: skip


def _tell_office(firm: Firm, count: int, now: datetime) -> None:
    with translation.override(firm.language):
        detail = ngettext("It is %(count)s e-mail.", "They are %(count)s e-mails.", count) % {"count": count}
    raise_failed_task(firm=firm, kind=FailedTaskKind.RESTORED, key="restored", subject=firm.name, detail=detail, now=now)
