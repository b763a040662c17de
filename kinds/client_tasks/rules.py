"""The states of a list of tasks, and what a list may hold: pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from actions.enums import ActionState
from actions.kinds import Description, Text

MOST_TASKS = 50


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task as it is asked for."""

    text: str
    details: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What a state is told from: how many of the tasks are done, and how the action ended if it has."""

    action_state: str
    done: int
    of: int

    @property
    def is_finished(self) -> bool:
        """A list is done when all that remain on it are; an empty one never is."""
        return 0 < self.of == self.done


NAMES: dict[str, tuple[Text, str]] = {
    ActionState.OPEN: (_("Waiting"), "azure"),
    ActionState.DONE: (_("Done"), "green"),
    ActionState.WITHDRAWN: (_("Withdrawn"), "grey"),
    ActionState.EXPIRED: (_("Expired"), "grey"),
}


def describe_progress(progress: Progress) -> Description:
    """The state in words: “3 of 8 done” once something is."""
    state, colour = NAMES[progress.action_state]
    counted = _("%(done)d of %(of)d done") % {"done": progress.done, "of": progress.of}
    if progress.action_state != ActionState.OPEN:
        return Description(state, colour)
    return Description(counted if progress.done else state, colour, counted)


def earliest(days: Iterable[date | None]) -> date | None:
    """The first of the days there are."""
    return min((day for day in days if day is not None), default=None)
