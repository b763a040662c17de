"""What somebody receives, chosen without signing in: by a link in each e-mail (X07), or by their mail program alone (RFC 8058)."""

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from access.doors import NoEntry, client_page
from access.look import brand_of
from access.queries import standing_of
from access.rules import may_follow_link
from clients.enums import Preference
from clients.forms import PreferencesForm, posted
from clients.models import Account, AccountAddress, Address
from clients.services import change_preferences
from firms.actors import Actor, address_of
from firms.enums import ActorKind
from firms.models import Firm
from lib import clock
from notifications.secrets import preferences_path
from tenancy.context import current_firm_id
from ui.toasts import toast

PREFERENCES_PAGE = re.compile(r"/p/([0-9A-Z]{4,16})/([0-9A-Z]{4,16})/([0-9A-Z]{4,16})/([a-z2-7]{32})/")
ONE_CLICK = "One-Click"  # what a mail program posts under "List-Unsubscribe"


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


@client_page
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, /, **parts: str) -> HttpResponse:
    addressee = get_addressee(request)
    use = AccountAddress.objects.get(firm=addressee.firm, account=addressee.account, address=addressee.address)
    form = PreferencesForm(posted(request), use=use)
    if form.is_valid():
        by, now = addressee.actor(request), clock.now()
        change_preferences(account=addressee.account, address=addressee.address, by=by, now=now, **form.cleaned_data)
        toast(request, _("Saved. Your contact at the firm sees what you chose."))
        return redirect(request.path)
    context = {"form": form, "addressee": addressee, "brand": brand_of(addressee.firm)}
    return render(request, "access/preferences.html", context)


@csrf_exempt  # a mail program has no token: the address of this page is the key
@client_page
@require_http_methods(["GET", "HEAD", "POST"])
def preference_off(request: HttpRequest, /, preference: str, **parts: str) -> HttpResponse:
    """Switches one kind off for whoever posts as RFC 8058 says; whoever follows the link sees the page with all of them."""
    addressee = get_addressee(request)
    if preference not in Preference.values:
        raise NoEntry
    if request.method != "POST":
        return redirect(reverse("preferences", kwargs=parts))
    if request.POST.get("List-Unsubscribe") != ONE_CLICK:
        return HttpResponseBadRequest()
    by, now = addressee.actor(request), clock.now()
    change_preferences(account=addressee.account, address=addressee.address, by=by, now=now, **{preference: False})
    return HttpResponse()


@require_safe
def copy_of_link(request: HttpRequest) -> HttpResponse:
    """Where the links of the firm's own copies lead (M6)."""
    return render(request, "access/copy_of_link.html")
