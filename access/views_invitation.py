"""The page behind an invitation's link: staff confirm their name and choose a password, clients see views_client_invitation."""

from contextlib import suppress
from dataclasses import replace

from allauth.account.internal.flows.login import perform_password_login  # what allauth's own form calls: it notes the password
from allauth.account.models import Login
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access.doors import private, unlogged
from access.elsewhere import refuse_activation
from access.enums import Purpose
from access.forms import JoinForm
from access.invitations import InvitationClosed, accept, find_invitation, get_open_invitation
from access.look import brand_of
from access.models import Invitation
from access.views_client_invitation import client_invitation
from firms.actors import Actor
from firms.enums import Role, Side
from firms.errors import LoginInUse
from firms.models import Staff, User
from lib import clock
from ui.forms import posted
from ui.toasts import toast


@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str = "") -> HttpResponse:
    """GET shows who invites whom and changes nothing; a POST accepts, and signs in. One polite page for whatever opens nothing."""
    try:
        purpose = find_invitation(token or "").purpose
        answer = client_invitation(request, token) if purpose == Purpose.CLIENT else staff_invitation(request, token)
    except InvitationClosed:
        answer = unlogged(render(request, "access/invitation_closed.html", closed_page(token), status=404))
    return kept_private(answer)


def closed_page(token: str) -> dict[str, object]:
    """A link that was once somebody's leads to where they sign in, and says no more: a client's to the firm's page, in its look."""
    with suppress(InvitationClosed):
        found = find_invitation(token)
        if found.purpose == Purpose.STAFF:
            return {"user": AnonymousUser(), "sign_in_url": reverse("account_login")}
        sign_in_url = reverse("client_sign_in", args=[found.firm.code])
        return {"user": AnonymousUser(), "brand": brand_of(found.firm), "sign_in_url": sign_in_url}
    return {"user": AnonymousUser()}


def staff_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Raises `InvitationClosed`."""
    found, staff = get_open_invitation(token)
    form = JoinForm(posted(request), staff=staff)
    if not form.is_valid():
        return render(request, "access/invitation.html", page_of(request, found, staff, form))
    name, password = form.cleaned_data["name"], form.cleaned_data["password1"]
    try:
        user = accept(invitation=found, staff=staff, name=name, password=password, by=joining(staff, name, request), now=clock.now())
    except LoginInUse:
        return refuse_activation(request, firm=found.firm, email=staff.user.email, side=Side.STAFF, now=clock.now())
    return sign_in(request, user, staff)


def joining(staff: Staff, name: str, request: HttpRequest) -> Actor:
    """Whoever joins acts under the name that they confirm."""
    return replace(Actor.staff(staff, request), name=name)


def kept_private(response: HttpResponse) -> HttpResponse:
    """The address is a key: other pages learn our origin and no more. With "no-referrer" the form would come from the origin "null"."""
    return private(response, "strict-origin")


def page_of(request: HttpRequest, found: Invitation, staff: Staff, form: JoinForm) -> dict[str, object]:
    """Nothing of whoever is signed in here already is on it, but that somebody is."""
    return {
        "form": form,
        "firm_name": found.firm.name,
        "inviter": found.invited_by.name if found.invited_by else "",
        "staff": staff,
        "role": Role(staff.role).label,
        "somebody_else": request.user.is_authenticated,
        "user": AnonymousUser(),
    }


def sign_in(request: HttpRequest, user: User, staff: Staff) -> HttpResponse:
    """As after a right password: whatever second step their login has is asked for. An owner's new firm begins with its guide."""
    logout(request)  # whoever else was signed in, with all that this browser knew of them
    guide = staff.role == Role.OWNER and staff.firm.set_up_at is None
    to = reverse("setup") if guide else None
    toast(request, _("Welcome to %(firm)s.") % {"firm": staff.firm.name})
    return perform_password_login(request, {"email": user.email}, Login(user=user, redirect_url=to))  # type: ignore[no-any-return]
