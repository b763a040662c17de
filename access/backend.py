"""Who a typed address and password belong to."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from firms.models import User


class ActiveLoginBackend(AuthenticationBackend):  # type: ignore[misc]
    """Of all who are or were invited with an address, the one that signs in with it; one hash is spent whoever there is."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User:
        """Raises `PermissionDenied`, so that no other backend is asked."""
        user = super().authenticate(request, **credentials)
        if not isinstance(user, User):
            raise PermissionDenied
        return user

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        for user in filter_users_by_email(email, is_active=True, for_login=True):
            found: User | None = self._check_password(user, password)
            return found  # an active address is one login's
        return None
