"""The one resolver: facts in, a decision for each address out. The outbox, the page and the last look all ask it."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from actions.models import Action
from firms.models import Firm
from notifications.facts import (
    Parties,
    Recipient,
    Reminded,
    event_of,
    facts_of,
    parties_of,
    pauses_of,
    preference_of,
    recipients_and_told,
    recipients_of,
    terms_of,
)
from notifications.rules import Decision, Event, Pause, Terms, Told, decide
from notifications.verdicts import Reason


class Resolved(NamedTuple):
    """What holds for one address and one action."""

    action: Action
    recipient: Recipient
    decision: Decision


def resolve_account(firm: Firm, account_id: int, preference: str, now: datetime) -> Iterator[tuple[Recipient, Decision]]:
    """A decision for every address of the account about something that is no request."""
    event, terms = Event(is_reminder=False), terms_of(firm)
    for recipient in recipients_of(firm, [account_id]).get(account_id, []):
        yield recipient, decide(event, facts_of(recipient, preference), terms, now)


@dataclass(frozen=True, slots=True)
class Known:
    """What decides about some actions, as it was read: a page that asks several questions about them reads it once."""

    recipients: Mapping[int, Sequence[Recipient]]  # by account
    parties: Mapping[int, Parties]  # by action
    told: Told  # these two are asked of reminders alone
    reminded: Reminded
    terms: Terms
    pauses: tuple[Pause, ...]  # of the firm

    def pauses_of(self, action: Action) -> tuple[Pause, ...]:
        """Of the firm and the action's account."""
        recipients = self.recipients.get(action.account_id, ())
        return self.pauses + (recipients[0].account_pauses if recipients else ())

    def has_somebody_resting(self, action: Action) -> bool:
        """Whether a contact of the action's account has a pause of their own, over or not."""
        return any(recipient.pauses for recipient in self.recipients.get(action.account_id, ()))


def known_about(
    firm: Firm,
    actions: Sequence[Action],
    *,
    now: datetime,
    told: bool = True,
    but: Sequence[int] = (),
    parties: Mapping[int, Parties] | None = None,
) -> Known:
    """Two queries however many actions: one less with `parties` read already. `told`: of the notices too, but for `but`."""
    terms = terms_of(firm)
    named = parties_of(firm, [action.pk for action in actions]) if parties is None else parties
    if told:
        read = recipients_and_told(firm, actions, capped=terms.has_caps, now=now, but=but)
    else:
        read = recipients_of(firm, {action.account_id for action in actions}), {}, {}
    return Known(read[0], named, *read[1:], terms, pauses_of(firm, Reason.FIRM_PAUSED))


def decisions(
    known: Known, actions: Sequence[Action], *, is_reminder: bool, now: datetime, catching_up: Container[int] = ()
) -> Iterator[Resolved]:
    """A decision for every address of each action's account; asks the database nothing. `catching_up` are ids of actions."""
    for action in actions:
        pk, preference = action.pk, preference_of(action.kind)
        parties, late = known.parties.get(pk, Parties()), pk in catching_up
        event = event_of(action, parties, is_reminder=is_reminder, pauses=known.pauses_of(action), catching_up=late)
        for recipient in known.recipients.get(action.account_id, []):
            if is_reminder:
                told, reminded = known.told.get((pk, recipient.address_id)), known.reminded.get(recipient.address_id, ())
                facts = facts_of(recipient, preference, told, reminded)
            else:
                facts = facts_of(recipient, preference)
            yield Resolved(action, recipient, decide(event, facts, known.terms, now))


def resolve(firm: Firm, actions: Sequence[Action], *, is_reminder: bool, now: datetime, but: Sequence[int] = ()) -> Iterator[Resolved]:
    """What is known, and decided at once."""
    known = known_about(firm, actions, now=now, told=is_reminder, but=but)
    return decisions(known, actions, is_reminder=is_reminder, now=now)
