"""The clients' own pages: what waits, what is done, and the door of every item."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from access.doors import NoEntry, Visitor, accounts_of, client_page, get_item_for, visitor_in
from access.look import page_around
from access.queries import PortalAccount
from access.views import SIGN_IN_FIRM, find_firm
from actions.kinds import get_kind
from lib import clock
from portal.queries import closed_items, open_items

CURRENT = "portal_account"  # in the session: the code of the account that was chosen last


@client_page
@require_safe
def item_page(request: HttpRequest, code: str) -> HttpResponse:
    """One item, by e-mailed link or signed in; in the account that it belongs to (A11)."""
    action, visitor = get_item_for(request, code)
    return get_kind(action.kind).client_view(request, action, visitor)


@client_page
@require_safe
def portal_home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return to_sign_in(request)
    visitor = visitor_of(request)
    items = open_items(visitor)
    context = {
        **page_around(request, visitor, at="portal_home"),
        "me": visitor,
        "mine": [item for item in items if item.mine],
        "others": [item for item in items if not item.mine],
        "done": closed_items(visitor),
        "manager": visitor.account.manager,
        "firm": visitor.firm,
        "today": clock.now().astimezone(visitor.firm.zone).date(),
    }
    return render(request, "portal/home.html", context)


@client_page
@require_POST
def account_switch(request: HttpRequest, code: str) -> HttpResponse:
    """Changes to another account of the same person; anybody else's is not there."""
    if not any(mine.account.code == code for mine in accounts_of(request)):
        raise NoEntry
    request.session[CURRENT] = code
    return redirect("portal_home")


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page of the firm that this browser came by last, else the one for everybody."""
    firm = find_firm(request.session.get(SIGN_IN_FIRM))
    own = reverse("client_sign_in", args=[firm.code]) if firm else None
    return redirect_to_login(request.get_full_path(), own)


def visitor_of(request: HttpRequest) -> Visitor:
    """The client who is signed in, in the account they chose last; raises `NoEntry` for staff, and once no account is left."""
    mine = accounts_of(request)
    if not mine:
        raise NoEntry
    return visitor_in(request, chosen(mine, request.session.get(CURRENT)))


def chosen(mine: list[PortalAccount], code: str | None) -> PortalAccount:
    return next((each for each in mine if each.account.code == code), mine[0])
