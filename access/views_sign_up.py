"""Signing a new firm up, where the operator lets people: one answer for everybody, and an e-mail that says the rest."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.forms import SignUpForm
from access.new_firm import open_firm
from access.passwords import send_reset_link
from clients.names import email_key
from firms.errors import LoginInUse
from firms.models import User
from lib import clock, network
from lib.throttles import is_spent, spend
from ui.forms import posted

FROM_A_NETWORK = 5  # an hour, and so on
FOR_AN_ADDRESS = 3
IN_ALL = 50


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    if not settings.SIGN_UP:
        raise Http404
    form = SignUpForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if may_try(request):
            open_or_remind(form)
            return redirect("sign_up_sent")
        form.add_error(None, _("There were too many tries from here. Please wait an hour, then try again. What you typed is kept."))
    return render(request, "access/sign_up.html", {"form": form})


@require_safe
def sign_up_sent(request: HttpRequest) -> HttpResponse:
    if not settings.SIGN_UP:
        raise Http404
    return render(request, "access/sign_up_sent.html")


def may_try(request: HttpRequest) -> bool:
    """Counts the try, for its network and for all of them together."""
    if is_spent("sign_up", "all", most=IN_ALL):
        return False
    return spend("sign_up_from", network.network_of(request), most=FROM_A_NETWORK) and spend("sign_up", "all", most=IN_ALL)


def open_or_remind(form: SignUpForm) -> None:
    """A firm whose owner is invited; whoever signs in with this address already is helped to their password instead."""
    data, now = form.cleaned_data, clock.now()
    if not spend("sign_up_for", email_key(data["email"]), most=FOR_AN_ADDRESS):
        return
    try:
        open_firm(name=data["firm_name"], owner_name=data["name"], owner_email=data["email"], now=now, **form.settings)
    except LoginInUse:
        user = User.objects.filter(email__iexact=data["email"], is_active=True).first()
        if user is not None:
            send_reset_link(user=user, now=now)
