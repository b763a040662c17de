"""How far an address is on its way into the portal, for staff to read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from access.client_access import is_active
from access.models import Invitation
from access.rules import INVITATION_VALID_FOR
from clients.models import Address
from firms.models import Firm
from lib import clock


class PortalState(Enum):
    """Of an address whose LOGIN is on. All but the first are pending."""

    ACTIVE = "active"
    INVITED = "invited"
    EXPIRED = "expired"
    NOT_INVITED = "not invited"  # staff have not sent the invitation, or LOGIN has gone and come back since (M11)


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation that is out; machine time. `logins_ended` is that of its address when it was sent."""

    at: datetime
    logins_ended: int


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """The state of an address, and when the invitation that still counts went out."""

    state: PortalState
    invited_at: datetime | None = None


def decide_state(*, active: bool, logins_ended: int, sent: Sent | None, machine_now: datetime) -> OnTheWay:
    if active:
        return OnTheWay(PortalState.ACTIVE)
    if sent is None or sent.logins_ended != logins_ended:
        return OnTheWay(PortalState.NOT_INVITED)
    is_good = machine_now - sent.at <= INVITATION_VALID_FOR
    return OnTheWay(PortalState.INVITED if is_good else PortalState.EXPIRED, sent.at)


def list_states(firm: Firm, addresses: Collection[Address]) -> dict[int, OnTheWay]:
    """Address id -> its state, as if its LOGIN were on; one query however many. Their users are read already."""
    out = Invitation.objects.filter(firm=firm, address__in=[each.pk for each in addresses], accepted_at=None, voided_at=None)
    sent = {of: Sent(at, ended) for of, at, ended in out.order_by().values_list("address_id", "created_at", "logins_ended")}
    machine_now = clock.machine_now()
    return {
        each.pk: decide_state(active=is_active(each), logins_ended=each.logins_ended, sent=sent.get(each.pk), machine_now=machine_now)
        for each in addresses
    }


def state_of(address: Address) -> OnTheWay:
    """The state of one address, as if its LOGIN were on."""
    return list_states(address.firm, [address])[address.pk]
