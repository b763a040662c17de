"""Opaque public codes, and secrets that are derived when needed and kept only as a digest."""

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from django.conf import settings

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L: a code may be read out on the telephone
HIDDEN, TURNS = 13, 4  # signs of a hidden code: of 31 kinds they hold 64 bits; a Feistel network of four turns


def new_code(length: int = 12) -> str:
    """A public id, 59 bits at the usual length; it names a thing and opens nothing by itself."""
    return _signs(secrets.randbits(5 * length + 64), length)


def is_code(text: str) -> bool:
    """Whether it could be one: what could not never reaches the database, nor an address."""
    return text.isascii() and text.isalnum()


def hidden_code(purpose: str, number: int) -> str:
    """A public id of a row that has no code of its own: thirteen signs from which only this deployment finds the number again."""
    left, right = divmod(number, 1 << 32)
    for turn in range(TURNS):
        left, right = right, left ^ _mixed(purpose, turn, right)
    return _signs(left << 32 | right, HIDDEN)


def _signs(number: int, count: int) -> str:
    """Its last `count` signs, the last one first."""
    signs = ""
    for _ in range(count):
        number, sign = divmod(number, len(ALPHABET))
        signs += ALPHABET[sign]
    return signs


def number_behind(purpose: str, code: str) -> int | None:
    """What `hidden_code` hid; any number at all for a code that it did not make, none for what could be no code of it."""
    if len(code) != HIDDEN or set(code) - set(ALPHABET):
        return None
    left, right = divmod(sum(ALPHABET.index(sign) * len(ALPHABET) ** place for place, sign in enumerate(code)), 1 << 32)
    for turn in reversed(range(TURNS)):
        left, right = right ^ _mixed(purpose, turn, left), left
    number = left << 32 | right
    return number if number < 1 << 63 else None


def _mixed(purpose: str, turn: int, half: int) -> int:
    return int.from_bytes(derived_secret(f"hidden:{purpose}", f"{turn}|{half}", size=4), "big")


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
