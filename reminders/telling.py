"""Notices about actions: for the request, for its repetition by staff, for each reminder."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from actions.kinds import Row, get_kind, rows_by_action
from actions.models import Action
from firms.enums import FailedTaskKind
from firms.models import Firm
from firms.services import raise_failed_task
from notifications.beside import request_key
from notifications.enums import Priority
from notifications.gathering import gather_about, gather_late, take_gathered
from notifications.notices import Draft, supersede_reminders, values_for, values_for_all, values_for_one, write_notices
from notifications.resolver import Resolved, resolve
from notifications.verdicts import Reason, Verdict


def tell_request(firm: Firm, action: Action, now: datetime) -> list[Resolved]:
    """The first notice, to every address that could hear of it; what was decided for each."""
    resolved = list(resolve(firm, [action], is_reminder=False, now=now))
    event = get_kind(action.kind).requested_event
    rows = rows_by_action([action]).get(action.pk, ())
    drafts = [Draft(event, request_key(action.pk, r.recipient.address_id), 0, r, values_for(r, rows=rows)) for r in resolved]
    write_notices(firm, drafts, priority=Priority.NOTICE, now=now)
    raise_where_nobody_hears(firm, resolved, [action], now)
    return resolved


def tell_message(firm: Firm, action: Action, now: datetime, *, stream: str, rows: Sequence[Row]) -> list[Resolved]:
    """What was just written in a conversation: messages within ten minutes go out in one e-mail. `stream` names the conversation."""
    resolved = gather_about(action=action, event=get_kind(action.kind).requested_event, stream=stream, rows=rows, now=now)
    raise_where_nobody_hears(firm, resolved, [action], now)
    return resolved


def tell_late(firm: Firm, action: Action, now: datetime, *, stream: str, told: Collection[int]) -> list[Resolved]:
    """Of what is asked already in a conversation, whoever is meant only now or was never told; the addresses `told` know of it."""
    event, rows = get_kind(action.kind).requested_event, rows_by_action([action]).get(action.pk, ())
    resolved = gather_late(action=action, event=event, stream=stream, rows=rows, told=told, now=now)
    raise_where_nobody_hears(firm, resolved, [action], now)
    return resolved


def tell_again(firm: Firm, action: Action, now: datetime) -> list[Resolved]:
    """A repetition by staff: one more e-mail to each address that may have it; it neither counts nor moves the schedule (M16).

    What still waits for more goes along, rather than once more when its time comes.
    """
    resolved = list(resolve(firm, [action], is_reminder=False, now=now))
    write_notices(firm, _repetitions(resolved, [action], now), priority=Priority.NOTICE, now=now)
    return resolved


def tell_pending(firm: Firm, actions: Sequence[Action], now: datetime) -> list[Resolved]:
    """As `tell_again`, of many: what an address may have of one account's goes in one e-mail, each request with a link of its own (M17)."""
    resolved = list(resolve(firm, actions, is_reminder=False, now=now))
    bundled = [draft._replace(bundle=_bundle(draft, now)) for draft in _repetitions(resolved, actions, now)]
    write_notices(firm, bundled, priority=Priority.NOTICE, now=now)
    return resolved


def _bundle(draft: Draft, now: datetime) -> str:
    return f"pending:{draft.resolved.action.account_id}:{int(now.timestamp())}"


def _repetitions(resolved: Sequence[Resolved], actions: Sequence[Action], now: datetime) -> Iterator[Draft]:
    """Of locked requests."""
    instant, rows, waited = int(now.timestamp()), rows_by_action(actions), take_gathered(actions=actions, now=now)
    for r in resolved:
        gathered = waited.get((r.action.pk, r.recipient.address_id), [])
        said = [*gathered[:-1], *rows.get(r.action.pk, ())]  # the last one as it is said now
        key = resend_key(r.action, instant, r.recipient.address_id)
        yield Draft(get_kind(r.action.kind).requested_event, key, 0, r, values_for(r, rows=said))


def resend_key(action: Action, instant: int, address_id: int) -> str:
    """Once a second: whoever clicks twice sends once."""
    return f"resend:{action.pk}:{instant}:{address_id}"


def tell_reminders(firm: Firm, resolved: Sequence[Resolved], now: datetime) -> None:
    """The reminders of actions whose schedule has just been moved on, in a constant number of statements.

    What was still held of an earlier one gives way: of one request there is one reminder at a time.
    """
    actions = list({r.action.pk: r.action for r in resolved}.values())
    supersede_reminders(firm, [action.pk for action in actions], now)
    rows = rows_by_action(actions)
    said = {action.pk: values_for_all(action, number=action.reminders_sent, rows=rows.get(action.pk, ())) for action in actions}
    drafts = (_reminder(firm, r, said[r.action.pk]) for r in resolved)
    write_notices(firm, drafts, priority=Priority.REMINDER, now=now)


def _reminder(firm: Firm, resolved: Resolved, said: Mapping[str, Any]) -> Draft:
    action, number, address_id = resolved.action, resolved.action.reminders_sent, resolved.recipient.address_id
    event, values = get_kind(action.kind).reminder_event, {**said, **values_for_one(resolved)}
    if resolved.decision.reason == Reason.TOO_LATE and resolved.decision.until:
        values["late_since"] = resolved.decision.until.isoformat()
    bundle = f"reminders:{address_id}" if firm.bundle_reminders else ""  # X04
    return Draft(event, reminder_key(action, address_id), number, resolved, values, bundle)


def reminder_key(action: Action, address_id: int) -> str:
    """Once for each reminder and address; where the schedule has started anew, its first reminder is another one."""
    number = f"{action.round}.{action.reminders_sent}" if action.round else str(action.reminders_sent)
    return f"reminder:{action.pk}:{number}:{address_id}"


def raise_where_nobody_hears(firm: Firm, resolved: Sequence[Resolved], actions: Sequence[Action], now: datetime) -> None:
    """An action that nobody can be told of is a failed task for the office (M28)."""
    heard = {r.action.pk for r in resolved if r.decision.verdict != Verdict.SKIP}
    for action in actions:
        if action.pk not in heard:
            tell_office_of_nobody(action, now)


def tell_office_of_nobody(action: Action, now: datetime) -> None:
    raise_failed_task(
        firm=action.firm, kind=FailedTaskKind.NOBODY_TO_NOTIFY, key=str(action.pk), subject=action.account.name, detail=action.title,
        account_id=action.account_id, action_id=action.pk, now=now,
    )  # fmt: skip
