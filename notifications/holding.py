"""Holding all that leaves to a firm's clients, and letting it go: what waits stays as it is, and no claim takes it."""

from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from firms.actors import Actor
from firms.enums import FailedTaskKind, HoldOrigin, Verb
from firms.mail_hold import HELD, OWN
from firms.models import Firm
from firms.services import raise_failed_task, settle_failed_task, write_activity
from lib import clock
from lib.jobs import wake
from notifications.enums import Outcome, Priority
from notifications.facts import terms_of
from notifications.models import READY, Message, Notice
from notifications.services import DISPATCH
from notifications.verdicts import Reason, Verdict
from tenancy.context import firm_context
from ways.models import IN_USE, Way

BACKLOG = "backlog"
PROMISED_A_MINUTE = 300  # e-mails that leave at the least, where nothing holds them up: what is promised to whoever releases
COLUMNS = [*HELD, *OWN, "mail_released_at"]
LEAVES_ANYHOW = Q(priority=Priority.ACCESS)  # codes and passwords: their reader waits for them


@dataclass(slots=True)
class Waiting:
    """E-mails that would leave if nothing held them, and those among them that have waited longer than the firm allows (M33)."""

    counts: dict[Priority, int] = field(default_factory=dict)
    late: dict[Priority, int] = field(default_factory=dict)
    pace: int | None = None  # so many a minute leave by the firm's own way at most

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def late_reminders(self) -> int:
        """These wait for a yes of their own, on the page of late reminders."""
        return self.late.get(Priority.REMINDER, 0)

    @property
    def late_others(self) -> int:
        return sum(self.late.values()) - self.late_reminders

    def going(self, *, late_too: bool) -> int:
        return self.total - self.late_reminders - (0 if late_too else self.late_others)

    def of(self, priority: Priority) -> int:
        """Those that are not late."""
        return self.counts.get(priority, 0) - self.late.get(priority, 0)

    @property
    def minutes(self) -> int:
        return max(1, ceil((self.total - self.late_reminders) / min(PROMISED_A_MINUTE, self.pace or PROMISED_A_MINUTE)))


# --- What a claim takes --------------------------------------------------------------------------------------------------


def leaving(firm: Firm, now: datetime) -> Q:
    """Of ready notices, those that may leave: all, where nothing is held."""
    return LEAVES_ANYHOW if firm.holds_mail(now) else Q()


def leaving_messages(firm: Firm, now: datetime) -> Q:
    if not firm.holds_mail(now):
        return Q()
    return Q(Exists(Notice.objects.filter(LEAVES_ANYHOW, firm=OuterRef("firm"), message=OuterRef("pk"))))


def is_kept_back(firm: Firm, notice: Notice, now: datetime) -> bool:
    return firm.holds_mail(now) and notice.priority != Priority.ACCESS


# --- What waits ----------------------------------------------------------------------------------------------------------


def what_waits(firm: Firm, now: datetime) -> Waiting:
    """Two queries."""
    late = _late(firm, now)
    waiting, found = Waiting(), [_ready(firm, now), Notice.objects.filter(firm=firm, message__in=_untaken(firm))]
    pace = Subquery(Way.objects.filter(IN_USE, firm=firm).values("per_minute"))
    for notices in found:
        by_priority = notices.exclude(LEAVES_ANYHOW).order_by().values_list("priority")
        for priority, count, old, waiting.pace in by_priority.annotate(all=Count("pk"), old=Count("pk", filter=late), pace=pace):
            waiting.counts[Priority(priority)] = waiting.counts.get(Priority(priority), 0) + count
            waiting.late[Priority(priority)] = waiting.late.get(Priority(priority), 0) + old
    return waiting


