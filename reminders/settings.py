"""What reminders are set to: the firm's for each kind, an account's, and the firm's calendar and caps. Nothing is retroactive.

Open requests that follow a setting change with it only after a yes to a number that was shown: until then `Unanswered` is raised
and nothing is written. So it is where reminders would go earlier than they would as things stand.
"""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from actions.enums import ScheduleFrom
from actions.kinds import get_kind
from actions.models import Action
from clients.models import Account
from firms.actors import Actor
from firms.closed_days import Closing, closings_of, rows_of
from firms.enums import Verb
from firms.models import ActivityLine, Firm
from firms.services import activity_line, change_firm, write_activity
from lib.jobs import wake
from lib.many import columns_of, from_columns
from notifications.notices import decide_reminders_anew
from notifications.services import DISPATCH
from reminders.earlier import Earlier, going_earlier
from reminders.enums import OpenOnes
from reminders.following import FOLLOWING, Reach, following_account, following_firm, put_in, reach_of
from reminders.models import ReminderSetting
from reminders.nearest import Setting, nearest_of_kind, own_schedule_of, settings_of
from reminders.rules import Schedule
from reminders.services import schedule_text
from reminders.standing import look_again, look_again_where_people_pause, schedule_of
from tenancy.heartbeats import SWEEP

