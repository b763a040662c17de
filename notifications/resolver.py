"""The one resolver: facts in, a decision for each address out. The outbox, the page and the last look all ask it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.models import Action
from firms.models import Firm
from notifications.facts import Parties, Recipient, event_of, facts_of, hours_of, last_told, parties_of, preference_of, recipients_of
from notifications.rules import Decision, Event, Hours, decide


@dataclass(frozen=True, slots=True)
class Resolved:
    """What holds for one address and one action."""

    action: Action
    recipient: Recipient
    decision: Decision


def resolve_account(firm: Firm, account_id: int, preference: str, now: datetime) -> Iterator[tuple[Recipient, Decision]]:
    """A decision for every address of the account about something that is no request."""
    event, hours = Event(is_reminder=False), hours_of(firm)
    for recipient in recipients_of(firm, [account_id]).get(account_id, []):
        yield recipient, decide(event, facts_of(recipient, preference, None), hours, now)


@dataclass(frozen=True, slots=True)
class Known:
    """What decides about some actions, as it was read: a page that asks several questions about them reads it once."""

    recipients: Mapping[int, Sequence[Recipient]]  # by account
    parties: Mapping[int, Parties]  # by action
    told: Mapping[tuple[int, int], datetime]  # when each address was last told of each action; asked of reminders alone
    hours: Hours


def known_about(
    firm: Firm,
    actions: Sequence[Action],
    *,
    told: bool = True,
    but: Sequence[int] = (),
    parties: Mapping[int, Parties] | None = None,
) -> Known:
    """Three queries however many actions: one less without `told`, which leaves the notices `but` out, or with `parties` read already."""
    ids = [action.pk for action in actions]
    recipients = recipients_of(firm, {action.account_id for action in actions})
    named = parties_of(firm, ids) if parties is None else parties
    return Known(recipients, named, last_told(firm, ids, but=but) if told else {}, hours_of(firm))


def decisions(known: Known, actions: Sequence[Action], *, is_reminder: bool, now: datetime) -> Iterator[Resolved]:
    """A decision for every address of each action's account; asks the database nothing."""
    for action in actions:
        event = event_of(action, known.parties.get(action.pk, Parties()), is_reminder=is_reminder)
        preference = preference_of(action.kind)
        for recipient in known.recipients.get(action.account_id, []):
            told = known.told.get((action.pk, recipient.address_id)) if is_reminder else None
            yield Resolved(action, recipient, decide(event, facts_of(recipient, preference, told), known.hours, now))


def resolve(firm: Firm, actions: Sequence[Action], *, is_reminder: bool, now: datetime, but: Sequence[int] = ()) -> Iterator[Resolved]:
    """What is known, and decided at once."""
    return decisions(known_about(firm, actions, told=is_reminder, but=but), actions, is_reminder=is_reminder, now=now)
