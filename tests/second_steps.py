"""An app that shows codes, as a phone would have it, and people who use one."""

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from firms.models import Staff, User
from tenancy.context import firm_context
from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CONFIRM = "/account/security/confirm/password/"


def code_now(secret: str = SECRET, *, half_minutes_ago: int = 0) -> str:
    """RFC 6238, written down once more: what an app with this key shows."""
    counter = int(time.time()) // 30 - half_minutes_ago
    hashed = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    at = hashed[-1] & 15
    return f"{(struct.unpack('>I', hashed[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def wrong_code() -> str:
    good = {code_now(half_minutes_ago=ago) for ago in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in good)


def user_of(person: Staff | User) -> User:
    return person.user if isinstance(person, Staff) else person


def give_app(person: Staff | User, secret: str = SECRET) -> Authenticator:
    """As if they had scanned the picture before."""
    user = user_of(person)
    with firm_context(user.firm_id):
        app: Authenticator = TOTP.activate(user, secret).instance
    return app


def give_recovery_codes(person: Staff | User) -> list[str]:
    user = user_of(person)
    with firm_context(user.firm_id):
        codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def give_passkey(person: Staff | User, name: str = "Office laptop") -> Authenticator:
    """A row as allauth keeps one; the key itself is a browser's business."""
    user = user_of(person)
    with firm_context(user.firm_id):
        data = {"name": name, "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
        return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def sign_in(client: Client, email: str, *, at: str = "/sign-in/", password: str = PASSWORD) -> Any:
    return client.post(at, {"login": email, "password": password}, HTTP_ACCEPT_LANGUAGE="en")


def second_step(client: Client, code: str) -> Any:
    return client.post("/account/security/second-step/", {"code": code}, HTTP_ACCEPT_LANGUAGE="en")


def confirmed(client: Client) -> Client:
    """The browser of somebody signed in who has just typed their password once more."""
    assert client.post(CONFIRM, {"password": PASSWORD})["Location"] == "/account/security/"
    return client


def shown_key(page: Any) -> str:
    found = re.search(r"data-app-key>([A-Z2-7 ]+)<", page.content.decode())
    assert found is not None
    return found.group(1).replace(" ", "")


def steps_of(person: Staff | User) -> list[str]:
    user = user_of(person)
    with firm_context(user.firm_id):
        return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
