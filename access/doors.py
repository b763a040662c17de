"""The clients' door: who is behind a request, and which item they may open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import wraps
from typing import Concatenate

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from access.links import remembered_link
from access.preview import Preview, band_of, is_previewed, preview_of
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


class Way(Enum):
    """How somebody came to a client's page."""

    SIGNED_IN = "signed in"
    BY_LINK = "by link"
    PREVIEWED = "previewed"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A client at an item page or in the portal. `entry` says what may be done there: in a preview, whoever looks reads only."""

    firm: Firm
    contact: Contact
    address: Address
    account: Account
    way: Way
    entry: Entry = Entry.OPEN
    ip: str | None = None

    @property
    def name(self) -> str:
        return self.contact.name

    @property
    def in_portal(self) -> bool:
        """Whether the rest of the portal stands around the page; whoever was let in by an e-mailed link alone sees the item."""
        return self.way is not Way.BY_LINK

    @property
    def previewed(self) -> bool:
        return self.way is Way.PREVIEWED

    def actor(self) -> Actor:
        """As the activity line will remember them; whoever came by a link alone may be somebody it was forwarded to.

        In a preview nobody acts: raises `PermissionDenied`.
        """
        if self.previewed:
            raise PermissionDenied
        kind = ActorKind.CLIENT if self.way is Way.SIGNED_IN else ActorKind.LINK
        return Actor(kind, self.name, contact_id=self.contact.pk, ip=self.ip)


def get_item_for(request: HttpRequest, code: str) -> tuple[Action, Visitor]:
    """The item `code` and whoever opens it; raises `NoEntry` for everybody who may not.

    A preview comes before everything else that this browser remembers, the link before the password.
    """
    if is_previewed(request):
        found = item_by_preview(request, code)
    else:
        found = item_by_link(request, code, clock.now()) or item_by_login(request, code)
    if found is None:
        raise NoEntry
    return found


def get_visitor(request: HttpRequest) -> Visitor:
    """Whoever the portal is shown to, in the account they are in; raises `NoEntry` for staff, and once no account is left."""
    preview = preview_of(request)
    if preview is not None:
        return _previewed(preview)
    mine = None if is_previewed(request) else present_account(request)
    if mine is None:
        raise NoEntry
    return visitor_in(request, mine)


def item_by_preview(request: HttpRequest, code: str) -> tuple[Action, Visitor] | None:
    """An item of the one account that is looked at."""
    preview = preview_of(request)
    action = find_action(preview.seen.account.firm, code) if preview else None
    if preview is None or action is None or action.account_id != preview.seen.account.pk:
        return None
    return action, _previewed(preview)


def _previewed(preview: Preview) -> Visitor:
    account, address = preview.seen.account, preview.seen.address
    return Visitor(account.firm, address.contact, address, account, Way.PREVIEWED, Entry.READ_ONLY)


def item_by_link(request: HttpRequest, code: str, now: datetime) -> tuple[Action, Visitor] | None:
    notice = notice_of_link(request, code)
    if notice is None or notice.action is None or notice.address is None:
        return None
    visitor = visitor_by_link(request, notice, notice.action.account, closed_at=notice.action.closed_at, now=now)
    return None if visitor is None else (notice.action, visitor)


def visitor_by_link(request: HttpRequest, notice: Notice, account: Account, *, closed_at: datetime | None, now: datetime) -> Visitor | None:
    """The addressee of a notice whose link this browser has followed; nobody once the link is no longer good."""
    address = notice.address
    assert address is not None
    same_email = email_key(notice.email) == address.email_key
    entry = decide_link_entry(standing_of(notice.firm, account.pk, address), same_email=same_email, closed_at=closed_at, now=now)
    if entry is Entry.CLOSED:
        return None
    signed_in = client_of(request) is not None and address.user_id == request.user.pk
    way = Way.SIGNED_IN if signed_in else Way.BY_LINK
    return Visitor(notice.firm, address.contact, address, account, way, entry, address_of(request))


def get_shared_for[Shared](
    request: HttpRequest, code: str, find: Callable[[Firm, str], tuple[Shared, Account, datetime] | None]
) -> tuple[Shared, Visitor]:
    """As `get_item_for`, of something an account was told of that is no request: its own link, or a login, opens it.

    `find` gives it with its account and the instant from which its links live thirty days. Raises `NoEntry`.
    """
    notice, preview, user = notice_of_link(request, code), preview_of(request), client_of(request)
    firm = preview.seen.account.firm if preview else notice.firm if notice else user.firm if user else None
    found = find(firm, code) if firm else None
    if found is None:
        raise NoEntry
    shared, account, since = found
    visitor = _visitor_of_shared(request, account, since, notice, preview)
    if visitor is None:
        raise NoEntry
    return shared, visitor


def _visitor_of_shared(
    request: HttpRequest, account: Account, since: datetime, notice: Notice | None, preview: Preview | None
) -> Visitor | None:
    if is_previewed(request):
        return _previewed(preview) if preview and preview.seen.account.pk == account.pk else None
    by_link = visitor_by_link(request, notice, account, closed_at=since, now=clock.now()) if notice else None
    mine = next((each for each in accounts_of(request) if each.account.pk == account.pk), None)
    return by_link or (visitor_in(request, mine, entry=Entry.READ_ONLY) if mine else None)


def item_by_login(request: HttpRequest, code: str) -> tuple[Action, Visitor] | None:
    action = action_at(request, code)
    if action is None:
        return None
    mine = next((each for each in accounts_of(request) if each.account.pk == action.account_id), None)
    if mine is None:
        return None
    return action, visitor_in(request, mine, entry=decide_login_entry(mine.standing, closed_at=action.closed_at))


def visitor_in(request: HttpRequest, mine: PortalAccount, *, entry: Entry = Entry.OPEN) -> Visitor:
    """A signed-in client in one of their accounts."""
    address = mine.address
    return Visitor(mine.account.firm, address.contact, address, mine.account, Way.SIGNED_IN, entry, address_of(request))


def notice_of_link(request: HttpRequest, code: str) -> Notice | None:
    """The notice whose link has opened the item `code` in this browser; asked once a request."""
    if not hasattr(request, "link_notice"):
        target = None if is_previewed(request) else remembered_link(request.session, code)
        request.link_notice = find_notice(target.firm_id, target.notice_id, code) if target else None  # type: ignore[attr-defined]
    return request.link_notice  # type: ignore[attr-defined, no-any-return]


def notice_that_led_here(request: HttpRequest) -> Notice | None:
    """The one whose link has opened the item of this page, where its door has found one."""
    return getattr(request, "link_notice", None)


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


def action_at(request: HttpRequest, code: str) -> Action | None:
    """The item of that code in the firm of the client who is signed in, whether or not they may open it; asked once a request."""
    if not hasattr(request, "signed_in_action"):
        user = client_of(request)
        request.signed_in_action = find_action(user.firm, code) if user else None  # type: ignore[attr-defined]
    return request.signed_in_action  # type: ignore[attr-defined, no-any-return]


# --- The account that a client with several is in --------------------------------------------------------------------------

CHOSEN = "portal_account"  # in the session, until the next sign-in: the code of the account that was chosen last


def present_account(request: HttpRequest, item: Action | None = None) -> PortalAccount | None:
    """The account of `item`, else the one that was chosen, else the first; nothing for whoever is no client, or has none left."""
    mine = accounts_of(request)
    chosen = request.session.get(CHOSEN)
    found = next((each for each in mine if item is not None and each.account.pk == item.account_id), None)
    return found or next((each for each in mine if each.account.code == chosen), mine[0] if mine else None)


def choose_account(request: HttpRequest, code: str) -> bool:
    """Whether it is one of theirs, and chosen now."""
    found = any(each.account.code == code for each in accounts_of(request))
    if found:
        request.session[CHOSEN] = code
    return found


def is_to_choose(request: HttpRequest) -> bool:
    """Somebody with several accounts who has chosen none since they signed in (C43)."""
    return len(accounts_of(request)) > 1 and CHOSEN not in request.session


def forget_choice(session: SessionBase) -> None:
    session.pop(CHOSEN, None)


# --- The firm's sign-in page ---------------------------------------------------------------------------------------------

SIGN_IN_FIRM = "sign_in_firm"  # in the session: the firm whose sign-in page this browser came by, or whose client signed in here last


def is_login_over(request: HttpRequest) -> bool:
    """Whether this browser was signed in until its login ended: the session still names somebody whom nobody signs in as any more."""
    return not request.user.is_authenticated and SESSION_KEY in request.session


# --- The pages -----------------------------------------------------------------------------------------------------------


def no_entry(request: HttpRequest) -> HttpResponse:
    """The one polite page for links that are empty, wrong, old, or somebody else's; in a preview it says that it is one, or was."""
    context = {"preview": band_of(request), "preview_is_over": is_previewed(request) and preview_of(request) is None}
    return unlogged(private(render(request, "access/no_entry.html", context, status=404)))


def nothing_changes_here(request: HttpRequest) -> HttpResponse:
    """The answer to whatever is posted in a preview, in the language of whoever looks."""
    band = band_of(request)
    with translation.override(band.language if band else translation.get_language()):
        return private(render(request, "access/preview_refusal.html", {"preview": band}, status=403), "same-origin")


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
    """For views behind `get_item_for` and `get_visitor`: the polite page, not an error; nothing kept; in a preview nothing done."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            if is_previewed(request) and request.method not in ("GET", "HEAD"):
                return nothing_changes_here(request)
            # The address of an item holds no secret. With "no-referrer" its forms would be sent from the origin "null", and be refused.
            return private(view(request, *args, **kwargs), "same-origin")
        except NoEntry:
            return no_entry(request)

    return inner
