"""How allauth behaves in this house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.doors import SIGN_IN_FIRM, forget_choice
from access.passwords import send_reset_link
from access.queries import may_sign_in
from clients.names import email_key
from firms.enums import Side
from firms.models import User
from lib import clock, network
from tenancy.context import firm_context

CLIENTS_PAGES = ("/portal/", "/a/")
EVERYBODYS_PAGES = ("/password/", "/account/")
TOO_MANY = _("There were too many tries. Please wait five minutes, then try again.")


class RelanceAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up: people are invited. Whoever may not come in gets the answer to a wrong password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This address and this password do not go together."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_password": _("This is not your password. Type the one you sign in with."),
    }
    ways_to_confirm = {
        "reauthenticate": _("Use your password"),
        "mfa_reauthenticate": _("Use a code from your app, or a recovery code"),
        "mfa_reauthenticate:webauthn": _("Use a passkey"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user = super().authenticate(request, **credentials)
        return user if isinstance(user, User) and may_sign_in(user) else None

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> None:
        """Whether they may come in is asked in `login`, after the last step and whatever the steps were."""

    def login(self, request: HttpRequest, user: User) -> None:
        if not may_sign_in(user):
            messages.error(request, _("You cannot sign in here any more. Please ask your contact at the firm."))
            raise ImmediateHttpResponse(redirect(sign_in_page_of(user)))
        super().login(request, user)
        if user.side == Side.CLIENT:
            request.session[SIGN_IN_FIRM] = user.firm_id  # where they are led once their login has ended
        forget_choice(request.session)  # of an account: it is asked at each sign-in (C43)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        return [{**way, "description": self.ways_to_confirm[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # One key for an address however it is typed, and whatever host name the request carries.
        return f"sign-in:{email_key(credentials.get('email', ''))}"

    def get_client_ip(self, request: HttpRequest) -> str:
        return network.address_of(request) or "unknown"

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return landing(request.user.side if isinstance(request.user, User) else Side.STAFF)

    def post_login(self, request: HttpRequest, user: User, *, redirect_url: str | None = None, **hooks: Any) -> HttpResponse:
        wanted = redirect_url if redirect_url and is_page_of(user.side, redirect_url) else None
        return super().post_login(request, user, redirect_url=wanted or landing(user.side), **hooks)  # type: ignore[no-any-return]

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return sign_in_page_of(request.user)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        send_reset_link(user=user, now=clock.now())

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth announces every sign-in; here the page itself says where one is."""


def sign_in_page_of(user: User | AnonymousUser) -> str:
    """A client stays with the firm: its sign-in page, not the product's."""
    if isinstance(user, User) and user.side == Side.CLIENT:
        with firm_context(user.firm_id):
            return reverse("client_sign_in", args=[user.firm.code])
    return reverse("account_login")


def landing(side: str) -> str:
    return reverse("home" if side == Side.STAFF else "portal_home")


def is_page_of(side: str, url: str) -> bool:
    """Whether somebody of this side can see `url`, an address of ours: nobody is sent where the door is shut."""
    return url.startswith(CLIENTS_PAGES) == (side == Side.CLIENT) or url.startswith(EVERYBODYS_PAGES)
