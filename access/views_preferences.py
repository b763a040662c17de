"""What somebody receives, chosen without signing in: by a link in each e-mail (X07), or by their mail program alone (RFC 8058)."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from access.doors import NoEntry, client_page
from access.look import brand_of
from access.preference_links import Addressee, get_addressee
from clients.addresses import change_preferences
from clients.enums import Preference
from clients.forms import ClientPreferencesForm
from clients.models import AccountAddress
from lib import clock
from ui.forms import posted
from ui.toasts import toast

ONE_CLICK = "One-Click"  # what a mail program posts under "List-Unsubscribe"


@client_page
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, /, **parts: str) -> HttpResponse:
    addressee = get_addressee(request)
    use = AccountAddress.objects.get(firm=addressee.firm, account=addressee.account, address=addressee.address)
    form = ClientPreferencesForm(posted(request), use=use)
    if form.is_valid():
        change(request, addressee, form.cleaned_data)
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
    change(request, addressee, {preference: False})
    return HttpResponse()


def change(request: HttpRequest, addressee: Addressee, wants: Mapping[str, bool]) -> None:
    """The firm reads the activity line: it speaks the firm's language, not the client's."""
    by, now = addressee.actor(request), clock.now()
    with translation.override(addressee.firm.language):
        change_preferences(account=addressee.account, address=addressee.address, by=by, now=now, **wants)


@require_safe
def copy_of_link(request: HttpRequest) -> HttpResponse:
    """Where the links of the firm's own copies lead (M6)."""
    return render(request, "access/copy_of_link.html")
