from collections.abc import Callable

import pytest
from django.test import Client

from firms.models import Staff

SignIn = Callable[[Staff], Client]


@pytest.fixture
def sign_in(client: Client) -> SignIn:
    """The browser of a member of staff, reading English."""

    def signed_in(staff: Staff) -> Client:
        client.force_login(staff.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.cookies["django_language"] = "en"
        return client

    return signed_in
