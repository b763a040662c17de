"""Second steps of sign-in: the pages on which people add and remove their own, and the ones that ask for them."""

from typing import Any

from allauth.account import views as allauth_account
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as allauth_mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as allauth_codes
from allauth.mfa.totp import views as allauth_app
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as allauth_passkeys
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.doors import accounts_of, no_entry
from access.queries import may_sign_in
from access.second_step_forms import trouble_of
from access.second_steps import RelanceMFAAdapter, lacks_demanded_step, note_change
from access.views import FirmsLook, find_firm
from firms.changes import Text
from firms.doors import staff_of
from firms.enums import Side
from firms.models import Firm, User
from lib import clock
from tenancy.context import current_firm_id
from ui.toasts import toast


class Own(FirmsLook):
    """A page about one's own sign-in, for staff who have not left and clients who may sign in; no browser keeps a copy of it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User):
            may_stay(request, user)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        add_never_cache_headers(response)
        return response

    def find_firm(self) -> Firm | None:
        user = self.request.user
        return user.firm if isinstance(user, User) and user.side == Side.CLIENT else None


def may_stay(request: HttpRequest, user: User) -> None:
    """Raises `PermissionDenied` or `Http404` for whoever could not sign in any more."""
    if user.side == Side.STAFF:
        staff_of(request)
    elif not accounts_of(request):
        raise Http404


class MySignIn(Own, allauth_mfa.IndexView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        codes = context["authenticators"].get(Authenticator.Type.RECOVERY_CODES)
        context["codes_left"] = len(codes.get_unused_codes()) if codes else 0
        context["demanded"] = context["brand"] is None and lacks_demanded_step(staff_of(self.request))  # clients choose for themselves
        return context


# --- The app that shows codes ------------------------------------------------------------------------------------------------


class AddApp(Own, allauth_app.ActivateTOTPView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret.rstrip("=")
        context["key_in_fours"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        return said(
            self.request,
            response,
            gettext_lazy("app with codes added"),
            _("From now on a code from your app is asked for when you sign in."),
        )


class RemoveApp(Own, allauth_app.DeactivateTOTPView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "kept": why_kept(self.authenticator)}

    def form_valid(self, form: Any) -> HttpResponse:
        if not may_remove(self.authenticator):
            return self.form_invalid(form)  # type: ignore[no-any-return]
        response: HttpResponse = super().form_valid(form)
        return said(
            self.request, response, gettext_lazy("app with codes removed"), _("The app is removed. Its codes no longer let you in.")
        )


def why_kept(authenticator: Authenticator) -> str:
    """The sentence that says why it cannot be removed; empty where it can."""
    adapter = RelanceMFAAdapter()
    return "" if adapter.can_delete_authenticator(authenticator) else str(adapter.error_messages["cannot_delete_authenticator"])


def may_remove(authenticator: Authenticator) -> bool:
    """Asked under the lock of its user: of two that are removed at once, the second one is seen to be the last."""
    User.objects.select_for_update().get(pk=authenticator.user_id)
    return not why_kept(authenticator)


def said(request: HttpRequest, response: HttpResponse, line: Text, words: str, **names: str) -> HttpResponse:
    """The change in the firm's log, and a word about it on the next page; `line` is lazy, and `names` fill it."""
    note_change(request, line, clock.now(), **names)
    toast(request, words)
    return response


# --- Recovery codes ----------------------------------------------------------------------------------------------------------


class RecoveryCodes(Own, allauth_codes.ViewRecoveryCodesView):  # type: ignore[misc]
    pass


