"""What every page of the portal begins with."""

from collections.abc import Callable
from typing import Concatenate

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from access.doors import SIGN_IN_FIRM, Visitor, client_page, get_visitor, is_login_over
from access.views import find_firm


def portal_page[**P](
    view: Callable[Concatenate[HttpRequest, Visitor, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Gives the view whoever the portal is shown to; sends whoever is not signed in to the sign-in page."""

    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, get_visitor(request), *args, **kwargs)

    return client_page(inner)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page of the firm that this browser came by last, else the one for everybody. Says so where access has ended."""
    firm = find_firm(request.session.get(SIGN_IN_FIRM))
    if firm is not None and is_login_over(request):
        said = _("Your access to the client area has ended. If you did not expect this, please ask your contact at %(firm)s.")
        messages.error(request, said % {"firm": firm.name})
    own = reverse("client_sign_in", args=[firm.code]) if firm else None
    return redirect_to_login(request.get_full_path(), own)
