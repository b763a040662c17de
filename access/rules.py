"""Who may open an item and who may act on it: pure. The table is docs/access.md; its test tests/access/test_rules.py."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum

from actions.enums import ActionState

READABLE_AFTER_CLOSING = timedelta(days=30)


class Entry(Enum):
    """What an item page shows to somebody at its door."""

    OPEN = "open"
    READ_ONLY = "read only"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an address stands to an account. `linked` is false when the account has no such address (any more)."""

    linked: bool
    login: bool = False
    notify: bool = False
    suppressed: bool = False  # by staff
    archived: bool = False  # its contact, or the account itself
    replaced: bool = False  # by another address: LOGIN is all it may still have (M15)


def may_use_portal(standing: Standing) -> bool:
    """The rest of the portal is for addresses with LOGIN; activation is shown by being signed in."""
    return _stands(standing) and standing.login


def may_follow_link(standing: Standing) -> bool:
    """A link goes on while its address hears of the account in any way."""
    return _stands(standing) and not standing.replaced and (standing.login or standing.notify)


def _stands(standing: Standing) -> bool:
    return standing.linked and not standing.suppressed and not standing.archived


def decide_link_entry(standing: Standing, *, same_email: bool, closed_at: datetime | None, now: datetime) -> Entry:
    """For whoever holds an e-mailed link: alive until 30 days after the item closes, read only from then on; it dies with the address."""
    if not same_email or not may_follow_link(standing):
        return Entry.CLOSED
    if closed_at is None:
        return Entry.OPEN
    return Entry.READ_ONLY if now - closed_at <= READABLE_AFTER_CLOSING else Entry.CLOSED


def decide_login_entry(standing: Standing, *, closed_at: datetime | None) -> Entry:
    """For a client who is signed in: everything of their accounts, for as long as LOGIN is on."""
    if not may_use_portal(standing):
        return Entry.CLOSED
    return Entry.OPEN if closed_at is None else Entry.READ_ONLY


class Act(Enum):
    """Whether somebody may sign, approve or accept, and if not, why."""

    MAY = "may"
    ITEM_CLOSED = "item closed"
    NOT_NAMED = "not named"
    HAS_ACTED = "has acted"


def decide_act(*, contact_id: int, named: Collection[int], done: Collection[int], entry: Entry) -> Act:
    """To sign, approve or accept one is named by the item, or nobody is; each once. The code comes on top."""
    if entry is not Entry.OPEN:
        return Act.ITEM_CLOSED
    if contact_id in done:
        return Act.HAS_ACTED
    if named and contact_id not in named:
        return Act.NOT_NAMED
    return Act.MAY


def is_past(last_day: date | None, today: date) -> bool:
    """Whether the last day on which it could be done is over; the sweep may not have come by yet."""
    return last_day is not None and today > last_day


class Stage(StrEnum):
    """What stands on a client's page where one acts: the form, that one has acted or nothing is left, or how the item ended."""

    ACT = "act"
    ACTED = "acted"
    READER = "reader"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def decide_stage(*, state: str, refused: bool, past: bool, act: Act) -> Stage:
    """`state` and `refused` are the item's; `past`: its last day is over."""
    if refused:
        return Stage.DECLINED
    if state == ActionState.WITHDRAWN:
        return Stage.WITHDRAWN
    if state == ActionState.EXPIRED or (past and state == ActionState.OPEN):
        return Stage.EXPIRED
    return {Act.MAY: Stage.ACT, Act.NOT_NAMED: Stage.READER}.get(act, Stage.ACTED)


# --- Codes ---------------------------------------------------------------------------------------------------------------
CODE_VALID_FOR = timedelta(minutes=10)
CODE_TRIES = 5
CODES_AN_HOUR = 5


class CodeVerdict(Enum):
    """What a typed code is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    OUT_OF_DATE = "out of date"
    TRIED_TOO_OFTEN = "tried too often"


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """The newest code for the item and the address. `same_place`: asked for in this browser, for this purpose, for this document."""

    created_at: datetime
    tries: int
    used: bool
    same_place: bool
    matches: bool


def decide_code(facts: CodeFacts, now: datetime) -> CodeVerdict:
    """A code is used once, within ten minutes, where it was asked for, in at most five tries, the right one among them."""
    if facts.used or not facts.same_place or now - facts.created_at > CODE_VALID_FOR:
        return CodeVerdict.OUT_OF_DATE
    if facts.tries >= CODE_TRIES:
        return CodeVerdict.TRIED_TOO_OFTEN
    return CodeVerdict.RIGHT if facts.matches else CodeVerdict.WRONG


# --- Invitations ---------------------------------------------------------------------------------------------------------
INVITATION_VALID_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """An invitation as its row stands. `same_address`: still that of whoever is invited; `wanted`: they have not been removed."""

    created_at: datetime
    accepted: bool
    voided: bool
    same_address: bool
    wanted: bool


def is_invitation_open(facts: InvitationFacts, machine_now: datetime) -> bool:
    """It can be accepted once, within fourteen days, by the address it was sent to, until another one goes out."""
    if facts.accepted or facts.voided or not facts.same_address or not facts.wanted:
        return False
    return machine_now - facts.created_at <= INVITATION_VALID_FOR
