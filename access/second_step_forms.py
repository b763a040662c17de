"""allauth's forms of the second step, where they let too much through or say too little."""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.fernet import InvalidToken
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HALF_MINUTE = 30  # seconds for which an app shows a code


class CodeOnce:
    """A code of the app lets its owner in once, for as long as it is good at all: allauth remembers it for one half minute only."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except InvalidToken:  # the deployment's secret key is another one than when the step was added
            raise ValidationError(
                _("Codes can no longer be checked here. Use a passkey, or ask for your second step to be reset.")
            ) from None
        digits = "".join(filter(str.isdigit, code))
        good_for = HALF_MINUTE * (2 * settings.MFA_TOTP_TOLERANCE + 1)
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(f"code-used:{self.user.pk}:{digits}", 1, good_for):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondStepForm(CodeOnce, AuthenticateForm):  # type: ignore[misc]
    pass


class ConfirmByCodeForm(CodeOnce, ReauthenticateForm):  # type: ignore[misc]
    pass


class ReadablePasskey:
    """What a browser sends of a passkey; whatever else somebody posts instead is a refusal and no error of ours."""

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]
        except (AttributeError, KeyError, TypeError, ValueError):
            self.cleaned_data: dict[str, Any] = {}
            self.add_error(None, _refused())  # type: ignore[attr-defined]


def _refused() -> ValidationError:
    return ValidationError(_("This passkey was not accepted. Please try again."), code="incorrect_code")


class SecondStepByPasskeyForm(ReadablePasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class SignInByPasskeyForm(ReadablePasskey, LoginWebAuthnForm):  # type: ignore[misc]
    pass


class ConfirmByPasskeyForm(ReadablePasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class AddPasskeyForm(ReadablePasskey, AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(required=False, max_length=60)
    passwordless = forms.BooleanField(required=False, initial=True)


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(max_length=60)


def trouble_of(form: forms.Form | None) -> str:
    """Why a passkey was refused, in one sentence; empty while nothing is wrong."""
    if form is None or not form.is_bound or form.is_valid():
        return ""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    if "too_many_login_attempts" in codes:
        return str(get_account_adapter().error_messages["too_many_login_attempts"])
    return str(_refused().message)
