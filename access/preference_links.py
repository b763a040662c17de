"""The link in each e-mail to what its reader receives: whose it is. Nothing is stored; see notifications.secrets.preferences_path."""

import re
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from access.doors import NoEntry
from access.queries import standing_of
from access.rules import may_follow_link
from clients.models import Account, Address
from firms.actors import Actor, address_of
from firms.enums import ActorKind
from firms.models import Firm
from notifications.secrets import preferences_path
from tenancy.context import current_firm_id

PREFERENCES_PAGE = re.compile(r"/p/([0-9A-Z]{4,16})/([0-9A-Z]{4,16})/([0-9A-Z]{4,16})/([a-z2-7]{32})/")


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whoever holds the link of an address in one account."""

    firm: Firm
    account: Account
    address: Address

    def actor(self, request: HttpRequest) -> Actor:
        contact = self.address.contact
        return Actor(ActorKind.LINK, contact.name, contact_id=contact.pk, ip=address_of(request))


def addressee_of(request: HttpRequest) -> Addressee | None:
    """Asked once a request; nobody where the link is none of ours, or its address hears of the account no more."""
    if not hasattr(request, "preferences_addressee"):
        request.preferences_addressee = _find_addressee(request.path_info)  # type: ignore[attr-defined]
    return request.preferences_addressee  # type: ignore[attr-defined, no-any-return]


def _find_addressee(path: str) -> Addressee | None:
    match = PREFERENCES_PAGE.match(path)
    firm = Firm.objects.filter(pk=current_firm_id() or 0).first()
    if match is None or firm is None:
        return None
    account = Account.objects.select_related("firm").filter(firm=firm, code=match[2]).first()
    address = Address.objects.select_related("contact").filter(firm=firm, code=match[3]).first()
    if account is None or address is None or not may_follow_link(standing_of(firm, account.pk, address)):
        return None
    mine = constant_time_compare(match[0], preferences_path(firm.code, account, address))
    return Addressee(firm, account, address) if mine else None


def get_addressee(request: HttpRequest) -> Addressee:
    """Raises `NoEntry`: one polite page for every link that leads nowhere."""
    addressee = addressee_of(request)
    if addressee is None:
        raise NoEntry
    return addressee
