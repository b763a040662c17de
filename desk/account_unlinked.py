"""“Unlinked e-mails” of an account: addresses that were replaced and can still sign in (C40, C42)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from access.client_states import OnTheWay, PortalState
from clients.models import AccountAddress, Address
from clients.queries import unlinked_among
from desk.address_states import State, portal_state


@dataclass(frozen=True, slots=True)
class UnlinkedRow:
    """An address with the one that has taken its place, where that is still there, and how far that one is."""

    use: AccountAddress
    successor: Address | None
    state: State | None
    successor_is_active: bool


def unlinked_rows(uses: Iterable[AccountAddress], states: Mapping[int, OnTheWay]) -> list[UnlinkedRow]:
    """Those among `uses`; `states` has the addresses that stand in for them."""
    return [unlinked_row(use, standing_in(use.address), states) for use in unlinked_among(uses)]


def standing_in(address: Address) -> Address | None:
    """Who has taken its place, as the row that was read with it says; nobody once that one was removed or replaced itself."""
    new: Address | None = address.replaced_by
    return new if new is not None and new.is_linked else None


def unlinked_row(use: AccountAddress, successor: Address | None, states: Mapping[int, OnTheWay]) -> UnlinkedRow:
    if successor is None:
        return UnlinkedRow(use, None, None, successor_is_active=False)
    on_the_way = states[successor.pk]
    return UnlinkedRow(use, successor, portal_state(on_the_way), on_the_way.state is PortalState.ACTIVE)
