"""Encryption at rest of what must be read again, such as a password for a mail server; what need only be recognised is kept as a digest."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PURPOSE = b"relance: credentials at rest"


class CannotUnseal(Exception):
    """Sealed with a key that RELANCE_CREDENTIAL_KEYS no longer names."""


def seal(text: str) -> bytes:
    """Under the first of the deployment's keys; twice the same text gives two that differ."""
    return _box().encrypt(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """Whichever of the keys it was sealed with. Raises `CannotUnseal`."""
    try:
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken as error:
        raise CannotUnseal("No key of RELANCE_CREDENTIAL_KEYS opens what is stored.") from error


def seal_anew(sealed: bytes | memoryview) -> bytes:
    """The same text under the first key. Raises `CannotUnseal`."""
    return seal(unseal(sealed))


def _box() -> MultiFernet:
    return _box_of(tuple(settings.CREDENTIAL_KEYS) or (settings.SECRET_KEY,))


@lru_cache(maxsize=4)
def _box_of(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(hmac.digest(key.encode(), PURPOSE, hashlib.sha256))) for key in keys])
