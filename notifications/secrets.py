"""What a message may say but nobody may keep: derived when it is sent, remembered only as a digest."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from clients.models import Account, Address
from lib.codes import derived_secret, derived_token

if TYPE_CHECKING:  # named in the contract of providers only
    from notifications.models import Notice

Provider = Callable[["Notice"], Mapping[str, str]]
_providers: dict[str, Provider] = {}


def register_secret(event: str, provider: Provider) -> None:
    """`provider` gives the secret placeholders of `event`'s messages; it is called inside the firm's context, while sending."""
    _providers[event] = provider


def secret_values(notice: "Notice") -> dict[str, str]:
    """The secret placeholders of a notice; never stored, never shown to staff."""
    provider = _providers.get(notice.event)
    return dict(provider(notice)) if provider else {}


def item_token(firm_id: int, notice_key: str) -> str:
    """The token of the link in an item's e-mail; `Notice.link_digest` is its digest."""
    return derived_token("item-link", f"{firm_id}|{notice_key}")


def item_url(firm_id: int, notice_key: str) -> str:
    return f"{settings.SITE_URL}/l/{item_token(firm_id, notice_key)}/"


def preferences_path(firm_code: str, account: Account, address: Address) -> str:
    """Where the reader of an e-mail chooses what they receive about this account; another address of the contact has another path.

    Nothing is stored: its last part can only be computed here, and is another one once the address is.
    """
    return _preferences_path(firm_code, account.code, address.code, address.email_key)


@lru_cache(maxsize=8)
def _preferences_path(firm_code: str, account_code: str, address_code: str, email_key: str) -> str:
    """An e-mail asks for it twice."""
    token = derived_token("preferences", f"{firm_code}|{account_code}|{address_code}|{email_key}")
    return f"/p/{firm_code}/{account_code}/{address_code}/{token}/"


def activation_path(firm_code: str, address: Address) -> str:
    """Where somebody who has this address's e-mails, forwarded ones perhaps, has the address itself sent a link to activate its access.

    Nothing is stored, as with `preferences_path`. Once LOGIN has gone it is another path, as it is for another address.
    """
    of = f"{firm_code}|{address.code}|{address.email_key}|{address.logins_ended}"
    return f"/activate/{firm_code}/{address.code}/{derived_token('activation', of)}/"


def act_code_digits(firm_id: int, nonce: str) -> str:
    """The six digits of the code with this nonce."""
    return _digits("act-code", firm_id, nonce)


def sign_in_digits(firm_id: int, nonce: str) -> str:
    """As `act_code_digits`, of a code that lets its reader sign in."""
    return _digits("sign-in-code", firm_id, nonce)


def _digits(purpose: str, firm_id: int, nonce: str) -> str:
    number = int.from_bytes(derived_secret(purpose, f"{firm_id}|{nonce}"), "big")
    return f"{number % 1_000_000:06d}"
