"""Staff look at the portal as one of their clients sees it: in one account, reading only, for as long as they may change that account."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from access.queries import PortalAccount, find_portal_account
from clients.log import AccountLog
from clients.models import Account, Address
from clients.queries import get_account_to_change
from firms.actors import Actor
from firms.doors import staff_of
from firms.enums import Side, Verb
from firms.models import Staff, User
from lib import clock
from tenancy.context import current_firm_id
from ui import shell

KEPT = "preview"  # in the session: the codes of account and address, and when it began
PREVIEWED_PAGES = re.compile(r"/(?:portal|a)/")
LASTS = timedelta(hours=1)  # one that was forgotten in another tab does not stand in the way of an e-mailed link for ever


class NothingToPreview(Exception):
    """The address would find no portal: LOGIN is off, or staff have stopped writing to it, or the account is archived."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Who looks, and what they look at: an account as one address of its people finds it."""

    staff: Staff
    seen: PortalAccount


def start_preview(*, session: SessionBase, account: Account, address: Address, by: Actor, now: datetime) -> None:
    """Begins, or changes to, the preview of `account` as `address` sees it; with its activity line. Raises `NothingToPreview`."""
    if find_portal_account(account, address.code) is None:
        raise NothingToPreview
    AccountLog(account, by, now).line(Verb.PREVIEWED, subject=address.contact.name, detail=address.email)
    session[KEPT] = {"account": account.code, "address": address.code, "began": clock.machine_now().timestamp()}


def end_preview(session: SessionBase) -> str:
    """The code of the account that was looked at, or nothing."""
    return str(session.pop(KEPT, {}).get("account", ""))


def is_previewed(request: HttpRequest) -> bool:
    """Whether this page is one of a preview that has begun, whether or not it still holds: no e-mailed link counts here meanwhile."""
    user = request.user
    if not isinstance(user, User) or user.side != Side.STAFF or not PREVIEWED_PAGES.match(request.path_info):
        return False
    return KEPT in request.session or hasattr(request, "preview")  # to its end, even where it has just been over


def preview_of(request: HttpRequest) -> Preview | None:
    """The preview that this page belongs to, asked anew at each request; whoever may no more has lost it."""
    if not is_previewed(request):
        return None
    if not hasattr(request, "preview"):
        request.preview = _find_preview(request)  # type: ignore[attr-defined]
        if request.preview is None:  # type: ignore[attr-defined]
            end_preview(request.session)
    return request.preview  # type: ignore[attr-defined, no-any-return]


def _find_preview(request: HttpRequest) -> Preview | None:
    kept, user = request.session[KEPT], request.user
    age = clock.machine_now().timestamp() - kept["began"]
    if age > LASTS.total_seconds() or not isinstance(user, User) or user.firm_id != current_firm_id():
        return None
    try:
        staff = staff_of(request)
        account = get_account_to_change(staff, kept["account"])
    except (Http404, PermissionDenied):
        return None
    seen = find_portal_account(account, kept["address"])
    return Preview(staff, seen) if seen else None


def band_of(request: HttpRequest) -> shell.PreviewBand | None:
    """What stands above every page of a preview, in the language of whoever looks."""
    preview = preview_of(request)
    if preview is None:
        return None
    contact, language = preview.seen.address.contact, request.staff_language  # type: ignore[attr-defined]
    return shell.PreviewBand(contact.name, preview.seen.account.name, reverse("preview_end"), language)