def _ready(firm: Firm, now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(READY, firm=firm, not_before__lte=now)


def _untaken(firm: Firm) -> QuerySet[Message]:
    """Messages in nobody's hands: they wait for another try, or whoever had them died."""
    left_behind = Q(outcome=Outcome.SENDING, lease_until__lte=clock.machine_now())
    return Message.objects.filter(Q(outcome=Outcome.WAITING) | left_behind, firm=firm)


def _late(firm: Firm, now: datetime) -> Q:
    """Of notices that might go, those that have waited longer than the firm allows."""
    late = Q(not_before__lt=late_since(firm, now), copy_of=None)
    return late & Q(priority=Priority.REMINDER) if _has_said_yes(firm, now) else late


def _late_others(firm: Firm, now: datetime) -> Q:
    return _late(firm, now) & ~(LEAVES_ANYHOW | Q(priority=Priority.REMINDER))


def _has_said_yes(firm: Firm, now: datetime) -> bool:
    """Somebody, to all but reminders: none of it is late until it has waited as long again."""
    return firm.mail_released_at is not None and now - firm.mail_released_at <= terms_of(firm).latest


def late_since(firm: Firm, now: datetime) -> datetime:
    return now - terms_of(firm).latest


# --- Holding and releasing -----------------------------------------------------------------------------------------------


@transaction.atomic
def hold_mail(*, firm: Firm, origin: HoldOrigin, reason: str, by: Actor, now: datetime, until: datetime | None = None) -> None:
    """From now on nothing leaves to clients but codes and passwords. One that is on already gets this reason and end; the operator's lies
    over the firm's own, and over a backlog's, which goes on once the operator's ends; what staff begin meanwhile lies under it.
    `firm` is brought up to date.
    """
    locked = _locked(firm)
    if origin == HoldOrigin.BACKLOG and locked.holds_mail(now):
        return
    if origin == HoldOrigin.STAFF and locked.held_by_operator(now):
        locked.begin_own_hold(now, until, reason, by.name)
    else:
        if origin == HoldOrigin.OPERATOR and not locked.held_by_operator(now):
            locked.cover_own_hold(now)
        locked.begin_hold(now, until, origin, reason, by.name)
    _save(locked, firm)
    _log(locked, Verb.MAIL_HELD, by, now, reason)


@transaction.atomic
def release_mail(*, firm: Firm, by: Actor, now: datetime, late_too: bool = True, origin: HoldOrigin = HoldOrigin.STAFF) -> int:
    """What waits goes, each after its last look; how many e-mails that are. Late reminders wait for a yes of their own.

    An operator ends neither what the firm holds itself nor what lies under the operator's own hold, and staff end that alone: then none
    goes. `late_too`: somebody has said yes to what else is late; otherwise it is left out. `firm` is brought up to date.
    """
    locked = _locked(firm)
    if origin == HoldOrigin.STAFF and locked.held_by_operator(now):
        _end_own_hold(locked, firm, by, now, late_too=late_too)
        return 0
    if not locked.holds_mail(now) or (origin == HoldOrigin.OPERATOR and locked.mail_hold_origin == HoldOrigin.STAFF):
        firm.refresh_from_db(fields=COLUMNS)
        return 0
    if locked.has_own_hold(now):
        _go_back_to_own_hold(locked, firm, by, now)
        return 0
    waiting = what_waits(locked, now)
    if not late_too:
        _leave_out_late(locked, now)
    locked.uncover_own_hold()  # none, or one whose end has passed
    locked.mail_held_at, locked.mail_held_until, locked.mail_hold_origin, locked.mail_released_at = None, None, "", now
    _save(locked, firm)
    going = waiting.going(late_too=late_too)
    with translation.override(locked.language):
        _log(locked, Verb.MAIL_RELEASED, by, now, ngettext("%(count)s e-mail", "%(count)s e-mails", going) % {"count": going})
    settle_failed_task(firm=locked, kind=FailedTaskKind.MAIL_BACKLOG, key=BACKLOG, now=now)
    wake(DISPATCH, firm_id=firm.pk)
    return going


def _locked(firm: Firm) -> Firm:
    return Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)


def _end_own_hold(locked: Firm, firm: Firm, by: Actor, now: datetime, *, late_too: bool) -> None:
    """Somebody of the firm has said yes: once the operator's ends, what waits goes."""
    if not locked.has_own_hold(now):
        firm.refresh_from_db(fields=COLUMNS)
        return
    if not late_too:
        _leave_out_late(locked, now)
    locked.end_own_hold()
    locked.mail_released_at = now
    _save(locked, firm)
    with translation.override(locked.language):
        _log(locked, Verb.MAIL_RELEASED, by, now, _("0 e-mails; whoever runs Relance for your firm still holds them"))
    settle_failed_task(firm=locked, kind=FailedTaskKind.MAIL_BACKLOG, key=BACKLOG, now=now)


