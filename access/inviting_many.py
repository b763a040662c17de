"""Invitations to the people of many accounts at once: whom one would reach, and the sending (C12)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from access.client_access import NotInvitable, invite_client
from access.client_states import PortalState, list_states
from clients.models import AccountAddress, Address
from firms.actors import Actor
from firms.login_refusals import LoginRefused, explaining_refusals
from firms.models import Firm
from lib.throttles import spend
from notifications.models import Suppression

MOST = 500  # e-mails at once: a request has half a minute, and each invitation is written for itself
INVITED, INVITED_AN_HOUR = "client_invited", 5  # nobody's mailbox is to be filled by invitations


@dataclass(frozen=True, slots=True)
class Waiting:
    """The addresses with LOGIN in some accounts, by what an invitation would mean for them."""

    new: Sequence[Address]  # no invitation is out, or it has expired
    invited: Sequence[Address]  # one is out and good: invited again only where somebody says so
    active: int  # sign in already
    unreachable: int  # bounced, or written to no more

    def to_invite(self, *, again: bool) -> list[Address]:
        return [*self.new, *self.invited] if again else [*self.new]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many invitations go out; addresses that sign in elsewhere (B10), and those that were invited too often within the hour."""

    sent: int = 0
    elsewhere: int = 0
    too_often: int = 0


def find_waiting(firm: Firm, accounts: Collection[int]) -> Waiting:
    """Each address once, however many of the accounts it has LOGIN in; three queries."""
    addresses = _addresses_with_login(firm, accounts)
    states = list_states(firm, addresses)
    suppressed = Suppression.objects.filter(firm=firm, address__in=[each.pk for each in addresses], lifted_at=None)
    silent = set(suppressed.order_by().values_list("address_id", flat=True))
    pending = [each for each in addresses if states[each.pk].state is not PortalState.ACTIVE]
    reached = [each for each in pending if each.pk not in silent]
    return Waiting(
        new=[each for each in reached if states[each.pk].state is not PortalState.INVITED],
        invited=[each for each in reached if states[each.pk].state is PortalState.INVITED],
        active=len(addresses) - len(pending),
        unreachable=len(pending) - len(reached),
    )


def _addresses_with_login(firm: Firm, accounts: Collection[int]) -> list[Address]:
    uses = AccountAddress.objects.filter(firm=firm, account__in=accounts, account__archived_at=None, login=True).order_by()
    linked = Address.objects.filter(firm=firm, pk__in=uses.values("address"), unlinked_at=None, contact__archived_at=None)
    return list(linked.select_related("contact", "user").order_by("pk"))


def invite_many(*, firm: Firm, addresses: Collection[Address], by: Actor, now: datetime) -> Outcome:
    """Each invitation in a transaction of its own. Whoever signs in meanwhile, or whose LOGIN goes, is passed over."""
    results = [_invite(firm, address, by, now) for address in addresses]
    return Outcome(sent=results.count("sent"), elsewhere=results.count("elsewhere"), too_often=results.count("too often"))


def _invite(firm: Firm, address: Address, by: Actor, now: datetime) -> str:
    if not may_be_invited_now(address):
        return "too often"
    try:
        with explaining_refusals(firm, address.email, new_login=False):  # LOGIN is on already (C36)
            invite_client(address=address, by=by, now=now)
    except LoginRefused:
        return "elsewhere"
    except NotInvitable:
        return "passed over"
    return "sent"


def may_be_invited_now(address: Address) -> bool:
    """Counts one invitation of this address; False where it has had enough of them within the hour."""
    return spend(INVITED, str(address.pk), most=INVITED_AN_HOUR)
