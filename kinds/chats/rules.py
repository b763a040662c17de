"""What a message means for what is owed, and the states of a request to answer: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actions.enums import ActionState
from actions.kinds import Description
from actions.stops import Stop

MOST_SIGNS = 5000  # of a message
MOST_FILES = 10  # with a message
SHOWN = 50  # messages at once; earlier ones are asked for


class Effect(Enum):
    """What becomes of the thread's request when the firm writes."""

    ASK = "ask"  # a new request: nothing is open
    ASK_AGAIN = "ask again"  # the open one, whose clock and count start anew (D18)
    REOPEN = "reopen"  # one that asked nothing, and whose e-mail still waits
    TELL = "tell"  # a new one that asks nothing
    LET_GO = "let go"  # the open one asks nothing any more
    TELL_ON = "tell on"  # one that asked nothing, and whose e-mail still waits


@dataclass(frozen=True, slots=True)
class Standing:
    """The thread's newest request: `open`; or closed as it asked nothing while its e-mail still `gathers` messages."""

    open: bool = False
    gathers: bool = False


def decide_effect(standing: Standing, *, answer_needed: bool) -> Effect:
    """The last message alone counts (D18): where it needs no answer, none is owed to those before it either."""
    if standing.open:
        return Effect.ASK_AGAIN if answer_needed else Effect.LET_GO
    if standing.gathers:
        return Effect.REOPEN if answer_needed else Effect.TELL_ON
    return Effect.ASK if answer_needed else Effect.TELL


ENDS: dict[Stop, tuple[str | Promise, str]] = {
    Stop.ANSWERED: (_("Answered"), "green"),
    Stop.NOTHING_ASKED: (_("No answer needed"), "grey"),
    Stop.ARCHIVED: (_("Archived"), "grey"),
    Stop.WITHDRAWN: (_("Withdrawn"), "grey"),
    Stop.EXPIRED: (_("Expired"), "grey"),
    Stop.REFUSED: (_("Declined"), "red"),
}


def describe_state(state: str, stop: str) -> Description:
    """The state of a request to answer in words."""
    if state == ActionState.OPEN:
        return Description(_("Waiting for an answer"), "azure")
    return Description(*ENDS.get(Stop(stop), (_("Answered"), "green")))


def starts_a_day(at: datetime, before: datetime | None, zone: ZoneInfo) -> date | None:
    """The day on which a message begins another one than the message before it; nothing where it does not."""
    day = at.astimezone(zone).date()
    return None if before is not None and before.astimezone(zone).date() == day else day


def readers_of(names_and_marks: Sequence[tuple[str, int, datetime]], message_id: int) -> list[tuple[str, datetime]]:
    """Of (name, id of the last message read, when) those who have read this one, the first first."""
    return sorted(((name, at) for name, up_to, at in names_and_marks if up_to >= message_id), key=lambda each: each[1])


def said_unread(count: int) -> str:
    """What a number in a menu counts, for screen readers."""
    return ngettext("unread message", "unread messages", count)
