"""The language and the clock of a page are its reader's; a second step of sign-in, where the firm demands one, comes before it.

What somebody was shown while they were signed in is kept by nobody.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from access.activation_links import ACTIVATION_PAGE, address_to_activate
from access.client_access import first_account, get_open_client_invitation
from access.doors import SIGN_IN_FIRM, action_at, notice_of_link, present_account
from access.enums import Purpose
from access.firm_of_request import INVITATION_PAGE
from access.invitations import InvitationClosed, find_invitation, get_open_invitation
from access.links import ITEM_PAGE
from access.preference_links import PREFERENCES_PAGE, addressee_of
from access.preview import preview_of
from access.second_steps import lacks_demanded_step
from clients.models import Account, Contact, language_of, zone_of
from firms.doors import staff_of
from firms.enums import Side
from firms.models import Staff, User
from tenancy.context import current_firm_id


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of whoever reads; an empty language leaves it to the browser."""

    language: str = ""
    zone: ZoneInfo | None = None


class NothingKeptMiddleware:
    """Whoever uses a browser after somebody has signed out finds no page of theirs by its Back button, nor in a proxy.

    An answer that says itself how long it may be kept stays as it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class SignInPageMiddleware:
    """A session that is worth nothing any more is emptied by Django; its browser keeps the way to its firm's sign-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        firm_id = request.session.get(SIGN_IN_FIRM)
        if firm_id is not None and not request.user.is_authenticated:
            request.session.setdefault(SIGN_IN_FIRM, firm_id)
        return self.get_response(request)


class LanguageMiddleware:
    """The language that was chosen on a page, else staff's own, else the contact's, else the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reader = reader_of(request)
        # A preview speaks as it would to the client; the language that was chosen in this browser is staff's own.
        language = known(reader.language) if preview_of(request) else ""
        language = language or language_for(request, reader.language)
        with translation.override(language), timezone.override(reader.zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def language_for(request: HttpRequest, own: str) -> str:
    """What was chosen in the foot of a page, else the reader's own, else what the browser asks for."""
    return chosen_language(request) or known(own) or translation.get_language_from_request(request)


def chosen_language(request: HttpRequest) -> str:
    return known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))


def known(language: str) -> str:
    """The language of the product that this is (`fr-BE` is French here), or nothing."""
    return language[:2] if language[:2] in dict(settings.LANGUAGES) else ""


def reader_of(request: HttpRequest) -> Reader:
    preview = preview_of(request)
    if preview is not None:
        request.staff_language = language_for(request, preview.staff.language)  # type: ignore[attr-defined]
        return _client(preview.seen.address.contact, preview.seen.account)
    item = ITEM_PAGE.match(request.path_info)
    notice = notice_of_link(request, item.group(1)) if item else None
    if notice is not None and notice.contact is not None and notice.account is not None:
        return _client(notice.contact, notice.account)
    if PREFERENCES_PAGE.match(request.path_info):
        addressee = addressee_of(request)
        return _client(addressee.address.contact, addressee.account) if addressee else Reader()
    if ACTIVATION_PAGE.fullmatch(request.path_info):
        pending = address_to_activate(request)
        return _client(pending.contact, first_account(pending)) if pending else Reader()
    invitation = INVITATION_PAGE.fullmatch(request.path_info)
    if invitation:
        return _invited(invitation.group(1))
    user = request.user
    if not isinstance(user, User) or user.firm_id != current_firm_id():
        return Reader()
    return _staff(request) if user.side == Side.STAFF else _signed_in_client(request)


def _invited(token: str) -> Reader:
    """Whoever is invited, not whoever is signed in here; the firm has been entered, if there is one."""
    with suppress(InvitationClosed):
        if find_invitation(token).purpose == Purpose.CLIENT:
            address = get_open_client_invitation(token).address
            assert address is not None
            return _client(address.contact, first_account(address))
        invitation, staff = get_open_invitation(token)
        return Reader(staff.language or invitation.firm.language, invitation.firm.zone)
    return Reader()


def _client(contact: Contact, account: Account) -> Reader:
    return Reader(language_of(contact, account), zone_of(contact, account))


def _signed_in_client(request: HttpRequest) -> Reader:
    """In the account that the page is about: an item's own, else the one they are in (M32)."""
    item = ITEM_PAGE.match(request.path_info)
    mine = present_account(request, action_at(request, item.group(1)) if item else None)
    return _client(mine.address.contact, mine.account) if mine else Reader()


def _staff(request: HttpRequest) -> Reader:
    staff = present_staff(request)
    return Reader(staff.language, staff.firm.zone) if staff else Reader()


def present_staff(request: HttpRequest) -> Staff | None:
    """The member of staff on pages of their own firm; nobody once they have left: the door of the page will say so."""
    user = request.user
    if not isinstance(user, User) or user.side != Side.STAFF or user.firm_id != current_firm_id():
        return None
    try:
        return staff_of(request)
    except PermissionDenied:
        return None


# Where somebody without the second step that is demanded may go all the same: to add it, to leave, and where nobody signs in.
WITHOUT_SECOND_STEP = (
    "/account/security/", "/sign-out/", "/password/", "/language/", "/healthz", "/metrics", "/readyz",
    "/a/", "/activate/", "/c/", "/copy/", "/icon/", "/invitation/", "/l/", "/logo/", "/p/",
)  # fmt: skip


class SecondStepMiddleware:
    """Leads staff whose firm demands a second step, and who have none, from every page of the desk to where they add one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        free = request.path_info.startswith(WITHOUT_SECOND_STEP) and preview_of(request) is None
        staff = None if free else present_staff(request)
        if staff is None or not lacks_demanded_step(staff):
            return self.get_response(request)
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(headers={"HX-Redirect": reverse("mfa_index")})
        return redirect("mfa_index")
