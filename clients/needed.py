"""Why somebody has to stay in an account: told by the apps that know, since what is asked of people stands above this one."""

from collections.abc import Callable, Collection

from firms.models import Firm

Pair = tuple[int, int]  # ids of an account and of a contact
NeededOf = Callable[[Firm, Collection[Pair]], set[Pair]]

_checks: list[NeededOf] = []


def register_needed(check: NeededOf) -> None:
    """Called by `AppConfig.ready()`. `check` gives those of the pairs where the contact is needed in the account; one query."""
    if check not in _checks:
        _checks.append(check)


def needed_among(firm: Firm, pairs: Collection[Pair]) -> set[Pair]:
    return {pair for check in _checks for pair in check(firm, pairs)} if pairs else set()
