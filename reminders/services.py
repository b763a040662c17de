"""Asking, reminding, resending, settling, withdrawing: the only writers of what is owed."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from actions.enums import REQUIRED, ActionState, PartyRole, ScheduleFrom
from actions.errors import ActionClosed
from actions.kinds import get_kind
from actions.models import Action, ActionParty
from actions.stops import Stop
from clients.enums import Relation
from clients.models import Account, Contact
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import Firm, Staff
from firms.services import raise_failed_task, write_activity
from firms.told import titled
from lib.jobs import wake
from notifications.resolver import Resolved
from notifications.services import DISPATCH
from notifications.verdicts import Verdict
from reminders.nearest import nearest
from reminders.rules import Schedule
from reminders.standing import SCHEDULE, look_again_where_people_pause, schedule_of, set_schedule
from reminders.telling import tell_again, tell_pending, tell_request
from reminders.topics import OtherTopic, topic_of
from reminders.words import Words


class NothingAskedOfSuppliers(Exception):
    """The account is a supplier's: suppliers get letters from templates, and have no portal in which to do anything (M24)."""

    permanent = True


class NothingAskedOfArchived(Exception):
    """The account was archived: it is taken out of the archive first."""

    permanent = True


@transaction.atomic
def ask(
    *,
    account: Account,
    kind: str,
    words: Words,
    staff: Staff,
    by: Actor,
    now: datetime,
    parties: Sequence[Contact] = (),
    role: PartyRole = PartyRole.SIGNER,
    verb: Verb = Verb.ACTION_OPENED,
    detail: Callable[[Action], object] | None = None,
    tell: Callable[[Firm, Action, datetime], Sequence[Resolved]] = tell_request,
) -> Action:
    """Opens an action and tells whoever is to hear of it, all in one transaction.

    `detail` writes the kind's own rows, before anybody is told: the e-mail may speak of them. `tell` writes the first notices.
    Raises `NothingAskedOfSuppliers`, `NothingAskedOfArchived`, `OtherTopic`.
    """
    refuse_account(account)
    if words.topic and not topic_of(account, words.topic):
        raise OtherTopic
    action = _open(account, kind, words, staff, now)
    ActionParty.objects.bulk_create(ActionParty(firm=action.firm, action=action, contact=contact, role=role) for contact in parties)
    if detail is not None:
        detail(action)
    told = tell(action.firm, action, now)
    log_act(action, by, verb, now, detail=people(told))
    wake(DISPATCH, firm_id=action.firm_id)
    return action


def _open(account: Account, kind: str, words: Words, staff: Staff, now: datetime) -> Action:
    action = Action(
        firm=account.firm, account=account, kind=kind, title=words.title, message=words.message, due_on=words.due_on,
        expires_on=words.expires_on, topic=words.topic, opened_at=now, opened_by=staff, bumped_at=now, counted_from=now,
    )  # fmt: skip
    setting = nearest(account, kind)
    schedule = words.schedule or setting.schedule
    set_schedule(action, schedule, setting.source if schedule == setting.schedule else ScheduleFrom.ACTION, now)
    action.save(force_insert=True)
    return action


def refuse_account(account: Account) -> None:
    """Locks the account, so that it neither becomes a supplier nor is archived meanwhile."""
    locked = Account.objects.select_for_update(no_key=True).get(firm=account.firm_id, pk=account.pk)
    if locked.relation == Relation.SUPPLIER:
        raise NothingAskedOfSuppliers
    if locked.archived_at is not None:
        raise NothingAskedOfArchived


@transaction.atomic
def change_reminders(*, action: Action, schedule: Schedule, by: Actor, now: datetime) -> Action:
    """Switches reminders on or off, or changes their rhythm, at any time while the action is open (D12, D25)."""
    action = lock_open(action)
    write_schedule(action, schedule, ScheduleFrom.ACTION, by, now)
    return action


@transaction.atomic
def follow_setting(*, action: Action, by: Actor, now: datetime) -> Action:
    """Puts the setting of the account or the firm back in place of the action's own."""
    action = lock_open(action)
    setting = nearest(action.account, action.kind)
    write_schedule(action, setting.schedule, setting.source, by, now)
    return action


def write_schedule(action: Action, schedule: Schedule, source: ScheduleFrom, by: Actor, now: datetime) -> None:
    """Of a locked action; what says the same as before changes no instant, but takes up reminders that told nobody."""
    before = schedule_of(action)
    if schedule != before or action.stop_reason == Stop.NOBODY:
        set_schedule(action, schedule, source, now)
    elif source != ScheduleFrom.ACTION:
        action.schedule_from = source
    action.save(update_fields=SCHEDULE)
    look_again_where_people_pause(Action.objects.filter(firm=action.firm, pk=action.pk), now)
    old, new = schedule_text(before), schedule_text(schedule)
    if new != old:
        log_act(action, by, Verb.REMINDERS_CHANGED, now, detail=new, old=old, new=new)


@transaction.atomic
def resend(*, action: Action, by: Actor, now: datetime, message: str | None = None) -> int:
    """Tells everybody who has not acted once more, at once (D05-D11); how many addresses that will be.

    A `message` takes the place of the one to the client (D33).
    """
    action = lock_open(action)
    action.message = action.message if message is None else message
    told = tell_again(action.firm, action, now)
    action.bumped_at = now
    action.save(update_fields=["message", "bumped_at"])
    log_act(action, by, Verb.ACTION_RESENT, now, detail=people(told))
    wake(DISPATCH, firm_id=action.firm_id)
    return sum(r.decision.verdict == Verdict.SEND for r in told)


