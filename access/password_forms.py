"""allauth's form for a forgotten password, where it knows less than it should."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest

from access.passwords import invite_owners_again
from lib import clock


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    """Whoever signs in is sent a link; where nobody does, the owner of a new firm who is yet to accept gets another invitation."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = super().save(request, **kwargs)
        if not self.users:
            invite_owners_again(email, clock.now())
        return email
