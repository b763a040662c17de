"""Following an item's link, signing in, and passwords."""

from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from access.doors import SIGN_IN_FIRM, client_of, no_entry, private
from access.links import remember_link, target_of_link
from access.look import brand_of
from access.queries import code_opened_by, path_opened_by
from access.second_steps import note_new_password
from firms.enums import Side
from firms.models import Firm, User
from lib import clock
from notifications.models import Notice
from tenancy.context import current_firm_id, firm_context
from ui.toasts import toast


@require_safe
def item_link(request: HttpRequest, token: str = "") -> HttpResponse:
    """Remembers the link in this browser and goes on to the item; whether it may still be opened is asked there."""
    target = target_of_link(request)
    notice = None
    if target is not None:
        notice = Notice.objects.select_related("action").filter(firm=target.firm_id, pk=target.notice_id).first()
    path = path_opened_by(notice) if notice else ""
    if target is None or notice is None or not path:
        return no_entry(request)
    remember_link(request.session, code_opened_by(notice), target)
    if not request.user.is_authenticated:
        request.session[SIGN_IN_FIRM] = target.firm_id  # whoever goes on to the portal signs in at this firm's page
    return private(redirect(path))


# --- Sign-in, in the look of whoever's page it is -----------------------------------------------------------------------


class FirmsLook:
    """Gives allauth's pages the firm's look for its clients, and the product's for staff."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        firm = self.find_firm()
        context["brand"] = brand_of(firm) if firm else None
        context["may_sign_up"] = settings.SIGN_UP and firm is None
        context["code_url"] = reverse("client_code_ask", args=[firm.code]) if firm else ""
        context["sign_in_url"] = reverse("client_sign_in", args=[firm.code]) if firm else reverse("account_login")
        context["passkey_url"] = reverse("client_passkey_sign_in", args=[firm.code]) if firm else reverse("mfa_login_webauthn")
        return context

    def find_firm(self) -> Firm | None:
        reset_user = getattr(self, "reset_user", None)
        user = reset_user if isinstance(reset_user, User) else client_of(self.request)
        if user is not None:
            return find_firm(user.firm_id) if user.side == Side.CLIENT else None
        return find_firm(self.request.session.get(SIGN_IN_FIRM))


def find_firm(firm_id: int | None) -> Firm | None:
    """A firm for its look alone, whether or not it has been entered; none inside another one."""
    if firm_id is None or current_firm_id() not in (None, firm_id):
        return None
    with firm_context(firm_id):
        return Firm.objects.filter(pk=firm_id).first()


class SignIn(FirmsLook, allauth.LoginView):  # type: ignore[misc]
    pass


class SignOut(FirmsLook, allauth.LogoutView):  # type: ignore[misc]
    pass


class ResetPassword(FirmsLook, allauth.PasswordResetView):  # type: ignore[misc]
    pass


class ResetPasswordDone(FirmsLook, allauth.PasswordResetDoneView):  # type: ignore[misc]
    pass


class ChooseNewPassword(FirmsLook, allauth.PasswordResetFromKeyView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        with firm_context(self.reset_user.firm_id):  # the password and its line, together or not at all
            note_new_password(self.request, self.reset_user, gettext_lazy("new password chosen by an e-mailed link"), clock.now())
            response: HttpResponse = super().form_valid(form)
        return response


class NewPasswordChosen(FirmsLook, allauth.PasswordResetFromKeyDoneView):  # type: ignore[misc]
    pass


class ChangePassword(FirmsLook, allauth.PasswordChangeView):  # type: ignore[misc]
    def get_default_success_url(self) -> str:
        return self.sign_in_again

    def form_valid(self, form: Any) -> HttpResponse:
        firm = self.find_firm()  # asked while they are still signed in
        self.sign_in_again = reverse("client_sign_in", args=[firm.code]) if firm else reverse("account_login")
        note_new_password(self.request, form.user, gettext_lazy("password changed"), clock.now())
        response: HttpResponse = super().form_valid(form)
        toast(self.request, _("Your password is changed. Please sign in with the new one."))
        return response


def staff_sign_in(request: HttpRequest) -> HttpResponse:
    """The product's own sign-in page; a client who signs in here simply lands in the portal."""
    request.session.pop(SIGN_IN_FIRM, None)
    return SignIn.as_view()(request)  # type: ignore[no-any-return]


def client_sign_in(request: HttpRequest, code: str) -> HttpResponse:
    """A firm's sign-in page for its clients: the firm has been entered, so that nobody else's client exists here."""
    if current_firm_id() is None:
        return no_entry(request)
    request.session[SIGN_IN_FIRM] = current_firm_id()
    return SignIn.as_view()(request)  # type: ignore[no-any-return]
