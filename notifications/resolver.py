"""The one resolver: facts in, a decision for each address out. The outbox, the page and the last look all ask it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.models import Action
from firms.models import Firm
from notifications.facts import Parties, Recipient, event_of, facts_of, hours_of, last_told, parties_of, preference_of, recipients_of
from notifications.rules import Decision, Event, decide


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


def resolve(firm: Firm, actions: Sequence[Action], *, is_reminder: bool, now: datetime, but: Sequence[int] = ()) -> Iterator[Resolved]:
    """A decision for every address of each action's account; five queries however many actions."""
    ids = [action.pk for action in actions]
    recipients = recipients_of(firm, {action.account_id for action in actions})
    parties = parties_of(firm, ids)
    told = last_told(firm, ids, but=but) if is_reminder else {}
    hours = hours_of(firm)
    for action in actions:
        event = event_of(action, parties.get(action.pk, Parties()), is_reminder=is_reminder)
        preference = preference_of(action.kind)
        for recipient in recipients.get(action.account_id, []):
            facts = facts_of(recipient, preference, told.get((action.pk, recipient.address_id)))
            yield Resolved(action, recipient, decide(event, facts, hours, now))
