"""The clients' door: who is behind a request, and which item they may open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from access.links import remembered_link
from access.queries import PortalAccount, find_action, find_notice, portal_accounts, standing_of
from access.rules import Entry, decide_link_entry, decide_login_entry
from actions.models import Action
from clients.models import Account, Address, Contact
from clients.names import email_key
from firms.actors import Actor, address_of
from firms.enums import ActorKind, Side
from firms.models import Firm, User
from lib import clock
from notifications.models import Notice
from tenancy.context import current_firm_id


class NoEntry(Http404):
    """Nobody's item, another firm's, or a link that is no longer good: one answer for all."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A client at an item page or in the portal; who is not `signed_in` was let in by an e-mailed link alone."""

    firm: Firm
    contact: Contact
    address: Address
    account: Account
    signed_in: bool
    entry: Entry = Entry.OPEN
    ip: str | None = None

    @property
    def name(self) -> str:
        return self.contact.name

    def actor(self) -> Actor:
        """As the activity line will remember them; whoever came by a link alone may be somebody it was forwarded to."""
        kind = ActorKind.CLIENT if self.signed_in else ActorKind.LINK
        return Actor(kind, self.name, contact_id=self.contact.pk, ip=self.ip)


def get_item_for(request: HttpRequest, code: str) -> tuple[Action, Visitor]:
    """The item `code` and whoever opens it; raises `NoEntry` for everybody who may not. The link comes before the password."""
    now = clock.now()
    found = item_by_link(request, code, now) or item_by_login(request, code)
    if found is None:
        raise NoEntry
    return found


def item_by_link(request: HttpRequest, code: str, now: datetime) -> tuple[Action, Visitor] | None:
    notice = notice_of_link(request, code)
    if notice is None or notice.action is None or notice.address is None:
        return None
    action, address = notice.action, notice.address
    entry = decide_link_entry(
        standing_of(notice.firm, action.account_id, address),
        same_email=email_key(notice.email) == address.email_key,
        closed_at=action.closed_at,
        now=now,
    )
    if entry is Entry.CLOSED:
        return None
    signed_in = client_of(request) is not None and address.user_id == request.user.pk
    return action, Visitor(notice.firm, address.contact, address, action.account, signed_in=signed_in, entry=entry, ip=address_of(request))


def item_by_login(request: HttpRequest, code: str) -> tuple[Action, Visitor] | None:
    user = client_of(request)
    action = find_action(user.firm, code) if user else None
    if user is None or action is None:
        return None
    mine = next((each for each in accounts_of(request) if each.account.pk == action.account_id), None)
    if mine is None:
        return None
    return action, visitor_in(request, mine, entry=decide_login_entry(mine.standing, closed_at=action.closed_at))


def visitor_in(request: HttpRequest, mine: PortalAccount, *, entry: Entry = Entry.OPEN) -> Visitor:
    """A signed-in client in one of their accounts."""
    address = mine.address
    return Visitor(mine.account.firm, address.contact, address, mine.account, signed_in=True, entry=entry, ip=address_of(request))


def notice_of_link(request: HttpRequest, code: str) -> Notice | None:
    """The notice whose link has opened the item `code` in this browser; asked once a request."""
    if not hasattr(request, "link_notice"):
        target = remembered_link(request.session, code)
        request.link_notice = find_notice(target.firm_id, target.notice_id, code) if target else None  # type: ignore[attr-defined]
    return request.link_notice  # type: ignore[attr-defined, no-any-return]


def client_of(request: HttpRequest) -> User | None:
    """The client who is signed in, on pages of their own firm; a link into another firm makes them a stranger there."""
    user = request.user
    if not isinstance(user, User) or user.side != Side.CLIENT or user.firm_id != current_firm_id():
        return None
    return user


def accounts_of(request: HttpRequest) -> list[PortalAccount]:
    """The accounts of the client who is signed in, none for anybody else; asked once a request."""
    if not hasattr(request, "portal_accounts"):
        user = client_of(request)
        request.portal_accounts = portal_accounts(user) if user else []  # type: ignore[attr-defined]
    return request.portal_accounts  # type: ignore[attr-defined, no-any-return]


def no_entry(request: HttpRequest) -> HttpResponse:
    """The one polite page for links that are empty, wrong, old, or somebody else's."""
    return unlogged(private(render(request, "access/no_entry.html", status=404)))


def unlogged(response: HttpResponse) -> HttpResponse:
    """Django would log the path of a refusal, and a link that a mail program has spoilt may still hold its token."""
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
    return response


def private(response: HttpResponse, referrer: str = "no-referrer") -> HttpResponse:
    """Nothing that a link opens is kept by a browser or told to another site."""
    response.headers["Referrer-Policy"] = referrer
    response.headers["Cache-Control"] = "no-store"
    return response


def client_page[**P](view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For every view behind `get_item_for`: the polite page instead of an error, and nothing kept on the way."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            # The address of an item holds no secret. With "no-referrer" its forms would be sent from the origin "null", and be refused.
            return private(view(request, *args, **kwargs), "same-origin")
        except NoEntry:
            return no_entry(request)

    return inner
