"""The link in the banner of e-mails to people who have yet to activate their access. Nothing is stored of it."""

import re

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from access.client_access import may_be_activated
from access.doors import NoEntry
from clients.models import Address
from firms.models import Firm
from notifications.secrets import activation_path
from tenancy.context import current_firm_id

ACTIVATION_PAGE = re.compile(r"/activate/([0-9A-Z]{4,16})/([0-9A-Z]{4,16})/([a-z2-7]{32})/")


def address_to_activate(request: HttpRequest) -> Address | None:
    """Asked once a request; nothing where the link is none of ours, its address has changed, or LOGIN has gone."""
    if not hasattr(request, "address_to_activate"):
        request.address_to_activate = _find_address(request.path_info)  # type: ignore[attr-defined]
    return request.address_to_activate  # type: ignore[attr-defined, no-any-return]


def _find_address(path: str) -> Address | None:
    match = ACTIVATION_PAGE.fullmatch(path)
    firm = Firm.objects.filter(pk=current_firm_id() or 0).first()
    if match is None or firm is None:
        return None
    address = Address.objects.select_related("firm", "contact", "user").filter(firm=firm, code=match[2]).first()
    if address is None or not may_be_activated(address):
        return None
    return address if constant_time_compare(path, activation_path(firm.code, address)) else None


def get_address_to_activate(request: HttpRequest) -> Address:
    """Raises `NoEntry`: one polite page for every link that leads nowhere."""
    address = address_to_activate(request)
    if address is None:
        raise NoEntry
    return address
