"""What the apps above say of files: which are part of an open request, and which are evidence. They register in `ready()`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from firms.models import Firm

type Held = dict[int, str]  # a file's id: the title of the open request that it is part of


@dataclass(frozen=True, slots=True)
class Holder:
    """`held` and `kept_for_good` take the firm and ids of files, and name those of them that cannot go."""

    held: Callable[[Firm, Collection[int]], Held]
    kept_for_good: Callable[[Firm, Collection[int]], set[int]]


_holders: list[Holder] = []


def register_holder(holder: Holder) -> None:
    if holder not in _holders:
        _holders.append(holder)


def held_among(firm: Firm, files: Collection[int]) -> Held:
    """Which of these files are part of an open request, and of which."""
    return {file: title for holder in reversed(_holders) for file, title in holder.held(firm, files).items()}


def kept_for_good_among(firm: Firm, files: Collection[int]) -> set[int]:
    """Which of these files are evidence of something that is over."""
    return set[int]().union(*(holder.kept_for_good(firm, files) for holder in _holders))
