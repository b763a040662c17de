"""The states of a request to approve: pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from actions.enums import ActionState
from actions.kinds import Description


class State(StrEnum):
    """As the list filters by them."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Progress:
    """What a state is told from: how many of the people named have approved (`of` is 0 where nobody is named), and how it ended."""

    action_state: str
    refused: bool
    approved: int
    of: int


NAMES: dict[State, tuple[str | Promise, str]] = {
    State.PENDING: (_("Waiting"), "azure"),
    State.APPROVED: (_("Approved"), "green"),
    State.REFUSED: (_("Refused"), "red"),
    State.WITHDRAWN: (_("Withdrawn"), "grey"),
    State.EXPIRED: (_("Expired"), "grey"),
}
ENDED = {ActionState.WITHDRAWN: State.WITHDRAWN, ActionState.EXPIRED: State.EXPIRED, ActionState.DONE: State.APPROVED}


def state_of(progress: Progress) -> State:
    if progress.refused:
        return State.REFUSED
    return ENDED.get(ActionState(progress.action_state), State.PENDING)


def describe_progress(progress: Progress) -> Description:
    """The state in words: “1 of 2 approved” where it is not over."""
    state = state_of(progress)
    if state is State.PENDING and progress.approved:
        return Description(_("%(approved)d of %(of)d approved") % {"approved": progress.approved, "of": progress.of}, "azure")
    return Description(*NAMES[state])


def digest_of(fingerprints: Iterable[bytes]) -> bytes:
    """The fingerprint of several documents in their order, from those of each; 32 bytes."""
    return hashlib.sha256(b"".join(fingerprints)).digest()
