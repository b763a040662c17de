"""The language and the clock of a page are its reader's."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from access.doors import accounts_of, notice_of_link
from access.links import ITEM_PAGE
from clients.models import Account, Contact, language_of, zone_of
from firms.doors import staff_of
from firms.enums import Side
from firms.models import User
from tenancy.context import current_firm_id


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of whoever reads; an empty language leaves it to the browser."""

    language: str = ""
    zone: ZoneInfo | None = None


class LanguageMiddleware:
    """The language that was chosen on a page, else staff's own, else the contact's, else the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reader = reader_of(request)
        language = chosen_language(request) or known(reader.language) or translation.get_language_from_request(request)
        with translation.override(language), timezone.override(reader.zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def chosen_language(request: HttpRequest) -> str:
    return known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))


def known(language: str) -> str:
    """The language of the product that this is (`fr-BE` is French here), or nothing."""
    return language[:2] if language[:2] in dict(settings.LANGUAGES) else ""


def reader_of(request: HttpRequest) -> Reader:
    item = ITEM_PAGE.match(request.path_info)
    notice = notice_of_link(request, item.group(1)) if item else None
    if notice is not None and notice.contact is not None and notice.account is not None:
        return _client(notice.contact, notice.account)
    user = request.user
    if not isinstance(user, User) or user.firm_id != current_firm_id():
        return Reader()
    return _staff(request) if user.side == Side.STAFF else _signed_in_client(request)


def _client(contact: Contact, account: Account) -> Reader:
    return Reader(language_of(contact, account), zone_of(contact, account))


def _signed_in_client(request: HttpRequest) -> Reader:
    mine = accounts_of(request)
    return _client(mine[0].address.contact, mine[0].account) if mine else Reader()


def _staff(request: HttpRequest) -> Reader:
    try:
        staff = staff_of(request)
    except PermissionDenied:  # they have left: the door of the page will say so
        return Reader()
    return Reader(staff.language, staff.firm.zone)
