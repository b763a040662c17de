"""Opaque public codes, and secrets that are derived when needed and kept only as a digest."""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from django.conf import settings

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L: a code may be read out on the telephone


def new_code(length: int = 12) -> str:
    """A public id, 59 bits at the usual length; it names a thing and opens nothing by itself."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def is_code(text: str) -> bool:
    """Whether it could be one: what could not never reaches the database, nor an address."""
    return text.isascii() and text.isalnum()


def derived_secret(purpose: str, of: str, *, size: int = 20) -> bytes:
    """`size` bytes (at most 32) that only this deployment can compute from `of`; another purpose gives others."""
    mac = _keyed(settings.SECRET_KEY).copy()
    mac.update(f"{purpose}|{of}".encode())
    return mac.digest()[:size]


@lru_cache(maxsize=4)
def _keyed(key: str) -> hmac.HMAC:
    """Half of the work, done once."""
    return hmac.new(key.encode(), digestmod=hashlib.sha256)


def derived_token(purpose: str, of: str) -> str:
    """160 bits as 32 URL-safe letters of one case, so that no mail reader can spoil them."""
    return base64.b32encode(derived_secret(purpose, of)).decode().lower()


def digest(token: str) -> bytes:
    """What is kept of a token: enough to recognise it, not enough to use it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
