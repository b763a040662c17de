"""Reads the environment once, strictly: an unknown or missing setting stops the start with one sentence."""

import os
import re
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

PREFIX = "RELANCE_"
YES, NO = ("true", "on", "yes", "1"), ("false", "off", "no", "0")
HOST_OR_NETWORK = re.compile(r"[0-9a-z.-]+|[0-9a-f.:]+(/\d{1,3})?")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
TLS = ("none", "starttls", "implicit")
KNOWN = {
    "RELANCE_ALLOWED_HOSTS",
    "RELANCE_ANYMAIL",
    "RELANCE_ANYMAIL_BACKEND",
    "RELANCE_BOUNCES_ADDRESS",
    "RELANCE_BOUNCES_IMAP_URL",
    "RELANCE_CREDENTIAL_KEYS",
    "RELANCE_DEBUG",
    "RELANCE_DEMO",
    "RELANCE_DEMO_DIR",
    "RELANCE_ENV_FILE",
    "RELANCE_FENCE_FILE",
    "RELANCE_HTTPS",
    "RELANCE_MAIL_FROM",
    "RELANCE_MEDIA_ROOT",
    "RELANCE_METRICS_TOKEN",
    "RELANCE_OUTGOING_ALLOWED",
    "RELANCE_PACE_DOMAIN",
    "RELANCE_PACE_FIRM",
    "RELANCE_PACE_RELAY",
    "RELANCE_PROXIES",
    "RELANCE_ROLE",
    "RELANCE_SECRET_KEY",
    "RELANCE_SIGN_UP",
    "RELANCE_SITE_URL",
    "RELANCE_SMTP_CONNECTIONS",
    "RELANCE_SMTP_URL",
}


def read_environment(base_dir: Path) -> environ.Env:
    """The environment, completed from the file `.env` (or `RELANCE_ENV_FILE`) where there is one."""
    env = environ.Env()
    env_file = Path(os.environ.get("RELANCE_ENV_FILE", base_dir / ".env"))
    if env_file.is_file():
        env.read_env(str(env_file))
    refuse_unknown_settings(env.ENVIRON)
    return env


def refuse_unknown_settings(names: object) -> None:
    """Raises `SystemExit` with a sentence when a RELANCE_ variable is none of ours: a typing error must not pass in silence."""
    for name in sorted(n for n in iter(names) if n.startswith(PREFIX) and n not in KNOWN):  # type: ignore[call-overload]
        near = get_close_matches(name, KNOWN, n=1)
        hint = f" Did you mean {near[0]}?" if near else " See .env.example for the settings there are."
        raise SystemExit(f"Relance does not know the setting {name}.{hint}")


def required(env: environ.Env, name: str) -> str:
    """The value of `name`; a missing or unreadable one stops the start with a sentence."""
    try:
        return str(env.str(name))
    except ImproperlyConfigured:
        raise SystemExit(f"Relance cannot start: the setting {name} is missing. See .env.example.") from None


def switch(env: environ.Env, name: str, *, default: bool) -> bool:
    """A setting that is on or off; any other word stops the start: `RELANCE_HTTPS=enabled` must not switch HTTPS off."""
    said = str(env.str(name, default="")).strip().lower()
    if said in ("", *YES, *NO):
        return said in YES if said else default
    raise SystemExit(f"Relance cannot start: the setting {name} must be true or false, not {said}.")


def number(env: environ.Env, name: str, *, default: int) -> int:
    """A whole number from 0; anything else stops the start."""
    said = str(env.str(name, default="")).strip()
    if said and not (said.isascii() and said.isdecimal()):
        raise SystemExit(f"Relance cannot start: the setting {name} must be a whole number, not {said}.")
    return int(said) if said else default


def networks(env: environ.Env, name: str) -> list[str]:
    """Host names, addresses and networks with commas between, in lower case; one that could be none of these stops the start."""
    entries = [entry.strip().lower() for entry in env.list(name, default=[]) if entry.strip()]
    for entry in entries:
        if not HOST_OR_NETWORK.fullmatch(entry):
            raise SystemExit(f"Relance cannot start: {name} holds {entry}, which is no host name, address or network.")
    return entries


def fence_file(env: environ.Env, name: str, *, default: Path) -> Path | None:
    """Where the fence is kept; none where it is switched off by one of the words for no."""
    said = str(env.str(name, default="")).strip()
    if said.lower() in NO:
        return None
    return Path(said) if said else default


def smtp_url(env: environ.Env, name: str, *, default: str) -> str:
    """Stops the start where `?tls=` holds another word than ours: read as "none" it would send the password in the clear."""
    url = str(env.str(name, default=default)) or default
    tls = parse_qs(urlsplit(url).query).get("tls", ["none"])[0]
    if tls not in TLS:
        raise SystemExit(f"Relance cannot start: tls in {name} must be {', '.join(TLS[:-1])} or {TLS[-1]}, not {tls}.")
    return url


def imap_url(env: environ.Env, name: str) -> str:
    """Stops the start where it is no mailbox, or where its password would travel in the clear."""
    url = str(env.str(name, default=""))
    parts = urlsplit(url)
    if url and parts.scheme != "imaps" and not (parts.scheme == "imap" and parts.hostname in LOOPBACK):
        raise SystemExit(f"Relance cannot start: {name} must be imaps://user:password@host/INBOX.")
    return url


def plain_address(env: environ.Env, name: str) -> str:
    """An e-mail address in ASCII; anything else stops the start."""
    address = str(env.str(name, default="")).strip()
    local, _, host = address.rpartition("@")
    if address and not (address.isascii() and local and host and not set(address) & set(" <>+\r\n")):
        raise SystemExit(f"Relance cannot start: {name} must be an e-mail address without +, not {address}.")
    return address