class NewRecoveryCodes(Own, allauth_codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        return said(
            self.request,
            response,
            gettext_lazy("new recovery codes made"),
            _("These codes are new. The earlier ones no longer let anybody in."),
        )


class DownloadRecoveryCodes(Own, allauth_codes.DownloadRecoveryCodesView):  # type: ignore[misc]
    pass


# --- Passkeys ----------------------------------------------------------------------------------------------------------------


class Passkeys(Own, allauth_passkeys.ListWebAuthnView):  # type: ignore[misc]
    def get_queryset(self) -> Any:
        return super().get_queryset().order_by("created_at", "pk")


class AddPasskey(Own, allauth_passkeys.AddWebAuthnView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "form": kwargs.get("form", context["form"]), "trouble": trouble_of(kwargs.get("form"))}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        line, words = gettext_lazy("passkey “%(name)s” added"), _("The passkey is added. Use it the next time you sign in.")
        return said(self.request, response, line, words, name=form.cleaned_data["name"])


class RenamePasskey(Own, allauth_passkeys.EditWebAuthnView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        before = self.get_object().wrap().name
        response: HttpResponse = super().form_valid(form)
        line = gettext_lazy("passkey “%(before)s” renamed “%(name)s”")
        return said(self.request, response, line, _("The passkey has its new name."), before=before, name=form.cleaned_data["name"])


class RemovePasskey(Own, allauth_passkeys.RemoveWebAuthnView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "kept": why_kept(self.object)}

    def form_valid(self, form: Any) -> HttpResponse:
        if not may_remove(self.object):
            return self.render_to_response(self.get_context_data(form=form))  # type: ignore[no-any-return]
        name = self.object.wrap().name
        response: HttpResponse = super().form_valid(form)
        line, words = gettext_lazy("passkey “%(name)s” removed"), _("The passkey is removed. It no longer lets anybody in.")
        return said(self.request, response, line, words, name=name)


# --- Once more, before something is changed ----------------------------------------------------------------------------------


class Confirming(Own):
    """Shows that whoever is signed in is still the same person; then goes on to what was wanted."""

    def get_default_success_url(self) -> str:
        return reverse("mfa_index")


class ConfirmByPassword(Confirming, allauth_account.ReauthenticateView):  # type: ignore[misc]
    pass


class ConfirmByCode(Confirming, allauth_mfa.ReauthenticateView):  # type: ignore[misc]
    pass


class ConfirmByPasskey(Confirming, allauth_passkeys.ReauthenticateWebAuthnView):  # type: ignore[misc]
    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "trouble": trouble_of(kwargs.get("form"))}


# --- At sign-in --------------------------------------------------------------------------------------------------------------


class SecondStep(FirmsLook, allauth_mfa.AuthenticateView):  # type: ignore[misc]
    """After the right password; nobody is signed in yet, no firm is entered, and so every user can be seen."""

    def find_firm(self) -> Firm | None:
        user = self.stage.login.user
        return find_firm(user.firm_id) if user.side == Side.CLIENT else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.stage.login.user
        has = {
            name: is_mfa_enabled(user, [type])
            for name, type in (("app", Authenticator.Type.TOTP), ("passkey", Authenticator.Type.WEBAUTHN))
        }
        return {**context, "has": has, "trouble": trouble_of(self.webauthn_form)}


class PasskeySignIn(allauth_passkeys.LoginWebAuthnView):  # type: ignore[misc]
    """Signs in without a password. At a firm's own address the firm has been entered: nobody else's user exists there."""

    def get_sign_in_url(self) -> str:
        code = self.kwargs.get("code")
        return reverse("client_sign_in", args=[code]) if code else reverse("account_login")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().get(request, *args, **kwargs)
        return redirect(self.get_sign_in_url()) if response.status_code == 302 else response

    def form_valid(self, form: Any) -> HttpResponse:
        """A wanted page is kept, which allauth forgets here."""
        authenticator = form.cleaned_data["credential"]
        if not may_sign_in(authenticator.user):
            return self.form_invalid(form)
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        return perform_passwordless_login(self.request, authenticator, login)  # type: ignore[no-any-return]

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, _("This passkey does not let you in here. Sign in with your address and your password."))
        return redirect(self.get_sign_in_url())


def client_passkey_sign_in(request: HttpRequest, code: str) -> HttpResponse:
    if current_firm_id() is None:
        return no_entry(request)
    return PasskeySignIn.as_view()(request, code=code)  # type: ignore[no-any-return]