@transaction.atomic
def resend_many(*, actions: Collection[Action], message: str | None = None, by: Actor, now: datetime) -> int:
    """As `resend`, of many: one e-mail for each address and account, which lists them (D08, M17); how many addresses that will be.

    What was closed meanwhile is left out.
    """
    locked = lock_still_open(actions)
    if not locked:
        return 0
    for action in locked:
        action.message, action.bumped_at = action.message if message is None else message, now
    Action.objects.bulk_update(locked, ["message", "bumped_at"])
    firm = locked[0].firm
    told = tell_pending(firm, locked, now)
    for action in locked:
        log_act(action, by, Verb.ACTION_RESENT, now, detail=people([r for r in told if r.action.pk == action.pk]))
    wake(DISPATCH, firm_id=firm.pk)
    return len({(r.action.account_id, r.recipient.address_id) for r in told if r.decision.verdict == Verdict.SEND})


@transaction.atomic
def settle_party(*, action: Action, contact: Contact, by: Actor, now: datetime) -> Action:
    """One of the people named has done their part; the action closes when all have (M20)."""
    action = lock_open(action)
    party = ActionParty.objects.select_for_update().get(firm=action.firm, action=action, contact=contact)
    if party.done_at is not None:
        raise ActionClosed
    party.done_at = now
    party.save(update_fields=["done_at"])
    kind = get_kind(action.kind)
    log_act(action, by, kind.done_by_party, now)
    if not ActionParty.objects.filter(firm=action.firm, action=action, role__in=REQUIRED, done_at=None).exists():
        close(action, ActionState.DONE, kind.done, by, kind.done_verb, now)
    else:
        look_again_where_people_pause(Action.objects.filter(firm=action.firm, pk=action.pk), now)
    return action


@transaction.atomic
def settle(*, action: Action, by: Actor, now: datetime) -> Action:
    """Somebody on the client's side has done it, for all (M18)."""
    action, kind = lock_open(action), get_kind(action.kind)
    close(action, ActionState.DONE, kind.done, by, kind.done_verb, now)
    return action


@transaction.atomic
def refuse(*, action: Action, by: Actor, now: datetime, reason: str) -> Action:
    """The client says no: the action is done, nobody is reminded, and the office is told."""
    action = lock_open(action)
    action.refused = True
    close(action, ActionState.DONE, Stop.REFUSED, by, Verb.ACTION_REFUSED, now, detail=reason)
    _tell_office(action, FailedTaskKind.REFUSED, titled(action.firm, action.title, reason), now)
    return action


@transaction.atomic
def withdraw(*, action: Action, by: Actor, now: datetime) -> Action:
    """The firm takes the request back; no message about it goes out any more."""
    action = lock_open(action)
    close(action, ActionState.WITHDRAWN, Stop.WITHDRAWN, by, Verb.ACTION_WITHDRAWN, now)
    return action


@transaction.atomic
def expire(*, action: Action, now: datetime) -> Action:
    """The last day on which it could be done has passed; the office is told (M20)."""
    action = lock_open(action)
    close(action, ActionState.EXPIRED, Stop.EXPIRED, Actor.system(), Verb.ACTION_EXPIRED, now)
    _tell_office(action, FailedTaskKind.EXPIRED, action.title, now)
    return action


def lock_open(action: Action) -> Action:
    """As `lock_action`. Raises `ActionClosed`."""
    locked = lock_action(action)
    if not locked.is_open:
        raise ActionClosed
    return locked


def lock_still_open(actions: Collection[Action]) -> list[Action]:
    """Those of one firm that are open, locked lowest id first until the transaction ends."""
    wanted = Action.objects.filter(firm__in={action.firm_id for action in actions}, pk__in=[action.pk for action in actions])
    rows = wanted.select_related("firm", "account", "opened_by").select_for_update(of=("self",)).order_by("pk")
    return [action for action in rows if action.is_open]


def lock_action(action: Action) -> Action:
    """The action as it stands, locked until the transaction ends."""
    locked = Action.objects.select_for_update(of=("self",)).select_related("firm", "account", "opened_by")
    return locked.get(firm=action.firm_id, pk=action.pk)


def schedule_text(schedule: Schedule) -> str:
    if not schedule.on:
        return _("off")
    return _("every %(days)d days, at most %(times)d") % {"days": schedule.every_days, "times": schedule.at_most}


def people(told: Sequence[Resolved]) -> str:
    """The names of those who are told, for the activity line."""
    return ", ".join(sorted({r.recipient.name for r in told if r.decision.verdict != Verdict.SKIP}))


def _tell_office(action: Action, kind: FailedTaskKind, detail: str, now: datetime) -> None:
    raise_failed_task(
        firm=action.firm, kind=kind, key=str(action.pk), subject=action.account.name, detail=detail,
        account_id=action.account_id, action_id=action.pk, now=now,
    )  # fmt: skip


def close(action: Action, state: ActionState, stop: Stop, by: Actor, verb: Verb, now: datetime, *, detail: str = "") -> None:
    """Writes how a locked action ended, and its activity line."""
    end(action, state, stop, by, now)
    log_act(action, by, verb, now, detail=detail)


def end(action: Action, state: ActionState, stop: Stop, by: Actor, now: datetime) -> None:
    """As `close`, for whoever writes a line of their own."""
    action.state, action.closed_at, action.closed_by = state, now, by.name
    action.next_reminder_at, action.stop_reason = None, stop
    action.save(update_fields=["state", "refused", "closed_at", "closed_by", "next_reminder_at", "stop_reason"])


def log_act(action: Action, by: Actor, verb: Verb, now: datetime, *, detail: str = "", old: str = "", new: str = "") -> None:
    write_activity(
        firm=action.firm, by=by, verb=verb, now=now, subject=action.title, detail=detail, old=old, new=new,
        account_id=action.account_id, action_id=action.pk,
    )  # fmt: skip
