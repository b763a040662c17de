"""The clients' own pages: what waits, what is done, the choice of account, and the door of every item."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from access.doors import NoEntry, Visitor, Way, choose_account, client_page, get_item_for, notice_of_link
from access.look import page_around
from actions.kinds import get_kind
from lib import clock
from notifications.visits import is_somebody_there, note_visit
from portal.pages import portal_page
from portal.queries import closed_actions, items_for, open_items

DONE_SHOWN = 3  # on the first page
DONE_ON_A_PAGE = 20


@client_page
@require_safe
def item_page(request: HttpRequest, code: str) -> HttpResponse:
    """One item, by e-mailed link or signed in; in the account that it belongs to, where one stays afterwards (A11)."""
    action, visitor = get_item_for(request, code)
    if visitor.way is Way.SIGNED_IN:
        choose_account(request, visitor.account.code)
    return get_kind(action.kind).client_view(request, action, visitor)


@client_page
@require_POST
def item_opened(request: HttpRequest, code: str) -> HttpResponse:
    """Its script says that a hand is on the page that an e-mailed link has opened."""
    notice = notice_of_link(request, code)
    if notice is None:
        raise NoEntry
    if is_somebody_there(code, request.POST.get("seen", "")):
        note_visit(notice, clock.now())
    return HttpResponse(status=204)


@portal_page
@require_safe
def portal_home(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    items = open_items(visitor)
    done = items_for(closed_actions(visitor)[: DONE_SHOWN + 1], visitor)
    context = {
        **page_around(request, visitor, at="portal_home"),
        "me": visitor,
        "mine": [item for item in items if item.mine],
        "others": [item for item in items if not item.mine],
        "done": done[:DONE_SHOWN],
        "more_done": len(done) > DONE_SHOWN,
        "manager": visitor.account.manager,
        "firm": visitor.firm,
        "today": clock.now().astimezone(visitor.firm.zone).date(),
    }
    return render(request, "portal/home.html", context)


@portal_page
@require_safe
def portal_done(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    page = Paginator(closed_actions(visitor), DONE_ON_A_PAGE).get_page(request.GET.get("page"))
    done = items_for(page, visitor)
    return render(request, "portal/done.html", {**page_around(request, visitor, at="portal_done"), "page": page, "done": done})


@portal_page
@require_safe
def account_choice(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The pop-up as a page, for browsers without scripts."""
    return render(request, "portal/account_choice.html", page_around(request, visitor, at="account_choice"))


@client_page
@require_POST
def account_switch(request: HttpRequest, code: str) -> HttpResponse:
    """Changes to another account of the same person; anybody else's is not there."""
    if not choose_account(request, code):
        raise NoEntry
    return redirect("portal_home")
