"""The states of a request to sign: pure."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from actions.enums import ActionState
from actions.kinds import Description


class State(StrEnum):
    REQUESTED = "requested"
    PARTLY_SIGNED = "partly signed"
    SIGNED = "signed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Progress:
    """What a state is told from: how many of the people named have signed, and how the action ended if it has."""

    action_state: str
    refused: bool
    signed: int
    of: int


def state_of(progress: Progress) -> State:
    ended = {ActionState.WITHDRAWN: State.WITHDRAWN, ActionState.EXPIRED: State.EXPIRED}.get(ActionState(progress.action_state))
    if ended:
        return ended
    if progress.refused:
        return State.DECLINED
    if progress.action_state == ActionState.DONE:
        return State.SIGNED
    return State.PARTLY_SIGNED if progress.signed else State.REQUESTED


NAMES: dict[State, tuple[str | Promise, str]] = {
    State.REQUESTED: (_("Waiting"), "azure"),
    State.SIGNED: (_("Signed"), "green"),
    State.DECLINED: (_("Declined"), "red"),
    State.WITHDRAWN: (_("Withdrawn"), "grey"),
    State.EXPIRED: (_("Expired"), "grey"),
}


def describe_progress(progress: Progress) -> Description:
    """The state in words: “1 of 2 signed” where it is not over."""
    state = state_of(progress)
    if state is State.PARTLY_SIGNED:
        return Description(_("%(signed)d of %(of)d signed") % {"signed": progress.signed, "of": progress.of}, "azure")
    return Description(*NAMES[state])
