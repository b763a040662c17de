"""How allauth behaves in this house."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class RelanceAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up: people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
