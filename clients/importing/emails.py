"""Is this an e-mail address that something can be sent to: pure. Strict where a typing error hides, silent on taste."""

import re

MAX_LENGTH = 254
MAX_LOCAL = 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)
_TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{2,59}", re.IGNORECASE)
_ADORNED = re.compile(r"[^<>]*<([^<>\s]+)>")
_BETWEEN = re.compile(r"[;,|\s]+")


def is_email(text: str) -> bool:
    """One address with a domain that can exist: a letter before and after the @, a dot in the domain, no blanks."""
    local, at, domain = text.rpartition("@")
    if not at or len(text) > MAX_LENGTH or len(local) > MAX_LOCAL or not _LOCAL.fullmatch(local):
        return False
    return _is_domain(domain)


def _is_domain(domain: str) -> bool:
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    *labels, top = ascii_domain.split(".")
    return bool(labels) and all(_LABEL.fullmatch(label) for label in labels) and bool(_TOP.fullmatch(top))


def undressed(text: str) -> str:
    """The bare address of `Paul <paul@x.example>` or `mailto:paul@x.example`, without the blanks around it."""
    bare = text.strip()
    if adorned := _ADORNED.fullmatch(bare):
        bare = adorned.group(1)
    return bare.removeprefix("mailto:").strip()


def split_emails(text: str) -> list[str]:
    """The addresses of a cell that holds several; a cell that does not consist of addresses alone comes back whole."""
    parts = [undressed(part) for part in _BETWEEN.split(text.strip()) if part]
    return parts if len(parts) > 1 and all(map(is_email, parts)) else [undressed(text)]
