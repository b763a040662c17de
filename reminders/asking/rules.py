"""Which of many accounts are asked: pure."""

from dataclasses import dataclass

from reminders.enums import LeftOut


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """`may_ask`: whoever asks may ask something of it; `named`: somebody is there who can be named; `told`: how many people hear of it."""

    may_ask: bool
    archived: bool
    supplier: bool
    named: bool
    told: int


def decide_account(facts: AccountFacts, *, people_needed: bool, asks_unheard: bool) -> LeftOut | None:
    """Why it is left out, the weightiest reason first; None when it is asked."""
    if not facts.may_ask:
        return LeftOut.NOT_ALLOWED
    if facts.archived:
        return LeftOut.ARCHIVED
    if facts.supplier:
        return LeftOut.SUPPLIER
    if people_needed and not facts.named:
        return LeftOut.NO_CONTACT
    if not facts.told and not asks_unheard:
        return LeftOut.NOBODY
    return None
