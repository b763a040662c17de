"""Whose a webhook's address is: a firm's way out, or the deployment's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from lib.codes import derived_token, digest
from lib.sealing import CannotUnseal
from tenancy.context import firm_round_trip
from ways.credentials import Credentials
from ways.enums import Provider

SECRETS = """
    SELECT sealed FROM ways_way WHERE firm_id = $1 AND id = $2 AND provider = $3 AND taken_at IS NOT NULL
"""
_known = dict[bytes, tuple[int, int]]()  # firm and way by an address's digest; whether they still are is asked with the secrets each time
USER = "relance"  # in front of the password that most providers send


@dataclass(frozen=True, slots=True)
class Place:
    """What a call is checked with; without a firm it came for the deployment's own way."""

    provider: str
    options: Mapping[str, Any]
    firm_id: int | None = None
    way_id: int | None = None


def find_place(provider: str, token: str) -> Place | None:
    """None for an address that is nobody's, and for the address of another provider's."""
    if constant_time_compare(token, deployment_token()):
        return Place(provider, deployment_options(provider)) if provider == deployment_provider() else None
    key = digest(token)
    place = _place_of(provider, token, *_known[key]) if key in _known else None
    return place or _look_up(provider, token, key)


def _look_up(provider: str, token: str, key: bytes) -> Place | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm_id, way_id FROM way_of_hook(%s)", [key])
        row = cursor.fetchone()
    place = _place_of(provider, token, *row) if row else None
    if row and place:
        _known[key] = row
    return place


def _place_of(provider: str, token: str, firm_id: int, way_id: int) -> Place | None:
    """A way that has ended hears on, of the e-mails that left by it, until its secrets are forgotten."""
    (found,) = firm_round_trip(firm_id, [(SECRETS, [firm_id, way_id, provider])])
    if not found.rows:
        return None
    try:
        credentials = Credentials.unsealed(found.rows[0][0])
    except CannotUnseal:
        return None
    is_theirs = constant_time_compare(credentials.hook, token) and can_be_checked(provider, credentials)
    return Place(provider, options_of(provider, credentials), firm_id, way_id) if is_theirs else None


def can_be_checked(provider: str, credentials: Credentials) -> bool:
    """Mailgun signs with a key; without it anybody's signature would do."""
    return provider != Provider.MAILGUN or bool(credentials.signing_key)


def options_of(provider: str, credentials: Credentials) -> Mapping[str, Any]:
    """Mailgun signs; the others send a password, which stands in the address that they were given."""
    if provider == Provider.MAILGUN:
        return {"webhook_signing_key": credentials.signing_key, "webhook_secret": []}
    return {"webhook_secret": [f"{USER}:{credentials.hook_password}"]}


def hook_url(provider: str, token: str, password: str) -> str:
    """What is copied to the provider."""
    scheme, _, host = settings.SITE_URL.partition("://")
    signed_in = "" if provider == Provider.MAILGUN else f"{USER}:{password}@"
    return f"{scheme}://{signed_in}{host}{reverse('hook', args=[provider, token])}"


def deployment_provider() -> str:
    """Of RELANCE_ANYMAIL_BACKEND; empty for a mail server."""
    return settings.ANYMAIL_BACKEND.split(".")[-2] if settings.ANYMAIL_BACKEND else ""


def deployment_token() -> str:
    return derived_token("hook", "of the deployment")


def deployment_password() -> str:
    return derived_token("hook password", "of the deployment")


def deployment_options(provider: str) -> Mapping[str, Any]:
    """What RELANCE_ANYMAIL does not say already. Mailgun signs (MAILGUN_WEBHOOK_SIGNING_KEY), and is given no password."""
    if provider == Provider.MAILGUN:
        return {"webhook_secret": []}
    return {} if "WEBHOOK_SECRET" in settings.ANYMAIL else {"webhook_secret": [f"{USER}:{deployment_password()}"]}
