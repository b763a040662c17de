"""What a message may say but nobody may keep: derived when it is sent, remembered only as a digest."""

from collections.abc import Callable, Mapping
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
    of = f"{firm_code}|{account.code}|{address.code}"
    return f"/p/{firm_code}/{account.code}/{address.code}/{derived_token('preferences', f'{of}|{address.email_key}')}/"


def act_code_digits(firm_id: int, nonce: str) -> str:
    """The six digits of the code with this nonce."""
    number = int.from_bytes(derived_secret("act-code", f"{firm_id}|{nonce}"), "big")
    return f"{number % 1_000_000:06d}"
