"""Where the banner in e-mails leads: e-mails are forwarded, so it activates nothing, but has the address itself sent a link that does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from access.activation_links import get_address_to_activate
from access.client_access import NotInvitable, first_account, is_active, send_invitation_again
from access.codes import masked
from access.doors import NoEntry, client_page
from access.elsewhere import refuse_activation
from access.look import brand_of
from clients.models import Address
from firms.actors import Actor, address_of
from firms.enums import ActorKind, Side
from firms.errors import LoginInUse
from lib import clock
from lib.throttles import is_spent, spend

LINKS_AN_HOUR = 3  # for an address: nobody's mailbox is to be filled from here
SENT = "sent"


@client_page
@require_http_methods(["GET", "HEAD", "POST"])
def activation(request: HttpRequest, /, **parts: str) -> HttpResponse:
    address = get_address_to_activate(request)
    if request.method == "POST" and not is_active(address):
        return send_link(request, address)
    context = {
        "brand": brand_of(address.firm),
        "active": is_active(address),
        "masked": masked(address.email),
        "sent": SENT in request.GET,
        "too_many": is_spent("activation_link", str(address.pk), most=LINKS_AN_HOUR),
        "sign_in_url": reverse("client_sign_in", args=[address.firm.code]),
    }
    return render(request, "access/activation.html", context)


def send_link(request: HttpRequest, address: Address) -> HttpResponse:
    """To the address itself, whoever has pressed the button; whoever presses it too often reads that it is on its way."""
    now, contact = clock.now(), address.contact
    by = Actor(ActorKind.LINK, contact.name, contact_id=contact.pk, ip=address_of(request))
    try:
        if spend("activation_link", str(address.pk), most=LINKS_AN_HOUR):
            send_invitation_again(address=address, by=by, now=now)
    except LoginInUse:
        account = first_account(address)
        return refuse_activation(request, firm=address.firm, email=address.email, side=Side.CLIENT, now=now, account_id=account.pk)
    except NotInvitable:
        raise NoEntry from None
    return redirect(f"{request.path}?{SENT}=1")