def _go_back_to_own_hold(locked: Firm, firm: Firm, by: Actor, now: datetime) -> None:
    """Nobody has said yes to anything: what is late stays late."""
    locked.uncover_own_hold()
    _save(locked, firm)
    with translation.override(locked.language):
        _log(locked, Verb.MAIL_RELEASED, by, now, _("0 e-mails; what was held before stays held"))


def _save(locked: Firm, firm: Firm) -> None:
    locked.save(update_fields=COLUMNS)
    firm.refresh_from_db(fields=COLUMNS)


def _leave_out_late(firm: Firm, now: datetime) -> None:
    late = _late_others(firm, now)
    ready = _ready(firm, now).filter(late).select_for_update(of=("self",), no_key=True)
    ids = list(ready.order_by("pk").values_list("pk", flat=True))
    _leave_out(Notice.objects.filter(firm=firm, pk__in=ids), now)
    _leave_out_of_messages(firm, late, now)


def _leave_out_of_messages(firm: Firm, late: Q, now: datetime) -> None:
    """A message that tells of nothing else is cancelled; another goes without it. One that may have gone goes no second time: whoever
    claims it gives it up as not certain."""
    telling = _untaken(firm).filter(Exists(Notice.objects.filter(late, firm=OuterRef("firm"), message=OuterRef("pk"))))
    locked = set(telling.select_for_update().order_by("pk").values_list("pk", flat=True))
    may_have_gone = Message.objects.filter(firm=firm, pk__in=locked, outcome=Outcome.SENDING, handed_at__isnull=False)
    handed = set(may_have_gone.values_list("pk", flat=True))
    may_have_gone.update(in_doubt=True)
    ids = locked - handed
    told = Notice.objects.filter(firm=firm, message__in=ids)
    go_on = set(told.exclude(late).values_list("message_id", flat=True)) if ids else set()
    _leave_out(told.filter(late).exclude(message__in=go_on), now)
    _leave_out(told.filter(late, message__in=go_on), now, message=None)
    cancelled = Message.objects.filter(firm=firm, pk__in=ids - go_on)
    cancelled.update(outcome=Outcome.CANCELLED, next_try_at=None, lease_until=None)


def _leave_out(notices: QuerySet[Notice], now: datetime, **others: None) -> None:
    notices.update(verdict=Verdict.SKIP, reason=Reason.LEFT_OUT, not_before=None, decided_at=now, **others)


def _log(firm: Firm, verb: Verb, by: Actor, now: datetime, detail: str) -> None:
    write_activity(firm=firm, by=by, verb=verb, now=now, subject=firm.name, detail=detail)


# --- The backlog ---------------------------------------------------------------------------------------------------------


def firms_with_backlog(now: datetime, machine_now: datetime) -> set[int]:
    """Those whose oldest e-mails have waited longer than they allow: an outage is over, and none goes without a yes (M33).

    Reminders are none of these: each that is too late waits for a yes by itself.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT firms_with_backlog(%s, %s)", [now, machine_now])
        return {row[0] for row in cursor.fetchall()}


def hold_backlog(firm_id: int, now: datetime) -> bool:
    """Holds the firm's e-mails, unless somebody has said yes since the backlog was seen; False while somebody else has its row, for which
    no other firm waits."""
    with firm_context(firm_id):
        firm = Firm.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=firm_id).first()
        if firm is None:
            return False
        if _has_said_yes(firm, now):
            return True
        with translation.override(firm.language):
            reason = _("E-mails have waited longer than your firm allows.")
        hold_mail(firm=firm, origin=HoldOrigin.BACKLOG, reason=reason, by=Actor.system(), now=now)
        raise_failed_task(firm=firm, kind=FailedTaskKind.MAIL_BACKLOG, key=BACKLOG, subject=firm.name, now=now)
    return True
