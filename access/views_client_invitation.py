"""The page behind a client's invitation: they choose a password or make a passkey, and are in their account (C13, C14)."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from access.client_access import Passkey, accept_client, first_account, get_open_client_invitation, prepare_login
from access.elsewhere import refuse_activation
from access.forms import FirstPasswordForm
from access.look import brand_of
from access.models import Invitation
from access.second_step_forms import AddPasskeyForm, trouble_of
from clients.models import Address
from firms.actors import Actor, address_of
from firms.enums import ActorKind, Side
from firms.errors import LoginInUse
from firms.models import User
from lib import clock
from ui.toasts import toast

BEGUN = "passkey_for_invitation"  # in the session: the invitation for which this browser makes a passkey


def client_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing; a POST says how its reader wants to sign in. Raises `InvitationClosed`."""
    found = get_open_client_invitation(token)
    request.invited_to = found.firm  # type: ignore[attr-defined]  # a passkey made here is named after the firm
    try:
        return answer_to(request, found)
    except LoginInUse:
        address = address_in(found)
        account = first_account(address)
        return refuse_activation(request, firm=found.firm, email=address.email, side=Side.CLIENT, now=clock.now(), account_id=account.pk)


def answer_to(request: HttpRequest, found: Invitation) -> HttpResponse:
    if request.method == "POST" and "credential" in request.POST:
        return accept_with_passkey(request, found)
    if request.method == "POST" and "passkey" in request.POST:
        return ask_for_passkey(request, found)
    form = FirstPasswordForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return show(request, "access/client_invitation.html", found, form=form)
    accept_client(invitation=found, way_in=form.cleaned_data["password1"], by=joining(request, found), now=clock.now())
    return sign_in(request, found, None)


def ask_for_passkey(request: HttpRequest, found: Invitation, trouble: str = "") -> HttpResponse:
    """The page on which the browser makes one; the address stays pending until it has."""
    options = begin_registration(prepare_login(found), passwordless=True)
    request.session[BEGUN] = found.pk
    return show(request, "access/client_passkey.html", found, js_data={"creation_options": options}, trouble=trouble)


def accept_with_passkey(request: HttpRequest, found: Invitation) -> HttpResponse:
    """What the browser made is stored with the acceptance, or neither is."""
    begun = request.session.pop(BEGUN, None) == found.pk
    form = AddPasskeyForm({"credential": request.POST["credential"], "passwordless": "on"}, user=address_in(found).user)
    if not begun or not form.is_valid():
        return ask_for_passkey(request, found, trouble_of(form) or _("This passkey was not accepted. Please try again."))
    passkey = Passkey(form.cleaned_data["name"], form.cleaned_data["credential"])
    user = accept_client(invitation=found, way_in=passkey, by=joining(request, found), now=clock.now())
    return sign_in(request, found, Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).latest("pk"))


def sign_in(request: HttpRequest, found: Invitation, passkey: Authenticator | None) -> HttpResponse:
    """As after a right password, or with the passkey alone: whatever second step the login has is asked for."""
    user = User.objects.get(firm=found.firm, addresses=found.address)
    logout(request)  # whoever else was signed in, with all that this browser knew of them
    toast(request, _("Your access is active. Welcome."))
    if passkey is not None:
        return perform_passwordless_login(request, passkey, Login(user=user))  # type: ignore[no-any-return]
    return perform_password_login(request, {"email": user.email}, Login(user=user))  # type: ignore[no-any-return]


def joining(request: HttpRequest, found: Invitation) -> Actor:
    contact = address_in(found).contact
    return Actor(ActorKind.CLIENT, contact.name, contact_id=contact.pk, ip=address_of(request))


def address_in(found: Invitation) -> Address:
    address: Address | None = found.address
    assert address is not None
    return address


def show(request: HttpRequest, template: str, found: Invitation, **context: Any) -> HttpResponse:
    """Nothing of whoever is signed in here already is on it, but that somebody is."""
    around = {
        "brand": brand_of(found.firm),
        "email": address_in(found).email,
        "firm_name": found.firm.name,
        "inviter": found.invited_by.name if found.invited_by else "",
        "somebody_else": request.user.is_authenticated,
        "user": AnonymousUser(),
    }
    return render(request, template, {**around, **context})