CALENDAR = (
    "time_zone", "country", "region", "send_from", "send_until", "send_days", "keeps_holidays", "closings", "open_days_only",
    "cap_a_day", "cap_a_week",
)  # fmt: skip
EARLIER = "earlier"  # what the question about the calendar goes by, beside the keys of the kinds
WRITE = """
    UPDATE actions_action a
    SET reminders_on = %s, remind_every_days = %s, remind_max = %s, schedule_from = %s,
        scheduled_at = u.scheduled_at::timestamptz, next_reminder_at = u.next_at::timestamptz, stop_reason = u.stop
    FROM {rows}
    WHERE a.firm_id = %s AND a.id = u.id::bigint
""".format(rows=from_columns("id", "scheduled_at", "next_at", "stop"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to become of the open ones, and how many were shown when it was said."""

    open_ones: OpenOnes
    shown: int


@dataclass(frozen=True, slots=True)
class Question:
    """About the requests of a kind or an account (`schedule` is what they would have), or about `EARLIER`."""

    about: str
    reach: Reach | Earlier
    schedule: Schedule | None = None

    def is_answered_by(self, answer: Answer | None) -> bool:
        return answer is not None and answer.shown == self.reach.count


class Unanswered(Exception):
    """Open ones would change too, and nobody has said so of as many as there are."""

    permanent = True

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__()
        self.questions = questions


type Answers = Mapping[str, Answer]


@transaction.atomic
def change_reminder_settings(
    *, firm: Firm, usual: Mapping[str, Schedule], terms: Mapping[str, object], answers: Answers, by: Actor, now: datetime
) -> int:
    """Usual reminders by kind and columns of the firm together; how many settings changed. Raises `Unanswered` with all questions."""
    changed, questions = 0, list[Question]()
    try:
        changed += change_terms(firm=firm, answer=answers.get(EARLIER), by=by, now=now, **terms)
    except Unanswered as unanswered:
        questions += unanswered.questions
    for kind, schedule in usual.items():
        try:
            changed += change_usual(firm=firm, kind=kind, schedule=schedule, answer=answers.get(kind), by=by, now=now)
        except Unanswered as unanswered:
            questions += unanswered.questions
    if questions:
        raise Unanswered(questions)
    return changed


@transaction.atomic
def change_usual(*, firm: Firm, kind: str, schedule: Schedule, by: Actor, now: datetime, answer: Answer | None = None) -> bool:
    """What the firm reminds of a kind by. False where it says so already. Raises `Unanswered`."""
    lock_settings(firm)
    before = nearest_of_kind(firm, kind)
    if before.schedule == schedule:
        return False
    settings = {kind: Setting(schedule, ScheduleFrom.FIRM)}
    _change_open_ones(firm, following_firm(firm, kind), settings, kind, answer, by, now)
    ReminderSetting.objects.update_or_create(firm=firm, account=None, kind=kind, defaults=row_of(schedule))
    old, new = schedule_text(before.schedule), schedule_text(schedule)
    write_activity(
        firm=firm, by=by, verb=Verb.USUAL_REMINDERS_CHANGED, now=now, subject=get_kind(kind).nouns, detail=new, old=old, new=new
    )  # fmt: skip
    return True


@transaction.atomic
def change_account_reminders(
    *, account: Account, schedule: Schedule | None, by: Actor, now: datetime, answer: Answer | None = None
) -> bool:
    """An account's own for every kind; None for what the firm says. False where it is so already. Raises `Unanswered`."""
    firm = account.firm
    lock_settings(firm)
    Account.objects.select_for_update(no_key=True).get(firm=firm, pk=account.pk)  # nothing is asked of it meanwhile
    before = own_schedule_of(account)
    if schedule == before:
        return False
    firms = settings_of(firm)
    wanted = dict.fromkeys(firms, Setting(schedule, ScheduleFrom.ACCOUNT)) if schedule else firms
    _change_open_ones(firm, following_account(account), wanted, "", answer, by, now)
    if schedule is None:
        ReminderSetting.objects.filter(firm=firm, account=account).delete()
    else:
        ReminderSetting.objects.update_or_create(firm=firm, account=account, defaults=row_of(schedule))
    old, new = (schedule_text(said) if said else _("as the firm has it") for said in (before, schedule))
    write_activity(
        firm=firm, by=by, verb=Verb.USUAL_REMINDERS_CHANGED, now=now, subject=account.name, detail=new, old=old, new=new,
        account_id=account.pk,
    )  # fmt: skip
    return True


def row_of(schedule: Schedule) -> dict[str, object]:
    return {"on": schedule.on, "every_days": schedule.every_days, "at_most": schedule.at_most}


def _change_open_ones(
    firm: Firm, following: QuerySet[Action], settings: Mapping[str, Setting], about: str, answer: Answer | None, by: Actor, now: datetime
) -> None:
    """As was answered; where only numbers change that rest, since reminders are off, nobody is asked."""
    actions = list(following.select_related("account").select_for_update(of=("self",)).order_by("pk"))
    before = {action.pk: schedule_of(action) for action in actions}
    changed = put_in(firm, actions, settings, now)
    if changed:
        question = Question(about, reach_of(firm, changed), next(iter(settings.values())).schedule if len(settings) == 1 else None)
        if answer is None or not question.is_answered_by(answer):
            raise Unanswered([question])
        if answer.open_ones == OpenOnes.KEEP:
            kept = {action.pk for action in changed}
            Action.objects.filter(firm=firm, pk__in=kept, schedule_from__in=FOLLOWING).update(schedule_from=ScheduleFrom.KEPT)
            actions, changed = [action for action in actions if action.pk not in kept], []
    for kind in {action.kind for action in actions}:
        _write(firm, settings[kind], [action for action in actions if action.kind == kind])
    look_again_where_people_pause(Action.objects.filter(firm=firm, pk__in=[action.pk for action in changed]), now)
    ActivityLine.objects.bulk_create(_line(firm, action, before[action.pk], by, now) for action in changed)


def _write(firm: Firm, setting: Setting, actions: Collection[Action]) -> None:
    """One statement for all that have the same."""
    rows = [(action.pk, action.scheduled_at, action.next_reminder_at, action.stop_reason) for action in actions]
    schedule = setting.schedule
    same = (schedule.on, schedule.every_days, schedule.at_most, setting.source.value)
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [*same, *columns_of(rows), firm.pk])


def _line(firm: Firm, action: Action, before: Schedule, by: Actor, now: datetime) -> ActivityLine:
    old, new = schedule_text(before), schedule_text(schedule_of(action))
    return activity_line(
        firm=firm, by=by, verb=Verb.REMINDERS_CHANGED, now=now, subject=action.title, detail=new, old=old, new=new,
        account_id=action.account_id, action_id=action.pk,
    )  # fmt: skip


# --- The firm's calendar and caps ---------------------------------------------------------------------------------------


@transaction.atomic
def change_terms(*, firm: Firm, by: Actor, now: datetime, answer: Answer | None = None, **values: object) -> int:
    """As `firms.services.change_firm`; what waits is decided anew. How many settings changed.

    Raises `Unanswered` of what would go earlier.
    """
    locked = lock_settings(firm)
    after = copy(locked)
    for name, value in values.items():
        setattr(after, name, value)
    if any(getattr(locked, name) != getattr(after, name) for name in CALENDAR):
        question = Question(EARLIER, going_earlier(locked, after, now))
        if question.reach.count and not question.is_answered_by(answer):
            raise Unanswered([question])
    changes = change_firm(firm=firm, by=by, now=now, **values)
    if any(change.field in CALENDAR for change in changes):
        decide_anew(firm, now)
    return len(changes)


def change_place(*, firm: Firm, by: Actor, now: datetime, **values: object) -> int:
    """Country, region, time zone and language: with them public holidays change, and the clock."""
    with transaction.atomic():
        changes = change_firm(firm=firm, by=by, now=now, **values)
        if any(change.field in CALENDAR for change in changes):
            decide_anew(firm, now)
    return len(changes)


@transaction.atomic
def add_closing(*, firm: Firm, closing: Closing, by: Actor, now: datetime) -> int:
    """How many settings changed: none where the firm has it already."""
    closings = closings_of(lock_settings(firm))
    return change_terms(firm=firm, by=by, now=now, closings=rows_of({*closings, closing}))


@transaction.atomic
def remove_closing(*, firm: Firm, closing: Closing, by: Actor, now: datetime, answer: Answer | None = None) -> int:
    """Raises `Unanswered` of what would go earlier."""
    closings = closings_of(lock_settings(firm))
    return change_terms(firm=firm, by=by, now=now, answer=answer, closings=rows_of({*closings} - {closing}))


def decide_anew(firm: Firm, now: datetime) -> None:
    """Lets sweep and claim look once more at all that is to come; neither lets anything go before its time."""
    decide_reminders_anew(firm, now)
    look_again(Action.objects.filter(firm=firm), now)
    wake(SWEEP)
    wake(DISPATCH, firm_id=firm.pk)


def lock_settings(firm: Firm) -> Firm:
    """The firm as it stands: of two who change its settings the second waits."""
    return Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
