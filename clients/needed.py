"""Why somebody has to stay in an account, or an account a client: told by the apps that know, as what is asked stands above this one."""

from collections.abc import Callable, Collection

from firms.models import Firm

Pair = tuple[int, int]  # ids of an account and of a contact
NeededOf = Callable[[Firm, Collection[Pair]], set[Pair]]
AskedOf = Callable[[Firm], set[int]]

_checks: list[NeededOf] = []
_asked: list[AskedOf] = []


def register_needed(check: NeededOf) -> None:
    """Called by `AppConfig.ready()`. `check` gives those of the pairs where the contact is needed in the account; one query."""
    if check not in _checks:
        _checks.append(check)


def needed_among(firm: Firm, pairs: Collection[Pair]) -> set[Pair]:
    return {pair for check in _checks for pair in check(firm, pairs)} if pairs else set()


def register_asked(check: AskedOf) -> None:
    """Called by `AppConfig.ready()`. `check` gives the ids of the firm's accounts of which something is asked: they cannot become
    suppliers (M24); one query."""
    if check not in _asked:
        _asked.append(check)


def accounts_asked(firm: Firm) -> set[int]:
    return {account for check in _asked for account in check(firm)}
