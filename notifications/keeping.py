"""How long it is kept what e-mails said: after the firm's term their values, subjects and answers go, and the rows stay."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from firms.models import Firm
from firms.queries import list_firm_ids
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.verdicts import Verdict
from tenancy.context import firm_context
from tenancy.ticks import in_each_firm

BATCH = 1000
UNFINISHED = (Outcome.WAITING, Outcome.SENDING)
# What decides and counts stays: which reminder of how many, and of which round of the schedule.
DROP = """
    UPDATE notifications_notice
    SET dropped_at = %(now)s, values = jsonb_strip_nulls(jsonb_build_object('round', values->'round', 'of', values->'of'))
    WHERE firm_id = %(firm)s AND dropped_at IS NULL AND
"""


def term_of(firm: Firm, now: datetime, months: int | None = None) -> datetime:
    """What is older is not kept."""
    month = now.year * 12 + now.month - 1 - (months or firm.keep_months)
    return now.replace(year=month // 12, month=month % 12 + 1, day=min(now.day, 28))  # a day that every month has


def count_beyond(firm: Firm, months: int, now: datetime) -> int:
    """Of how many e-mails the text would go, were this the term."""
    term = term_of(firm, now, months)
    return _ahead(firm, term).exclude(outcome__in=UNFINISHED).count() + _finished_since(firm, term).count()


def drop_old(now: datetime) -> int:
    """In each firm; of how many e-mails."""
    return sum(in_each_firm(list_firm_ids(), lambda firm_id: drop_in_firm(firm_id, now)))


def drop_in_firm(firm_id: int, now: datetime) -> int:
    """Batch by batch, each in a transaction of its own."""
    dropped = 0
    for drop_batch in (_drop_batch, _drop_finished_since):
        while batch := drop_batch(firm_id, now):
            dropped += batch
    while _drop_skipped(firm_id, now):
        pass
    return dropped


def _drop_batch(firm_id: int, now: datetime) -> int:
    """The oldest e-mails that are still kept; `mail_dropped_until` says how far it has come. What is unfinished is passed by."""
    with firm_context(firm_id):
        firm = Firm.objects.select_for_update(no_key=True).get(pk=firm_id)
        finished = _ahead(firm, term_of(firm, now)).exclude(outcome__in=UNFINISHED)
        last = max(finished.order_by("created_at", "pk").values_list("created_at", flat=True)[:BATCH], default=None)
        if last is None:
            return 0
        stood = list(_ahead(firm, last).values_list("pk", "outcome"))
        ids = [pk for pk, outcome in stood if outcome not in UNFINISHED]
        _drop(firm, now, ids)
        Message.objects.filter(firm=firm, pk__in=[pk for pk, outcome in stood if outcome in UNFINISHED]).update(passed_by=True)
        firm.mail_dropped_until = last
        firm.save(update_fields=["mail_dropped_until"])
        return len(ids)


def _drop_finished_since(firm_id: int, now: datetime) -> int:
    """What was passed by and has come to its end."""
    with firm_context(firm_id):
        firm = Firm.objects.select_for_update(no_key=True).get(pk=firm_id)
        ids = list(_finished_since(firm, term_of(firm, now)).order_by("created_at", "pk").values_list("pk", flat=True)[:BATCH])
        _drop(firm, now, ids)
        return len(ids)


def _drop_skipped(firm_id: int, now: datetime) -> int:
    """Those that never became an e-mail."""
    with firm_context(firm_id):
        firm = Firm.objects.get(pk=firm_id)
        skipped = Notice.objects.filter(firm=firm, verdict=Verdict.SKIP, dropped_at=None, decided_at__lte=term_of(firm, now), message=None)
        ids = list(skipped.order_by("decided_at", "pk").values_list("pk", flat=True)[:BATCH])
        _drop_notices(firm, now, "id = ANY(%(ids)s)", ids)
        return len(ids)


def _ahead(firm: Firm, until: datetime) -> QuerySet[Message]:
    """Along the index of what was made; what was dropped before lies behind."""
    messages = Message.objects.filter(firm=firm, created_at__lte=until).order_by()
    return messages.filter(created_at__gt=firm.mail_dropped_until) if firm.mail_dropped_until else messages


def _finished_since(firm: Firm, until: datetime) -> QuerySet[Message]:
    return Message.objects.filter(firm=firm, passed_by=True, created_at__lte=until).exclude(outcome__in=UNFINISHED).order_by()


def _drop(firm: Firm, now: datetime, ids: list[int]) -> None:
    _drop_notices(firm, now, "message_id = ANY(%(ids)s)", ids)
    Message.objects.filter(firm=firm, pk__in=ids).update(subject="", answer="", passed_by=False)


def _drop_notices(firm: Firm, now: datetime, which: str, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(DROP + which, {"now": now, "firm": firm.pk, "ids": ids})
